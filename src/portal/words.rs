//! How do pages write days, levels and languages? The words themselves are data.

use crate::demo;
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};
use utkik_digest::stockholm;
use utkik_index::{Health, Remark};
use utkik_sources::Dated;

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("words.toml"))
        .expect("the words are compiled in, and a test reads them")
});

#[derive(Deserialize)]
struct Words {
    months: [String; 12],
    undated: String,
    paused: String,
    unvisited: String,
    well: String,
    failing: String,
    unchanged: String,
    empty: String,
    not_a_feed: String,
    refused: String,
    gone: String,
    silent: String,
    levels: BTreeMap<String, String>,
    languages: BTreeMap<String, String>,
    remarks: BTreeMap<String, String>,
}

/// A day as a Swedish reader writes it.
pub(super) fn day(date: Date) -> String {
    let month = &WORDS.months[usize::from(date.month().unsigned_abs()) - 1];
    format!("{} {month} {}", date.day(), date.year())
}

/// The day that an item belongs to, and how it is known when the source did not say.
pub(super) fn dated(dated: Dated) -> String {
    let day = |at: Timestamp| day(stockholm(at).date());
    match dated {
        Dated::Published(at) => day(at),
        Dated::FirstSeen(at) => format!("{} {}", WORDS.undated, day(at)),
    }
}

/// How a source does.
pub(super) fn health(health: &Health) -> String {
    let since = |at: &Timestamp| day(stockholm(*at).date());
    match health {
        Health::Unvisited => WORDS.unvisited.clone(),
        Health::Well => WORDS.well.clone(),
        Health::Unchanged => WORDS.unchanged.clone(),
        Health::Empty => WORDS.empty.clone(),
        Health::NotAFeed { since: at, why } => {
            format!("{} {}: {why}", WORDS.not_a_feed, since(at))
        }
        Health::Refused { since: at, why } => format!("{} {}: {why}", WORDS.refused, since(at)),
        Health::Gone { since: at, why } => format!("{} {}: {why}", WORDS.gone, since(at)),
        Health::Failing { since: at, why } => format!("{} {}: {why}", WORDS.failing, since(at)),
        Health::Silent { since: at } => format!("{} {}", WORDS.silent, since(at)),
    }
}

/// That a source is not visited, and why.
pub(super) fn paused(why: &str) -> String {
    format!("{}: {why}", WORDS.paused)
}

/// Where a reader is sent: pages of the sample web are found in the portal, since no browser knows their hosts.
pub(super) fn link(link: &str, sample: bool) -> String {
    match link.strip_prefix("http://").filter(|_| sample) {
        Some(rest) => format!("{}{rest}", demo::SHOWN),
        None => link.to_owned(),
    }
}

/// How a query was read, where that needs telling.
pub(super) fn remark(remark: &Remark) -> String {
    let (key, field, value) = match remark {
        Remark::Unknown(name) => ("unknown", name.as_str(), ""),
        Remark::Unreadable { field, value } => ("unreadable", field.as_str(), value.as_str()),
        Remark::Unwanted(field) => ("unwanted", field.as_str(), ""),
        Remark::Unclosed => ("unclosed", "", ""),
        Remark::TooLong => ("long", "", ""),
    };
    let told = WORDS.remarks.get(key).map_or(key, String::as_str);
    told.replace("FIELD", field).replace("VALUE", value)
}

/// What a level is called.
pub(super) fn level(word: &str) -> &str {
    WORDS.levels.get(word).map_or(word, String::as_str)
}

/// What a language is called.
pub(super) fn language(code: &str) -> &str {
    WORDS.languages.get(code).map_or(code, String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use utkik_sources::Level;

    #[test]
    fn every_level_has_a_name() {
        assert!(Level::ALL.iter().all(|value| level(value.word()) != value.word()));
        assert_eq!(day(jiff::civil::date(2026, 5, 3)), "3 maj 2026");
        assert_eq!(language("xx"), "xx");
    }
}
