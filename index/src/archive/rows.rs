//! How items lie in the tables, and how they are read out again.

use super::engine::{Row, Session, Value, places};
use crate::{Error, Result};
use jiff::{Timestamp, civil::Date};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use utkik_sources::{Item, ItemId, Judge, Known, Provenance, SourceId, Tag};

/// How many rows are asked for, or written, at once; a power of two, see [`asked`].
pub(super) const AT_ONCE: usize = 256;

/// Milliseconds.
pub(super) const DAY: i64 = 24 * 60 * 60 * 1000;

/// The points of a person's decision: more than any rule gives, so that it comes first.
pub(super) const CERTAIN: f64 = 1000.0;

const COLUMNS: &str = "id, source, cursor, first_seen, backfill, entry, known, text, deadline";

/// An item as it lies in the tables.
pub(super) struct Stored {
    pub(super) item: Item,
    /// JSON, as it was written: compared as text, since numbers need not survive a round trip exactly.
    pub(super) known: String,
    /// As [`day`] writes it.
    pub(super) deadline: Option<i64>,
    pub(super) cursor: i64,
}

/// A person's decision.
struct Decision {
    area: String,
    belongs: bool,
    by: Judge,
}

/// The items that `condition` (what follows `FROM items`) selects, with what we know and people decided.
pub(super) async fn judged(
    session: &mut Session,
    condition: &str,
    values: Vec<Value>,
) -> Result<Vec<(Stored, Known)>> {
    let stored = stored(session, condition, values).await?;
    let ids: Vec<ItemId> = stored.iter().map(|stored| stored.item.id).collect();
    let mut decisions = decisions(session, &ids).await?;
    let with_known = stored.into_iter().map(|stored| {
        let mut known: Known = parsed(&stored.known, stored.item.id)?;
        if let Some(decisions) = decisions.remove(&stored.item.id) {
            apply(&decisions, &mut known);
        }
        Ok((stored, known))
    });
    with_known.collect()
}

/// The items that `condition` (what follows `FROM items`) selects.
pub(super) async fn stored(
    session: &mut Session,
    condition: &str,
    values: Vec<Value>,
) -> Result<Vec<Stored>> {
    let rows = session.rows(&format!("SELECT {COLUMNS} FROM items {condition}"), values).await?;
    let mut all = rows.iter().map(read).collect::<Result<Vec<Stored>>>()?;
    for part in all.chunks_mut(AT_ONCE) {
        let ids: Vec<ItemId> = part.iter().map(|stored| stored.item.id).collect();
        let mut provenance = provenance(session, &ids).await?;
        for stored in part {
            stored.item.provenance = provenance.remove(&stored.item.id).unwrap_or_default();
        }
    }
    Ok(all)
}

/// Those of `ids` that we have.
pub(super) async fn with_ids(
    session: &mut Session,
    ids: &[ItemId],
) -> Result<BTreeMap<ItemId, Stored>> {
    let mut all = BTreeMap::new();
    for part in ids.chunks(AT_ONCE) {
        let (condition, values) = asked("WHERE id IN", part);
        let found = stored(session, &condition, values).await?;
        all.extend(found.into_iter().map(|stored| (stored.item.id, stored)));
    }
    Ok(all)
}

/// `condition ($1, $2, …)` with the ids as values; the last is repeated to a power of two,
/// so that the engines see few different texts and reuse their plans.
pub(super) fn asked(condition: &str, ids: &[ItemId]) -> (String, Vec<Value>) {
    let count = ids.len().next_power_of_two();
    let last = ids.last().copied().into_iter();
    let padded = ids.iter().copied().chain(last.cycle()).take(count);
    let values = padded.map(|id| Value::from(id.to_string().as_str())).collect();
    (format!("{condition} ({})", places(1, count)), values)
}

/// Reads JSON that this program, or an earlier one, wrote.
pub(super) fn parsed<T: DeserializeOwned>(json: &str, id: ItemId) -> Result<T> {
    let what = || format!("item {id}");
    serde_json::from_str(json)
        .map_err(|error| Error::Unreadable { what: what(), why: error.to_string() })
}

/// Writes JSON.
pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value)
        .expect("the house's words have no maps with odd keys, and numbers are finite")
}

pub(super) fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

pub(super) fn timestamp(millis: i64) -> Result<Timestamp> {
    Timestamp::from_millisecond(millis)
        .map_err(|error| Error::Unreadable { what: "a time".into(), why: error.to_string() })
}

pub(super) fn maybe_timestamp(millis: Option<i64>) -> Result<Option<Timestamp>> {
    millis.map(timestamp).transpose()
}

/// `20261122` for 22 November 2026.
pub(super) fn day(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

fn read(row: &Row) -> Result<Stored> {
    let id = row.text(0)?;
    let id = id.parse().map_err(|why| Error::Unreadable { what: format!("item {id}"), why })?;
    let item = Item {
        id,
        source: SourceId(row.text(1)?),
        entry: parsed(&row.text(5)?, id)?,
        text: row.maybe_text(7)?,
        first_seen: timestamp(row.number(3)?)?,
        backfill: row.number(4)? != 0,
        provenance: Vec::new(),
    };
    Ok(Stored { item, known: row.text(6)?, deadline: row.maybe_number(8)?, cursor: row.number(2)? })
}

async fn provenance(
    session: &mut Session,
    ids: &[ItemId],
) -> Result<BTreeMap<ItemId, Vec<Provenance>>> {
    let sql = "SELECT item, source, guid, organisation, at FROM provenance WHERE item IN";
    let (sql, values) = asked(sql, ids);
    let mut all: BTreeMap<ItemId, Vec<Provenance>> = BTreeMap::new();
    for row in session.rows(&format!("{sql} ORDER BY item, place"), values).await? {
        all.entry(item_id(&row)?).or_default().push(Provenance {
            source: SourceId(row.text(1)?),
            guid: row.text(2)?,
            organisation: row.maybe_text(3)?,
            at: timestamp(row.number(4)?)?,
        });
    }
    Ok(all)
}

async fn decisions(
    session: &mut Session,
    ids: &[ItemId],
) -> Result<BTreeMap<ItemId, Vec<Decision>>> {
    let mut all: BTreeMap<ItemId, Vec<Decision>> = BTreeMap::new();
    for part in ids.chunks(AT_ONCE) {
        let sql = "SELECT item, area, belongs, person, at FROM decisions WHERE item IN";
        let (sql, values) = asked(sql, part);
        for row in session.rows(&format!("{sql} ORDER BY item, at"), values).await? {
            let by = Judge::Person { name: row.text(3)?, at: timestamp(row.number(4)?)? };
            let decision = Decision { area: row.text(1)?, belongs: row.number(2)? != 0, by };
            all.entry(item_id(&row)?).or_default().push(decision);
        }
    }
    Ok(all)
}

pub(super) fn item_id(row: &Row) -> Result<ItemId> {
    row.text(0)?.parse().map_err(|why| Error::Unreadable { what: "an item's id".into(), why })
}

/// Puts what people decided over what the rules say; of decisions on one area, the latest counts.
fn apply(decisions: &[Decision], known: &mut Known) {
    for decision in decisions {
        let at = known.tags.iter().position(|tag| tag.area.0 == decision.area);
        let rule = at.map(|at| known.tags.remove(at));
        if decision.belongs {
            known.tags.insert(
                0,
                Tag {
                    area: utkik_sources::AreaId(decision.area.clone()),
                    score: CERTAIN,
                    because: rule.map(|tag| tag.because).unwrap_or_default(),
                    by: decision.by.clone(),
                },
            );
        }
    }
}
