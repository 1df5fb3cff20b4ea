//! Who is told that a source is in trouble? Once per trouble: the log, the list of sources, and a webhook.

use crate::{app::App, command::say};
use anyhow::Result;
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;
use utkik_crawler::{Crawler, seal};
use utkik_index::{Alarm, SourceState};
use utkik_sources::{Source, SourceId};

/// Tells what has gone wrong since we last told, and sends what the webhook has not taken yet.
pub(crate) async fn tell(app: &App, crawler: &Crawler, now: Timestamp) -> Result<()> {
    let states = app.archive.states().await?;
    let visitable = app.visitable();
    if is_our_network(&visitable, &states) {
        return Ok(());
    }
    let troubled = visitable.iter().filter_map(|source| {
        let state = states.get(&source.id).filter(|state| state.paused.is_none())?;
        state.is_alarming(now).then(|| alarm(source, state, now))
    });
    for new in app.archive.alarm(&troubled.collect::<Vec<Alarm>>()).await? {
        let remedy = states[&new.source].health(now).remedy();
        let address = app.catalogue.get(&new.source).map_or("", |source| source.address.as_str());
        let advice = remedy.map_or_else(String::new, |remedy| {
            let advice = remedy.advice_for(&new.source.0, address);
            format!("; likely cause: {}; what to do: {advice}", remedy.cause)
        });
        say(&format!("{}: {}{advice}", new.source, new.what));
    }
    if let Some(webhook) = &app.config.webhook {
        for alarm in app.archive.unsent_alarms().await? {
            let state = states.get(&alarm.source).cloned().unwrap_or_default();
            let body = message(app, &alarm, &state, now);
            let mut headers = vec![("content-type", "application/json".to_owned())];
            if let Some(secret) = &app.config.webhook_secret {
                headers.push(("x-utkik-signature", seal(secret, body.as_bytes())));
            }
            match crawler.post(webhook, &headers, body).await {
                Ok(200..=299) => app.archive.alarm_sent(&alarm, now).await?,
                Ok(status) => return not_taken(&format!("it answered {status}")),
                Err(why) => return not_taken(&why),
            }
        }
    }
    Ok(())
}

/// Whether most sources do not answer, so that it is not they who are in trouble.
fn is_our_network(sources: &[Source], states: &BTreeMap<SourceId, SourceState>) -> bool {
    let visited = || sources.iter().filter_map(|source| states.get(&source.id));
    let fails = |state: &&SourceState| state.last_outcome.as_deref() == Some("failed");
    let (all, failing) = (visited().count(), visited().filter(fails).count());
    all >= 5 && failing * 2 > all
}

fn alarm(source: &Source, state: &SourceState, now: Timestamp) -> Alarm {
    let health = state.health(now);
    let (sort, what) = (health.word().to_owned(), health.to_string());
    Alarm { source: source.id.clone(), sort, what, told_at: now }
}

/// The others are tried with it, after the next round.
fn not_taken(why: &str) -> Result<()> {
    say(&format!("the webhook did not take an alarm: {why}; it is sent again in a while"));
    Ok(())
}

fn message(app: &App, alarm: &Alarm, state: &SourceState, now: Timestamp) -> String {
    let source = app.catalogue.get(&alarm.source);
    let remedy = state.health(now).remedy();
    json!({
        "source": alarm.source,
        "name": source.map(|source| source.name.as_str()),
        "address": source.map(|source| source.address.as_str()),
        "trouble": alarm.sort,
        "health": alarm.what,
        "cause": remedy.map(|remedy| remedy.cause),
        "advice": remedy.map(|remedy| {
            remedy.advice_for(&alarm.source.0, source.map_or("", |source| &source.address))
        }),
        "last_good": state.last_good,
        "at": alarm.told_at,
    })
    .to_string()
}
