//! What stands where in an answer of a service: the paths and templates of a recipe, followed.

use crate::{
    date::{self, Seen},
    feed::{Draft, DraftEntry, NoFeed, unique},
    kind::Look,
    plain::{collapse, plain},
};
use jiff::Timestamp;
use serde_json::Value;

/// The entries of an answer as the recipe of its source says; `list` is where they stand unless it says so.
pub(crate) fn draft(look: &Look, answer: &Value, list: &str) -> Result<Draft, NoFeed> {
    let recipe = &look.source.recipe;
    let path = recipe.entries.as_deref().unwrap_or(list);
    if !has_list(answer, path) {
        let said = ["error", "message", "detail", "title", "status"];
        let said = said.iter().find_map(|key| first(answer, key));
        let said = said.map(|said| format!("; it says `{said}`")).unwrap_or_default();
        return Err(NoFeed::new(format!("has no `{path}`{said}")));
    }
    let mut unread = Vec::new();
    let rows = at(answer, path);
    let entries = rows
        .into_iter()
        .filter(|row| !row.is_null())
        .map(|row| entry(look, row, &mut unread))
        .collect();
    let troubles = unread.first().map(|first: &String| {
        format!("{} dates could not be read, the first: `{first}`", unread.len())
    });
    Ok(Draft { entries, troubles: troubles.into_iter().collect(), ..Draft::default() })
}

fn entry(look: &Look, row: &Value, unread: &mut Vec<String>) -> DraftEntry {
    let recipe = &look.source.recipe;
    let text = |key: &str| field(row, recipe.field(key)?);
    let mut when = |key: &str| {
        let stated = text(key)?;
        let at = moment(&stated);
        if at.is_none() {
            unread.push(stated);
        }
        at
    };
    DraftEntry {
        published: when("published"),
        updated: when("updated"),
        guid: text("guid"),
        link: text("link"),
        title: text("title"),
        summary: text("summary"),
        text: text("text"),
        language: text("language"),
        authors: recipe
            .authors
            .as_deref()
            .map(|path| unique(all(row, path).into_iter()))
            .unwrap_or_default(),
        ..DraftEntry::default()
    }
}

/// Whether the list is there, be it empty: its first name is what a wrong answer lacks.
fn has_list(answer: &Value, path: &str) -> bool {
    path.split('|').any(|path| match path.split('.').next() {
        Some("") | None => answer.is_array(),
        Some(name) => answer.get(name).is_some(),
    })
}

/// The values that a path leads to; lists on the way are gone through. `.` is the value itself, `|` stands
/// between alternatives, of which the first that leads anywhere counts.
pub(crate) fn at<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    for path in path.split('|') {
        let mut found = flat(value);
        for name in path.trim().split('.').filter(|name| !name.is_empty()) {
            found = found.into_iter().filter_map(|value| value.get(name)).flat_map(flat).collect();
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn flat(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(several) => several.iter().flat_map(flat).collect(),
        one => vec![one],
    }
}

/// Every text that a path leads to.
pub(crate) fn all(value: &Value, path: &str) -> Vec<String> {
    at(value, path).into_iter().filter_map(text).collect()
}

/// The first text that a path leads to.
pub(crate) fn first(value: &Value, path: &str) -> Option<String> {
    path.split('|').find_map(|path| at(value, path).into_iter().find_map(text))
}

/// A path, or a template with paths in braces; a template of which a part leads nowhere gives way to the next.
fn field(row: &Value, way: &str) -> Option<String> {
    if !way.contains('{') {
        return first(row, way);
    }
    let mut inside = false;
    let outside_braces = |c: char| {
        inside = (inside || c == '{') && c != '}';
        c == '|' && !inside
    };
    way.split(outside_braces)
        .find_map(|way| if way.contains('{') { template(row, way) } else { first(row, way) })
}

fn template(row: &Value, way: &str) -> Option<String> {
    let mut filled = String::new();
    let mut rest = way;
    while let Some((before, after)) = rest.split_once('{') {
        let (path, after) = after.split_once('}')?;
        filled.push_str(before);
        filled.push_str(&first(row, path)?);
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

/// A value as plain text; an XML element with attributes keeps its text under an empty name.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) if text.contains(['<', '&']) => plain(text),
        Value::String(text) => collapse(text),
        // Ids are sometimes written as 12345.0.
        Value::Number(number) => number.to_string().trim_end_matches(".0").to_owned(),
        Value::Object(fields) => collapse(fields.get("")?.as_str()?),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// A date as any page writes it, or as .NET and Java write moments: `/Date(1759269600000+0200)/`, `1759269600000`.
pub(crate) fn moment(text: &str) -> Option<Seen> {
    let inner = text.strip_prefix("/Date(").and_then(|rest| rest.split(')').next());
    let number = inner.unwrap_or(text);
    let digits = number.split('+').next().unwrap_or(number);
    let digits = digits
        .rsplit_once('-')
        .filter(|(start, _)| !start.is_empty())
        .map_or(digits, |(start, _)| start);
    if inner.is_some() || (text.len() >= 12 && text.bytes().all(|byte| byte.is_ascii_digit())) {
        return Timestamp::from_millisecond(digits.parse().ok()?).ok().map(Seen::of);
    }
    date::seen(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_go_through_lists_and_alternatives() {
        let value = json!({"a": [{"b": "<p>One &amp; all</p>"}, {"b": 2.0}], "c": null, "d": {"": " x ", "@e": "y"}});
        assert_eq!(all(&value, "a.b"), ["One & all", "2"]);
        assert_eq!(first(&value, "c|x.y|a.b").as_deref(), Some("One & all"));
        assert_eq!(field(&value, "{d}: {d.@e}!").as_deref(), Some("x: y!"));
        assert_eq!(field(&value, "{d}: {nowhere}"), None);
        assert_eq!(field(&value, "{c|nowhere}|{c|d}!|d").as_deref(), Some("x!"));
        assert_eq!(at(&json!([1, [2]]), ".").len(), 2);
    }

    #[test]
    fn moments_of_programs_are_read() {
        for text in [
            "/Date(1759269600000+0200)/",
            "/Date(1759269600000)/",
            "1759269600000",
            "2025-09-30T22:00:00Z",
        ] {
            assert_eq!(
                moment(text)
                    .and_then(|seen| seen.at(&jiff::tz::TimeZone::UTC))
                    .map(|at| at.to_string())
                    .as_deref(),
                Some("2025-09-30T22:00:00Z"),
                "{text}"
            );
        }
        assert_eq!(moment("/Date(x)/"), None);
    }
}
