//! What is there to choose from, and for whom?

use crate::Week;
use jiff::Timestamp;
use std::{fmt, str::FromStr};
use utkik_sources::{AreaId, Catalogue, Frameworks, Item, Known, Level};

/// Everything that a digest is composed of.
pub struct Basis<'a> {
    /// The week that it is about.
    pub week: Week,
    /// When it is written.
    pub written_at: Timestamp,
    /// What belongs to the week, and what was found in it too late for its own; no backfill.
    pub items: Vec<(Item, Known)>,
    /// Items with a last day to answer in the weeks after it; backfill included, since an old
    /// question may still be open.
    pub upcoming: Vec<(Item, Known)>,
    /// Items of the week that their source already listed when it was first visited.
    pub listed_before: usize,
    /// How many sources are visited.
    pub sources: usize,
    /// Who stands behind each item.
    pub catalogue: &'a Catalogue,
    /// What the areas are called.
    pub frameworks: &'a Frameworks,
}

/// What one reader, or one general issue, wants.
#[derive(Clone, Debug, Default)]
pub struct Brief {
    /// Only these areas and what lies below them; empty: all.
    pub areas: Vec<AreaId>,
    /// Only these levels; empty: all.
    pub levels: Vec<Level>,
    /// The language that the letter is written in.
    pub language: Tongue,
}

/// A language that letters are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tongue {
    /// Swedish.
    #[default]
    Sv,
    /// English.
    En,
}

impl Tongue {
    /// Its ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Tongue::Sv => "sv",
            Tongue::En => "en",
        }
    }
}

impl FromStr for Tongue {
    type Err = String;

    fn from_str(code: &str) -> Result<Tongue, String> {
        match code {
            "sv" => Ok(Tongue::Sv),
            "en" => Ok(Tongue::En),
            other => Err(format!("letters are written in sv or en, not in `{other}`")),
        }
    }
}

impl fmt::Display for Tongue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}
