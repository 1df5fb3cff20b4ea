//! How well stories group labelled publications: `cargo run -p utkik-index --example grouping -- FILE [-v]`.

#![allow(clippy::unwrap_used, reason = "a measuring program may stop")]

use serde::Deserialize;
use std::{collections::BTreeMap, fs};
use utkik_index::{Understander, stories};
use utkik_sources::{Entry, Frameworks, Item, ItemId, SourceId};

#[derive(Deserialize)]
struct Row {
    id: String,
    published: Option<String>,
    title: String,
    text: Option<String>,
    summary: String,
    dup_group: Option<String>,
    series: Option<String>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let understander = Understander::new(&Frameworks::built_in());
    let text = fs::read_to_string(&arguments[1]).unwrap();
    let rows: Vec<Row> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let items: Vec<_> = rows
        .iter()
        .map(item)
        .map(|item| (understander.understand(&item, false, None), item))
        .map(|(known, item)| (item, known))
        .collect();
    let mut story_of = BTreeMap::new();
    for (number, story) in stories(&items).into_iter().enumerate() {
        for id in story.items {
            story_of.insert(id, number);
        }
    }
    let (mut right, mut wrong, mut missed, mut in_series) = (0.0, 0.0, 0.0, 0);
    for (index, one) in rows.iter().enumerate() {
        for (offset, other) in rows[index + 1..].iter().enumerate() {
            let same = one.dup_group.is_some() && one.dup_group == other.dup_group;
            let ours = story_of[&items[index].0.id] == story_of[&items[index + 1 + offset].0.id];
            match (same, ours) {
                (true, true) => right += 1.0,
                (false, true) => {
                    wrong += 1.0;
                    in_series += usize::from(one.series.is_some() && one.series == other.series);
                }
                (true, false) => missed += 1.0,
                (false, false) => continue,
            }
            println!(
                "{} {} {} | {}",
                if same { if ours { "right " } else { "MISSED" } } else { "WRONG " },
                one.id,
                one.title,
                other.title
            );
        }
    }
    println!(
        "precision {:.2} recall {:.2} F1 {:.2}, merged inside a series {in_series}",
        right / (right + wrong),
        right / (right + missed),
        2.0 * right / (2.0 * right + wrong + missed)
    );
}

fn item(row: &Row) -> Item {
    let source = SourceId("x".into());
    Item {
        id: ItemId::of_guid(&source, &row.id),
        source,
        entry: Entry {
            title: row.title.clone(),
            summary: Some(row.summary.clone()),
            published: row
                .published
                .as_ref()
                .map(|day| format!("{day}T00:00:00Z").parse().unwrap()),
            ..Entry::default()
        },
        text: row.text.clone(),
        first_seen: "2026-11-22T00:00:00Z".parse().unwrap(),
        backfill: false,
        provenance: Vec::new(),
    }
}
