//! What an item is about: its language, goal areas, sort of document, references and dates.
//!
//! Everything here is a pure function of the item and the rules. No engine, no clock.

mod company;
pub(crate) mod compound;
mod date;
mod document;
mod fact;
mod language;
mod learnt;
mod pattern;
mod reading;
mod reference;
mod story;
mod tag;
pub(crate) mod thesaurus;
#[cfg(test)]
mod trials;
pub mod words;

pub use story::{Link, Story, stories};
pub use tag::related;

use learnt::{Learnt, Seen};
use reading::Reading;
use std::{borrow::Cow, collections::BTreeMap, sync::Arc};
use utkik_learn::{Lesson, key};
use utkik_sources::{AreaId, Example, Frameworks, Item, Known, Language, Place};

/// A first paragraph of more bytes than this leads into nothing: it is the whole text.
const LONGEST_LEAD: usize = 1200;

/// The rules, compiled: made once, then shared by all threads.
pub struct Understander {
    tagger: tag::Tagger,
    documents: document::Documents,
    facts: fact::Facts,
    learnt: Arc<Learnt>,
    /// Areas that have no terms of their own, and the areas whose tags they take over.
    heirs: Vec<(AreaId, AreaId)>,
    version: String,
}

impl Understander {
    /// Compiles the rules of the frameworks; beside them stands what the examples that ship with the project teach.
    pub fn new(frameworks: &Frameworks) -> Understander {
        Understander::with(frameworks, Learnt::shipped())
    }

    /// As [`Understander::new`], with what an earlier [`Understander::learnt`] held; `None` when the bytes are no such.
    pub fn knowing(frameworks: &Frameworks, learnt: &[u8]) -> Option<Understander> {
        let learnt = Learnt::read(learnt).ok()?;
        Some(Understander::with(frameworks, Arc::new(learnt)))
    }

    /// As [`Understander::new`], but learns anew from `examples` and from what people decided. Takes about a second.
    pub fn taught(
        frameworks: &Frameworks,
        examples: &[&Example],
        decided: &[(Item, BTreeMap<AreaId, bool>)],
    ) -> Understander {
        let plain = Understander::new(frameworks);
        let mut areas: Vec<AreaId> =
            examples.iter().flat_map(|example| example.areas.iter().cloned()).collect();
        areas.sort();
        areas.dedup();
        let of_examples = examples.iter().map(|example| plain.lesson_of(example, &areas));
        let of_people = decided.iter().map(|(item, belongs)| {
            let parts = Parts::of(item);
            plain.lesson(&parts.read(), item.entry.language.as_ref(), &areas, belongs)
        });
        let lessons: Vec<Lesson> = of_examples.chain(of_people).collect();
        Understander::with(frameworks, Arc::new(Learnt::from_lessons(areas, &lessons)))
    }

    /// What was learnt, for [`Understander::knowing`].
    pub fn learnt(&self) -> Vec<u8> {
        self.learnt.write()
    }

    fn with(frameworks: &Frameworks, learnt: Arc<Learnt>) -> Understander {
        let rules = frameworks.rules();
        Understander {
            tagger: tag::Tagger::new(rules),
            documents: document::Documents::new(&rules.documents),
            facts: fact::Facts::new(&rules.cues),
            version: [
                frameworks.version().as_str(),
                tag::VERSION,
                fact::VERSION,
                words::VERSION,
                language::VERSION,
                learnt.version(),
            ]
            .join(" "),
            learnt,
            heirs: tag::heirs(frameworks),
        }
    }

    /// The version of the rules and of the code that applies them.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Understands an item. `gate` says that its source writes about everything, so that the item must
    /// show that it is about care; `declared` is the language that its source usually writes in.
    pub fn understand(&self, item: &Item, gate: bool, declared: Option<&Language>) -> Known {
        let parts = Parts::of(item);
        let parts = parts.read();
        let declared = item.entry.language.as_ref().or(declared);
        let language = language::language(&[&parts[0], &parts[1], &parts[2]], declared);
        let document = self.documents.code(&parts, language.as_ref());
        let findings = self.tagger.find(&parts, language.as_ref());
        let by_rules = self.tagger.tags(&findings, gate, &self.version);
        let seen = Seen::new(&parts, self.evidence(&findings, document.as_deref()));
        let reasons = |area: &AreaId| self.tagger.reasons(&findings, area);
        let tags = self.learnt.tags(&seen, by_rules, reasons, gate, &self.version);
        let mut tags = self.tagger.best(tags);
        tag::inherit(&mut tags, &self.heirs);
        let (references, dates) = self.facts.find(&parts, language.as_ref(), item.dated());
        Known { language, tags, document, references, dates, version: self.version.clone() }
    }

    /// What the rules found in title and summary, for the learnt part.
    fn evidence(&self, findings: &tag::Findings, document: Option<&str>) -> Vec<(u32, f32)> {
        let mut evidence = self.tagger.evidence(findings);
        evidence.extend(document.map(|code| (key(code), 1.0)));
        evidence
    }

    fn lesson_of(&self, example: &Example, areas: &[AreaId]) -> Lesson {
        let belongs =
            areas.iter().map(|area| (area.clone(), example.areas.contains(area))).collect();
        let title = words::tidy(&example.title);
        let summary = words::tidy(&example.summary);
        let parts =
            [Reading::new(Place::Title, &title, 0), Reading::new(Place::Summary, &summary, 0)];
        self.lesson(&parts, Some(&example.language), areas, &belongs)
    }

    fn lesson(
        &self,
        parts: &[Reading],
        language: Option<&Language>,
        areas: &[AreaId],
        belongs: &BTreeMap<AreaId, bool>,
    ) -> Lesson {
        let document = self.documents.code(parts, language);
        let findings = self.tagger.find(parts, language);
        Seen::new(parts, self.evidence(&findings, document.as_deref())).lesson(areas, belongs)
    }
}

/// The tidied parts of an item.
struct Parts<'a> {
    title: Cow<'a, str>,
    summary: Cow<'a, str>,
    text: Cow<'a, str>,
}

impl<'a> Parts<'a> {
    fn of(item: &'a Item) -> Parts<'a> {
        Parts {
            title: words::tidy(&item.entry.title),
            summary: words::tidy(item.entry.summary.as_deref().unwrap_or_default()),
            text: words::tidy(item.text.as_deref().unwrap_or_default()),
        }
    }

    /// Title, summary and text, where the first paragraph of the text may stand for the summary.
    fn read(&self) -> [Reading<'_>; 3] {
        let (summary, text) = led(&self.title, &self.summary, &self.text);
        let title = Reading::new(Place::Title, &self.title, 0);
        let summary = Reading::new(Place::Summary, summary, 0);
        let text = Reading::new(Place::Text, text, summary.last_paragraph() + 1);
        [title, summary, text]
    }
}

/// The summary and the text. Many feeds send no summary, or the title once more: then the text's own
/// first paragraph says what the item is about.
fn led<'a>(title: &str, summary: &'a str, text: &'a str) -> (&'a str, &'a str) {
    let says_more = !summary.trim().is_empty() && summary.trim() != title.trim();
    let (first, rest) = text.trim_start().split_once("\n\n").unwrap_or((text, ""));
    if says_more || first.len() > LONGEST_LEAD { (summary, text) } else { (first, rest) }
}

/// Word lists as our data files hold them: a language's code, then its words; `|` joins those of a phrase.
fn lists(file: &str) -> Vec<(Language, String)> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines
        .flat_map(|line| {
            let mut words = line.split_whitespace();
            let language = words.next().and_then(Language::parse);
            words.filter_map(move |word| Some((language.clone()?, word.replace('|', " "))))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_as_learnt_is_what_the_examples_teach() {
        let examples: Vec<&Example> = Example::built_in().iter().collect();
        let anew = Understander::taught(&Frameworks::built_in(), &examples, &[]).learnt;
        let likeness = anew.likeness(&Learnt::shipped());
        // Not to the bit, so that a new term in a framework does not ask for a new file at once.
        assert!(likeness > 0.99, "{likeness}: run `cargo run --release --example learn`");
    }
}
