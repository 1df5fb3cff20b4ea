//! `utkik robots`: may this agent fetch that address (RFC 9309)?

use super::{Context, Ending};
use anyhow::{Context as _, Result};
use clap::Args;
use std::{fs, path::PathBuf};

#[derive(Debug, Args)]
pub(super) struct Robots {
    /// A robots.txt
    file: PathBuf,
    /// The agent's product token, such as utkik
    agent: String,
    /// The address that it wants to fetch
    url: String,
}

impl Robots {
    pub(super) fn run(self, context: &Context) -> Result<Ending> {
        let file = fs::read(&self.file)
            .with_context(|| format!("could not read `{}`", self.file.display()))?;
        let verdict = utkik_crawler::robots(&file, &self.agent, &self.url);
        if context.json {
            context.print_json(&verdict)?;
            return Ok(Ending::Done);
        }
        let answer = if verdict.allowed { "allowed" } else { "not allowed" };
        let rule = verdict.rule.as_deref().unwrap_or("no rule speaks of it");
        super::print(&format!("{answer}: {rule}\n"))?;
        Ok(Ending::Done)
    }
}
