//! `utkik digest`: write the digest of a week.

use super::{Context, Ending};
use crate::{
    app::Purpose,
    issue::{Wish, issue},
};
use anyhow::Result;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;
use utkik_digest::{Tongue, Week};
use utkik_sources::Level;

#[derive(Debug, Args)]
pub(super) struct Digest {
    /// ISO week, such as 2026-W47 [default: the last whole one]
    #[arg(long)]
    week: Option<Week>,
    /// Only these goal areas and what lies below them, such as 2.1, G1 or ST.I2
    #[arg(long, value_delimiter = ',')]
    area: Vec<String>,
    /// Only these levels: local, national, nordic, eu, international
    #[arg(long, value_delimiter = ',')]
    level: Vec<Level>,
    /// sv or en [default: the configuration's]
    #[arg(long)]
    language: Option<Tongue>,
    /// Folder to write into [default: digests in the data folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Where the digest lies, as the command contract names it.
#[derive(Serialize)]
struct Told {
    week: String,
    items: usize,
    left_out: usize,
    html: PathBuf,
    text: PathBuf,
}

impl Digest {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        let app = context.open(Purpose::Read).await?;
        let now = app.clock.now();
        let wish = Wish {
            week: self.week.unwrap_or_else(|| Week::of(now).previous()),
            areas: app.areas(&self.area)?,
            levels: self.level,
            language: self.language,
            out: self.out,
        };
        let written = issue(&app, &wish, now).await?;
        if context.json {
            context.print_json(&Told {
                week: wish.week.to_string(),
                items: written.digest.items(),
                left_out: written.digest.left_out,
                html: written.html,
                text: written.text,
            })?;
        } else {
            super::print(&format!(
                "Week {}: {} items, {} left out\n  {}\n  {}\n",
                wish.week,
                written.digest.items(),
                written.digest.left_out,
                written.html.display(),
                written.text.display(),
            ))?;
        }
        Ok(Ending::Done)
    }
}
