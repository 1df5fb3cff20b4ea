//! `utkik import`: keep items that someone else collected.

use super::{Context, Ending, say};
use crate::{app::Purpose, import};
use anyhow::{Context as _, Result};
use clap::Args;
use std::{fs::File, io, path::PathBuf};

#[derive(Debug, Args)]
pub(super) struct Import {
    /// Lines of JSON: id, url, title, summary, text, language, published, organisation, areas; `-` reads standard input
    file: PathBuf,
}

impl Import {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        let input: Box<dyn io::Read + Send> = if self.file.as_os_str() == "-" {
            Box::new(io::stdin())
        } else {
            let file = File::open(&self.file);
            Box::new(file.with_context(|| format!("could not read `{}`", self.file.display()))?)
        };
        let app = context.open(Purpose::Write("import")).await?;
        let told = import::import(&app, input, &context.progress()).await?;
        for bad in told.bad.iter().chain(&told.left_out) {
            say(&format!("line {}: {}", bad.line, bad.what));
        }
        if context.json {
            context.print_json(&told)?;
        } else {
            super::print(&format!(
                "{} lines read: {} kept, {} known already, {} bad\n",
                told.read,
                told.kept,
                told.already,
                told.bad.len()
            ))?;
        }
        Ok(if told.bad.is_empty() { Ending::Done } else { Ending::InPart })
    }
}
