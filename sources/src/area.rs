//! What we look for, and the claim that we found it.

use crate::Language;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A goal area: something the readers have asked us to watch.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Short and stable.
    pub id: AreaId,
    /// The goal or group it belongs to, if any.
    pub parent: Option<AreaId>,
    /// Exactly as the founding document writes it.
    pub name_sv: String,
    /// English name.
    pub name_en: String,
    /// What belongs here, in our own words.
    pub scope_sv: String,
    /// Whether items are tagged with it, rather than with what is below it.
    pub leaf: bool,
    /// Other names it goes by.
    pub also_sv: Vec<String>,
    /// What the parties want to reach, in our own words.
    pub objectives_sv: Vec<String>,
    /// What the parties have taken upon themselves, in our own words.
    pub commitments_sv: Vec<String>,
    /// Where the founding document speaks of it.
    pub place_sv: String,
}

/// Names an [`Area`]: the framework's prefix and a position, such as `ST.I2.3`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AreaId(pub String);

impl AreaId {
    /// Reads an id as people shorten it: `2.3` and `ST.I2.3` are the same, and so are `G1` and `ST.G1`.
    pub fn parse(word: &str) -> AreaId {
        let word = word.trim();
        let is_number = word.starts_with(|first: char| first.is_ascii_digit());
        AreaId(if is_number {
            format!("ST.I{word}")
        } else if word.contains('.') && !word.starts_with('I') && !word.starts_with('G') {
            word.to_owned()
        } else {
            format!("ST.{word}")
        })
    }

    /// Whether `other` is this area or lies below it: `ST.I2` covers `ST.I2.3`.
    pub fn covers(&self, other: &AreaId) -> bool {
        other.0 == self.0 || other.0.strip_prefix(&self.0).is_some_and(|rest| rest.starts_with('.'))
    }
}

impl fmt::Display for AreaId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The claim that an item belongs to an area, and why we say so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tag {
    /// Which area.
    pub area: AreaId,
    /// How sure: points as the framework's rules count them; a person's decision counts as certain.
    pub score: f64,
    /// What made us say so. Empty only for a person's decision.
    pub because: Vec<Evidence>,
    /// Who says so.
    pub by: Judge,
}

/// One reason for a [`Tag`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The term of the framework that matched, as the framework writes it.
    pub term: String,
    /// The language whose term list holds it.
    pub language: Option<Language>,
    /// Where it matched.
    pub place: Place,
    /// The points it brought.
    pub weight: f64,
}

/// Who judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judge {
    /// The rules of this version.
    Rules(String),
    /// A person, whose word is never overwritten.
    Person {
        /// Who.
        name: String,
        /// When.
        at: Timestamp,
    },
}

impl fmt::Display for Judge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Judge::Rules(version) => write!(out, "rules {version}"),
            Judge::Person { name, .. } => out.write_str(name),
        }
    }
}

/// A part of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// The title.
    Title,
    /// The summary.
    Summary,
    /// The main text.
    Text,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_named_as_people_shorten_it() {
        for (word, id) in [
            ("2.3", "ST.I2.3"),
            ("ST.I2.3", "ST.I2.3"),
            ("I2.3", "ST.I2.3"),
            ("2", "ST.I2"),
            ("I2", "ST.I2"),
            ("G1", "ST.G1"),
            (" G ", "ST.G"),
            ("ST.G1", "ST.G1"),
            ("HP.A1", "HP.A1"),
        ] {
            assert_eq!(AreaId::parse(word).0, id, "{word}");
        }
    }

    #[test]
    fn a_goal_covers_its_areas_and_no_namesake() {
        let covers = |one: &str, other: &str| AreaId(one.into()).covers(&AreaId(other.into()));
        assert!(covers("ST.I2", "ST.I2.3") && covers("ST.I2.3", "ST.I2.3"));
        assert!(!covers("ST.I2.3", "ST.I2") && !covers("ST.I1", "ST.I10.1"));
    }
}
