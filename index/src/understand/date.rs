//! Days as people write them, in the words of our languages and in figures.

use jiff::civil::Date;
use regex::{Captures, Regex};
use std::{collections::HashMap, sync::LazyLock};

const MONTHS: &str = include_str!("months.txt");

/// A day found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// Where it begins.
    pub(crate) start: usize,
    /// Just after its end.
    pub(crate) end: usize,
    /// Which day; without a year, the first such day from the day before it that has one.
    pub(crate) date: Date,
}

/// A day as it stands there.
struct Mention {
    start: usize,
    end: usize,
    year: Option<i16>,
    month: i8,
    day: i8,
}

/// The days named in `text`, in order. Those without a year are the first such from `published`; when nobody knows
/// when the text was written, from the nearest day before them that has one, else in the year of the next
/// that has one, else from `seen`.
pub(crate) fn dates(text: &str, published: Option<Date>, seen: Date) -> Vec<Written> {
    let mentions: Vec<Mention> =
        forms().regex.captures_iter(text).filter_map(|found| read(&found)).collect();
    let whole = |mention: &Mention| Date::new(mention.year?, mention.month, mention.day).ok();
    let mut before = None;
    let mut dates = Vec::with_capacity(mentions.len());
    for (place, mention) in mentions.iter().enumerate() {
        let date = whole(mention).or_else(|| {
            if mention.year.is_some() {
                return None;
            }
            let next = || {
                let after = mentions[place..].iter().find_map(whole);
                after.and_then(|after| Date::new(after.year(), 1, 1).ok())
            };
            first_from(
                mention.month,
                mention.day,
                published.or(before).or_else(next).unwrap_or(seen),
            )
        });
        if mention.year.is_some() {
            before = date.or(before);
        }
        dates.extend(date.map(|date| Written { start: mention.start, end: mention.end, date }));
    }
    dates
}

/// The first such day that is not before `from`.
pub(crate) fn first_from(month: i8, day: i8, from: Date) -> Option<Date> {
    let of = |year| Date::new(year, month, day).ok();
    of(from.year()).filter(|date| *date >= from).or_else(|| of(from.year() + 1))
}

/// The number of the month that is called so, in any of our languages.
pub(crate) fn month(name: &str) -> Option<i8> {
    forms().months.get(name.to_lowercase().as_str()).copied()
}

/// The names of the months, for a pattern.
pub(crate) fn month_names() -> &'static str {
    &forms().names
}

struct Forms {
    regex: Regex,
    months: HashMap<&'static str, i8>,
    names: String,
}

/// `2025-01-20` · `20.1.2025`, `20/1 2025`, `20/1/2025` · `20 januari 2025`, `20. januar`, `20th of January, 2025` · `January 20, 2025`.
fn forms() -> &'static Forms {
    static FORMS: LazyLock<Forms> = LazyLock::new(|| {
        let months: HashMap<&str, i8> = MONTHS
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(|line| {
                let mut words = line.split(' ');
                let number = words.next().and_then(|word| word.parse().ok()).unwrap_or_default();
                words.map(move |word| (word, number))
            })
            .collect();
        let mut names: Vec<&str> = months.keys().copied().collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let names = names.join("|");
        let regex = Regex::new(&format!(
            r"(?xi)
            \b(?P<y1>(?:19|20)\d\d)[-./‑](?P<m1>\d\d?)[-./‑](?P<d1>\d\d?)\b
            | \b(?P<d2>\d\d?)[-./]\s?(?P<m2>\d\d?)(?:\.|/|-|\s)\s?(?P<y2>(?:19|20)\d\d)\b
            | \b(?P<d5>\d\d?)[./](?P<m5>\d\d?)[.-](?P<y5>[2-4]\d)\b
            | \b(?P<d3>\d\d?)(?:\.|st|nd|rd|th|:?[ea])?\s+(?:of\s+)?(?P<m3>{names})\b\.?(?:,?\s+(?P<y3>(?:19|20)\d\d)\b)?
            | \b(?P<m4>{names})\b\s+(?P<d4>\d\d?)(?:st|nd|rd|th)?\b(?:,?\s+(?P<y4>(?:19|20)\d\d)\b)?
            "
        ))
        .expect("the pattern is checked by tests");
        Forms { regex, months, names }
    });
    &FORMS
}

fn read(found: &Captures) -> Option<Mention> {
    let number = |name: &str| found.name(name).and_then(|part| part.as_str().parse::<i16>().ok());
    let named = |name: &str| month(found.name(name)?.as_str()).map(i16::from);
    let (year, month, day) = if found.name("d1").is_some() {
        (number("y1"), number("m1")?, number("d1")?)
    } else if found.name("d2").is_some() {
        (number("y2"), number("m2")?, number("d2")?)
    } else if found.name("d5").is_some() {
        (number("y5").map(|year| 2000 + year), number("m5")?, number("d5")?)
    } else if found.name("d3").is_some() {
        (number("y3"), named("m3")?, number("d3")?)
    } else {
        (number("y4"), named("m4")?, number("d4")?)
    };
    let whole = found.get(0)?;
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Some(Mention { start: whole.start(), end: whole.end(), year, month, day })
}
