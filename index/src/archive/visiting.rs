//! Whose turn it is, and what each visit teaches us about its source.

use super::{
    Archive,
    engine::{Row, Session, Value},
    keeping::{finds, ids_of, insert},
    learning::{Before, Turn, next_turn, note_burst, note_place, note_rhythm},
    rows::{AT_ONCE, DAY, asked, millis, parsed},
};
use crate::Result;
use jiff::Timestamp;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use utkik_sources::{
    Due, Entry, Failure, Find, ItemId, Kind, Outcome, Source, SourceId, Validators, Visit,
};

const MINUTE: i64 = 60 * 1000;

/// How long a claim is respected when its holder is not heard of again.
const LEASE: i64 = 60 * MINUTE;
/// How often a text is tried.
const ATTEMPTS: i64 = 5;
/// For how long a text is tried.
const TRYING: i64 = 30 * DAY;
/// The first wait after a failure; doubled each time, up to a day.
const FIRST_WAIT: i64 = 30 * MINUTE;
/// The longest that a source can make us wait.
const LONGEST_WAIT: i64 = 30 * DAY;
/// The most troubles that one visit can leave.
const TROUBLES: usize = 200;
/// The longest trouble, in characters: PostgreSQL indexes no longer text.
const TROUBLE: usize = 500;

impl Archive {
    /// Those of `sources` whose turn it is, with what earlier visits learnt; nobody else gets them until
    /// their visits are closed, this process has ended (see [`Archive::release`]) or an hour has passed. With `force`, all that are not paused.
    pub async fn claim_due(
        &self,
        sources: &[Source],
        now: Timestamp,
        force: bool,
    ) -> Result<Vec<Due>> {
        let open: Vec<&Source> = sources.iter().filter(|source| source.paused.is_none()).collect();
        if open.is_empty() {
            return Ok(Vec::new());
        }
        self.introduce(&open).await?;
        self.engine.stay(self.holder).await?;
        let by_id: BTreeMap<&str, &Source> =
            open.iter().map(|source| (source.id.0.as_str(), *source)).collect();
        let mut session = self.engine.write().await?;
        forget_the_gone(&mut session).await?;
        let sql = "SELECT source, last_visit, retry_at, etag, last_modified, next_at, every, address, moved_to \
                   FROM source_states WHERE paused IS NULL AND retired_at IS NULL AND leased_until <= $1 ORDER BY source";
        let rows = session.rows_nobody_holds(sql, vec![millis(now).into()]).await?;
        let mut due = Vec::new();
        for row in &rows {
            let Some(source) = by_id.get(row.text(0)?.as_str()) else { continue };
            if force || self.is_due(row, source, now)? {
                due.push((dues(&mut session, row, source, now).await?, *source));
            }
        }
        for (_, source) in &due {
            // An address that the catalogue has changed is another place: nothing that we know of it holds.
            let sql = "UPDATE source_states SET leased_until = $1, holder = $2, every = $3, address = $5, \
                       moved_to = CASE WHEN COALESCE(address, $5) = $5 THEN moved_to END WHERE source = $4";
            let every = in_millis(source.every);
            let id = source.id.0.as_str();
            let until = millis(now) + LEASE;
            let values = vec![
                until.into(),
                self.holder.to_string().as_str().into(),
                every.into(),
                id.into(),
                source.address.as_str().into(),
            ];
            session.run(sql, values).await?;
        }
        session.commit().await?;
        Ok(due.into_iter().map(|(due, _)| due).collect())
    }

    /// Gives back what this process claimed and did not visit, and what processes that have ended held. SQLite
    /// cannot tell who has ended; since only one process at a time writes there, everything is given back. So the
    /// sole writer calls this at its start.
    pub async fn release(&self) -> Result<()> {
        let mut session = self.engine.write().await?;
        forget_the_gone(&mut session).await?;
        let sql =
            "UPDATE source_states SET leased_until = 0, holder = NULL WHERE holder = $1 OR $2 = 1";
        let all = i64::from(self.engine.has_one_writer());
        session.run(sql, vec![self.holder.to_string().as_str().into(), all.into()]).await?;
        session.commit().await
    }

    /// Marks `visit` as dealt with. Called last, after its news is kept: a crash before this costs one extra
    /// visit and never an item. Returns what there is to tell beside what the visit itself says.
    pub async fn close(&self, visit: &Visit) -> Result<Vec<String>> {
        let mut session = self.engine.write().await?;
        let sql = "INSERT INTO source_states (source) VALUES ($1) ON CONFLICT (source) DO NOTHING";
        session.run(sql, vec![visit.source.0.as_str().into()]).await?;
        let mut before = Before::read(&mut session, &visit.source).await?;
        note_outcome(&mut session, visit).await?;
        note_rhythm(&mut session, visit, &mut before).await?;
        let mut told = note_place(&mut session, visit, &before).await?;
        told.extend(note_burst(&mut session, visit, &before).await?);
        note_troubles(&mut session, visit, &told).await?;
        note_attempts(&mut session, visit).await?;
        note_names(&mut session, visit).await?;
        date_wordings(&mut session, visit).await?;
        session.commit().await?;
        Ok(told)
    }

    /// Makes it the turn of a source at once, whatever was planned: somebody has told us that there is something new.
    pub async fn hasten(&self, source: &SourceId, now: Timestamp) -> Result<()> {
        let mut session = self.engine.write().await?;
        let sql = "UPDATE source_states SET next_at = $1, retry_at = NULL WHERE source = $2";
        session.run(sql, vec![millis(now).into(), source.0.as_str().into()]).await?;
        session.commit().await
    }

    fn is_due(&self, row: &Row, source: &Source, now: Timestamp) -> Result<bool> {
        let turn = Turn {
            last_visit: row.maybe_number(1)?,
            retry_at: row.maybe_number(2)?,
            next_at: row.maybe_number(5)?,
            every: row.number(6)?,
        };
        let Some(next) = next_turn(&turn, source.every) else { return Ok(true) };
        Ok(next <= millis(now) && self.night.over(now, 0) == now)
    }

    /// Gives each source that is new to us a row that can be claimed.
    async fn introduce(&self, sources: &[&Source]) -> Result<()> {
        let mut session = self.engine.read().await?;
        let known = session.rows("SELECT source FROM source_states", Vec::new()).await?;
        drop(session);
        let known = known.iter().map(|row| row.text(0)).collect::<Result<BTreeSet<String>>>()?;
        // In order, so that two processes that do the same wait for each other and not in a ring.
        let new: BTreeSet<&str> = sources.iter().map(|source| source.id.0.as_str()).collect();
        let rows: Vec<Vec<Value>> =
            new.into_iter().filter(|id| !known.contains(*id)).map(|id| vec![id.into()]).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let mut session = self.engine.write().await?;
        let otherwise = "ON CONFLICT (source) DO NOTHING";
        insert(&mut session, "INSERT INTO source_states (source)", otherwise, rows).await?;
        session.commit().await
    }
}

/// Ends the claims of processes that were killed.
async fn forget_the_gone(session: &mut Session) -> Result<()> {
    let sql = "SELECT DISTINCT holder FROM source_states WHERE holder IS NOT NULL";
    for row in session.rows(sql, Vec::new()).await? {
        let holder = row.text(0)?;
        let Ok(number) = holder.parse::<i64>() else { continue };
        if session.is_gone(number).await? {
            let sql = "UPDATE source_states SET leased_until = 0, holder = NULL WHERE holder = $1";
            session.run(sql, vec![holder.as_str().into()]).await?;
        }
    }
    Ok(())
}

async fn dues(session: &mut Session, row: &Row, source: &Source, now: Timestamp) -> Result<Due> {
    let waiting = waiting(session, &source.id, now).await?;
    let sql = "SELECT p.guid FROM provenance p JOIN items i ON i.id = p.item WHERE p.source = $1 \
               AND (i.text IS NOT NULL OR i.attempts >= $2 OR i.first_seen < $3)";
    let values = vec![source.id.0.as_str().into(), ATTEMPTS.into(), (millis(now) - TRYING).into()];
    let known = session.rows(sql, values).await?;
    let is_same_place = row.maybe_text(7)?.is_none_or(|address| address == source.address);
    let mut validators = Validators { etag: row.maybe_text(3)?, last_modified: row.maybe_text(4)? };
    let mut source = source.clone();
    if !is_same_place {
        validators = Validators::default();
    } else if let Some(moved_to) = row.maybe_text(8)?.filter(|_| can_move(source.kind)) {
        source.address = moved_to;
    }
    let earlier =
        if source.kind == Kind::Page { earlier(session, &source.id).await? } else { None };
    Ok(Due {
        source,
        validators,
        known: known.iter().map(|row| row.text(0)).collect::<Result<_>>()?,
        awaiting: waiting.into_iter().map(|one| one.find).collect(),
        earlier,
    })
}

/// The latest wording of a watched page.
async fn earlier(session: &mut Session, source: &SourceId) -> Result<Option<String>> {
    let sql = "SELECT i.text FROM items i JOIN provenance p ON p.item = i.id WHERE p.source = $1 \
               AND i.text IS NOT NULL ORDER BY p.at DESC, i.cursor DESC LIMIT 1";
    let rows = session.rows(sql, vec![source.0.as_str().into()]).await?;
    rows.first().map_or(Ok(None), |row| row.maybe_text(0))
}

/// Whether the address of a kind of source is just the place of its answer, so that another may stand in for it.
fn can_move(kind: Kind) -> bool {
    matches!(kind, Kind::Feed | Kind::HtmlListing | Kind::Sitemap | Kind::Page)
}

/// An entry whose text is still to be read.
struct Waiting {
    id: ItemId,
    place: Place,
    find: Find,
}

/// A place in the queue of these: the least tried come first, of these the newest.
type Place = (i64, Reverse<i64>, String);

fn place(row: &Row, first: usize) -> Result<Place> {
    Ok((row.number(first)?, Reverse(row.number(first + 1)?), row.text(first + 2)?))
}

/// The entries of a source whose text is still to be read, in the order in which a visit should try them.
async fn waiting(session: &mut Session, source: &SourceId, now: Timestamp) -> Result<Vec<Waiting>> {
    let sql = "SELECT i.attempts, i.dated, i.id, i.entry, p.guid \
               FROM provenance p JOIN items i ON i.id = p.item WHERE p.source = $1 \
               AND i.text IS NULL AND i.attempts < $2 AND i.first_seen >= $3";
    let values = vec![source.0.as_str().into(), ATTEMPTS.into(), (millis(now) - TRYING).into()];
    let mut waiting = Vec::new();
    for row in session.rows(sql, values).await? {
        let Ok(id) = row.text(2)?.parse::<ItemId>() else { continue };
        let mut entry: Entry = parsed(&row.text(3)?, id)?;
        entry.guid = row.text(4)?;
        let Some(link) = &entry.link else { continue };
        let shares_link = ItemId::of_link(link) != Some(id);
        let find = Find { shares_link, ..Find::unread(entry) };
        // An entry that shares its link belongs to its first finder alone.
        if ItemId::of(source, &find) == id {
            waiting.push(Waiting { id, place: place(&row, 0)?, find });
        }
    }
    waiting.sort_by(|one, other| one.place.cmp(&other.place));
    Ok(waiting)
}

async fn note_outcome(session: &mut Session, visit: &Visit) -> Result<()> {
    let at = millis(visit.at);
    let (word, what) = in_words(&visit.outcome);
    let is_good = matches!(visit.outcome, Outcome::Fresh(_) | Outcome::Unchanged { .. });
    let id = visit.source.0.as_str();
    let sql = "UPDATE source_states SET last_visit = $1, outcome = $2, what = $3, leased_until = 0, holder = NULL, \
               moved_to = COALESCE($4, moved_to) WHERE source = $5";
    let values = vec![
        at.into(),
        word.into(),
        what.as_deref().into(),
        visit.moved_to.as_deref().into(),
        id.into(),
    ];
    session.run(sql, values).await?;
    if is_good {
        let sql = "UPDATE source_states SET last_good = $1, first_good = COALESCE(first_good, $1), failures = 0, \
                   failing_since = NULL, retry_at = NULL WHERE source = $2";
        session.run(sql, vec![at.into(), id.into()]).await?;
    } else {
        let rows =
            session.rows("SELECT failures FROM source_states WHERE source = $1", vec![id.into()]);
        let failures = rows.await?.first().map_or(Ok(0), |row| row.number(0))? + 1;
        let sql = "UPDATE source_states SET failures = $1, failing_since = COALESCE(failing_since, $2), retry_at = $3 \
                   WHERE source = $4";
        let retry_at = retry_at(visit, failures);
        session.run(sql, vec![failures.into(), at.into(), retry_at.into(), id.into()]).await?;
    }
    if let Outcome::Fresh(harvest) = &visit.outcome {
        let Validators { etag, last_modified } = &harvest.validators;
        let sql = "UPDATE source_states SET etag = $1, last_modified = $2 WHERE source = $3";
        let values = vec![etag.as_deref().into(), last_modified.as_deref().into(), id.into()];
        session.run(sql, values).await?;
    }
    Ok(())
}

/// The word for an outcome, and why, when it went wrong.
fn in_words(outcome: &Outcome) -> (&'static str, Option<String>) {
    match outcome {
        Outcome::Fresh(harvest) if harvest.finds.is_empty() => ("empty", None),
        Outcome::Fresh(_) => ("fresh", None),
        Outcome::Unchanged { .. } => ("unchanged", None),
        Outcome::Refused { why, .. } => ("refused", Some(why.clone())),
        Outcome::Gone { why, .. } => ("gone", Some(why.clone())),
        Outcome::Failed(failure @ Failure::Unreadable { .. }) => {
            ("unreadable", Some(failure.to_string()))
        }
        Outcome::Failed(failure) => ("failed", Some(failure.to_string())),
    }
}

/// When to try again after a visit that went wrong; `None`: at its usual time.
fn retry_at(visit: &Visit, failures: i64) -> Option<i64> {
    let doublings = u32::try_from(failures - 1).unwrap_or(0).min(10);
    let wait = match &visit.outcome {
        Outcome::Fresh(_) | Outcome::Unchanged { .. } => return None,
        Outcome::Refused { retry_after, .. } => in_millis((*retry_after)?).min(LONGEST_WAIT),
        Outcome::Gone { .. } => DAY,
        Outcome::Failed(_) => FIRST_WAIT.saturating_mul(1 << doublings).min(DAY),
    };
    Some(millis(visit.at).saturating_add(wait))
}

async fn note_troubles(session: &mut Session, visit: &Visit, told: &[String]) -> Result<()> {
    let mut troubles: BTreeSet<String> = BTreeSet::new();
    if let Outcome::Fresh(harvest) = &visit.outcome {
        troubles.extend(harvest.troubles.iter().take(TROUBLES).map(|what| shortened(what)));
    }
    troubles.extend(in_words(&visit.outcome).1.map(|why| shortened(&why)));
    troubles.extend(told.iter().map(|what| shortened(what)));
    let at = Value::from(millis(visit.at));
    let row = |what: &String| {
        vec![visit.source.0.as_str().into(), what.as_str().into(), at.clone(), at.clone(), 1.into()]
    };
    let what = "INSERT INTO troubles (source, what, first_at, last_at, times)";
    let otherwise = "ON CONFLICT (source, what) DO UPDATE SET last_at = excluded.last_at, times = troubles.times + 1";
    insert(session, what, otherwise, troubles.iter().map(row).collect()).await
}

fn shortened(what: &str) -> String {
    what.chars().filter(|letter| *letter != '\0').take(TROUBLE).collect()
}

/// Counts the texts that the visit tried and did not get. A visit reads only so many texts: when it got some,
/// only what stands before the last of these was tried.
async fn note_attempts(session: &mut Session, visit: &Visit) -> Result<()> {
    let tried: Vec<ItemId> = match &visit.outcome {
        Outcome::Refused { .. } | Outcome::Gone { .. } | Outcome::Failed(_) => return Ok(()),
        Outcome::Fresh(harvest) => {
            let last = harvest.finds.iter().rposition(|find| find.text.is_some());
            let tried = &harvest.finds[..last.unwrap_or(harvest.finds.len())];
            ids_of(session, &visit.source, tried).await?
        }
        Outcome::Unchanged { late } => {
            let waiting = waiting(session, &visit.source, visit.at).await?;
            let last = last_place(session, &visit.source, late).await?;
            let tried =
                waiting.iter().filter(|one| last.as_ref().is_none_or(|last| one.place < *last));
            tried.map(|one| one.id).collect()
        }
    };
    for part in tried.chunks(AT_ONCE) {
        let (condition, values) = asked("WHERE text IS NULL AND id IN", part);
        session
            .run(&format!("UPDATE items SET attempts = attempts + 1 {condition}"), values)
            .await?;
    }
    Ok(())
}

/// Where the last of `late` stood in the queue of those that were waiting.
async fn last_place(
    session: &mut Session,
    source: &SourceId,
    late: &[Find],
) -> Result<Option<Place>> {
    let ids: Vec<ItemId> = late.iter().map(|find| ItemId::of(source, find)).collect();
    let mut last = None;
    for part in ids.chunks(AT_ONCE) {
        let (condition, values) = asked("WHERE id IN", part);
        let sql = format!("SELECT attempts, dated, id FROM items {condition}");
        for row in session.rows(&sql, values).await? {
            last = last.max(Some(place(&row, 0)?));
        }
    }
    Ok(last)
}

/// Takes over what the source calls its entries now, so that texts we have are not read again under a new name.
async fn note_names(session: &mut Session, visit: &Visit) -> Result<()> {
    let source = visit.source.0.as_str();
    let finds = finds(visit);
    let called = finds.iter().map(|find| find.entry.guid.as_str());
    let now_called: BTreeMap<ItemId, &str> =
        ids_of(session, &visit.source, finds).await?.into_iter().zip(called).collect();
    let ids: Vec<ItemId> = now_called.keys().copied().collect();
    for part in ids.chunks(AT_ONCE) {
        let (sql, mut values) =
            asked("SELECT item, place, guid FROM provenance WHERE item IN", part);
        let sql = format!("{sql} AND source = ${}", values.len() + 1);
        values.push(source.into());
        for row in session.rows(&sql, values).await? {
            let item = row.text(0)?;
            let guid = item.parse().ok().and_then(|id: ItemId| now_called.get(&id).copied());
            if let Some(guid) = guid.filter(|guid| row.text(2).is_ok_and(|known| known != *guid)) {
                let sql = "UPDATE provenance SET guid = $1 WHERE item = $2 AND place = $3";
                let values = vec![guid.into(), item.as_str().into(), row.number(1)?.into()];
                session.run(sql, values).await?;
            }
        }
    }
    Ok(())
}

/// Says of the wordings that this visit replaced when that was.
async fn date_wordings(session: &mut Session, visit: &Visit) -> Result<()> {
    let sql = "UPDATE wordings SET replaced_at = $1 WHERE replaced_at IS NULL \
               AND item IN (SELECT item FROM provenance WHERE source = $2)";
    session
        .run(sql, vec![millis(visit.at).into(), visit.source.0.as_str().into()])
        .await
        .map(|_| ())
}

pub(super) fn in_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
