//! What could be watched at an address, before anything is kept: of which kind, what it calls itself and what it lists.
//!
//! The best way comes first: a feed that is there or is announced, a repository, a sitemap, a list of publications, and
//! last the page itself, watched for change. Nothing is guessed by trying addresses that nobody named.

use crate::{
    Crawler, PdfReader, Transport, charset,
    feed::{Probe, ProbeEntry, probe},
    kind::{self, Look, Sheet},
    listing,
    pdf::read_page,
    text,
};
use jiff::Timestamp;
use scraper::Html;
use std::collections::BTreeSet;
use std::time::Duration;
use url::Url;
use utkik_sources::{Kind, Language, Level, Recipe, Source, SourceId};

/// So many feeds that a page names are looked at.
const MOST_FEEDS: usize = 4;
/// So many files of a sitemap's index are looked at.
const MOST_FILES: usize = 2;
/// So many entries are read of what is only looked at.
const MOST_ENTRIES: usize = 1_000;

/// One way to watch what stands at an address.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// How it would be read.
    pub kind: Kind,
    /// What would be fetched.
    pub address: String,
    /// Where a person would start reading.
    pub homepage: Option<String>,
    /// What it calls itself.
    pub title: Option<String>,
    /// Who publishes there, as a page says.
    pub publisher: Option<String>,
    /// As announced.
    pub language: Option<Language>,
    /// How its answers would be read, as far as the kind does not say.
    pub recipe: Recipe,
    /// Why this kind, in words.
    pub because: String,
    /// What it lists now.
    pub entries: Vec<ProbeEntry>,
    /// What was repaired or not understood.
    pub troubles: Vec<String>,
}

impl Proposal {
    fn of(kind: Kind, address: &str, probe: Probe, because: &str) -> Proposal {
        Proposal {
            kind,
            address: address.to_owned(),
            homepage: probe.link,
            title: probe.title,
            publisher: None,
            language: probe.language,
            recipe: Recipe::default(),
            because: because.to_owned(),
            entries: probe.entries,
            troubles: probe.troubles,
        }
    }
}

impl Crawler {
    /// The ways to watch what stands at `address`, the best first; the reason in words when there is none.
    pub async fn propose(&self, address: &str, now: Timestamp) -> Result<Vec<Proposal>, String> {
        let (bytes, transport) = self.fetch(address, now).await?;
        let at = transport.address.clone().unwrap_or_else(|| address.to_owned());
        if is_repository(&bytes) {
            return self.repository(&at, now).await.map(|found| vec![found]);
        }
        let seen = probe(&bytes, &transport);
        match seen.kind.as_deref() {
            Some("feed") => Ok(vec![Proposal::of(Kind::Feed, &at, seen, "it is a feed")]),
            Some("sitemap") => {
                self.sitemap(&at, "it is a sitemap", now).await.map(|found| vec![found])
            }
            Some("html-listing") => Ok(self.page(&at, &bytes, &transport, seen, now).await),
            _ => plain_page(&at, &bytes, &transport, &seen, self.pdf_reader())
                .map(|found| vec![found]),
        }
    }

    async fn page(
        &self,
        at: &str,
        bytes: &[u8],
        transport: &Transport,
        seen: Probe,
        now: Timestamp,
    ) -> Vec<Proposal> {
        let (html, _) = charset::decode(bytes, transport.header("content-type"));
        let page = about(&html, at);
        let mut found = self.feeds(&seen.feeds, "the page announces this feed", now).await;
        let linked: Vec<String> =
            page.links.iter().filter(|link| !seen.feeds.contains(link)).cloned().collect();
        found.extend(self.feeds(&linked, "the page links to this feed", now).await);
        // A feed of comments, or one that is empty, is hardly what was meant.
        found.sort_by_key(|feed| (feed.entries.is_empty(), is_of_comments(feed)));
        let title = seen.title.clone();
        let language = seen.language.clone();
        if !seen.entries.is_empty() {
            let because = "the page lists publications";
            let mut list = Proposal::of(Kind::HtmlListing, at, seen, because);
            list.recipe.entries = listing::selectors::of(&html, transport);
            found.push(list);
        }
        if found.is_empty() {
            found.extend(self.announced_sitemap(at, now).await);
        }
        let watched = Probe { title, language, ..Probe::default() };
        found.push(Proposal::of(
            Kind::Page,
            at,
            watched,
            "the page itself can be watched for change",
        ));
        for proposal in &mut found {
            proposal.homepage.get_or_insert_with(|| at.to_owned());
            proposal.publisher.clone_from(&page.publisher);
        }
        found
    }

    async fn feeds(&self, addresses: &[String], because: &str, now: Timestamp) -> Vec<Proposal> {
        let mut found = Vec::new();
        for address in addresses.iter().take(MOST_FEEDS) {
            let Ok((bytes, transport)) = self.fetch(address, now).await else { continue };
            let seen = probe(&bytes, &transport);
            if seen.kind.as_deref() == Some("feed") {
                found.push(Proposal::of(Kind::Feed, address, seen, because));
            }
        }
        found
    }

    /// The first sitemap that the robots.txt of the host names.
    async fn announced_sitemap(&self, at: &str, now: Timestamp) -> Option<Proposal> {
        let robots = Url::parse(at).ok()?.join("/robots.txt").ok()?;
        let (bytes, _) = self.fetch(robots.as_str(), now).await.ok()?;
        let text = String::from_utf8_lossy(&bytes);
        let named = text.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case("sitemap").then(|| value.trim().to_owned())
        })?;
        let address = robots.join(&named).ok()?;
        self.sitemap(address.as_str(), "robots.txt names this sitemap", now).await.ok()
    }

    async fn sitemap(&self, at: &str, because: &str, now: Timestamp) -> Result<Proposal, String> {
        let seen = self.listed(Kind::Sitemap, at, MOST_FILES, now).await?;
        Ok(Proposal::of(Kind::Sitemap, at, seen, because))
    }

    async fn repository(&self, at: &str, now: Timestamp) -> Result<Proposal, String> {
        let base = at.split('?').next().unwrap_or(at);
        let name = match self.fetch(&format!("{base}?verb=Identify"), now).await {
            Ok((bytes, transport)) => {
                let (text, _) = charset::decode(&bytes, transport.header("content-type"));
                let tree = crate::xml::tree(&text).unwrap_or_default();
                crate::mapping::first(&tree, "OAI-PMH.Identify.repositoryName")
            }
            Err(_) => None,
        };
        let seen = self.listed(Kind::OaiPmh, base, 1, now).await?;
        let seen = Probe { title: name.or(seen.title), ..seen };
        Ok(Proposal::of(Kind::OaiPmh, base, seen, "it is a repository that speaks OAI-PMH"))
    }

    /// What a source of this kind would list, over at most `most` answers that have no entries yet.
    async fn listed(
        &self,
        kind: Kind,
        at: &str,
        most: usize,
        now: Timestamp,
    ) -> Result<Probe, String> {
        let way = kind::way(kind).ok_or("there is no reader for this kind")?;
        let source = looked_at(kind, at);
        let mut look = Look {
            source,
            known: BTreeSet::new(),
            now,
            part: 0,
            most: MOST_ENTRIES,
            pdf_reader: self.pdf_reader(),
            earlier: None,
        };
        let mut address = (way.first)(&look).address;
        loop {
            let (bytes, transport) = self.fetch(&address, now).await?;
            let Sheet { probe, next, .. } =
                (way.read)(&look, &bytes, &transport).map_err(|no_feed| no_feed.why)?;
            look.part += 1;
            match next.into_iter().next().filter(|_| probe.entries.is_empty() && look.part <= most)
            {
                Some(request) => address = request.address,
                None => return Ok(probe),
            }
        }
    }
}

/// A source that is only looked at.
fn looked_at(kind: Kind, address: &str) -> Source {
    Source {
        id: SourceId("proposed".into()),
        name: "proposed".into(),
        organisation: String::new(),
        level: Level::International,
        country: "XX".into(),
        language: Language::parse("en").expect("it is a language"),
        kind,
        address: address.to_owned(),
        recipe: Recipe::default(),
        homepage: None,
        category: "agency".into(),
        every: Duration::from_secs(86_400),
        areas: Vec::new(),
        gate: true,
        why: None,
        paused: None,
    }
}

fn is_repository(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(2_000)];
    String::from_utf8_lossy(start).contains("<OAI-PMH")
}

fn is_of_comments(feed: &Proposal) -> bool {
    let title = feed.title.as_deref().unwrap_or_default().to_lowercase();
    let words = ["comment", "komment"];
    words.iter().any(|word| title.contains(word) || feed.address.to_lowercase().contains(word))
}

struct About {
    publisher: Option<String>,
    links: Vec<String>,
}

fn about(html: &str, at: &str) -> About {
    if text::bomb(html).is_some() {
        return About { publisher: None, links: Vec::new() };
    }
    let page = Html::parse_document(html);
    let named = ["meta[property='og:site_name']", "meta[name='application-name']"];
    let publisher = named.iter().find_map(|css| {
        let name = text::select_first(&page, css)?.value().attr("content")?;
        let name = crate::plain::collapse(name);
        (!name.is_empty() && name.len() < 200).then_some(name)
    });
    let links = listing::feed_links(&page, Url::parse(at).ok().as_ref());
    About { publisher, links }
}

/// A PDF or a text can be watched for change; of anything else it is said what it is.
fn plain_page(
    at: &str,
    bytes: &[u8],
    transport: &Transport,
    seen: &Probe,
    reader: Option<PdfReader>,
) -> Result<Proposal, String> {
    let media_type = transport.media_type();
    let is_pdf = bytes.starts_with(b"%PDF");
    if bytes.is_empty() || !(is_pdf || media_type == "text/plain") {
        let why = seen.troubles.first().map_or("nothing that we can watch", String::as_str);
        let what = if media_type.is_empty() { String::new() } else { format!(" ({media_type})") };
        return Err(format!("what `{at}` answers {why}{what}"));
    }
    let reading = read_page(bytes, transport, reader.as_ref());
    let file = at.split('?').next().unwrap_or(at).rsplit('/').next().unwrap_or_default();
    let title = reading.title.or_else(|| Some(file.to_owned()).filter(|file| !file.is_empty()));
    let seen = Probe { title, language: reading.language, ..Probe::default() };
    let because = if is_pdf {
        "it is a PDF, which can be watched for change"
    } else {
        "it is a text, which can be watched for change"
    };
    Ok(Proposal { troubles: reading.troubles, ..Proposal::of(Kind::Page, at, seen, because) })
}
