//! How each source is doing, as people ask for it.

use super::{
    Archive,
    engine::Row,
    learning::rhythm,
    rows::{maybe_timestamp, millis, timestamp},
};
use crate::{Result, Rhythm};
use jiff::Timestamp;
use std::collections::BTreeMap;
use utkik_sources::SourceId;

impl Archive {
    /// Stops visiting a source, and says why; with `None`, visits it again, also when it was retired. What the catalogue
    /// pauses stays paused.
    pub async fn pause(&self, id: &SourceId, why: Option<&str>, at: Timestamp) -> Result<()> {
        let mut session = self.engine.write().await?;
        let sql = "INSERT INTO source_states (source, paused, paused_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (source) DO UPDATE SET paused = excluded.paused, paused_at = excluded.paused_at";
        session.run(sql, vec![id.0.as_str().into(), why.into(), millis(at).into()]).await?;
        if why.is_none() {
            let sql = "UPDATE source_states SET retired_at = NULL, missing = 0, failures = 0, failing_since = NULL, \
                       retry_at = NULL, next_at = $1 WHERE source = $2 AND retired_at IS NOT NULL";
            session.run(sql, vec![millis(at).into(), id.0.as_str().into()]).await?;
        }
        session.commit().await
    }

    /// Asks a source at its address in the catalogue again, although it said that it has moved.
    pub async fn forget_move(&self, id: &SourceId) -> Result<()> {
        let mut session = self.engine.write().await?;
        let sql = "UPDATE source_states SET moved_to = NULL, etag = NULL, last_modified = NULL WHERE source = $1";
        session.run(sql, vec![id.0.as_str().into()]).await?;
        session.commit().await
    }

    /// What we know about each source that was ever claimed, visited or paused, or that found something.
    pub async fn states(&self) -> Result<BTreeMap<SourceId, SourceState>> {
        let mut session = self.engine.read().await?;
        let sql = "SELECT source, every, last_good, last_visit, outcome, what, failures, failing_since, retry_at, \
                   moved_to, paused, first_good, next_at, retired_at, rhythm FROM source_states";
        let mut states = BTreeMap::new();
        for row in session.rows(sql, Vec::new()).await? {
            states.insert(SourceId(row.text(0)?), state(&row)?);
        }
        let sql = "SELECT p.source, COUNT(*), MIN(i.dated), MAX(i.dated), MAX(p.at) \
                   FROM provenance p JOIN items i ON i.id = p.item GROUP BY p.source";
        for row in session.rows(sql, Vec::new()).await? {
            let state: &mut SourceState = states.entry(SourceId(row.text(0)?)).or_default();
            state.items = u64::try_from(row.number(1)?).unwrap_or_default();
            state.oldest = maybe_timestamp(row.maybe_number(2)?)?;
            state.newest = maybe_timestamp(row.maybe_number(3)?)?;
            state.last_new = maybe_timestamp(row.maybe_number(4)?)?;
        }
        Ok(states)
    }

    /// Every trouble met since then, the latest first; one that repeats itself stands once.
    pub async fn troubles(&self, since: Timestamp) -> Result<Vec<Trouble>> {
        let mut session = self.engine.read().await?;
        let sql = "SELECT source, what, first_at, last_at, times FROM troubles WHERE last_at >= $1 \
                   ORDER BY last_at DESC, source, what";
        let rows = session.rows(sql, vec![millis(since).into()]).await?;
        let trouble = |row: &Row| {
            Ok(Trouble {
                source: SourceId(row.text(0)?),
                what: row.text(1)?,
                first_at: timestamp(row.number(2)?)?,
                last_at: timestamp(row.number(3)?)?,
                times: u64::try_from(row.number(4)?).unwrap_or_default(),
            })
        };
        rows.iter().map(trouble).collect()
    }
}

/// What we know about a source that the catalogue does not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceState {
    /// When it was last visited, whatever came of it.
    pub last_visit: Option<Timestamp>,
    /// What came of it: `fresh`, `empty`, `unchanged`, `refused`, `gone`, `unreadable` or `failed`.
    pub last_outcome: Option<String>,
    /// Why, in words, when it was none of the first three.
    pub what: Option<String>,
    /// When it first answered as it should; what it listed then is backfill.
    pub first_good: Option<Timestamp>,
    /// When it last answered as it should.
    pub last_good: Option<Timestamp>,
    /// When it last brought something that we had not had from it.
    pub last_new: Option<Timestamp>,
    /// How many visits in a row have gone wrong.
    pub failures: u64,
    /// When the first of these was.
    pub failing_since: Option<Timestamp>,
    /// How many items it has found.
    pub items: u64,
    /// The day of its oldest item.
    pub oldest: Option<Timestamp>,
    /// The day of its newest item.
    pub newest: Option<Timestamp>,
    /// Why somebody paused it, when somebody did.
    pub paused: Option<String>,
    /// Where it says that it now lives.
    pub moved_to: Option<String>,
    /// When its turn comes; `None`: now.
    pub next_at: Option<Timestamp>,
    /// When it was retired, since it is no more.
    pub retired_at: Option<Timestamp>,
    /// How often it publishes.
    pub rhythm: Rhythm,
}

/// Something that was skipped, repaired or went wrong at a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Where.
    pub source: SourceId,
    /// What, in words.
    pub what: String,
    /// When it was first met.
    pub first_at: Timestamp,
    /// When it was last met.
    pub last_at: Timestamp,
    /// At how many visits.
    pub times: u64,
}

fn state(row: &Row) -> Result<SourceState> {
    let last_visit = row.maybe_number(3)?;
    let usual = last_visit.map(|at| at.saturating_add(row.number(1).unwrap_or(0)));
    Ok(SourceState {
        last_good: maybe_timestamp(row.maybe_number(2)?)?,
        last_visit: maybe_timestamp(last_visit)?,
        last_outcome: row.maybe_text(4)?,
        what: row.maybe_text(5)?,
        failures: u64::try_from(row.number(6)?).unwrap_or_default(),
        failing_since: maybe_timestamp(row.maybe_number(7)?)?,
        next_at: maybe_timestamp(row.maybe_number(8)?.or(row.maybe_number(12)?).or(usual))?,
        moved_to: row.maybe_text(9)?,
        paused: row.maybe_text(10)?,
        first_good: maybe_timestamp(row.maybe_number(11)?)?,
        retired_at: maybe_timestamp(row.maybe_number(13)?)?,
        rhythm: rhythm(row.maybe_text(14)?.as_deref()),
        ..SourceState::default()
    })
}
