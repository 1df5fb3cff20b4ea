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
    /// Which day; without a year, the first such day from the day the text was written.
    pub(crate) date: Date,
}

/// The days named in `text`, in order; `from` is the day it was written, for those without a year.
pub(crate) fn dates(text: &str, from: Date) -> Vec<Written> {
    forms().regex.captures_iter(text).filter_map(|found| read(&found, from)).collect()
}

struct Forms {
    regex: Regex,
    months: HashMap<&'static str, i8>,
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
            \b(?P<y1>(?:19|20)\d\d)-(?P<m1>\d\d?)-(?P<d1>\d\d?)\b
            | \b(?P<d2>\d\d?)[./]\s?(?P<m2>\d\d?)(?:\.|/|\s)\s?(?P<y2>(?:19|20)\d\d)\b
            | \b(?P<d3>\d\d?)(?:\.|st|nd|rd|th|:?e)?\s+(?:of\s+)?(?P<m3>{names})\b\.?(?:,?\s+(?P<y3>(?:19|20)\d\d)\b)?
            | \b(?P<m4>{names})\b\s+(?P<d4>\d\d?)(?:st|nd|rd|th)?\b(?:,?\s+(?P<y4>(?:19|20)\d\d)\b)?
            "
        ))
        .expect("the pattern is checked by tests");
        Forms { regex, months }
    });
    &FORMS
}

fn read(found: &Captures, from: Date) -> Option<Written> {
    let number = |name: &str| found.name(name).and_then(|part| part.as_str().parse::<i16>().ok());
    let month = |name: &str| {
        let part = found.name(name)?.as_str().to_lowercase();
        forms().months.get(part.as_str()).map(|month| i16::from(*month))
    };
    let (year, month, day) = if found.name("d1").is_some() {
        (number("y1"), number("m1")?, number("d1")?)
    } else if found.name("d2").is_some() {
        (number("y2"), number("m2")?, number("d2")?)
    } else if found.name("d3").is_some() {
        (number("y3"), month("m3")?, number("d3")?)
    } else {
        (number("y4"), month("m4")?, number("d4")?)
    };
    let day_of = |year| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    let date = match year {
        Some(year) => day_of(year)?,
        None => {
            day_of(from.year()).filter(|date| *date >= from).or_else(|| day_of(from.year() + 1))?
        }
    };
    let whole = found.get(0)?;
    Some(Written { start: whole.start(), end: whole.end(), date })
}
