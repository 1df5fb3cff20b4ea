//! Words that show what a sentence is about, from our data files, and where they stand in a text.

use super::{lists, pattern::Patterns, reading::Reading};
use utkik_sources::Language;

const CLOSING: &str = include_str!("closing.txt");

/// Words that show what a sentence is about.
pub(crate) struct Company {
    patterns: Patterns,
    /// In which language each counts; in every when none.
    languages: Vec<Option<Language>>,
}

/// The words of one sort in `closing.txt`, with their languages.
pub(crate) fn words(sort: &str) -> Vec<(Language, String)> {
    rows(sort).flat_map(lists).collect()
}

/// The words of one sort in `closing.txt` that count in every language.
pub(crate) fn any(sort: &str) -> Vec<String> {
    let rows = rows(sort).filter_map(|row| row.strip_prefix("* "));
    rows.flat_map(str::split_whitespace).map(|word| word.replace('|', " ")).collect()
}

fn rows(sort: &str) -> impl Iterator<Item = &'static str> {
    let lines = CLOSING.lines().filter_map(|line| line.split_once(' '));
    lines.filter(move |(of, _)| *of == sort).map(|(_, row)| row.trim_start())
}

impl Company {
    /// The words of one sort in `closing.txt`.
    pub(crate) fn of(sort: &str) -> Company {
        let in_all = any(sort).into_iter().map(|word| (None, word));
        let in_one = words(sort).into_iter().map(|(language, word)| (Some(language), word));
        Company::from(in_all.chain(in_one).collect())
    }

    /// The words of a file of their own.
    pub(crate) fn of_lists(file: &str) -> Company {
        Company::from(
            lists(file).into_iter().map(|(language, word)| (Some(language), word)).collect(),
        )
    }

    fn from(words: Vec<(Option<Language>, String)>) -> Company {
        let patterns = Patterns::new(words.iter().map(|(_, word)| (word.as_str(), false)));
        Company { patterns, languages: words.into_iter().map(|(language, _)| language).collect() }
    }

    /// Where they stand, in bytes.
    pub(crate) fn places(&self, part: &Reading, language: Option<&Language>) -> Vec<usize> {
        let mut found = Vec::new();
        self.patterns.find(part, |hit| {
            let of = self.languages[hit.term].as_ref();
            let speaks = of.is_none_or(|of| language.is_none_or(|language| speak(of, language)));
            if speaks {
                found.push(part.range(hit.from).start);
            }
        });
        found
    }
}

/// Whether words of one language count in a text of another. The Scandinavian languages are so alike that a short text
/// of one is often taken for another; Finnish words cannot be mistaken.
pub(crate) fn speak(of: &Language, language: &Language) -> bool {
    let is_norse = |language: &Language| matches!(language.code(), "nb" | "nn" | "no" | "da");
    of.code() == "fi" || of.covers(language) || (is_norse(of) && is_norse(language))
}
