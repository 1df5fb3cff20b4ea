//! `utkik stories`: which items tell of the same event?

use super::{Context, Ending};
use crate::app::{App, Purpose};
use anyhow::Result;
use clap::Args;
use jiff::{Timestamp, ToSpan, civil::Date};
use serde::Serialize;
use std::collections::BTreeMap;
use utkik_digest::stockholm;
use utkik_index::{Story, stories};
use utkik_sources::{AreaId, Item, ItemId, Known, Language, SourceId};

/// Stories reach this far beyond the days asked for, so that none is cut at its ends.
const MARGIN_DAYS: i64 = 40;

#[derive(Debug, Args)]
pub(super) struct Stories {
    /// With an item of this day or later
    #[arg(long)]
    from: Option<Date>,
    /// With an item of this day or earlier
    #[arg(long)]
    to: Option<Date>,
    /// Only these goal areas and what lies below them, such as 2.1, G1 or ST.I2
    #[arg(long, value_delimiter = ',')]
    area: Vec<String>,
}

/// A story, as the command contract names its parts.
#[derive(Serialize)]
struct Told<'a> {
    id: ItemId,
    title: &'a str,
    first: Timestamp,
    last: Timestamp,
    areas: &'a [AreaId],
    series: Option<ItemId>,
    items: Vec<ToldItem<'a>>,
    because: Vec<Because<'a>>,
}

#[derive(Serialize)]
struct ToldItem<'a> {
    id: ItemId,
    title: &'a str,
    link: Option<&'a str>,
    source: &'a SourceId,
    organisation: Option<String>,
    language: Option<&'a Language>,
}

/// Why an item is in the story: the item that it is most alike, and what both say.
#[derive(Serialize)]
struct Because<'a> {
    item: ItemId,
    with: ItemId,
    alike: f64,
    shared: &'a [String],
}

impl Stories {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        let app = context.open(Purpose::Read).await?;
        let areas = app.areas(&self.area)?;
        let items = self.items(&app).await?;
        let by_id: BTreeMap<ItemId, &(Item, Known)> =
            items.iter().map(|pair| (pair.0.id, pair)).collect();
        for story in stories(&items).iter().filter(|story| self.wants(story, &areas)) {
            if context.json {
                context.print_json(&told(story, &by_id, &app))?;
            } else {
                super::print(&in_words(story, &by_id))?;
            }
        }
        Ok(Ending::Done)
    }

    async fn items(&self, app: &App) -> Result<Vec<(Item, Known)>> {
        let from = self.from.map(|day| midnight(day.saturating_sub(MARGIN_DAYS.days())));
        let to = self.to.map(|day| midnight(day.saturating_add(MARGIN_DAYS.days())));
        let (from, to) = (from.unwrap_or(Timestamp::MIN), to.unwrap_or(Timestamp::MAX));
        Ok(app.archive.items_in(from, to).await?)
    }

    fn wants(&self, story: &Story, areas: &[AreaId]) -> bool {
        self.from.is_none_or(|from| stockholm(story.last).date() >= from)
            && self.to.is_none_or(|to| stockholm(story.first).date() <= to)
            && (areas.is_empty() || story.areas.iter().any(|area| areas.contains(area)))
    }
}

fn midnight(day: Date) -> Timestamp {
    let zoned = day.to_zoned(jiff::tz::TimeZone::UTC);
    zoned.map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

fn told<'a>(story: &'a Story, items: &BTreeMap<ItemId, &'a (Item, Known)>, app: &App) -> Told<'a> {
    let members = story.items.iter().map(|id| items[id]);
    let member = |(item, known): &'a (Item, Known)| ToldItem {
        id: item.id,
        title: &item.entry.title,
        link: item.entry.link.as_deref(),
        source: &item.source,
        organisation: Some(app.catalogue.origin(item).organisation).filter(|name| !name.is_empty()),
        language: known.language.as_ref(),
    };
    let because = story.links.iter().map(|link| Because {
        item: link.item,
        with: link.with,
        alike: (link.alike * 100.0).round() / 100.0,
        shared: &link.shared,
    });
    Told {
        id: story.id,
        title: &story.title,
        first: story.first,
        last: story.last,
        areas: &story.areas,
        series: story.series,
        items: members.map(member).collect(),
        because: because.collect(),
    }
}

fn in_words(story: &Story, items: &BTreeMap<ItemId, &(Item, Known)>) -> String {
    let areas: Vec<&str> = story.areas.iter().map(|area| area.0.as_str()).collect();
    let mut told = format!(
        "{}\n  {} \u{b7} {}\n",
        story.title,
        stockholm(story.first).date(),
        areas.join(" ")
    );
    for (place, id) in story.items.iter().enumerate().skip(1) {
        let item = &items[id].0;
        told += &format!("  + {} ({})", item.entry.title, item.source);
        if let Some(link) = story.links.get(place - 1) {
            told += &format!(": {}", link.shared.join(", "));
        }
        told.push('\n');
    }
    told
}
