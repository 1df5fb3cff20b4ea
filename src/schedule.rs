//! When is it time, and when is it over?

use jiff::{SignedDuration, Timestamp, civil::Weekday};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::Notify;
use utkik_digest::{Week, stockholm};

/// The hour on Monday, in Stockholm, from which last week's digest is written.
const DIGEST_HOUR: i8 = 7;

/// How often `run` looks whether something is due.
pub(crate) const LOOK_EVERY: Duration = Duration::from_secs(30);

/// How often `run` looks whether a source is in trouble that nobody was told of.
pub(crate) const TELL_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// The week whose digest should exist at `now`: the one that has ended, once Monday morning has come.
pub(crate) fn digest_due(now: Timestamp) -> Week {
    let here = stockholm(now);
    let last = Week::of(now).previous();
    let too_early = here.weekday() == Weekday::Monday && here.hour() < DIGEST_HOUR;
    if too_early { last.previous() } else { last }
}

/// When the digest of `week` goes out. Summer time never begins or ends on a Monday.
pub(crate) fn goes_out(week: Week) -> Timestamp {
    week.bounds().1 + SignedDuration::from_hours(DIGEST_HOUR.into())
}

/// A wish to stop, given by SIGINT or SIGTERM; the second one ends the program at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop {
    wished: Arc<AtomicBool>,
    told: Arc<Notify>,
}

impl Stop {
    /// Listens for the signals from now on.
    pub(crate) fn on_signal() -> Stop {
        let stop = Stop::default();
        let listener = stop.clone();
        tokio::spawn(async move {
            signal().await;
            eprintln!("stopping after the item in hand (once more to stop at once)");
            listener.wished.store(true, Ordering::Relaxed);
            listener.told.notify_waiters();
            signal().await;
            std::process::exit(1);
        });
        stop
    }

    /// Whether somebody wants us to stop.
    pub(crate) fn wished(&self) -> bool {
        self.wished.load(Ordering::Relaxed)
    }

    /// What `work` brings, or `None` as soon as somebody wants us to stop.
    pub(crate) async fn or<T>(&self, work: impl Future<Output = Option<T>>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.wait() => None,
            brought = work => brought,
        }
    }

    /// Waits until somebody wants us to stop.
    pub(crate) async fn wait(&self) {
        let told = self.told.notified();
        if !self.wished() {
            told.await;
        }
    }
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    let _ = tokio::signal::ctrl_c().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_week_is_due_from_monday_morning_in_stockholm() {
        let due = |now: &str| digest_due(now.parse().unwrap()).to_string();
        assert_eq!(due("2026-11-23T05:59:00Z"), "2026-W46");
        assert_eq!(due("2026-11-23T06:00:00Z"), "2026-W47");
        assert_eq!(due("2026-11-29T12:00:00Z"), "2026-W47");
        for week in ["2026-W47", "2026-W12", "2026-W43"] {
            let at = goes_out(week.parse().unwrap());
            assert_eq!(digest_due(at).to_string(), week);
            assert_ne!(digest_due(at - SignedDuration::from_secs(1)).to_string(), week);
        }
    }
}
