//! How people find what we keep.
//!
//! Derived from the archive, and therefore never precious: deleted, damaged or made by an older program,
//! it is made anew from the archive's changes. Each commit carries the archive's cursor, so that after a
//! crash it goes on from there. Readers in other processes see each commit at their next search.

mod analyser;
mod ask;
mod engine;
mod field;
mod parse;
mod schema;
mod snippet;
mod tally;
mod weigh;

use crate::{
    archive::Archive,
    error::{Error, Result},
};
use engine::{Engine, Writer};
pub use field::Remark;
use jiff::{Timestamp, civil::Date};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::block_in_place,
};
use utkik_sources::{AreaId, Catalogue, Dated, ItemId, Language, Level, SourceId};

/// Changes read at a time: few enough to hold twice in memory.
const BATCH: usize = 500;

/// Changes between two commits: so many are read anew after a crash. Each commit costs a segment and its merging.
const COMMIT: usize = 20_000;

/// How long another process may write before we say that we could not.
const PATIENCE: Duration = Duration::from_secs(60);

/// The search.
#[derive(Clone)]
pub struct Finder {
    engine: Arc<Engine>,
    /// One catches up at a time.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// What to search for. Empty lists and `None` ask for nothing in particular.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Words, `"phrases"`, `-not`, `OR`, `prefix*`, parentheses; read leniently, never wrong.
    pub text: String,
    /// Words or phrases that the title must hold.
    pub titles: Vec<String>,
    /// These areas and all below them: `ST.I2` finds `ST.I2.3`.
    pub areas: Vec<AreaId>,
    /// Levels of the publisher.
    pub levels: Vec<Level>,
    /// ISO 3166-1 alpha-2, or `EU`.
    pub countries: Vec<String>,
    /// Norwegian in either form finds both.
    pub languages: Vec<Language>,
    /// Parts of publishers' names, whatever the case.
    pub organisations: Vec<String>,
    /// Where it was first found.
    pub sources: Vec<SourceId>,
    /// Codes of document types.
    pub kinds: Vec<String>,
    /// First day that it may be dated.
    pub from: Option<Date>,
    /// Last day that it may be dated.
    pub to: Option<Date>,
    /// First day of its deadline.
    pub deadline_from: Option<Date>,
    /// Last day of its deadline.
    pub deadline_to: Option<Date>,
    /// Only with (or only without) an area.
    pub relevant: Option<bool>,
    /// What comes first.
    pub sort: Sort,
    /// How many hits; 0 asks for 20.
    pub limit: usize,
    /// How many hits to pass over.
    pub offset: usize,
    /// Whether near-duplicates are shown as one.
    pub collapse: bool,
    /// Whether only the words themselves are wanted: no other names, and nothing that comes near.
    pub literal: bool,
    /// Whether to count [`Facets`] and [`Hits::days`].
    pub facets: bool,
}

/// What comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// What answers best; the newest where nothing is asked.
    #[default]
    Relevance,
    /// The newest.
    Date,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Hits {
    /// How many items there are in all, each near-duplicate counted.
    pub total: usize,
    /// Those asked for.
    pub hits: Vec<Hit>,
    /// Counted over all of [`Hits::total`]; `None` unless asked for.
    pub facets: Option<Facets>,
    /// How many items each day has, in order, days without any left out; empty unless facets were asked for.
    pub days: Vec<(Date, u64)>,
}

/// Values with how many items have them, the commonest first. Areas above an item's own count it too.
#[derive(Clone, Debug, Default)]
pub struct Facets {
    /// By goal area.
    pub areas: Vec<(AreaId, u64)>,
    /// By level of the publisher.
    pub levels: Vec<(String, u64)>,
    /// By country of the publisher.
    pub countries: Vec<(String, u64)>,
    /// By language.
    pub languages: Vec<(String, u64)>,
    /// By publisher.
    pub organisations: Vec<(String, u64)>,
    /// By source.
    pub sources: Vec<(String, u64)>,
    /// By document type.
    pub kinds: Vec<(String, u64)>,
}

/// One item found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The item.
    pub id: ItemId,
    /// What a person who handed it over calls it.
    pub guid: Option<String>,
    /// How well it answers; comparable within one search only.
    pub score: f64,
    /// Plain text.
    pub title: String,
    /// Where to read it.
    pub link: Option<String>,
    /// Which day it belongs to, and how we know.
    pub dated: Dated,
    /// Where it was first found.
    pub source: SourceId,
    /// The publisher; empty when unknown.
    pub organisation: String,
    /// The language it is written in.
    pub language: Option<Language>,
    /// The publisher's level.
    pub level: Option<Level>,
    /// The publisher's country.
    pub country: Option<String>,
    /// Its goal areas, the surest first.
    pub areas: Vec<AreaId>,
    /// The code of its document type.
    pub document: Option<String>,
    /// Last day to answer.
    pub deadline: Option<Date>,
    /// Whether the source already listed it at its first visit.
    pub backfill: bool,
    /// The passage that answers; plain text.
    pub snippet: String,
    /// The same as HTML, escaped, with the words of the query in `<mark>`.
    pub marked: String,
    /// Near-duplicates further down that this one stands for, when asked to collapse.
    pub also: Vec<Also>,
}

impl Hit {
    /// When it was published, when that is known.
    pub fn published(&self) -> Option<Timestamp> {
        match self.dated {
            Dated::Published(at) => Some(at),
            Dated::FirstSeen(_) => None,
        }
    }
}

/// A near-duplicate of a hit.
#[derive(Clone, Debug)]
pub struct Also {
    /// The item.
    pub id: ItemId,
    /// Plain text.
    pub title: String,
    /// Where to read it.
    pub link: Option<String>,
    /// Where it was found.
    pub source: SourceId,
    /// The publisher; empty when unknown.
    pub organisation: String,
}

impl Finder {
    /// Opens the finder in the folder `dir`, or begins one there. What another version made, or what is
    /// damaged, counts as empty until the next [`Finder::catch_up`].
    pub fn open(dir: &Path) -> Result<Finder> {
        let engine = Arc::new(Engine::open(dir)?);
        Ok(Finder { engine, turn: Arc::default() })
    }

    /// Up to which change of the archive it knows.
    pub fn cursor(&self) -> Result<i64> {
        self.engine.cursor()
    }

    /// How many items it knows.
    pub fn count(&self) -> Result<u64> {
        self.engine.count()
    }

    /// Searches. The caller's thread does it, since a search is over before another thread is awake; other
    /// tasks go on elsewhere meanwhile.
    pub async fn search(&self, query: &Query) -> Result<Hits> {
        match Handle::current().runtime_flavor() {
            RuntimeFlavor::MultiThread => block_in_place(|| self.engine.search(query)),
            _ => self.engine.search(query),
        }
    }

    /// Takes in all that `archive` has kept since the last commit; returns how many changes that were. Each
    /// commit remembers the archive's cursor, so that after a crash it goes on from there. While another process
    /// writes it waits, a minute at most.
    pub async fn catch_up(&self, archive: &Archive, catalogue: &Catalogue) -> Result<usize> {
        let _turn = self.turn.lock().await;
        let last = archive.cursor().await?;
        if self.cursor()? == last {
            return Ok(0);
        }
        let writer = self.writer().await?;
        // Another process may have caught up while we waited for the writer.
        match self.cursor()? {
            // This is not the archive that we followed, or an older copy of it.
            known if known > last => self.follow(archive, catalogue, writer, None).await,
            known => self.follow(archive, catalogue, writer, Some(known)).await,
        }
    }

    /// Takes in the whole archive anew; what was findable stays so until it is done.
    pub async fn rebuild(&self, archive: &Archive, catalogue: &Catalogue) -> Result<usize> {
        let _turn = self.turn.lock().await;
        let writer = self.writer().await?;
        self.follow(archive, catalogue, writer, None).await
    }

    /// Takes in the changes after `from`; all of them, in place of all that there was, without it.
    async fn follow(
        &self,
        archive: &Archive,
        catalogue: &Catalogue,
        mut writer: Writer,
        from: Option<i64>,
    ) -> Result<usize> {
        let (mut cursor, mut count, mut uncommitted) = (from.unwrap_or(0), 0, 0);
        if from.is_none() {
            writer.forget()?;
        }
        let mut changes = archive.changes_since(cursor, BATCH).await?;
        while let Some(last) = changes.last() {
            cursor = last.cursor;
            count += changes.len();
            uncommitted += changes.len();
            let commits = from.is_some() && uncommitted >= COMMIT;
            let origins = changes.iter().map(|change| catalogue.origin(&change.item)).collect();
            let adding = blocking(move || {
                writer.add(&changes, origins)?;
                if commits {
                    writer.commit(cursor)?;
                }
                Ok(writer)
            });
            // The next are read while these are written.
            let (added, next) = tokio::join!(adding, archive.changes_since(cursor, BATCH));
            (writer, changes) = (added?, next?);
            if commits {
                uncommitted = 0;
            }
        }
        blocking(move || writer.finish(cursor)).await?;
        Ok(count)
    }

    /// The only writer in any process; another's is waited for.
    async fn writer(&self) -> Result<Writer> {
        let started = tokio::time::Instant::now();
        loop {
            let engine = Arc::clone(&self.engine);
            if let Some(writer) = blocking(move || Writer::open(engine)).await? {
                return Ok(writer);
            }
            if started.elapsed() > PATIENCE {
                let why = "another process has been writing for a minute";
                return Err(failed("opening for writing", why));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|panic| failed("working beside", panic))?
}

fn failed(what: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Finder { what: what.to_owned(), source: source.into() }
}
