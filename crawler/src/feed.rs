//! What a feed says: RSS, Atom or JSON Feed, however broken, to entries.
//!
//! `reader` reads the XML, of any quality, in one pass; `json_feed` the JSON. Ids are never invented by
//! chance: an entry has the same one at each reading. What cannot be read is told in words, never
//! swallowed.

mod fields;
mod identity;
mod markup;
mod reader;
mod said;
#[cfg(test)]
mod tests;
mod words;

use crate::{
    Transport, asks, charset, date, date::Seen, json_feed, listing, newsletter, plain::shortened,
    sitemap,
};
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};
use url::Url;
use utkik_sources::{Asks, Entry, Find, ItemId, Language, SourceId};

const MAX_TITLE: usize = 500;
const MAX_SUMMARY: usize = 5_000;
const MAX_CONTENT: usize = 50_000;
const MAX_LIST: usize = 50;
/// No address that leads anywhere is longer (RFC 9110, 4.1, wants servers to take 8,000 bytes).
const MAX_ADDRESS: usize = 8_000;
/// So much of a feed's own content stands in for a summary that it does not give.
const SUMMARY_OF_CONTENT: usize = 1_000;
const WORDS_AS_TITLE: usize = 80;

/// What we read in a feed, or why we read nothing; the JSON of `utkik probe`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Probe {
    /// What it is, in a word of the catalogue: `feed`, `html-listing`; `None` for nothing we read.
    pub kind: Option<String>,
    /// What it calls itself.
    pub title: Option<String>,
    /// What it says about itself.
    pub subtitle: Option<String>,
    /// The site that it belongs to.
    pub link: Option<String>,
    /// As announced.
    pub language: Option<Language>,
    /// As announced.
    pub updated: Option<Timestamp>,
    /// As announced.
    pub rights: Option<String>,
    /// The program that wrote it.
    pub generator: Option<String>,
    /// As announced.
    pub authors: Vec<String>,
    /// Its own subject words.
    pub tags: Vec<String>,
    /// In the order of the feed.
    pub entries: Vec<ProbeEntry>,
    /// Addresses of feeds that a web page announces.
    pub feeds: Vec<String>,
    /// What was repaired, skipped or not understood, one sentence each.
    pub troubles: Vec<String>,
    /// When it wants to be visited again.
    #[serde(skip)]
    pub asks: Asks,
}

/// One entry of a feed, with more of its fields than we keep.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProbeEntry {
    /// The id that its item would have.
    pub id: ItemId,
    /// As in [`Entry::guid`].
    pub guid: String,
    /// As in [`Entry::link`].
    pub link: Option<String>,
    /// As in [`Entry::title`].
    pub title: String,
    /// As announced.
    pub authors: Vec<String>,
    /// As announced.
    pub published: Option<Timestamp>,
    /// As announced.
    pub updated: Option<Timestamp>,
    /// As announced, as plain text.
    pub summary: Option<String>,
    /// The text that the feed itself carries, as plain text.
    pub content: Option<String>,
    /// As announced by the entry, or else by the feed.
    pub language: Option<Language>,
    /// Its own subject words.
    pub tags: Vec<String>,
    /// As announced.
    pub rights: Option<String>,
    /// Addresses of files that belong to it.
    pub enclosures: Vec<String>,
    #[serde(skip)]
    pub(crate) shares_link: bool,
    #[serde(skip)]
    pub(crate) text: Option<String>,
}

/// An answer that is no feed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NoFeed {
    /// Why not, in words.
    pub(crate) why: String,
    /// Whether it is a web page instead.
    pub(crate) html: bool,
}

impl NoFeed {
    pub(crate) fn new(why: impl Into<String>) -> NoFeed {
        NoFeed { why: why.into(), html: false }
    }
}

/// What we read in a feed, every entry that it lists; bytes of anything else are told as a trouble.
pub fn probe(bytes: &[u8], transport: &Transport) -> Probe {
    standing(|| Ok(draft(bytes, transport)?.finished(transport, usize::MAX))).unwrap_or_else(|no| {
        let nothing = || Probe {
            kind: no.html.then(|| "html-listing".into()),
            troubles: vec![no.why.clone()],
            ..Probe::default()
        };
        standing(|| Ok(other(bytes, transport, &no))).ok().flatten().unwrap_or_else(nothing)
    })
}

/// What is no feed may be a sitemap, a mail, or a page that lists publications or announces feeds.
fn other(bytes: &[u8], transport: &Transport, no_feed: &NoFeed) -> Option<Probe> {
    if sitemap::is_one(bytes) {
        let mut probe = sitemap::probed(bytes, transport).ok()?.finished(transport, usize::MAX);
        probe.kind = Some("sitemap".into());
        return Some(probe);
    }
    if newsletter::is_mail(bytes) {
        let mut probe = newsletter::probed(bytes)?.finished(transport, usize::MAX);
        probe.kind = Some("newsletter".into());
        return Some(probe);
    }
    let (text, _) = charset::decode(bytes, transport.header("content-type"));
    let (draft, feeds) = listing::probed(&text, transport).filter(|_| no_feed.html)?;
    let is_listing = !draft.entries.is_empty();
    let mut probe = draft.finished(transport, usize::MAX);
    probe.kind = Some("html-listing".into());
    probe.feeds = feeds;
    if !is_listing {
        probe.troubles.push(no_feed.why.clone());
    }
    Some(probe)
}

/// Reads a feed for a visit: at most the `most` newest entries, each once, and none without anything
/// to read.
pub(crate) fn read(bytes: &[u8], transport: &Transport, most: usize) -> Result<Probe, NoFeed> {
    standing(|| {
        let draft = draft(bytes, transport)?;
        let listed = draft.entries.len();
        if listed > 0 && draft.entries.iter().all(DraftEntry::is_bare) {
            return Err(NoFeed::new(format!("lists {listed} entries, all of them empty")));
        }
        Ok(draft.without_bare().finished(transport, most).without_repeated())
    })
}

/// Whatever hostile bytes do to a reader, the house stands.
fn standing<T>(reading: impl FnOnce() -> Result<T, NoFeed>) -> Result<T, NoFeed> {
    catch_unwind(AssertUnwindSafe(reading))
        .unwrap_or_else(|_| Err(NoFeed::new("made our reader stumble; this is a fault of ours")))
}

fn draft(bytes: &[u8], transport: &Transport) -> Result<Draft, NoFeed> {
    let (text, doubt) = charset::decode(bytes, transport.header("content-type"));
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.is_empty() {
        return Err(NoFeed::new("answered with nothing"));
    }
    let mut draft = match start.as_bytes()[0] {
        b'{' | b'[' => json_feed::read(start)?,
        _ => reader::read(start, transport.base())?,
    };
    draft.troubles.extend(doubt);
    draft.asks = asks::in_feed(start, transport.base().as_ref());
    Ok(draft)
}

/// A feed as it was said, before its entries are told apart.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) title: Option<String>,
    pub(crate) subtitle: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) updated: Option<Seen>,
    pub(crate) rights: Option<String>,
    pub(crate) generator: Option<String>,
    pub(crate) authors: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) entries: Vec<DraftEntry>,
    pub(crate) troubles: Vec<String>,
    pub(crate) asks: Asks,
}

/// An entry as it was said; texts are plain already.
#[derive(Default)]
pub(crate) struct DraftEntry {
    pub(crate) guid: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) authors: Vec<String>,
    pub(crate) published: Option<Seen>,
    pub(crate) updated: Option<Seen>,
    pub(crate) summary: Option<String>,
    pub(crate) content: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) rights: Option<String>,
    pub(crate) enclosures: Vec<String>,
    /// Whether it is an element with nothing at all in it.
    pub(crate) is_empty: bool,
    /// The main text, where the answer itself holds it.
    pub(crate) text: Option<String>,
}

impl Draft {
    fn without_bare(self) -> Draft {
        self.without(DraftEntry::is_bare)
    }

    fn without(mut self, is_nothing: impl Fn(&DraftEntry) -> bool) -> Draft {
        let listed = self.entries.len();
        self.entries.retain(|entry| !is_nothing(entry));
        if self.entries.len() < listed {
            let bare = listed - self.entries.len();
            self.troubles.push(format!("{bare} entries without title, link or text were skipped"));
        }
        self
    }

    pub(crate) fn finished(self, transport: &Transport, most: usize) -> Probe {
        let mut draft = self.without(|entry| entry.is_empty);
        let base = transport.base();
        let own_link = draft.link.and_then(|link| absolute(&link, base.as_ref()));
        // What a feed's addresses start from when nobody says: its site.
        let base = base.or_else(|| own_link.as_deref().and_then(|link| Url::parse(link).ok()));
        for entry in &mut draft.entries {
            entry.make_absolute(base.as_ref());
        }
        let stated = draft.language.as_deref().or_else(|| transport.header("content-language"));
        let language = stated.and_then(Language::parse);
        let zone = zone_of(language.as_ref(), base.as_ref());
        let (mut entries, mut troubles) = (draft.entries, draft.troubles);
        keep_newest(&mut entries, most, &zone, &mut troubles);
        let entries = identity::identified(entries, &language, &zone, &mut troubles);
        Probe {
            kind: Some("feed".into()),
            title: draft.title,
            subtitle: draft.subtitle,
            link: own_link,
            language,
            updated: draft.updated.and_then(|seen| seen.at(&zone)),
            rights: draft.rights,
            generator: draft.generator,
            authors: draft.authors,
            tags: draft.tags,
            entries,
            feeds: Vec::new(),
            troubles,
            asks: draft.asks,
        }
    }
}

/// Undated entries count as older than dated ones; the order stays.
fn keep_newest(
    entries: &mut Vec<DraftEntry>,
    most: usize,
    zone: &TimeZone,
    troubles: &mut Vec<String>,
) {
    let listed = entries.len();
    if listed <= most {
        return;
    }
    let at = |entry: &DraftEntry| entry.published.or(entry.updated).and_then(|seen| seen.at(zone));
    let mut order: Vec<usize> = (0..listed).collect();
    order.sort_by_cached_key(|index| std::cmp::Reverse(at(&entries[*index])));
    let kept: BTreeSet<usize> = order.into_iter().take(most).collect();
    let mut index = 0;
    entries.retain(|_| {
        index += 1;
        kept.contains(&(index - 1))
    });
    troubles.push(format!("lists {listed} entries; the newest {most} were read"));
}

/// Whose clock shows a time without a zone: that of the feed's language, or else of its host's country,
/// or else nobody's.
fn zone_of(language: Option<&Language>, base: Option<&Url>) -> TimeZone {
    let host = base.and_then(Url::host_str).unwrap_or_default();
    let country = host.rsplit('.').next().unwrap_or_default();
    let place = match language.map(Language::code) {
        Some("fi") => "fi",
        Some("is") => "is",
        Some(code @ ("sv" | "nb" | "nn" | "da" | "de" | "fr")) => code,
        _ => country,
    };
    let name = match place {
        "fi" => "Europe/Helsinki",
        "sv" | "se" | "nb" | "nn" | "no" | "da" | "dk" | "de" | "fr" | "eu" => "Europe/Stockholm",
        _ => return TimeZone::UTC,
    };
    date::zone(name)
}

impl Probe {
    /// Of entries with the same guid, only the first.
    fn without_repeated(mut self) -> Probe {
        let listed = self.entries.len();
        let mut seen = BTreeSet::new();
        self.entries.retain(|entry| seen.insert(entry.guid.clone()));
        if self.entries.len() < listed {
            let repeated = listed - self.entries.len();
            self.troubles.push(format!("{repeated} entries are listed again in other words"));
        }
        self
    }
}

impl DraftEntry {
    fn is_bare(&self) -> bool {
        self.title.is_none()
            && self.link.is_none()
            && self.summary.is_none()
            && self.content.is_none()
    }

    /// Only http(s) addresses are links.
    fn make_absolute(&mut self, base: Option<&Url>) {
        self.link = self.link.as_deref().and_then(|link| absolute(link, base));
        self.enclosures =
            self.enclosures.iter().filter_map(|address| absolute(address, base)).collect();
    }
}

fn entry(
    draft: DraftEntry,
    guid: String,
    shares_link: bool,
    language: &Option<Language>,
    zone: &TimeZone,
) -> ProbeEntry {
    let said = draft.summary.as_ref().or(draft.content.as_ref());
    let title = draft
        .title
        .or_else(|| said.map(|said| shortened(said.clone(), WORDS_AS_TITLE)))
        .or_else(|| draft.link.clone())
        .unwrap_or_else(|| guid.clone());
    let own = draft.language.as_deref().and_then(Language::parse);
    let mut entry = ProbeEntry {
        id: ItemId([0; 16]),
        title: shortened(title, MAX_TITLE),
        authors: draft.authors,
        published: draft.published.and_then(|seen| seen.at(zone)),
        updated: draft.updated.and_then(|seen| seen.at(zone)),
        summary: draft.summary.map(|text| shortened(text, MAX_SUMMARY)),
        content: draft.content.map(|text| shortened(text, MAX_CONTENT)),
        language: own.or_else(|| language.clone()),
        tags: draft.tags,
        rights: draft.rights,
        enclosures: draft.enclosures,
        link: draft.link,
        guid,
        shares_link,
        text: draft.text,
    };
    let own_link = entry.link.as_deref().filter(|_| !shares_link);
    entry.id = own_link
        .and_then(ItemId::of_link)
        .unwrap_or_else(|| ItemId::of_guid(&SourceId("probe".into()), &entry.guid));
    entry
}

impl From<ProbeEntry> for Find {
    fn from(entry: ProbeEntry) -> Find {
        let content = entry.content.map(|content| shortened(content, SUMMARY_OF_CONTENT));
        Find {
            entry: Entry {
                guid: entry.guid,
                link: entry.link,
                title: entry.title,
                summary: entry.summary.or(content),
                authors: entry.authors,
                published: entry.published,
                updated: entry.updated,
                language: entry.language,
                enclosures: entry.enclosures,
            },
            text: entry.text,
            shares_link: entry.shares_link,
        }
    }
}

/// The address when it is one of the web, and no longer than any that leads somewhere: as written
/// where it is whole, and else resolved.
pub(crate) fn absolute(address: &str, base: Option<&Url>) -> Option<String> {
    let address = address.trim();
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let is_whole = host.is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric()))
        && address.bytes().all(|byte| byte.is_ascii_graphic());
    if is_whole && is_plain(host.unwrap_or_default()) && 3 * address.len() <= MAX_ADDRESS {
        return Some(address.to_owned());
    }
    let url = match base {
        Some(base) => base.join(address).ok()?,
        None => Url::parse(address).ok()?,
    };
    let is_web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    let is_usable = is_web && url.as_str().len() <= MAX_ADDRESS;
    is_usable.then(|| if is_whole { address.to_owned() } else { url.into() })
}

/// Whether an address, of which this is what follows `//`, can be told to be one without taking it apart: its host is a
/// name in plain letters, which is neither a number nor in punycode, and no port or user is said.
fn is_plain(rest: &str) -> bool {
    let host = rest.find(['/', '?', '#']).map_or(rest, |end| &rest[..end]);
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let last = host.rsplit('.').next().unwrap_or_default();
    host.bytes().all(is_letter)
        && !rest.contains('\\')
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
        && !host.split('.').any(|label| label.get(2..4) == Some("--") || label.is_empty())
}

pub(crate) fn unique(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    words.filter(|word| seen.insert(word.clone())).take(MAX_LIST).collect()
}
