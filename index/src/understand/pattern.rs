//! Finding many terms at once: all of them in one pass over a text, however many there are.

use crate::understand::{reading::Reading, words};
use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::HashMap;

/// A term as the frameworks write it: whole words, or with a trailing `*` the beginning of the last one.
struct Pattern {
    /// For terms that are only meant in this writing: each word as it must stand, or `None` where case is free.
    exact: Option<Vec<Option<String>>>,
    length: usize,
    is_prefix: bool,
}

/// Where a term was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Which of the terms, in the order in which they were given.
    pub(crate) term: usize,
    /// Its first word.
    pub(crate) from: usize,
    /// Just after its last word.
    pub(crate) to: usize,
}

/// Terms compiled for matching.
pub(crate) struct Patterns {
    automaton: AhoCorasick,
    patterns: Vec<Pattern>,
    /// For each needle of the automaton, the terms that are written so.
    users: Vec<Vec<u32>>,
}

impl Patterns {
    /// Compiles terms, each with whether it must stand with exactly its capitals.
    pub(crate) fn new<'a>(terms: impl Iterator<Item = (&'a str, bool)>) -> Patterns {
        let mut needles: Vec<String> = Vec::new();
        let mut users: Vec<Vec<u32>> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut patterns = Vec::new();
        for (index, (term, exact)) in terms.enumerate() {
            let (pattern, needle) = compile(term, exact);
            patterns.push(pattern);
            if needle.trim().is_empty() {
                continue;
            }
            let at = *known.entry(needle.clone()).or_insert_with(|| {
                needles.push(needle);
                users.push(Vec::new());
                users.len() - 1
            });
            users[at].push(index as u32);
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&needles)
            .expect("a few thousand short terms fit into an automaton");
        Patterns { automaton, patterns, users }
    }

    /// Calls `found` for each term in `reading`, overlapping ones too, by where they end.
    pub(crate) fn find(&self, reading: &Reading, mut found: impl FnMut(Hit)) {
        for hit in self.automaton.find_overlapping_iter(reading.joined.as_str()) {
            let from = reading.word_at(hit.start() + 1);
            for term in &self.users[hit.pattern().as_usize()] {
                let pattern = &self.patterns[*term as usize];
                if pattern.is_written_so(reading, from) {
                    found(Hit { term: *term as usize, from, to: from + pattern.length });
                }
            }
        }
    }
}

impl Pattern {
    fn is_written_so(&self, reading: &Reading, from: usize) -> bool {
        let Some(exact) = &self.exact else { return true };
        exact.iter().enumerate().all(|(offset, wanted)| {
            let Some(wanted) = wanted else { return true };
            let raw = reading.raw(from + offset);
            let is_last = offset + 1 == self.length;
            if is_last && self.is_prefix { raw.starts_with(wanted) } else { raw == wanted }
        })
    }
}

fn compile(term: &str, is_exact: bool) -> (Pattern, String) {
    let is_prefix = term.ends_with('*');
    let bare = term.trim_end_matches('*');
    let found: Vec<&str> = words::words(bare).map(|word| &bare[word.start..word.end]).collect();
    let mut needle = String::new();
    for word in &found {
        needle.push(' ');
        words::fold_into(word, &mut needle);
    }
    if !is_prefix {
        needle.push(' ');
    }
    let exact = is_exact.then(|| {
        let strict = |word: &&str| word.contains(char::is_uppercase).then(|| (*word).to_owned());
        found.iter().map(strict).collect()
    });
    (Pattern { exact, length: found.len(), is_prefix }, needle)
}
