//! Which acts and documents does a text refer to?
//!
//! The ways of referring stand in `references.txt`; this file applies them and goes on along lists, such as
//! "SOU 2020:47 och 48". Where two readings overlap, the one that begins first counts, then the longer.

use super::{date, words};
use regex::{Captures, Regex};
use std::{ops::Range, sync::LazyLock};
use utkik_sources::Reference;

const REFERENCES: &str = include_str!("references.txt");

/// How many numbers a range may hold: "SOU 2020:47–49" does, a span of pages does not.
const WIDEST: u32 = 10;

/// How one sort of reference is written, and how we write it.
struct Form {
    kind: &'static str,
    regex: Regex,
    normal: &'static str,
    link: &'static str,
    more: Option<&'static Regex>,
}

/// A reference with its place in the text.
struct Found {
    at: Range<usize>,
    reference: Reference,
}

/// The acts and documents that a text refers to, in order of appearance, each as often as it stands there.
pub(crate) fn read_references(text: &str) -> Vec<Reference> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let mut found: Vec<Found> = Vec::new();
    for form in forms() {
        for captures in form.regex.captures_iter(text) {
            form.read(text, &captures, &mut found);
        }
    }
    found.sort_by_key(|found| (found.at.start, std::cmp::Reverse(found.at.end)));
    let mut reach = 0;
    found.retain(|found| {
        let stands_free = found.at.start >= reach;
        reach = reach.max(found.at.end);
        stands_free
    });
    found.into_iter().map(|found| found.reference).collect()
}

fn forms() -> &'static [Form] {
    static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
        let rows = REFERENCES.lines().filter(|line| !line.starts_with('#'));
        rows.filter_map(|row| {
            let mut columns = row.split(" |").map(str::trim);
            let (kind, pattern) = (columns.next()?, columns.next()?);
            let (normal, link) = (columns.next()?, columns.next()?);
            // Boundaries between ASCII letters only: others cost ten times as much.
            let pattern = pattern
                .replace('~', r"\s")
                .replace('%', date::month_names())
                .replace(r"\b", r"(?-u:\b)");
            let regex = Regex::new(&pattern);
            let regex = regex.expect("the patterns are checked by tests");
            let more = columns.next().and_then(more);
            Some(Form { kind, regex, normal, link, more })
        })
        .collect()
    });
    &FORMS
}

/// How a list goes on: what joins, then perhaps the year or session, then the number.
fn more(how: &str) -> Option<&'static Regex> {
    static MORE: LazyLock<[Regex; 3]> = LazyLock::new(|| {
        let join = r"^(?P<close>\))?\s*(?:,|(?:,\s*)?\b(?:och|samt|and|og|ja|sek\u{e4}|or|eller|respektive)\b|&|(?P<range>[-–]))\s*(?:nr\s)?\(?";
        [
            r"(?:(?P<first>(?:1[6-9]|20)\d\d):)?(?P<second>\d{1,4})(?-u:\b)",
            r"(?:(?P<first>(?:19|20)\d\d/(?:2000|\d\d)):)?(?P<second>\p{L}{0,4}\d{1,4})(?-u:\b)",
            r"(?P<second>(?:201[5-9]|20[2-9]\d)/\d{1,4})(?-u:\b)",
        ]
        .map(|next| Regex::new(&(join.to_owned() + next)).expect("the pattern is checked by tests"))
    });
    let [year, session, act] = &*MORE;
    match how {
        "year" => Some(year),
        "session" => Some(session),
        "act" => Some(act),
        _ => None,
    }
}

impl Form {
    fn read(&self, text: &str, captures: &Captures, found: &mut Vec<Found>) {
        let whole = captures.name("r").or_else(|| captures.get(0));
        let whole = whole.expect("group 0 is the whole match");
        let mut groups: Vec<String> = captures
            .iter()
            .map(|group| group.map(|group| group.as_str().to_owned()).unwrap_or_default())
            .collect();
        found.push(self.found(text, whole.range(), &groups));
        let Some(more) = self.more else { return };
        let last = groups.len() - 1;
        let mut end = whole.end();
        while let Some(next) = more.captures(&text[end..]) {
            let second = &next["second"];
            let first = next.name("first").map(|first| first.as_str());
            let place = next.get(0).map_or(end..end, |all| end..end + all.end());
            let is_range = next.name("range").is_some();
            let is_listed = if is_range {
                first.is_none() && spans(&groups[last], second).is_some()
            } else {
                follows(&groups[last], second, first.is_some(), &text[place.end..])
            };
            if !is_listed || (next.name("close").is_some() && first.is_none()) {
                return;
            }
            if is_range {
                for number in spans(&groups[last], second).unwrap_or_default() {
                    groups[last] = number.to_string();
                    found.push(self.found(text, end..end, &groups));
                }
            }
            if let Some(first) = first {
                groups[last - 1] = first.to_owned();
            }
            groups[last] = second.to_owned();
            let start = place.end - second.len() - first.map_or(0, |first| first.len() + 1);
            found.push(self.found(text, start..place.end, &groups));
            end = place.end;
        }
    }

    fn found(&self, text: &str, at: Range<usize>, groups: &[String]) -> Found {
        let reference = Reference {
            normal: filled(self.normal, groups),
            kind: self.kind.to_owned(),
            text: text[at.clone()].to_owned(),
            link: (!self.link.is_empty()).then(|| filled(self.link, groups)),
        };
        Found { at, reference }
    }
}

/// The numbers between two that can be the ends of a range.
fn spans(from: &str, to: &str) -> Option<Range<u32>> {
    let (from, to) = (from.parse::<u32>().ok()?, to.parse::<u32>().ok()?);
    (to > from && to - from <= WIDEST).then_some(from + 1..to)
}

/// Whether a number goes on with the list: it says its year, or is higher and no measure of something else.
fn follows(last: &str, number: &str, has_year: bool, after: &str) -> bool {
    if has_year || number.contains('/') {
        return true;
    }
    let (Ok(last), Ok(number)) = (last.parse::<u32>(), number.parse::<u32>()) else { return false };
    let word = words::words(after).next().filter(|word| after[..word.start].trim().is_empty());
    let is_measure =
        word.is_some_and(|word| !words::is_common(&words::fold(&after[word.start..word.end])));
    let goes_on =
        after.starts_with(['/', ':', '%', '-']) || after.trim_start().starts_with(['§', '%']);
    number > last && !goes_on && number <= last + 100 && (!is_measure || number == last + 1)
}

/// A template with what the groups held: `$1`, `$1d` (padded to two digits), `$1m` (a month's name as two digits).
fn filled(template: &str, groups: &[String]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        out += &rest[..at];
        rest = &rest[at + 1..];
        let Some(group) = rest.chars().next().and_then(|digit| digit.to_digit(10)) else { break };
        let held = groups.get(group as usize).map(String::as_str).unwrap_or_default();
        rest = &rest[1..];
        match rest.chars().next() {
            Some('d') => out += &format!("{held:0>2}"),
            Some('m') => out += &format!("{:0>2}", date::month(held).unwrap_or_default()),
            _ => {
                // One way to write hyphens and spaces.
                let held = held.replace('\u{2011}', "-");
                out += &held.split_whitespace().collect::<Vec<_>>().join(" ");
                continue;
            }
        }
        rest = &rest[1..];
    }
    out += rest;
    out.trim_end_matches('-').replace("  ", " ")
}
