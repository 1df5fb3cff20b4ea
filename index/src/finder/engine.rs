//! The engine behind the finder's door: opening, writing, searching. Everything here blocks.

use crate::{
    archive::Change,
    error::{Error, Result},
    finder::{
        Also, Facets, Hit, Hits, Query, Sort,
        analyser::{self, Analyser, Lexicons},
        ask::{self, Asker, Reach},
        failed, parse,
        schema::{self, Body, Fields, Kept, Stored},
        snippet::Marker,
        tally::{Counts, Tally},
        weigh::Memo,
    },
    understand::{
        compound::Lexicon,
        thesaurus::Thesaurus,
        words::{self, Analysis},
    },
};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex},
    time::SystemTime,
};
use tantivy::{
    DocAddress, Index, IndexReader, IndexWriter, Order, ReloadPolicy, Searcher, TantivyError, Term,
    collector::{Count, TopDocs},
    directory::MmapDirectory,
    query::Query as Ask,
};
use utkik_sources::{AreaId, Dated, Frameworks, Item, Origin};

/// Threads that write, and the memory they share.
const THREADS: usize = 2;
const MEMORY: usize = 80_000_000;

/// With fewer hits a query reaches wider.
const ENOUGH: usize = 20;

/// So many candidates are looked at to collapse near-duplicates.
const COLLAPSED: usize = 200;

/// The words that compounds are made of, beside the index.
const LEXICON: &str = "lexicon.txt";

/// From so many items, words are learned from whole texts; from all others from titles and summaries.
const LEARNED_WHOLE: u64 = 4_000;

/// Of a text, so many bytes are learned from.
const LEARNED_OF: usize = 4_000;

/// What things are called.
fn thesaurus() -> &'static Thesaurus {
    static THESAURUS: LazyLock<Thesaurus> = LazyLock::new(Thesaurus::default);
    &THESAURUS
}

/// What is known of compounds before anything is learned.
fn first_words() -> &'static Lexicon {
    static WORDS: LazyLock<Lexicon> = LazyLock::new(|| {
        let frameworks = Frameworks::built_in();
        let terms = frameworks.rules().terms.iter().map(|term| term.term.as_str());
        Lexicon::new(terms.chain(thesaurus().terms()))
    });
    &WORDS
}

/// The engine in its folder.
pub(crate) struct Engine {
    dir: PathBuf,
    index: Index,
    reader: IndexReader,
    fields: Fields,
    seen: Mutex<Option<SystemTime>>,
    memo: Memo,
    lexicons: Lexicons,
}

impl Engine {
    pub(crate) fn open(above: &Path) -> Result<Engine> {
        let dir = above.join(edition());
        let fields = Fields::new();
        let lexicons = Lexicons::default();
        let index = match begin(&dir, &fields, &lexicons) {
            Ok(index) => index,
            Err(damage) => {
                clear(&dir).map_err(|_| failed("opening", damage))?;
                begin(&dir, &fields, &lexicons).map_err(|error| failed("beginning anew", error))?
            }
        };
        let (index, reader) = match reader(&index) {
            Ok(reader) => (index, reader),
            Err(damage) => {
                drop(index);
                clear(&dir).map_err(|_| failed("opening", damage))?;
                let index = begin(&dir, &fields, &lexicons)
                    .map_err(|error| failed("beginning anew", error))?;
                let reader = reader(&index).map_err(|error| failed("beginning anew", error))?;
                (index, reader)
            }
        };
        Ok(Engine {
            dir,
            index,
            reader,
            fields,
            seen: Mutex::new(None),
            memo: Memo::default(),
            lexicons,
        })
    }

    pub(crate) fn cursor(&self) -> Result<i64> {
        let meta = self.index.load_metas().map_err(|error| failed("reading the cursor", error))?;
        Ok(meta.payload.and_then(|payload| payload.parse().ok()).unwrap_or(0))
    }

    pub(crate) fn count(&self) -> Result<u64> {
        Ok(self.searcher()?.num_docs())
    }

    pub(crate) fn search(&self, query: &Query) -> Result<Hits> {
        let searcher = self.searcher()?;
        let wishes = parse::parse(&query.text);
        let marker = Marker::of(&wishes);
        let wanted = if query.limit == 0 { 20 } else { query.limit };
        // tantivy makes room for as many as are asked for.
        let limit = wanted.min(usize::try_from(searcher.num_docs()).unwrap_or(wanted).max(1));
        let (offset, reach) = if query.collapse {
            (0, COLLAPSED.max(query.offset.saturating_add(limit)))
        } else {
            (query.offset, limit)
        };
        let by_date = query.sort == Sort::Date || wishes.iter().all(|wish| wish.not);
        let top = || TopDocs::with_limit(reach).and_offset(offset);
        let lexicon = self.lexicons.get();
        let asker = Asker {
            fields: &self.fields,
            searcher: &searcher,
            lexicon: &lexicon,
            thesaurus: (!query.literal).then(thesaurus),
            memo: &self.memo,
            reach: Reach::Plain,
        };
        let asked = |reach| {
            let ask = Asker { reach, ..asker }.ask(query, &wishes);
            ask.map_err(|error| failed("searching", error))
        };
        let mut ask = asked(Reach::Plain)?;
        let mut found = first(&searcher, &ask, top(), by_date)?;
        if found.1 < ENOUGH && !query.literal && ask::can_reach_wider(&wishes) {
            ask = asked(Reach::Wide)?;
            found = first(&searcher, &ask, top(), by_date)?;
        }
        let (found, total) = found;
        let mut hits = Vec::with_capacity(found.len());
        for (score, address) in found {
            hits.push((score, stored(&searcher, address)?));
        }
        let hits = if query.collapse {
            let collapsed = collapse(hits).into_iter().skip(query.offset).take(limit);
            collapsed
                .map(|(score, stored, also)| hit(&searcher, score, stored, also, &marker))
                .collect::<Result<Vec<_>>>()?
        } else {
            hits.into_iter()
                .map(|(score, stored)| hit(&searcher, score, stored, Vec::new(), &marker))
                .collect::<Result<Vec<_>>>()?
        };
        let counts = query.facets.then(|| searcher.search(&ask, &Tally)).transpose();
        let counts = counts.map_err(|error| failed("counting", error))?;
        let days = counts.iter().flat_map(|counts| &counts.days);
        let days = days.map(|(day, count)| (schema::day_of(*day), *count)).collect();
        Ok(Hits { total, hits, days, facets: counts.map(facets) })
    }

    /// The latest commit, of whichever process.
    fn searcher(&self) -> Result<Searcher> {
        let changed =
            fs::metadata(self.dir.join("meta.json")).and_then(|meta| meta.modified()).ok();
        let mut seen = self.seen.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if changed.is_none() || *seen != changed {
            self.reader.reload().map_err(|error| failed("reading the latest commit", error))?;
            *seen = changed;
            self.memo.keep(&self.reader.searcher());
            if let Ok(written) = fs::read_to_string(self.dir.join(LEXICON)) {
                self.lexicons.set(Lexicon::read(&written));
            }
        }
        Ok(self.reader.searcher())
    }
}

/// The first hits with their scores, and how many there are in all.
fn first(
    searcher: &Searcher,
    ask: &dyn Ask,
    top: TopDocs,
    by_date: bool,
) -> Result<(Vec<(f64, DocAddress)>, usize)> {
    let found = if by_date {
        let newest = top.order_by_fast_field::<i64>("at", Order::Desc);
        searcher.search(ask, &(newest, Count)).map(|(found, total)| {
            (found.into_iter().map(|(_, address)| (0.0, address)).collect(), total)
        })
    } else {
        searcher.search(ask, &(top.order_by_score(), Count)).map(|(found, total)| {
            (found.into_iter().map(|(score, address)| (f64::from(score), address)).collect(), total)
        })
    };
    found.map_err(|error| failed("searching", error))
}

/// What is kept of a hit, and where.
fn stored(searcher: &Searcher, address: DocAddress) -> Result<(Stored, DocAddress)> {
    let kept: Kept = searcher.doc(address).map_err(|error| failed("reading a hit", error))?;
    let stored = serde_json::from_str(&kept.row).map_err(|error| failed("reading a hit", error))?;
    Ok((stored, address))
}

/// The one that writes.
pub(crate) struct Writer {
    engine: Arc<Engine>,
    inner: IndexWriter,
    /// What was learned, of which the engine is told when it has grown by half.
    lexicon: Lexicon,
}

impl Writer {
    /// The only writer, in any process, or `None` while there is another. Folders of other editions go,
    /// since nobody but us writes.
    pub(crate) fn open(engine: Arc<Engine>) -> Result<Option<Writer>> {
        let inner = match engine.index.writer_with_num_threads(THREADS, MEMORY) {
            Ok(inner) => inner,
            Err(TantivyError::LockFailure(..)) => return Ok(None),
            Err(error) => return Err(failed("opening for writing", error)),
        };
        for other in engine.dir.parent().into_iter().flat_map(fs::read_dir).flatten().flatten() {
            if other.path() != engine.dir && other.path().is_dir() {
                // What cannot be removed only takes up space.
                let _ = fs::remove_dir_all(other.path());
            }
        }
        let known = engine.lexicons.get();
        let lexicon = if known.items > 0 { known.as_ref() } else { first_words() };
        Ok(Some(Writer { lexicon: lexicon.clone(), engine, inner }))
    }

    /// Empties the index with the next commit.
    pub(crate) fn forget(&self) -> Result<()> {
        self.inner.delete_all_documents().map(drop).map_err(|error| failed("emptying", error))
    }

    /// Adds items, in place of what the finder knew of them.
    pub(crate) fn add(&mut self, changes: &[Change], origins: Vec<Origin>) -> Result<()> {
        self.learn(changes)?;
        let fields = &self.engine.fields;
        for (change, origin) in changes.iter().zip(origins) {
            let Change { item, known, .. } = change;
            self.inner.delete_term(Term::from_field_text(fields.id, &item.id.to_string()));
            let added = self.inner.add_document(fields.document(item, known, &origin));
            added.map_err(unwritten)?;
        }
        Ok(())
    }

    /// Learns which words there are, before compounds of them are cut.
    fn learn(&mut self, changes: &[Change]) -> Result<()> {
        let whole = self.lexicon.items < LEARNED_WHOLE;
        let mut counts: HashMap<String, (u32, usize)> = HashMap::new();
        let mut folded = String::new();
        for (number, change) in changes.iter().enumerate() {
            for text in learned(&change.item, whole) {
                for word in words::words(text).filter(|word| word.end - word.start > 3) {
                    folded.clear();
                    words::fold_into(&text[word.start..word.end], &mut folded);
                    match counts.get_mut(folded.as_str()) {
                        Some((count, last)) => {
                            *count += u32::from(*last != number);
                            *last = number;
                        }
                        None => drop(counts.insert(folded.clone(), (1, number))),
                    }
                }
            }
        }
        let counts = counts.iter().map(|(word, (count, _))| (word.as_str(), *count));
        self.lexicon.learn(counts, changes.len() as u64);
        let told = self.engine.lexicons.get().items;
        if 2 * self.lexicon.items > 3 * told {
            let written = fs::write(self.engine.dir.join(LEXICON), self.lexicon.written());
            written.map_err(|error| failed("writing the lexicon", error))?;
            self.engine.lexicons.set(self.lexicon.clone());
        }
        Ok(())
    }

    /// Makes what was added findable, and remembers the archive's cursor in the same stroke.
    pub(crate) fn commit(&mut self, cursor: i64) -> Result<()> {
        let committed = self.inner.prepare_commit().and_then(|mut commit| {
            commit.set_payload(&cursor.to_string());
            commit.commit()
        });
        committed.map(drop).map_err(unwritten)
    }

    /// Commits, and waits until the index is in order.
    pub(crate) fn finish(mut self, cursor: i64) -> Result<()> {
        self.commit(cursor)?;
        self.inner.wait_merging_threads().map_err(unwritten)
    }
}

/// The texts of an item that words are learned from.
fn learned(item: &Item, whole: bool) -> impl Iterator<Item = &str> {
    let text = item.text.as_deref().filter(|_| whole).unwrap_or_default();
    let text = &text[..text.floor_char_boundary(LEARNED_OF)];
    [item.entry.title.as_str(), item.entry.summary.as_deref().unwrap_or_default(), text].into_iter()
}

/// The engine does not tell why its threads could not write; a full disk is by far the commonest reason.
fn unwritten(error: TantivyError) -> Error {
    failed(
        "could not write (is its disk full?); nothing is lost, since it is made from the archive",
        error,
    )
}

/// The folder of what this program makes: any other layout, analysis or engine has another.
fn edition() -> String {
    let engine = tantivy::version_string();
    let name = format!("{} {} {engine}", schema::VERSION, words::VERSION);
    name.replace(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.', "-")
}

fn begin(dir: &Path, fields: &Fields, lexicons: &Lexicons) -> tantivy::Result<Index> {
    fs::create_dir_all(dir)?;
    let directory = MmapDirectory::open(dir)?;
    let index = Index::open_or_create(directory, fields.schema.clone())?;
    index.tokenizers().register(analyser::NAME, Analyser::new(lexicons.clone()));
    Ok(index)
}

fn reader(index: &Index) -> tantivy::Result<IndexReader> {
    index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()
}

/// Removes what is damaged, unless somebody writes there just now.
fn clear(dir: &Path) -> std::io::Result<()> {
    let lock = fs::File::create(dir.join(".tantivy-writer.lock"))?;
    lock.try_lock()?;
    fs::remove_dir_all(dir)
}

fn hit(
    searcher: &Searcher,
    score: f64,
    (stored, address): (Stored, DocAddress),
    also: Vec<Also>,
    marker: &Marker,
) -> Result<Hit> {
    let analysis = Analysis::of(stored.language.as_ref());
    let passage = match marker.in_summary(&stored.summary, analysis) {
        Some(passage) => passage,
        None => {
            let body: Body =
                searcher.doc(address).map_err(|error| failed("reading a hit", error))?;
            marker.passage(&stored.summary, &body.text, analysis)
        }
    };
    let dated =
        if stored.is_published { Dated::Published(stored.at) } else { Dated::FirstSeen(stored.at) };
    Ok(Hit {
        id: stored.id,
        guid: stored.guid,
        score,
        title: stored.title,
        link: stored.link,
        dated,
        source: stored.source,
        organisation: stored.organisation,
        language: stored.language,
        level: stored.level,
        country: stored.country,
        areas: stored.areas,
        document: stored.document,
        deadline: stored.deadline,
        backfill: stored.backfill,
        marked: passage.html(),
        snippet: passage.text,
        also,
    })
}

/// A hit with its score and those it stands for.
type Shown = (f64, (Stored, DocAddress), Vec<Also>);

/// Puts near-duplicates under the first of them: more than three words in four of title and summary the same.
fn collapse(hits: Vec<(f64, (Stored, DocAddress))>) -> Vec<Shown> {
    let mut shown: Vec<(HashSet<String>, Shown)> = Vec::new();
    for (score, (stored, address)) in hits {
        let words = format!("{} {}", stored.title, stored.summary);
        let bag: HashSet<String> =
            words::words(&words).map(|word| words::fold(&words[word.start..word.end])).collect();
        let is_alike = |other: &HashSet<String>| {
            let common = bag.intersection(other).count();
            4 * common > 3 * (bag.len() + other.len() - common)
        };
        match shown.iter_mut().find(|(other, _)| is_alike(other)) {
            Some((_, (_, _, also))) => also.push(Also {
                id: stored.id,
                title: stored.title,
                link: stored.link,
                source: stored.source,
                organisation: stored.organisation,
            }),
            None => shown.push((bag, (score, (stored, address), Vec::new()))),
        }
    }
    shown.into_iter().map(|(_, hit)| hit).collect()
}

fn facets(counts: Counts) -> Facets {
    let ranked = |counts: BTreeMap<String, u64>| {
        let mut ranked: Vec<(String, u64)> = counts.into_iter().collect();
        ranked.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        ranked
    };
    let [areas, levels, countries, languages, organisations, sources, kinds] = counts.facets;
    Facets {
        areas: ranked(areas).into_iter().map(|(area, count)| (AreaId(area), count)).collect(),
        levels: ranked(levels),
        countries: ranked(countries),
        languages: ranked(languages),
        organisations: ranked(organisations),
        sources: ranked(sources),
        kinds: ranked(kinds),
    }
}
