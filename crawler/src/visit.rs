//! One look at one source, from first request to last text.

use crate::{
    Manners, Reading, Transport,
    feed::{self, Probe},
    fetch::{Answer, Fetcher, Missed, Page},
    text,
};
use futures::{FutureExt, Stream, StreamExt, stream};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet},
    panic::AssertUnwindSafe,
    sync::Arc,
};
use tokio::{sync::Semaphore, task::spawn_blocking, time::Instant};
use url::Url;
use utkik_sources::{Due, Failure, Find, Harvest, Kind, Outcome, Validators, Visit};

/// Texts beyond this are cut: nothing that people read is longer.
const MAX_TEXT: usize = 300_000;
/// The most that the texts of one visit hold in memory together.
const MAX_TEXTS: usize = 20_000_000;
/// After so many texts in a row that did not come, the host is left alone.
const MAX_FAILURES: usize = 5;
/// Texts are parsed by so many at once; parsing is what costs memory and processor.
const PARSERS: usize = 2;

/// Visits sources; keeps the manners between rounds.
pub struct Crawler {
    fetcher: Fetcher,
    parsers: Arc<Semaphore>,
}

/// Which kinds can be visited today.
pub fn reads(kind: Kind) -> bool {
    kind == Kind::Feed
}

impl Crawler {
    /// A crawler with these manners.
    pub fn new(manners: Manners) -> Crawler {
        Crawler { fetcher: Fetcher::new(manners), parsers: Arc::new(Semaphore::new(PARSERS)) }
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
            Ok(Answer::Unchanged { .. }) => {
                Err("answered 304 to a question without condition".into())
            }
            Err(missed) => Err(missed.words()),
        }
    }

    async fn visit(&self, due: Due, now: Timestamp) -> Visit {
        let source = due.source.id.clone();
        let looked = AssertUnwindSafe(self.look(due, now)).catch_unwind().await;
        let (outcome, moved_to) = looked.unwrap_or_else(|_| {
            let why = "our crawler stumbled; this is a fault of ours";
            (Outcome::Failed(Failure::NoAnswer(why.into())), None)
        });
        Visit { source, at: now, outcome, moved_to }
    }

    async fn look(&self, due: Due, now: Timestamp) -> (Outcome, Option<String>) {
        if !reads(due.source.kind) {
            let why = format!("sources of kind {} cannot be visited yet", due.source.kind);
            return (Outcome::Failed(Failure::NoAnswer(why)), None);
        }
        let most = self.fetcher.manners.max_bytes;
        match self.fetcher.get(&due.source.address, &due.validators, most, now).await {
            Ok(Answer::Page(page)) => self.harvest(page, due, now).await,
            Ok(Answer::Unchanged { moved_to }) => {
                let mut late = due.awaiting;
                let mut troubles = Vec::new();
                self.read_texts(&mut late, &BTreeSet::new(), &mut troubles, now).await;
                late.retain(|find| find.text.is_some());
                (Outcome::Unchanged { late }, moved_to)
            }
            Err(Missed::Forbidden(why)) => (Outcome::Refused { why, retry_after: None }, None),
            Err(Missed::Refused { why, retry_after }) => {
                (Outcome::Refused { why, retry_after }, None)
            }
            Err(Missed::Gone(why)) => (Outcome::Gone { why }, None),
            Err(Missed::Failed(failure)) => (Outcome::Failed(failure), None),
        }
    }

    async fn harvest(&self, page: Page, due: Due, now: Timestamp) -> (Outcome, Option<String>) {
        let Page { body, transport, validators, moved_to } = page;
        let media_type = transport.media_type();
        let most = self.fetcher.manners.max_entries;
        let read = self.apart(move || feed::read(&body, &transport, most)).await;
        let Probe { entries, mut troubles, .. } = match read {
            Ok(Ok(probe)) => probe,
            Ok(Err(no_feed)) => {
                let failure = Failure::Unreadable { media_type, why: no_feed.why };
                return (Outcome::Failed(failure), None);
            }
            Err(why) => {
                let failure = Failure::Unreadable { media_type, why };
                return (Outcome::Failed(failure), None);
            }
        };
        let mut finds: Vec<Find> = entries.into_iter().map(Find::from).collect();
        let listed: BTreeSet<String> = finds.iter().map(|find| find.entry.guid.clone()).collect();
        let mut late: Vec<Find> = due.awaiting;
        late.retain(|find| !listed.contains(&find.entry.guid));
        let fresh = finds.len();
        finds.append(&mut late);
        self.read_texts(&mut finds, &due.known, &mut troubles, now).await;
        // What the source no longer lists is news only when its text has come at last.
        let mut at = 0;
        finds.retain(|find| {
            at += 1;
            at <= fresh || find.text.is_some()
        });
        (Outcome::Fresh(Harvest { finds, troubles, validators }), moved_to)
    }

    /// Reads the texts behind the links, newest first, as far as the caps allow.
    async fn read_texts(
        &self,
        finds: &mut [Find],
        known: &BTreeSet<String>,
        troubles: &mut Vec<String>,
        now: Timestamp,
    ) {
        let manners = &self.fetcher.manners;
        let wanted = |find: &Find| {
            find.text.is_none()
                && find.entry.link.is_some()
                && !find.shares_link
                && !known.contains(&find.entry.guid)
        };
        let mut order: Vec<usize> = (0..finds.len()).filter(|at| wanted(&finds[*at])).collect();
        order.sort_by_key(|at| std::cmp::Reverse(finds[*at].entry.published));
        let end = Instant::now() + manners.max_reading;
        let (mut left, mut bytes, mut failures) = (order.len(), 0, 0);
        for at in order.into_iter().take(manners.texts_per_visit) {
            if Instant::now() >= end || bytes >= MAX_TEXTS || failures >= MAX_FAILURES {
                break;
            }
            left -= 1;
            let find = &mut finds[at];
            let link = find.entry.link.clone().expect("only finds with a link are wanted");
            match self.read_text(&link, now).await {
                Ok(reading) => {
                    failures = 0;
                    let title = &find.entry.title;
                    troubles
                        .extend(reading.troubles.iter().map(|what| format!("`{title}`: {what}")));
                    bytes += reading.text.as_ref().map_or(0, String::len);
                    fill(find, reading);
                }
                Err(missed) => {
                    failures = failures_after(failures, &missed);
                    troubles.push(format!("no text of `{}`: {}", find.entry.title, missed.words()));
                }
            }
        }
        if left > 0 {
            troubles.push(format!("{left} texts were left for the next visit"));
        }
    }

    async fn read_text(&self, link: &str, now: Timestamp) -> Result<Reading, Missed> {
        let most = self.fetcher.manners.max_page_bytes;
        let answer = self.fetcher.get(link, &Validators::default(), most, now).await?;
        let unasked = "answered 304 to a question without condition";
        let Answer::Page(page) = answer else {
            return Err(Missed::Failed(Failure::NoAnswer(unasked.into())));
        };
        self.apart(move || text::main_text(&page.body, &page.transport))
            .await
            .map_err(|why| Missed::Failed(Failure::NoAnswer(why)))
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
        Missed::Forbidden(_) | Missed::Gone(_) => failures,
    }
}

/// The page knows some things that the feed did not say.
fn fill(find: &mut Find, reading: Reading) {
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
