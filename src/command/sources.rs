//! `utkik sources`: where do we look, and how do the sources do?

mod add;
mod opml;

use super::{Context, Ending};
use crate::{
    app::{Purpose, why_paused},
    own,
};
use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utkik_index::{Health, SourceState};
use utkik_sources::{Kind, Language, Level, Source, SourceId};

#[derive(Debug, Args)]
pub(super) struct Sources {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List all sources (the default)
    List,
    /// Show one source, with its latest troubles
    Show {
        /// The source
        id: String,
    },
    /// Look at any address, show what could be watched there, and save it
    Add(Box<add::Add>),
    /// Take away a source that was added; what it brought stays
    Remove {
        /// The source
        id: String,
    },
    /// Add the feeds of an OPML file
    Import(opml::Import),
    /// Write the sources as OPML, for other programs
    Export(opml::Export),
    /// Do not visit a source until it is resumed
    Pause {
        /// The source
        id: String,
        /// The reason, which everybody can read
        #[arg(long)]
        why: String,
    },
    /// Visit a source again that was paused with `pause`, or retired since it is no more
    Resume {
        /// The source
        id: String,
    },
    /// Ask a source at its address in the catalogue again, although it said that it has moved
    Unmove {
        /// The source
        id: String,
    },
}

/// A source and how it does, as the command contract names it.
#[derive(Serialize)]
struct Told<'a> {
    id: &'a SourceId,
    name: &'a str,
    level: Level,
    country: &'a str,
    language: &'a Language,
    kind: Kind,
    address: &'a str,
    state: &'static str,
    health: String,
    last_visit: Option<Timestamp>,
    last_new: Option<Timestamp>,
    every: String,
    organisation: &'a str,
    category: &'a str,
    paused: Option<String>,
    why: Option<&'a str>,
    items: u64,
    moved_to: Option<&'a str>,
}

impl Sources {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        match self.what.unwrap_or(What::List) {
            What::List => list(context).await,
            What::Show { id } => show(context, &id).await,
            What::Add(add) => add.run(context).await,
            What::Remove { id } => remove(context, &id),
            What::Import(import) => import.run(context),
            What::Export(export) => export.run(context),
            What::Pause { id, why } => pause(context, &id, Some(why.as_str())).await,
            What::Resume { id } => pause(context, &id, None).await,
            What::Unmove { id } => unmove(context, &id).await,
        }
    }
}

async fn list(context: &Context) -> Result<Ending> {
    let app = context.open(Purpose::Read).await?;
    let states = app.archive.states().await?;
    let now = app.clock.now();
    for source in app.catalogue.sources() {
        let told = told(source, states.get(&source.id), now);
        if context.json {
            context.print_json(&told)?;
        } else {
            super::print(&format!(
                "{:<36} {:<8} {:<14} {}\n",
                told.id.0,
                told.state,
                told.kind.word(),
                told.health
            ))?;
        }
    }
    Ok(Ending::Done)
}

async fn show(context: &Context, id: &str) -> Result<Ending> {
    let app = context.open(Purpose::Read).await?;
    let source = app.source(id)?;
    let states = app.archive.states().await?;
    let told = told(source, states.get(&source.id), app.clock.now());
    if context.json {
        context.print_json(&told)?;
        return Ok(Ending::Done);
    }
    let moment = |at: Option<Timestamp>| at.map_or("never".to_owned(), |at| at.to_string());
    let mut words = format!(
        "{}\n{}, {} {}, {}\n{} {}\n{}: {}\nlast visit {}, last news {}, visited every {}\n",
        told.name,
        told.organisation,
        told.level,
        told.country,
        told.language,
        told.kind,
        told.address,
        told.state,
        told.health,
        moment(told.last_visit),
        moment(told.last_new),
        told.every,
    );
    if let Some(why) = told.why {
        words += &format!("{why}\n");
    }
    for trouble in app.archive.troubles(Timestamp::MIN).await? {
        if trouble.source == source.id {
            words +=
                &format!("  {} ({} times): {}\n", trouble.last_at, trouble.times, trouble.what);
        }
    }
    super::print(&words)?;
    Ok(Ending::Done)
}

fn remove(context: &Context, id: &str) -> Result<Ending> {
    let removed = own::remove(&context.config()?, &SourceId(id.to_owned()))?;
    let file = removed.file.display().to_string();
    if context.json {
        let told = serde_json::json!({ "id": id, "file": file, "built_in": removed.built_in });
        context.print_json(&told)?;
        return Ok(Ending::Done);
    }
    let what = if removed.whole { "and the file with it" } else { "the rest of the file stays" };
    let again = if removed.built_in { "; the built-in source of this id counts again" } else { "" };
    super::print(&format!("{id}: taken out of {file}, {what}{again}\n"))?;
    Ok(Ending::Done)
}

async fn pause(context: &Context, id: &str, why: Option<&str>) -> Result<Ending> {
    let app = context.open(Purpose::Write("sources pause")).await?;
    let source = app.source(id)?;
    if why.is_some_and(|why| why.trim().is_empty()) {
        bail!("a pause wants a reason");
    }
    let now = app.clock.now();
    app.archive.pause(&source.id, why, now).await?;
    let states = app.archive.states().await?;
    let told = told(source, states.get(&source.id), now);
    if context.json {
        context.print_json(&told)?;
    } else {
        super::print(&format!("{id}: {} ({})\n", told.state, told.health))?;
    }
    Ok(Ending::Done)
}

async fn unmove(context: &Context, id: &str) -> Result<Ending> {
    let app = context.open(Purpose::Write("sources unmove")).await?;
    let source = app.source(id)?;
    app.archive.forget_move(&source.id).await?;
    let states = app.archive.states().await?;
    let told = told(source, states.get(&source.id), app.clock.now());
    if context.json {
        context.print_json(&told)?;
    } else {
        super::print(&format!("{id}: asked at {} again\n", told.address))?;
    }
    Ok(Ending::Done)
}

fn told<'a>(source: &'a Source, state: Option<&'a SourceState>, now: Timestamp) -> Told<'a> {
    let paused = why_paused(source).or_else(|| state?.paused.clone());
    let health = match (&paused, state) {
        (Some(why), _) => why.clone(),
        (None, state) => state.map_or(Health::Unvisited, |state| state.health(now)).to_string(),
    };
    let every = SignedDuration::try_from(source.every).unwrap_or_default();
    Told {
        id: &source.id,
        name: &source.name,
        level: source.level,
        country: &source.country,
        language: &source.language,
        kind: source.kind,
        address: &source.address,
        state: match (&paused, state.and_then(|state| state.retired_at)) {
            (Some(_), _) => "paused",
            (None, Some(_)) => "retired",
            (None, None) => "active",
        },
        health,
        last_visit: state.and_then(|state| state.last_visit),
        last_new: state.and_then(|state| state.last_new),
        every: format!("{every:#}"),
        organisation: &source.organisation,
        category: &source.category,
        paused,
        why: source.why.as_deref(),
        items: state.map_or(0, |state| state.items),
        moved_to: state.and_then(|state| state.moved_to.as_deref()),
    }
}
