//! What is the situation, on one screen?

use super::{
    Parts,
    digests::{Issue, issues},
    fault::Fault,
    rendered,
    search::{Row, rows},
    words,
};
use crate::demo;
use askama::Template;
use axum::{extract::State, response::Html};
use jiff::ToSpan;
use utkik_digest::{asks, stockholm};
use utkik_index::{Query, Sort};

#[derive(Template)]
#[template(path = "start.html")]
struct Page {
    issue: Option<Issue>,
    closing: Vec<Closing>,
    newest: Vec<Row>,
    items: u64,
    sources: usize,
    demo: bool,
}

struct Closing {
    day: String,
    left: i32,
    row: Row,
}

pub(super) async fn page(State(app): Parts) -> Result<Html<String>, Fault> {
    let today = stockholm(app.clock.now()).date();
    let newest = Query { relevant: Some(true), sort: Sort::Date, limit: 8, ..Query::default() };
    let closing = Query {
        relevant: Some(true),
        deadline_from: Some(today),
        deadline_to: Some(today.saturating_add(60.days())),
        limit: 40,
        collapse: true,
        ..Query::default()
    };
    let newest = app.finder.search(&newest).await?;
    let mut closing: Vec<_> = app.finder.search(&closing).await?.hits;
    closing.retain(|hit| hit.document.as_deref().is_some_and(asks));
    closing.sort_by_key(|hit| hit.deadline);
    closing.dedup_by_key(|hit| (hit.deadline, hit.areas.clone()));
    closing.truncate(6);
    let closing = rows(&app, &closing).into_iter().zip(&closing).filter_map(|(row, hit)| {
        let date = hit.deadline?;
        Some(Closing { day: words::day(date), left: today.until(date).ok()?.get_days(), row })
    });
    rendered(&Page {
        issue: issues(&app).into_iter().next(),
        closing: closing.collect(),
        newest: rows(&app, &newest.hits),
        items: app.archive.count().await?,
        sources: app.archive.states().await?.len(),
        demo: demo::made(&app),
    })
}
