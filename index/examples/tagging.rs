//! How well the terms tag labelled publications: `cargo run -p utkik-index --example tagging -- FILE [-v]`.

#![allow(clippy::unwrap_used, reason = "a measuring program may stop")]

use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::Path,
};
use utkik_index::Understander;
use utkik_sources::{AreaId, Entry, Frameworks, Item, ItemId, Known, Language, SourceId};

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
    fn add(&mut self, gold: bool, ours: bool) {
        match (gold, ours) {
            (true, true) => self.right += 1.0,
            (true, false) => self.missed += 1.0,
            (false, true) => self.wrong += 1.0,
            (false, false) => {}
        }
    }

    fn f1(self) -> f64 {
        2.0 * self.right / (2.0 * self.right + self.wrong + self.missed).max(1.0)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { right, wrong, missed } = self;
        write!(out, "F1 {:.3}  right {right} wrong {wrong} missed {missed}", self.f1())
    }
}

/// What is counted over all rows.
#[derive(Default)]
struct Measures {
    areas: BTreeMap<AreaId, Counts>,
    relevance: Counts,
    deadlines: Counts,
    languages: usize,
    rows: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let overlay = arguments.iter().position(|argument| argument == "--frameworks");
    let overlay = overlay.map(|at| Path::new(&arguments[at + 1]));
    let (frameworks, faults) = Frameworks::read(overlay);
    faults.iter().for_each(|fault| eprintln!("{fault:?}"));
    let understander = Understander::new(&frameworks);
    let mut measures = Measures::default();
    for line in fs::read_to_string(&arguments[1]).unwrap().lines() {
        let row: Row = serde_json::from_str(line).unwrap();
        let declared = row.declared.as_deref().and_then(Language::parse);
        let gate = row.gate.unwrap_or(!has("--open"));
        let known = understander.understand(&item(&row), gate, declared.as_ref());
        measures.count(&row, &known);
        if has("-v") {
            show(&row, &known);
        }
    }
    measures.tell();
}

impl Measures {
    fn count(&mut self, row: &Row, known: &Known) {
        let gold: Vec<AreaId> = row.labels.iter().map(|label| AreaId::parse(label)).collect();
        let ours: Vec<AreaId> = known.tags.iter().map(|tag| tag.area.clone()).collect();
        let both: BTreeSet<&AreaId> = gold.iter().chain(&ours).collect();
        for area in both {
            let counts = self.areas.entry(area.clone()).or_default();
            counts.add(gold.contains(area), ours.contains(area));
        }
        self.relevance.add(row.relevant, !ours.is_empty());
        let day = known.deadline().map(|fact| fact.date.to_string());
        if row.deadline.is_some() && row.deadline == day {
            self.deadlines.add(true, true);
        } else {
            self.deadlines.add(row.deadline.is_some(), false);
            self.deadlines.add(false, day.is_some());
        }
        let pair = known.language.as_ref().zip(Language::parse(&row.language));
        self.languages += usize::from(pair.is_some_and(|(ours, gold)| gold.covers(ours)));
        self.rows += 1;
    }

    fn tell(&self) {
        let mut all = Counts::default();
        for (area, counts) in &self.areas {
            println!("{area:8} {counts}");
            all.right += counts.right;
            all.wrong += counts.wrong;
            all.missed += counts.missed;
        }
        let sum: f64 = self.areas.values().map(|counts| counts.f1()).sum();
        println!("micro-F1 {all}\nmacro-F1 {:.3}", sum / self.areas.len() as f64);
        println!("relevance {}\ndeadlines {}", self.relevance, self.deadlines);
        println!("language {} of {}", self.languages, self.rows);
    }
}

fn show(row: &Row, known: &Known) {
    println!("{} {} {}\n   {}", row.id, row.language, row.title, row.summary);
    println!("   gold {:?} {:?} {:?}", row.labels, row.deadline, row.refs);
    let day = known.deadline().map(|fact| fact.date.to_string());
    let references: Vec<_> = known.references.iter().map(|found| &found.normal).collect();
    println!("   ours {:?} {:?} {day:?} {references:?}", known.language, known.document);
    for tag in &known.tags {
        let because =
            tag.because.iter().map(|why| format!("{}@{:?}={}", why.term, why.place, why.weight));
        println!("   {} {} {}", tag.area, tag.score, because.collect::<Vec<_>>().join(", "));
    }
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
