//! Which language a text is in.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An ISO 639-1 code in lower case, such as `sv` or `nb`; regions are dropped, and `no` is `nb`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Language(String);

impl Language {
    /// Reads a language tag as sources write it (BCP 47, RFC 5646: `sv-SE`, `en_GB`, `NO`);
    /// `None` when it is no language at all.
    pub fn parse(tag: &str) -> Option<Language> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default().to_lowercase();
        let plausible = (2..=3).contains(&primary.len())
            && primary.bytes().all(|byte| byte.is_ascii_lowercase());
        let code = match primary.as_str() {
            "no" | "nob" => "nb",
            "nno" => "nn",
            "swe" => "sv",
            "dan" => "da",
            "fin" => "fi",
            "isl" | "ice" => "is",
            "eng" => "en",
            "und" | "mul" | "zxx" => return None,
            other => other,
        };
        plausible.then(|| Language(code.to_owned()))
    }

    /// The code itself.
    pub fn code(&self) -> &str {
        &self.0
    }

    /// Whether a filter for `self` lets `other` through: `nb` and `nn` are both Norwegian.
    pub fn covers(&self, other: &Language) -> bool {
        let family =
            |language: &Language| if language.0 == "nn" { "nb".into() } else { language.0.clone() };
        family(self) == family(other)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_read_as_sources_write_it() {
        let code = |tag: &str| Language::parse(tag).map(|language| language.code().to_owned());
        for (tag, expected) in [
            ("sv", "sv"),
            ("sv-SE", "sv"),
            ("en_GB", "en"),
            ("EN-us", "en"),
            (" da ", "da"),
            ("no", "nb"),
            ("NO", "nb"),
            ("no-NO", "nb"),
            ("nob", "nb"),
            ("nn-NO", "nn"),
            ("swe", "sv"),
            ("fin", "fi"),
            ("ice", "is"),
            ("de", "de"),
        ] {
            assert_eq!(code(tag).as_deref(), Some(expected), "{tag}");
        }
        for tag in ["", "und", "mul", "s", "svenska", "s1", "x-klingon", "12"] {
            assert_eq!(code(tag), None, "{tag}");
        }
    }

    #[test]
    fn both_written_forms_of_norwegian_are_norwegian() {
        let language = |tag| Language::parse(tag).unwrap();
        assert!(language("no").covers(&language("nn")));
        assert!(language("nn").covers(&language("nb")));
        assert!(!language("nb").covers(&language("da")));
    }
}
