//! Sources, visits and items that the claims about the archive speak of.

use jiff::{Timestamp, ToSpan};
use std::time::Duration;
use utkik_index::Archive;
use utkik_sources::{
    Asks, Entry, Failure, Find, Harvest, Item, ItemId, Kind, Known, Language, Level, Outcome,
    Provenance, Source, SourceId, Validators, Visit,
};

/// Day `days`, counted from 31 October 2026, at noon.
pub(super) fn at(days: i64) -> Timestamp {
    let first: Timestamp = "2026-10-31T12:00:00Z".parse().unwrap();
    first + (days * 24).hours()
}

pub(super) fn source(id: &str) -> Source {
    Source {
        id: SourceId(id.into()),
        name: "Test".into(),
        organisation: "Testmyndigheten".into(),
        level: Level::National,
        country: "SE".into(),
        language: Language::parse("sv").unwrap(),
        kind: Kind::Feed,
        address: format!("https://example.org/{id}"),
        recipe: utkik_sources::Recipe::default(),
        homepage: None,
        category: "agency".into(),
        every: Duration::from_secs(6 * 3600),
        areas: Vec::new(),
        gate: false,
        why: None,
        paused: None,
    }
}

pub(super) fn entry(guid: &str, title: &str) -> Entry {
    Entry {
        guid: guid.into(),
        link: Some(format!("https://example.org/{guid}")),
        title: title.into(),
        ..Entry::default()
    }
}

/// An entry whose text was read.
pub(super) fn find(guid: &str, title: &str) -> Find {
    Find { text: Some("Text.".into()), ..Find::unread(entry(guid, title)) }
}

pub(super) fn reworded(guid: &str) -> Find {
    find(guid, "A title that nobody has used")
}

/// A visit to the source `test` that went well.
pub(super) fn fresh(days: i64, finds: Vec<Find>) -> Visit {
    let validators = Validators { etag: Some("v1".into()), last_modified: None };
    visit_of("test", days, Outcome::Fresh(Harvest { finds, troubles: Vec::new(), validators }))
}

pub(super) fn failed(source: &str, days: i64) -> Visit {
    visit_of(source, days, Outcome::Failed(Failure::NoAnswer("connection refused".into())))
}

pub(super) fn visit_of(source: &str, days: i64, outcome: Outcome) -> Visit {
    Visit {
        source: SourceId(source.into()),
        at: at(days),
        outcome,
        moved_to: None,
        asks: Asks::default(),
    }
}

/// The item behind [`entry`], first seen on day 0.
pub(super) fn item_of(guid: &str) -> Item {
    let entry = entry(guid, &format!("Title of {guid}"));
    Item {
        id: ItemId::of_link(entry.link.as_deref().unwrap()).unwrap(),
        source: SourceId("test".into()),
        text: Some("Text.".into()),
        first_seen: at(0),
        backfill: false,
        provenance: vec![Provenance {
            source: SourceId("test".into()),
            guid: guid.into(),
            organisation: None,
            at: at(0),
        }],
        entry,
    }
}

/// Understood by the rules of that version, which saw nothing.
pub(super) fn known(version: &str) -> Known {
    Known { version: version.into(), ..Known::default() }
}

/// What a round does with a visit; returns its news.
pub(super) async fn keep_news(archive: &Archive, visit: &Visit) -> Vec<Item> {
    let news = archive.news(visit).await.unwrap();
    for item in &news {
        archive.keep(item, &known("1")).await.unwrap();
    }
    archive.close(visit).await.unwrap();
    news
}

pub(super) async fn closed(archive: &Archive, visit: &Visit) {
    archive.close(visit).await.unwrap();
}
