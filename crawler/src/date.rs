//! When: dates as feeds and pages write them, with all the usual faults.
//!
//! Day comes before month everywhere but in ISO dates, as in all of Europe. What is impossible, or not
//! certain, is no date: a text without a day or without a year is none, and neither is 31 February.
//! Feeds that count past the end of a day or of a short month (`25:14:55`, `31 Jun` with a time) mean
//! what follows it.

mod named;
mod quick;
mod words;

use jiff::{
    Span, Timestamp,
    civil::{Date, Time},
    tz::{Offset, TimeZone, TimeZoneDatabase},
};
use named::{Named, named};
use serde::Serialize;
use utkik_sources::Language;
use words::{Word, folded, month, words, zone as named_zone};

/// No date is longer.
const MAX_LENGTH: usize = 300;

/// Stands for the month where the day is one of the year.
const ORDINAL: i16 = -1;

/// A date as it was written: a day, perhaps a time, perhaps a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) date: Date,
    pub(crate) time: Option<Time>,
    /// In seconds east of Greenwich.
    pub(crate) offset: Option<i32>,
}

/// A date as found in the wild; the JSON of `utkik date`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundDate {
    /// The day, such as `2026-03-03`.
    pub date: String,
    /// The time of day, such as `08:00:00`.
    pub time: Option<String>,
    /// Its distance from UTC, such as `+01:00`.
    pub zone: Option<String>,
}

/// Reads a date as found in the wild; `language` decides what "3/10/2026" means.
pub fn date(text: &str, language: Option<&str>) -> Option<FoundDate> {
    let is_american = language.is_some_and(|tag| tag.eq_ignore_ascii_case("en-us"));
    let known = language.and_then(Language::parse).is_some() || language.is_none();
    let seen = seen_as(text, is_american && known)?;
    let zone = seen.offset.map(|seconds| {
        let minutes = seconds.abs() / 60;
        let sign = if seconds < 0 { '-' } else { '+' };
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    });
    let time = seen.time.map(|time| time.strftime("%H:%M:%S").to_string());
    Some(FoundDate { date: seen.date.to_string(), time, zone })
}

/// Reads a date of a page; a time without a zone is Swedish time, and so is a day without a time.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    seen(text)?.at(&zone("Europe/Stockholm"))
}

/// The clock of a place, from the tables within the program: to look through those of the machine takes longer than to
/// read a feed.
pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled().get(name).unwrap_or(TimeZone::UTC)
}

/// Reads a date; `None` when there is none, or an impossible one.
pub(crate) fn seen(text: &str) -> Option<Seen> {
    seen_as(text, false)
}

/// What is told of dates that could not be read.
pub(crate) fn unread(texts: &[String]) -> Option<String> {
    let first = texts.first()?;
    Some(format!("{} dates could not be read, the first: `{first}`", texts.len()))
}

/// Whether `text` is a date and nothing else, such as a line under a headline.
pub(crate) fn is_all_of(text: &str) -> bool {
    const FILLERS: &[&str] = &[
        "den", "kl", "klo", "klokken", "at", "uhr", "mon", "tue", "wed", "thu", "fri", "sat",
        "sun", "man", "tis", "tir", "ons", "tor", "fre", "lor", "son", "maa", "tii", "kes", "per",
        "lau",
    ];
    let folded = folded(text);
    let is_part = |word: &Word| {
        word.is_number()
            || month(word.text).is_some()
            || FILLERS.iter().any(|filler| word.text.starts_with(filler))
    };
    text.len() <= 60 && words(&folded).iter().all(is_part) && read(text).is_some()
}

impl Seen {
    /// A moment, as it is written with its zone.
    pub(crate) fn of(at: Timestamp) -> Seen {
        let at = at.to_zoned(TimeZone::UTC).datetime();
        Seen { date: at.date(), time: Some(at.time()), offset: Some(0) }
    }

    /// The moment, if a time without a zone is one of `zone`.
    pub(crate) fn at(self, zone: &TimeZone) -> Option<Timestamp> {
        let at = self.date.to_datetime(self.time.unwrap_or_default());
        match self.offset {
            Some(seconds) => Offset::from_seconds(seconds).ok()?.to_timestamp(at).ok(),
            None => Some(at.to_zoned(zone.clone()).ok()?.timestamp()),
        }
    }
}

fn seen_as(text: &str, is_american: bool) -> Option<Seen> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    quick::quick(text).or_else(|| at_length(text, is_american))
}

/// Takes the text apart into words, and lets each say what it can be.
fn at_length(text: &str, is_american: bool) -> Option<Seen> {
    let mut found = Found { is_american, ..Found::default() };
    let text = folded(text);
    let rest = found.iso_day(&text).unwrap_or(&text);
    let words = words(rest);
    for at in 0..words.len() {
        found.take(&words, at);
    }
    found.date()
}

/// What has been recognised so far.
#[derive(Default)]
struct Found {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    /// Of the day, in seconds; may be past its end.
    time: Option<i64>,
    offset: Option<i32>,
    /// Which word said the day of a month that is named.
    day_at: Option<usize>,
    /// The month in which a stretch of days ends.
    last_month: Option<i8>,
    /// Numbers whose part is not known yet, and which words they are.
    numbers: Vec<(usize, i16)>,
    /// Which word said the year.
    year_at: Option<usize>,
    afternoon: Option<bool>,
    is_american: bool,
    /// Whether the day was written as in ISO 8601.
    is_iso: bool,
    /// Whether a month was named.
    is_named: bool,
    /// Whether the zone is Greenwich by name, after which a distance may follow: "GMT+1".
    is_greenwich: bool,
}

impl Found {
    fn take(&mut self, words: &[Word], at: usize) {
        let word = &words[at];
        if word.is_offset() {
            self.take_offset(word);
        } else if word.is_number() {
            if self.day_at != Some(at) {
                self.take_number(words, at);
            }
        } else if matches!(word.text, "am" | "pm") {
            self.afternoon = self.afternoon.or(Some(word.text == "pm"));
        } else if let Some(named) = named(words, at) {
            self.take_named(named);
        } else if self.time.is_some()
            && self.offset.is_none()
            && let Some(hundreds) = named_zone(word.text)
        {
            self.offset = Some(hundreds);
            self.is_greenwich = hundreds == 0;
        }
    }

    /// The first month counts; of a stretch over the turn of a year, the year that is said is the later.
    fn take_named(&mut self, named: Named) {
        if self.is_named {
            self.last_month = self.last_month.or(Some(named.month).filter(|_| self.year.is_none()));
            return;
        }
        // "2020 jul 07"
        self.is_iso |= self.year.is_some();
        (self.month, self.day, self.is_named) =
            (Some(named.month), i8::try_from(named.day).ok(), true);
        self.day_at = Some(named.day_at);
        self.year = named.year.or(self.year);
    }

    /// "10:00-12:00" on a page is no zone; "2026-03-03T10:00-05:00" has one.
    fn take_offset(&mut self, word: &Word) {
        let is_short = word.text.contains(':') || word.text.len() <= 3;
        let is_range = word.is_attached && is_short && !self.is_iso && !self.is_greenwich;
        let is_free = self.offset.is_none() || self.is_greenwich;
        if self.time.is_some() && is_free && !is_range {
            self.offset = offset(word.text).or(self.offset);
            self.is_greenwich = false;
        }
    }

    fn take_number(&mut self, words: &[Word], at: usize) {
        let (word, after) = (&words[at], words.get(at + 1));
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        let parts: Vec<&str> = word.text.split(['.', '/', '-']).collect();
        let is_hour = before.is_some_and(|word| {
            matches!(word.text, "kl" | "klo" | "klokka" | "klokken" | "klukkan" | "at" | "um" | "a")
        });
        let is_hour =
            is_hour || after.is_some_and(|word| matches!(word.text, "uhr" | "am" | "pm" | "h"));
        if word.text.contains(':') {
            self.time = self.time.or_else(|| time(word.text, ':'));
        } else if let [first, second, third] = parts[..] {
            self.take_numeric(first, second, third, word.text.contains('/'));
            // "1.-3.6.2026"
            let start = self.numbers.last().filter(|(start, _)| word.is_end && start + 1 == at);
            let start = start.and_then(|(_, start)| i8::try_from(*start).ok());
            self.day = start.filter(|start| Some(*start) < self.day).or(self.day);
        } else if let ([first, second], true) = (&parts[..], word.text.contains('/')) {
            // "3/10 2025"
            let year = after.filter(|after| after.text.len() == 4 && after.is_digits());
            if let Some(year) = year.filter(|_| first.len() <= 2 && second.len() <= 2) {
                self.take_numeric(first, second, year.text, true);
            }
        } else if parts.len() == 2 && (is_hour || self.day_is_known()) && word.text.contains('.') {
            // "kl. 14.05", but not the end of "13-14.30"
            let is_end = word.is_end && before.is_some_and(|word| word.text.len() <= 2);
            self.time = self.time.or_else(|| time(word.text, '.').filter(|_| !is_end));
        } else if before.is_some_and(|word| word.text == "h") && word.text.len() == 2 {
            // "14h05", "14 h 05"
            let minutes = word.text.parse().ok().filter(|minutes| *minutes < 60);
            self.time = self.time.map(|time| time + 60 * minutes.unwrap_or(0_i64));
        } else if parts.len() == 1 && is_hour && self.time.is_none() {
            self.time =
                word.text.parse().ok().filter(|hour| *hour < 24).map(|hour: i64| hour * 3_600);
        } else if parts.len() == 1 {
            self.take_plain(at, word, before, after);
        }
    }

    /// A number alone: a year beside a month in words; "3. 10. 2025" is all three.
    fn take_plain(&mut self, at: usize, word: &Word, before: Option<&Word>, after: Option<&Word>) {
        let Ok(value) = word.text.parse::<i16>() else { return };
        let is_after_month = before.is_some_and(|word| month(word.text).is_some());
        let is_day_known = self.day.is_some();
        match word.text.len() {
            4 if self.year.is_none() => (self.year, self.year_at) = (Some(value), Some(at)),
            // "3 mar 26" and "3 mar 26 08:00", but not "3 mars 14 personer".
            2 if is_after_month && is_day_known && self.year.is_none() => {
                let ends = after.is_none_or(|word| word.text.contains(':'));
                self.year = ends.then(|| century(value));
            }
            2 if word.is_short_year => self.year = self.year.or(Some(century(value))),
            1 | 2 => self.numbers.push((at, value)),
            _ => {}
        }
    }

    /// "03.10.2025", "3/10/25", "02-09-2026", "2026/3/3"; American when nothing else is possible.
    fn take_numeric(&mut self, first: &str, second: &str, third: &str, slashes: bool) {
        let number = |part: &str| part.parse::<i16>().ok();
        let small = |part: &str| part.parse::<i8>().ok();
        if self.day.is_some() {
            return;
        }
        if first.len() == 4 {
            let day = small(third).filter(|_| second.len() <= 2 && third.len() <= 2);
            if let (Some(year), Some(month), Some(day)) = (number(first), small(second), day) {
                (self.year, self.month, self.day) = (Some(year), Some(month), Some(day));
            }
            return;
        }
        let (Some(day), Some(month), Some(year)) = (small(first), small(second), number(third))
        else {
            return;
        };
        let swapped = slashes && day <= 12 && (month > 12 || self.is_american);
        let (day, month) = if swapped { (month, day) } else { (day, month) };
        (self.day, self.month) = (Some(day), Some(month));
        self.year = match third.len() {
            2 => Some(century(year)),
            4 => Some(year),
            _ => None,
        };
    }

    fn day_is_known(&self) -> bool {
        self.day.is_some()
    }

    fn date(mut self) -> Option<Seen> {
        if self.day.is_none() {
            // "3. 10. 2025": nothing else stands between.
            let [(at, day), (next, month)] = self.numbers[..] else { return None };
            let is_one = at + 1 == next && Some(next + 1) == self.year_at;
            self.day = i8::try_from(day).ok().filter(|_| is_one);
            self.month = i8::try_from(month).ok();
        }
        let turns = self.last_month.is_some_and(|last| Some(last) < self.month);
        self.year = self.year.map(|year| year - i16::from(turns));
        let (year, month, day) = (self.year?, self.month?, self.day?);
        let is_machine = self.is_named && self.time.is_some() && self.offset.is_some();
        let date = Date::new(year, month, day).ok().or_else(|| {
            // The day after a short month's last, as programs write it that count on.
            let last = Date::new(year, month, 1).ok()?.last_of_month();
            let over = (29..=31).contains(&day) && is_machine;
            over.then(|| last.checked_add(Span::new().days(day - last.day())).ok()).flatten()
        })?;
        let Some(mut seconds) = self.time else {
            return Some(Seen { date, time: None, offset: None });
        };
        if let Some(afternoon) = self.afternoon.filter(|_| seconds < 13 * 3_600) {
            seconds = seconds % (12 * 3_600) + if afternoon { 12 * 3_600 } else { 0 };
        }
        let date = date.checked_add(Span::new().days(seconds / 86_400)).ok()?;
        let part = |by: i64, of: i64| i8::try_from(seconds / by % of).ok();
        let time = Time::new(part(3_600, 24)?, part(60, 60)?, part(1, 60)?, 0).ok()?;
        Some(Seen { date, time: Some(time), offset: self.offset })
    }

    /// A day as in ISO 8601 at the start of `text`; what follows it.
    fn iso_day<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let bare = text.strip_prefix('-');
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let head = bare.unwrap_or(text);
        let number = |from: usize, to: usize| head.get(from..to)?.parse::<i16>().ok();
        let sign = |at: usize| head.as_bytes().get(at).copied();
        let short = |from| number(from, from + 2).map(century);
        let (year, month, day, length) = match (digits(head), bare.is_some()) {
            // "-03-12", "-03-12-31", "-0312"
            (2, true) if sign(2) == Some(b'-') && digits(&head[3..]) == 2 => {
                let has_day = sign(5) == Some(b'-') && digits(&head[6..]) == 2;
                let day = if has_day { number(6, 8)? } else { 1 };
                (short(0)?, number(3, 5)?, day, if has_day { 8 } else { 5 })
            }
            (4, true) if head.len() == 4 => (short(0)?, number(2, 4)?, 1, 4),
            (_, true) => return None,
            // "2003-335", "03335", "2003335"
            (4, _) if sign(4) == Some(b'-') && digits(&head[5..]) == 3 => {
                (number(0, 4)?, ORDINAL, number(5, 8)?, 8)
            }
            (5, _) if head.len() == 5 => (short(0)?, ORDINAL, number(2, 5)?, 5),
            (7, _) if head.len() == 7 => (number(0, 4)?, ORDINAL, number(4, 7)?, 7),
            (6, _) if head.len() == 6 => (short(0)?, number(2, 4)?, number(4, 6)?, 6),
            (8, _) => (number(0, 4)?, number(4, 6)?, number(6, 8)?, 8),
            (4, _) if head.len() == 4 => (number(0, 4)?, 1, 1, 4),
            (4, _) if matches!(sign(4)?, b'-' | b'/' | b'.') => {
                let months = digits(&head[5..]);
                let end = 5 + months;
                if months == 2 && end == head.len() && sign(4) == Some(b'-') {
                    (number(0, 4)?, number(5, 7)?, 1, 7)
                } else {
                    let days = digits(head.get(end + 1..)?);
                    let is_day = sign(end) == sign(4) && matches!(days, 1 | 2) && months <= 2;
                    let end = end + 1 + if is_day { days } else { return None };
                    (number(0, 4)?, number(5, 5 + months)?, number(end - days, end)?, end)
                }
            }
            _ => return None,
        };
        let date = match month {
            ORDINAL => Date::new(year, 1, 1).ok()?.checked_add(Span::new().days(day - 1)).ok()?,
            _ => Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?,
        };
        if date.year() != year {
            return None;
        }
        self.year = Some(year);
        (self.month, self.day, self.is_iso) = (Some(date.month()), Some(date.day()), true);
        let rest = &head[length..];
        Some(self.iso_time(rest.trim_start_matches(['t', '_', ' ', ','])).unwrap_or(rest))
    }

    /// "0800", "080000", "08": a time without signs, right after the day.
    fn iso_time<'t>(&mut self, rest: &'t str) -> Option<&'t str> {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let next = rest.as_bytes().get(digits).copied();
        let is_time =
            matches!(digits, 4 | 6) || digits == 2 && matches!(next, None | Some(b'z' | b'+'));
        if !is_time || next == Some(b':') {
            return None;
        }
        let number = |at: usize| {
            rest.get(at..at + 2)
                .filter(|_| at < digits)
                .map_or(Some(0), |two| two.parse::<i64>().ok())
        };
        let (hour, minute, second) = (number(0)?, number(2)?, number(4)?);
        if hour > 24 || minute > 59 || second > 60 {
            return None;
        }
        self.time = Some(hour * 3_600 + minute * 60 + second);
        Some(&rest[digits..])
    }
}

/// Two-digit years as RFC 2822, section 4.3, reads them.
fn century(year: i16) -> i16 {
    match year {
        0..50 => year + 2000,
        50..100 => year + 1900,
        _ => year,
    }
}

/// "14:05", "14:05:33.123", in seconds; with seconds also what counts on, such as "25:14:55".
fn time(word: &str, between: char) -> Option<i64> {
    let mut parts = word.split(between);
    let mut number = || Some(parts.next()?.split(['.', ',']).next()?.parse::<i64>().ok());
    let (hour, minute) = (number()??, number()??);
    let second = number();
    let (most_hour, most_minute) = if second.is_some() { (30, 99) } else { (24, 59) };
    let second = second.unwrap_or(Some(0))?;
    let possible = hour <= most_hour && minute <= most_minute && second <= 99;
    possible.then_some(hour * 3_600 + minute * 60 + second)
}

/// "+0100", "-05:30", "+1", in seconds.
fn offset(word: &str) -> Option<i32> {
    let sign = if word.starts_with('-') { -1 } else { 1 };
    let digits: String = word.chars().filter(char::is_ascii_digit).collect();
    let number = |part: &str| part.parse::<i32>().ok();
    let minutes = match digits.len() {
        1 | 2 => number(&digits)? * 60,
        3 => number(&digits[..1])? * 60 + number(&digits[1..])?,
        4 => number(&digits[..2])? * 60 + number(&digits[2..])?,
        _ => return None,
    };
    (minutes <= 25 * 60).then_some(sign * minutes * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> Option<String> {
        read(text).map(|at| at.to_string())
    }

    #[test]
    fn dates_of_feeds_are_read_with_their_faults() {
        for (text, at) in [
            ("Tue, 03 Mar 2026 08:00:00 GMT", "2026-03-03T08:00:00Z"),
            ("Tue, 03 Mar 2026 08:00:00 +0100", "2026-03-03T07:00:00Z"),
            ("Tue, 3 Mar 26 8:00 CET", "2026-03-03T07:00:00Z"),
            ("Wed, 01 Jul 2026 08:00:00 CEST", "2026-07-01T06:00:00Z"),
            ("Wed, 01 Jul 2026 08:00:00 EEST", "2026-07-01T05:00:00Z"),
            ("Thurs, 03 March 2026 08:00 EST", "2026-03-03T13:00:00Z"),
            ("Fri, Oct 7 2022 10:15:00 -0400", "2022-10-07T14:15:00Z"),
            ("Tue, 03 Mar 2026 24:00:00 Z", "2026-03-04T00:00:00Z"),
            ("2026-03-03T08:00:00+01:00", "2026-03-03T07:00:00Z"),
            ("2026-03-03T08:00:00.123+0100", "2026-03-03T07:00:00Z"),
            ("2026-03-03T08:00Z", "2026-03-03T08:00:00Z"),
            ("2026-03-03 08:00", "2026-03-03T07:00:00Z"),
            ("2026-07-03 08:00:00", "2026-07-03T06:00:00Z"),
            ("2026-03-03", "2026-03-02T23:00:00Z"),
            ("20260303", "2026-03-02T23:00:00Z"),
            ("20260303T080000Z", "2026-03-03T08:00:00Z"),
            ("2026-03", "2026-02-28T23:00:00Z"),
            ("Sat Mar  3 08:00:00 2026", "2026-03-03T07:00:00Z"),
            ("3/13/2026 8:05:00 PM", "2026-03-13T19:05:00Z"),
            ("Mon, 01 Jan 2099 00:00:00 GMT", "2099-01-01T00:00:00Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
            ("0001-01-01T00:00:00", "0000-12-31T23:06:32Z"),
        ] {
            let seen = reads(text);
            let whole = seen.as_deref().map(|seen| seen.replace(".123", ""));
            assert_eq!(whole.as_deref(), Some(at), "{text}");
        }
    }

    #[test]
    fn odd_dates_are_taken_apart_into_day_time_and_zone() {
        for (text, day, time, zone) in [
            ("Sun Jan  4 16:29:06 PST 2004", "2004-01-04", "16:29:06", "-08:00"),
            ("Mon, 26 January 2004 16:31:00 ET", "2004-01-26", "16:31:00", "-05:00"),
            ("Thu, 01 Jan 2004 19:48:21 GMT-01:01", "2004-01-01", "19:48:21", "-01:01"),
            ("Fri, 15 Dec 2006 15:00:00 -0500 (EST)", "2006-12-15", "15:00:00", "-05:00"),
            ("Thu, 31 Jun 2004 19:48:21 GMT", "2004-07-01", "19:48:21", "+00:00"),
            ("2003-12-31T25:14:55Z", "2004-01-01", "01:14:55", "+00:00"),
            ("2003-12-31T10:14:61Z", "2003-12-31", "10:15:01", "+00:00"),
            ("2004-07-08 23:56:58.0", "2004-07-08", "23:56:58", ""),
            ("2004-j\u{fa}lius-13T9:15-05:00", "2004-07-13", "09:15:00", "-05:00"),
            (
                "\u{39a}\u{3c5}\u{3c1}, 11 \u{399}\u{3bf}\u{3cd}\u{3bb} 2004 12:00:00 EST",
                "2004-07-11",
                "12:00:00",
                "-05:00",
            ),
            ("2004-05-25 \u{c624}\u{d6c4} 11:23:17", "2004-05-25", "23:23:17", ""),
            ("2004\u{b144} 05\u{c6d4} 28\u{c77c}  01:31:15", "2004-05-28", "01:31:15", ""),
            ("-03-12", "2003-12-01", "", ""),
            ("2003-335", "2003-12-01", "", ""),
            ("031231", "2003-12-31", "", ""),
            ("2003", "2003-01-01", "", ""),
            ("Tirsdag d. 3. marts 2026 kl. 10.00-12.00", "2026-03-03", "10:00:00", ""),
            ("onsdag 4 mars 2026 13:00\u{2013}14:30", "2026-03-04", "13:00:00", ""),
            ("le 14 ao\u{fb}t 2025 \u{e0} 14h05", "2025-08-14", "14:05:00", ""),
            ("7.9.2026 klo 9", "2026-09-07", "09:00:00", ""),
            ("December 24, 2025 at 5 p.m.", "2025-12-24", "17:00:00", ""),
            ("3. 10. 2025", "2025-10-03", "", ""),
            ("2 okt '25", "2025-10-02", "", ""),
            ("Senast uppdaterad 2026-03-03", "2026-03-03", "", ""),
        ] {
            let found = date(text, None).unwrap_or_else(|| panic!("{text}"));
            let (seen, zoned) = (found.time.unwrap_or_default(), found.zone.unwrap_or_default());
            assert_eq!(
                (found.date.as_str(), seen.as_str(), zoned.as_str()),
                (day, time, zone),
                "{text}"
            );
        }
        let day = |language| date("3/10/2026", Some(language)).unwrap().date;
        assert_eq!((day("en-US"), day("sv")), ("2026-03-10".into(), "2026-10-03".into()));
    }

    #[test]
    fn months_are_read_in_the_languages_of_our_sources() {
        for (text, day) in [
            ("tis, 03 mar 2026 08:00:00 +0100", "2026-03-03"),
            ("Fre, 01 maj 2026 12:00:00 +0200", "2026-05-01"),
            ("den 3. oktober 2025 kl. 14:05", "2025-10-03"),
            ("den 3 oktober 2025 kl. 14.05", "2025-10-03"),
            ("3 mars 2026", "2026-03-03"),
            ("17. mai 2025", "2025-05-17"),
            ("mandag 5. januar 2026", "2026-01-05"),
            ("22. marraskuuta 2026", "2026-11-22"),
            ("7.9.2026", "2026-09-07"),
            ("12.03.2026", "2026-03-12"),
            ("02-09-2026", "2026-09-02"),
            ("1. september 2026", "2026-09-01"),
            ("2020 jul 07", "2020-07-07"),
            ("Torsdag 22 oktober 2020", "2020-10-22"),
            ("12 aug. 2025", "2025-08-12"),
            ("1er mai 2024", "2024-05-01"),
            ("11. j\u{fa}n\u{ed} 2026", "2026-06-11"),
            ("3. M\u{e4}rz 2026", "2026-03-03"),
            ("15. kes\u{e4}kuuta 2026", "2026-06-15"),
        ] {
            let at = read(text).unwrap_or_else(|| panic!("{text}"));
            let seen = at.to_zoned(TimeZone::get("Europe/Stockholm").unwrap()).date().to_string();
            assert_eq!(seen, day, "{text}");
        }
    }

    #[test]
    fn dates_of_pages_are_right_or_none() {
        let wrong: Vec<String> = include_str!("date/pages.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| {
                let fields: Vec<&str> = line.split('\t').collect();
                let [language, text, wanted] = fields[..] else { panic!("{line}") };
                let seen = date(text, Some(language)).map_or("-".to_owned(), |seen| {
                    let time = seen.time.unwrap_or_default();
                    let time = time.strip_suffix(":00").unwrap_or(&time).to_owned();
                    let parts = [seen.date, time, seen.zone.unwrap_or_default()];
                    parts.join(" ").trim().to_owned()
                });
                (seen != wanted).then(|| format!("{language} `{text}`: {seen}, not {wanted}"))
            })
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn a_line_with_more_than_a_date_is_no_dateline() {
        for text in ["3 mars 2026", "Tisdag den 3 mars 2026 kl. 08.00", "2026-03-03"] {
            assert!(is_all_of(text), "{text}");
        }
        for text in ["The law of 3 March 2026", "3 mars", "Answer by 2026-03-03"] {
            assert!(!is_all_of(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "soon",
            "2026-13-01",
            "32 March 2026",
            "kl 14:05",
            "March",
            "12345678901",
            "99",
            "3 mars kl 14",
            "mars 2026",
            "3 mars, 14 personer",
            "31 februari 2026",
            "2003-02-30",
            "2003-00-10",
            "2003-366",
            "version 1.2.3",
            "Sun Jan 16:29:06 2004",
            "01 Foo 2004",
        ] {
            assert_eq!(reads(text), None, "{text}");
        }
    }
}
