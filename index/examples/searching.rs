//! How well labelled queries are answered: `cargo run -p utkik-index --example searching -- ITEMS QUERIES`.

#![allow(clippy::unwrap_used, reason = "a measuring program may stop")]

use serde::Deserialize;
use std::{collections::BTreeMap, fs};
use utkik_index::{Archive, Finder, Query, Understander};
use utkik_sources::{Catalogue, Entry, Frameworks, Item, ItemId, Language, Provenance, SourceId};

#[derive(Deserialize)]
struct Row {
    id: String,
    language: String,
    source_organisation: String,
    published: Option<String>,
    title: String,
    summary: String,
}

#[derive(Deserialize)]
struct Asked {
    qid: String,
    query: String,
    filters: Option<Filters>,
    relevant: BTreeMap<String, i32>,
}

#[derive(Deserialize)]
struct Filters {
    #[serde(default)]
    source_organisation: Vec<String>,
    published_from: Option<String>,
    published_to: Option<String>,
    deadline_from: Option<String>,
    deadline_to: Option<String>,
    relevant: Option<bool>,
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let understander = Understander::new(&Frameworks::built_in());
    let folder = std::env::temp_dir().join(format!("utkik-searching-{}", std::process::id()));
    let archive = Archive::open("sqlite::memory:").await.unwrap();
    for line in fs::read_to_string(&arguments[1]).unwrap().lines() {
        let row: Row = serde_json::from_str(line).unwrap();
        let item = item(&row);
        let known = understander.understand(&item, true, Language::parse(&row.language).as_ref());
        archive.keep(&item, &known).await.unwrap();
    }
    let finder = Finder::open(&folder).unwrap();
    finder.catch_up(&archive, &Catalogue::built_in()).await.unwrap();
    let (mut ndcg, mut recall, mut count) = (0.0, 0.0, 0.0);
    for line in fs::read_to_string(&arguments[2]).unwrap().lines() {
        let asked: Asked = serde_json::from_str(line).unwrap();
        let hits = finder.search(&query(&asked)).await.unwrap();
        let found: Vec<String> = hits.hits.iter().filter_map(|hit| hit.guid.clone()).collect();
        let (gain, share) = measures(&found, &asked.relevant);
        println!(
            "{} {:60} nDCG {gain:.2} recall {share:.2} of {} hits",
            asked.qid, asked.query, hits.total
        );
        (ndcg, recall, count) = (ndcg + gain, recall + share, count + 1.0);
    }
    println!("nDCG@10 {:.3}  recall@20 of the best {:.3}", ndcg / count, recall / count);
    fs::remove_dir_all(folder).unwrap();
}

fn query(asked: &Asked) -> Query {
    let mut query = Query { text: asked.query.clone(), limit: 20, ..Query::default() };
    let day = |text: &Option<String>| text.as_ref().map(|day| day.parse().unwrap());
    if let Some(filters) = &asked.filters {
        query.organisations = filters.source_organisation.clone();
        (query.from, query.to) = (day(&filters.published_from), day(&filters.published_to));
        query.deadline_from = day(&filters.deadline_from);
        query.deadline_to = day(&filters.deadline_to);
        query.relevant = filters.relevant;
    }
    query
}

/// nDCG@10 with gain 2^g − 1, and the share of grade 2 within the first 20.
fn measures(found: &[String], relevant: &BTreeMap<String, i32>) -> (f64, f64) {
    let gain = |grades: &mut dyn Iterator<Item = i32>| -> f64 {
        let gains = grades.take(10).enumerate();
        gains.map(|(rank, grade)| (2f64.powi(grade) - 1.0) / (rank as f64 + 2.0).log2()).sum()
    };
    let mut best: Vec<i32> = relevant.values().copied().collect();
    best.sort_unstable_by(|one, other| other.cmp(one));
    let grade = |id: &String| relevant.get(id).copied().unwrap_or(0);
    let ndcg = gain(&mut found.iter().map(grade)) / gain(&mut best.iter().copied());
    let wanted = best.iter().filter(|grade| **grade == 2).count().max(1);
    let got = found.iter().take(20).filter(|id| grade(id) == 2).count();
    (ndcg, got as f64 / wanted as f64)
}

fn item(row: &Row) -> Item {
    let source = SourceId("import".into());
    let first_seen = "2026-11-22T00:00:00Z".parse().unwrap();
    Item {
        id: ItemId::of_guid(&source, &row.id),
        source: source.clone(),
        entry: Entry {
            guid: row.id.clone(),
            title: row.title.clone(),
            summary: Some(row.summary.clone()),
            published: row
                .published
                .as_ref()
                .map(|day| format!("{day}T00:00:00Z").parse().unwrap()),
            ..Entry::default()
        },
        text: None,
        first_seen,
        backfill: false,
        provenance: vec![Provenance {
            source,
            guid: row.id.clone(),
            organisation: Some(row.source_organisation.clone()),
            at: first_seen,
        }],
    }
}
