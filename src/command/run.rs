//! `utkik run`: rounds on schedule, digests on Mondays and the portal, until stopped.

use super::{Context, Ending, Progress, crawl, say};
use crate::{
    alarm,
    app::{App, Purpose},
    clock::Stopwatch,
    issue::{Wish, is_written, issue},
    portal,
    round::{Tally, round},
    schedule::{LOOK_EVERY, Stop, TELL_EVERY, digest_due},
    websub,
};
use anyhow::{Context as _, Result};
use clap::Args;
use jiff::Timestamp;
use std::{collections::BTreeSet, net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, sync::Notify};
use utkik_crawler::Crawler;
use utkik_digest::Week;

#[derive(Debug, Args)]
pub(super) struct Run {
    /// Where the portal answers [default: the configuration's, else 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

impl Run {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        let flags = crate::config::Flags { listen: self.listen, ..context.flags.clone() };
        let config = crate::app::configured(&flags)?;
        let mut app = App::open(config, context.clock(), Purpose::Write("run")).await?;
        app.learn().await?;
        let app = Arc::new(app);
        app.catch_up().await?;
        let stop = Stop::on_signal();
        let listener = listen(app.config.listen).await?;
        let sources = app.visitable();
        say(&format!(
            "watching {} of {} sources; the start page is http://{}/",
            sources.len(),
            app.catalogue.sources().len(),
            listener.local_addr()?
        ));
        let wake = Arc::new(Notify::new());
        let hubs = websub::routes(app.clone(), wake.clone());
        let served = tokio::spawn(portal::serve(listener, app.clone(), hubs, stop.clone()));
        watch(&app, &stop, &wake, &context.progress()).await;
        served.await.context("the portal broke off")??;
        say("stopped");
        Ok(Ending::Done)
    }
}

/// Binds the portal's address, or says what is in the way.
pub(super) async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("could not listen on {address}; is another program there? choose another with --port or --listen")
    })
}

/// Rounds and digests until somebody wants us to stop. Whatever goes wrong is told, and tried again.
async fn watch(app: &App, stop: &Stop, wake: &Notify, progress: &Progress) {
    let crawler = app.crawler();
    let mut failed_digests = BTreeSet::new();
    let mut told_at = None;
    while !stop.wished() {
        if let Err(error) = one_round(app, &crawler, stop, progress).await {
            say(&format!(
                "the round broke off: {error:#}; what was kept is kept, and it is tried again"
            ));
        }
        let now = app.clock.now();
        if let Err(error) = tell_and_subscribe(app, &crawler, stop, &mut told_at).await {
            say(&format!("troubles could not be told: {error:#}; it is tried again"));
        }
        let week = digest_due(now);
        if !stop.wished()
            && !is_written(app, week, now)
            && let Err(error) = write_digest(app, week).await
            && failed_digests.insert(week)
        {
            say(&format!(
                "the digest of {week} could not be written: {error:#}; it is tried again"
            ));
        }
        tokio::select! {
            () = stop.wait() => {}
            () = wake.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

async fn one_round(app: &App, crawler: &Crawler, stop: &Stop, progress: &Progress) -> Result<()> {
    let now = app.clock.now();
    let due = app.claim_due(&app.visitable(), now, false).await?;
    if due.is_empty() {
        return Ok(());
    }
    let watch = Stopwatch::start();
    let tally = round(app, crawler, due, now, stop, progress).await?;
    let nobody = nobody_answered(&tally);
    say(&format!("{now:.0} {}", crawl::Told::of(tally, watch.seconds()).in_words().trim_end()));
    if nobody {
        say(
            "not one source answered: is the network there? all of them are tried again, later each time",
        );
    }
    Ok(())
}

/// Tells of troubles, now and then since it takes a look at everything, and asks hubs to tell us of news.
async fn tell_and_subscribe(
    app: &App,
    crawler: &Crawler,
    stop: &Stop,
    told_at: &mut Option<Timestamp>,
) -> Result<()> {
    let now = app.clock.now();
    if stop.wished() {
        return Ok(());
    }
    if told_at.is_none_or(|at| now.duration_since(at) >= TELL_EVERY) {
        *told_at = Some(now);
        alarm::tell(app, crawler, now).await?;
    }
    websub::renew(app, crawler, now).await
}

fn nobody_answered(tally: &Tally) -> bool {
    tally.visited > 1 && tally.failed == tally.visited
}

async fn write_digest(app: &App, week: Week) -> Result<()> {
    let issue = issue(app, &Wish::whole(week), app.clock.now()).await?;
    say(&format!("the digest of {week} lies in {}", issue.html.display()));
    Ok(())
}
