//! What can be asked of the program, and what does it answer?
//!
//! One file per command. What each takes and prints is the command contract: it is extended, never renamed.

mod check;
mod config;
mod crawl;
mod date;
mod decide;
mod demo;
mod digest;
mod eval;
mod facts;
mod import;
mod pdf_text;
mod probe;
mod progress;
mod read;
mod rebuild;
mod retag;
mod robots;
mod run;
mod search;
mod sources;
mod stories;
mod tag;

use crate::{
    app::{App, Purpose, configured},
    clock::Clock,
    config::{Config, Flags},
};
use anyhow::Result;
use clap::{Parser, Subcommand};
use jiff::Timestamp;
pub(crate) use progress::Progress;
use serde::Serialize;
use std::{io::Write, path::PathBuf};

/// Environmental scanning for e-health: visits sources, keeps what they publish, says which goal
/// areas it belongs to and why, finds it again, and writes the weekly digest.
#[derive(Debug, Parser)]
#[command(name = "utkik", version, propagate_version = true, after_help = EXAMPLES)]
pub struct Cli {
    /// Folder of archive, finder and digests [default: the configuration's, else utkik-data]
    #[arg(long, global = true, value_name = "DIR", help_heading = FOR_ALL)]
    data_dir: Option<PathBuf>,
    /// Configuration file [default: utkik.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE", help_heading = FOR_ALL)]
    config: Option<PathBuf>,
    /// Print JSON on standard output: one object, or one a line where a list is printed
    #[arg(long, global = true, help_heading = FOR_ALL)]
    json: bool,
    /// What time it is, for tests and replays, such as 2026-11-22T08:00:00Z
    #[arg(long, global = true, value_name = "TIME", value_parser = moment, help_heading = FOR_ALL)]
    now: Option<Timestamp>,
    /// Say more on the way
    #[arg(long, short, global = true, help_heading = FOR_ALL)]
    verbose: bool,
    #[command(subcommand)]
    command: Command,
}

const FOR_ALL: &str = "For all commands";

const EXAMPLES: &str = "\
Examples:
  utkik demo                                the whole main job on a sample web, then http://127.0.0.1:8080/
  utkik crawl                               one round over the catalogue, now
  utkik search 'journalsystem' --area 2.1   what the archive holds about it
  utkik digest --week 2026-W47              last week's letter
Exit status: 0 done, 1 could not, 2 used wrongly, 3 done in part.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the whole main job on a sample web, then serve what came of it
    Demo(demo::Demo),
    /// Visit sources on schedule, write digests on Mondays and serve the portal, until stopped
    Run(run::Run),
    /// Visit sources once, now
    Crawl(crawl::Crawl),
    /// Keep items that someone else collected, given as lines of JSON
    Import(import::Import),
    /// Find what the archive holds
    Search(Box<search::Search>),
    /// Say which goal areas lines of JSON belong to, and why
    Tag(tag::Tag),
    /// Say which acts and days lines of JSON name: references, deadlines and other dates
    Facts(facts::Facts),
    /// Print which items tell of the same event, and why
    Stories(stories::Stories),
    /// Write the digest of a week
    Digest(digest::Digest),
    /// List, show, add, import, export and pause sources
    Sources(sources::Sources),
    /// Show what is read in a feed, from a file or an address
    Probe(probe::Probe),
    /// Show the main text of a page or PDF, from a file or an address
    Read(read::Read),
    /// Read a PDF on standard input, within limits; the program calls itself with this
    #[command(hide = true)]
    PdfText,
    /// Tell whether a robots.txt lets an agent fetch an address
    Robots(robots::Robots),
    /// Measure tags, search, stories and facts by labelled files
    Eval(eval::Eval),
    /// Decide which goal areas an item belongs to; a person's word stands over the rules
    Decide(decide::Decide),
    /// Apply today's rules and lessons to all that is kept, or say what would change
    Retag(retag::Retag),
    /// Read a date as found in the wild
    Date(date::Date),
    /// Make derived things anew from the archive
    Rebuild(rebuild::Rebuild),
    /// Look for faults in configuration, catalogue, frameworks and engines
    Check(check::Check),
    /// Print every setting with where it came from
    Config(config::Print),
}

/// A moment at which there can be something to scan, and far enough from the ends of the calendar.
fn moment(text: &str) -> Result<Timestamp, String> {
    let at: Timestamp = text
        .parse()
        .map_err(|_| "a moment with its zone is wanted, such as 2026-11-22T08:00:00Z".to_owned())?;
    match utkik_digest::stockholm(at).year() {
        1990..=2199 => Ok(at),
        year => Err(format!("the year {year} is not one of 1990 to 2199")),
    }
}

/// How a command ended, when it could do anything at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All of it is done.
    Done,
    /// Some of it is not; the rest was told on standard error.
    InPart,
}

/// What all commands share.
pub(crate) struct Context {
    flags: Flags,
    json: bool,
    verbose: bool,
    now: Option<Timestamp>,
}

impl Cli {
    /// Whether it is over in a moment, so that threads of its own would take longer to start than it does.
    pub fn is_small(&self) -> bool {
        matches!(self.command, Command::Probe(_) | Command::Date(_) | Command::Robots(_))
    }

    /// Does what was asked.
    pub async fn run(self) -> Result<Ending> {
        let flags = Flags { config: self.config, data_dir: self.data_dir, listen: None };
        let context = Context { flags, json: self.json, verbose: self.verbose, now: self.now };
        match self.command {
            Command::Demo(command) => command.run(&context).await,
            Command::Run(command) => command.run(&context).await,
            Command::Crawl(command) => command.run(&context).await,
            Command::Import(command) => command.run(&context).await,
            Command::Search(command) => command.run(&context).await,
            Command::Tag(command) => command.run(&context),
            Command::Facts(command) => command.run(&context),
            Command::Stories(command) => command.run(&context).await,
            Command::Digest(command) => command.run(&context).await,
            Command::Sources(command) => command.run(&context).await,
            Command::Probe(command) => command.run(&context).await,
            Command::Read(command) => command.run(&context).await,
            Command::PdfText => pdf_text::run(&context),
            Command::Robots(command) => command.run(&context),
            Command::Eval(command) => command.run(&context).await,
            Command::Decide(command) => command.run(&context).await,
            Command::Retag(command) => command.run(&context).await,
            Command::Date(command) => command.run(&context),
            Command::Rebuild(command) => command.run(&context).await,
            Command::Check(command) => command.run(&context).await,
            Command::Config(command) => command.run(&context),
        }
    }
}

impl Context {
    fn clock(&self) -> Clock {
        Clock::new(self.now)
    }

    fn config(&self) -> Result<Config> {
        configured(&self.flags)
    }

    async fn open(&self, purpose: Purpose) -> Result<App> {
        App::open(self.config()?, self.clock(), purpose).await
    }

    /// Prints `value` as one line of JSON.
    fn print_json(&self, value: &impl Serialize) -> Result<()> {
        let mut line = serde_json::to_string(value)?;
        line.push('\n');
        print(&line)
    }

    fn progress(&self) -> Progress {
        Progress::new(self.verbose)
    }
}

/// Writes to standard output; a reader who has seen enough (`| head`) is no error.
fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => Ok(other?),
    }
}

/// Writes a line to standard error.
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}
