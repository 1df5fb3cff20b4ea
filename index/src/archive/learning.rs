//! What a visit teaches about its source's rhythm, and when its turn comes again.

use super::{
    engine::{Row, Session},
    rows::{DAY, maybe_timestamp, millis, timestamp},
    visiting::in_millis,
};
use crate::{Bounds, Published, Result, Rhythm};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use std::time::Duration;
use utkik_sources::{Asks, Outcome, SourceId, Visit};

/// What is older teaches nothing about today.
const LONG_AGO: SignedDuration = SignedDuration::from_hours(26 * 7 * 24);
const QUARTER: Duration = Duration::from_secs(15 * 60);
const WEEK: Duration = Duration::from_secs(7 * 24 * 3_600);
/// A source with nothing there is retired after so many visits …
const MISSING: i64 = 10;
/// … and so long.
const MISSING_FOR: i64 = 14 * DAY;

/// What was known of a source before a visit.
#[derive(Default)]
pub(super) struct Before {
    every: Duration,
    pub(super) first_good: Option<Timestamp>,
    pub(super) last_good: Option<Timestamp>,
    rhythm: Rhythm,
    asks: Asks,
    moved_to: Option<String>,
    failing_since: Option<i64>,
    failures: i64,
    missing: i64,
}

/// The bounds that the catalogue's usual time between two visits stands for.
pub(super) fn bounds(every: Duration) -> Bounds {
    Bounds {
        least: (every / 6).max(QUARTER.min(every)),
        most: every.max((every.saturating_mul(4)).min(WEEK)),
    }
}

/// Always the same for a source, and different between sources (FNV-1a).
pub(super) fn chance(source: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    source.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

impl Before {
    pub(super) async fn read(session: &mut Session, source: &SourceId) -> Result<Before> {
        let sql = "SELECT every, first_good, last_good, rhythm, asks, moved_to, failing_since, failures, missing \
                   FROM source_states WHERE source = $1";
        let rows = session.rows(sql, vec![source.0.as_str().into()]).await?;
        rows.first().map_or(Ok(Before::default()), Before::of)
    }

    fn of(row: &Row) -> Result<Before> {
        Ok(Before {
            every: Duration::from_millis(u64::try_from(row.number(0)?).unwrap_or(0)),
            first_good: maybe_timestamp(row.maybe_number(1)?)?,
            last_good: maybe_timestamp(row.maybe_number(2)?)?,
            rhythm: rhythm(row.maybe_text(3)?.as_deref()),
            asks: stored(row.maybe_text(4)?.as_deref()),
            moved_to: row.maybe_text(5)?,
            failing_since: row.maybe_number(6)?,
            failures: row.number(7)?,
            missing: row.number(8)?,
        })
    }

    /// How many publications were to be expected since the last good visit.
    pub(super) fn expected(&self, now: Timestamp) -> f64 {
        self.last_good.map_or(0.0, |last| self.rhythm.forecast(last).expected(last, now))
    }
}

/// A rhythm as it is stored; one that a later version wrote in a way we do not read is learnt anew.
pub(super) fn rhythm(stored_as: Option<&str>) -> Rhythm {
    stored(stored_as)
}

fn stored<T: Default + serde::de::DeserializeOwned>(text: Option<&str>) -> T {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// Learns from what the visit brought, and says when to come again.
pub(super) async fn note_rhythm(
    session: &mut Session,
    visit: &Visit,
    before: &mut Before,
) -> Result<()> {
    let asks = visit.asks.clone();
    match &visit.outcome {
        Outcome::Fresh(_) => {
            before.asks = asks;
            learn(session, visit, before).await?;
        }
        Outcome::Unchanged { .. } => {
            before.asks = asks.over(std::mem::take(&mut before.asks));
            before.rhythm.learn(visit.at, &[], None);
        }
        Outcome::Refused { .. } | Outcome::Gone { .. } | Outcome::Failed(_) => {}
    }
    let source = visit.source.0.as_str();
    let next = (!before.every.is_zero()).then(|| {
        let bounds = bounds(before.every);
        let wished = before.rhythm.next(visit.at, before.every, bounds, chance(source));
        millis(before.asks.earliest(visit.at, wished))
    });
    let json = |value: serde_json::Result<String>| value.unwrap_or_default();
    let sql = "UPDATE source_states SET rhythm = $1, asks = $2, next_at = $3 WHERE source = $4";
    let values = vec![
        json(serde_json::to_string(&before.rhythm)).as_str().into(),
        json(serde_json::to_string(&before.asks)).as_str().into(),
        next.into(),
        source.into(),
    ];
    session.run(sql, values).await.map(|_| ())
}

async fn learn(session: &mut Session, visit: &Visit, before: &mut Before) -> Result<()> {
    let sql = "SELECT i.dated, i.first_seen FROM provenance p JOIN items i ON i.id = p.item \
               WHERE p.source = $1 AND p.at = $2 AND (i.backfill = 0 OR $3 = 1)";
    let is_first = i64::from(before.first_good.is_none());
    let values = vec![visit.source.0.as_str().into(), millis(visit.at).into(), is_first.into()];
    let mut dates = Vec::new();
    for row in session.rows(sql, values).await? {
        let (dated, first_seen) = (row.number(0)?, row.number(1)?);
        // What has no date counts as dated when it was first seen, which says nothing of when it was published.
        dates.push(Some(timestamp(dated)?).filter(|_| dated != first_seen));
    }
    let (published, since) = match before.last_good.filter(|_| is_first == 0) {
        None => listed_at_first(&dates, visit.at),
        Some(last) => (dates.iter().map(|date| came(*date, last, visit.at)).collect(), None),
    };
    before.rhythm.learn(visit.at, &published, since);
    Ok(())
}

/// What the dates of a first visit say, and since when all publications are known: that of the oldest still listed.
fn listed_at_first(
    dates: &[Option<Timestamp>],
    at: Timestamp,
) -> (Vec<Published>, Option<Timestamp>) {
    let long_ago = at.checked_sub(LONG_AGO).unwrap_or(Timestamp::MIN);
    let dates = || dates.iter().flatten().copied().filter(|date| *date <= at);
    let oldest = dates().min().map(|oldest| oldest.max(long_ago));
    let published = dates().filter(|date| *date >= long_ago).map(|date| {
        let end = date.checked_add(SignedDuration::from_hours(24)).unwrap_or(at).min(at);
        if is_day(date) { Published::Within(date, end) } else { Published::At(date) }
    });
    (published.collect(), oldest)
}

/// When something came up that was not there at the last visit: as it says, if that can be, for dates may lie.
fn came(date: Option<Timestamp>, last: Timestamp, at: Timestamp) -> Published {
    match date.filter(|date| *date > last && *date <= at && !is_day(*date)) {
        Some(date) => Published::At(date),
        None => Published::Within(last.min(at), at),
    }
}

/// Whether a moment stands for a day: midnight in Greenwich or in Stockholm.
fn is_day(at: Timestamp) -> bool {
    let is_midnight = |zone: TimeZone| at.to_zoned(zone).time() == jiff::civil::Time::midnight();
    at.as_second() % 900 == 0
        && (is_midnight(TimeZone::UTC) || TimeZone::get("Europe/Stockholm").is_ok_and(is_midnight))
}

/// What becomes of a source that is not where it was: it lives on at its new address, or is retired. Returns what there
/// is to tell.
pub(super) async fn note_place(
    session: &mut Session,
    visit: &Visit,
    before: &Before,
) -> Result<Vec<String>> {
    let id = visit.source.0.as_str();
    let is_gone = matches!(visit.outcome, Outcome::Gone { .. });
    let is_lost = is_gone || (matches!(visit.outcome, Outcome::Failed(_)) && before.failures >= 2);
    if let Some(moved_to) = before.moved_to.as_ref().filter(|_| is_lost) {
        // Perhaps it has moved on, or back: its old address knows.
        let sql = "UPDATE source_states SET moved_to = NULL, etag = NULL, last_modified = NULL WHERE source = $1";
        session.run(sql, vec![id.into()]).await?;
        return Ok(vec![format!(
            "nothing is at `{moved_to}` any more, where it had moved; its address in the catalogue is asked again"
        )]);
    }
    let Outcome::Gone { why, for_good } = &visit.outcome else {
        let sql = "UPDATE source_states SET missing = 0 WHERE source = $1 AND missing > 0";
        session.run(sql, vec![id.into()]).await?;
        return Ok(Vec::new());
    };
    let missing = before.missing + 1;
    let since = before.failing_since.unwrap_or(i64::MAX);
    let is_over =
        *for_good || (missing >= MISSING && since <= millis(visit.at).saturating_sub(MISSING_FOR));
    let retired_at = is_over.then_some(millis(visit.at));
    let sql = "UPDATE source_states SET missing = $1, retired_at = $2 WHERE source = $3";
    session.run(sql, vec![missing.into(), retired_at.into(), id.into()]).await?;
    let told = format!("retired, since it {why}; `utkik sources resume {id}` brings it back");
    Ok(if is_over { vec![told] } else { Vec::new() })
}

/// What there is to tell of entries that were kept as old ones in a source that was known before.
pub(super) async fn note_burst(
    session: &mut Session,
    visit: &Visit,
    before: &Before,
) -> Result<Vec<String>> {
    let is_fresh = matches!(&visit.outcome, Outcome::Fresh(harvest) if !harvest.finds.is_empty());
    if before.first_good.is_none() || !is_fresh {
        return Ok(Vec::new());
    }
    let sql = "SELECT COUNT(*) FROM provenance p JOIN items i ON i.id = p.item \
               WHERE p.source = $1 AND p.at = $2 AND i.first_seen = $2 AND i.backfill = 1";
    let values = vec![visit.source.0.as_str().into(), millis(visit.at).into()];
    let rows = session.rows(sql, values).await?;
    let count = rows.first().map_or(Ok(0), |row| row.number(0))?;
    let told = format!(
        "listed {count} entries at once that are old, or far more than it ever publishes; they are kept as backfill, not as news"
    );
    Ok(if count > 0 { vec![told] } else { Vec::new() })
}

/// When the turn of a source comes: after a failure when that says, else as planned when the plan was made for the same
/// time between visits, else that time after the last visit. `None`: now.
pub(super) fn next_turn(row: &Turn, every: Duration) -> Option<i64> {
    let usual = || row.last_visit.map(|last| last.saturating_add(in_millis(every)));
    let planned = row.next_at.filter(|_| row.every == in_millis(every));
    row.retry_at.or(planned).or_else(usual)
}

/// What decides about a source's turn, as it is stored.
pub(super) struct Turn {
    pub(super) last_visit: Option<i64>,
    pub(super) retry_at: Option<i64>,
    pub(super) next_at: Option<i64>,
    pub(super) every: i64,
}
