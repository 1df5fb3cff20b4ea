//! What a feed says: RSS, Atom or JSON Feed, however broken, to entries.
//!
//! feed-rs reads the XML, after `repair` has made it well-formed. Its ids are never used: where a
//! source gives none they would be random. What cannot be read is told in words, never swallowed.

use crate::{
    Transport, charset, date, entity, json_feed,
    plain::{collapse, plain, shortened},
    repair::{self, Repaired},
};
use feed_rs::{model, parser};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
};
use url::Url;
use utkik_sources::{Entry, Find, ItemId, Language, SourceId, normalised};

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
    /// What was repaired, skipped or not understood, one sentence each.
    pub troubles: Vec<String>,
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

/// What we read in a feed; bytes of anything else are told as a trouble.
pub fn probe(bytes: &[u8], transport: &Transport) -> Probe {
    read(bytes, transport, usize::MAX).unwrap_or_else(|NoFeed { why, html }| Probe {
        kind: html.then(|| "html-listing".into()),
        troubles: vec![why],
        ..Probe::default()
    })
}

/// Reads a feed, keeping at most the `most` newest entries.
pub(crate) fn read(bytes: &[u8], transport: &Transport, most: usize) -> Result<Probe, NoFeed> {
    // Whatever a parser does with hostile bytes, the house stands.
    catch_unwind(AssertUnwindSafe(|| read_inside(bytes, transport, most)))
        .unwrap_or_else(|_| Err(NoFeed::new("made our reader stumble; this is a fault of ours")))
}

fn read_inside(bytes: &[u8], transport: &Transport, most: usize) -> Result<Probe, NoFeed> {
    let (text, doubt) = charset::decode(bytes, transport.header("content-type"));
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.is_empty() {
        return Err(NoFeed::new("answered with nothing"));
    }
    let mut draft = match start.chars().next() {
        Some('{' | '[') => json_feed::read(start, transport)?,
        _ => read_xml(start, transport)?,
    };
    draft.troubles.extend(doubt);
    if !draft.entries.is_empty() && draft.entries.iter().all(DraftEntry::is_bare) {
        let listed = draft.entries.len();
        return Err(NoFeed::new(format!("lists {listed} entries, all of them empty")));
    }
    Ok(draft.finished(transport, most))
}

fn read_xml(text: &str, transport: &Transport) -> Result<Draft, NoFeed> {
    let Repaired { xml, items, mut troubles } = repair::repaired(text)?;
    let unread: Arc<Mutex<Vec<String>>> = Arc::default();
    let told = Arc::clone(&unread);
    let parser = parser::Builder::new()
        .base_uri(transport.base().map(String::from))
        .sanitize_content(false)
        // An id that a parser invents is no id.
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(move |text| {
            let at = date::read(text);
            if at.is_none() && !text.trim().is_empty() {
                let text = shortened(collapse(text), 60);
                told.lock().unwrap_or_else(PoisonError::into_inner).push(text);
            }
            chrono::DateTime::from_timestamp_millis(at?.as_millisecond())
        })
        .build();
    let feed = parser
        .parse(xml.as_bytes())
        .map_err(|error| NoFeed::new(format!("cannot be read as a feed: {error}")))?;
    if feed.entries.is_empty() && items > 0 {
        return Err(NoFeed::new(format!("seems to hold {items} entries, but none could be read")));
    }
    if feed.entries.len() < items {
        let lost = items - feed.entries.len();
        troubles.push(format!("{lost} of {items} entries could not be read"));
    }
    let unread = unread.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(first) = unread.first() {
        troubles.push(format!("{} dates could not be read, the first: `{first}`", unread.len()));
    }
    Ok(Draft::of(feed, troubles))
}

/// A feed as it was said, before its entries are told apart.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) title: Option<String>,
    pub(crate) subtitle: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) updated: Option<Timestamp>,
    pub(crate) rights: Option<String>,
    pub(crate) generator: Option<String>,
    pub(crate) authors: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) entries: Vec<DraftEntry>,
    pub(crate) troubles: Vec<String>,
}

/// An entry as it was said; texts are plain already.
#[derive(Default)]
pub(crate) struct DraftEntry {
    pub(crate) guid: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) authors: Vec<String>,
    pub(crate) published: Option<Timestamp>,
    pub(crate) updated: Option<Timestamp>,
    pub(crate) summary: Option<String>,
    pub(crate) content: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) rights: Option<String>,
    pub(crate) enclosures: Vec<String>,
}

impl Draft {
    fn of(feed: model::Feed, troubles: Vec<String>) -> Draft {
        let is_atom = feed.feed_type == model::FeedType::Atom;
        let text = |text: Option<model::Text>| text.and_then(|text| words(&text, is_atom));
        Draft {
            title: text(feed.title),
            subtitle: text(feed.description),
            link: page_of(&feed.links),
            language: feed.language,
            updated: moment(feed.updated.or(feed.published)),
            rights: text(feed.rights),
            generator: feed.generator.map(|generator| generator.content),
            authors: names(&feed.authors),
            tags: subjects(&feed.categories),
            entries: feed.entries.into_iter().map(|entry| DraftEntry::of(entry, is_atom)).collect(),
            troubles,
        }
    }

    fn finished(mut self, transport: &Transport, most: usize) -> Probe {
        let base = transport.base();
        let listed = self.entries.len();
        self.entries.retain(|entry| !entry.is_bare());
        if self.entries.len() < listed {
            let bare = listed - self.entries.len();
            self.troubles.push(format!("{bare} entries without title, link or text were skipped"));
        }
        for entry in &mut self.entries {
            entry.make_absolute(base.as_ref());
        }
        self.keep_newest(most);
        let language = self.language.as_deref().and_then(Language::parse);
        let entries = identified(self.entries, &language, &mut self.troubles);
        let own_link = self.link.and_then(|link| absolute(&link, base.as_ref()));
        Probe {
            kind: Some("feed".into()),
            title: self.title,
            subtitle: self.subtitle,
            link: own_link,
            language,
            updated: self.updated,
            rights: self.rights,
            generator: self.generator,
            authors: self.authors,
            tags: self.tags,
            entries,
            troubles: self.troubles,
        }
    }

    /// Undated entries count as older than dated ones; the order stays.
    fn keep_newest(&mut self, most: usize) {
        let listed = self.entries.len();
        if listed <= most {
            return;
        }
        let mut order: Vec<usize> = (0..listed).collect();
        order.sort_by_key(|at| std::cmp::Reverse(self.entries[*at].published));
        let kept: BTreeSet<usize> = order.into_iter().take(most).collect();
        let mut at = 0;
        self.entries.retain(|_| {
            at += 1;
            kept.contains(&(at - 1))
        });
        self.troubles.push(format!("lists {listed} entries; the newest {most} were read"));
    }
}

impl DraftEntry {
    fn of(entry: model::Entry, is_atom: bool) -> DraftEntry {
        let media_text = entry.media.iter().find_map(|media| media.description.clone());
        let mut enclosures: Vec<String> = entry
            .links
            .iter()
            .filter(|link| link.rel.as_deref() == Some("enclosure"))
            .map(|link| link.href.clone())
            .chain(
                entry
                    .media
                    .iter()
                    .flat_map(|media| &media.content)
                    .filter_map(|content| content.url.as_ref().map(ToString::to_string)),
            )
            .collect();
        let mut seen = BTreeSet::new();
        enclosures.retain(|address| seen.insert(address.clone()));
        enclosures.truncate(MAX_LIST);
        let content = entry.content.and_then(|content| content.body).map(|body| plain(&body));
        // A moment of the last change is all that many Atom feeds give (RFC 4287, 4.2.15).
        let published = entry.published.or(entry.updated.filter(|_| is_atom));
        DraftEntry {
            guid: Some(collapse(&entry.id)).filter(|guid| !guid.is_empty()),
            link: page_of(&entry.links),
            title: entry.title.and_then(|title| words(&title, is_atom)),
            authors: names(&entry.authors),
            published: moment(published),
            updated: moment(entry.updated),
            summary: entry.summary.or(media_text).and_then(|summary| words(&summary, is_atom)),
            content: content.filter(|content| !content.is_empty()),
            language: stated_language(&entry.categories).or(entry.language),
            tags: subjects(&entry.categories),
            rights: entry.rights.and_then(|rights| words(&rights, is_atom)),
            enclosures,
        }
    }

    fn is_bare(&self) -> bool {
        self.title.is_none()
            && self.link.is_none()
            && self.summary.is_none()
            && self.content.is_none()
    }

    /// Only http(s) addresses are links; an id that is one stands in for a link that is missing.
    fn make_absolute(&mut self, base: Option<&Url>) {
        let link = self.link.as_deref().and_then(|link| absolute(link, base));
        self.link = link.or_else(|| self.guid.as_deref().and_then(|guid| absolute(guid, None)));
        self.enclosures =
            self.enclosures.iter().filter_map(|address| absolute(address, base)).collect();
    }
}

/// Gives every entry the guid that it will have at each reading, and drops what is listed twice.
fn identified(
    drafts: Vec<DraftEntry>,
    language: &Option<Language>,
    troubles: &mut Vec<String>,
) -> Vec<ProbeEntry> {
    let links: Vec<Option<String>> = drafts
        .iter()
        .map(|draft| draft.link.as_deref().and_then(normalised).map(String::from))
        .collect();
    let constant = constant_guids(&drafts, &links);
    // A link that several entries without a guid share names none of them.
    let mut sharing: BTreeMap<&str, BTreeSet<Option<&str>>> = BTreeMap::new();
    for (draft, link) in drafts.iter().zip(&links) {
        let told_apart = draft
            .guid
            .as_deref()
            .filter(|guid| !constant.contains(*guid))
            .or(draft.title.as_deref());
        if let Some(link) = link {
            sharing.entry(link).or_default().insert(told_apart);
        }
    }
    let shared: BTreeSet<String> = sharing
        .iter()
        .filter(|(_, who)| who.len() > 1)
        .map(|(link, _)| (*link).to_owned())
        .collect();
    let mut seen = BTreeSet::new();
    let (mut entries, mut twice) = (Vec::new(), 0);
    for (mut draft, link) in drafts.into_iter().zip(&links) {
        let shares_link = link.as_ref().is_some_and(|link| shared.contains(link));
        draft.guid = draft.guid.filter(|guid| !constant.contains(guid));
        let guid = draft.guid.take().or_else(|| draft.link.clone().filter(|_| !shares_link));
        let guid = guid.unwrap_or_else(|| made_up(&draft));
        if seen.insert(guid.clone()) {
            entries.push(entry(draft, guid, shares_link, language));
        } else {
            twice += 1;
        }
    }
    if !constant.is_empty() {
        troubles
            .push(format!("{} guids name several entries each and were not used", constant.len()));
    }
    if twice > 0 {
        troubles.push(format!("{twice} entries are listed twice"));
    }
    entries
}

/// Guids that stand for entries with different links: a fault, not a name.
fn constant_guids(drafts: &[DraftEntry], links: &[Option<String>]) -> BTreeSet<String> {
    let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (draft, link) in drafts.iter().zip(links) {
        if let (Some(guid), Some(link)) = (&draft.guid, link) {
            named.entry(guid).or_default().insert(link);
        }
    }
    named
        .into_iter()
        .filter(|(_, links)| links.len() > 1)
        .map(|(guid, _)| guid.to_owned())
        .collect()
}

/// A guid for an entry without any: the same at every reading, since it is made of what it says.
fn made_up(draft: &DraftEntry) -> String {
    let mut hash = Sha256::new();
    let published = draft.published.map(|at| at.to_string());
    let parts = [
        &draft.link,
        &draft.title,
        &published,
        &draft.summary.clone().filter(|_| draft.title.is_none()),
    ];
    for part in parts {
        hash.update(part.as_deref().unwrap_or_default());
        hash.update([0]);
    }
    hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn entry(
    draft: DraftEntry,
    guid: String,
    shares_link: bool,
    language: &Option<Language>,
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
        published: draft.published,
        updated: draft.updated,
        summary: draft.summary.map(|text| shortened(text, MAX_SUMMARY)),
        content: draft.content.map(|text| shortened(text, MAX_CONTENT)),
        language: own.or_else(|| language.clone()),
        tags: draft.tags,
        rights: draft.rights,
        enclosures: draft.enclosures,
        link: draft.link,
        guid,
        shares_link,
    };
    entry.id = ItemId::of(&SourceId("probe".into()), &entry.clone().into());
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
            text: None,
            shares_link: entry.shares_link,
        }
    }
}

/// Plain text of a field. Atom says when a text is no HTML (RFC 4287, 3.1); RSS never does.
fn words(text: &model::Text, is_atom: bool) -> Option<String> {
    let literal = is_atom && text.content_type.subty().as_str() == "plain";
    let words =
        if literal { collapse(&entity::decoded(&text.content)) } else { plain(&text.content) };
    (!words.is_empty()).then_some(words)
}

/// The page among the links: no file, no comments, no feed.
fn page_of(links: &[model::Link]) -> Option<String> {
    let is = |link: &model::Link, rel: &str| link.rel.as_deref() == Some(rel);
    let is_html = |link: &model::Link| {
        link.media_type.as_deref().is_none_or(|media_type| media_type.contains("html"))
    };
    let plain = |link: &&model::Link| link.rel.is_none() && link.target.is_none();
    let alternates = || links.iter().filter(|link| is(link, "alternate"));
    let found = links.iter().find(plain);
    let found = found.or_else(|| alternates().find(|link| is_html(link)));
    found.or_else(|| alternates().next()).map(|link| link.href.trim().to_owned())
}

/// The address when it is one of the web, and no longer than any that leads somewhere.
pub(crate) fn absolute(address: &str, base: Option<&Url>) -> Option<String> {
    let address = address.trim();
    let url = match base {
        Some(base) => base.join(address).ok()?,
        None => Url::parse(address).ok()?,
    };
    let is_web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    (is_web && url.as_str().len() <= MAX_ADDRESS).then(|| url.into())
}

fn names(people: &[model::Person]) -> Vec<String> {
    let name = |person: &model::Person| {
        let name = person.name.as_ref().or(person.email.as_ref())?;
        let name = plain(name.trim().trim_start_matches('(').trim_end_matches(')'));
        (!name.is_empty()).then(|| shortened(name, 200))
    };
    unique(people.iter().filter_map(name))
}

fn stated_language(categories: &[model::Category]) -> Option<String> {
    let is_language =
        |category: &&model::Category| category.scheme.as_deref() == Some(repair::LANGUAGE);
    categories.iter().find(is_language).map(|category| category.term.clone())
}

fn subjects(categories: &[model::Category]) -> Vec<String> {
    let categories =
        categories.iter().filter(|category| category.scheme.as_deref() != Some(repair::LANGUAGE));
    let word =
        |category: &model::Category| plain(category.label.as_ref().unwrap_or(&category.term));
    unique(categories.map(word).filter(|word| !word.is_empty()))
}

pub(crate) fn unique(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    words.filter(|word| seen.insert(word.clone())).take(MAX_LIST).collect()
}

fn moment(at: Option<chrono::DateTime<chrono::Utc>>) -> Option<Timestamp> {
    Timestamp::from_millisecond(at?.timestamp_millis()).ok()
}
