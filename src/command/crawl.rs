//! `utkik crawl`: visit sources once, now.

use super::{Context, Ending, say};
use crate::{
    app::{App, Purpose, why_paused},
    clock::Stopwatch,
    round::{Tally, round},
    schedule::Stop,
};
use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use utkik_sources::{Source, SourceId};

#[derive(Debug, Args)]
pub(super) struct Crawl {
    /// Only these sources, by id
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',')]
    source: Vec<String>,
}

/// What came of a round, as the command contract names it.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    sources: usize,
    fresh: usize,
    unchanged: usize,
    empty: usize,
    refused: usize,
    gone: usize,
    failed: usize,
    items_new: usize,
    items_changed: usize,
    troubles: Vec<Trouble>,
    seconds: f64,
}

#[derive(Debug, Serialize)]
struct Trouble {
    source: SourceId,
    what: String,
}

impl Crawl {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        let app = context.open(Purpose::Write("crawl")).await?;
        let watch = Stopwatch::start();
        let sources = self.chosen(&app).await?;
        let now = app.clock.now();
        let due = app.claim_due(&sources, now, true).await?;
        let stop = Stop::on_signal();
        let tally = round(&app, &app.crawler(), due, now, &stop, &context.progress()).await?;
        let ending = if tally.stopped { Ending::InPart } else { Ending::Done };
        let told = Told::of(tally, watch.seconds());
        if context.json {
            context.print_json(&told)?;
        } else {
            super::print(&told.in_words())?;
        }
        for trouble in &told.troubles {
            say(&format!("{}: {}", trouble.source, trouble.what));
        }
        Ok(ending)
    }

    async fn chosen(&self, app: &App) -> Result<Vec<Source>> {
        if self.source.is_empty() {
            return Ok(app.visitable());
        }
        let states = app.archive.states().await?;
        let chosen = |id: &String| {
            let source = app.source(id)?;
            let state = states.get(&source.id);
            if state.is_some_and(|state| state.retired_at.is_some()) {
                bail!("`{id}` is retired; `utkik sources resume {id}` brings it back");
            }
            let by_hand = || state.and_then(|state| state.paused.clone());
            match why_paused(source).or_else(by_hand) {
                Some(why) => bail!("`{id}` is paused: {why}"),
                None => Ok(source.clone()),
            }
        };
        self.source.iter().map(chosen).collect()
    }
}

impl Told {
    pub(super) fn of(tally: Tally, seconds: f64) -> Told {
        let troubles = tally.troubles.into_iter();
        Told {
            sources: tally.visited,
            fresh: tally.fresh,
            unchanged: tally.unchanged,
            empty: tally.empty,
            refused: tally.refused,
            gone: tally.gone,
            failed: tally.failed,
            items_new: tally.items_new,
            items_changed: tally.items_changed,
            troubles: troubles.map(|(source, what)| Trouble { source, what }).collect(),
            seconds,
        }
    }

    pub(super) fn in_words(&self) -> String {
        format!(
            "{} sources visited in {} s: {} with something to read, {} unchanged, {} empty, \
             {} refused, {} gone, {} failed\n{} new items, {} changed\n",
            self.sources,
            self.seconds,
            self.fresh,
            self.unchanged,
            self.empty,
            self.refused,
            self.gone,
            self.failed,
            self.items_new,
            self.items_changed,
        )
    }
}
