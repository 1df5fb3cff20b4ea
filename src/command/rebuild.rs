//! `utkik rebuild`: make derived things anew from the archive.

use super::{Context, Ending};
use crate::app::{App, Purpose};
use anyhow::Result;
use clap::{Args, ValueEnum};
use serde::Serialize;

#[derive(Debug, Args)]
pub(super) struct Rebuild {
    /// What to make anew [default: everything]
    what: Option<What>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// The search
    Finder,
    /// Languages, goal areas and facts; a person's decisions stay
    Tags,
    /// The grouping into stories
    Stories,
}

/// How much was made anew.
#[derive(Debug, Default, Serialize)]
pub(super) struct Counts {
    items: usize,
    tags_changed: usize,
    found: usize,
    stories: usize,
}

impl Rebuild {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        let mut app = context.open(Purpose::Write("rebuild")).await?;
        let wants = |what| self.what.is_none_or(|chosen| chosen == what);
        let mut counts = Counts::default();
        if wants(What::Tags) {
            app.learn().await?;
            retag(&app, context, &mut counts).await?;
        }
        if wants(What::Finder) {
            counts.found = app.finder.rebuild(&app.archive, &app.catalogue).await?;
        } else {
            counts.found = app.catch_up().await?;
        }
        if wants(What::Stories) {
            counts.stories = stories(&app).await?;
        }
        if context.json {
            context.print_json(&counts)?;
        } else {
            super::print(&format!(
                "{} items understood anew ({} differ), {} searchable, {} stories\n",
                counts.items, counts.tags_changed, counts.found, counts.stories
            ))?;
        }
        Ok(Ending::Done)
    }
}

/// Understands every item by the rules of today.
pub(super) async fn retag(app: &App, context: &Context, counts: &mut Counts) -> Result<()> {
    let progress = context.progress();
    progress.begin("understanding", usize::try_from(app.archive.count().await?)?);
    let end = app.archive.cursor().await?;
    let mut cursor = 0;
    while cursor < end {
        let mut changes = app.archive.changes_since(cursor, 500).await?;
        let Some(last) = changes.last() else { break };
        cursor = last.cursor;
        // What this very work has changed comes again at the end.
        changes.retain(|change| change.cursor <= end);
        counts.items += changes.len();
        progress.steps(changes.len());
        let understood: Vec<_> =
            changes.iter().map(|change| (change.item.id, app.understand(&change.item))).collect();
        counts.tags_changed += app.archive.relabel_all(&understood).await?;
    }
    progress.end();
    Ok(())
}

/// Stories are grouped when they are asked for and kept nowhere, so this only counts them.
async fn stories(app: &App) -> Result<usize> {
    let mut items = Vec::new();
    let mut cursor = 0;
    loop {
        let changes = app.archive.changes_since(cursor, 1000).await?;
        let Some(last) = changes.last() else { break };
        cursor = last.cursor;
        items.extend(changes.into_iter().map(|change| (change.item, change.known)));
    }
    Ok(utkik_index::stories(&items).len())
}
