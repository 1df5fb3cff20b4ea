//! How do items come in that someone else collected?
//!
//! Lines of JSON are read in batches; each batch is understood on all cores, kept in one
//! transaction, and found once the finder has caught up.

use crate::{app::App, command::Progress};
use anyhow::{Context, Result};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::{
    io::{BufRead, BufReader, Read},
    thread,
};
use utkik_index::Kept;
use utkik_sources::{AreaId, Entry, Find, Item, ItemId, Known, Language, Provenance, SourceId};

/// The source id of everything that was handed over.
pub(crate) const IMPORT: &str = "import";

/// Lines understood and kept at a time: enough to share the cost of a transaction, few enough to hold in memory.
const BATCH: usize = 500;

/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 16 << 20;

/// What came of an import.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Told {
    pub(crate) read: usize,
    pub(crate) kept: usize,
    pub(crate) already: usize,
    pub(crate) bad: Vec<Bad>,
}

/// A line that could not be kept.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Bad {
    pub(crate) line: usize,
    pub(crate) what: String,
}

#[derive(Deserialize)]
struct Line {
    id: Option<Id>,
    url: Option<String>,
    title: Option<String>,
    summary: Option<String>,
    text: Option<String>,
    language: Option<String>,
    published: Option<String>,
    organisation: Option<String>,
    areas: Option<Vec<String>>,
}

/// Contributors number their items or name them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Name(String),
    Number(i64),
}

/// A line as an item, with the areas that its contributor gave it.
struct Handed {
    item: Item,
    areas: Vec<AreaId>,
}

/// Keeps the items of `input` and makes them searchable.
pub(crate) async fn import(app: &App, input: impl Read, progress: &Progress) -> Result<Told> {
    let now = app.clock.now();
    let mut told = Told::default();
    let mut lines = BufReader::with_capacity(1 << 20, input);
    let mut number = 0;
    progress.begin("importing", 0);
    loop {
        let mut batch = Vec::with_capacity(BATCH);
        let mut more = true;
        while more && batch.len() < BATCH {
            let mut line = Vec::new();
            more = read_line(&mut lines, &mut line).context("could not read on")?;
            number += usize::from(more);
            if !more || line.trim_ascii().is_empty() {
                continue;
            }
            told.read += 1;
            match handed(&line, now) {
                Ok(handed) => batch.push(handed),
                Err(what) => told.bad.push(Bad { line: number, what }),
            }
        }
        progress.steps(batch.len());
        keep(app, batch, now, &mut told).await?;
        if !more {
            break;
        }
    }
    progress.end();
    app.catch_up().await?;
    Ok(told)
}

/// Reads one line, without its end; a longer one than is allowed is cut, and then no JSON. `false` at the end.
fn read_line(lines: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    let read = lines.by_ref().take(LONGEST_LINE).read_until(b'\n', line)?;
    if read as u64 == LONGEST_LINE && line.last() != Some(&b'\n') {
        let mut rest = Vec::new();
        while lines.by_ref().take(1 << 20).read_until(b'\n', &mut rest)? > 0 {
            if rest.last() == Some(&b'\n') {
                break;
            }
            rest.clear();
        }
    }
    Ok(read > 0)
}

async fn keep(app: &App, batch: Vec<Handed>, now: Timestamp, told: &mut Told) -> Result<()> {
    let understood = understand(app, &batch);
    let areas: Vec<Vec<AreaId>> = batch.iter().map(|handed| handed.areas.clone()).collect();
    let items: Vec<(Item, Known)> =
        batch.into_iter().map(|handed| handed.item).zip(understood).collect();
    for (index, kept) in app.archive.keep_all(&items).await?.into_iter().enumerate() {
        // What is handed over again must not overrule what an editor has decided since.
        if kept == Kept::Already {
            told.already += 1;
            continue;
        }
        told.kept += 1;
        if !areas[index].is_empty() {
            let item = &items[index].0;
            app.archive.judge(item.id, &areas[index], &[], &contributor(item), now).await?;
        }
    }
    Ok(())
}

/// Understands a batch on all cores.
fn understand(app: &App, batch: &[Handed]) -> Vec<Known> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = batch.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let workers: Vec<_> = batch
            .chunks(share)
            .map(|chunk| {
                scope.spawn(move || {
                    let known = |handed: &Handed| {
                        let gate = app.catalogue.gate(&handed.item);
                        app.understander.understand(&handed.item, gate, None)
                    };
                    chunk.iter().map(known).collect::<Vec<_>>()
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("understanding an item never panics"))
            .collect()
    })
}

fn contributor(item: &Item) -> String {
    let organisation = item.provenance.first().and_then(|found| found.organisation.clone());
    organisation.unwrap_or_else(|| IMPORT.to_owned())
}

fn handed(line: &[u8], now: Timestamp) -> Result<Handed, String> {
    let line: Line = serde_json::from_slice(line).map_err(|error| format!("no item: {error}"))?;
    let title = clean(line.title).ok_or("it has no title")?;
    let link = clean(line.url);
    if let Some(link) = &link
        && ItemId::of_link(link).is_none()
    {
        return Err(format!("`{link}` is no http(s) address"));
    }
    let guid = match line.id {
        Some(Id::Name(name)) if !name.trim().is_empty() => name.trim().to_owned(),
        Some(Id::Number(number)) => number.to_string(),
        _ => link.clone().ok_or("it has neither id nor url")?,
    };
    let published = match clean(line.published) {
        None => None,
        Some(text) => Some(moment(&text).ok_or(format!("`{text}` is no date"))?),
    };
    let language = line.language.as_deref().and_then(Language::parse);
    let entry = Entry {
        guid: guid.clone(),
        link,
        title,
        summary: clean(line.summary),
        published,
        language,
        ..Entry::default()
    };
    let source = SourceId(IMPORT.to_owned());
    let find = Find::unread(entry);
    let id = ItemId::of(&source, &find);
    let organisation = clean(line.organisation);
    let provenance = vec![Provenance { source: source.clone(), guid, organisation, at: now }];
    let item = Item {
        id,
        source,
        entry: find.entry,
        text: clean(line.text),
        first_seen: now,
        backfill: false,
        provenance,
    };
    let areas = line.areas.unwrap_or_default().iter().map(|area| AreaId::parse(area)).collect();
    Ok(Handed { item, areas })
}

fn clean(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A moment as RFC 3339, or a day, which begins at midnight in Stockholm.
fn moment(text: &str) -> Option<Timestamp> {
    let day = || {
        let day: Date = text.parse().ok()?;
        let zone = TimeZone::get("Europe/Stockholm").ok()?;
        Some(day.to_zoned(zone).ok()?.timestamp())
    };
    text.parse().ok().or_else(day)
}
