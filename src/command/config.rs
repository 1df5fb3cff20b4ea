//! `utkik config`: what is set, and where?

use super::{Context, Ending};
use anyhow::Result;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Print {}

impl Print {
    pub(super) fn run(self, context: &Context) -> Result<Ending> {
        for told in &context.config()?.told {
            if context.json {
                context.print_json(told)?;
            } else {
                super::print(&format!(
                    "{:<16} = {:<28} ({}) {}\n",
                    told.name,
                    format!("{:?}", told.value),
                    told.from,
                    told.what
                ))?;
            }
        }
        Ok(Ending::Done)
    }
}
