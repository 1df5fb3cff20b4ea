//! What we find: [`Entry`] is what the source says, [`Find`] is what a visit
//! brings home, [`Item`] is what we keep.

use crate::{Language, SourceId, normalised};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// What a source says it published, cleaned but not judged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The source's own name for it; the link when the source gives none, and never empty.
    pub guid: String,
    /// Where to read it; absolute http(s), when the source gave one.
    pub link: Option<String>,
    /// Never empty; plain text.
    pub title: String,
    /// As announced, without markup.
    pub summary: Option<String>,
    /// As announced.
    pub authors: Vec<String>,
    /// As announced, and therefore perhaps wrong; see [`Item::dated`].
    pub published: Option<Timestamp>,
    /// When the source says it last changed.
    pub updated: Option<Timestamp>,
    /// As announced by the entry or its feed.
    pub language: Option<Language>,
    /// Addresses of files that belong to it; absolute.
    pub enclosures: Vec<String>,
}

/// An entry as a visit brings it home.
#[derive(Clone, Debug, PartialEq)]
pub struct Find {
    /// What the source said.
    pub entry: Entry,
    /// The main text behind the link, when the visit read it.
    pub text: Option<String>,
    /// Whether another entry of the same answer has the same link, so that the link does not identify it.
    pub shares_link: bool,
}

/// An entry we keep, with what we know about it and the source does not.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The same publication always gets the same id, in any database.
    pub id: ItemId,
    /// Where we first found it.
    pub source: SourceId,
    /// What the source said, latest wording.
    pub entry: Entry,
    /// The main text of the page or report, when we could get it.
    pub text: Option<String>,
    /// When we first saw it; the only date that is always known.
    pub first_seen: Timestamp,
    /// Whether the source already listed it at its first visit: kept and counted, but never news.
    pub backfill: bool,
    /// Who found it, and when; the first finder first.
    pub provenance: Vec<Provenance>,
}

/// One finding of an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Where it was found; `import` for a file that someone handed over.
    pub source: SourceId,
    /// What it is called there.
    pub guid: String,
    /// The publisher as the contributor names it, when the catalogue does not say.
    pub organisation: Option<String>,
    /// When it was found there.
    pub at: Timestamp,
}

/// Which day an item belongs to, and how we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dated {
    /// The source said so.
    Published(Timestamp),
    /// Nobody said, or said something impossible: the moment we first saw it.
    FirstSeen(Timestamp),
}

impl Dated {
    /// The moment itself, however it is known.
    pub fn at(self) -> Timestamp {
        match self {
            Dated::Published(at) | Dated::FirstSeen(at) => at,
        }
    }
}

impl Item {
    /// Which day it belongs to. A publication date in the future of the first sight (by more than three
    /// hours: some sources state their own clock as if it were Greenwich's) or before 1990 counts as unknown.
    pub fn dated(&self) -> Dated {
        const YEAR_1990: i64 = 631_152_000;
        const LEEWAY: i64 = 3 * 3_600;
        let possible = |at: &Timestamp| {
            at.as_second() >= YEAR_1990 && at.as_second() <= self.first_seen.as_second() + LEEWAY
        };
        match self.entry.published.filter(possible) {
            Some(at) => Dated::Published(at),
            None => Dated::FirstSeen(self.first_seen),
        }
    }
}

/// Names an [`Item`]: the first 16 bytes of SHA-256 over what identifies the publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId(pub [u8; 16]);

impl ItemId {
    /// The id of what stands behind `link`; `None` when that is no http(s) address.
    pub fn of_link(link: &str) -> Option<ItemId> {
        normalised(link).map(|address| ItemId::hash(&[address.as_str()]))
    }

    /// The id of what `source` calls `guid`, for publications without a link of their own.
    pub fn of_guid(source: &SourceId, guid: &str) -> ItemId {
        ItemId::hash(&[&source.0, guid])
    }

    /// The id of a find: by its link, or by source and guid where the link does not identify it.
    pub fn of(source: &SourceId, find: &Find) -> ItemId {
        let link = find.entry.link.as_deref().filter(|_| !find.shares_link);
        link.and_then(ItemId::of_link).unwrap_or_else(|| ItemId::of_guid(source, &find.entry.guid))
    }

    fn hash(parts: &[&str]) -> ItemId {
        let mut hash = Sha256::new();
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                hash.update([0]);
            }
            hash.update(part);
        }
        let hash = hash.finalize();
        ItemId(std::array::from_fn(|index| hash[index]))
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl FromStr for ItemId {
    type Err = String;

    fn from_str(text: &str) -> Result<ItemId, String> {
        let wrong = || format!("`{text}` is no item id: 32 hexadecimal digits are");
        if text.len() != 32 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0; 16];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).map_err(|_| wrong())?;
        }
        Ok(ItemId(bytes))
    }
}

impl Serialize for ItemId {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ItemId {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<ItemId, D::Error> {
        let text = String::deserialize(input)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(link: Option<&str>, shares_link: bool) -> Find {
        let entry = Entry {
            guid: "guid-1".into(),
            link: link.map(str::to_owned),
            title: "Title".into(),
            ..Entry::default()
        };
        Find { shares_link, ..Find::unread(entry) }
    }

    #[test]
    fn one_publication_has_one_id_whoever_found_it() {
        let here = ItemId::of(&SourceId("a".into()), &find(Some("http://Example.se/x#top"), false));
        let there =
            ItemId::of(&SourceId("b".into()), &find(Some("https://example.se/x?utm_a=b"), false));
        assert_eq!(here, there);
        assert_eq!(Some(here), ItemId::of_link("https://example.se/x"));
    }

    #[test]
    fn without_a_link_of_its_own_source_and_guid_name_it() {
        let (a, b) = (SourceId("a".into()), SourceId("b".into()));
        let by_guid = ItemId::of_guid(&a, "guid-1");
        assert_eq!(ItemId::of(&a, &find(None, false)), by_guid);
        assert_eq!(ItemId::of(&a, &find(Some("mailto:x@example.se"), false)), by_guid);
        assert_eq!(ItemId::of(&a, &find(Some("https://example.se/all"), true)), by_guid);
        assert_ne!(ItemId::of(&b, &find(None, false)), by_guid);
        assert_ne!(
            ItemId::of_guid(&SourceId("a".into()), "b"),
            ItemId::of_guid(&SourceId("ab".into()), "")
        );
    }

    #[test]
    fn an_id_is_the_same_in_any_database_and_any_year() {
        let id = ItemId::of_link("https://example.se/x").unwrap();
        assert_eq!(id.to_string(), "adb9872cdf2bbd3f7e3c1db97df370c6");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(
            serde_json::from_str::<ItemId>(&serde_json::to_string(&id).unwrap()).unwrap(),
            id
        );
    }

    #[test]
    fn what_is_no_id_is_not_read_as_one() {
        for text in ["", "abc", &"g".repeat(32), &"\u{e5}".repeat(16), &"a".repeat(33)] {
            assert!(text.parse::<ItemId>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_impossible_date_counts_as_unknown() {
        let first_seen: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let dated = |published: Option<&str>| {
            let source = SourceId("a".into());
            let mut find = find(None, false);
            find.entry.published = published.map(|at| at.parse().unwrap());
            let id = ItemId::of(&source, &find);
            let (text, backfill, provenance) = (None, false, Vec::new());
            Item { id, source, entry: find.entry, text, first_seen, backfill, provenance }.dated()
        };
        let said: Timestamp = "1999-01-02T00:00:00Z".parse().unwrap();
        assert_eq!(dated(Some("1999-01-02T00:00:00Z")), Dated::Published(said));
        let summer_time = "2026-11-22T10:00:00Z";
        assert_eq!(dated(Some(summer_time)), Dated::Published(summer_time.parse().unwrap()));
        for impossible in [
            None,
            Some("0001-01-01T00:00:00Z"),
            Some("1989-12-31T23:59:59Z"),
            Some("2026-11-23T08:00:00Z"),
            Some("2099-01-01T00:00:00Z"),
        ] {
            assert_eq!(dated(impossible), Dated::FirstSeen(first_seen));
        }
    }
}
