//! When: dates as feeds and pages write them, with all the usual faults.
//!
//! Day comes before month everywhere but in ISO dates, as in all of Europe. A time without a zone
//! is Swedish time, and so is a day without a time; a text without a day is no date.

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::{Offset, TimeZone},
};

/// Beginnings of month names in English, Swedish, Norwegian, Danish, Finnish, Icelandic, German and
/// French, without accents. Longer beginnings stand before the shorter ones that they start with.
const MONTHS: &[(&str, i8)] = &[
    ("marras", 11),
    ("maalis", 3),
    ("tammi", 1),
    ("helmi", 2),
    ("huhti", 4),
    ("touko", 5),
    ("kesa", 6),
    ("heina", 7),
    ("elo", 8),
    ("syys", 9),
    ("loka", 10),
    ("joulu", 12),
    ("juil", 7),
    ("juin", 6),
    ("jan", 1),
    ("feb", 2),
    ("fev", 2),
    ("mar", 3),
    ("apr", 4),
    ("avr", 4),
    ("may", 5),
    ("maj", 5),
    ("mai", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("agu", 8),
    ("aou", 8),
    ("sep", 9),
    ("okt", 10),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
    ("des", 12),
    ("dez", 12),
];

/// Zone names met in feeds, in minutes east of Greenwich.
const ZONES: &[(&str, i32)] = &[
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("bst", 60),
    ("west", 60),
    ("cet", 60),
    ("met", 60),
    ("mez", 60),
    ("cest", 120),
    ("mest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
];

/// Reads a date; `None` when there is none, or an impossible one.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > 200 {
        return None;
    }
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let mut found = Found::default();
    let text = folded(text);
    let rest = iso_day(&text, &mut found).unwrap_or(&text);
    for word in words(rest) {
        found.take(word);
    }
    found.date()
}

/// Whether `text` is a date and nothing else, such as a line under a headline.
pub(crate) fn is_all_of(text: &str) -> bool {
    const FILLERS: &[&str] = &[
        "den", "kl", "klo", "klokken", "at", "mon", "tue", "wed", "thu", "fri", "sat", "sun",
        "man", "tis", "tir", "ons", "tor", "fre", "lor", "son", "maa", "tii", "kes", "per", "lau",
        "sun",
    ];
    let folded = folded(text);
    let is_part = |word: &&str| {
        word.as_bytes()[0].is_ascii_digit()
            || month(word).is_some()
            || FILLERS.iter().any(|filler| word.starts_with(filler))
    };
    text.len() <= 60 && words(&folded).iter().all(is_part) && read(text).is_some()
}

/// What has been recognised so far.
#[derive(Default)]
struct Found {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    time: Option<Time>,
    offset: Option<i32>,
    /// Numbers whose part is not known yet.
    numbers: Vec<(i32, usize)>,
    afternoon: Option<bool>,
}

impl Found {
    fn take(&mut self, word: &str) {
        let first = word.as_bytes()[0];
        if matches!(first, b'+' | b'-') {
            let offset = offset(word).filter(|_| self.time.is_some() && self.offset.is_none());
            self.offset = offset.or(self.offset);
        } else if first.is_ascii_digit() {
            self.take_digits(word);
        } else if matches!(word, "am" | "pm") {
            self.afternoon = Some(word == "pm");
        } else if let Some((_, minutes)) = ZONES.iter().find(|(name, _)| *name == word) {
            self.offset = self.offset.or(Some(*minutes));
        } else if let Some(month) = month(word).filter(|_| self.month.is_none()) {
            self.month = Some(month);
        }
    }

    fn take_digits(&mut self, word: &str) {
        if word.contains(':') {
            self.time = self.time.or_else(|| time(word, ':'));
        } else if let [day, month, year] = word.split(['.', '/', '-']).collect::<Vec<_>>()[..] {
            self.take_numeric(day, month, year, word.contains('/'));
        } else if self.day_is_known() && word.contains('.') {
            // "kl. 14.05"
            self.time = self.time.or_else(|| time(word, '.'));
        } else {
            let number = word.trim_end_matches(|c: char| !c.is_ascii_digit());
            if let Ok(value) = number.parse() {
                self.numbers.push((value, number.len()));
            }
        }
    }

    /// "03.10.2025", "3/10/25", "02-09-2026"; with slashes also American, when nothing else is possible.
    fn take_numeric(&mut self, day: &str, month: &str, year: &str, slashes: bool) {
        let (Ok(day), Ok(month), Ok(value)) =
            (day.parse::<i8>(), month.parse::<i8>(), year.parse::<i16>())
        else {
            return;
        };
        let american = slashes && month > 12 && day <= 12;
        let (day, month) = if american { (month, day) } else { (day, month) };
        self.day = Some(day);
        self.month = Some(month);
        self.year = Some(if year.len() == 2 { century(value) } else { value });
    }

    fn day_is_known(&self) -> bool {
        self.day.is_some() || (self.month.is_some() && !self.numbers.is_empty())
    }

    /// With a month in words, the other numbers are the day and the year.
    fn date(mut self) -> Option<Timestamp> {
        for (value, digits) in std::mem::take(&mut self.numbers) {
            let value16 = i16::try_from(value).ok();
            if digits >= 3 {
                self.year = self.year.or(value16);
            } else if self.day.is_none() {
                self.day = i8::try_from(value).ok();
            } else if self.year.is_none() {
                self.year = value16.map(century);
            }
        }
        let date = Date::new(self.year?, self.month?, self.day?).ok()?;
        let mut time = self.time.unwrap_or_default();
        if let Some(afternoon) = self.afternoon {
            let hour = time.hour() % 12 + if afternoon { 12 } else { 0 };
            time = Time::new(hour, time.minute(), time.second(), 0).ok()?;
        }
        let at = date.to_datetime(time);
        match self.offset {
            Some(minutes) => Offset::from_seconds(minutes * 60).ok()?.to_timestamp(at).ok(),
            None => Some(at.to_zoned(swedish()).ok()?.timestamp()),
        }
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

fn swedish() -> TimeZone {
    TimeZone::get("Europe/Stockholm").unwrap_or(TimeZone::UTC)
}

/// "2026-03-03…", "2026/03/03", "20260303", "2026-03", "2026": what follows is a time.
fn iso_day<'t>(text: &'t str, found: &mut Found) -> Option<&'t str> {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| {
        let part = text.get(from..to)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i16>().ok()).flatten()
    };
    let small = |from, to| digits(from, to).and_then(|number| i8::try_from(number).ok());
    let year = digits(0, 4)?;
    let (month, day, end) = match bytes.get(4) {
        Some(b'-' | b'/' | b'.') if bytes.get(7) == bytes.get(4) => {
            (small(5, 7)?, small(8, 10)?, 10)
        }
        Some(b'-') if bytes.len() == 7 => (small(5, 7)?, 1, 7),
        Some(b'0'..=b'9') if bytes.len() < 8 || !bytes[..8].iter().all(u8::is_ascii_digit) => {
            return None;
        }
        Some(b'0'..=b'9') => (small(4, 6)?, small(6, 8)?, 8),
        None => (1, 1, 4),
        _ => return None,
    };
    if bytes.get(end).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    (found.year, found.month, found.day) = (Some(year), Some(month), Some(day));
    let rest = &text[end..];
    let rest = rest.strip_prefix(['t', '_']).unwrap_or(rest);
    // "T0800" and "T08" are times; so is "08.00".
    let clock: String = rest.chars().take_while(char::is_ascii_digit).collect();
    if rest.len() < text.len() - end && matches!(clock.len(), 4 | 6) {
        let number = |at: usize| clock.get(at..at + 2).and_then(|two| two.parse::<i8>().ok());
        found.time = Time::new(number(0)?, number(2)?, number(4).unwrap_or(0), 0).ok();
        return Some(&rest[clock.len()..]);
    }
    Some(rest)
}

/// "14:05", "14:05:33.123", "24:00"; what is impossible is no time.
fn time(word: &str, between: char) -> Option<Time> {
    let mut parts = word.split(between);
    let hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = parts.next()?.parse().ok()?;
    let second =
        parts.next().map_or(Some(0), |part| part.split(['.', ',']).next()?.parse::<i8>().ok())?;
    let hour = if hour == 24 { 0 } else { hour };
    Time::new(hour, minute, second.min(59), 0).ok()
}

/// "+0100", "-05:30", "+1".
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
    (minutes <= 26 * 60).then_some(sign * minutes)
}

fn month(word: &str) -> Option<i8> {
    MONTHS.iter().find(|(start, _)| word.starts_with(start)).map(|(_, month)| *month)
}

/// Lower case, and Nordic, German and French letters without their marks.
fn folded(text: &str) -> String {
    let fold = |c: char| match c {
        '\u{e0}'..='\u{e5}' => 'a',
        '\u{e8}'..='\u{eb}' => 'e',
        '\u{ec}'..='\u{ef}' => 'i',
        '\u{f2}'..='\u{f6}' | '\u{f8}' => 'o',
        '\u{f9}'..='\u{fc}' => 'u',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{a0}' | '\u{202f}' => ' ',
        other => other,
    };
    text.chars().flat_map(char::to_lowercase).map(fold).collect()
}

/// Runs of letters; runs of digits with the signs between them; signs of an offset go with it.
fn words(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let digit_after = |at: usize| bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        match bytes[at] {
            b'+' | b'-' if digit_after(at) => {
                at += 1;
                while bytes.get(at).is_some_and(|byte| byte.is_ascii_digit() || *byte == b':') {
                    at += 1;
                }
            }
            b'0'..=b'9' => {
                let dashes =
                    text[start..].bytes().take(10).filter(|byte| *byte == b'-').count() > 1;
                while at < bytes.len()
                    && (bytes[at].is_ascii_digit()
                        || (matches!(bytes[at], b':' | b'.' | b'/' | b',') && digit_after(at))
                        || (bytes[at] == b'-'
                            && dashes
                            && digit_after(at)
                            && !text[start..at].contains(':')))
                {
                    at += 1;
                }
            }
            byte if byte.is_ascii_alphabetic() => {
                while bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
                    at += 1;
                }
            }
            _ => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
        let word = &text[start..at];
        if word.as_bytes()[0].is_ascii_alphanumeric() || word.len() > 1 && word.is_ascii() {
            words.push(word);
        }
    }
    words
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
            ("Tue, 03 Mar 2026 24:00:00 Z", "2026-03-03T00:00:00Z"),
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
            ("0001-01-01T00:00:00", "0000-12-31T22:47:48Z"),
        ] {
            let seen = reads(text);
            let whole = seen.as_deref().map(|seen| seen.replace(".123", ""));
            assert_eq!(whole.as_deref(), Some(at), "{text}");
        }
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
            let seen = at.to_zoned(swedish()).date().to_string();
            assert_eq!(seen, day, "{text}");
        }
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
        for text in
            ["", "soon", "2026-13-01", "32 March 2026", "kl 14:05", "March", "12345678901", "99"]
        {
            assert_eq!(reads(text), None, "{text}");
        }
    }
}
