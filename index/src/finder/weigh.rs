//! How well does an item answer the words of a query? BM25 over fields together, one window of items at a time.
//!
//! A query is a list of [`Clue`]s, one for each word of it. A clue may be fulfilled in several [`Way`]s: by the word
//! itself, by its parts, by a term that means the same. The terms of a way stand in [`Bag`]s, one for each idea.
//! Within a bag, all its terms in all fields count as one word that occurs more or less often (BM25F), so that
//! neither a third language nor a second field makes anything count twice.

use crate::finder::schema::Fields;
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use tantivy::{
    DocId, DocSet, Searcher, SegmentReader, TERMINATED, TantivyError, Term,
    fieldnorm::FieldNormReader,
    index::SegmentId,
    postings::{Postings, SegmentPostings, TermInfo},
    query::{EnableScoring, Explanation, Query, Scorer, Weight},
    schema::{Field, IndexRecordOption},
};

/// How much more an occurrence in the title, the summary and the text tells.
const BOOSTS: [f32; 3] = [3.0, 1.5, 1.0];

/// How much the length of each of these fields takes away.
const LENGTHS: [f32; 3] = [0.4, 0.5, 0.75];

/// How soon more of the same stops telling more.
const SATURATION: f32 = 1.2;

/// How much what is missing of a query takes away.
const MISSING: f32 = 0.5;

/// What a second way adds to the best one.
const BESIDE: f32 = 0.2;

/// Items looked at together.
const WINDOW: usize = 4096;

/// With fewer candidates left in a window, the lists of the other words are asked for these only.
const FEW: usize = 32;

/// One word of a query.
#[derive(Clone, Debug)]
pub(crate) struct Clue {
    pub(crate) ways: Vec<Way>,
}

/// One way to fulfil a clue: all bags, the more the better.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) worth: f32,
    pub(crate) bags: Vec<Bag>,
}

/// Terms that count as one, each with its worth.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bag {
    pub(crate) terms: Vec<(String, f32)>,
    /// Whether they are of the thesaurus, which is looked up once for each segment.
    pub(crate) known: bool,
}

impl Bag {
    pub(crate) fn of(terms: impl Iterator<Item = (String, f32)>) -> Bag {
        Bag { terms: terms.collect(), known: false }
    }
}

/// So many queries are remembered as they were looked up.
const PREPARED: usize = 256;

/// What was looked up before. Readers ask for the same words again with each page and each filter.
#[derive(Default)]
pub(crate) struct Memo {
    /// Where the terms of the thesaurus stand in each segment, as far as they were asked for; segments never change.
    known: Mutex<HashMap<SegmentId, Infos>>,
    /// The words of queries, with the state of the index that they were looked up in.
    prepared: Mutex<HashMap<String, (State, Arc<Prepared>)>>,
}

/// A state of the index, and of the lexicon beside it.
type State = (u64, u64);

/// Words looked up in one state of the index, and what else speaks for an item, with its worth.
pub(crate) struct Prepared {
    pub(crate) weigh: Weigh,
    pub(crate) hints: Vec<(Term, f32)>,
}

/// Where each term stands in each of the fields.
type Infos = HashMap<String, [Option<TermInfo>; 3]>;

impl Memo {
    /// Forgets the segments that are no more.
    pub(crate) fn keep(&self, searcher: &Searcher) {
        let segments = searcher.segment_readers();
        let is_there = |id: &SegmentId| segments.iter().any(|segment| segment.segment_id() == *id);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).retain(|id, _| is_there(id));
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What was prepared for `key` in this state of the index, or what `prepare` makes.
    pub(crate) fn prepared(
        &self,
        key: &str,
        state: State,
        prepare: impl FnOnce() -> tantivy::Result<Prepared>,
    ) -> tantivy::Result<Arc<Prepared>> {
        let all = || self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, prepared)) = all().get(key)
            && *of == state
        {
            return Ok(Arc::clone(prepared));
        }
        let prepared = Arc::new(prepare()?);
        let mut all = all();
        if all.len() >= PREPARED {
            all.clear();
        }
        all.insert(key.to_owned(), (state, Arc::clone(&prepared)));
        Ok(prepared)
    }
}

/// A query for clues, looked up in one state of the index.
#[derive(Clone)]
pub(crate) struct Weigh {
    inner: Arc<Inner>,
}

struct Inner {
    clues: Vec<Known>,
    /// How many clues an item must fulfil.
    needed: usize,
    /// Whether a way that is fulfilled in part fulfils its clue.
    partly: bool,
    /// For each segment, what it has.
    lists: HashMap<SegmentId, Vec<List>>,
    /// By how much an occurrence counts, for each field and each length.
    norms: [[f32; 256]; 3],
    importance: f32,
}

/// A clue as the index knows it.
struct Known {
    importance: f32,
    ways: Vec<KnownWay>,
}

struct KnownWay {
    worth: f32,
    /// The first of its bags, and how many they are; bags are counted within a clue.
    first: usize,
    count: usize,
    /// For each of its bags, how telling it is.
    telling: Vec<f32>,
}

/// Where a term stands.
struct List {
    clue: usize,
    bag: usize,
    field: usize,
    worth: f32,
    info: TermInfo,
}

impl Weigh {
    /// Looks up the terms of `clues`. An item must fulfil `needed` of them, and each wholly unless `partly`.
    pub(crate) fn new(
        clues: &[Clue],
        needed: usize,
        partly: bool,
        searcher: &Searcher,
        fields: &Fields,
        memo: &Memo,
    ) -> tantivy::Result<Weigh> {
        let searched = [fields.title, fields.summary, fields.text];
        let all = searcher.num_docs().max(1) as f32;
        let mut frequencies: Vec<Vec<[u64; 3]>> = clues
            .iter()
            .map(|clue| vec![[0; 3]; clue.ways.iter().map(|way| way.bags.len()).sum()])
            .collect();
        let mut lists = HashMap::new();
        let mut tokens = [0_u64; 3];
        let mut memo = memo.known.lock().unwrap_or_else(PoisonError::into_inner);
        for segment in searcher.segment_readers() {
            let indexes = [
                segment.inverted_index(searched[0])?,
                segment.inverted_index(searched[1])?,
                segment.inverted_index(searched[2])?,
            ];
            for (sum, index) in tokens.iter_mut().zip(&indexes) {
                *sum += index.total_num_tokens();
            }
            let look_up = |term: &str| -> tantivy::Result<[Option<TermInfo>; 3]> {
                let mut infos = [None, None, None];
                for ((info, index), field) in infos.iter_mut().zip(&indexes).zip(searched) {
                    *info = index.get_term_info(&Term::from_field_text(field, term))?;
                }
                Ok(infos)
            };
            let known = memo.entry(segment.segment_id()).or_default();
            let mut found = Vec::new();
            for (clue, bags) in clues.iter().enumerate() {
                for (bag, terms) in bags.ways.iter().flat_map(|way| &way.bags).enumerate() {
                    for (term, worth) in &terms.terms {
                        let infos = match known.get(term) {
                            Some(infos) => infos.clone(),
                            None => look_up(term)?,
                        };
                        if terms.known && !known.contains_key(term) {
                            known.insert(term.clone(), infos.clone());
                        }
                        for (field, info) in infos.into_iter().enumerate() {
                            let Some(info) = info else { continue };
                            frequencies[clue][bag][field] += u64::from(info.doc_freq);
                            found.push(List { clue, bag, field, worth: *worth, info });
                        }
                    }
                }
            }
            lists.insert(segment.segment_id(), found);
        }
        let clues: Vec<Known> = clues
            .iter()
            .zip(&frequencies)
            .map(|(clue, frequencies)| known(clue, frequencies, all))
            .collect();
        let norms = std::array::from_fn(|field| norms(field, tokens[field] as f32 / all));
        let importance = clues.iter().map(|clue| clue.importance).sum();
        let inner = Inner { clues, needed, partly, lists, norms, importance };
        Ok(Weigh { inner: Arc::new(inner) })
    }

    /// The most that an item could be worth for this clue, about, within the whole.
    pub(crate) fn most(&self, clue: usize) -> f32 {
        let importance = self.inner.clues[clue].importance;
        let share = importance / self.inner.importance.max(f32::MIN_POSITIVE);
        importance * (SATURATION + 1.0) * share.powf(MISSING)
    }
}

fn known(clue: &Clue, frequencies: &[[u64; 3]], all: f32) -> Known {
    let telling = |frequencies: &[u64; 3]| {
        let frequency = frequencies.iter().copied().max().unwrap_or(0) as f32;
        (1.0 + (all - frequency.min(all) + 0.5) / (frequency + 0.5)).ln()
    };
    let mut first = 0;
    let mut ways = Vec::new();
    for way in &clue.ways {
        let of_way = &frequencies[first..first + way.bags.len()];
        let telling = of_way.iter().map(telling).collect();
        ways.push(KnownWay { worth: way.worth, first, count: way.bags.len(), telling });
        first += way.bags.len();
    }
    let importance = ways.first().map_or(0.0, |way| way.telling.iter().sum());
    for way in &mut ways[1.min(clue.ways.len())..] {
        // Several common words never tell more than the rare one that they stand for.
        let sum: f32 = way.telling.iter().sum();
        way.worth *= (importance / sum.max(f32::MIN_POSITIVE)).min(1.0);
    }
    Known { importance, ways }
}

fn norms(field: usize, average: f32) -> [f32; 256] {
    std::array::from_fn(|id| {
        let length = FieldNormReader::id_to_fieldnorm(id as u8) as f32;
        let taken = 1.0 - LENGTHS[field] + LENGTHS[field] * length / average.max(1.0);
        BOOSTS[field] / taken.max(0.1)
    })
}

impl fmt::Debug for Weigh {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.debug_struct("Weigh").field("needed", &self.inner.needed).finish_non_exhaustive()
    }
}

impl Query for Weigh {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Weigh {
    fn scorer(&self, segment: &SegmentReader, boost: f32) -> tantivy::Result<Box<dyn Scorer>> {
        let fields = [
            segment.schema().get_field("title")?,
            segment.schema().get_field("summary")?,
            segment.schema().get_field("text")?,
        ];
        Ok(Box::new(Weighing::new(Arc::clone(&self.inner), segment, fields, boost)?))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(segment, 1.0)?;
        if scorer.seek(doc) != doc {
            return Err(TantivyError::InvalidArgument("does not match".to_owned()));
        }
        Ok(Explanation::new("words of the query", scorer.score()))
    }
}

/// One list of items while it is read.
struct Reading {
    bag: usize,
    field: usize,
    worth: f32,
    items: SegmentPostings,
}

/// The items of a segment that answer, in order.
struct Weighing {
    inner: Arc<Inner>,
    boost: f32,
    /// For each clue its lists; clues with few items first.
    lists: Vec<(usize, Vec<Reading>)>,
    /// For each clue, the ways that something in the segment can fulfil.
    ways: Vec<Vec<usize>>,
    lengths: [Option<FieldNormReader>; 3],
    /// For each bag of the clue at hand, how often it occurs in each item of the window.
    bags: Vec<Box<[f32]>>,
    scores: Box<[f32]>,
    importance: Box<[f32]>,
    counts: Box<[u8]>,
    /// The answers of the window at hand.
    ready: Vec<(DocId, f32)>,
    at: usize,
    /// Where the next window may begin.
    next: DocId,
    hint: u32,
}

impl Weighing {
    fn new(
        inner: Arc<Inner>,
        segment: &SegmentReader,
        fields: [Field; 3],
        boost: f32,
    ) -> tantivy::Result<Weighing> {
        let mut lists: Vec<(usize, Vec<Reading>)> =
            (0..inner.clues.len()).map(|clue| (clue, Vec::new())).collect();
        let found: &[List] = inner.lists.get(&segment.segment_id()).map_or(&[], Vec::as_slice);
        let most = inner.clues.iter().map(Known::bags).max().unwrap_or(0);
        let mut is_read = vec![false; most];
        let mut ways = Vec::with_capacity(inner.clues.len());
        for (number, clue) in inner.clues.iter().enumerate() {
            let (open, wanted) = clue.open(found, number, inner.partly);
            for (is_read, wanted) in is_read.iter_mut().zip(&wanted) {
                *is_read |= wanted;
            }
            ways.push((open, wanted));
        }
        for list in found.iter().filter(|list| ways[list.clue].1[list.bag]) {
            let index = segment.inverted_index(fields[list.field])?;
            let items =
                index.read_postings_from_terminfo(&list.info, IndexRecordOption::WithFreqs)?;
            let (bag, field, worth) = (list.bag, list.field, list.worth);
            lists[list.clue].1.push(Reading { bag, field, worth, items });
        }
        let length =
            |lists: &[Reading]| -> u32 { lists.iter().map(|list| list.items.size_hint()).sum() };
        lists.sort_by_key(|(_, lists)| length(lists));
        let hint = lists.iter().map(|(_, lists)| length(lists)).max().unwrap_or(0);
        let mut lengths = [None, None, None];
        for (length, field) in lengths.iter_mut().zip(fields) {
            *length = segment.fieldnorms_readers().get_field(field)?;
        }
        let window = WINDOW.min(segment.max_doc() as usize);
        let room = |length| vec![0.0; length].into_boxed_slice();
        let mut weighing = Weighing {
            inner,
            boost,
            lists,
            ways: ways.into_iter().map(|(open, _)| open).collect(),
            lengths,
            bags: is_read.iter().map(|is_read| room(if *is_read { window } else { 0 })).collect(),
            scores: room(window),
            importance: room(window),
            counts: vec![0; window].into_boxed_slice(),
            ready: Vec::new(),
            at: 0,
            next: 0,
            hint: hint.min(segment.max_doc()),
        };
        weighing.fill();
        Ok(weighing)
    }

    /// Makes the next window ready that has an answer.
    fn fill(&mut self) {
        self.ready.clear();
        self.at = 0;
        while self.ready.is_empty() {
            let Some(from) = self.first() else { return };
            self.weigh(from);
            self.next = from.saturating_add(WINDOW as DocId);
        }
    }

    /// The first item that could fulfil enough clues; none when there is none.
    fn first(&mut self) -> Option<DocId> {
        let mut firsts = Vec::with_capacity(self.lists.len());
        for (_, lists) in &mut self.lists {
            let mut first = TERMINATED;
            for list in lists.iter_mut() {
                if list.items.doc() < self.next {
                    list.items.seek(self.next);
                }
                first = first.min(list.items.doc());
            }
            firsts.push(first);
        }
        firsts.sort_unstable();
        let first = firsts.get(self.inner.needed.max(1) - 1).copied();
        first.filter(|first| *first != TERMINATED)
    }

    fn weigh(&mut self, from: DocId) {
        let until = from.saturating_add(WINDOW as DocId).min(TERMINATED);
        let inner = Arc::clone(&self.inner);
        let needed = inner.needed.max(1);
        let mut fulfilled = [0_u64; WINDOW / 64];
        let mut few: Option<Vec<DocId>> = None;
        for place in 0..self.lists.len() {
            let mut touched = [0_u64; WINDOW / 64];
            self.read(place, from, until, few.as_deref(), &mut touched);
            let clue = &inner.clues[self.lists[place].0];
            let ways = &self.ways[self.lists[place].0];
            for_each(&touched, |item| {
                let score = clue.score(ways, &mut self.bags, item, inner.partly);
                if score > 0.0 {
                    self.scores[item] += score;
                    self.importance[item] += clue.importance;
                    self.counts[item] += 1;
                    fulfilled[item / 64] |= 1 << (item % 64);
                }
            });
            // What still can fulfil enough, when each clue that is left is needed.
            if few.is_none() && needed > self.lists.len() - place - 1 {
                let least = needed - (self.lists.len() - place - 1);
                let count: u32 = fulfilled.iter().map(|bits| bits.count_ones()).sum();
                if count as usize <= FEW {
                    let mut left = Vec::with_capacity(count as usize);
                    for_each(&fulfilled, |item| {
                        if usize::from(self.counts[item]) >= least {
                            left.push(from + item as DocId);
                        }
                    });
                    few = Some(left);
                }
            }
        }
        for_each(&fulfilled, |item| {
            if usize::from(self.counts[item]) >= needed {
                let share =
                    (self.importance[item] / inner.importance.max(f32::MIN_POSITIVE)).min(1.0);
                let share = if share < 1.0 { share.powf(MISSING) } else { 1.0 };
                let score = self.scores[item] * share * self.boost;
                self.ready.push((from + item as DocId, score));
            }
            (self.scores[item], self.importance[item], self.counts[item]) = (0.0, 0.0, 0);
        });
    }

    /// Counts the words of a clue in the items of a window, or in those of a few only.
    fn read(
        &mut self,
        place: usize,
        from: DocId,
        until: DocId,
        few: Option<&[DocId]>,
        touched: &mut [u64; WINDOW / 64],
    ) {
        for list in &mut self.lists[place].1 {
            let (bag, norms) = (&mut self.bags[list.bag], &self.inner.norms[list.field]);
            let lengths = self.lengths[list.field].as_ref();
            let mut count = |items: &SegmentPostings, doc: DocId| {
                let length = lengths.map_or(0, |lengths| lengths.fieldnorm_id(doc));
                let item = (doc - from) as usize;
                bag[item] += list.worth * norms[usize::from(length)] * items.term_freq() as f32;
                touched[item / 64] |= 1 << (item % 64);
            };
            if let Some(few) = few {
                for doc in few {
                    if list.items.doc() < *doc {
                        list.items.seek(*doc);
                    }
                    if list.items.doc() == *doc {
                        count(&list.items, *doc);
                    }
                }
                continue;
            }
            if list.items.doc() < from {
                list.items.seek(from);
            }
            let mut doc = list.items.doc();
            while doc < until {
                count(&list.items, doc);
                doc = list.items.advance();
            }
        }
    }
}

impl Known {
    fn bags(&self) -> usize {
        self.ways.iter().map(|way| way.count).sum()
    }

    /// The ways that these lists can fulfil, and for each bag whether it belongs to one of them. What a compound or
    /// another name needs is often not there, and then what there is of it need not be read.
    fn open(&self, lists: &[List], clue: usize, partly: bool) -> (Vec<usize>, Vec<bool>) {
        let mut is_there = vec![false; self.bags()];
        for list in lists.iter().filter(|list| list.clue == clue) {
            is_there[list.bag] = true;
        }
        let (mut open, mut wanted) = (Vec::new(), vec![false; is_there.len()]);
        for (number, way) in self.ways.iter().enumerate() {
            let of_way = way.first..way.first + way.count;
            let count = is_there[of_way.clone()].iter().filter(|is_there| **is_there).count();
            if count > 0 && (partly || count == way.count) {
                open.push(number);
                wanted[of_way.clone()].copy_from_slice(&is_there[of_way]);
            }
        }
        (open, wanted)
    }

    /// What the best of these ways is worth for an item; empties the bags for the next.
    fn score(&self, ways: &[usize], bags: &mut [Box<[f32]>], item: usize, partly: bool) -> f32 {
        let (mut best, mut all) = (0_f32, 0_f32);
        for way in ways.iter().map(|way| &self.ways[*way]) {
            let (mut sum, mut count) = (0.0, 0);
            for (bag, telling) in
                bags[way.first..way.first + way.count].iter_mut().zip(&way.telling)
            {
                let often = bag.get_mut(item).map_or(0.0, std::mem::take);
                if often > 0.0 {
                    count += 1;
                    sum += telling * (SATURATION + 1.0) * often / (SATURATION + often);
                }
            }
            if count == way.count || (partly && count > 0) {
                let share = count as f32 / way.count as f32;
                let score = way.worth * share * share * sum;
                best = best.max(score);
                all += score;
            }
        }
        best + BESIDE * (all - best)
    }
}

fn for_each(bits: &[u64; WINDOW / 64], mut visit: impl FnMut(usize)) {
    for (block, bits) in bits.iter().enumerate() {
        let mut bits = *bits;
        while bits != 0 {
            visit(block * 64 + bits.trailing_zeros() as usize);
            bits &= bits - 1;
        }
    }
}

impl DocSet for Weighing {
    fn advance(&mut self) -> DocId {
        self.at += 1;
        if self.at >= self.ready.len() {
            self.fill();
        }
        self.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.ready.last().is_some_and(|(last, _)| *last >= target) {
            let left = &self.ready[self.at..];
            self.at += left.partition_point(|(doc, _)| *doc < target);
        } else if self.doc() < target {
            self.next = self.next.max(target);
            self.fill();
        }
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.ready.get(self.at).map_or(TERMINATED, |(doc, _)| *doc)
    }

    fn size_hint(&self) -> u32 {
        self.hint
    }
}

impl Scorer for Weighing {
    fn score(&mut self) -> f32 {
        self.ready.get(self.at).map_or(0.0, |(_, score)| *score)
    }
}
