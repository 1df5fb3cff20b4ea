//! Which reader each kind of source has: the one place that knows all of them.

use crate::{
    Manners, PdfReader, Transport, eurlex,
    feed::{self, Draft, NoFeed, Probe},
    fetch::Request,
    json_api, listing, oai, odata, page, pubmed, riksdagen, sitemap, xml_api,
};
use jiff::Timestamp;
use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};
use utkik_sources::{Kind, Source};

/// What a reader may know beside the bytes.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    pub(crate) source: Source,
    /// As in [`utkik_sources::Due::known`].
    pub(crate) known: BTreeSet<String>,
    pub(crate) now: Timestamp,
    /// How many answers this visit has read before.
    pub(crate) part: usize,
    /// The most entries to keep of one answer.
    pub(crate) most: usize,
    /// As in [`crate::Manners::pdf_reader`].
    pub(crate) pdf_reader: Option<PdfReader>,
    /// As in [`utkik_sources::Due::earlier`].
    pub(crate) earlier: Option<String>,
}

/// What one answer says, and what it leads to.
#[derive(Default)]
pub(crate) struct Sheet {
    pub(crate) probe: Probe,
    /// What to ask for next; each only when its turn comes within the caps.
    pub(crate) next: Vec<Request>,
    /// Whether an answer whose last entry is known ends the visit, as in lists with the newest first.
    pub(crate) newest_first: bool,
}

/// How a kind of source is read.
pub(crate) struct Way {
    /// The first question.
    pub(crate) first: fn(&Look) -> Request,
    /// Reads one answer; pure, and run on a thread of its own.
    pub(crate) read: fn(&Look, &[u8], &Transport) -> Result<Sheet, NoFeed>,
    /// The most answers that one visit asks for, unless the catalogue says otherwise.
    pub(crate) parts: usize,
}

/// The way of a kind; `None` when there is none that asks the network, as with newsletters, which lie in a folder.
pub(crate) fn way(kind: Kind) -> Option<Way> {
    let way = |first, read, parts| Way { first, read, parts };
    Some(match kind {
        Kind::Feed => way(address, read_feed, 1),
        Kind::HtmlListing => way(listing::first, listing::read, 3),
        Kind::Sitemap => way(address, sitemap::read, 20),
        Kind::JsonApi => way(json_api::first, json_api::read, 3),
        Kind::XmlApi => way(xml_api::first, xml_api::read, 3),
        Kind::Odata => way(json_api::first, odata::read, 3),
        Kind::Riksdagen => way(riksdagen::first, riksdagen::read, 3),
        Kind::EurlexSparql => way(eurlex::first, eurlex::read, 5),
        Kind::Pubmed => way(json_api::first, pubmed::read, 6),
        Kind::OaiPmh => way(oai::first, oai::read, 20),
        Kind::Page | Kind::Manual => way(address, page::read, 1),
        Kind::Newsletter | Kind::Import => return None,
    })
}

/// What one answer of `source` says to a reader of its kind, whatever was read there before.
pub fn probe_as(source: &Source, bytes: &[u8], transport: &Transport, now: Timestamp) -> Probe {
    let trouble = |why: String| Probe { troubles: vec![why], ..Probe::default() };
    let Some(way) = way(source.kind) else { return feed::probe(bytes, transport) };
    let look = Look {
        source: source.clone(),
        known: BTreeSet::new(),
        now,
        part: 0,
        most: Manners::default().max_entries,
        pdf_reader: None,
        earlier: None,
    };
    let read = || (way.read)(&look, bytes, transport);
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(sheet)) => sheet.probe,
        Ok(Err(no)) => trouble(no.why),
        Err(_) => trouble("made our reader stumble; this is a fault of ours".into()),
    }
}

/// Most kinds begin at the source's own address.
pub(crate) fn address(look: &Look) -> Request {
    Request::get(&look.source.address)
}

fn read_feed(look: &Look, bytes: &[u8], transport: &Transport) -> Result<Sheet, NoFeed> {
    let probe = feed::read(bytes, transport, look.most)?;
    Ok(Sheet { probe, ..Sheet::default() })
}

impl Sheet {
    /// What a draft says, once its entries are told apart and those that the source is not watched for are gone.
    pub(crate) fn of(look: &Look, mut draft: Draft, transport: &Transport) -> Sheet {
        let recipe = &look.source.recipe;
        let mut transport = transport.clone();
        if let Some(base) = &recipe.base {
            transport.address = Some(base.clone());
        }
        draft.entries.retain(|entry| entry.link.as_deref().is_none_or(|link| recipe.wants(link)));
        let mut probe = draft.finished(&transport, look.most);
        probe.kind = Some(look.source.kind.word().into());
        Sheet { probe, ..Sheet::default() }
    }
}
