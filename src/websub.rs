//! How do hubs tell us of news? WebSub (W3C Recommendation, 23 January 2018), as a subscriber.
//!
//! A message makes it its source's turn at once; the source is then visited as at any other time, so that there is one
//! way only in which anything is kept.

use crate::{app::App, command::say};
use anyhow::Result;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::Notify;
use url::form_urlencoded;
use utkik_crawler::{Crawler, is_sealed, secret};
use utkik_index::{Subscription, SubscriptionState};
use utkik_sources::{Asks, Source, SourceId};

/// For how long we ask to be told, and how long a hub can promise it.
const LEASE: i64 = 10 * 86_400;
const LONGEST_LEASE: i64 = 90 * 86_400;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// More than this no hub needs to send.
const MAX_BYTES: usize = 10_000_000;

/// What the handlers are given.
#[derive(Clone)]
struct Parts {
    app: Arc<App>,
    /// Wakes the rounds.
    wake: Arc<Notify>,
}

/// The addresses that hubs call.
pub(crate) fn routes(app: Arc<App>, wake: Arc<Notify>) -> Router {
    Router::new()
        .route("/websub/{name}", get(verify).post(receive))
        .layer(DefaultBodyLimit::max(MAX_BYTES))
        .with_state(Parts { app, wake })
}

/// What a hub asks or tells before it sends anything (5.3 and 5.2).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Intent {
    #[serde(rename = "hub.mode")]
    mode: String,
    #[serde(rename = "hub.topic")]
    topic: String,
    #[serde(rename = "hub.challenge")]
    challenge: String,
    #[serde(rename = "hub.lease_seconds")]
    lease_seconds: Option<String>,
    #[serde(rename = "hub.reason")]
    reason: String,
}

async fn verify(
    State(parts): State<Parts>,
    Path(name): Path<String>,
    Query(intent): Query<Intent>,
) -> Response {
    let known = parts.app.archive.subscription(&name).await;
    let Ok(Some(mut of)) = known else { return StatusCode::NOT_FOUND.into_response() };
    // Whoever asks about something that we did not ask for gets no answer that could be taken for a yes.
    if of.topic != intent.topic {
        return StatusCode::NOT_FOUND.into_response();
    }
    let answer = match intent.mode.as_str() {
        "subscribe" if of.state != SubscriptionState::Denied => {
            let stated = intent.lease_seconds.and_then(|seconds| seconds.parse().ok());
            let lease = stated.unwrap_or(LEASE).clamp(60, LONGEST_LEASE);
            let now = parts.app.clock.now();
            of.state = SubscriptionState::Active;
            of.ends_at = now.checked_add(SignedDuration::from_secs(lease)).ok();
            (StatusCode::OK, intent.challenge).into_response()
        }
        "denied" => {
            say(&format!("{}: its hub does not want to tell us: {}", of.source, intent.reason));
            of.state = SubscriptionState::Denied;
            of.ends_at = None;
            StatusCode::OK.into_response()
        }
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    match parts.app.archive.subscribe(&of).await {
        Ok(()) => answer,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Takes a message. One whose seal is not the hub's is ignored, and its sender learns nothing (8).
async fn receive(
    State(parts): State<Parts>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let Ok(Some(of)) = parts.app.archive.subscription(&name).await else {
        return StatusCode::GONE;
    };
    let seal = headers.get("x-hub-signature").and_then(|seal| seal.to_str().ok());
    if seal.is_some_and(|seal| is_sealed(&of.secret, seal, &body)) {
        if parts.app.archive.hasten(&of.source, parts.app.clock.now()).await.is_err() {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        parts.wake.notify_one();
    }
    StatusCode::ACCEPTED
}

/// Subscribes where there is a hub and no subscription, or one that ends soon.
pub(crate) async fn renew(app: &App, crawler: &Crawler, now: Timestamp) -> Result<()> {
    let Some(callback) = &app.config.callback else { return Ok(()) };
    let all = app.archive.subscriptions().await?;
    let before: BTreeMap<SourceId, Subscription> =
        all.into_iter().map(|of| (of.source.clone(), of)).collect();
    let visitable = app.visitable();
    for (id, asks) in app.archive.hubs().await? {
        let Some(source) = visitable.iter().find(|source| source.id == id) else { continue };
        let wanted = wanted(source, &asks, before.get(&id), now);
        let Some(wanted) = wanted else { continue };
        // First, since a hub may ask back before it answers.
        app.archive.subscribe(&wanted).await?;
        let answer = ask(crawler, callback, &wanted).await;
        if let Err(why) = answer {
            say(&format!("{id}: no subscription at `{}`: {why}; it is asked again", wanted.hub));
        }
    }
    Ok(())
}

/// The subscription to ask for now, if there is one.
fn wanted(
    source: &Source,
    asks: &Asks,
    before: Option<&Subscription>,
    now: Timestamp,
) -> Option<Subscription> {
    let hub = asks.hubs.first()?.clone();
    let topic = asks.topic.clone().unwrap_or_else(|| source.address.clone());
    let same = before.filter(|of| of.hub == hub && of.topic == topic);
    let ago = |at: Timestamp| now.as_second() - at.as_second();
    if let Some(of) = same {
        let is_wanted = match of.state {
            SubscriptionState::Asked => ago(of.asked_at) >= HOUR,
            SubscriptionState::Denied => ago(of.asked_at) >= 7 * DAY,
            SubscriptionState::Active => of.ends_at.is_none_or(|end| {
                // A quarter of the time before its end, and again each hour until it is confirmed.
                let lease = end.as_second() - of.asked_at.as_second();
                -ago(end) < (lease / 4).min(DAY) && ago(of.asked_at) >= HOUR.min(lease / 8)
            }),
        };
        if !is_wanted {
            return None;
        }
    }
    let keeps = same.filter(|of| of.state == SubscriptionState::Active);
    Some(Subscription {
        source: source.id.clone(),
        hub,
        topic,
        name: same.map(|of| of.name.clone()).or_else(secret)?,
        secret: same.map(|of| of.secret.clone()).or_else(secret)?,
        state: keeps.map_or(SubscriptionState::Asked, |of| of.state),
        asked_at: now,
        ends_at: keeps.and_then(|of| of.ends_at),
    })
}

async fn ask(crawler: &Crawler, callback: &str, of: &Subscription) -> Result<(), String> {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair(
            "hub.callback",
            &format!("{}/websub/{}", callback.trim_end_matches('/'), of.name),
        )
        .append_pair("hub.mode", "subscribe")
        .append_pair("hub.topic", &of.topic)
        .append_pair("hub.secret", &of.secret)
        .append_pair("hub.lease_seconds", &LEASE.to_string())
        .finish();
    let headers = [("content-type", "application/x-www-form-urlencoded".to_owned())];
    match crawler.post(&of.hub, &headers, body).await? {
        200..=299 => Ok(()),
        status => Err(format!("it answered {status}")),
    }
}
