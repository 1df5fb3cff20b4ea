//! What a repository hands out by OAI-PMH 2.0 in Dublin Core: records with their stamps, part by part.

use crate::{
    Transport, charset,
    feed::{Draft, DraftEntry, NoFeed},
    fetch::Request,
    kind::{Look, Sheet},
    mapping::{self, moment},
    paging, session, xml,
};
use serde_json::Value;

/// What changed in so many days is asked for, unless the address says otherwise.
const QUESTION: &str = "verb=ListRecords&metadataPrefix=oai_dc&from={today-7}";

pub(crate) fn first(look: &Look) -> Request {
    let address = &look.source.address;
    let sign = if address.contains('?') { '&' } else { '?' };
    let whole = if address.contains("verb=") {
        address.clone()
    } else {
        format!("{address}{sign}{QUESTION}")
    };
    Request {
        accept: "application/xml, text/xml",
        ..Request::get(&session::filled(&whole, look.now))
    }
}

pub(crate) fn read(look: &Look, bytes: &[u8], transport: &Transport) -> Result<Sheet, NoFeed> {
    let (text, _) = charset::decode(bytes, transport.header("content-type"));
    let tree = xml::tree(&text)?;
    let answer =
        tree.get("OAI-PMH").ok_or_else(|| NoFeed::new("is XML, but no answer of OAI-PMH"))?;
    match mapping::first(answer, "error.@code").as_deref() {
        None => {}
        Some("noRecordsMatch") => return Ok(Sheet::of(look, Draft::default(), transport)),
        Some(code) => {
            let said = mapping::first(answer, "error").unwrap_or_default();
            return Err(NoFeed::new(format!("answered `{code}`: {said}")));
        }
    }
    let rows = mapping::at(answer, "ListRecords.record");
    let entries = rows.into_iter().filter_map(record).collect();
    let mut sheet = Sheet::of(look, Draft { entries, ..Draft::default() }, transport);
    // An empty token ends the list; the token is the only parameter beside the verb (section 3.5).
    if let Some(token) = mapping::first(answer, "ListRecords.resumptionToken") {
        let start = look.source.address.split('?').next().unwrap_or_default();
        let plain = Request { address: format!("{start}?verb=ListRecords"), ..first(look) };
        sheet.next.push(paging::with(plain, "resumptionToken", &token));
    }
    Ok(sheet)
}

/// A record that was deleted is no publication.
fn record(row: &Value) -> Option<DraftEntry> {
    if mapping::first(row, "header.@status").as_deref() == Some("deleted") {
        return None;
    }
    let text = |path: &str| mapping::first(row, path);
    let identifiers = mapping::all(row, "metadata.dc.identifier");
    let is_address = |word: &&String| word.starts_with("http://") || word.starts_with("https://");
    let described = text("metadata.dc.description");
    Some(DraftEntry {
        guid: text("header.identifier"),
        link: identifiers.iter().find(is_address).cloned(),
        title: text("metadata.dc.title"),
        authors: mapping::all(row, "metadata.dc.creator"),
        published: text("metadata.dc.date").and_then(|at| moment(&at)),
        updated: text("header.datestamp").and_then(|at| moment(&at)),
        language: text("metadata.dc.language"),
        summary: described.clone(),
        text: described,
        ..DraftEntry::default()
    })
}
