//! What a sitemap lists (sitemaps.org, version 0.9): addresses with the day of their last change, in one
//! file or in many that an index names.
//!
//! A sitemap has no titles: they are read from the pages. Its `lastmod` is when a page was changed, not when it
//! was published, so it only says which pages to read first.

use crate::{
    Transport, charset,
    date::{self, Seen},
    entity,
    feed::{Draft, DraftEntry, NoFeed},
    fetch::Request,
    kind::{Look, Sheet},
    plain::collapse,
};
use flate2::read::GzDecoder;
use jiff::tz::TimeZone;
use std::{borrow::Cow, io::Read};

/// The most bytes that a packed file may unpack to (sitemaps.org allows 50 MB).
const MAX_UNPACKED: u64 = 50_000_000;

pub(crate) fn read(look: &Look, bytes: &[u8], transport: &Transport) -> Result<Sheet, NoFeed> {
    let bytes = unpacked(bytes)?;
    let (text, doubt) = charset::decode(&bytes, transport.header("content-type"));
    let (is_index, places) = places(&text)?;
    if is_index {
        return Ok(index(look, places, transport));
    }
    Ok(Sheet::of(look, draft(places, doubt), transport))
}

/// A sitemap looked at without a recipe; what `probe` says of it.
pub(crate) fn probed(bytes: &[u8], transport: &Transport) -> Result<Draft, NoFeed> {
    let bytes = unpacked(bytes)?;
    let (text, doubt) = charset::decode(&bytes, transport.header("content-type"));
    Ok(draft(places(&text)?.1, doubt))
}

fn draft(places: Vec<Place>, doubt: Option<String>) -> Draft {
    let entries = places.into_iter().map(|place| DraftEntry {
        link: Some(place.address),
        updated: place.changed,
        title: place.headline,
        published: place.published,
        language: place.language,
        ..DraftEntry::default()
    });
    let entries = entries.collect();
    Draft { entries, troubles: doubt.into_iter().collect(), ..Draft::default() }
}

/// The files that changed last come first, since the caps may leave some out.
fn index(look: &Look, mut places: Vec<Place>, transport: &Transport) -> Sheet {
    let at = |place: &Place| place.changed.and_then(|seen| seen.at(&TimeZone::UTC));
    places.sort_by_key(|place| std::cmp::Reverse(at(place)));
    let base = transport.base();
    let wanted =
        |address: &String| !look.source.recipe.exclude.iter().any(|part| address.contains(part));
    let addresses =
        places.into_iter().filter_map(|place| crate::feed::absolute(&place.address, base.as_ref()));
    let next = addresses.filter(wanted).map(|address| Request::get(&address)).collect();
    let mut sheet = Sheet::of(look, Draft::default(), transport);
    sheet.next = next;
    sheet
}

/// Whether bytes look like a sitemap, packed or not.
pub(crate) fn is_one(bytes: &[u8]) -> bool {
    let Ok(bytes) = unpacked(bytes) else { return false };
    let start = &bytes[..bytes.len().min(2_000)];
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    start.contains("<urlset") || start.contains("<sitemapindex")
}

fn unpacked(bytes: &[u8]) -> Result<Cow<'_, [u8]>, NoFeed> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut whole = Vec::new();
    GzDecoder::new(bytes)
        .take(MAX_UNPACKED + 1)
        .read_to_end(&mut whole)
        .map_err(|error| NoFeed::new(format!("is packed, and cannot be unpacked: {error}")))?;
    if whole.len() as u64 > MAX_UNPACKED {
        return Err(NoFeed::new(format!("unpacks to more than {} MB", MAX_UNPACKED / 1_000_000)));
    }
    Ok(Cow::Owned(whole))
}

/// One `<url>` or `<sitemap>`.
#[derive(Default)]
struct Place {
    address: String,
    changed: Option<Seen>,
    headline: Option<String>,
    published: Option<Seen>,
    language: Option<String>,
}

/// Read tag by tag, since a sitemap is flat and a fault in one place should cost only that.
fn places(text: &str) -> Result<(bool, Vec<Place>), NoFeed> {
    let lower = text[..text.floor_char_boundary(2_000)].to_ascii_lowercase();
    let is_index = lower.contains("<sitemapindex");
    if !is_index && !lower.contains("<urlset") {
        let html = lower.contains("<html") || lower.contains("<!doctype html");
        let what = if html { "is a web page, not a sitemap" } else { "is no sitemap" };
        return Err(NoFeed { html, ..NoFeed::new(what) });
    }
    let opening = if is_index { "<sitemap>" } else { "<url>" };
    let places = text.split(opening).skip(1).filter_map(place).collect();
    Ok((is_index, places))
}

fn place(text: &str) -> Option<Place> {
    let address = field(text, "loc")?;
    Some(Place {
        changed: field(text, "lastmod").and_then(|stated| date::seen(&stated)),
        headline: field(text, "news:title"),
        published: field(text, "news:publication_date").and_then(|stated| date::seen(&stated)),
        language: field(text, "news:language"),
        address,
    })
}

fn field(text: &str, name: &str) -> Option<String> {
    let open = format!("<{name}>");
    let from = text.find(&open)? + open.len();
    let rest = &text[from..];
    let inner = &rest[..rest.find("</")?];
    let inner =
        inner.trim().strip_prefix("<![CDATA[").map_or(inner, |inner| inner.trim_end_matches("]]>"));
    Some(collapse(&entity::decoded(inner))).filter(|inner| !inner.is_empty())
}
