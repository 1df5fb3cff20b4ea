//! What we understood of an item.

use crate::{Language, Tag};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What we understood of an item: derived from its words by rules of one version, and made anew when they change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The language it is written in.
    pub language: Option<Language>,
    /// The areas it belongs to; the surest first.
    pub tags: Vec<Tag>,
    /// What sort of document, as a code of the framework's list (`REMISS`, `SOU`, …).
    pub document: Option<String>,
    /// Acts and documents it refers to.
    pub references: Vec<Reference>,
    /// Dates that mean something, with the sentence each stands in.
    pub dates: Vec<DatedFact>,
    /// The version of the rules, words and models that understood it.
    pub version: String,
}

impl Known {
    /// The last day to answer, when the item asks for answers.
    pub fn deadline(&self) -> Option<&DatedFact> {
        self.dates.iter().find(|fact| fact.kind == FactKind::Deadline)
    }
}

/// An act or document that an item refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The one way we write it: `SOU 2026:6`, `SFS 2008:355`, `(EU) 2025/327`.
    pub normal: String,
    /// What sort: `sou`, `ds`, `prop`, `sfs`, `dir`, `eu`, …
    pub kind: String,
    /// As it stands in the text.
    pub text: String,
    /// Where it can be read, when that can be computed.
    pub link: Option<String>,
}

/// A date that means something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedFact {
    /// The day.
    pub date: Date,
    /// What happens then.
    pub kind: FactKind,
    /// The sentence that says so.
    pub sentence: String,
}

/// What happens on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactKind {
    /// Last day to answer.
    Deadline,
    /// An act begins to apply.
    InForce,
    /// A report is due.
    Report,
    /// A meeting, conference or hearing.
    Event,
}
