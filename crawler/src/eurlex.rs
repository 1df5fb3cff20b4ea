//! What the Publications Office's CELLAR answers to a SPARQL question (SPARQL 1.1 results in JSON).
//!
//! The question stands in the catalogue. It names its columns `title`, `link`, `published`, `summary` and
//! `guid`, as far as it has them; parts are asked for by LIMIT and OFFSET, which it must not have itself.

use crate::{
    Transport,
    feed::{Draft, DraftEntry, NoFeed},
    fetch::Request,
    json_api,
    kind::{Look, Sheet},
    mapping::{self, moment},
    paging, session,
};
use serde_json::Value;

const ROWS: usize = 200;

pub(crate) fn first(look: &Look) -> Request {
    part(look, 0)
}

fn part(look: &Look, number: usize) -> Request {
    let question =
        session::filled(look.source.recipe.body.as_deref().unwrap_or_default(), look.now);
    let question = format!("{question} LIMIT {ROWS} OFFSET {}", number * ROWS);
    let plain = Request {
        body: Some("format=application%2Fsparql-results%2Bjson".into()),
        accept: "application/sparql-results+json",
        ..Request::get(&look.source.address)
    };
    paging::with(plain, "query", &question)
}

pub(crate) fn read(look: &Look, bytes: &[u8], transport: &Transport) -> Result<Sheet, NoFeed> {
    let answer = json_api::value(bytes, transport)?;
    if answer.get("results").is_none() {
        return Err(NoFeed::new("is JSON, but no SPARQL results"));
    }
    let rows = mapping::at(&answer, "results.bindings");
    let is_full = rows.len() >= ROWS;
    let entries = rows.into_iter().filter(|row| row.is_object()).map(entry).collect();
    let mut sheet = Sheet::of(look, Draft { entries, ..Draft::default() }, transport);
    if is_full {
        sheet.next.push(part(look, look.part + 1));
    }
    Ok(sheet)
}

fn entry(row: &Value) -> DraftEntry {
    let text = |name: &str| mapping::first(row, &format!("{name}.value"));
    DraftEntry {
        guid: text("guid"),
        link: text("link"),
        title: text("title"),
        summary: text("summary"),
        published: text("published").and_then(|at| moment(&at)),
        language: mapping::first(row, "title.xml:lang").or_else(|| text("language")),
        ..DraftEntry::default()
    }
}
