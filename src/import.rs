//! How do items come in that someone else collected?
//!
//! Lines of JSON are read in batches; each batch is understood on all cores while the one before it is
//! kept in one transaction, and everything is found once the finder has caught up.

use crate::{app::App, command::Progress};
use anyhow::{Context, Result};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::{
    io::{BufRead, BufReader, Read},
    sync::Arc,
    thread,
};
use tokio::sync::mpsc;
use utkik_index::{Kept, Understander};
use utkik_sources::{
    AreaId, Catalogue, Entry, Find, Item, ItemId, Judge, Known, Language, Provenance, SourceId,
};

/// The source id of everything that was handed over.
pub(crate) const IMPORT: &str = "import";

/// Lines understood and kept at a time: enough to share the cost of a transaction, few enough to hold in memory.
const BATCH: usize = 500;

/// A batch ends when its lines are as long as this together, so that long ones do not fill the memory.
const BATCH_BYTES: usize = 32 << 20;

/// The longest line that is read, in bytes.
const LONGEST_LINE: usize = 16 << 20;

/// The longest address and the longest name that identify an item, in bytes.
const LONGEST_LINK: usize = 8_000;
const LONGEST_ID: usize = 1_000;

/// The longest title, in characters; the rest is cut.
const LONGEST_TITLE: usize = 500;

/// Some programs open a file in UTF-8 with this.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What came of an import.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Told {
    pub(crate) read: usize,
    pub(crate) kept: usize,
    pub(crate) already: usize,
    pub(crate) bad: Vec<Bad>,
    /// What was left out of lines that were kept.
    #[serde(skip)]
    pub(crate) left_out: Vec<Bad>,
}

/// A line that could not be kept.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Bad {
    pub(crate) line: usize,
    pub(crate) what: String,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
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
#[serde(untagged, expecting = "an id is a text or a number")]
enum Id {
    Name(String),
    Number(serde_json::Number),
}

/// A line as an item, understood, with the areas that its contributor gave it.
struct Handed {
    line: usize,
    item: Item,
    known: Known,
    areas: Vec<AreaId>,
}

/// Keeps the items of `input` and makes them searchable. While one batch is kept, the next is read and understood.
pub(crate) async fn import(
    app: &App,
    input: impl Read + Send + 'static,
    progress: &Progress,
) -> Result<Told> {
    let now = app.clock.now();
    let mut told = Told::default();
    progress.begin("importing", 0);
    let mut batches = batches(Reader::of(app, now), input);
    while let Some(batch) = batches.recv().await {
        let batch = batch.context("could not read on")?;
        progress.steps(batch.len());
        keep(app, batch, &mut told).await?;
    }
    progress.end();
    app.catch_up().await?;
    Ok(told)
}

/// The lines of `input`, in batches. A thread of its own reads them, which nobody waits for when keeping fails:
/// standard input may never end.
fn batches(
    reader: Reader,
    input: impl Read + Send + 'static,
) -> mpsc::Receiver<std::io::Result<Vec<Result<Handed, Bad>>>> {
    let (to, batches) = mpsc::channel(1);
    thread::spawn(move || {
        let mut lines = BufReader::with_capacity(1 << 20, input);
        let mut number = 0;
        loop {
            let batch = read_batch(&mut lines, &mut number).map(|lines| reader.read(&lines));
            let is_last = batch.as_ref().map_or(true, Vec::is_empty);
            if to.blocking_send(batch).is_err() || is_last {
                break;
            }
        }
    });
    batches
}

/// The next lines that hold anything, with their numbers; none at the end.
fn read_batch(
    lines: &mut impl BufRead,
    number: &mut usize,
) -> std::io::Result<Vec<(usize, Vec<u8>)>> {
    let mut batch = Vec::with_capacity(BATCH);
    let mut bytes = 0;
    while batch.len() < BATCH && bytes < BATCH_BYTES {
        let mut line = Vec::new();
        if !read_line(lines, &mut line)? {
            break;
        }
        *number += 1;
        if *number == 1 && line.starts_with(BYTE_ORDER_MARK) {
            line.drain(..BYTE_ORDER_MARK.len());
        }
        if !line.trim_ascii().is_empty() {
            bytes += line.len();
            batch.push((*number, line));
        }
    }
    Ok(batch)
}

/// Reads one line; of one that is longer than is allowed only a byte more than that. `false` at the end.
fn read_line(lines: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    let read = lines.by_ref().take(LONGEST_LINE as u64 + 1).read_until(b'\n', line)?;
    if read > LONGEST_LINE && line.last() != Some(&b'\n') {
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

async fn keep(app: &App, batch: Vec<Result<Handed, Bad>>, told: &mut Told) -> Result<()> {
    told.read += batch.len();
    let (mut items, mut areas) = (Vec::with_capacity(batch.len()), Vec::new());
    for line in batch {
        match line {
            Err(bad) => told.bad.push(bad),
            Ok(Handed { line, item, known, areas: stated }) => {
                let (of_ours, others) =
                    stated.into_iter().partition(|area| app.frameworks.area(area).is_some());
                told.left_out.extend(Vec::into_iter(others).map(|area: AreaId| Bad {
                    line,
                    what: format!("there is no goal area `{area}`; the item is kept without it"),
                }));
                items.push((item, known));
                areas.push(of_ours);
            }
        }
    }
    for kept in app.archive.keep_all(&items).await? {
        *if kept == Kept::Already { &mut told.already } else { &mut told.kept } += 1;
    }
    for ((item, _), areas) in items.iter().zip(areas).filter(|(_, areas)| !areas.is_empty()) {
        decide(app, item, &areas).await?;
    }
    Ok(())
}

/// Keeps the areas that a contributor gave as a decision from when the item came: what an editor has decided since
/// stands over it, also when it is handed over again, which makes up for a crash before this.
async fn decide(app: &App, item: &Item, areas: &[AreaId]) -> Result<()> {
    let Some((kept, known)) = app.archive.item(item.id).await? else { return Ok(()) };
    let is_decided = |area: &AreaId| {
        known.tags.iter().any(|tag| tag.area == *area && matches!(tag.by, Judge::Person { .. }))
    };
    if !areas.iter().all(is_decided) {
        app.archive.judge(item.id, areas, &[], &contributor(item), kept.first_seen).await?;
    }
    Ok(())
}

/// What it takes to make items of lines.
struct Reader {
    catalogue: Arc<Catalogue>,
    understander: Arc<Understander>,
    now: Timestamp,
}

impl Reader {
    fn of(app: &App, now: Timestamp) -> Reader {
        let (catalogue, understander) = (Arc::clone(&app.catalogue), Arc::clone(&app.understander));
        Reader { catalogue, understander, now }
    }

    /// Reads and understands lines on all cores.
    fn read(&self, lines: &[(usize, Vec<u8>)]) -> Vec<Result<Handed, Bad>> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let share = lines.len().div_ceil(threads).max(1);
        thread::scope(|scope| {
            let read = |lines: &[(usize, Vec<u8>)]| -> Vec<_> {
                lines.iter().map(|(line, text)| self.read_line(*line, text)).collect()
            };
            let workers: Vec<_> =
                lines.chunks(share).map(|chunk| scope.spawn(move || read(chunk))).collect();
            workers
                .into_iter()
                .flat_map(|worker| worker.join().expect("understanding an item never panics"))
                .collect()
        })
    }

    fn read_line(&self, line: usize, text: &[u8]) -> Result<Handed, Bad> {
        let (item, areas) = handed(text, self.now).map_err(|what| Bad { line, what })?;
        let known = self.understander.understand(&item, self.catalogue.gate(&item), None);
        Ok(Handed { line, item, known, areas })
    }
}

fn contributor(item: &Item) -> String {
    let organisation = item.provenance.first().and_then(|found| found.organisation.clone());
    organisation.unwrap_or_else(|| IMPORT.to_owned())
}

fn handed(line: &[u8], now: Timestamp) -> Result<(Item, Vec<AreaId>), String> {
    if line.len() > LONGEST_LINE {
        return Err(format!("it is longer than {} MB", LONGEST_LINE >> 20));
    }
    let line: Line = serde_json::from_slice(line).map_err(|error| format!("no item: {error}"))?;
    let title = clean(line.title).map(|title| one_line(&title)).ok_or("it has no title")?;
    let link = clean(line.url);
    if link.as_ref().is_some_and(|link| link.len() > LONGEST_LINK) {
        return Err(format!("its address is longer than {LONGEST_LINK} bytes"));
    }
    if let Some(link) = &link
        && ItemId::of_link(link).is_none()
    {
        return Err(format!("`{link}` is no http(s) address"));
    }
    let guid = match line.id {
        Some(Id::Name(name)) => clean(Some(name)),
        Some(Id::Number(number)) => Some(number.to_string()),
        None => None,
    };
    let guid = guid.or_else(|| link.clone()).ok_or("it has neither id nor url")?;
    if guid.len() > LONGEST_ID.max(link.as_ref().map_or(0, String::len)) {
        return Err(format!("its id is longer than {LONGEST_ID} bytes"));
    }
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
    let organisation = clean(line.organisation);
    // Without an address an item is known by its contributor's name for it: two may both call one `1`.
    let namer = organisation.as_ref().map(|name| SourceId(format!("{IMPORT} {name}")));
    let id = ItemId::of(namer.as_ref().unwrap_or(&source), &find);
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
    let areas = line.areas.unwrap_or_default().into_iter().filter_map(|area| clean(Some(area)));
    let areas = areas.map(|area| AreaId::parse(&area)).collect();
    Ok((item, areas))
}

/// Without what no text holds: control characters, which engines refuse and terminals obey.
fn clean(text: Option<String>) -> Option<String> {
    let text = text?;
    let is_text = |letter: &char| !letter.is_control() || letter.is_whitespace();
    let text: String = text.chars().filter(is_text).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn one_line(title: &str) -> String {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    match title.char_indices().nth(LONGEST_TITLE) {
        None => title,
        Some((end, _)) => format!("{}\u{2026}", title[..end].trim_end()),
    }
}

/// A moment as RFC 3339; without a zone it is meant as in Stockholm, and a day begins at midnight there.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    let local = || {
        let local: DateTime = text.parse().ok()?;
        let zone = TimeZone::get("Europe/Stockholm").ok()?;
        Some(local.to_zoned(zone).ok()?.timestamp())
    };
    text.parse().ok().or_else(local)
}
