//! How items get into the record: what is new in a visit, and what keeping it changes.

use super::{
    Archive, Kept,
    burst::is_old_burst,
    engine::{Session, Value, places},
    learning::Before,
    merge::{changed, merged, reworded},
    rows::{AT_ONCE, Stored, asked, day, json, millis, with_ids},
};
use crate::Result;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use utkik_sources::{Find, Item, ItemId, Judge, Known, Outcome, Provenance, SourceId, Visit};

impl Archive {
    /// The items of `visit` that are new, reworded, have got their text or their date, or were so far
    /// known only from somebody else; in the order of the visit.
    pub async fn news(&self, visit: &Visit) -> Result<Vec<Item>> {
        let finds = finds(visit);
        if finds.is_empty() {
            return Ok(Vec::new());
        }
        let mut session = self.engine.read().await?;
        let ids = ids_of(&mut session, &visit.source, finds).await?;
        let before = Before::read(&mut session, &visit.source).await?;
        let stored = with_ids(&mut session, &distinct(&ids)).await?;
        let is_burst =
            |last| is_burst(visit, finds, &ids, &stored, last, before.expected(visit.at));
        let backfill = before.first_good.is_none() || before.last_good.is_some_and(is_burst);
        let mut after: BTreeMap<ItemId, Item> = BTreeMap::new();
        for (find, id) in finds.iter().zip(&ids) {
            let found = item(visit, find, *id, backfill);
            let so_far = after.get(id).or(stored.get(id).map(|stored| &stored.item));
            let item = so_far.map_or_else(|| found.clone(), |kept| seen_again(kept, &found));
            after.insert(*id, item);
        }
        let is_news =
            |item: &Item| stored.get(&item.id).is_none_or(|stored| changed(&stored.item, item));
        let in_order = distinct(&ids).into_iter().filter_map(|id| after.remove(&id));
        Ok(in_order.filter(is_news).collect())
    }

    /// Keeps `item` with what we understood of it. An earlier wording stays beside it, people's decisions stay over it.
    pub async fn keep(&self, item: &Item, known: &Known) -> Result<Kept> {
        let mut session = self.engine.write().await?;
        let mut cursor = held_cursor(&mut session).await?;
        let kept = keep_some(&mut session, &mut cursor, &[(item, known)]).await?;
        set_cursor(&mut session, cursor).await?;
        session.commit().await?;
        Ok(kept[0])
    }

    /// Keeps all or, if that fails, none; says for each what became of it. Others wait meanwhile:
    /// a thousand at a time is a good measure.
    pub async fn keep_all(&self, items: &[(Item, Known)]) -> Result<Vec<Kept>> {
        let mut session = self.engine.write().await?;
        let mut cursor = held_cursor(&mut session).await?;
        let mut kept = Vec::with_capacity(items.len());
        for part in items.chunks(AT_ONCE) {
            let part: Vec<(&Item, &Known)> =
                part.iter().map(|(item, known)| (item, known)).collect();
            kept.extend(keep_some(&mut session, &mut cursor, &part).await?);
        }
        set_cursor(&mut session, cursor).await?;
        session.commit().await?;
        Ok(kept)
    }
}

/// What a visit brought, whatever its outcome.
pub(super) fn finds(visit: &Visit) -> &[Find] {
    match &visit.outcome {
        Outcome::Fresh(harvest) => &harvest.finds,
        Outcome::Unchanged { late } => late,
        Outcome::Refused { .. } | Outcome::Gone { .. } | Outcome::Failed(_) => &[],
    }
}

/// The ids of what a visit to `source` found. Whether an entry shares its link can differ between two answers, as others
/// come and go beside it; it is still the item that it was.
pub(super) async fn ids_of(
    session: &mut Session,
    source: &SourceId,
    finds: &[Find],
) -> Result<Vec<ItemId>> {
    let by_guid = |find: &Find| ItemId::of_guid(source, &find.entry.guid);
    let by_link = |find: &Find| find.entry.link.as_deref().and_then(ItemId::of_link);
    let linked = finds.iter().filter_map(|find| Some([by_link(find)?, by_guid(find)]));
    let candidates: Vec<ItemId> = linked.flatten().collect();
    let mut known: BTreeSet<(ItemId, String)> = BTreeSet::new();
    for part in distinct(&candidates).chunks(AT_ONCE) {
        let (sql, mut values) = asked("SELECT item, guid FROM provenance WHERE item IN", part);
        let sql = format!("{sql} AND source = ${}", values.len() + 1);
        values.push(source.0.as_str().into());
        for row in session.rows(&sql, values).await? {
            if let Ok(id) = row.text(0)?.parse() {
                known.insert((id, row.text(1)?));
            }
        }
    }
    let is_known = |id: ItemId, find: &Find| known.contains(&(id, find.entry.guid.clone()));
    let id_of = |find: &Find| {
        let shared_before = Some(by_guid(find)).filter(|id| is_known(*id, find));
        let alone_before = by_link(find).filter(|id| find.shares_link && is_known(*id, find));
        shared_before.or(alone_before).unwrap_or_else(|| ItemId::of(source, find))
    };
    Ok(finds.iter().map(id_of).collect())
}

/// The cursor, held until the end: with it nobody else can change items, so that changes become
/// visible in the order of their cursors.
pub(super) async fn held_cursor(session: &mut Session) -> Result<i64> {
    let sql = "SELECT value FROM counters WHERE name = 'cursor'";
    session.rows_held(sql, Vec::new()).await?.first().map_or(Ok(0), |row| row.number(0))
}

pub(super) async fn set_cursor(session: &mut Session, cursor: i64) -> Result<()> {
    let sql = "UPDATE counters SET value = $1 WHERE name = 'cursor' AND value <> $1";
    session.run(sql, vec![cursor.into()]).await.map(|_| ())
}

/// What the rules say, as it is stored; decisions of people lie in a table of their own.
pub(super) fn rules_only(known: &Known) -> Known {
    let mut known = known.clone();
    known.tags.retain(|tag| matches!(tag.by, Judge::Rules(_)));
    known
}

/// The last day to answer, as it is stored.
pub(super) fn deadline(known: &Known) -> Option<i64> {
    known.deadline().map(|fact| day(fact.date))
}

/// Whether what is new in a visit is old. What an interrupted visit after the last good one has kept already still counts
/// as new, so that the rest of a burst is judged as its beginning was.
fn is_burst(
    visit: &Visit,
    finds: &[Find],
    ids: &[ItemId],
    stored: &BTreeMap<ItemId, Stored>,
    last_good: Timestamp,
    expected: f64,
) -> bool {
    let ours = |item: &Item| {
        let of_source = |found: &&Provenance| found.source == visit.source;
        item.provenance.iter().find(of_source).is_some_and(|found| found.at <= last_good)
    };
    let new = |id: &ItemId| stored.get(id).is_none_or(|stored| !ours(&stored.item));
    let dates: BTreeMap<ItemId, Option<Timestamp>> = finds
        .iter()
        .zip(ids)
        .filter(|(_, id)| new(id))
        .map(|(find, id)| (*id, find.entry.published))
        .collect();
    let dates: Vec<Option<Timestamp>> = dates.into_values().collect();
    is_old_burst(&dates, last_good, expected)
}

fn item(visit: &Visit, find: &Find, id: ItemId, backfill: bool) -> Item {
    Item {
        id,
        source: visit.source.clone(),
        entry: find.entry.clone(),
        text: find.text.clone(),
        first_seen: visit.at,
        backfill,
        provenance: vec![Provenance {
            source: visit.source.clone(),
            guid: find.entry.guid.clone(),
            organisation: None,
            at: visit.at,
        }],
    }
}

/// As [`merged`], but a page whose announcement says the same is not read for changes: pages differ at
/// each visit in what does not matter.
fn seen_again(kept: &Item, found: &Item) -> Item {
    let mut after = merged(kept, found);
    if kept.text.is_some()
        && kept.entry.title == after.entry.title
        && kept.entry.summary == after.entry.summary
    {
        after.text.clone_from(&kept.text);
    }
    after
}

fn distinct(ids: &[ItemId]) -> Vec<ItemId> {
    let mut seen = BTreeSet::new();
    ids.iter().copied().filter(|id| seen.insert(*id)).collect()
}

/// What one batch is going to write.
#[derive(Default)]
struct Changes {
    items: BTreeMap<ItemId, Stored>,
    findings: Vec<(ItemId, usize, Provenance)>,
    wordings: Vec<(i64, Item)>,
}

async fn keep_some(
    session: &mut Session,
    cursor: &mut i64,
    items: &[(&Item, &Known)],
) -> Result<Vec<Kept>> {
    let ids: Vec<ItemId> = items.iter().map(|(item, _)| item.id).collect();
    let stored = with_ids(session, &distinct(&ids)).await?;
    let mut changes = Changes::default();
    let mut kept = Vec::with_capacity(items.len());
    for (item, known) in items {
        let before = changes.items.get(&item.id).or_else(|| stored.get(&item.id));
        let (after, what) = decide(before, item, known, *cursor + 1);
        kept.push(what);
        if let Some(after) = after {
            *cursor += 1;
            changes.note(before.map(|before| before.item.clone()), after);
        }
    }
    changes.write(session).await?;
    Ok(kept)
}

/// What becomes of the record when `item` is kept: nothing, or a change with this cursor.
fn decide(
    before: Option<&Stored>,
    item: &Item,
    known: &Known,
    cursor: i64,
) -> (Option<Stored>, Kept) {
    let (known, deadline) = (json(&rules_only(known)), deadline(known));
    let Some(before) = before else {
        return (Some(Stored { item: item.clone(), known, deadline, cursor }), Kept::New);
    };
    let after = merged(&before.item, item);
    // What was understood of words that we do not take over is not about what we keep.
    let is_about_ours = same_words(item, &after) || !same_words(&before.item, &after);
    let (known, deadline) =
        if is_about_ours { (known, deadline) } else { (before.known.clone(), before.deadline) };
    let is_changed = changed(&before.item, &after);
    if !is_changed && known == before.known {
        return (None, Kept::Already);
    }
    let kept = if is_changed { Kept::Changed } else { Kept::Already };
    (Some(Stored { item: after, known, deadline, cursor }), kept)
}

fn same_words(one: &Item, other: &Item) -> bool {
    one.entry.title == other.entry.title
        && one.entry.summary == other.entry.summary
        && one.text == other.text
}

impl Changes {
    fn note(&mut self, before: Option<Item>, after: Stored) {
        let known_findings = before.as_ref().map_or(0, |before| before.provenance.len());
        let findings = after.item.provenance.iter().enumerate().skip(known_findings);
        self.findings
            .extend(findings.map(|(place, finding)| (after.item.id, place, finding.clone())));
        if let Some(before) = before.filter(|before| reworded(before, &after.item)) {
            self.wordings.push((after.cursor, before));
        }
        self.items.insert(after.item.id, after);
    }

    async fn write(self, session: &mut Session) -> Result<()> {
        let items = self.items.into_values().map(|stored| item_row(&stored)).collect();
        let what = "INSERT INTO items (id, source, cursor, first_seen, dated, deadline, backfill, entry, known, text)";
        let otherwise = "ON CONFLICT (id) DO UPDATE SET cursor = excluded.cursor, dated = excluded.dated, \
             deadline = excluded.deadline, entry = excluded.entry, known = excluded.known, text = excluded.text";
        insert(session, what, otherwise, items).await?;
        let findings =
            self.findings.into_iter().map(|(id, place, finding)| finding_row(id, place, &finding));
        let what = "INSERT INTO provenance (item, place, source, guid, organisation, at)";
        insert(session, what, "", findings.collect()).await?;
        let wordings = self.wordings.into_iter().map(|(cursor, item)| wording_row(cursor, &item));
        let what = "INSERT INTO wordings (item, cursor, entry, text)";
        insert(session, what, "", wordings.collect()).await
    }
}

fn item_row(Stored { item, known, deadline, cursor }: &Stored) -> Vec<Value> {
    vec![
        item.id.to_string().as_str().into(),
        item.source.0.as_str().into(),
        (*cursor).into(),
        millis(item.first_seen).into(),
        millis(item.dated().at()).into(),
        (*deadline).into(),
        i64::from(item.backfill).into(),
        json(&item.entry).as_str().into(),
        known.as_str().into(),
        item.text.as_deref().into(),
    ]
}

fn finding_row(id: ItemId, place: usize, finding: &Provenance) -> Vec<Value> {
    vec![
        id.to_string().as_str().into(),
        i64::try_from(place).unwrap_or(i64::MAX).into(),
        finding.source.0.as_str().into(),
        finding.guid.as_str().into(),
        finding.organisation.as_deref().into(),
        millis(finding.at).into(),
    ]
}

fn wording_row(cursor: i64, item: &Item) -> Vec<Value> {
    vec![
        item.id.to_string().as_str().into(),
        cursor.into(),
        json(&item.entry).as_str().into(),
        item.text.as_deref().into(),
    ]
}

/// Inserts many rows with few statements: in groups of a power of two, so that the engines see few different texts.
pub(super) async fn insert(
    session: &mut Session,
    what: &str,
    otherwise: &str,
    mut rows: Vec<Vec<Value>>,
) -> Result<()> {
    // More rows save little, and SQLite looks through the names of all values for each value.
    const MOST: usize = 16;
    while let Some(columns) = rows.last().map(Vec::len) {
        let count = MOST.min(1 << rows.len().ilog2());
        let groups: Vec<String> =
            (0..count).map(|row| format!("({})", places(1 + row * columns, columns))).collect();
        let values = rows.split_off(rows.len() - count).into_iter().flatten().collect();
        let sql = format!("{what} VALUES {} {otherwise}", groups.join(", "));
        session.run(&sql, values).await?;
    }
    Ok(())
}
