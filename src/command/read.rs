//! `utkik read`: what is the main text of a page or PDF?

use super::{Context, Ending, probe::Document, say};
use crate::app::pdf_reader;
use anyhow::Result;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Read {
    #[command(flatten)]
    what: Document,
}

impl Read {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        let (bytes, transport) = self.what.get(context).await?;
        let reading = utkik_crawler::read_page(&bytes, &transport, pdf_reader().as_ref());
        if context.json {
            context.print_json(&reading)?;
        } else {
            let title = reading.title.as_deref().unwrap_or("(no title)");
            let text = reading.text.as_deref().unwrap_or("(no text)");
            super::print(&format!("{title}\n\n{text}\n"))?;
        }
        for trouble in &reading.troubles {
            say(trouble);
        }
        Ok(Ending::Done)
    }
}
