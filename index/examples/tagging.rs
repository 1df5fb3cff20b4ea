//! How well the terms tag labelled publications: `cargo run -p utkik-index --example tagging -- FILE [-v]`.

#![allow(clippy::unwrap_used, reason = "a measuring program may stop")]

use serde::Deserialize;
use std::{collections::BTreeMap, fs};
use utkik_index::Understander;
use utkik_sources::{AreaId, Entry, Frameworks, Item, ItemId, Language, SourceId};

#[derive(Deserialize)]
struct Row {
    id: String,
    language: String,
    published: Option<String>,
    title: String,
    summary: String,
    labels: Vec<String>,
    relevant: bool,
    deadline: Option<String>,
    text: Option<String>,
    gate: Option<bool>,
    declared: Option<String>,
    #[serde(default)]
    refs: Vec<String>,
}

#[derive(Default, Clone, Copy)]
struct Counts {
    right: f64,
    wrong: f64,
    missed: f64,
}

impl Counts {
    fn f1(self) -> f64 {
        if self.right == 0.0 {
            0.0
        } else {
            2.0 * self.right / (2.0 * self.right + self.wrong + self.missed)
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let verbose = arguments.iter().any(|argument| argument == "-v");
    let overlay = arguments
        .iter()
        .position(|argument| argument == "--frameworks")
        .map(|at| &arguments[at + 1]);
    let (frameworks, faults) = Frameworks::read(overlay.map(std::path::Path::new));
    faults.iter().for_each(|fault| eprintln!("{fault:?}"));
    let understander = Understander::new(&frameworks);
    let mut areas: BTreeMap<AreaId, Counts> = BTreeMap::new();
    let (mut relevance, mut languages, mut deadlines) =
        (Counts::default(), (0, 0), Counts::default());
    let text = fs::read_to_string(&arguments[1]).unwrap();
    for line in text.lines() {
        let row: Row = serde_json::from_str(line).unwrap();
        let published =
            row.published.as_ref().map(|day| format!("{day}T00:00:00Z").parse().unwrap());
        let item = Item {
            id: ItemId::of_guid(&SourceId("x".into()), &row.id),
            source: SourceId("x".into()),
            entry: Entry {
                title: row.title.clone(),
                summary: Some(row.summary.clone()),
                published,
                ..Entry::default()
            },
            text: row.text.clone(),
            first_seen: "2026-11-22T00:00:00Z".parse().unwrap(),
            backfill: false,
            provenance: Vec::new(),
        };
        let known = understander.understand(
            &item,
            row.gate.unwrap_or(!arguments.contains(&"--open".to_owned())),
            row.declared.as_deref().and_then(Language::parse).as_ref(),
        );
        let gold: Vec<AreaId> = row.labels.iter().map(|label| AreaId::parse(label)).collect();
        let ours: Vec<AreaId> = known.tags.iter().map(|tag| tag.area.clone()).collect();
        for area in gold.iter().chain(&ours) {
            let counts = areas.entry(area.clone()).or_default();
            match (gold.contains(area), ours.contains(area)) {
                // Seen twice, once from each list.
                (true, true) => counts.right += 0.5,
                (true, false) => counts.missed += 1.0,
                _ => counts.wrong += 1.0,
            }
        }
        match (row.relevant, !ours.is_empty()) {
            (true, true) => relevance.right += 1.0,
            (true, false) => relevance.missed += 1.0,
            (false, true) => relevance.wrong += 1.0,
            (false, false) => {}
        }
        languages.1 += 1;
        let same = known
            .language
            .as_ref()
            .zip(Language::parse(&row.language))
            .is_some_and(|(ours, gold)| gold.covers(ours));
        languages.0 += usize::from(same);
        let deadline = known.deadline().map(|fact| fact.date.to_string());
        match (&row.deadline, &deadline) {
            (Some(gold), Some(ours)) if gold == ours => deadlines.right += 1.0,
            (gold, ours) => {
                deadlines.missed += f64::from(u8::from(gold.is_some()));
                deadlines.wrong += f64::from(u8::from(ours.is_some()));
            }
        }
        if verbose {
            println!(
                "{} {} lang {:?} {}",
                row.id,
                row.language,
                known.language.as_ref().map(Language::code),
                row.title
            );
            println!("   {}", row.summary);
            println!("   gold {:?} deadline {:?} refs {:?}", row.labels, row.deadline, row.refs);
            println!(
                "   type {:?} deadline {deadline:?} refs {:?}",
                known.document,
                known.references.iter().map(|reference| &reference.normal).collect::<Vec<_>>()
            );
            for tag in &known.tags {
                let because: Vec<String> = tag
                    .because
                    .iter()
                    .map(|why| format!("{}@{:?}={}", why.term, why.place, why.weight))
                    .collect();
                println!("   {} {} {}", tag.area, tag.score, because.join(", "));
            }
        }
    }
    let mut all = Counts::default();
    for (area, counts) in &areas {
        println!(
            "{area:8} f1 {:.2}  right {} wrong {} missed {}",
            counts.f1(),
            counts.right,
            counts.wrong,
            counts.missed
        );
        all.right += counts.right;
        all.wrong += counts.wrong;
        all.missed += counts.missed;
    }
    let macro_f1 = areas.values().map(|counts| counts.f1()).sum::<f64>() / 14.0;
    println!(
        "micro-F1 {:.3}  macro-F1 {macro_f1:.3}  precision {:.2} recall {:.2}",
        all.f1(),
        all.right / (all.right + all.wrong),
        all.right / (all.right + all.missed)
    );
    println!(
        "relevance F1 {:.3} (wrong {} missed {})",
        relevance.f1(),
        relevance.wrong,
        relevance.missed
    );
    println!(
        "language {} of {}   deadline right {} wrong {} missed {}",
        languages.0, languages.1, deadlines.right, deadlines.wrong, deadlines.missed
    );
}
