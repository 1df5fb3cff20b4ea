//! One look at one source, and what came of it.
//!
//! A visit never fails. Whatever happens out there is an [`Outcome`], because
//! a silent source is news too.

use crate::{Asks, Entry, Find, Source, SourceId};
use jiff::Timestamp;
use std::{collections::BTreeSet, time::Duration};

/// A source whose turn it is, and what earlier visits learnt.
#[derive(Clone, Debug)]
pub struct Due {
    /// Whom to visit.
    pub source: Source,
    /// To be shown to the source.
    pub validators: Validators,
    /// Guids of entries whose text we already have or have given up, so that the visit need not read it.
    pub known: BTreeSet<String>,
    /// Entries whose text could not be read so far: tried again also when the source has nothing new.
    pub awaiting: Vec<Find>,
    /// The latest wording that was kept of a page that is watched for change.
    pub earlier: Option<String>,
}

/// One look at one source.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Whom we visited.
    pub source: SourceId,
    /// When.
    pub at: Timestamp,
    /// How it went.
    pub outcome: Outcome,
    /// Where the source says that it now lives, when all redirects were permanent (RFC 9110, 15.4.2 and 15.4.9).
    pub moved_to: Option<String>,
    /// When it wants to be visited again.
    pub asks: Asks,
}

/// How a visit went.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// There was something to read.
    Fresh(Harvest),
    /// Nothing has changed since the last visit; texts that were missing may have come.
    Unchanged {
        /// Of [`Due::awaiting`], those whose text could now be read.
        late: Vec<Find>,
    },
    /// The source asks us to wait, or not to come: robots.txt, 401, 403, 429, 503 with Retry-After.
    Refused {
        /// Who refused and how, in words.
        why: String,
        /// How long, if it said.
        retry_after: Option<Duration>,
    },
    /// The source is no more (404 and 410).
    Gone {
        /// What it answered, in words.
        why: String,
        /// Whether it says that it will not come back (410).
        for_good: bool,
    },
    /// We could not tell; the source keeps its place in the queue.
    Failed(Failure),
}

/// Why we could not tell.
#[derive(Clone, Debug)]
pub enum Failure {
    /// No usable answer, and what the network said.
    NoAnswer(String),
    /// An answer in a format we do not read.
    Unreadable {
        /// What it called itself.
        media_type: String,
        /// What was wrong with it, in words.
        why: String,
    },
    /// More or slower than our caps allow.
    TooMuch(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::NoAnswer(why) | Failure::TooMuch(why) => out.write_str(why),
            Failure::Unreadable { media_type, why } if media_type.is_empty() => out.write_str(why),
            Failure::Unreadable { media_type, why } => write!(out, "{why} ({media_type})"),
        }
    }
}

/// What a visit brought home.
#[derive(Clone, Debug, Default)]
pub struct Harvest {
    /// In the order the source gave them; none is an answer too, of a feed that is empty.
    pub finds: Vec<Find>,
    /// What we skipped or repaired, one sentence each.
    pub troubles: Vec<String>,
    /// To be shown to the source next time.
    pub validators: Validators,
}

/// What lets a source answer "unchanged" (RFC 9110, section 8.8).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// Entity tag.
    pub etag: Option<String>,
    /// Last modified.
    pub last_modified: Option<String>,
}

/// So that nothing but this file decides what an entry without text is.
impl Find {
    /// An entry whose text was not read.
    pub fn unread(entry: Entry) -> Find {
        Find { entry, text: None, shares_link: false }
    }
}
