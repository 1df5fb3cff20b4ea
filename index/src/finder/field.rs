//! What a person asks for by name, such as `titel:journal` or `deadline:<14d`.
//!
//! What cannot be read is told in a [`Remark`] and searched for as words, or left out where it is no word: a query is
//! never wrong. The names themselves are data.

use crate::{Query, understand::words::fold};
use jiff::{
    Span,
    civil::{Date, date},
};
use std::{collections::HashMap, fmt, sync::LazyLock};
use utkik_sources::{AreaId, Language, Level, SourceId};

const NAMES: &str = include_str!("fields.txt");

/// Longer queries are cut off.
const LONGEST: usize = 4_000;

/// What a person may want to know about how their query was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// No field has this name, so it was read as words.
    Unknown(String),
    /// What this field should be could not be read, so it was left out.
    Unreadable {
        /// As the person wrote it.
        field: String,
        /// What stood after it.
        value: String,
    },
    /// A field cannot be unwanted; it was left out.
    Unwanted(String),
    /// A quotation mark was never closed, so the phrase goes on to the end.
    Unclosed,
    /// Only the beginning was read.
    TooLong,
}

impl fmt::Display for Remark {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Remark::Unknown(name) => write!(out, "no field is called `{name}`: read as words"),
            Remark::Unreadable { field, value } => {
                write!(out, "could not read `{value}` as what `{field}` should be: left out")
            }
            Remark::Unwanted(field) => write!(out, "`-{field}:` cannot be asked for: left out"),
            Remark::Unclosed => {
                write!(out, "a quotation mark is not closed: the phrase goes on to the end")
            }
            Remark::TooLong => write!(out, "the query is too long: only its beginning was read"),
        }
    }
}

impl Query {
    /// Reads what the text asks for by name into the other parts of the query; `today` is what `14d` counts from.
    pub fn with_fields(mut self, today: Date) -> (Query, Vec<Remark>) {
        let mut remarks = Vec::new();
        let text = std::mem::take(&mut self.text);
        let end = text.floor_char_boundary(LONGEST);
        if end < text.len() {
            remarks.push(Remark::TooLong);
        }
        let mut rest = &text[..end];
        while let Some(first) = rest.chars().next() {
            let length = piece(rest, &mut remarks);
            let (written, after) = rest.split_at(length.max(first.len_utf8()));
            rest = after;
            if !self.takes(written, today, &mut remarks) {
                self.text.push_str(written);
            }
        }
        self.text = self.text.trim().to_owned();
        (self, remarks)
    }

    /// Takes a piece of a query if it is a field.
    fn takes(&mut self, written: &str, today: Date, remarks: &mut Vec<Remark>) -> bool {
        let Some((name, value)) = written.split_once(':') else { return false };
        let (unwanted, name) = name.strip_prefix('-').map_or((false, name), |name| (true, name));
        let value = value.trim_matches(is_quote).trim();
        let is_name = name.chars().count() > 2 && name.chars().all(char::is_alphabetic);
        if !is_name || value.is_empty() || value.starts_with("//") {
            return false;
        }
        let Some(field) = named(name) else {
            remarks.push(Remark::Unknown(name.to_owned()));
            return false;
        };
        if unwanted {
            remarks.push(Remark::Unwanted(name.to_owned()));
        } else if self.set(field, value, today).is_none() {
            let (field, value) = (name.to_owned(), value.to_owned());
            remarks.push(Remark::Unreadable { field, value });
        }
        true
    }

    /// Sets one field; `None` where the value cannot be read.
    fn set(&mut self, field: &str, value: &str, today: Date) -> Option<()> {
        match field {
            "title" => self.titles.push(value.to_owned()),
            "source" => self.sources.push(SourceId(value.to_owned())),
            "organisation" => self.organisations.push(value.to_owned()),
            "area" => self.areas.push(AreaId::parse(value)),
            "level" => self.levels.push(level(value)?),
            "country" => self.countries.push(value.to_uppercase()),
            "language" => self.languages.push(Language::parse(value)?),
            "kind" => self.kinds.push(value.to_uppercase()),
            "reference" => {
                self.text.push_str(&format!(" \"{value}\" "));
            }
            "date" => {
                let (from, to) = span(value, today, -1)?;
                (self.from, self.to) = (from.or(self.from), to.or(self.to));
            }
            _ => {
                let (from, to) = span(value, today, 1)?;
                // Who asks for deadlines up to a day means those that have not passed.
                let from = from.or(self.deadline_from).or(Some(today));
                (self.deadline_from, self.deadline_to) = (from, to.or(self.deadline_to));
            }
        }
        Some(())
    }
}

/// How many bytes belong together at the beginning of `rest`: a word, a phrase with its field, or space.
fn piece(rest: &str, remarks: &mut Vec<Remark>) -> usize {
    let mut within = false;
    for (at, letter) in rest.char_indices() {
        if is_quote(letter) {
            if within {
                return at + letter.len_utf8();
            }
            within = true;
        } else if !within && (letter.is_whitespace() || "()|".contains(letter)) {
            return at;
        }
    }
    if within {
        remarks.push(Remark::Unclosed);
    }
    rest.len()
}

fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '\u{201c}' | '\u{201d}' | '\u{ab}' | '\u{bb}')
}

fn words(key: char) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = NAMES.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(move |line| {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        let name = match key {
            ' ' => Some(first).filter(|first| first.starts_with(char::is_alphabetic)),
            key => first.strip_prefix(key),
        };
        words.filter_map(move |word| Some((word, name?)))
    })
}

/// The field of this name.
fn named(name: &str) -> Option<&'static str> {
    static FIELDS: LazyLock<HashMap<String, &'static str>> =
        LazyLock::new(|| words(' ').map(|(word, field)| (fold(word), field)).collect());
    FIELDS.get(&fold(name)).copied()
}

fn level(value: &str) -> Option<Level> {
    let folded = fold(value);
    let word = words('=').find(|(word, _)| fold(word) == folded).map_or(value, |(_, word)| word);
    word.parse().ok()
}

/// The days from and to: `2026`, `2026-01..2026-03`, `>2026-01-15`, `<14d`. Spans count from `today`, back or forward
/// as `way` says.
fn span(value: &str, today: Date, way: i64) -> Option<(Option<Date>, Option<Date>)> {
    if let Some((from, to)) = value.split_once("..") {
        let from = if from.is_empty() { None } else { Some(days(from)?.0) };
        let to = if to.is_empty() { None } else { Some(days(to)?.1) };
        return (from.is_some() || to.is_some()).then_some((from, to));
    }
    let (sign, bare) = match value.chars().next()? {
        sign @ ('<' | '>') => (Some(sign), value[1..].trim_start_matches('=')),
        _ => (None, value),
    };
    if let Some(day) = relative(bare, today, way) {
        let within = if way < 0 { (Some(day), Some(today)) } else { (Some(today), Some(day)) };
        let beyond = if way < 0 { (None, Some(day)) } else { (Some(day), None) };
        return Some(if sign == Some('>') { beyond } else { within });
    }
    let (first, last) = days(bare)?;
    Some(match sign {
        Some('<') => (None, Some(last)),
        Some(_) => (Some(first), None),
        None => (Some(first), Some(last)),
    })
}

/// `14d`, `2v`, `3m`: so far from `today`.
fn relative(value: &str, today: Date, way: i64) -> Option<Date> {
    let end = value.find(|letter: char| !letter.is_ascii_digit())?;
    let (count, unit) = value.split_at(end);
    let count = way * count.parse::<i64>().ok().filter(|count| *count <= 10_000)?;
    let folded = fold(unit);
    let (_, unit) = words('+').find(|(word, _)| fold(word) == folded)?;
    let span = match unit {
        "day" => Span::new().try_days(count),
        "week" => Span::new().try_weeks(count),
        "month" => Span::new().try_months(count),
        _ => Span::new().try_years(count),
    };
    today.checked_add(span.ok()?).ok()
}

/// The first and the last day of a year, a month or a day.
fn days(value: &str) -> Option<(Date, Date)> {
    let parts: Vec<i16> = value.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let part = |at: usize| parts.get(at).and_then(|part| i8::try_from(*part).ok());
    let year = *parts.first().filter(|year| (1..=9999).contains(*year))?;
    match parts.len() {
        1 => Some((date(year, 1, 1), date(year, 12, 31))),
        2 => {
            let first = Date::new(year, part(1)?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        3 => Date::new(year, part(1)?, part(2)?).ok().map(|day| (day, day)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Query, Vec<Remark>) {
        Query { text: text.to_owned(), ..Query::default() }.with_fields(date(2026, 11, 22))
    }

    #[test]
    fn fields_are_read_in_swedish_and_in_english() {
        let (query, remarks) = read(
            "journal omr\u{e5}de:2.1 level:nationell spr\u{e5}k:fi titel:\"nationell lista\" typ:remiss",
        );
        assert_eq!(remarks, []);
        assert_eq!(query.text, "journal");
        assert_eq!(query.areas, [AreaId::parse("2.1")]);
        assert_eq!(query.levels, [Level::National]);
        assert_eq!(query.languages, [Language::parse("fi").unwrap()]);
        assert_eq!(
            (query.titles, query.kinds),
            (vec!["nationell lista".to_owned()], vec!["REMISS".to_owned()])
        );
    }

    #[test]
    fn days_are_years_months_and_spans() {
        let days = |text: &str| {
            let (query, remarks) = read(text);
            assert_eq!(remarks, [], "{text}");
            (query.from.or(query.deadline_from), query.to.or(query.deadline_to))
        };
        let day = |text: &str| text.parse::<Date>().ok();
        assert_eq!(days("datum:2026-01..2026-03"), (day("2026-01-01"), day("2026-03-31")));
        assert_eq!(days("date:2025"), (day("2025-01-01"), day("2025-12-31")));
        assert_eq!(days("datum:>2025-02-03"), (day("2025-02-03"), None));
        assert_eq!(days("datum:<2v"), (day("2026-11-08"), day("2026-11-22")));
        assert_eq!(days("deadline:<14d"), (day("2026-11-22"), day("2026-12-06")));
    }

    #[test]
    fn what_cannot_be_read_is_told_and_never_fails() {
        let unreadable = |field: &str, value: &str| Remark::Unreadable {
            field: field.to_owned(),
            value: value.to_owned(),
        };
        assert_eq!(read("datum:snart v\u{e5}rd").1, [unreadable("datum", "snart")]);
        assert_eq!(read("datum:snart v\u{e5}rd").0.text, "v\u{e5}rd");
        assert_eq!(read("f\u{e4}rg:r\u{f6}d").1, [Remark::Unknown("f\u{e4}rg".to_owned())]);
        assert_eq!(read("f\u{e4}rg:r\u{f6}d").0.text, "f\u{e4}rg:r\u{f6}d");
        assert_eq!(read("\"hela v\u{e4}gen").1, [Remark::Unclosed]);
        assert_eq!(read("https://example.org 2024:33").1, []);
        assert_eq!(read(&"a".repeat(100_000)).1, [Remark::TooLong]);
    }
}
