//! What a service that answers with JSON says, as the catalogue maps it.

use crate::{
    Transport, charset,
    feed::{NoFeed, absolute},
    fetch::Request,
    kind::{Look, Sheet},
    mapping, paging,
};
use serde_json::Value;
use utkik_sources::Paging;

const ACCEPT: &str = "application/json, */*;q=0.5";

pub(crate) fn first(look: &Look) -> Request {
    Request { accept: ACCEPT, ..paging::first(look) }
}

pub(crate) fn read(look: &Look, bytes: &[u8], transport: &Transport) -> Result<Sheet, NoFeed> {
    let answer = value(bytes, transport)?;
    sheet(look, &answer, transport, ".")
}

/// The answer as JSON, or in words why it is none.
pub(crate) fn value(bytes: &[u8], transport: &Transport) -> Result<Value, NoFeed> {
    let (text, _) = charset::decode(bytes, transport.header("content-type"));
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.is_empty() {
        return Err(NoFeed::new("answered with nothing"));
    }
    if start.starts_with('<') {
        return Err(NoFeed {
            html: true,
            ..NoFeed::new("is a page or XML where JSON was expected")
        });
    }
    serde_json::from_str(start)
        .map_err(|error| NoFeed::new(format!("cannot be read as JSON: {error}")))
}

/// The entries of an answer, and the question for the next part while parts are not empty.
pub(crate) fn sheet(
    look: &Look,
    answer: &Value,
    transport: &Transport,
    list: &str,
) -> Result<Sheet, NoFeed> {
    let draft = mapping::draft(look, answer, list)?;
    let listed = draft.entries.len();
    let mut sheet = Sheet::of(look, draft, transport);
    sheet.newest_first = true;
    let next = match &look.source.recipe.paging {
        Some(Paging::Counted { .. }) => paging::counted(look),
        Some(Paging::Linked { next }) => mapping::first(answer, next)
            .and_then(|address| absolute(&address, transport.base().as_ref()))
            .map(|address| Request::get(&address)),
        Some(Paging::Cursor { parameter, next }) => mapping::first(answer, next)
            .map(|word| paging::with(paging::first(look), parameter, &word)),
        None => None,
    };
    let next = next.filter(|_| listed > 0).map(|request| Request { accept: ACCEPT, ..request });
    sheet.next = next.into_iter().collect();
    Ok(sheet)
}
