//! Which name an entry has: its source's, or its link, or what it says; the same at every reading.

use super::{DraftEntry, ProbeEntry, entry};
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use utkik_sources::{Language, normalised};

/// Gives every entry the guid that it will have at each reading, and drops what is listed twice.
pub(super) fn identified(
    drafts: Vec<DraftEntry>,
    language: &Option<Language>,
    zone: &TimeZone,
    troubles: &mut Vec<String>,
) -> Vec<ProbeEntry> {
    let links: Vec<Option<String>> = drafts
        .iter()
        .map(|draft| draft.link.as_deref().and_then(normalised).map(String::from))
        .collect();
    let constant = constant_guids(&drafts, &links);
    let shared = shared_links(&drafts, &links, &constant);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let (mut entries, mut twice): (Vec<ProbeEntry>, usize) = (Vec::new(), 0);
    for (mut draft, link) in drafts.into_iter().zip(&links) {
        let shares_link = link.as_ref().is_some_and(|link| shared.contains(link));
        draft.guid = draft.guid.filter(|guid| !constant.contains(guid));
        let guid = draft.guid.take().or_else(|| draft.link.clone().filter(|_| !shares_link));
        let guid = guid.unwrap_or_else(|| made_up(&draft, zone));
        let first = *seen.entry(guid.clone()).or_insert(entries.len());
        let entry = entry(draft, guid, shares_link, language, zone);
        if entries.get(first) == Some(&entry) {
            twice += 1;
        } else {
            entries.push(entry);
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
    let several = named.into_iter().filter(|(_, links)| links.len() > 1);
    several.map(|(guid, _)| guid.to_owned()).collect()
}

/// Links of several entries, which therefore name none of them.
fn shared_links(
    drafts: &[DraftEntry],
    links: &[Option<String>],
    constant: &BTreeSet<String>,
) -> BTreeSet<String> {
    let mut sharing: BTreeMap<&str, BTreeSet<Option<&str>>> = BTreeMap::new();
    for (draft, link) in drafts.iter().zip(links) {
        let own = draft.guid.as_deref().filter(|guid| !constant.contains(*guid));
        if let Some(link) = link {
            sharing.entry(link).or_default().insert(own.or(draft.title.as_deref()));
        }
    }
    let several = sharing.into_iter().filter(|(_, who)| who.len() > 1);
    several.map(|(link, _)| link.to_owned()).collect()
}

/// A guid for an entry without any: the same at every reading, since it is made of what it says.
fn made_up(draft: &DraftEntry, zone: &TimeZone) -> String {
    let mut hash = Sha256::new();
    let published = draft.published.and_then(|seen| seen.at(zone)).map(|at| at.to_string());
    let text = draft.summary.as_ref().filter(|_| draft.title.is_none());
    for part in [draft.link.as_ref(), draft.title.as_ref(), published.as_ref(), text] {
        hash.update(part.map(String::as_str).unwrap_or_default());
        hash.update([0]);
    }
    hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}
