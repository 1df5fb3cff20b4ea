//! How do pages write days, levels and languages? The words themselves are data.

use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};
use utkik_digest::stockholm;

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("words.toml")).expect("the words are compiled in, and a test reads them")
});

#[derive(Deserialize)]
struct Words {
    months: [String; 12],
    levels: BTreeMap<String, String>,
    languages: BTreeMap<String, String>,
}

/// A day as a Swedish reader writes it.
pub(super) fn day(date: Date) -> String {
    let month = &WORDS.months[usize::from(date.month().unsigned_abs()) - 1];
    format!("{} {month} {}", date.day(), date.year())
}

/// The day of a moment, in Stockholm.
pub(super) fn day_of(at: Timestamp) -> String {
    day(stockholm(at).date())
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
