//! `utkik check`: is anything wrong with configuration, catalogue, frameworks or engines?

use super::{Context, Ending};
use crate::{
    app::{read_data, told},
    config::Config,
};
use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use utkik_index::{Archive, Finder};
use utkik_sources::Fault;

#[derive(Debug, Args)]
pub(super) struct Check {}

#[derive(Serialize)]
struct Told<'a> {
    faults: Vec<ToldFault<'a>>,
}

#[derive(Serialize)]
struct ToldFault<'a> {
    file: &'a str,
    line: Option<usize>,
    what: &'a str,
}

impl ToldFault<'_> {
    fn of(fault: &Fault) -> ToldFault<'_> {
        let line = Some(fault.line).filter(|line| *line > 0);
        ToldFault { file: &fault.file, line, what: &fault.what }
    }
}

impl Check {
    pub(super) async fn run(self, context: &Context) -> Result<Ending> {
        let (faults, words) = match Config::read(&context.flags) {
            Err(faults) => (faults, String::new()),
            Ok(config) => checked(&config).await,
        };
        if context.json {
            context.print_json(&Told { faults: faults.iter().map(ToldFault::of).collect() })?;
        } else {
            super::print(&words)?;
            for fault in &faults {
                super::print(&format!("{}\n", told(fault)))?;
            }
        }
        match faults.len() {
            0 => Ok(Ending::Done),
            1 => bail!("one fault"),
            count => bail!("{count} faults"),
        }
    }
}

/// Every fault of data and engines, and what is well, in words.
async fn checked(config: &Config) -> (Vec<Fault>, String) {
    let (mut faults, mut words) = match read_data(config) {
        Err(faults) => (faults, String::new()),
        Ok((catalogue, frameworks)) => (
            Vec::new(),
            format!(
                "{} sources and {} goal areas are in order\n",
                catalogue.sources().len(),
                frameworks.leaves().count()
            ),
        ),
    };
    if !config.data_dir.exists() {
        words += &format!(
            "`{}` is not there yet; the first round makes it\n",
            config.data_dir.display()
        );
        return (faults, words);
    }
    match Archive::open(&config.archive).await {
        Err(error) => faults.push(engine_fault("archive", &error)),
        Ok(archive) => match archive.count().await {
            Err(error) => faults.push(engine_fault("archive", &error)),
            Ok(count) => words += &format!("the archive holds {count} items\n"),
        },
    }
    if let Err(error) = Finder::open(&config.finder) {
        faults.push(engine_fault("finder", &error));
    }
    (faults, words)
}

fn engine_fault(engine: &str, error: &utkik_index::Error) -> Fault {
    Fault { file: engine.to_owned(), line: 0, what: error.to_string() }
}
