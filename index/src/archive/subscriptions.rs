//! Which hubs promise to tell us of news, and until when (WebSub).

use super::{
    Archive,
    engine::Row,
    rows::{maybe_timestamp, millis, timestamp},
};
use crate::Result;
use jiff::Timestamp;
use utkik_sources::{Asks, SourceId};

/// A subscription at a hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Of which source.
    pub source: SourceId,
    /// Where we subscribe.
    pub hub: String,
    /// What the hub calls the source.
    pub topic: String,
    /// The part of our address that only we and the hub know.
    pub name: String,
    /// What the hub seals its messages with.
    pub secret: String,
    /// How it stands.
    pub state: SubscriptionState,
    /// When we last asked for it.
    pub asked_at: Timestamp,
    /// When the hub stops telling.
    pub ends_at: Option<Timestamp>,
}

/// How a subscription stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionState {
    /// The hub has not confirmed it yet.
    Asked,
    /// The hub has confirmed it.
    Active,
    /// The hub does not want it.
    Denied,
}

impl SubscriptionState {
    fn word(self) -> &'static str {
        match self {
            SubscriptionState::Asked => "asked",
            SubscriptionState::Active => "active",
            SubscriptionState::Denied => "denied",
        }
    }

    fn of(word: &str) -> SubscriptionState {
        match word {
            "active" => SubscriptionState::Active,
            "denied" => SubscriptionState::Denied,
            _ => SubscriptionState::Asked,
        }
    }
}

const COLUMNS: &str = "source, hub, topic, name, secret, state, asked_at, ends_at";

impl Archive {
    /// What the sources that have hubs ask of visitors.
    pub async fn hubs(&self) -> Result<Vec<(SourceId, Asks)>> {
        let mut session = self.engine.read().await?;
        let sql = "SELECT source, asks FROM source_states WHERE asks LIKE '%\"hubs\"%' \
                   AND paused IS NULL AND retired_at IS NULL ORDER BY source";
        let mut all = Vec::new();
        for row in session.rows(sql, Vec::new()).await? {
            if let Ok(asks) = serde_json::from_str(&row.text(1)?) {
                all.push((SourceId(row.text(0)?), asks));
            }
        }
        Ok(all)
    }

    /// Every subscription.
    pub async fn subscriptions(&self) -> Result<Vec<Subscription>> {
        let mut session = self.engine.read().await?;
        let sql = format!("SELECT {COLUMNS} FROM subscriptions ORDER BY source");
        session.rows(&sql, Vec::new()).await?.iter().map(subscription).collect()
    }

    /// The subscription that a hub names.
    pub async fn subscription(&self, name: &str) -> Result<Option<Subscription>> {
        let mut session = self.engine.read().await?;
        let sql = format!("SELECT {COLUMNS} FROM subscriptions WHERE name = $1");
        session.rows(&sql, vec![name.into()]).await?.first().map(subscription).transpose()
    }

    /// Remembers a subscription, in place of the one that its source had.
    pub async fn subscribe(&self, of: &Subscription) -> Result<()> {
        let mut session = self.engine.write().await?;
        let sql = format!(
            "INSERT INTO subscriptions ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (source) DO UPDATE SET hub = excluded.hub, topic = excluded.topic, name = excluded.name, \
             secret = excluded.secret, state = excluded.state, asked_at = excluded.asked_at, ends_at = excluded.ends_at"
        );
        let values = vec![
            of.source.0.as_str().into(),
            of.hub.as_str().into(),
            of.topic.as_str().into(),
            of.name.as_str().into(),
            of.secret.as_str().into(),
            of.state.word().into(),
            millis(of.asked_at).into(),
            of.ends_at.map(millis).into(),
        ];
        session.run(&sql, values).await?;
        session.commit().await
    }
}

fn subscription(row: &Row) -> Result<Subscription> {
    Ok(Subscription {
        source: SourceId(row.text(0)?),
        hub: row.text(1)?,
        topic: row.text(2)?,
        name: row.text(3)?,
        secret: row.text(4)?,
        state: SubscriptionState::of(&row.text(5)?),
        asked_at: timestamp(row.number(6)?)?,
        ends_at: maybe_timestamp(row.maybe_number(7)?)?,
    })
}
