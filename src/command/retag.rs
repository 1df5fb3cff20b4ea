//! `utkik retag`: what would today's rules and lessons change, and change it.

use super::{Context, Ending, print, rebuild};
use crate::app::{App, Purpose};
use anyhow::Result;
use clap::Args;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utkik_sources::{AreaId, Judge, Known};

/// Examples told of each area and direction.
const EXAMPLES: usize = 3;

#[derive(Debug, Args)]
pub(super) struct Retag {
    /// Only say what would change
    #[arg(long)]
    dry_run: bool,
}

/// What differs; people's decisions never do.
#[derive(Debug, Default, Serialize)]
struct Told {
    dry_run: bool,
    items: usize,
    changed: usize,
    areas: BTreeMap<AreaId, Change>,
}

#[derive(Debug, Default, Serialize)]
struct Change {
    added: usize,
    removed: usize,
    added_examples: Vec<String>,
    removed_examples: Vec<String>,
}

impl Retag {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        let purpose = if self.dry_run { Purpose::Read } else { Purpose::Write("retag") };
        let mut app = context.open(purpose).await?;
        if self.dry_run {
            app.relearn().await?;
        } else {
            app.learn().await?;
        }
        let mut told = compared(&app, context).await?;
        told.dry_run = self.dry_run;
        if !self.dry_run {
            rebuild::retag(&app, context, &mut rebuild::Counts::default()).await?;
            app.catch_up().await?;
        }
        if context.json {
            context.print_json(&told)?;
        } else {
            print(&told.lines())?;
        }
        Ok(Ending::Done)
    }
}

/// Every item as it stands against as it would be understood today.
async fn compared(app: &App, context: &Context) -> Result<Told> {
    let mut told = Told::default();
    let progress = context.progress();
    progress.begin("understanding", usize::try_from(app.archive.count().await?)?);
    let mut cursor = 0;
    loop {
        let changes = app.archive.changes_since(cursor, 500).await?;
        let Some(last) = changes.last() else { break };
        cursor = last.cursor;
        progress.steps(changes.len());
        for change in &changes {
            told.compare(&change.item.entry.title, &change.known, &app.understand(&change.item));
        }
    }
    progress.end();
    Ok(told)
}

impl Told {
    fn compare(&mut self, title: &str, old: &Known, new: &Known) {
        self.items += 1;
        let is_decided = |area: &AreaId| {
            let of_area = old.tags.iter().filter(|tag| tag.area == *area);
            of_area.into_iter().any(|tag| matches!(tag.by, Judge::Person { .. }))
        };
        let areas = |known: &Known| -> BTreeSet<AreaId> {
            known.tags.iter().map(|tag| tag.area.clone()).collect()
        };
        let (before, after) = (areas(old), areas(new));
        let differ: Vec<&AreaId> =
            before.symmetric_difference(&after).filter(|area| !is_decided(area)).collect();
        self.changed += usize::from(!differ.is_empty());
        for area in differ {
            let change = self.areas.entry(area.clone()).or_default();
            let (count, examples) = if after.contains(area) {
                (&mut change.added, &mut change.added_examples)
            } else {
                (&mut change.removed, &mut change.removed_examples)
            };
            *count += 1;
            if examples.len() < EXAMPLES {
                examples.push(title.to_owned());
            }
        }
    }

    fn lines(&self) -> String {
        let verb = if self.dry_run { "would change" } else { "changed" };
        let mut lines = format!("{} of {} items {verb}\n", self.changed, self.items);
        for (area, change) in &self.areas {
            lines += &format!("{area}: {} more, {} fewer\n", change.added, change.removed);
            change.added_examples.iter().for_each(|title| lines += &format!("  + {title}\n"));
            change.removed_examples.iter().for_each(|title| lines += &format!("  - {title}\n"));
        }
        lines
    }
}
