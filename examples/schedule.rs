//! How soon is something found, and at which price? Sources that publish in realistic rhythms, visited by our schedule,
//! every hour, and by the entry frequency that Miniflux uses.
//!
//! `cargo run --release --example schedule [-- SOURCES]`; without a number 10,000, 100,000 and 1,000,000 sources.
//! Ours is [`utkik_index::Rhythm`], the very module that decides in the product.

use jiff::Timestamp;
use std::time::Duration;
use utkik_index::{Bounds, EAGERNESS, Forecast, Published, Rhythm};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;
/// Weeks that a source has published before it is first visited.
const PAST: i64 = 12;
/// Weeks of visits that are not counted, and of those that are.
const START: i64 = 2;
const COUNTED: i64 = 4;
/// A feed lists so many entries.
const LISTED: usize = 30;
/// Monday, 12 January 2026, midnight in Stockholm.
const BEGIN: i64 = 1_768_172_400;
/// Miniflux's bounds, and in this comparison ours.
const BOUNDS: Bounds =
    Bounds { least: Duration::from_secs(5 * 60), most: Duration::from_secs(24 * 3_600) };
/// As long as nothing is known of a source, ours comes so often, as the catalogue says of most.
const UNKNOWN: i64 = 12 * HOUR;
/// Delays are counted in steps of so many seconds, up to ten days.
const STEP: i64 = 10;
const STEPS: usize = 86_400;

/// Chance that is the same at each run (xorshift64*).
struct Chance(u64);

impl Chance {
    fn of(number: u64) -> Chance {
        Chance((number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn unit(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, limit: i64) -> i64 {
        (self.unit() * limit as f64) as i64
    }

    /// So many seconds on average, exponentially distributed.
    fn pause(&mut self, mean: f64) -> i64 {
        (-mean * (1.0 - self.unit()).ln()) as i64
    }
}

/// What the dates of a source are worth.
#[derive(Clone, Copy)]
enum Dates {
    Exact,
    Days,
    None,
}

/// A source: when it publishes, in order, from the beginning of its past, and how it dates that.
struct Source {
    times: Vec<i64>,
    dates: Dates,
}

fn source(number: u64) -> Source {
    let mut chance = Chance::of(number);
    for _ in 0..8 {
        chance.unit();
    }
    let end = WEEK * (PAST + START + COUNTED);
    // Zipf: a few publish hundreds of times a week, most a few times or less.
    let weekly = (0.3 / (1.0 - chance.unit())).min(400.0);
    let mut times = match chance.below(100) {
        0..40 => office(&mut chance, weekly, end),
        40..50 => day_and_night(&mut chance, weekly * 2.0, end),
        50..65 => fixed(&mut chance, DAY, end),
        65..77 => fixed(&mut chance, WEEK, end),
        77..87 => bursts(&mut chance, weekly, end),
        _ => day_and_night(&mut chance, 0.05, end),
    };
    times.sort_unstable();
    let dates = match chance.below(10) {
        0..7 => Dates::Exact,
        7..9 => Dates::Days,
        _ => Dates::None,
    };
    Source { times, dates }
}

fn is_office_hour(at: i64) -> bool {
    at.rem_euclid(WEEK) < 5 * DAY && (8 * HOUR..17 * HOUR).contains(&at.rem_euclid(DAY))
}

/// In office hours, and a little outside.
fn office(chance: &mut Chance, weekly: f64, end: i64) -> Vec<i64> {
    let mut times = Vec::new();
    let fastest = weekly / 45.0;
    let mut at = 0;
    loop {
        at += chance.pause(HOUR as f64 / fastest);
        if at >= end {
            return times;
        }
        if is_office_hour(at) || chance.unit() < 0.02 {
            times.push(at);
        }
    }
}

/// At all hours, at night a quarter as often.
fn day_and_night(chance: &mut Chance, weekly: f64, end: i64) -> Vec<i64> {
    let mut times = Vec::new();
    let mut at = 0;
    loop {
        at += chance.pause(WEEK as f64 / (weekly * 1.3));
        if at >= end {
            return times;
        }
        let is_day = (6 * HOUR..23 * HOUR).contains(&at.rem_euclid(DAY));
        if is_day || chance.unit() < 0.25 {
            times.push(at);
        }
    }
}

/// Once a day or once a week, at about the same hour; sometimes not at all.
fn fixed(chance: &mut Chance, every: i64, end: i64) -> Vec<i64> {
    let own = 6 * HOUR + chance.below(12 * HOUR);
    let day = if every == WEEK { chance.below(5) * DAY } else { 0 };
    let spread = [5 * MINUTE, 30 * MINUTE, 2 * HOUR][chance.below(3) as usize];
    let weekdays_only = chance.unit() < 0.6;
    let mut times = Vec::new();
    for turn in 0..end / every {
        let at = turn * every + day + own + chance.below(spread);
        if chance.unit() < 0.95 && !(weekdays_only && at.rem_euclid(WEEK) >= 5 * DAY) {
            times.push(at);
        }
    }
    times
}

/// Now and then many at once, as a conference or a parliament's sitting day.
fn bursts(chance: &mut Chance, weekly: f64, end: i64) -> Vec<i64> {
    let mut times = Vec::new();
    for start in office(chance, weekly / 6.0, end) {
        let mut at = start;
        for _ in 0..=chance.below(12) {
            times.push(at);
            at += chance.pause(20.0 * MINUTE as f64);
        }
    }
    times.retain(|at| *at < end);
    times
}

#[derive(Clone, Copy)]
enum Policy {
    Ours(f64),
    Hourly,
    EntryFrequency,
}

/// Delays and visits of the weeks that count.
struct Tally {
    delays: Vec<u64>,
    sum: f64,
    items: u64,
    visits: u64,
}

impl Tally {
    fn new() -> Tally {
        Tally { delays: vec![0; STEPS], sum: 0.0, items: 0, visits: 0 }
    }

    fn add(&mut self, other: &Tally) {
        self.delays.iter_mut().zip(&other.delays).for_each(|(one, other)| *one += other);
        self.sum += other.sum;
        self.items += other.items;
        self.visits += other.visits;
    }

    /// In minutes.
    fn share(&self, share: f64) -> f64 {
        let wanted = (self.items as f64 * share) as u64;
        let mut seen = 0;
        let at = self.delays.iter().position(|count| {
            seen += count;
            seen > wanted
        });
        (at.unwrap_or(STEPS) as i64 * STEP) as f64 / MINUTE as f64
    }

    fn a_day(&self) -> f64 {
        self.visits as f64 / (COUNTED * 7) as f64
    }
}

/// Visits one source from the end of its past on.
fn visit(source: &Source, number: u64, policy: Policy, tally: &mut Tally) {
    let (first, counted, end) =
        (WEEK * PAST, WEEK * (PAST + START), WEEK * (PAST + START + COUNTED));
    let mut chance = Chance::of(number ^ 0xabcd_ef01);
    let mut at = first + chance.below(HOUR);
    let mut ours = Ours::new(source, at, chance.0);
    let (mut kept, mut week_ago) = (source.times.partition_point(|time| *time <= at), 0);
    loop {
        let next = match policy {
            Policy::Hourly => at + HOUR,
            Policy::EntryFrequency => {
                while week_ago < kept && source.times[week_ago] <= at - WEEK {
                    week_ago += 1;
                }
                let interval = WEEK / (kept - week_ago).max(1) as i64;
                at + interval.clamp(BOUNDS.least.as_secs() as i64, BOUNDS.most.as_secs() as i64)
            }
            Policy::Ours(eagerness) => ours.next(at, eagerness),
        };
        let last = std::mem::replace(&mut at, next);
        if at >= end {
            return;
        }
        let new = kept;
        while kept < source.times.len() && source.times[kept] <= at {
            kept += 1;
        }
        for time in source.times[new..kept].iter().filter(|time| **time >= counted) {
            tally.items += 1;
            tally.sum += (at - time) as f64;
            tally.delays[usize::try_from((at - time) / STEP).unwrap_or(0).min(STEPS - 1)] += 1;
        }
        tally.visits += u64::from(at >= counted);
        if matches!(policy, Policy::Ours(_)) && kept > new {
            ours.learn(source, &source.times[new..kept], last, at);
        }
    }
}

/// Our rhythm of one source, as the archive keeps it.
struct Ours {
    rhythm: Rhythm,
    forecast: Option<(i64, Forecast)>,
    chance: u64,
}

fn moment(at: i64) -> Timestamp {
    Timestamp::from_second(BEGIN + at).expect("a time of our days")
}

impl Ours {
    /// As after a first visit, which shows the latest entries and their dates.
    fn new(source: &Source, at: i64, chance: u64) -> Ours {
        let known = source.times.partition_point(|time| *time <= at);
        let listed = &source.times[known.saturating_sub(LISTED)..known];
        let shown: Vec<Published> = match source.dates {
            Dates::Exact => listed.iter().map(|time| Published::At(moment(*time))).collect(),
            Dates::Days => listed.iter().map(|time| day(*time, at)).collect(),
            Dates::None => Vec::new(),
        };
        let since = (!shown.is_empty()).then(|| moment(listed[0]));
        let mut rhythm = Rhythm::default();
        rhythm.learn(moment(at), &shown, since);
        Ours { rhythm, forecast: None, chance }
    }

    fn learn(&mut self, source: &Source, new: &[i64], last: i64, at: i64) {
        let published = new.iter().map(|time| match source.dates {
            Dates::Exact => Published::At(moment(*time)),
            Dates::Days | Dates::None => Published::Within(moment(last), moment(at)),
        });
        self.rhythm.learn(moment(at), &published.collect::<Vec<_>>(), None);
        self.forecast = None;
    }

    fn next(&mut self, at: i64, eagerness: f64) -> i64 {
        let now = moment(at);
        if !self.rhythm.is_known(now) {
            return at + UNKNOWN;
        }
        // Within a few hours nothing about it changes but by learning.
        if self.forecast.as_ref().is_none_or(|(made, _)| *made + 6 * HOUR < at) {
            self.forecast = Some((at, self.rhythm.forecast(now)));
        }
        let (_, forecast) = self.forecast.as_ref().expect("it was made above");
        forecast.next(now, eagerness, BOUNDS, self.chance).as_second() - BEGIN
    }
}

fn day(time: i64, at: i64) -> Published {
    let begin = time - time.rem_euclid(DAY);
    Published::Within(moment(begin), moment((begin + DAY).min(at)))
}

fn simulate(sources: u64, policies: &[Policy]) -> Vec<Tally> {
    const THREADS: u64 = 2;
    let part = |thread: u64| {
        let mut tallies: Vec<Tally> = policies.iter().map(|_| Tally::new()).collect();
        for number in (thread..sources).step_by(THREADS as usize) {
            let source = source(number);
            for (policy, tally) in policies.iter().zip(&mut tallies) {
                visit(&source, number, *policy, tally);
            }
        }
        tallies
    };
    let part = &part;
    std::thread::scope(|scope| {
        let parts: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || part(thread))).collect();
        let parts = parts.into_iter().map(|part| part.join().expect("nothing panics there"));
        parts.reduce(|mut all, more| {
            all.iter_mut().zip(&more).for_each(|(one, other)| one.add(other));
            all
        })
    })
    .expect("there are threads")
}

/// The eagerness at which `measure` of ours is what it should be; it grows, or else falls, with eagerness.
fn fitted(sources: u64, wanted: f64, grows: bool, measure: impl Fn(&Tally) -> f64) -> f64 {
    let (mut low, mut high) = (0.02_f64, 20.0_f64);
    for _ in 0..9 {
        let middle = (low * high).sqrt();
        let tally = &simulate(sources, &[Policy::Ours(middle)])[0];
        if (measure(tally) < wanted) == grows { low = middle } else { high = middle }
    }
    (low * high).sqrt()
}

fn main() {
    let wanted: Vec<u64> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let sizes = if wanted.is_empty() { vec![10_000, 100_000, 1_000_000] } else { wanted };
    // Fitted on other numbers of sources than are reported, so that nothing is fitted to what is shown.
    let fit = 3_000;
    let others = simulate(fit, &[Policy::Hourly, Policy::EntryFrequency]);
    let as_hourly = fitted(fit, others[0].a_day(), false, Tally::a_day);
    let as_entries = fitted(fit, others[1].a_day(), false, Tally::a_day);
    let as_fresh = fitted(fit, others[0].share(0.5), true, |tally| tally.share(0.5));
    let as_fresh_as_entries = fitted(fit, others[1].share(0.5), true, |tally| tally.share(0.5));
    let policies = [
        ("every hour", Policy::Hourly),
        ("ours, as many requests", Policy::Ours(as_hourly)),
        ("ours, as fresh (median)", Policy::Ours(as_fresh)),
        ("entry frequency", Policy::EntryFrequency),
        ("ours, as many requests", Policy::Ours(as_entries)),
        ("ours, as fresh (median)", Policy::Ours(as_fresh_as_entries)),
        ("ours, as the product asks", Policy::Ours(EAGERNESS)),
    ];
    for sources in sizes {
        println!("\n{sources} sources, {COUNTED} weeks counted\n");
        println!(
            "| schedule | eagerness | requests a day | a source | median delay, min | p95, min | mean, min |"
        );
        println!("|---|---|---|---|---|---|---|");
        let tallies = simulate(sources, &policies.map(|(_, policy)| policy));
        for ((name, policy), tally) in policies.iter().zip(&tallies) {
            let eagerness = match policy {
                Policy::Ours(eagerness) => format!("{eagerness:.2}"),
                _ => "–".into(),
            };
            println!(
                "| {name} | {eagerness} | {:.0} | {:.1} | {:.0} | {:.0} | {:.0} |",
                tally.a_day(),
                tally.a_day() / sources as f64,
                tally.share(0.5),
                tally.share(0.95),
                tally.sum / tally.items as f64 / MINUTE as f64,
            );
        }
    }
}
