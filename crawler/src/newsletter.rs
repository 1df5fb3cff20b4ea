//! What newsletters announce: a folder of mails, of which each may hold many publications.
//!
//! The folder is only read: no mail is moved, marked or deleted. A mail is known by its Message-ID, of which only a
//! hash is kept. `mail` takes one apart, `pieces` finds what it announces, `target` says where its links lead.

mod mail;
mod pieces;
mod plain_text;
mod target;

use crate::{
    Transport,
    date::Seen,
    feed::{Draft, DraftEntry, unique},
    kind::{Look, Sheet},
};
use jiff::Timestamp;
use mail::Mail;
use pieces::{Letter, Piece};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeSet,
    fs,
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};
use utkik_sources::Validators;

/// The newest mails of a folder that are looked at.
const MAX_MAILS: usize = 5_000;
/// So much of a mail is read to see whom it is from.
const HEAD: u64 = 64_000;
const WORDS_AS_TITLE: usize = 120;

/// A mail's file, and when it was last written, in milliseconds since 1970.
struct Place {
    path: PathBuf,
    written_at: u128,
}

/// Reads what a folder of mails announces of this source; `None` when no mail has come since `shown`.
pub(crate) fn read(
    look: &Look,
    base: Option<&Path>,
    shown: &Validators,
    most_bytes: usize,
) -> Result<Option<(Sheet, Validators)>, String> {
    let folder = folder(&look.source.address, base);
    let places = mails(&folder)?;
    let newest = places.first().map_or(0, |place| place.written_at);
    let validators = Validators {
        etag: Some(fingerprint(look, &folder, &places)),
        last_modified: Some(newest.to_string()),
    };
    if validators.etag == shown.etag {
        return Ok(None);
    }
    let read_before: u128 = shown.last_modified.as_deref().map_or(0, |at| at.parse().unwrap_or(0));
    let mut draft = Draft::default();
    if places.len() > MAX_MAILS {
        let left = places.len() - MAX_MAILS;
        draft.troubles.push(format!("{left} older mails in the folder were not looked at"));
    }
    for place in places.iter().take(MAX_MAILS) {
        let one = || read_one(look, place, place.written_at < read_before, most_bytes);
        let stumbled = |_| Err("made our reader stumble; this is a fault of ours".to_owned());
        match catch_unwind(AssertUnwindSafe(one)).unwrap_or_else(stumbled) {
            Ok(entries) => draft.entries.extend(entries),
            Err(why) => {
                let name = place.path.file_name().unwrap_or_default().to_string_lossy();
                draft.troubles.push(format!("the mail in `{name}` {why}"));
            }
        }
        if draft.entries.len() >= look.most {
            break;
        }
    }
    draft.troubles = unique(draft.troubles.into_iter());
    let mut sheet = Sheet::of(look, draft, &Transport::default());
    for entry in &mut sheet.probe.entries {
        // What has no address of its own has no other text than what the mail says.
        if entry.link.is_none() && entry.text.is_none() {
            let said = entry.summary.clone().unwrap_or_else(|| entry.title.clone());
            entry.text = Some(said);
        }
    }
    Ok(Some((sheet, validators)))
}

/// What one mail announces; what `probe` says of it.
pub(crate) fn probed(bytes: &[u8]) -> Option<Draft> {
    let mail = Mail::read(bytes)?;
    let title = mail.subject.clone();
    Some(Draft { title, entries: entries(&mail).ok()?, ..Draft::default() })
}

/// Whether bytes look like a mail: header fields, and among them those that each mail has (RFC 5322, 3.6).
pub(crate) fn is_mail(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD as usize)]);
    let head = head.replace('\r', "").to_ascii_lowercase();
    let head = head.split("\n\n").next().unwrap_or_default();
    let mut names = head.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name);
    let first = names.clone().next().unwrap_or_default();
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    is_name(first) && names.clone().any(|name| name == "from") && names.any(|name| name == "date")
}

/// `maildir:PATH` or a path, from the configured folder when it is relative.
fn folder(address: &str, base: Option<&Path>) -> PathBuf {
    let path = address.strip_prefix("maildir:").unwrap_or(address);
    let path = Path::new(path.strip_prefix("//").unwrap_or(path));
    base.map_or_else(|| path.to_owned(), |base| base.join(path))
}

/// The mails of a maildir (`cur` and `new`), or the `.eml` files of a folder, newest first.
fn mails(folder: &Path) -> Result<Vec<Place>, String> {
    let is_maildir = folder.join("cur").is_dir() || folder.join("new").is_dir();
    let folders =
        if is_maildir { vec![folder.join("new"), folder.join("cur")] } else { vec![folder.into()] };
    let mut places = Vec::new();
    for folder in folders {
        let list = match fs::read_dir(&folder) {
            Ok(list) => list,
            Err(error) if is_maildir && error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => {
                return Err(format!("the folder `{}` cannot be read: {error}", folder.display()));
            }
        };
        for file in list.filter_map(Result::ok) {
            let path = file.path();
            let is_eml = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("eml"));
            let Ok(about) = file.metadata() else { continue };
            let is_hidden = file.file_name().to_string_lossy().starts_with('.');
            if about.is_file() && !is_hidden && (is_maildir || is_eml) {
                let at = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
                places.push(Place { path, written_at: at.unwrap_or_default().as_millis() });
            }
        }
    }
    places.sort_by(|one, other| {
        other.written_at.cmp(&one.written_at).then_with(|| one.path.cmp(&other.path))
    });
    Ok(places)
}

/// What changes when a mail comes, or when the source is told by other signs. Reading a mail in another program
/// renames its file, and changes nothing.
fn fingerprint(look: &Look, folder: &Path, places: &[Place]) -> String {
    let mut hash = Sha256::new();
    hash.update(folder.to_string_lossy().as_bytes());
    hash.update(format!("{:?}", look.source.recipe));
    for place in places {
        let name = place.path.file_name().unwrap_or_default().to_string_lossy();
        hash.update(name.split(":2,").next().unwrap_or_default());
        hash.update(place.written_at.to_le_bytes());
    }
    hex(&hash.finalize()[..12])
}

fn read_one(
    look: &Look,
    place: &Place,
    is_old: bool,
    most_bytes: usize,
) -> Result<Vec<DraftEntry>, String> {
    let head = bytes(&place.path, HEAD)?;
    let is_wanted = |mail: &Mail| {
        let list = look.source.recipe.list_id.as_deref();
        list.is_none_or(|list| mail.is_from(list))
    };
    let Some(mail) = Mail::read_head(&head) else {
        return Err("has no header fields".into());
    };
    if !is_wanted(&mail) || (is_old && is_known(&mail.guid, &look.known)) {
        return Ok(Vec::new());
    }
    let whole = bytes(&place.path, most_bytes as u64)?;
    let mail = Mail::read(&whole).ok_or("cannot be taken apart")?;
    entries(&mail)
}

fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path);
    let read = file.and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|error| format!("cannot be read: {error}"))
}

/// Whether something that this mail announced is known.
fn is_known(guid: &str, known: &BTreeSet<String>) -> bool {
    let first = format!("{guid}#");
    known.range(first.clone()..).next().is_some_and(|guid| guid.starts_with(&first))
}

fn entries(mail: &Mail) -> Result<Vec<DraftEntry>, String> {
    let letter = match (&mail.html, &mail.text) {
        (Some(html), text) => {
            let letter = pieces::of_html(html, &mail.receiver)?;
            let has_text = text.as_ref().filter(|_| letter.pieces.len() < 2);
            let other = has_text.map(|text| plain_text::of_text(text, &mail.receiver));
            other.filter(|other| other.pieces.len() > 1).unwrap_or(letter)
        }
        (None, Some(text)) => plain_text::of_text(text, &mail.receiver),
        (None, None) => return Err("holds no text".into()),
    };
    let sent_at = mail.sent_at.and_then(|seconds| Timestamp::from_second(seconds).ok());
    let sent_at = sent_at.map(Seen::of);
    if letter.pieces.len() > 1 {
        let entry = |piece| entry_of(mail, piece, sent_at);
        return Ok(letter.pieces.into_iter().map(entry).collect());
    }
    Ok(whole(mail, letter, sent_at).into_iter().collect())
}

fn entry_of(mail: &Mail, piece: Piece, sent_at: Option<Seen>) -> DraftEntry {
    let name = short_hash(piece.link.as_ref().unwrap_or(&piece.title).as_bytes());
    DraftEntry {
        guid: Some(format!("{}#{name}", mail.guid)),
        title: Some(piece.title),
        // What is linked has a day of its own; the day of the mail stands in for it.
        published: sent_at.filter(|_| piece.link.is_none()),
        updated: sent_at,
        link: piece.link,
        summary: piece.summary,
        ..DraftEntry::default()
    }
}

/// A mail that is a letter, not a list.
fn whole(mail: &Mail, mut letter: Letter, sent_at: Option<Seen>) -> Option<DraftEntry> {
    let text = letter.lines.join("\n\n");
    let first = letter.lines.into_iter().next();
    let piece = letter.pieces.pop();
    let summary = piece.as_ref().and_then(|piece| piece.summary.clone()).or(first);
    let title = mail.subject.clone().or_else(|| piece.as_ref().map(|piece| piece.title.clone()));
    let title =
        title.or_else(|| Some(crate::plain::shortened(summary.clone()?, WORDS_AS_TITLE)))?;
    Some(DraftEntry {
        guid: Some(format!("{}#letter", mail.guid)),
        title: Some(title),
        link: piece.and_then(|piece| piece.link),
        published: sent_at,
        summary,
        text: (!text.is_empty()).then_some(text),
        ..DraftEntry::default()
    })
}

fn short_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..8])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
