//! How is a source doing, in words: what is wrong, why that is likely, and what to do about it.

use super::{SourceState, rows::DAY, rows::millis};
use jiff::Timestamp;
use std::fmt;

/// A source is not called silent sooner than this, however often it uses to publish.
const QUIET: i64 = 10 * DAY;
/// So many publications that were to be expected and did not come are no chance.
const MISSED: f64 = 8.0;
/// So many visits in a row must go wrong before anybody is alarmed …
const TIMES: u64 = 3;
/// … or for so long.
const LONG: i64 = DAY;

/// How a source is doing.
#[derive(Clone, Debug, PartialEq)]
pub enum Health {
    /// Nobody has been there.
    Unvisited,
    /// It answers, and publishes as often as it uses to.
    Well,
    /// It answers, and has changed nothing since the visit before.
    Unchanged,
    /// It answers, and lists nothing.
    Empty,
    /// It answers with something that is not what it was.
    NotAFeed {
        /// Since when.
        since: Timestamp,
        /// What it is, in words.
        why: String,
    },
    /// It does not let us in.
    Refused {
        /// Since when.
        since: Timestamp,
        /// How it says so.
        why: String,
    },
    /// There is nothing at its address.
    Gone {
        /// Since when.
        since: Timestamp,
        /// How it says so.
        why: String,
    },
    /// It does not answer as it should.
    Failing {
        /// Since when.
        since: Timestamp,
        /// What came of the last visit, in words.
        why: String,
    },
    /// It answers, but has published nothing for much longer than it uses to.
    Silent {
        /// Its newest item, or our first visit when it never published anything.
        since: Timestamp,
    },
}

/// What is behind a trouble, as far as that can be told. `ADDRESS` and `ID` stand for those of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// The likely cause.
    pub cause: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

impl SourceState {
    /// How it is doing. Silent is one that has published nothing where eight publications were to be expected; where its
    /// rhythm is not known, for four weeks and for four times its usual pause.
    pub fn health(&self, now: Timestamp) -> Health {
        let Some(last_visit) = self.last_visit else { return Health::Unvisited };
        let why = || self.what.clone().or_else(|| self.last_outcome.clone()).unwrap_or_default();
        if let Some(since) = self.retired_at {
            return Health::Gone { since, why: why() };
        }
        let outcome = self.last_outcome.as_deref().unwrap_or_default();
        if self.failures > 0 {
            let (since, why) = (self.failing_since.unwrap_or(last_visit), why());
            return match outcome {
                "refused" => Health::Refused { since, why },
                "gone" => Health::Gone { since, why },
                "unreadable" => Health::NotAFeed { since, why },
                _ => Health::Failing { since, why },
            };
        }
        match self.newest.or(self.first_good) {
            Some(newest) if self.is_silent(newest, now) => Health::Silent { since: newest },
            _ => match outcome {
                "empty" => Health::Empty,
                "unchanged" => Health::Unchanged,
                _ => Health::Well,
            },
        }
    }

    fn is_silent(&self, newest: Timestamp, now: Timestamp) -> bool {
        let quiet = millis(now) - millis(newest);
        if self.rhythm.is_regular() {
            let expected = self.rhythm.forecast(newest).expected(newest, now);
            return quiet > QUIET && expected >= MISSED;
        }
        let pauses = i64::try_from(self.items.max(2) - 1).unwrap_or(i64::MAX);
        let usual = (millis(newest) - millis(self.oldest.unwrap_or(newest))) / pauses;
        quiet > (28 * DAY).max(usual.saturating_mul(4))
    }

    /// Whether somebody should look after it: not for a single visit that went wrong.
    pub fn is_alarming(&self, now: Timestamp) -> bool {
        match self.health(now) {
            Health::Unvisited | Health::Well | Health::Unchanged | Health::Empty => false,
            Health::Silent { .. } => true,
            Health::NotAFeed { since, .. }
            | Health::Refused { since, .. }
            | Health::Gone { since, .. }
            | Health::Failing { since, .. } => {
                self.retired_at.is_some()
                    || self.failures >= TIMES
                    || millis(now) - millis(since) >= LONG
            }
        }
    }
}

impl Remedy {
    /// What to do about a source of this id and address.
    pub fn advice_for(&self, id: &str, address: &str) -> String {
        self.advice
            .replace("ADDRESS", address)
            .replace(" ID`", &format!(" {id}`"))
            .replace(" ID ", &format!(" {id} "))
    }
}

impl Health {
    /// The word for it; the same as long as the trouble is the same.
    pub fn word(&self) -> &'static str {
        match self {
            Health::Unvisited => "not visited yet",
            Health::Well => "ok",
            Health::Unchanged => "unchanged",
            Health::Empty => "empty",
            Health::NotAFeed { .. } => "not a feed",
            Health::Refused { .. } => "refused",
            Health::Gone { .. } => "gone",
            Health::Failing { .. } => "failing",
            Health::Silent { .. } => "silent",
        }
    }

    /// Whether there is something for a person to look after.
    pub fn is_trouble(&self) -> bool {
        !matches!(self, Health::Unvisited | Health::Well | Health::Unchanged)
    }

    /// The likely cause and what to do; `None` when all is well.
    pub fn remedy(&self) -> Option<Remedy> {
        let remedy = |cause, advice| Some(Remedy { cause, advice });
        match self {
            Health::Unvisited | Health::Well | Health::Unchanged => None,
            Health::Empty => remedy(
                "it lists nothing at present, or its list has moved",
                "nothing, unless it stays so: then look at its page",
            ),
            Health::NotAFeed { .. } => remedy(
                "the site was rebuilt, or answers with an error page",
                "look with `utkik probe ADDRESS` what is there; find the new feed on its page and correct the catalogue",
            ),
            Health::Refused { why, .. } => refused(why),
            Health::Gone { .. } => remedy(
                "the address has changed, or the service has ended",
                "find its new address on its page and correct the catalogue, or pause it; `utkik sources resume ID` visits a retired one again",
            ),
            Health::Failing { why, .. } => failing(why),
            Health::Silent { .. } => remedy(
                "it publishes elsewhere now, or nothing is published",
                "look at its page; if publications are there, correct the address in the catalogue",
            ),
        }
    }
}

fn refused(why: &str) -> Option<Remedy> {
    let (cause, advice) = if why.contains("robots.txt") && !why.contains("cannot be had") {
        (
            "its robots.txt does not let programs in",
            "ask the publisher for permission or another address, or pause it",
        )
    } else if ["429", "503", "asked us to wait"].iter().any(|word| why.contains(word)) {
        (
            "it was asked too often, or is overloaded",
            "nothing, unless it stays so: then set a longer pause for its host under `pauses`",
        )
    } else if why.contains("robots.txt") {
        ("its robots.txt cannot be had", "nothing, unless it stays so: then tell the publisher")
    } else {
        (
            "it wants a login, or keeps programs out",
            "set `contact` so that the publisher can see who asks, then ask to be let in, or pause it",
        )
    };
    Some(Remedy { cause, advice })
}

fn failing(why: &str) -> Option<Remedy> {
    let lower = why.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let (cause, advice) = if says(&["certificate", "tls", "handshake"]) {
        ("its certificate is not valid", "tell the publisher; nothing is read until it is mended")
    } else if says(&["dns", "lookup", "name or service", "has no address", "resolve"]) {
        (
            "its name is not known: the domain has ended, or our own network fails",
            "see whether other sources answer; if they do, find its new address",
        )
    } else if says(&["not a public address"]) {
        (
            "its name leads into a private network",
            "if that is meant, allow the host under `private_hosts`",
        )
    } else if says(&["did not begin", "took longer", "timed out"]) {
        (
            "it is slow or overloaded",
            "nothing, unless it stays so: then raise `max_time` or ask the publisher",
        )
    } else if says(&["answered 5"]) {
        ("a fault on its side", "nothing, unless it stays so: then tell the publisher")
    } else if says(&["redirect"]) {
        ("its redirects lead nowhere", "find its new address on its page and correct the catalogue")
    } else if says(&["larger than"]) {
        ("it sends more than we read", "look with `utkik probe ADDRESS` for a smaller list")
    } else if says(&["fault of ours"]) {
        ("a fault of ours", "report it, with the address")
    } else {
        ("its server or the network is down", "nothing, unless it stays so: then look at its page")
    };
    Some(Remedy { cause, advice })
}

impl fmt::Display for Health {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = |at: &Timestamp| at.strftime("%Y-%m-%d").to_string();
        match self {
            Health::NotAFeed { since, why }
            | Health::Refused { since, why }
            | Health::Gone { since, why }
            | Health::Failing { since, why } => {
                write!(out, "{} since {}: {why}", self.word(), day(since))
            }
            Health::Silent { since } => {
                write!(out, "silent since {}, longer than expected", day(since))
            }
            other => out.write_str(other.word()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(outcome: &str, what: &str, failures: u64) -> SourceState {
        let at: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
        SourceState {
            last_visit: Some(at),
            last_outcome: Some(outcome.into()),
            what: Some(what.into()).filter(|_| failures > 0),
            failures,
            failing_since: Some(at).filter(|_| failures > 0),
            first_good: Some(at),
            ..SourceState::default()
        }
    }

    #[test]
    fn every_outcome_has_its_words_cause_and_advice() {
        let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        for (outcome, what, failures, words, cause) in [
            ("fresh", "", 0, "ok", ""),
            ("unchanged", "", 0, "unchanged", ""),
            ("empty", "", 0, "empty", "lists nothing"),
            (
                "unreadable",
                "is a web page",
                1,
                "not a feed since 2026-11-25: is a web page",
                "rebuilt",
            ),
            ("refused", "robots.txt of a.se does not let us", 1, "refused since", "robots.txt"),
            ("refused", "answered 429 Too Many Requests", 1, "refused since", "too often"),
            ("refused", "answered 403 Forbidden", 1, "refused since", "login"),
            ("gone", "answered 404 Not Found", 1, "gone since", "address has changed"),
            ("failed", "invalid peer certificate: Expired", 1, "failing since", "certificate"),
            ("failed", "answered 500 Internal Server Error", 1, "failing since", "its side"),
            ("failed", "connection refused", 1, "failing since", "down"),
        ] {
            let health = state(outcome, what, failures).health(now);
            assert!(health.to_string().starts_with(words), "{health}");
            let told = health.remedy().map_or("", |remedy| remedy.cause);
            assert!(told.contains(cause) && told.is_empty() == cause.is_empty(), "{what}: {told}");
        }
    }

    #[test]
    fn nobody_is_alarmed_by_a_single_visit_that_went_wrong() {
        let soon: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        let later: Timestamp = "2026-11-26T12:00:00Z".parse().unwrap();
        assert!(!state("failed", "x", 1).is_alarming(soon));
        assert!(state("failed", "x", 3).is_alarming(soon));
        assert!(state("failed", "x", 1).is_alarming(later));
        assert!(!state("empty", "", 0).is_alarming(later));
        let retired = SourceState { retired_at: Some(soon), ..state("gone", "answered 410", 1) };
        assert!(retired.is_alarming(soon));
    }
}
