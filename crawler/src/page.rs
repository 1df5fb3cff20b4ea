//! One page or file: watched for change, where each new wording is an entry of its own that says what changed, or
//! read once because somebody gave its address by hand.

mod change;

use crate::{
    Transport,
    date::Seen,
    feed::{Draft, DraftEntry, NoFeed},
    kind::{Look, Sheet},
    pdf::{is_pdf, read_page},
};
use sha2::{Digest, Sha256};
use utkik_sources::Kind;

pub(crate) fn read(look: &Look, bytes: &[u8], transport: &Transport) -> Result<Sheet, NoFeed> {
    let reading = read_page(bytes, transport, look.pdf_reader.as_ref());
    if reading.text.is_none() && bytes.is_empty() {
        return Err(NoFeed::new("answered with nothing"));
    }
    // What could not be read today has not changed.
    if reading.text.is_none() && reading.pages.is_none() && is_pdf(bytes, transport) {
        return Err(NoFeed::new(reading.troubles.join("; ")));
    }
    let is_watched = look.source.kind == Kind::Page;
    let said = reading.text.as_deref().map(change::lasting);
    let wording: String = Sha256::digest(said.as_deref().map_or(bytes, str::as_bytes))[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let earlier = look.earlier.as_deref().filter(|_| is_watched);
    let summary = earlier
        .zip(reading.text.as_deref())
        .and_then(|(earlier, text)| change::told(earlier, text));
    let address = look.source.address.clone();
    let entry = DraftEntry {
        guid: Some(if is_watched { format!("{address}#{wording}") } else { address.clone() }),
        link: Some(address),
        title: reading.title.or_else(|| Some(look.source.name.clone())),
        authors: reading.authors,
        // The day on a page that changes is that of its first wording.
        published: reading.published.filter(|_| !is_watched).map(Seen::of),
        language: reading.language.map(|language| language.code().to_owned()),
        summary,
        text: reading.text,
        ..DraftEntry::default()
    };
    let draft = Draft { entries: vec![entry], troubles: reading.troubles, ..Draft::default() };
    let mut sheet = Sheet::of(look, draft, transport);
    // Each wording is an item, although all have the address in common.
    sheet.probe.entries.iter_mut().for_each(|entry| entry.shares_link = is_watched);
    Ok(sheet)
}
