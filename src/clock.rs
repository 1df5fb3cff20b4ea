//! What time is it? The only file that asks the machine.

use jiff::{SignedDuration, Timestamp};
use std::time::Instant;

/// The time as utkik sees it: the machine's, or one that was set with `--now` and goes on from there.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    set: Option<(Timestamp, Instant)>,
}

impl Clock {
    /// The machine's clock, or one that stood at `now` when the program started.
    pub fn new(now: Option<Timestamp>) -> Clock {
        Clock { set: now.map(|now| (now, Instant::now())) }
    }

    /// The present moment.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
    pub fn now(&self) -> Timestamp {
        match self.set {
            None => Timestamp::now(),
            Some((then, started)) => {
                let passed = SignedDuration::try_from(started.elapsed()).unwrap_or_default();
                then.saturating_add(passed).unwrap_or(then)
            }
        }
    }
}

/// Measures how long something takes, for telling people.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    /// Seconds since the start, to the hundredth.
    pub fn seconds(&self) -> f64 {
        (self.0.elapsed().as_secs_f64() * 100.0).round() / 100.0
    }
}
