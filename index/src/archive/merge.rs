//! What becomes of an item when it is found again: decisions only, nothing is read or written here.

use std::collections::BTreeSet;
use utkik_sources::{Dated, Entry, Item, Provenance, normalised};

/// The source of everything that somebody handed over as a file.
const IMPORT: &str = "import";

/// Whether two findings are one. A source that visits find may rename its entries; contributors share
/// the source `import`, and are told apart by what they call the item and by its publisher.
pub(super) fn same_finding(one: &Provenance, other: &Provenance) -> bool {
    // Folded here and not by the database: SQLite folds only a to z.
    let folded = |finding: &Provenance| finding.organisation.as_deref().map(str::to_lowercase);
    one.source == other.source
        && (one.source.0 != IMPORT || (one.guid == other.guid && folded(one) == folded(other)))
}

/// Whether `found` comes from the first finder of `kept`, whose words count.
fn is_first_finder(kept: &Item, found: &Item) -> bool {
    kept.provenance
        .first()
        .is_none_or(|first| found.provenance.iter().any(|finding| same_finding(first, finding)))
}

/// `kept` after `found`: the first finder's latest words, gaps filled by the others, first dates kept.
pub(super) fn merged(kept: &Item, found: &Item) -> Item {
    let (over, under) = if is_first_finder(kept, found) { (found, kept) } else { (kept, found) };
    let mut entry = filled(&over.entry, &under.entry);
    entry.guid.clone_from(&kept.entry.guid);
    entry.published = match kept.dated() {
        Dated::Published(at) => Some(at),
        Dated::FirstSeen(_) => found.entry.published.or(kept.entry.published),
    };
    if same_address(entry.link.as_deref(), kept.entry.link.as_deref()) {
        entry.link.clone_from(&kept.entry.link);
    }
    let mut provenance = kept.provenance.clone();
    for finding in &found.provenance {
        if !provenance.iter().any(|known| same_finding(known, finding)) {
            provenance.push(finding.clone());
        }
    }
    Item {
        entry,
        text: over.text.clone().or_else(|| under.text.clone()),
        provenance,
        ..kept.clone()
    }
}

/// Whether anything changed that a reader would notice; not that an entry calls itself updated.
pub(super) fn changed(before: &Item, after: &Item) -> bool {
    before.entry.title != after.entry.title
        || before.entry.summary != after.entry.summary
        || before.entry.authors != after.entry.authors
        || before.text != after.text
        || before.dated() != after.dated()
        || before.provenance.len() != after.provenance.len()
        || !same_address(before.entry.link.as_deref(), after.entry.link.as_deref())
        || files(&before.entry) != files(&after.entry)
}

/// Whether words were replaced, so that the old ones must be kept beside the new. Filling a gap replaces nothing.
pub(super) fn reworded(before: &Item, after: &Item) -> bool {
    let replaced =
        |before: &Option<String>, after: &Option<String>| before.is_some() && before != after;
    before.entry.title != after.entry.title
        || replaced(&before.entry.summary, &after.entry.summary)
        || replaced(&before.text, &after.text)
        || (!before.entry.authors.is_empty() && before.entry.authors != after.entry.authors)
        || (before.entry.link.is_some()
            && !same_address(before.entry.link.as_deref(), after.entry.link.as_deref()))
}

/// `over`, and what it does not say from `under`.
fn filled(over: &Entry, under: &Entry) -> Entry {
    let longer = |over: &Vec<String>, under: &Vec<String>| {
        if over.is_empty() { under.clone() } else { over.clone() }
    };
    Entry {
        guid: over.guid.clone(),
        link: over.link.clone().or_else(|| under.link.clone()),
        title: over.title.clone(),
        summary: over.summary.clone().or_else(|| under.summary.clone()),
        authors: longer(&over.authors, &under.authors),
        published: over.published.or(under.published),
        updated: over.updated.or(under.updated),
        language: over.language.clone().or_else(|| under.language.clone()),
        enclosures: longer(&over.enclosures, &under.enclosures),
    }
}

fn same_address(one: Option<&str>, other: Option<&str>) -> bool {
    one == other
        || one.and_then(normalised).is_some_and(|one| other.and_then(normalised) == Some(one))
}

/// Which files belong to it; query strings often hold a key that differs at each visit.
fn files(entry: &Entry) -> BTreeSet<&str> {
    entry.enclosures.iter().filter_map(|address| address.split('?').next()).collect()
}
