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
    /// List the sources that somebody should look after, with the likely cause and what to do
    Health,
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
    cause: Option<String>,
    advice: Option<String>,
    last_good: Option<Timestamp>,
    next: Option<Timestamp>,
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
            What::List => list(context, false).await,
            What::Health => list(context, true).await,
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

/// All sources, or only those in trouble.
async fn list(context: &Context, only_troubled: bool) -> Result<Ending> {
    let app = context.open(Purpose::Read).await?;
    let states = app.archive.states().await?;
    let now = app.clock.now();
    let mut all = Vec::new();
    for source in app.catalogue.sources() {
        let told = told(source, states.get(&source.id), now);
        if told.cause.is_some() || !only_troubled {
            all.push(told);
        }
    }
    if context.json {
        for told in &all {
            context.print_json(told)?;
        }
    } else {
        super::print(&table(&all, only_troubled))?;
    }
    Ok(Ending::Done)
}

/// Columns as wide as what stands in them; the health comes last, since it may be long.
fn table(all: &[Told<'_>], with_advice: bool) -> String {
    if all.is_empty() {
        return "no source needs looking after\n".into();
    }
    let minute = |at: Option<Timestamp>| {
        let at = at.map(utkik_digest::stockholm);
        at.map_or("–".into(), |at| at.strftime("%Y-%m-%d %H:%M").to_string())
    };
    let head = ["source", "kind", "state", "last good visit", "next visit", "health"];
    let mut rows: Vec<[String; 6]> = vec![head.map(str::to_owned)];
    rows.extend(all.iter().map(|told| {
        let next = if told.state == "active" { minute(told.next) } else { "–".into() };
        let (kind, state) = (told.kind.word().to_owned(), told.state.to_owned());
        [told.id.0.clone(), kind, state, minute(told.last_good), next, told.health.clone()]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..5).map(|column| width(column).unwrap_or(0)).collect();
    let mut words = String::new();
    for (at, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(&widths) {
            words += &format!("{cell:<width$}  ");
        }
        words += &row[5];
        words.push('\n');
        let told = at.checked_sub(1).map(|at| &all[at]).filter(|_| with_advice);
        if let Some((cause, advice)) =
            told.and_then(|told| told.cause.as_ref().zip(told.advice.as_ref()))
        {
            words += &format!("    likely cause: {cause}\n    what to do: {advice}\n");
        }
    }
    words
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
        "{}\n{}, {} {}, {}\n{} {}\n{}: {}\nlast visit {}, last good one {}, last news {}, next visit {}, usually every {}\n",
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
        moment(told.last_good),
        moment(told.last_new),
        told.next.map_or("now".to_owned(), |at| at.to_string()),
        told.every,
    );
    if let Some((cause, advice)) = told.cause.as_ref().zip(told.advice.as_ref()) {
        words += &format!("likely cause: {cause}\nwhat to do: {advice}\n");
    }
    if let Some(address) = told.moved_to {
        words += &format!(
            "moved for good, and asked at {address}; `utkik sources unmove {id}` undoes it\n"
        );
    }
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
    let health = state.map_or(Health::Unvisited, |state| state.health(now));
    let remedy = health.remedy().filter(|_| paused.is_none());
    let health = paused.clone().unwrap_or_else(|| health.to_string());
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
        cause: remedy.map(|remedy| remedy.cause.to_owned()),
        advice: remedy.map(|remedy| remedy.advice_for(&source.id.0, &source.address)),
        last_good: state.and_then(|state| state.last_good),
        next: state.and_then(|state| state.next_at).filter(|_| paused.is_none()),
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
