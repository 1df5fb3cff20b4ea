//! Do we read what publications say? Sentences and pages of our own making, none from a real one.

use crate::Understander;
use jiff::Timestamp;
use std::{collections::BTreeSet, sync::LazyLock};
use utkik_sources::{Entry, Frameworks, Item, ItemId, Known, Language, SourceId};

static UNDERSTANDER: LazyLock<Understander> =
    LazyLock::new(|| Understander::new(&Frameworks::built_in()));

fn understood(text: &str, language: Option<&str>, published: Option<&str>) -> Known {
    let source = SourceId("a".into());
    let published: Option<Timestamp> =
        published.map(|day| format!("{day}T08:00:00Z").parse().unwrap());
    let item = Item {
        id: ItemId::of_guid(&source, "g"),
        source,
        entry: Entry {
            guid: "g".into(),
            title: "A page".into(),
            summary: None,
            language: language.and_then(Language::parse),
            published,
            ..Entry::default()
        },
        text: Some(text.to_owned()),
        first_seen: "2096-10-02T00:00:00Z".parse().unwrap(),
        backfill: false,
        provenance: Vec::new(),
    };
    UNDERSTANDER.understand(&item, false, None)
}

#[test]
fn references_are_read_as_people_write_them() {
    let mut wrong = Vec::new();
    let lines = include_str!("trial-references.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let (sentence, wanted) = line.split_once("=>").unwrap();
        let sentence = sentence.trim().replace("\\n", "\n").replace('_', "\u{a0}");
        let wanted: BTreeSet<&str> =
            wanted.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
        let known = understood(&sentence, None, None);
        let ours: BTreeSet<&str> =
            known.references.iter().map(|found| found.normal.as_str()).collect();
        if ours != wanted {
            wrong.push(format!("{sentence}\n    wanted {wanted:?}\n    found  {ours:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

/// The day that closes a page's question, where it asks one.
#[test]
fn the_last_day_to_answer_is_found_and_no_other_is_taken_for_it() {
    let (mut wrong, mut pages) = (Vec::new(), 0);
    let lines = include_str!("trial-deadlines.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let (page, wanted) = line.split_once("=>").unwrap();
        let mut columns = page.splitn(3, " | ").map(str::trim);
        let language = columns.next();
        let published = columns.next().filter(|day| *day != "-");
        let text = columns.next().unwrap().replace("\\n", "\n").replace('_', "\u{a0}");
        let known = understood(&text, language, published);
        let ours = known.deadline().map(|fact| fact.date.to_string()).unwrap_or("-".into());
        pages += 1;
        if ours != wanted.trim() {
            wrong.push(format!("{text}\n    wanted {wanted}, found {ours}: {:?}", known.dates));
        }
    }
    assert!(wrong.is_empty(), "{} of {pages}\n{}", wrong.len(), wrong.join("\n"));
}
