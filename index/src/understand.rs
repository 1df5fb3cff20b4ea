//! What an item is about: its language, goal areas, sort of document, references and dates.
//!
//! Everything here is a pure function of the item and the rules. No engine, no clock.

pub(crate) mod compound;
mod date;
mod document;
mod fact;
mod language;
mod pattern;
mod reading;
mod story;
mod tag;
pub(crate) mod thesaurus;
pub mod words;

pub use story::{Story, stories};
pub use tag::related;

use reading::Reading;
use utkik_sources::{Frameworks, Item, Known, Language, Place};

/// A first paragraph of more bytes than this leads into nothing: it is the whole text.
const LONGEST_LEAD: usize = 1200;

/// The rules, compiled: made once, then shared by all threads.
pub struct Understander {
    tagger: tag::Tagger,
    documents: document::Documents,
    facts: fact::Facts,
    version: String,
}

impl Understander {
    /// Compiles the rules of the frameworks.
    pub fn new(frameworks: &Frameworks) -> Understander {
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
            ]
            .join(" "),
        }
    }

    /// The version of the rules and of the code that applies them.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Understands an item. `gate` says that its source writes about everything, so that the item must
    /// show that it is about care; `declared` is the language that its source usually writes in.
    pub fn understand(&self, item: &Item, gate: bool, declared: Option<&Language>) -> Known {
        let title = words::tidy(&item.entry.title);
        let summary = words::tidy(item.entry.summary.as_deref().unwrap_or_default());
        let text = words::tidy(item.text.as_deref().unwrap_or_default());
        let (summary, text) = led(&title, &summary, &text);
        let title = Reading::new(Place::Title, &title, 0);
        let summary = Reading::new(Place::Summary, summary, 0);
        let text = Reading::new(Place::Text, text, summary.last_paragraph() + 1);
        let declared = item.entry.language.as_ref().or(declared);
        let language = language::language(&[&title, &summary, &text], declared);
        let parts = [title, summary, text];
        let tags = self.tagger.tags(&parts, language.as_ref(), gate, &self.version);
        let (references, dates) = self.facts.find(&parts, language.as_ref(), item.dated());
        let document = self.documents.code(&parts, language.as_ref());
        Known { language, tags, document, references, dates, version: self.version.clone() }
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
