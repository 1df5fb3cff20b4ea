//! How does each language of the letters say it?

use crate::Tongue;
use jiff::civil::Date;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};
use utkik_sources::{Language, Level};

static SV: LazyLock<Words> = LazyLock::new(|| read(include_str!("../letters/sv.toml")));
static EN: LazyLock<Words> = LazyLock::new(|| read(include_str!("../letters/en.toml")));

fn read(text: &str) -> Words {
    toml::from_str(text).expect("the words are compiled in, and a test reads them")
}

/// The words of one language; what each is for shows in the files.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    months: [String; 12],
    day: String,
    day_and_year: String,
    pub(crate) title: String,
    pub(crate) period: String,
    pub(crate) subject_empty: String,
    subject_one_deadline: String,
    subject_deadlines: String,
    pub(crate) leading: String,
    pub(crate) closing: String,
    pub(crate) areas: String,
    pub(crate) legal: String,
    pub(crate) coming: String,
    pub(crate) chosen: String,
    pub(crate) nothing: String,
    pub(crate) nothing_closing: String,
    pub(crate) touches: String,
    pub(crate) touches_because: String,
    pub(crate) also_one: String,
    pub(crate) told_by: String,
    pub(crate) refers: String,
    pub(crate) answer_by: String,
    today: String,
    one_day: String,
    days: String,
    pub(crate) new: String,
    pub(crate) last_call: String,
    pub(crate) late: String,
    pub(crate) undated: String,
    pub(crate) sentence: String,
    closing_more_one: String,
    closing_more: String,
    area_more_one: String,
    area_more: String,
    pub(crate) counted: String,
    pub(crate) counted_all: String,
    pub(crate) counted_one: String,
    pub(crate) counted_none: String,
    pub(crate) by_level: String,
    listed_before_one: String,
    listed_before: String,
    pub(crate) ranked: String,
    pub(crate) written: String,
    levels: BTreeMap<Level, String>,
    languages: BTreeMap<Language, String>,
}

impl Words {
    /// The words of a language.
    pub(crate) fn of(tongue: Tongue) -> &'static Words {
        match tongue {
            Tongue::Sv => &SV,
            Tongue::En => &EN,
        }
    }

    /// A day without its year.
    pub(crate) fn day(&self, date: Date) -> String {
        self.written(&self.day, date)
    }

    /// A day with its year.
    pub(crate) fn day_and_year(&self, date: Date) -> String {
        self.written(&self.day_and_year, date)
    }

    fn written(&self, form: &str, date: Date) -> String {
        let month = &self.months[usize::from(date.month().unsigned_abs()) - 1];
        fill(form, &[("d", &date.day()), ("month", month), ("y", &date.year())])
    }

    /// How many days are left, in words.
    pub(crate) fn days_left(&self, days: i32) -> String {
        match days {
            0 => self.today.clone(),
            1 => self.one_day.clone(),
            days => fill(&self.days, &[("n", &days)]),
        }
    }

    /// How many days to answer there are, for the subject.
    pub(crate) fn deadlines(&self, count: usize) -> String {
        counted(count, &self.subject_one_deadline, &self.subject_deadlines)
    }

    /// How many deadlines did not fit.
    pub(crate) fn closing_more(&self, count: usize) -> String {
        counted(count, &self.closing_more_one, &self.closing_more)
    }

    /// How many publications of the week are no news.
    pub(crate) fn listed_before(&self, count: usize) -> String {
        counted(count, &self.listed_before_one, &self.listed_before)
    }

    /// How many stories of an area did not fit.
    pub(crate) fn area_more(&self, count: usize) -> String {
        counted(count, &self.area_more_one, &self.area_more)
    }

    /// What the language calls a level.
    pub(crate) fn level(&self, level: Level) -> &str {
        self.levels.get(&level).map_or(level.word(), String::as_str)
    }

    /// What the language calls another.
    pub(crate) fn language<'a>(&'a self, language: &'a Language) -> &'a str {
        self.languages.get(language).map_or(language.code(), String::as_str)
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { one.to_owned() } else { fill(many, &[("n", &count)]) }
}

/// Puts values into `{name}` places; what comes from outside is never filled in again.
pub(crate) fn fill(form: &str, values: &[(&str, &dyn std::fmt::Display)]) -> String {
    let mut filled = String::new();
    let mut rest = form;
    while let Some((before, after)) = rest.split_once('{') {
        filled += before;
        let Some((name, after)) = after.split_once('}') else { break };
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled += &value.to_string(),
            None => filled += &format!("{{{name}}}"),
        }
        rest = after;
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn both_languages_say_everything() {
        for tongue in [Tongue::Sv, Tongue::En] {
            let words = Words::of(tongue);
            assert!(Level::ALL.iter().all(|level| words.levels.contains_key(level)), "{tongue}");
            assert_eq!(words.days_left(1), words.one_day);
        }
        assert_eq!(Words::of(Tongue::Sv).day_and_year(date(2026, 12, 13)), "13 december 2026");
    }

    #[test]
    fn braces_in_a_title_stay_what_they_are() {
        assert_eq!(fill("a {x} b {y}", &[("x", &"{y}"), ("y", &1)]), "a {y} b 1");
    }
}
