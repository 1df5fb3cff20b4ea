//! `utkik date`: which day does a date as found in the wild mean?

use super::{Context, Ending};
use anyhow::Result;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Date {
    /// A date as feeds and pages write it, such as 'den 3. oktober 2025 kl. 14:05'
    #[arg(allow_hyphen_values = true)]
    text: String,
    /// The language that it is written in, such as sv; only en-US puts the month before the day
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
}

impl Date {
    pub(super) fn run(self, context: &Context) -> Result<Ending> {
        let found = utkik_crawler::date(&self.text, self.language.as_deref());
        context.print_json(&found)?;
        Ok(Ending::Done)
    }
}
