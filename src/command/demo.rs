//! `utkik demo`: the whole main job on a sample web.

use super::{Context, Ending, say};
use crate::{
    app::App,
    clock::Stopwatch,
    demo::{self, Sample},
    portal,
    schedule::Stop,
};
use anyhow::{Context as _, Result};
use clap::Args;
use serde::Serialize;
use std::{net::SocketAddr, path::PathBuf, sync::Arc};

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// End when the digest is written, instead of serving it
    #[arg(long)]
    once: bool,
    /// Where the portal answers, on 127.0.0.1
    #[arg(long, value_name = "N", default_value_t = 8080)]
    port: u16,
}

/// What the demonstration did, as the command contract names it.
#[derive(Serialize)]
struct Told<'a> {
    sources: usize,
    visited: usize,
    items: usize,
    tagged: usize,
    stories: usize,
    digest: ToldDigest<'a>,
    seconds: f64,
}

#[derive(Serialize)]
struct ToldDigest<'a> {
    html: &'a PathBuf,
    text: &'a PathBuf,
}

impl Demo {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        let watch = Stopwatch::start();
        let listen = SocketAddr::from(([127, 0, 0, 1], self.port));
        // Bound first, so that a port in use is told before the work and not after it.
        let listener = if self.once { None } else { Some(super::run::listen(listen).await?) };
        let stop = Stop::on_signal();
        let sample = Sample::start(context.clock().now()).await?;
        let app = self.open(context, &sample).await?;
        let done = demo::main_job(&app, &sample, &stop, &context.progress()).await?;
        if context.json {
            context.print_json(&Told {
                sources: done.sources,
                visited: done.visited,
                items: done.items,
                tagged: done.tagged,
                stories: done.stories,
                digest: ToldDigest { html: &done.html, text: &done.text },
                seconds: watch.seconds(),
            })?;
        } else {
            super::print(&format!("{}Done in {} s.\n", done.in_words(), watch.seconds()))?;
        }
        if stop.wished() {
            return Ok(Ending::InPart);
        }
        if let Some(listener) = listener {
            let address = listener.local_addr()?;
            say(&format!("The start page is http://{address}/ (Ctrl-C stops)"));
            portal::serve(listener, Arc::new(app), sample.shown(), stop).await?;
        }
        Ok(Ending::Done)
    }

    /// Opens a data folder of the demonstration's own, empty, with the sample web as its catalogue.
    async fn open(&self, context: &Context, sample: &Sample) -> Result<App> {
        let mut flags = context.flags.clone();
        flags.data_dir.get_or_insert_with(|| PathBuf::from("utkik-demo"));
        let mut config = crate::app::configured(&flags)?;
        sample.prepare(&mut config).context("could not prepare the demonstration's data folder")?;
        App::open(config, context.clock(), crate::app::Purpose::Write("demo")).await
    }
}
