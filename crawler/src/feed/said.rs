//! What a feed or an entry has said so far, and which of several answers counts.

use super::{DraftEntry, absolute, fields::Rank, unique};
use crate::{
    date::Seen,
    plain::{plain, shortened},
};
use std::rc::Rc;
use url::Url;

/// No name of a person is longer.
const MAX_NAME: usize = 200;
/// Nobody else than authors is named as one while an author is known.
const BY_AUTHORS: Rank = 2;

/// The answer that counts: of the lowest rank, and of these the first.
#[derive(Debug)]
pub(super) struct Ranked<T>(Option<(Rank, T)>);

impl<T> Default for Ranked<T> {
    fn default() -> Ranked<T> {
        Ranked(None)
    }
}

impl<T> Ranked<T> {
    /// Takes an answer; gives back the one that does not count.
    pub(super) fn offer(&mut self, rank: Rank, value: T) -> Option<(Rank, T)> {
        match &self.0 {
            Some((known, _)) if *known <= rank => Some((rank, value)),
            _ => self.0.replace((rank, value)),
        }
    }

    pub(super) fn is_known(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn get(self) -> Option<T> {
        self.0.map(|(_, value)| value)
    }
}

/// What has been said so far.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) title: Ranked<String>,
    pub(super) guid: Ranked<String>,
    pub(super) link: Ranked<String>,
    pub(super) summary: Ranked<String>,
    /// A second summary, which is often the longer text.
    other: Ranked<String>,
    pub(super) content: Ranked<String>,
    pub(super) published: Ranked<Seen>,
    pub(super) updated: Ranked<Seen>,
    pub(super) rights: Ranked<String>,
    pub(super) generator: Ranked<String>,
    pub(super) language: Ranked<String>,
    people: Vec<(Rank, String)>,
    pub(super) tags: Vec<String>,
    pub(super) enclosures: Vec<String>,
    /// Files that are shown with it rather than attached to it.
    pub(super) media: Vec<String>,
    /// Whether it has said anything, be it something we do not read.
    pub(super) spoke: bool,
}

impl Said {
    pub(super) fn summarise(&mut self, rank: Rank, text: String) {
        if let Some((rank, text)) = self.summary.offer(rank, text) {
            self.other.offer(rank, text);
        }
    }

    /// An address as its link; one that cannot be resolved yet is kept as it stands.
    pub(super) fn lead(&mut self, rank: Rank, address: &str, base: Option<&Rc<Url>>) {
        let address = address.trim();
        if address.is_empty() {
            return;
        }
        match absolute(address, base.map(Rc::as_ref)) {
            Some(address) => drop(self.link.offer(rank, address)),
            // Relative, and nobody has said to what.
            None if base.is_none() && !address.contains(':') => {
                self.link.offer(rank + 20, address.to_owned());
            }
            None => {}
        }
    }

    pub(super) fn attach(&mut self, address: &str, base: Option<&Rc<Url>>) {
        self.enclosures.extend(resolved(address, base));
    }

    pub(super) fn show(&mut self, address: &str, base: Option<&Rc<Url>>) {
        self.media.extend(resolved(address, base));
    }

    pub(super) fn credit(&mut self, rank: Rank, person: &Person) {
        self.people.extend(person.called().map(|name| (rank, name)));
    }

    pub(super) fn authors(&mut self) -> Vec<String> {
        let people = std::mem::take(&mut self.people);
        let best = people.iter().map(|(rank, _)| *rank).min().unwrap_or_default();
        let said = people.into_iter().filter(|(rank, _)| *rank <= best.max(BY_AUTHORS));
        unique(said.map(|(_, name)| name))
    }

    pub(super) fn into_entry(mut self) -> DraftEntry {
        let authors = self.authors();
        let is_named = self.guid.is_known() || self.link.is_known();
        let published = self.published.get();
        let updated = self.updated.get();
        let files = self.enclosures.into_iter().chain(self.media);
        let summary = self.summary.get();
        let other = self.other.get().filter(|other| Some(other) != summary.as_ref());
        DraftEntry {
            guid: self.guid.get(),
            link: self.link.get(),
            title: self.title.get(),
            authors,
            // The moment of the last change is all that many feeds give (RFC 4287, 4.2.15).
            published: published.or(updated),
            updated,
            summary,
            content: self.content.get().or(other),
            language: self.language.get(),
            tags: unique(self.tags.into_iter()),
            rights: self.rights.get(),
            enclosures: unique(files),
            text: None,
            is_empty: !self.spoke && !is_named,
        }
    }
}

fn resolved(address: &str, base: Option<&Rc<Url>>) -> Option<String> {
    let address = address.trim();
    let relative = || (base.is_none() && !address.contains(':')).then(|| address.to_owned());
    absolute(address, base.map(Rc::as_ref)).or_else(relative).filter(|address| !address.is_empty())
}

/// Somebody, as named in an element of their own or in one line of text.
#[derive(Debug, Default)]
pub(super) struct Person {
    pub(super) text: String,
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
}

impl Person {
    /// The name, or else the address of the letter box.
    fn called(&self) -> Option<String> {
        let (name, email) = split(&plain(&self.text));
        let own = self.name.as_deref().map(split);
        let (own_name, own_email) = own.unwrap_or_default();
        let called = own_name.or(name).or_else(|| self.email.clone()).or(own_email).or(email)?;
        Some(shortened(called, MAX_NAME))
    }
}

/// Name and e-mail address in "a@b.se (Name)", "Name (a@b.se)", "Name <a@b.se>" and their like.
fn split(text: &str) -> (Option<String>, Option<String>) {
    const EDGES: [char; 10] = ['(', ')', '<', '>', '[', ']', ',', ';', '"', '\''];
    let text = text.trim();
    let is_email = |word: &&str| {
        let word = word.trim_matches(EDGES).trim_start_matches("mailto:");
        word.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'))
    };
    // One word may hold both: "a@b.se(Name)".
    let spaced = text.replace('(', " (").replace('<', " <");
    let email = spaced
        .split_whitespace()
        .find(is_email)
        .map(|word| word.trim_matches(EDGES).trim_start_matches("mailto:").to_owned());
    if email.is_none() {
        let bare = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
        return ((!bare.is_empty()).then(|| bare.to_owned()), None);
    }
    let words: Vec<&str> = spaced.split_whitespace().filter(|word| !is_email(word)).collect();
    let name = words.join(" ");
    let name = name.trim().trim_end_matches(['<', '(', ',', '-']).trim();
    let name = name.strip_prefix('(').and_then(|name| name.strip_suffix(')')).unwrap_or(name);
    let name = name.trim_matches(['"', ' ', ',']).replace("()", "");
    ((!name.trim().is_empty()).then(|| name.trim().to_owned()), email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_letter_boxes_are_told_apart() {
        for (text, name, email) in [
            ("a@b.se (Anna Berg)", Some("Anna Berg"), Some("a@b.se")),
            ("Anna Berg (a@b.se)", Some("Anna Berg"), Some("a@b.se")),
            ("Anna Berg <a@b.se>", Some("Anna Berg"), Some("a@b.se")),
            ("\"Anna Berg\" <mailto:a@b.se>", Some("Anna Berg"), Some("a@b.se")),
            ("a@b.se", None, Some("a@b.se")),
            ("a@b.se(Anna)", Some("Anna"), Some("a@b.se")),
            ("Anna (press) Berg", Some("Anna (press) Berg"), None),
            ("(Anna Berg)", Some("Anna Berg"), None),
            ("", None, None),
        ] {
            let (seen_name, seen_email) = split(text);
            assert_eq!((seen_name.as_deref(), seen_email.as_deref()), (name, email), "{text}");
        }
    }

    #[test]
    fn the_answer_that_counts_is_the_first_of_the_lowest_rank() {
        let mut title = Ranked::default();
        for (rank, said) in [(3, "media"), (0, "own"), (0, "again"), (1, "dc")] {
            title.offer(rank, said);
        }
        assert_eq!(title.get(), Some("own"));
    }
}
