//! Which language a text is in.
//!
//! Nearly always its commonest words tell, at the price of a look-up a word. Only where they do not
//! is lingua asked, which knows better and costs a thousand times as much; and where neither is
//! sure, the source's own word counts.

use crate::understand::{reading::Reading, words};
use lingua::{IsoCode639_1, Language as Spoken, LanguageDetector, LanguageDetectorBuilder};
use std::sync::LazyLock;
use utkik_sources::Language;

/// Names this way to tell languages apart.
pub(crate) const VERSION: &str = "language-1/lingua-1.8";

/// Words looked at; a language shows within the first few sentences.
const ENOUGH: usize = 120;

/// How sure lingua must be before its word counts more than the source's.
const SURE: f64 = 0.6;

/// The language of a text, given its parts from the most to the least telling and what the source says it is.
pub(crate) fn language(parts: &[&Reading], declared: Option<&Language>) -> Option<Language> {
    let profile = Profile::of(parts);
    if let Some(language) = profile.clearly(declared) {
        return Some(language);
    }
    let text: String = parts.iter().map(|part| part.text).collect::<Vec<_>>().join(". ");
    let cut = text.char_indices().nth(600).map_or(text.len(), |(at, _)| at);
    let asked = ask(&text[..cut]);
    match (asked, declared) {
        (Some((language, confidence)), Some(declared)) => {
            let same = declared.covers(&language);
            Some(if !same && confidence < SURE { declared.clone() } else { language })
                .map(|language| if same { declared.clone() } else { language })
        }
        (Some((language, _)), None) => Some(language),
        (None, declared) => declared.cloned(),
    }
}

/// How many of the first words are common in which language.
struct Profile {
    counts: Vec<(&'static str, u32)>,
}

impl Profile {
    fn of(parts: &[&Reading]) -> Profile {
        let common = words::common();
        let mut counts: Vec<(&'static str, u32)> =
            words::common_languages().map(|code| (code, 0)).collect();
        let mut seen = 0;
        for part in parts {
            for word in 0..part.len().min(ENOUGH - seen) {
                if let Some(bits) = common.get(part.folded(word)) {
                    for (bit, (_, count)) in counts.iter_mut().enumerate() {
                        *count += u32::from(bits >> bit & 1);
                    }
                }
            }
            seen = (seen + part.len()).min(ENOUGH);
        }
        Profile { counts }
    }

    /// The language that the common words show without doubt: far ahead of all others or, when the
    /// source says the same, ahead of them at all. Norwegian and Danish share most of their common
    /// words, so there each counts only what the other lacks.
    fn clearly(&self, declared: Option<&Language>) -> Option<Language> {
        let mut ranked = self.counts.clone();
        ranked.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let (best, most) = *ranked.first()?;
        let best = Language::parse(best)?;
        let rival = ranked
            .iter()
            .skip(1)
            .find(|(code, _)| Language::parse(code).is_none_or(|language| !language.covers(&best)));
        let second = rival.map_or(0, |(_, count)| *count);
        let declared = declared.filter(|declared| declared.covers(&best));
        match declared {
            Some(declared) if most >= 3 && most > second => Some(declared.clone()),
            None if most >= 5 && most >= 2 * second => Some(best),
            None if most >= 12 && most >= second + 6 => Some(best),
            _ => None,
        }
    }
}

/// What lingua says, and how sure it is. Its models are read when it is first asked.
fn ask(text: &str) -> Option<(Language, f64)> {
    static DETECTOR: LazyLock<LanguageDetector> = LazyLock::new(|| {
        LanguageDetectorBuilder::from_languages(&[
            Spoken::Swedish,
            Spoken::Bokmal,
            Spoken::Nynorsk,
            Spoken::Danish,
            Spoken::Finnish,
            Spoken::Icelandic,
            Spoken::English,
        ])
        .build()
    });
    let ranked = DETECTOR.compute_language_confidence_values(text);
    let (spoken, confidence) = *ranked.first()?;
    if confidence == 0.0 || !text.contains(char::is_alphabetic) {
        return None;
    }
    let norwegian: f64 = ranked
        .iter()
        .filter(|(language, _)| matches!(language, Spoken::Bokmal | Spoken::Nynorsk))
        .map(|(_, confidence)| confidence)
        .sum();
    let code = match spoken.iso_code_639_1() {
        IsoCode639_1::NB if norwegian < SURE => return Some((Language::parse("nb")?, confidence)),
        IsoCode639_1::NB => return Some((Language::parse("nb")?, norwegian)),
        IsoCode639_1::NN => return Some((Language::parse("nn")?, norwegian)),
        other => other.to_string().to_lowercase(),
    };
    Some((Language::parse(&code)?, confidence))
}
