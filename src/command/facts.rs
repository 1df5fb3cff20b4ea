//! `utkik facts`: which acts and days do these lines name?

use super::{Context, Ending, tag::understand_lines};
use anyhow::Result;
use clap::Args;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use std::path::PathBuf;
use utkik_sources::{DatedFact, Known, Reference};

#[derive(Debug, Args)]
pub(super) struct Facts {
    /// Lines of JSON: id, title, summary, text, language, published, source; standard input when absent or `-`
    file: Option<PathBuf>,
}

/// What we made of a line, as the command contract names it.
#[derive(Serialize)]
struct Told<'a> {
    id: Value,
    references: &'a [Reference],
    dates: &'a [DatedFact],
    deadline: Option<Date>,
}

impl Facts {
    pub(super) fn run(self, context: &Context) -> Result<Ending> {
        understand_lines(context, self.file.as_deref(), |id, known: &Known, _| {
            context.print_json(&Told {
                id,
                references: &known.references,
                dates: &known.dates,
                deadline: known.deadline().map(|fact| fact.date),
            })
        })
    }
}
