//! One round: visit what is due, keep what is new, say what it is about.
//!
//! This file is the system on one screen. If it grows past a screen, something
//! in it belongs on a lower floor.

use crate::{app::App, command::Progress, schedule::Stop};
use anyhow::Result;
use futures::StreamExt;
use jiff::Timestamp;
use std::pin::pin;
use utkik_crawler::Crawler;
use utkik_index::Kept;
use utkik_sources::{Due, Outcome, SourceId, Visit};

/// So many items are kept by one transaction: more save little, and are more work to repeat after a crash.
const AT_ONCE: usize = 16;

/// What came of a round.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) visited: usize,
    pub(crate) fresh: usize,
    pub(crate) unchanged: usize,
    pub(crate) empty: usize,
    pub(crate) refused: usize,
    pub(crate) gone: usize,
    pub(crate) failed: usize,
    pub(crate) items_new: usize,
    pub(crate) items_changed: usize,
    pub(crate) troubles: Vec<(SourceId, String)>,
    pub(crate) stopped: bool,
}

/// Visits every source in `due`; when `stop` is set, finishes the items in hand and returns.
pub(crate) async fn round(
    app: &App,
    crawler: &Crawler,
    due: Vec<Due>,
    now: Timestamp,
    stop: &Stop,
    progress: &Progress,
) -> Result<Tally> {
    let mut tally = Tally::default();
    progress.begin("visiting", due.len());
    progress.detail(&format!("visiting {} sources", due.len()));
    let mut visits = pin!(crawler.visits(due, now));
    'visits: while let Some(visit) = stop.or(visits.next()).await {
        let news = app.archive.news(&visit).await?;
        progress.detail(&format!("{}: keeping {} items", visit.source, news.len()));
        for few in news.chunks(AT_ONCE) {
            if stop.wished() {
                break 'visits;
            }
            let few = few.iter().map(|item| (item.clone(), app.understand(item)));
            let kept = app.archive.keep_all(&few.collect::<Vec<_>>()).await?;
            kept.into_iter().for_each(|kept| tally.keep(kept));
        }
        progress.detail(&format!("{}: closing the visit", visit.source));
        // Last, so that a crash costs one extra visit and never an item.
        let told = app.archive.close(&visit).await?;
        progress.detail(&format!("{}: done", visit.source));
        tally.close(visit, told);
        progress.step();
    }
    progress.end();
    tally.stopped = stop.wished();
    progress.detail("making what was kept findable");
    app.catch_up().await?;
    progress.detail("the round is over");
    Ok(tally)
}

impl Tally {
    fn keep(&mut self, kept: Kept) {
        match kept {
            Kept::New => self.items_new += 1,
            Kept::Changed => self.items_changed += 1,
            Kept::Already => {}
        }
    }

    fn close(&mut self, visit: Visit, told: Vec<String>) {
        self.visited += 1;
        self.troubles.extend(told.into_iter().map(|what| (visit.source.clone(), what)));
        let trouble = match visit.outcome {
            Outcome::Fresh(harvest) => {
                let troubles = harvest.troubles.into_iter();
                self.troubles.extend(troubles.map(|what| (visit.source.clone(), what)));
                *if harvest.finds.is_empty() { &mut self.empty } else { &mut self.fresh } += 1;
                None
            }
            Outcome::Unchanged { .. } => {
                self.unchanged += 1;
                None
            }
            Outcome::Refused { why, .. } => {
                self.refused += 1;
                Some(why)
            }
            Outcome::Gone { why, .. } => {
                self.gone += 1;
                Some(why)
            }
            Outcome::Failed(failure) => {
                self.failed += 1;
                Some(failure.to_string())
            }
        };
        self.troubles.extend(trouble.map(|what| (visit.source.clone(), what)));
        if let Some(address) = visit.moved_to {
            self.troubles.push((visit.source, format!("moved permanently to {address}")));
        }
    }
}
