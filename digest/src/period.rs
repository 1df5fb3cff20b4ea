//! Which week is meant, and when does it begin and end?

use jiff::{
    Timestamp, ToSpan, Zoned,
    civil::{Date, ISOWeekDate, Weekday},
    tz::TimeZone,
};
use std::{fmt, str::FromStr};

/// A week from Monday to Sunday (ISO 8601), in Stockholm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Week {
    monday: Date,
}

/// `at` on the clocks of Stockholm.
pub fn stockholm(at: Timestamp) -> Zoned {
    at.to_zoned(zone())
}

fn zone() -> TimeZone {
    TimeZone::get("Europe/Stockholm").expect("the time zone database is compiled in")
}

impl Week {
    /// The week that `at` lies in.
    pub fn of(at: Timestamp) -> Week {
        let week = stockholm(at).date().iso_week_date();
        Week::starting(week.year(), week.week()).expect("a week taken from a date exists")
    }

    /// The week before.
    pub fn previous(self) -> Week {
        Week { monday: self.monday.saturating_sub(7.days()) }
    }

    /// From its first moment to the first of the next, which no longer belongs to it.
    pub fn bounds(self) -> (Timestamp, Timestamp) {
        let midnight = |date: Date| {
            let zoned = date.to_zoned(zone());
            zoned.expect("weeks lie far from the ends of the calendar").timestamp()
        };
        (midnight(self.monday), midnight(self.monday.saturating_add(7.days())))
    }

    /// Its Monday.
    pub fn monday(self) -> Date {
        self.monday
    }

    /// Its Sunday.
    pub fn sunday(self) -> Date {
        self.monday.saturating_add(6.days())
    }

    /// Its year and number, as ISO 8601 counts.
    pub fn year_and_number(self) -> (i16, i8) {
        let week = self.monday.iso_week_date();
        (week.year(), week.week())
    }

    /// The day that its digest is read on: `now` until the next one is due, for ever after the Monday after it.
    pub fn read_on(self, now: Timestamp) -> Date {
        let today = stockholm(now).date();
        let monday = self.monday.saturating_add(7.days());
        if today < monday.saturating_add(7.days()) { today } else { monday }
    }

    fn starting(year: i16, number: i8) -> Option<Week> {
        let monday = ISOWeekDate::new(year, number, Weekday::Monday).ok()?.date();
        // Far enough from the ends of the calendar for every sum above.
        (1900..=2200).contains(&year).then_some(Week { monday })
    }
}

impl fmt::Display for Week {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, number) = self.year_and_number();
        write!(out, "{year}-W{number:02}")
    }
}

impl FromStr for Week {
    type Err = String;

    fn from_str(text: &str) -> Result<Week, String> {
        let parts = text.split_once("-W").or_else(|| text.split_once("-w"));
        let week = parts
            .and_then(|(year, number)| Week::starting(year.parse().ok()?, number.parse().ok()?));
        week.ok_or_else(|| format!("`{text}` is no ISO week, such as 2026-W47"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_reads_as_it_is_written() {
        for text in ["2026-W01", "2026-W47", "2020-W53"] {
            assert_eq!(text.parse::<Week>().unwrap().to_string(), text);
        }
        for text in ["2026-W54", "2025-W53", "2026-47", "W47", "", "99999-W01"] {
            assert!(text.parse::<Week>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_week_begins_at_midnight_in_stockholm_also_across_summer_time() {
        let (from, to) = "2026-W13".parse::<Week>().unwrap().bounds();
        assert_eq!(from.to_string(), "2026-03-22T23:00:00Z");
        assert_eq!(to.to_string(), "2026-03-29T22:00:00Z");
    }

    #[test]
    fn an_old_week_is_read_as_on_its_own_monday() {
        let week: Week = "2026-W46".parse().unwrap();
        let read_on = |now: &str| week.read_on(now.parse().unwrap()).to_string();
        assert_eq!(read_on("2026-11-16T05:00:00Z"), "2026-11-16");
        assert_eq!(read_on("2026-11-22T12:00:00Z"), "2026-11-22");
        assert_eq!(read_on("2027-03-01T12:00:00Z"), "2026-11-16");
    }

    #[test]
    fn late_on_sunday_is_still_the_same_week() {
        let week = |at: &str| Week::of(at.parse().unwrap()).to_string();
        assert_eq!(week("2026-11-22T22:59:59Z"), "2026-W47");
        assert_eq!(week("2026-11-22T23:00:00Z"), "2026-W48");
    }
}
