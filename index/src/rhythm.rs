//! How often does a source publish, at which hours of the week, and when is it worth looking again?
//!
//! Pure: no engine and no clock. Each publication adds to one of the 168 hours of the week; all sums fade by half in
//! six weeks. The next visit comes when the square root of the expected intensity has added up to [`EAGERNESS`]: of all
//! ways to spend a number of visits on many sources and hours, this one keeps the mean delay least (minimise the sum of
//! intensity × interval / 2 for a given sum of 1 / interval).

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::{sync::LazyLock, time::Duration};

/// The hours of a week, from the one after midnight on Monday.
const WEEK: usize = 168;
const HOUR: i64 = 3_600;
/// In so many weeks, what was learnt counts for half.
const HALF_LIFE: f64 = 6.0;
/// What makes a visit worth while, in √(publications × hours). A larger number means fewer visits.
pub const EAGERNESS: f64 = 0.75;
/// With fewer publications seen, the rhythm is not known.
const ENOUGH: f64 = 3.0;
/// A source watched for so many weeks is known, even when it has published nothing.
const LONG_ENOUGH: f64 = 3.0;
/// How many publications of its own an hour of the day, and an hour of the week, must have before these count as much
/// as what is usual.
const DAILY_DOUBT: f64 = 4.0;
const WEEKLY_DOUBT: f64 = 8.0;
/// The most that chance adds to a wait.
const JITTER: f64 = 0.05;

static ZONE: LazyLock<TimeZone> = LazyLock::new(|| {
    TimeZone::get("Europe/Stockholm").expect("the time zone database is compiled in")
});

/// What we have learnt of when a source publishes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rhythm {
    /// The moment to which the sums have faded, in seconds since 1970.
    at: i64,
    /// Since when we know of all its publications.
    since: i64,
    /// Publications by hour of the week, where there were any.
    hours: Vec<(u8, f32)>,
}

/// When something was published, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// At this moment.
    At(Timestamp),
    /// At some time between these.
    Within(Timestamp, Timestamp),
}

/// How soon and how late the next visit may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// No sooner.
    pub least: Duration,
    /// No later.
    pub most: Duration,
}

/// Hours of the day, in Stockholm, in which sources are left in peace: from the first until the second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Night {
    /// When it begins.
    pub from: u8,
    /// When it ends; the same hour means that there is none.
    pub until: u8,
}

/// How many publications a source can be expected to bring in each hour of the week.
#[derive(Clone, Debug)]
pub struct Forecast {
    hourly: [f64; WEEK],
}

impl Rhythm {
    /// Takes in what a visit at `at` has shown to be published since the one before. The first time, `since` says since
    /// when all publications are known; without it, since the first of them.
    pub fn learn(&mut self, at: Timestamp, published: &[Published], since: Option<Timestamp>) {
        let first = since.or_else(|| published.iter().map(|one| one.earliest()).min());
        if self.since == 0 {
            self.since = first.map_or(at, |first| first.min(at)).as_second();
            self.at = self.since;
        }
        if published.is_empty() {
            return;
        }
        let mut sums = self.spread();
        let faded = fading((at.as_second() - self.at).max(0));
        sums.iter_mut().for_each(|sum| *sum *= faded);
        self.at = self.at.max(at.as_second());
        let usual = shape(&sums);
        for one in published {
            let weight = fading((at.as_second() - one.earliest().as_second()).max(0));
            one.add(&mut sums, &usual, weight);
        }
        let kept = sums.iter().enumerate().filter(|(_, sum)| **sum >= 0.001);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "168 fits, and so much is exact enough"
        )]
        let kept = kept.map(|(hour, sum)| (hour as u8, *sum as f32));
        self.hours = kept.collect();
    }

    /// Whether enough was seen to tell anything.
    pub fn is_known(&self, now: Timestamp) -> bool {
        self.since != 0 && (self.sum() >= ENOUGH || self.weeks(now) >= LONG_ENOUGH)
    }

    /// Whether so many publications were seen that their not coming means something.
    pub fn is_regular(&self) -> bool {
        self.sum() >= ENOUGH
    }

    /// How many publications a week are to be expected.
    pub fn weekly(&self, now: Timestamp) -> f64 {
        let faded = fading((now.as_second() - self.at).max(0));
        // Half a publication in half a week is what is believed of a source of which nothing is known.
        (self.sum() * faded + 0.5) / (self.weeks(now) + 0.5)
    }

    /// What is to be expected from `now` on.
    pub fn forecast(&self, now: Timestamp) -> Forecast {
        let weekly = self.weekly(now);
        let mut hourly = shape(&self.spread());
        hourly.iter_mut().for_each(|share| *share *= weekly);
        Forecast { hourly }
    }

    /// When to come again after a visit at `at`: between the bounds, when it is worth while; `every` as long as the
    /// rhythm is not known. The same source always has the same share of chance, so that sources spread.
    pub fn next(&self, at: Timestamp, every: Duration, bounds: Bounds, chance: u64) -> Timestamp {
        if !self.is_known(at) {
            return later(at, every.as_secs_f64());
        }
        self.forecast(at).next(at, EAGERNESS, bounds, chance)
    }

    fn sum(&self) -> f64 {
        self.hours.iter().map(|(_, sum)| f64::from(*sum)).sum()
    }

    /// For how many weeks we have watched, faded as the sums are.
    fn weeks(&self, now: Timestamp) -> f64 {
        let watched = (now.as_second() - self.since).max(0);
        HALF_LIFE / std::f64::consts::LN_2 * (1.0 - fading(watched))
    }

    fn spread(&self) -> [f64; WEEK] {
        let mut sums = [0.0; WEEK];
        for (hour, sum) in &self.hours {
            sums[usize::from(*hour) % WEEK] += f64::from(*sum);
        }
        sums
    }
}

impl Forecast {
    /// When the intensity has added up to so much; see the head of this file.
    pub fn next(&self, at: Timestamp, eagerness: f64, bounds: Bounds, chance: u64) -> Timestamp {
        let (least, most) = (bounds.least.as_secs_f64(), bounds.most.as_secs_f64());
        let here = local_second(at);
        let mut hour = hour_of_week(here);
        #[expect(clippy::cast_precision_loss, reason = "less than an hour")]
        let mut left_of_hour = (HOUR - here.rem_euclid(HOUR)) as f64;
        let (mut wait, mut worth) = (0.0, 0.0);
        while wait < most {
            let slope = self.hourly[hour].sqrt() / HOUR as f64;
            if worth + slope * left_of_hour >= eagerness {
                wait += (eagerness - worth) / slope;
                break;
            }
            worth += slope * left_of_hour;
            wait += left_of_hour;
            left_of_hour = HOUR as f64;
            hour = (hour + 1) % WEEK;
        }
        #[expect(clippy::cast_precision_loss, reason = "chance need not be exact")]
        let chance = (chance % 1024) as f64 / 1024.0;
        later(at, (wait * (1.0 + JITTER * chance)).clamp(least, most.max(least)))
    }

    /// How many publications are to be expected between two moments.
    pub fn expected(&self, from: Timestamp, until: Timestamp) -> f64 {
        let (mut at, end) = (local_second(from), local_second(until));
        let weeks = (end - at).max(0) / (WEEK as i64 * HOUR);
        at += weeks * WEEK as i64 * HOUR;
        #[expect(clippy::cast_precision_loss, reason = "a count of weeks")]
        let mut sum = weeks as f64 * self.hourly.iter().sum::<f64>();
        while at < end {
            let stretch = (HOUR - at.rem_euclid(HOUR)).min(end - at);
            #[expect(clippy::cast_precision_loss, reason = "at most an hour")]
            let share = stretch as f64 / HOUR as f64;
            sum += self.hourly[hour_of_week(at)] * share;
            at += stretch;
        }
        sum
    }
}

impl Published {
    fn earliest(self) -> Timestamp {
        match self {
            Published::At(at) | Published::Within(at, _) => at,
        }
    }

    /// Adds one publication to its hour; where the hour is not known, to those that are possible, as far as they are usual.
    fn add(self, sums: &mut [f64; WEEK], usual: &[f64; WEEK], weight: f64) {
        let (from, until) = match self {
            Published::At(at) => (local_second(at), local_second(at) + 1),
            Published::Within(from, until) => (local_second(from), local_second(until)),
        };
        // Beyond a week every hour is possible.
        let until = until.max(from + 1).min(from + WEEK as i64 * HOUR);
        let hours = || {
            (from.div_euclid(HOUR)..=(until - 1).div_euclid(HOUR))
                .map(|hour| hour_of_week(hour * HOUR))
        };
        let all: f64 = hours().map(|hour| usual[hour]).sum();
        for hour in hours() {
            sums[hour] += weight * usual[hour] / all;
        }
    }
}

impl Night {
    /// The moment itself, or when its night is over; `chance` spreads the sources over the hour after it.
    pub fn over(self, at: Timestamp, chance: u64) -> Timestamp {
        let here = local_second(at);
        let hour = |second: i64| u8::try_from(second.div_euclid(HOUR).rem_euclid(24)).unwrap_or(0);
        let is_night = |second: i64| match (self.from, self.until) {
            (from, until) if from <= until => (from..until).contains(&hour(second)),
            (from, until) => hour(second) >= from || hour(second) < until,
        };
        if !is_night(here) {
            return at;
        }
        let mut end = here - here.rem_euclid(HOUR);
        while is_night(end) && end < here + 24 * HOUR {
            end += HOUR;
        }
        let spread = i64::try_from(chance % HOUR as u64).unwrap_or(0);
        at + SignedDuration::from_secs(end - here + spread)
    }
}

/// Which share of a week's publications each of its hours has: what is usual everywhere, corrected by what is usual at
/// this hour of a day such as this, corrected by this hour of the week.
fn shape(sums: &[f64; WEEK]) -> [f64; WEEK] {
    let usual = |hour: usize| {
        let at_work = hour / 24 < 5 && (7..18).contains(&(hour % 24));
        // Three of four in the 55 office hours of a week.
        if at_work { 0.75 / 55.0 } else { 0.25 / 113.0 }
    };
    let near = |hour: usize| {
        0.5 * sums[hour] + 0.25 * sums[(hour + 1) % WEEK] + 0.25 * sums[(hour + WEEK - 1) % WEEK]
    };
    let sum: f64 = sums.iter().sum();
    // By kind of day and hour: sums over working days, and over weekends.
    let mut daily = [[0.0; 24]; 2];
    for hour in 0..WEEK {
        daily[usize::from(hour >= 120)][hour % 24] += near(hour);
    }
    std::array::from_fn(|hour| {
        let (weekend, days) = if hour >= 120 { (1, 2.0) } else { (0, 5.0) };
        let alike = daily[weekend][hour % 24] / days;
        let by_day = (alike + DAILY_DOUBT * usual(hour)) / (sum + DAILY_DOUBT);
        (near(hour) + WEEKLY_DOUBT * by_day) / (sum + WEEKLY_DOUBT)
    })
}

fn fading(seconds: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a length of time")]
    let weeks = seconds as f64 / (WEEK as f64 * HOUR as f64);
    (-weeks / HALF_LIFE).exp2()
}

/// Seconds since Monday, 29 December 1969 in Stockholm: whole hours and weeks begin when they begin there.
fn local_second(at: Timestamp) -> i64 {
    at.as_second() + i64::from(ZONE.to_offset(at).seconds()) + 3 * 24 * HOUR
}

fn hour_of_week(local_second: i64) -> usize {
    usize::try_from(local_second.div_euclid(HOUR).rem_euclid(WEEK as i64)).unwrap_or(0)
}

fn later(at: Timestamp, seconds: f64) -> Timestamp {
    let wait = SignedDuration::try_from_secs_f64(seconds.clamp(0.0, 400.0 * 86_400.0));
    at.checked_add(wait.unwrap_or_default()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;

    const BOUNDS: Bounds =
        Bounds { least: Duration::from_secs(600), most: Duration::from_secs(48 * 3_600) };
    const EVERY: Duration = Duration::from_secs(6 * 3_600);

    /// A Monday at midnight in Stockholm.
    fn monday() -> Timestamp {
        "2026-11-01T23:00:00Z".parse().unwrap()
    }

    fn hours(at: Timestamp, next: Timestamp) -> f64 {
        (next - at).total(jiff::Unit::Hour).unwrap()
    }

    /// Published `weeks` times on these hours of the week.
    fn learnt(weeks: i64, published: &[i64]) -> (Rhythm, Timestamp) {
        let mut rhythm = Rhythm::default();
        let moment = |week: i64, hour: i64| monday() + (week * 168 + hour).hours() + 10.minutes();
        for week in 0..weeks {
            let that: Vec<_> =
                published.iter().map(|hour| Published::At(moment(week, *hour))).collect();
            rhythm.learn(monday() + ((week + 1) * 168).hours(), &that, None);
        }
        (rhythm, monday() + (weeks * 168).hours())
    }

    #[test]
    fn an_unknown_source_is_visited_as_the_catalogue_says() {
        let mut rhythm = Rhythm::default();
        rhythm.learn(monday(), &[Published::At(monday() - 2.hours())], None);
        assert_eq!(rhythm.next(monday(), EVERY, BOUNDS, 7), monday() + 6.hours());
    }

    #[test]
    fn the_dates_of_a_first_visit_teach_the_rhythm_at_once() {
        let daily: Vec<_> =
            (1..30).map(|day| Published::At(monday() - (day * 24 - 9).hours())).collect();
        let mut rhythm = Rhythm::default();
        rhythm.learn(monday(), &daily, None);
        assert!(rhythm.is_known(monday()));
        let weekly = rhythm.weekly(monday());
        assert!((6.0..8.5).contains(&weekly), "{weekly}");
    }

    #[test]
    fn nights_and_weekends_of_an_office_are_left_out() {
        let office: Vec<i64> =
            (0..5).flat_map(|day| [9, 11, 13, 15].map(|hour| day * 24 + hour)).collect();
        let (rhythm, now) = learnt(12, &office);
        let next = |hour: i64| {
            let at = now + hour.hours();
            hours(at, rhythm.next(at, EVERY, BOUNDS, 0))
        };
        assert!(next(10) < 3.0, "{}", next(10));
        // From Friday evening at most twice before Monday morning.
        assert!(next(4 * 24 + 19) > 12.0, "{}", next(4 * 24 + 19));
        assert!(next(20) > 6.0, "{}", next(20));
    }

    #[test]
    fn a_weekly_letter_is_fetched_soon_after_its_hour() {
        let (rhythm, now) = learnt(26, &[3 * 24 + 14]);
        let mut at = now;
        let mut visits = 0;
        while at < now + (3 * 24 + 14).hours() + 10.minutes() {
            at = rhythm.next(at, EVERY, BOUNDS, 0);
            visits += 1;
        }
        assert!(at < now + (3 * 24 + 18).hours(), "{at}");
        assert!(visits < 14, "{visits}");
    }

    #[test]
    fn a_silent_source_is_visited_ever_more_seldom_but_never_beyond_the_bound() {
        let mut rhythm = Rhythm::default();
        rhythm.learn(monday(), &[], None);
        let mut at = monday();
        for _ in 0..200 {
            rhythm.learn(at, &[], None);
            let next = rhythm.next(at, EVERY, BOUNDS, 0);
            assert!(next <= at + 48.hours());
            at = next;
        }
        assert!(hours(at, rhythm.next(at, EVERY, BOUNDS, 0)) > 12.0);
    }

    #[test]
    fn bounds_hold_whatever_was_learnt() {
        let (rhythm, now) = learnt(3, &(0..168).flat_map(|hour| [hour; 50]).collect::<Vec<_>>());
        assert_eq!(rhythm.next(now, EVERY, BOUNDS, 1_023), now + 10.minutes());
        let odd = Bounds { least: Duration::from_secs(7_200), most: Duration::from_secs(60) };
        assert_eq!(rhythm.next(now, EVERY, odd, 0), now + 2.hours());
    }

    #[test]
    fn what_is_expected_adds_up() {
        let (rhythm, now) = learnt(10, &[10, 34, 58]);
        let forecast = rhythm.forecast(now);
        let (week, two) = (now + 168.hours(), now + 336.hours() + 30.minutes());
        assert!((forecast.expected(now, week) - rhythm.weekly(now)).abs() < 1e-6);
        assert!(forecast.expected(now, two) > 2.0 * forecast.expected(now, week));
        assert!(forecast.expected(week, now).abs() < 1e-9);
    }

    #[test]
    fn a_night_is_slept_through() {
        let night = Night { from: 22, until: 6 };
        let at = |hour: i64| monday() + hour.hours() + 30.minutes();
        assert_eq!(night.over(at(12), 0), at(12));
        assert_eq!(night.over(at(23), 60), monday() + 30.hours() + 1.minute());
        assert_eq!(night.over(at(2), 0), monday() + 6.hours());
        assert_eq!(Night::default().over(at(2), 0), at(2));
    }

    #[test]
    fn what_was_learnt_survives_being_stored() {
        let (rhythm, _) = learnt(5, &[1, 2, 3]);
        let stored = serde_json::to_string(&rhythm).unwrap();
        assert!(stored.len() < 200, "{stored}");
        assert_eq!(serde_json::from_str::<Rhythm>(&stored).unwrap(), rhythm);
    }
}
