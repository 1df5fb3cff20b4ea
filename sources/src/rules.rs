//! The words by which items are understood: terms of the areas, false friends, the domain gate,
//! document types, deadline cues, and how much each word counts.
//!
//! How they are matched and summed up is the index's affair.

use crate::{
    AreaId, FactKind, Language,
    reading::{Record, Told},
};
use std::{collections::BTreeMap, str::FromStr};

/// All words of all frameworks. A trailing `*` in any of them matches any ending of the last word.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// Terms of the leaf areas; a term of two areas stands here twice.
    pub terms: Vec<Term>,
    /// When a term does not mean what it seems to.
    pub false_friends: Vec<FalseFriend>,
    /// What an item of a general source must mention to be tagged at all.
    pub gate: BTreeMap<Language, Vec<String>>,
    /// Sorts of document; the first whose cue stands in an item is it.
    pub documents: Vec<DocumentType>,
    /// Phrases that stand near a date that means something.
    pub cues: Vec<Cue>,
    /// How much a word counts.
    pub scoring: Scoring,
}

/// A term of a leaf area.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// As the framework writes it: a word or a phrase, perhaps with a trailing `*`.
    pub term: String,
    /// The language of the texts it is looked for in; `nb` stands for `nn` too.
    pub language: Language,
    /// What it speaks for.
    pub area: AreaId,
    /// How strongly.
    pub weight: Weight,
    /// Whether it must stand with exactly these capitals (FHIR, AI, MitID).
    pub exact: bool,
}

/// How strongly a term speaks for its area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weight {
    /// Only raises the score; never assigns an area alone.
    Weak,
    /// Needs another medium or strong term of the same area.
    Medium,
    /// Nearly unique: once in the title or twice in the text suggests the area.
    Strong,
}

/// When a term of an area does not mean what it seems to.
#[derive(Clone, Debug, PartialEq)]
pub struct FalseFriend {
    /// The area it would wrongly speak for.
    pub area: AreaId,
    /// The language of the term.
    pub language: Language,
    /// The term, or a word that is missing from the terms on purpose.
    pub term: String,
    /// What else it means, for people.
    pub means_sv: String,
    /// Phrases that the term may stand in without counting.
    pub not_in: Vec<String>,
    /// Words that, anywhere in the item, make the term count nothing.
    pub not_with: Vec<String>,
    /// Words of which one must stand in the same paragraph for the term to count; none means no condition.
    pub needs: Vec<String>,
}

/// A sort of document.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentType {
    /// Short and stable: `REMISS`, `SOU`, …
    pub code: String,
    /// Swedish name.
    pub name_sv: String,
    /// English name.
    pub name_en: String,
    /// What gives it away, by language; cues with a capital must stand as written.
    pub cues: BTreeMap<Language, Vec<String>>,
}

/// A phrase that stands near a date that means something.
#[derive(Clone, Debug, PartialEq)]
pub struct Cue {
    /// The language of the phrase.
    pub language: Language,
    /// What the date means.
    pub kind: FactKind,
    /// The phrase.
    pub phrase: String,
}

/// How much a word counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scoring {
    /// Points of a strong term.
    pub strong: f64,
    /// Points of a medium term.
    pub medium: f64,
    /// Points of a weak term.
    pub weak: f64,
    /// Points are multiplied by this in the title.
    pub title: f64,
    /// Points are multiplied by this in the summary.
    pub summary: f64,
    /// The same term counts at most this often.
    pub repeats: usize,
    /// An area needs at least these points.
    pub threshold: f64,
    /// So many areas are shown at most; the rest are candidates.
    pub shown: usize,
    /// Words of the gate that a title needs.
    pub gate_title: usize,
    /// Words of the gate that summary and text need, when the title has too few.
    pub gate_text: usize,
    /// Terms that must stand with exactly their capitals although their form does not say so.
    pub exact: Vec<String>,
}

impl Rules {
    /// The terms for texts in a language; those of `nb` for `nn`.
    pub fn terms_in(&self, language: &Language) -> impl Iterator<Item = &Term> {
        self.terms.iter().filter(move |term| term.language.covers(language))
    }
}

impl Scoring {
    /// The points of a weight, before its place counts.
    pub fn points(&self, weight: Weight) -> f64 {
        match weight {
            Weight::Strong => self.strong,
            Weight::Medium => self.medium,
            Weight::Weak => self.weak,
        }
    }

    /// Whether a term must stand with exactly its capitals: it is listed, or its first word has at
    /// least two capitals and no small letter.
    pub(crate) fn is_exact(&self, term: &str) -> bool {
        let bare = term.trim_end_matches('*');
        let first = bare.split_whitespace().next().unwrap_or_default();
        let capitals = first.chars().filter(|letter| letter.is_uppercase()).count();
        let listed = self.exact.iter().any(|exact| exact == bare || exact == term);
        listed || (capitals >= 2 && !first.chars().any(char::is_lowercase))
    }

    pub(crate) fn read(mut record: Record<'_>) -> Option<Scoring> {
        let strong = record.number("strong");
        let medium = record.number("medium");
        let weak = record.number("weak");
        let title = record.number("title");
        let summary = record.number("summary");
        let repeats = whole(&mut record, "repeats");
        let threshold = record.number("threshold");
        let shown = whole(&mut record, "shown");
        let gate_title = whole(&mut record, "gate_title");
        let gate_text = whole(&mut record, "gate_text");
        let exact = values(record.texts("exact"));
        record.end();
        Some(Scoring {
            strong: strong?,
            medium: medium?,
            weak: weak?,
            title: title?,
            summary: summary?,
            repeats: repeats?,
            threshold: threshold?,
            shown: shown?,
            gate_title: gate_title?,
            gate_text: gate_text?,
            exact,
        })
    }
}

/// The terms of one area in one language, as a `[[words]]` holds them.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    pub(crate) area: AreaId,
    pub(crate) language: Language,
    pub(crate) terms: Vec<(String, Weight)>,
}

impl Words {
    pub(crate) fn read(mut record: Record<'_>) -> Option<Words> {
        let area = record.text("area").map(|told| AreaId(told.value));
        let language = language(&mut record);
        let mut terms: Vec<(String, Weight)> = Vec::new();
        for (key, weight) in
            [("strong", Weight::Strong), ("medium", Weight::Medium), ("weak", Weight::Weak)]
        {
            for told in patterns(&mut record, key) {
                if terms.iter().any(|(term, _)| *term == told.value) {
                    record.fault(told.line, format!("`{key}`: `{}` stands twice", told.value));
                } else {
                    terms.push((told.value, weight));
                }
            }
        }
        record.end();
        Some(Words { area: area?, language: language?, terms })
    }
}

impl FalseFriend {
    pub(crate) fn read(mut record: Record<'_>) -> Option<FalseFriend> {
        let area = record.text("area").map(|told| AreaId(told.value));
        let language = language(&mut record);
        let term = record.text("term").map(|told| told.value);
        let means_sv = record.text("means_sv").map(|told| told.value);
        let not_in = values(patterns(&mut record, "not_in"));
        let not_with = values(patterns(&mut record, "not_with"));
        let needs = values(patterns(&mut record, "needs"));
        record.end();
        let (area, language, term, means_sv) = (area?, language?, term?, means_sv?);
        Some(FalseFriend { area, language, term, means_sv, not_in, not_with, needs })
    }
}

impl DocumentType {
    pub(crate) fn read(mut record: Record<'_>) -> Option<DocumentType> {
        let code = record.text("code").map(|told| told.value);
        let name_sv = record.text("name_sv").map(|told| told.value);
        let name_en = record.text("name_en").map(|told| told.value);
        let mut cues = BTreeMap::new();
        for key in record.keys() {
            let told = record.texts(&key);
            match Language::parse(&key).filter(|language| language.code() == key) {
                Some(language) => drop(cues.insert(language, values(told))),
                None => {
                    record.fault(record.line, format!("`{key}` is no key here and no language"))
                }
            }
        }
        Some(DocumentType { code: code?, name_sv: name_sv?, name_en: name_en?, cues })
    }
}

/// The words of the gate in one language.
pub(crate) fn gate(mut record: Record<'_>) -> Option<(Language, Vec<String>)> {
    let language = language(&mut record);
    let terms = values(patterns(&mut record, "terms"));
    record.end();
    Some((language?, terms))
}

/// The cues of one kind in one language.
pub(crate) fn cues(mut record: Record<'_>) -> Option<(Language, FactKind, Vec<String>)> {
    let language = language(&mut record);
    let kind = record.word::<FactKind>("kind");
    let phrases = values(patterns(&mut record, "phrases"));
    record.end();
    Some((language?, kind?, phrases))
}

impl FactKind {
    /// The word that stands in data and JSON.
    pub fn word(self) -> &'static str {
        match self {
            FactKind::Deadline => "deadline",
            FactKind::InForce => "in-force",
            FactKind::Report => "report",
            FactKind::Event => "event",
        }
    }
}

impl FromStr for FactKind {
    type Err = String;

    fn from_str(word: &str) -> Result<FactKind, String> {
        let kinds = [FactKind::Deadline, FactKind::InForce, FactKind::Report, FactKind::Event];
        let found = kinds.into_iter().find(|kind| kind.word() == word);
        found.ok_or_else(|| format!("`{word}` is none of deadline, in-force, report, event"))
    }
}

fn language(record: &mut Record<'_>) -> Option<Language> {
    let told = record.text("language")?;
    record.parsed("language", &told, |word| {
        let language = Language::parse(word).filter(|language| language.code() == word);
        language.ok_or_else(|| format!("`{word}` is no language: a code such as sv, nb or en is"))
    })
}

/// Words and phrases whose only `*`, if any, ends them.
fn patterns(record: &mut Record<'_>, key: &str) -> Vec<Told<String>> {
    let told = record.texts(key);
    for pattern in &told {
        let body = pattern.value.strip_suffix('*').unwrap_or(&pattern.value);
        if body.contains('*') || body.chars().filter(|letter| letter.is_alphanumeric()).count() < 2
        {
            let what = format!("`{key}`: `{}` needs two letters, and `*` only last", pattern.value);
            record.fault(pattern.line, what);
        }
    }
    told
}

fn values(told: Vec<Told<String>>) -> Vec<String> {
    told.into_iter().map(|told| told.value).collect()
}

fn whole(record: &mut Record<'_>, key: &str) -> Option<usize> {
    let number = record.number(key)?;
    if number.fract() != 0.0 || number > 1000.0 {
        record.fault(record.line, format!("`{key}` must be a whole number up to 1000"));
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, from 0 to 1000"
    )]
    Some(number as usize)
}
