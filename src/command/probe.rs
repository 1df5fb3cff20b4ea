//! `utkik probe`: what is read in a feed, or in an answer of any source?

use super::{Context, Ending, say};
use crate::app::{crawler, faulty, read_data};
use anyhow::{Context as _, Result};
use clap::Args;
use std::fs;
use utkik_crawler::Transport;
use utkik_sources::SourceId;

#[derive(Debug, Args)]
pub(super) struct Probe {
    #[command(flatten)]
    what: Document,
    /// Read it as an answer of this source: by its kind and its recipe
    #[arg(long, value_name = "ID")]
    source: Option<String>,
}

/// A document from a file or an address, with what came with it.
#[derive(Debug, Args)]
pub(super) struct Document {
    /// A file, or an http(s) address to fetch
    place: String,
    /// The address that a file was fetched from
    #[arg(long, value_name = "ADDRESS")]
    url: Option<String>,
    /// A header that came with a file, such as 'Content-Type: text/xml'; may be repeated
    #[arg(long, value_name = "HEADER")]
    header: Vec<String>,
}

impl Document {
    /// The bytes, and how they came.
    pub(super) async fn get(&self, context: &Context) -> Result<(Vec<u8>, Transport)> {
        if self.place.starts_with("http://") || self.place.starts_with("https://") {
            let crawler = crawler(&context.config()?);
            let got = crawler.fetch(&self.place, context.clock().now()).await;
            return got.map_err(anyhow::Error::msg);
        }
        let bytes =
            fs::read(&self.place).with_context(|| format!("could not read `{}`", self.place))?;
        let headers = self.header.iter().map(|header| split(header)).collect::<Result<_>>()?;
        Ok((bytes, Transport { address: self.url.clone(), headers }))
    }
}

fn split(header: &str) -> Result<(String, String)> {
    let (name, value) = header
        .split_once(':')
        .with_context(|| format!("`{header}` is no header: 'Name: value' is wanted"))?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

impl Probe {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        let (bytes, transport) = self.what.get(context).await?;
        let probe = match &self.source {
            None => utkik_crawler::probe(&bytes, &transport),
            Some(id) => {
                let (catalogue, _) = read_data(&context.config()?).map_err(faulty)?;
                let source = catalogue.get(&SourceId(id.clone()));
                let source = source.with_context(|| format!("there is no source `{id}`"))?;
                utkik_crawler::probe_as(source, &bytes, &transport, context.clock().now())
            }
        };
        if context.json {
            context.print_json(&probe)?;
        } else {
            super::print(&(serde_json::to_string_pretty(&probe)? + "\n"))?;
        }
        for trouble in &probe.troubles {
            say(trouble);
        }
        Ok(Ending::Done)
    }
}
