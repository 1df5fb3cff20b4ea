//! What people decide about items, and how a new understanding comes under it.

use super::{
    Archive,
    engine::{Session, Value},
    keeping::{deadline, held_cursor, insert, rules_only, set_cursor},
    rows::{item_id, json, millis},
};
use crate::Result;
use jiff::Timestamp;
use std::collections::BTreeMap;
use utkik_sources::{AreaId, Item, ItemId, Known, SourceId};

impl Archive {
    /// Keeps a person's decision that an item belongs, or does not belong, to some areas; `None` when there is no such
    /// item. It stands over what the rules say, now and later, until somebody decides otherwise. What is decided
    /// already is not decided again.
    pub async fn judge(
        &self,
        id: ItemId,
        add: &[AreaId],
        remove: &[AreaId],
        by: &str,
        at: Timestamp,
    ) -> Result<Option<(Item, Known)>> {
        // What is both added and removed is removed: the later of two that cannot both be meant.
        let mut decisions: BTreeMap<&str, bool> =
            add.iter().map(|area| (area.0.as_str(), true)).collect();
        decisions.extend(remove.iter().map(|area| (area.0.as_str(), false)));
        let mut session = self.engine.write().await?;
        let cursor = held_cursor(&mut session).await? + 1;
        let decided = decided(&mut session, id).await?;
        decisions.retain(|area, belongs| decided.get(*area) != Some(belongs));
        let sql = "UPDATE items SET cursor = $1 WHERE id = $2";
        let item = id.to_string();
        let values = vec![cursor.into(), item.as_str().into()];
        if !decisions.is_empty() && session.run(sql, values).await? > 0 {
            let row = |(area, belongs): (&str, bool)| -> Vec<Value> {
                let belongs = i64::from(belongs);
                vec![
                    item.as_str().into(),
                    area.into(),
                    millis(at).into(),
                    belongs.into(),
                    by.into(),
                ]
            };
            let what = "INSERT INTO decisions (item, area, at, belongs, person)";
            let otherwise = "ON CONFLICT (item, area, at) DO UPDATE SET belongs = excluded.belongs, person = excluded.person";
            insert(&mut session, what, otherwise, decisions.into_iter().map(row).collect()).await?;
            set_cursor(&mut session, cursor).await?;
        }
        session.commit().await?;
        self.item(id).await
    }

    /// What people have decided about each item; of decisions on one area, the latest counts.
    pub async fn decisions(&self) -> Result<BTreeMap<ItemId, BTreeMap<AreaId, bool>>> {
        let mut session = self.engine.read().await?;
        let sql = "SELECT item, area, belongs FROM decisions ORDER BY at";
        let mut all: BTreeMap<ItemId, BTreeMap<AreaId, bool>> = BTreeMap::new();
        for row in session.rows(sql, Vec::new()).await? {
            let decided = all.entry(item_id(&row)?).or_default();
            decided.insert(AreaId(row.text(1)?), row.number(2)? != 0);
        }
        Ok(all)
    }

    /// The item that `source` calls `guid`, whoever else found it.
    pub async fn handed_over(&self, source: &SourceId, guid: &str) -> Result<Option<ItemId>> {
        let mut session = self.engine.read().await?;
        let sql = "SELECT item FROM provenance WHERE source = $1 AND guid = $2 ORDER BY at, item";
        let values = vec![source.0.as_str().into(), guid.into()];
        session.rows(sql, values).await?.first().map(item_id).transpose()
    }

    /// Keeps a new understanding of an item; says whether it differs from the old. People's decisions stay over it.
    pub async fn relabel(&self, id: ItemId, known: &Known) -> Result<bool> {
        Ok(self.relabel_all(&[(id, known.clone())]).await? > 0)
    }

    /// As [`Archive::relabel`], for many at once; returns how many differ.
    pub async fn relabel_all(&self, understood: &[(ItemId, Known)]) -> Result<usize> {
        let mut session = self.engine.write().await?;
        let mut cursor = held_cursor(&mut session).await?;
        let mut differ = 0;
        for (id, known) in understood {
            let sql = "UPDATE items SET known = $1, deadline = $2, cursor = $3 WHERE id = $4 AND known <> $1";
            let rules = json(&rules_only(known));
            let id = id.to_string();
            let values = vec![
                rules.as_str().into(),
                deadline(known).into(),
                (cursor + 1).into(),
                id.as_str().into(),
            ];
            if session.run(sql, values).await? > 0 {
                cursor += 1;
                differ += 1;
            }
        }
        set_cursor(&mut session, cursor).await?;
        session.commit().await?;
        Ok(differ)
    }
}

/// What people have decided about an item so far, area by area.
async fn decided(session: &mut Session, id: ItemId) -> Result<BTreeMap<String, bool>> {
    let sql = "SELECT area, belongs FROM decisions WHERE item = $1 ORDER BY at";
    let rows = session.rows(sql, vec![id.to_string().as_str().into()]).await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.number(1)? != 0))).collect()
}
