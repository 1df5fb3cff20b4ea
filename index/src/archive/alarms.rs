//! Which troubles people have been told of, so that each is told once.

use super::{
    Archive,
    engine::Row,
    rows::{millis, timestamp},
};
use crate::Result;
use jiff::Timestamp;
use std::collections::BTreeMap;
use utkik_sources::SourceId;

/// A trouble that people are told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Where.
    pub source: SourceId,
    /// The word for it, as [`Health::word`](super::Health::word) gives it: as long as it stays, it is the same trouble.
    pub sort: String,
    /// What, in words.
    pub what: String,
    /// When it was told.
    pub told_at: Timestamp,
}

impl Archive {
    /// Takes over which troubles there are now; returns those that nobody has been told of. What is over is forgotten, so
    /// that it is told again when it comes again.
    pub async fn alarm(&self, current: &[Alarm]) -> Result<Vec<Alarm>> {
        let mut session = self.engine.write().await?;
        let known = session.rows("SELECT source, sort FROM alarms", Vec::new()).await?;
        let mut told = BTreeMap::new();
        for row in &known {
            told.insert(row.text(0)?, row.text(1)?);
        }
        let mut new = Vec::new();
        for alarm in current {
            if told.remove(&alarm.source.0).is_none_or(|sort| sort != alarm.sort) {
                new.push(alarm.clone());
            }
        }
        for source in told.keys() {
            let sql = "DELETE FROM alarms WHERE source = $1";
            session.run(sql, vec![source.as_str().into()]).await?;
        }
        for alarm in &new {
            let sql = "INSERT INTO alarms (source, sort, what, told_at) VALUES ($1, $2, $3, $4) \
                       ON CONFLICT (source) DO UPDATE SET sort = excluded.sort, what = excluded.what, \
                       told_at = excluded.told_at, sent_at = NULL";
            let values = vec![
                alarm.source.0.as_str().into(),
                alarm.sort.as_str().into(),
                alarm.what.as_str().into(),
                millis(alarm.told_at).into(),
            ];
            session.run(sql, values).await?;
        }
        session.commit().await?;
        Ok(new)
    }

    /// The troubles that were told and not sent, the oldest first.
    pub async fn unsent_alarms(&self) -> Result<Vec<Alarm>> {
        let mut session = self.engine.read().await?;
        let sql = "SELECT source, sort, what, told_at FROM alarms WHERE sent_at IS NULL ORDER BY told_at, source";
        let alarm = |row: &Row| {
            Ok(Alarm {
                source: SourceId(row.text(0)?),
                sort: row.text(1)?,
                what: row.text(2)?,
                told_at: timestamp(row.number(3)?)?,
            })
        };
        session.rows(sql, Vec::new()).await?.iter().map(alarm).collect()
    }

    /// Remembers that an alarm was sent.
    pub async fn alarm_sent(&self, alarm: &Alarm, at: Timestamp) -> Result<()> {
        let mut session = self.engine.write().await?;
        let sql = "UPDATE alarms SET sent_at = $1 WHERE source = $2 AND sort = $3";
        let values =
            vec![millis(at).into(), alarm.source.0.as_str().into(), alarm.sort.as_str().into()];
        session.run(sql, values).await?;
        session.commit().await
    }
}
