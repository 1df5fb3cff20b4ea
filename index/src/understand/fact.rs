//! What an item states that can be looked up: acts and documents it refers to, and days that mean something.

use crate::understand::{
    date::{Written, dates},
    lists,
    pattern::Patterns,
    reading::Reading,
};
use jiff::{civil::Date, tz::TimeZone};
use regex::Regex;
use std::{collections::BTreeSet, sync::LazyLock};
use utkik_sources::{Cue, Dated, DatedFact, FactKind, Language, Reference};

/// Names this way to read facts.
pub(crate) const VERSION: &str = "fact-2";

const ANSWERS: &str = include_str!("answers.txt");
const REPORTS: &str = include_str!("reports.txt");

const REFERENCES: &str = include_str!("references.txt");

/// Texts are read for dates and references this far, in bytes; a longer one is a report whose own lists would drown the item.
const FAR: usize = 200_000;

/// The cues for dates, compiled.
pub(crate) struct Facts {
    cues: Patterns,
    uses: Vec<(Language, FactKind, bool)>,
    answers: Company,
    reports: Company,
}

/// Words that show what a sentence is about.
struct Company {
    patterns: Patterns,
    languages: Vec<Language>,
}

impl Company {
    fn of(file: &str) -> Company {
        let words = lists(file);
        let patterns = Patterns::new(words.iter().map(|(_, word)| (word.as_str(), false)));
        Company { patterns, languages: words.into_iter().map(|(language, _)| language).collect() }
    }

    /// Where they stand.
    fn places(&self, part: &Reading, language: Option<&Language>) -> Vec<usize> {
        let mut found = Vec::new();
        self.patterns.find(part, |hit| {
            if language.is_none_or(|language| self.languages[hit.term].covers(language)) {
                found.push(part.range(hit.from).start);
            }
        });
        found
    }
}

impl Facts {
    /// Compiles the cues.
    pub(crate) fn new(cues: &[Cue]) -> Facts {
        let told = |cue: &Cue| (cue.language.clone(), cue.kind, is_general(&cue.phrase));
        Facts {
            cues: Patterns::new(cues.iter().map(|cue| (cue.phrase.as_str(), false))),
            uses: cues.iter().map(told).collect(),
            answers: Company::of(ANSWERS),
            reports: Company::of(REPORTS),
        }
    }

    /// The references in order of appearance and the dates in order of time, each once.
    pub(crate) fn find(
        &self,
        parts: &[Reading],
        language: Option<&Language>,
        dated: Dated,
    ) -> (Vec<Reference>, Vec<DatedFact>) {
        let mut references: Vec<Reference> = Vec::new();
        let mut facts: Vec<DatedFact> = Vec::new();
        let day = dated.at().to_zoned(TimeZone::UTC).date();
        let not_before = matches!(dated, Dated::Published(_)).then_some(day);
        for part in parts {
            for reference in read_references(within(part.text)) {
                if !references.iter().any(|known| known.normal == reference.normal) {
                    references.push(reference);
                }
            }
            for fact in self.dates(part, language, day) {
                let is_late = fact.kind == FactKind::Deadline
                    && not_before.is_some_and(|published| fact.date < published);
                let is_known =
                    facts.iter().any(|known| known.date == fact.date && known.kind == fact.kind);
                if !is_late && !is_known {
                    facts.push(fact);
                }
            }
        }
        facts.sort_by_key(|fact| fact.date);
        (references, facts)
    }

    fn dates(&self, part: &Reading, language: Option<&Language>, day: Date) -> Vec<DatedFact> {
        let mut cues: Vec<(usize, usize, usize)> = Vec::new();
        self.cues.find(part, |hit| {
            let (of, _, _) = &self.uses[hit.term];
            let speaks = language.is_none_or(|language| of.covers(language));
            if speaks && part.range(hit.from).start < FAR {
                cues.push((hit.from, hit.to, hit.term));
            }
        });
        if cues.is_empty() {
            return Vec::new();
        }
        // Of overlapping cues the earlier says more: "redovisas senast" holds "senast".
        cues.sort_by_key(|(from, to, _)| (*from, std::cmp::Reverse(*to)));
        let mut reach = 0;
        cues.retain(|(from, to, _)| {
            let stands_free = *from >= reach;
            reach = reach.max(*to);
            stands_free
        });
        let asking = self.answers.places(part, language);
        let reporting = self.reports.places(part, language);
        let mut taken = BTreeSet::new();
        let facts = cues.into_iter().filter_map(|(from, to, cue)| {
            let (start, end) = (part.range(from).start, part.range(to - 1).end);
            let sentence = sentence(part.text, start, end);
            let nearest = nearest(&written(part.text, sentence, day), start, end)?;
            let (_, kind, is_general) = self.uses[cue];
            let has =
                |places: &[usize]| places.iter().any(|at| (sentence.0..sentence.1).contains(at));
            let kind = match kind {
                FactKind::Deadline if is_general && has(&reporting) => FactKind::Report,
                FactKind::Deadline if is_general && !has(&asking) => return None,
                kind => kind,
            };
            if !taken.insert(nearest.start) {
                return None;
            }
            let sentence = part.text[sentence.0..sentence.1].trim().to_owned();
            Some(DatedFact { date: nearest.date, kind, sentence })
        });
        facts.collect()
    }
}

/// Whether a cue is so short that it also stands where nobody asks for anything.
fn is_general(phrase: &str) -> bool {
    phrase.split_whitespace().count() <= 2 && phrase.chars().count() <= 14
}

fn within(text: &str) -> &str {
    &text[..text.floor_char_boundary(FAR)]
}

/// The sentence around a range. A full stop ends one when white space and a capital follow.
fn sentence(text: &str, start: usize, end: usize) -> (usize, usize) {
    static END: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"[.!?]\s+[\p{Lu}\u{2013}\u{201d}\x22-]|\n\n\s*\S";
        Regex::new(pattern).expect("the pattern is checked by tests")
    });
    let low = text.floor_char_boundary(start.saturating_sub(600));
    let high = text.floor_char_boundary((end + 600).min(text.len()));
    // The cue itself may be the word that begins the sentence.
    let first = text[start..].chars().next().map_or(start, |first| start + first.len_utf8());
    let before = END.find_iter(&text[low..first]).last();
    let after = END.find(&text[end..high]);
    (
        before.map_or(low, |found| low + found.start() + 1),
        after.map_or(high, |found| end + found.start() + 1),
    )
}

/// The days that stand in a sentence of `text`.
fn written(text: &str, (from, to): (usize, usize), day: Date) -> Vec<Written> {
    let moved =
        |found: Written| Written { start: from + found.start, end: from + found.end, ..found };
    dates(&text[from..to], day).into_iter().map(moved).collect()
}

/// The day that a cue speaks of: the next one in its sentence, else the last before it.
fn nearest(written: &[Written], start: usize, end: usize) -> Option<Written> {
    let is_after = |day: &&Written| day.start + 1 >= end || (day.start >= start && day.end > end);
    let after = written.iter().find(is_after);
    after.or_else(|| written.iter().rfind(|day| day.end <= start)).copied()
}

/// How one sort of reference is written, and how we write it.
struct Form {
    kind: &'static str,
    regex: Regex,
    normal: &'static str,
    link: &'static str,
}

fn forms() -> &'static [Form] {
    static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
        let rows = REFERENCES.lines().filter(|line| !line.starts_with('#'));
        rows.filter_map(|row| {
            let mut columns = row.split(" |").map(str::trim);
            let (kind, pattern) = (columns.next()?, columns.next()?);
            let (normal, link) = (columns.next()?, columns.next()?);
            // Boundaries between ASCII letters only: others cost ten times as much.
            let pattern = pattern.replace('~', r"\s").replace(r"\b", r"(?-u:\b)");
            let regex = Regex::new(&pattern);
            let regex = regex.expect("the patterns are checked by tests");
            Some(Form { kind, regex, normal, link })
        })
        .collect()
    });
    &FORMS
}

/// The acts and documents that a text refers to, in order of appearance, each as often as it stands there.
pub(crate) fn read_references(text: &str) -> Vec<Reference> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let mut found: Vec<(usize, Reference)> = Vec::new();
    for form in forms() {
        for captures in form.regex.captures_iter(text) {
            let whole = captures.get(0).expect("group 0 is the whole match");
            let filled = |template: &str| {
                let mut out = String::new();
                captures.expand(template, &mut out);
                out
            };
            let reference = Reference {
                normal: filled(form.normal),
                kind: form.kind.to_owned(),
                text: whole.as_str().to_owned(),
                link: (!form.link.is_empty()).then(|| filled(form.link)),
            };
            found.push((whole.start(), reference));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, reference)| reference).collect()
}
