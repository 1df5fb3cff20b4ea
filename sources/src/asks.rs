//! When a source would like to be visited again, as far as it says so.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// What a source says about visits beside robots.txt. Lower bounds all: whoever heeds them comes later, never sooner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asks {
    /// For how many seconds the answer stays good (Cache-Control and Expires, RFC 9111, 4.2.1), or how long the host
    /// of its texts wants to be left alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fresh_for: Option<u64>,
    /// For how many seconds the feed asks to be left alone (`ttl`, `sy:updatePeriod` by `sy:updateFrequency`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause: Option<u64>,
    /// With `pause`: a moment from which such pauses are counted (`sy:updateBase`), in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted_from: Option<i64>,
    /// Hours of the day, in Greenwich, when nobody should come: bit 0 is the hour after midnight (`skipHours`).
    #[serde(skip_serializing_if = "is_zero")]
    pub skip_hours: u32,
    /// Days, in Greenwich, when nobody should come: bit 0 is Monday (`skipDays`).
    #[serde(skip_serializing_if = "is_zero")]
    pub skip_days: u32,
    /// Hubs that tell when there is something new (WebSub, 4).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hubs: Vec<String>,
    /// What the hubs call the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Asks {
    /// However long they ask us to wait, we look again after a week.
    pub const LONGEST: SignedDuration = SignedDuration::from_secs(7 * DAY);

    /// What holds when these were said with the answer "unchanged": that answer tells only its own headers.
    #[must_use]
    pub fn over(self, before: Asks) -> Asks {
        let hubs = if self.hubs.is_empty() { before.hubs } else { self.hubs };
        Asks { fresh_for: self.fresh_for, hubs, topic: self.topic.or(before.topic), ..before }
    }

    /// What `more` adds to these: the feed to its headers.
    #[must_use]
    pub fn and(mut self, more: Asks) -> Asks {
        self.hubs.extend(more.hubs);
        self.hubs.sort();
        self.hubs.dedup();
        let (hubs, topic) = (self.hubs, self.topic.or(more.topic));
        Asks { fresh_for: self.fresh_for.max(more.fresh_for), hubs, topic, ..more }
    }

    /// The earliest moment, not before `wished`, at which somebody who came at `last` should come again.
    pub fn earliest(&self, last: Timestamp, wished: Timestamp) -> Timestamp {
        let from = last.as_second();
        let seconds = |wait: u64| i64::try_from(wait).unwrap_or(i64::MAX);
        let fresh = self.fresh_for.map(|wait| from.saturating_add(seconds(wait)));
        let paused = self.pause.map(seconds).filter(|pause| *pause > 0).map(|pause| {
            match self.counted_from {
                Some(base) => from.saturating_add(pause - (from - base).rem_euclid(pause)),
                None => from.saturating_add(pause),
            }
        });
        let latest = from.saturating_add(Asks::LONGEST.as_secs());
        let bound = fresh.max(paused).unwrap_or(from).min(latest);
        let later = |second: i64| Timestamp::from_second(second).unwrap_or(wished).max(wished);
        let mut at = if bound > from { later(bound) } else { wished };
        while self.skips(at) && at.as_second() < latest {
            at = later(at.as_second() - at.as_second().rem_euclid(HOUR) + HOUR);
        }
        at
    }

    fn skips(&self, at: Timestamp) -> bool {
        let there = at.to_zoned(TimeZone::UTC);
        let bit = |number: i8| 1_u32 << number.unsigned_abs();
        // Whoever closes every hour or every day cannot mean it.
        let hours = self.skip_hours != 0xff_ffff && self.skip_hours & bit(there.hour()) != 0;
        let day = there.weekday().to_monday_zero_offset();
        hours || self.skip_days != 0x7f && self.skip_days & bit(day) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn earliest(asks: &Asks) -> String {
        // A Wednesday.
        asks.earliest(at("2026-11-25T10:20:00Z"), at("2026-11-25T10:30:00Z")).to_string()
    }

    #[test]
    fn every_wish_is_a_lower_bound() {
        let none = Asks::default();
        assert_eq!(earliest(&none), "2026-11-25T10:30:00Z");
        assert_eq!(earliest(&Asks { fresh_for: Some(60), ..none.clone() }), "2026-11-25T10:30:00Z");
        let fresh = Asks { fresh_for: Some(7_200), ..none.clone() };
        assert_eq!(earliest(&fresh), "2026-11-25T12:20:00Z");
        assert_eq!(earliest(&Asks { pause: Some(10_800), ..fresh }), "2026-11-25T13:20:00Z");
        let counted = Asks { pause: Some(7_200), counted_from: Some(0), ..none.clone() };
        assert_eq!(earliest(&counted), "2026-11-25T12:00:00Z");
        let forever = Asks { fresh_for: Some(u64::MAX), pause: Some(u64::MAX), ..none };
        assert_eq!(earliest(&forever), "2026-12-02T10:20:00Z");
    }

    #[test]
    fn hours_and_days_that_are_closed_are_waited_out() {
        let hours = Asks { skip_hours: 0b111 << 10, ..Asks::default() };
        assert_eq!(earliest(&hours), "2026-11-25T13:00:00Z");
        // From Wednesday to Sunday.
        let days = Asks { skip_days: 0b111_1100, ..Asks::default() };
        assert_eq!(earliest(&days), "2026-11-30T00:00:00Z");
        let closed = Asks { skip_hours: 0xff_ffff, skip_days: 0x7f, ..Asks::default() };
        assert_eq!(earliest(&closed), "2026-11-25T10:30:00Z");
    }

    #[test]
    fn what_the_feed_said_holds_while_it_is_unchanged() {
        let feed = Asks { pause: Some(60), skip_days: 1, ..Asks::default() };
        let first = Asks { fresh_for: Some(30), ..Asks::default() }.and(feed);
        assert_eq!((first.fresh_for, first.pause), (Some(30), Some(60)));
        let unchanged = Asks::default().over(first);
        assert_eq!(
            (unchanged.fresh_for, unchanged.pause, unchanged.skip_days),
            (None, Some(60), 1)
        );
    }
}
