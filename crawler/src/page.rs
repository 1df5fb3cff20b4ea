//! One page or file: watched for change, where each new wording is an entry of its own, or read once because
//! somebody gave its address by hand.

use crate::{
    Transport,
    date::Seen,
    feed::{Draft, DraftEntry, NoFeed},
    kind::{Look, Sheet},
    text::main_text,
};
use sha2::{Digest, Sha256};
use utkik_sources::Kind;

pub(crate) fn read(look: &Look, bytes: &[u8], transport: &Transport) -> Result<Sheet, NoFeed> {
    let reading = main_text(bytes, transport);
    if reading.text.is_none() && bytes.is_empty() {
        return Err(NoFeed::new("answered with nothing"));
    }
    let is_watched = look.source.kind == Kind::Page;
    let said = reading.text.as_deref().map_or(bytes, str::as_bytes);
    let wording: String =
        Sha256::digest(said)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let address = look.source.address.clone();
    let entry = DraftEntry {
        guid: Some(if is_watched { format!("{address}#{wording}") } else { address.clone() }),
        link: Some(address),
        title: reading.title.or_else(|| Some(look.source.name.clone())),
        authors: reading.authors,
        // The day on a page that changes is that of its first wording.
        published: reading.published.filter(|_| !is_watched).map(Seen::of),
        language: reading.language.map(|language| language.code().to_owned()),
        text: reading.text,
        ..DraftEntry::default()
    };
    let draft = Draft { entries: vec![entry], troubles: reading.troubles, ..Draft::default() };
    let mut sheet = Sheet::of(look, draft, transport);
    // Each wording is an item, although all have the address in common.
    sheet.probe.entries.iter_mut().for_each(|entry| entry.shares_link = is_watched);
    Ok(sheet)
}
