//! One look at one source, from first request to last text.

use crate::{
    Login, Manners, PdfReader, Reading, Transport, asks,
    feed::{NoFeed, ProbeEntry},
    fetch::{Answer, Fetcher, Missed, Page, Request},
    kind::{self, Look, Sheet, Way},
    listing, newsletter, pdf,
    plain::shortened,
    reserved::{self, Reserved},
};
use futures::{FutureExt, Stream, StreamExt, stream};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    panic::AssertUnwindSafe,
    sync::Arc,
};
use tokio::{sync::Semaphore, task::spawn_blocking, time::Instant};
use url::Url;
use utkik_sources::{
    Asks, Due, Entry, Failure, Find, Harvest, Kind, Outcome, Source, Validators, Visit,
};

/// Texts beyond this are cut: nothing that people read is longer.
const MAX_TEXT: usize = 300_000;
/// The most that the texts of one visit hold in memory together.
const MAX_TEXTS: usize = 20_000_000;
/// After so many texts in a row that did not come, the host is left alone.
const MAX_FAILURES: usize = 5;
/// Texts are parsed by so many at once; parsing is what costs memory and processor.
const PARSERS: usize = 2;
/// The longest that a trouble is told, in characters.
const MAX_WORDS: usize = 600;
const MAX_ADDRESS_TOLD: usize = 200;
const UNASKED: &str = "answered 304 to a question without condition";

/// Visits sources; keeps the manners between rounds.
pub struct Crawler {
    fetcher: Fetcher,
    parsers: Arc<Semaphore>,
    reserved: Reserved,
}

/// What a look at a source has shown.
struct Seen {
    outcome: Outcome,
    moved_to: Option<String>,
    asks: Asks,
}

impl From<Outcome> for Seen {
    fn from(outcome: Outcome) -> Seen {
        Seen { outcome, moved_to: None, asks: Asks::default() }
    }
}

/// Which texts were tried, and for how many seconds their host wants to be left alone.
#[derive(Default)]
struct Tried {
    which: BTreeSet<usize>,
    wait: Option<u64>,
}

/// Which kinds can be visited today.
pub fn reads(kind: Kind) -> bool {
    kind::way(kind).is_some() || kind == Kind::Newsletter
}

/// What is wrong with the recipe of a source, in words: what only the crawler can tell.
pub fn recipe_faults(source: &Source) -> Vec<String> {
    match source.kind {
        Kind::HtmlListing => listing::faults(&source.recipe),
        _ => Vec::new(),
    }
}

impl Crawler {
    /// A crawler with these manners.
    pub fn new(manners: Manners) -> Crawler {
        Crawler {
            fetcher: Fetcher::new(manners),
            parsers: Arc::new(Semaphore::new(PARSERS)),
            reserved: Reserved::default(),
        }
    }

    /// Visits all of `due`, many hosts at once, each visit given as soon as it is done.
    pub fn visits(&self, due: Vec<Due>, now: Timestamp) -> impl Stream<Item = Visit> + Send + '_ {
        let mut by_host: BTreeMap<String, Vec<Due>> = BTreeMap::new();
        for due in due {
            by_host.entry(host_of(&due.source.address)).or_default().push(due);
        }
        // More hosts than requests at once: most of the time a host is only being left in peace.
        let hosts_at_once = 4 * self.fetcher.manners.at_once.max(1);
        stream::iter(by_host.into_values())
            .map(move |due| stream::iter(due).then(move |due| self.visit(due, now)).boxed())
            .flatten_unordered(hosts_at_once)
    }

    /// One polite, guarded fetch, for looking at an address by hand.
    pub async fn fetch(
        &self,
        address: &str,
        now: Timestamp,
    ) -> Result<(Vec<u8>, Transport), String> {
        let shown = Validators::default();
        let most = self.fetcher.manners.max_bytes;
        match self.fetcher.get(address, &shown, most, now).await {
            Ok(Answer::Page(page)) => Ok((page.body, page.transport)),
            Ok(Answer::Unchanged { .. }) => Err(UNASKED.into()),
            Err(missed) => Err(missed.words()),
        }
    }

    async fn visit(&self, due: Due, now: Timestamp) -> Visit {
        let source = due.source.id.clone();
        let looked = AssertUnwindSafe(self.look(due, now)).catch_unwind().await;
        let seen = looked.unwrap_or_else(|_| {
            let why = "our crawler stumbled; this is a fault of ours";
            Seen::from(Outcome::Failed(Failure::NoAnswer(why.into())))
        });
        let Seen { outcome, moved_to, asks } = seen;
        let outcome = in_few_words(outcome);
        Visit { source, at: now, outcome, moved_to, asks }
    }

    async fn look(&self, due: Due, now: Timestamp) -> Seen {
        let Due { source, validators, known, mut awaiting, earlier } = due;
        if source.recipe.complete {
            awaiting.clear();
        }
        // What was given by hand is read once.
        if source.kind == Kind::Manual && known.contains(&source.address) {
            return Outcome::Unchanged { late: vec![] }.into();
        }
        let most = self.fetcher.manners.max_entries;
        let login = match self.fetcher.manners.login(&source) {
            Ok(login) => login,
            Err(why) => return Outcome::Refused { why, retry_after: None }.into(),
        };
        let pdf_reader = self.pdf_reader();
        let look = Look { source, known, now, part: 0, most, pdf_reader, earlier };
        if look.source.kind == Kind::Newsletter {
            return self.read_mails(look, validators, awaiting).await;
        }
        let Some(way) = kind::way(look.source.kind) else {
            let why = format!("sources of kind {} cannot be visited", look.source.kind);
            return Outcome::Failed(Failure::NoAnswer(why)).into();
        };
        let first = Request { login, ..(way.first)(&look) };
        match self.fetcher.ask(first, &validators, self.most_bytes(), now).await {
            Ok(Answer::Unchanged { .. }) if validators == Validators::default() => {
                Outcome::Failed(Failure::NoAnswer(UNASKED.into())).into()
            }
            Ok(Answer::Page(page)) => self.harvest(page, way, look, awaiting).await,
            Ok(Answer::Unchanged { moved_to, asks }) => {
                let seen = self.unchanged(&look, awaiting).await;
                let fresh_for = asks.fresh_for.max(seen.asks.fresh_for);
                Seen { moved_to, asks: Asks { fresh_for, ..asks }, ..seen }
            }
            Err(Missed::Forbidden(why)) => Outcome::Refused { why, retry_after: None }.into(),
            Err(Missed::Refused { why, retry_after }) => {
                Outcome::Refused { why, retry_after }.into()
            }
            Err(Missed::Gone { why, for_good }) => Outcome::Gone { why, for_good }.into(),
            Err(Missed::Failed(failure)) => Outcome::Failed(failure).into(),
        }
    }

    pub(crate) fn fetcher(&self) -> &Fetcher {
        &self.fetcher
    }

    /// Nothing has changed; texts that were missing are tried again.
    async fn unchanged(&self, look: &Look, mut awaiting: Vec<Find>) -> Seen {
        let mut troubles = Vec::new();
        let none = BTreeSet::new();
        let tried = self.read_texts(&mut awaiting, look, &none, &mut troubles).await;
        awaiting.retain(|find| find.text.is_some());
        let mut seen = Seen::from(Outcome::Unchanged { late: awaiting });
        seen.asks.fresh_for = tried.wait;
        seen
    }

    /// Newsletters lie in a folder; only the texts that they link to are asked for.
    async fn read_mails(&self, look: Look, shown: Validators, awaiting: Vec<Find>) -> Seen {
        let (most, base) = (self.most_bytes(), self.fetcher.manners.mail_dir.clone());
        let reading = look.clone();
        let read = move || newsletter::read(&reading, base.as_deref(), &shown, most);
        let mut seen = match self.apart(read).await.and_then(|read| read) {
            Ok(None) => self.unchanged(&look, awaiting).await,
            Ok(Some((Sheet { probe, .. }, validators))) => {
                let harvest = Harvest { finds: vec![], troubles: probe.troubles, validators };
                self.filled(look, probe.entries, harvest, awaiting).await
            }
            Err(why) => Outcome::Failed(Failure::NoAnswer(why)).into(),
        };
        let finds = match &mut seen.outcome {
            Outcome::Fresh(harvest) => &mut harvest.finds,
            Outcome::Unchanged { late } => late,
            _ => return seen,
        };
        // The day of the mail stands in where the page tells none.
        finds.iter_mut().for_each(|find| {
            find.entry.published = find.entry.published.or(find.entry.updated);
        });
        seen
    }

    pub(crate) fn pdf_reader(&self) -> Option<PdfReader> {
        self.fetcher.manners.pdf_reader.clone()
    }

    fn most_bytes(&self) -> usize {
        self.fetcher.manners.max_bytes
    }

    async fn harvest(&self, page: Page, way: Way, look: Look, late: Vec<Find>) -> Seen {
        let (validators, moved_to) = (page.validators.clone(), page.moved_to.clone());
        let media_type = page.transport.media_type();
        let stated = asks::in_headers(&page.transport, look.now);
        let (entries, troubles, said) = match self.parts(page, way, look.clone()).await {
            Ok(read) => read,
            Err(why) => {
                let failure = Failure::Unreadable { media_type, why };
                return Outcome::Failed(failure).into();
            }
        };
        let harvest = Harvest { finds: vec![], troubles, validators };
        let seen = self.filled(look, entries, harvest, late).await;
        let mut asks = stated.and(said);
        asks.fresh_for = asks.fresh_for.max(seen.asks.fresh_for);
        Seen { moved_to, asks, ..seen }
    }

    /// Fills `harvest` with `entries` and with the texts behind their links.
    async fn filled(
        &self,
        look: Look,
        entries: Vec<ProbeEntry>,
        mut harvest: Harvest,
        mut late: Vec<Find>,
    ) -> Seen {
        let mut finds: Vec<Find> = entries.into_iter().map(Find::from).collect();
        if look.source.recipe.complete {
            finds.iter_mut().for_each(complete);
        }
        // Without a title of its own, an entry is told by the page that was read before.
        finds.retain(|find| !(is_untitled(find) && look.known.contains(&find.entry.guid)));
        let listed: BTreeSet<String> = finds.iter().map(|find| find.entry.guid.clone()).collect();
        late.retain(|find| !listed.contains(&find.entry.guid));
        let fresh = finds.len();
        finds.append(&mut late);
        let troubles = &mut harvest.troubles;
        let tried = self.read_texts(&mut finds, &look, &look.known, troubles).await;
        // What the source no longer lists is news only when its text has come at last; what has no title waits
        // until its page has been asked for one.
        let mut at = 0;
        finds.retain(|find| {
            at += 1;
            let waits = is_untitled(find) && !tried.which.contains(&(at - 1));
            (at <= fresh || find.text.is_some()) && !waits
        });
        finds.iter_mut().filter(|find| is_untitled(find)).for_each(title_from_address);
        harvest.finds = finds;
        let mut seen = Seen::from(Outcome::Fresh(harvest));
        seen.asks.fresh_for = tried.wait;
        seen
    }

    /// Reads the first answer and those it leads to; only the first can spoil the visit.
    async fn parts(
        &self,
        first: Page,
        way: Way,
        mut look: Look,
    ) -> Result<(Vec<ProbeEntry>, Vec<String>, Asks), String> {
        let parts = look.source.recipe.pages.unwrap_or(way.parts).max(1);
        let (most, now) = (look.most, look.now);
        let mut sheet = self.sheet(&way, &look, first).await.map_err(|no_feed| no_feed.why)?;
        let asks = std::mem::take(&mut sheet.probe.asks);
        let (mut entries, mut troubles) = (Vec::new(), Vec::new());
        let mut queue = taken(sheet, &look, &mut entries, &mut troubles);
        while let Some(request) = queue.pop_front() {
            look.part += 1;
            if look.part >= parts || entries.len() >= most {
                break;
            }
            let address = shortened(request.address.clone(), MAX_ADDRESS_TOLD);
            let shown = Validators::default();
            let login = self.fetcher.manners.login(&look.source).unwrap_or_default();
            let request = Request { login, ..request };
            let sheet = match self.fetcher.ask(request, &shown, self.most_bytes(), now).await {
                Ok(Answer::Page(page)) => self.sheet(&way, &look, page).await.map_err(|no| no.why),
                Ok(Answer::Unchanged { .. }) => Err(UNASKED.to_owned()),
                Err(missed) => Err(missed.words()),
            };
            match sheet {
                Ok(sheet) => queue.extend(taken(sheet, &look, &mut entries, &mut troubles)),
                Err(why) => {
                    troubles.push(format!("part {} (`{address}`): {why}", look.part + 1));
                    if queue.is_empty() {
                        break;
                    }
                }
            }
        }
        entries.truncate(most);
        Ok((entries, troubles, asks))
    }

    async fn sheet(&self, way: &Way, look: &Look, page: Page) -> Result<Sheet, NoFeed> {
        let (read, look) = (way.read, look.clone());
        let agent = self.fetcher.manners.agent.clone();
        let read = move || {
            // Whatever a parser does with hostile bytes, the house stands.
            let stumbled = "made our reader stumble; this is a fault of ours";
            let is_page = matches!(look.source.kind, Kind::Page | Kind::Manual);
            let stated = if is_page {
                reserved::in_answer(&page.body, &page.transport, &agent)
            } else {
                reserved::in_headers(&page.transport, &agent)
            };
            let read = AssertUnwindSafe(|| read(&look, &page.body, &page.transport));
            let sheet = std::panic::catch_unwind(read);
            let sheet = sheet.unwrap_or_else(|_| Err(NoFeed::new(stumbled)))?;
            Ok(without_reserved(sheet, stated, is_page))
        };
        self.apart(read).await.unwrap_or_else(|why| Err(NoFeed::new(why)))
    }

    /// Reads the texts behind the links, newest first, as far as the caps allow.
    async fn read_texts(
        &self,
        finds: &mut [Find],
        look: &Look,
        known: &BTreeSet<String>,
        troubles: &mut Vec<String>,
    ) -> Tried {
        let now = look.now;
        let login = self.fetcher.manners.login(&look.source).unwrap_or_default();
        let mut reserved: BTreeMap<String, usize> = BTreeMap::new();
        let manners = &self.fetcher.manners;
        let wanted = |find: &Find| {
            find.text.is_none()
                && find.entry.link.is_some()
                && !find.shares_link
                && !known.contains(&find.entry.guid)
        };
        let mut order: Vec<usize> = (0..finds.len()).filter(|at| wanted(&finds[*at])).collect();
        let newest = |find: &Find| find.entry.published.or(find.entry.updated);
        order.sort_by_key(|at| std::cmp::Reverse(newest(&finds[*at])));
        let end = Instant::now() + manners.max_reading;
        let (mut left, mut bytes, mut failures) = (order.len(), 0, 0);
        let mut tried = Tried::default();
        for at in order.into_iter().take(manners.texts_per_visit) {
            if Instant::now() >= end || bytes >= MAX_TEXTS || failures >= MAX_FAILURES {
                break;
            }
            left -= 1;
            tried.which.insert(at);
            let find = &mut finds[at];
            let link = find.entry.link.clone().expect("only finds with a link are wanted");
            match self.read_text(&link, &login, now).await {
                Ok((reading, why)) => {
                    if let Some(why) = why {
                        *reserved.entry(why).or_default() += 1;
                    }
                    failures = 0;
                    let title = &find.entry.title;
                    troubles
                        .extend(reading.troubles.iter().map(|what| format!("`{title}`: {what}")));
                    bytes += reading.text.as_ref().map_or(0, String::len);
                    fill(find, reading);
                }
                Err(missed) => {
                    failures = failures_after(failures, &missed);
                    tried.wait = tried.wait.max(asked_to_wait(&missed));
                    troubles.push(format!("no text of `{}`: {}", find.entry.title, missed.words()));
                }
            }
        }
        for (why, count) in reserved {
            troubles.push(format!(
                "{count} texts are reserved by their publisher ({why}): title, link and date are kept, no text"
            ));
        }
        if left > 0 {
            troubles.push(format!("{left} texts were left for the next visit"));
        }
        tried
    }

    /// The text behind a link, or why its publisher reserves it.
    async fn read_text(
        &self,
        link: &str,
        login: &Option<Login>,
        now: Timestamp,
    ) -> Result<(Reading, Option<String>), Missed> {
        let most = self.fetcher.manners.max_page_bytes;
        let request = Request { login: login.clone(), ..Request::get(link) };
        let answer = self.fetcher.ask(request, &Validators::default(), most, now).await?;
        let Answer::Page(page) = answer else {
            return Err(Missed::Failed(Failure::NoAnswer(UNASKED.into())));
        };
        let address = page.transport.address.clone().unwrap_or_else(|| link.to_owned());
        let agent = self.fetcher.manners.agent.clone();
        let reader = self.pdf_reader();
        let read = move || {
            let stated = reserved::in_answer(&page.body, &page.transport, &agent);
            (pdf::read_page(&page.body, &page.transport, reader.as_ref()), stated)
        };
        let (mut reading, stated) =
            self.apart(read).await.map_err(|why| Missed::Failed(Failure::NoAnswer(why)))?;
        let is_mining_reserved = match stated.mining {
            Some(reserved) => reserved,
            None => reading.text.is_some() && self.reserved.at(&self.fetcher, &address, now).await,
        };
        let why =
            stated.robots.or_else(|| is_mining_reserved.then(|| "tdm-reservation".to_owned()));
        if why.is_some() {
            reading.text = None;
        }
        Ok((reading, why))
    }

    /// Runs what would keep the other visits waiting on a thread of its own, few at a time.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, String> {
        let turn = Arc::clone(&self.parsers).acquire_owned().await;
        let turn = turn.expect("the semaphore is never closed");
        let done = spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(|_| "our reader stumbled; this is a fault of ours".to_owned())
    }
}

/// Whoever asks us to wait is left alone at once; whoever fails again and again, soon.
fn failures_after(failures: usize, missed: &Missed) -> usize {
    match missed {
        Missed::Refused { retry_after: Some(_), .. } => MAX_FAILURES,
        Missed::Refused { .. } | Missed::Failed(_) => failures + 1,
        Missed::Forbidden(_) | Missed::Gone { .. } => failures,
    }
}

fn asked_to_wait(missed: &Missed) -> Option<u64> {
    match missed {
        Missed::Refused { retry_after, .. } => retry_after.map(|wait| wait.as_secs()),
        Missed::Forbidden(_) | Missed::Gone { .. } | Missed::Failed(_) => None,
    }
}

/// The entries of one answer, after those before; returns what to ask for next.
fn taken(
    sheet: Sheet,
    look: &Look,
    entries: &mut Vec<ProbeEntry>,
    troubles: &mut Vec<String>,
) -> VecDeque<Request> {
    let Sheet { probe, next, newest_first } = sheet;
    let is_old = |entry: &ProbeEntry| look.known.contains(&entry.guid);
    let ends = newest_first && probe.entries.last().is_none_or(is_old);
    let seen: BTreeSet<String> = entries.iter().map(|entry| entry.guid.clone()).collect();
    let before = entries.len();
    entries.extend(probe.entries.into_iter().filter(|entry| !seen.contains(&entry.guid)));
    troubles.extend(probe.troubles);
    // A service that gives the same part again and again is asked no more.
    let repeats = newest_first && entries.len() == before;
    if ends || repeats { VecDeque::new() } else { next.into() }
}

/// An answer whose publisher reserves it brings titles, links and dates only. A feed that is to stay out of an index
/// says so of itself and not of what it lists; a page says it of its text.
fn without_reserved(mut sheet: Sheet, stated: reserved::Stated, is_page: bool) -> Sheet {
    let mining = || (stated.mining == Some(true)).then(|| "tdm-reservation".to_owned());
    let why = stated.robots.clone().filter(|_| is_page).or_else(mining);
    if let Some(why) = why {
        for entry in &mut sheet.probe.entries {
            (entry.summary, entry.content, entry.text) = (None, None, None);
        }
        sheet.probe.troubles.push(format!(
            "is reserved by its publisher ({why}): titles, links and dates are kept, no text"
        ));
    }
    sheet
}

/// What is told of a visit is a sentence, however long the addresses in it are.
fn in_few_words(outcome: Outcome) -> Outcome {
    let few = |words: String| shortened(words, MAX_WORDS);
    match outcome {
        Outcome::Fresh(mut harvest) => {
            harvest.troubles = harvest.troubles.into_iter().map(few).collect();
            Outcome::Fresh(harvest)
        }
        Outcome::Unchanged { late } => Outcome::Unchanged { late },
        Outcome::Refused { why, retry_after } => Outcome::Refused { why: few(why), retry_after },
        Outcome::Gone { why, for_good } => Outcome::Gone { why: few(why), for_good },
        Outcome::Failed(failure) => Outcome::Failed(match failure {
            Failure::NoAnswer(why) => Failure::NoAnswer(few(why)),
            Failure::TooMuch(why) => Failure::TooMuch(few(why)),
            Failure::Unreadable { media_type, why } => {
                Failure::Unreadable { media_type: few(media_type), why: few(why) }
            }
        }),
    }
}

/// An entry whose source says only where it is.
fn is_untitled(find: &Find) -> bool {
    find.entry.link.as_ref() == Some(&find.entry.title)
}

/// "new-report.html" is better than the whole address.
fn title_from_address(find: &mut Find) {
    let url = find.entry.link.as_deref().and_then(|link| Url::parse(link).ok());
    let last = url.as_ref().and_then(|url| url.path_segments()?.rfind(|part| !part.is_empty()));
    let Some(last) = last else { return };
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let words = stem.replace(['-', '_', '+'], " ").replace("%20", " ");
    if words.chars().any(char::is_alphabetic) {
        find.entry.title = words;
    }
}

/// What the answer says is all there is to read.
fn complete(find: &mut Find) {
    let Entry { title, summary, .. } = &find.entry;
    find.text = find.text.take().or_else(|| summary.clone()).or_else(|| Some(title.clone()));
}

/// The page knows some things that the feed did not say.
fn fill(find: &mut Find, reading: Reading) {
    if let Some(title) = reading.title.clone().filter(|_| is_untitled(find)) {
        find.entry.title = title;
    }
    find.text = reading.text.map(cut);
    find.entry.published = find.entry.published.or(reading.published);
    find.entry.language = find.entry.language.take().or(reading.language);
    if find.entry.authors.is_empty() {
        find.entry.authors = reading.authors;
    }
}

fn cut(mut text: String) -> String {
    let end = text.floor_char_boundary(MAX_TEXT);
    text.truncate(end);
    text
}

fn host_of(address: &str) -> String {
    let url = Url::parse(address).ok();
    url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}
