//! The record of everything we have found: losing it loses work, so nothing is kept by halves.
//!
//! Each method is one transaction and speaks of items, not of rows. The engine stands behind the door: SQLite for
//! one machine, PostgreSQL when that is outgrown, chosen by the address. Useful for keeping, and for reading by id,
//! day, source or change; not for searching words, which is the finder's work.
//!
//! In `archive/`: what keeping means (`keeping`, and the decisions in `merge`), what people and rules say of items
//! (`judging`), whose turn it is (`visiting`), what visits teach (`learning`, `burst`), how sources are doing (`states`, `health`), who is told (`alarms`) and who tells us (`subscriptions`), how items lie in
//! the tables (`rows`, `schema`), and where the two databases differ (`engine`).

mod alarms;
mod burst;
mod engine;
mod health;
mod judging;
mod keeping;
mod learning;
mod merge;
mod rows;
mod schema;
mod states;
mod subscriptions;
mod visiting;

pub use alarms::Alarm;
pub use health::{Health, Remedy};
pub use states::{SourceState, Trouble};
pub use subscriptions::{Subscription, SubscriptionState};

use crate::{Night, Result};
use engine::{Engine, Value};
use jiff::{Timestamp, civil::Date};
use rows::{AT_ONCE, asked, day, judged, maybe_timestamp, millis, parsed};
use std::{
    collections::BTreeMap,
    hash::{BuildHasher, RandomState},
};
use utkik_sources::{Entry, Item, ItemId, Known};

/// The record of everything we have found. Clones are the same archive.
#[derive(Clone, Debug)]
pub struct Archive {
    engine: Engine,
    /// Tells our claims from those of other processes.
    holder: i64,
    /// When sources are left in peace.
    night: Night,
}

/// What became of an item that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// We did not have it.
    New,
    /// It says something new, has got its text or date, or was found by somebody else, too.
    Changed,
    /// Nothing about it was news, though perhaps our understanding of it.
    Already,
}

/// An item that was kept, reworded, understood anew or decided upon.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where in the order of all changes; to be remembered by who follows them.
    pub cursor: i64,
    /// The item as it is now.
    pub item: Item,
    /// What is known about it now, people's decisions included.
    pub known: Known,
}

/// What an item said before it was reworded.
#[derive(Clone, Debug, PartialEq)]
pub struct Wording {
    /// What the source said.
    pub entry: Entry,
    /// The main text, as far as we had it.
    pub text: Option<String>,
    /// When it was replaced; unknown until the visit that did so is closed.
    pub replaced_at: Option<Timestamp>,
}

impl Archive {
    /// Opens the archive at `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, and makes it if there is none.
    /// One that an earlier version made is brought to today's shape.
    pub async fn open(address: &str) -> Result<Archive> {
        let holder = RandomState::new().hash_one(address).cast_signed();
        Ok(Archive { engine: Engine::open(address).await?, holder, night: Night::default() })
    }

    /// The same archive, which says that it is nobody's turn at night.
    #[must_use]
    pub fn resting(self, night: Night) -> Archive {
        Archive { night, ..self }
    }

    /// Closes the archive, so that a SQLite file holds everything by itself; without it, what was kept lies partly in the
    /// file `…-wal` beside it and is found there when the archive is opened again.
    pub async fn shut(&self) {
        self.engine.shut().await;
    }

    /// The first `limit` changes after `cursor`, in order. An item that changed twice comes once, as it is now.
    pub async fn changes_since(&self, cursor: i64, limit: usize) -> Result<Vec<Change>> {
        let mut session = self.engine.read().await?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let condition = "WHERE cursor > $1 ORDER BY cursor LIMIT $2";
        let changes = judged(&mut session, condition, vec![cursor.into(), limit.into()]).await?;
        let change = |(stored, known): (rows::Stored, Known)| Change {
            cursor: stored.cursor,
            item: stored.item,
            known,
        };
        Ok(changes.into_iter().map(change).collect())
    }

    /// The cursor of the latest change; 0 when there was none.
    pub async fn cursor(&self) -> Result<i64> {
        let mut session = self.engine.read().await?;
        let rows = session.rows("SELECT value FROM counters WHERE name = 'cursor'", Vec::new());
        rows.await?.first().map_or(Ok(0), |row| row.number(0))
    }

    /// The items that belong to the time from `from` up to, not including, `to`; see [`Item::dated`].
    pub async fn items_in(&self, from: Timestamp, to: Timestamp) -> Result<Vec<(Item, Known)>> {
        let condition = "WHERE dated >= $1 AND dated < $2 ORDER BY dated, id";
        self.items_where(condition, vec![millis(from).into(), millis(to).into()]).await
    }

    /// The items that we first saw from `from` up to, not including, `to`.
    pub async fn kept_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<(Item, Known)>> {
        let condition = "WHERE first_seen >= $1 AND first_seen < $2 ORDER BY first_seen, id";
        self.items_where(condition, vec![millis(from).into(), millis(to).into()]).await
    }

    /// The items whose last day to answer is one of the days from `from` to `to`, both included.
    pub async fn upcoming(&self, from: Date, to: Date) -> Result<Vec<(Item, Known)>> {
        let condition = "WHERE deadline >= $1 AND deadline <= $2 ORDER BY deadline, id";
        self.items_where(condition, vec![day(from).into(), day(to).into()]).await
    }

    /// Those of `ids` that we have, in the order asked for.
    pub async fn items(&self, ids: &[ItemId]) -> Result<Vec<(Item, Known)>> {
        let mut found = BTreeMap::new();
        for part in ids.chunks(AT_ONCE) {
            let (condition, values) = asked("WHERE id IN", part);
            let items = self.items_where(&condition, values).await?;
            found.extend(items.into_iter().map(|(item, known)| (item.id, (item, known))));
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// The item of this id, if we have it.
    pub async fn item(&self, id: ItemId) -> Result<Option<(Item, Known)>> {
        Ok(self.items(&[id]).await?.pop())
    }

    /// How many items we have.
    pub async fn count(&self) -> Result<u64> {
        let mut session = self.engine.read().await?;
        let rows = session.rows("SELECT COUNT(*) FROM items", Vec::new()).await?;
        let count = rows.first().map_or(Ok(0), |row| row.number(0))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// What an item said before it says what it says now, the earliest first.
    pub async fn wordings(&self, id: ItemId) -> Result<Vec<Wording>> {
        let mut session = self.engine.read().await?;
        let sql = "SELECT entry, text, replaced_at FROM wordings WHERE item = $1 ORDER BY cursor";
        let rows = session.rows(sql, vec![id.to_string().as_str().into()]).await?;
        let wording = |row: &engine::Row| {
            Ok(Wording {
                entry: parsed(&row.text(0)?, id)?,
                text: row.maybe_text(1)?,
                replaced_at: maybe_timestamp(row.maybe_number(2)?)?,
            })
        };
        rows.iter().map(wording).collect()
    }

    async fn items_where(&self, condition: &str, values: Vec<Value>) -> Result<Vec<(Item, Known)>> {
        let mut session = self.engine.read().await?;
        let items = judged(&mut session, condition, values).await?;
        Ok(items.into_iter().map(|(stored, known)| (stored.item, known)).collect())
    }
}
