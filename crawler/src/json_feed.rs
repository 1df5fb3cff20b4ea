//! What a JSON Feed says (jsonfeed.org, versions 1 and 1.1): read leniently, since one missing field
//! must not cost the whole feed.

use crate::{
    date,
    feed::{Draft, DraftEntry, NoFeed, absolute, unique},
    plain::{collapse, plain},
};
use serde_json::Value;

pub(crate) fn read(text: &str) -> Result<Draft, NoFeed> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| NoFeed::new(format!("is neither XML nor readable JSON: {error}")))?;
    let items = value.get("items").and_then(Value::as_array);
    let is_feed = string(&value, "version").is_some_and(|version| version.contains("jsonfeed"));
    let Some(items) = items.filter(|_| is_feed || value.get("feed_url").is_some()) else {
        let said =
            ["error", "message", "detail", "title"].iter().find_map(|key| string(&value, key));
        let said = said.map(|said| format!("; it says `{said}`")).unwrap_or_default();
        return Err(NoFeed::new(format!("is JSON, but no JSON Feed{said}")));
    };
    let mut unread = Vec::new();
    let entries = items.iter().map(|item| entry(item, &mut unread)).collect();
    Ok(Draft {
        title: string(&value, "title"),
        subtitle: string(&value, "description"),
        link: address(&value, "home_page_url"),
        language: string(&value, "language"),
        authors: authors(&value),
        entries,
        troubles: date::unread(&unread).into_iter().collect(),
        ..Draft::default()
    })
}

fn entry(item: &Value, unread: &mut Vec<String>) -> DraftEntry {
    let mut moment = |key| {
        let text = string(item, key)?;
        let at = date::seen(&text);
        if at.is_none() {
            unread.push(text);
        }
        at
    };
    let html = item.get("content_html").and_then(Value::as_str).map(plain);
    let attachments = item.get("attachments").and_then(Value::as_array).into_iter().flatten();
    let own_page = || absolute(&string(item, "id")?, None);
    DraftEntry {
        guid: string(item, "id"),
        link: address(item, "url").or_else(|| address(item, "external_url")).or_else(own_page),
        title: string(item, "title"),
        authors: authors(item),
        published: moment("date_published"),
        updated: moment("date_modified"),
        summary: string(item, "summary"),
        content: html.filter(|text| !text.is_empty()).or_else(|| string(item, "content_text")),
        language: string(item, "language"),
        tags: unique(
            item.get("tags")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|tag| tag.as_str().map(collapse)),
        ),
        rights: None,
        enclosures: attachments.filter_map(|attachment| address(attachment, "url")).collect(),
        text: None,
        is_empty: item.as_object().is_none_or(serde_json::Map::is_empty),
    }
}

/// Version 1 has one `author`, version 1.1 several `authors`.
fn authors(value: &Value) -> Vec<String> {
    let several = value.get("authors").and_then(Value::as_array).into_iter().flatten();
    unique(several.chain(value.get("author")).filter_map(|author| string(author, "name")))
}

/// A field as plain text; some write ids as numbers.
fn string(value: &Value, key: &str) -> Option<String> {
    let text = match value.get(key)? {
        Value::String(text) => collapse(text),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn address(value: &Value, key: &str) -> Option<String> {
    Some(value.get(key)?.as_str()?.trim().to_owned()).filter(|address| !address.is_empty())
}
