//! Which language a text is in.
//!
//! Nearly always its commonest words tell, at the price of a look-up a word. Only where they do not
//! is lingua asked, which knows better and costs a thousand times as much; and where neither is
//! sure, the source's own word counts.

use crate::understand::{reading::Reading, words};
use lingua::{Language as Spoken, LanguageDetector, LanguageDetectorBuilder};
use std::sync::LazyLock;
use utkik_sources::Language;

/// Names this way to tell languages apart.
pub(crate) const VERSION: &str = "language-3/lingua-1.8";

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
    let asked = ask(&text[..cut], &profile);
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

/// What the first words show.
#[derive(Default)]
struct Profile {
    counts: Vec<Count>,
    /// Words with letters that Swedes and Finns write, and Norwegians and Danes do not.
    eastern: u32,
    /// The other way round.
    western: u32,
    /// Words with the letter that none but Swedes and Finns write.
    dotted: u32,
    /// With the one that none but Norwegians and Danes write.
    struck: u32,
    /// With the one that Icelanders and Finns do not write.
    ringed: u32,
    /// With those that only Icelanders write.
    insular: u32,
}

/// How many of the words are common in a language, and how many of these in no other.
#[derive(Clone, Copy)]
struct Count {
    code: &'static str,
    all: u32,
    own: u32,
}

impl Profile {
    fn of(parts: &[&Reading]) -> Profile {
        let common = words::common();
        let count = |code| Count { code, all: 0, own: 0 };
        let mut counts: Vec<Count> = words::common_languages().map(count).collect();
        let is_norwegian = |code: &str| matches!(code, "nb" | "nn");
        let norwegian = counts.iter().enumerate().filter(|(_, count)| is_norwegian(count.code));
        let norwegian = norwegian.fold(0, |bits, (bit, _)| bits | 1_u16 << bit);
        let mut profile = Profile::default();
        let mut seen = 0;
        for part in parts {
            for word in 0..part.len().min(ENOUGH - seen) {
                let raw = part.raw(word);
                profile.see_letters(raw);
                let Some(bits) = common.get(part.folded(word)) else { continue };
                for (bit, count) in
                    counts.iter_mut().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1)
                {
                    let family = if is_norwegian(count.code) { norwegian } else { 1 << bit };
                    count.all += 1;
                    count.own += u32::from(bits & !family == 0);
                }
            }
            seen = (seen + part.len()).min(ENOUGH);
        }
        profile.counts = counts.into_iter().filter(|count| profile.allows(count.code)).collect();
        profile
    }

    fn see_letters(&mut self, word: &str) {
        if word.is_ascii() {
            return;
        }
        let has = |letters: &[char]| u32::from(word.contains(letters));
        self.eastern += has(&['\u{e4}', '\u{f6}', '\u{c4}', '\u{d6}']);
        self.western += has(&['\u{e6}', '\u{f8}', '\u{c6}', '\u{d8}']);
        self.dotted += has(&['\u{e4}', '\u{c4}']);
        self.struck += has(&['\u{f8}', '\u{d8}']);
        self.ringed += has(&['\u{e5}', '\u{c5}']);
        self.insular += has(&['\u{f0}', '\u{d0}', '\u{fe}', '\u{de}', '\u{fd}']);
    }

    /// Whether its words are written with the letters of a language; a foreign name among them is no matter.
    fn allows(&self, code: &str) -> bool {
        let (foreign, own) = match code {
            "sv" => (self.insular, self.eastern + self.ringed),
            "fi" => (self.insular + self.struck + self.ringed, self.eastern),
            "nb" | "nn" | "da" => (self.insular + self.dotted, self.western + self.ringed),
            "is" => (self.dotted + self.struck + self.ringed, self.insular),
            _ => (0, 0),
        };
        foreign == 0 || foreign < own
    }

    /// The language that the common words show without doubt: far ahead of all others or, when the source says the
    /// same, ahead of them at all. Scandinavians share most of their common words, so where these do not tell, those
    /// that only one of them has do, or the letters.
    fn clearly(&self, declared: Option<&Language>) -> Option<Language> {
        let (best, most, second) = lead(&self.counts, |count| count.all)?;
        let is_declared = declared.is_some_and(|declared| declared.covers(&best));
        let far_ahead = (most >= 5 && most >= 2 * second) || (most >= 12 && most >= second + 6);
        let best = if if is_declared { most >= 3 && most > second } else { far_ahead } {
            best
        } else {
            self.by_own_words().or_else(|| self.by_letters())?
        };
        Some(declared.filter(|declared| declared.covers(&best)).cloned().unwrap_or(best))
    }

    fn by_own_words(&self) -> Option<Language> {
        let (best, most, second) = lead(&self.counts, |count| count.own)?;
        (most >= 3 && most >= 4 * second).then_some(best)
    }

    /// The language that is far ahead once Norwegian and Danish are left out, where nothing but words that they share
    /// with others speaks for them.
    fn by_letters(&self) -> Option<Language> {
        let (western, others): (Vec<Count>, Vec<Count>) =
            self.counts.iter().partition(|count| matches!(count.code, "nb" | "nn" | "da"));
        let are_out =
            self.eastern > 0 && self.western == 0 && western.iter().all(|count| count.own == 0);
        let (best, most, second) = lead(&others, |count| count.all)?;
        (are_out && most >= 2 && most >= 2 * second).then_some(best)
    }
}

/// The language with most, how much that is, and how much the next has that is another language.
fn lead(counts: &[Count], weigh: impl Fn(&Count) -> u32) -> Option<(Language, u32, u32)> {
    let first = counts.iter().rev().max_by_key(|count| weigh(count))?;
    let best = Language::parse(first.code)?;
    let is_other =
        |count: &&Count| Language::parse(count.code).is_none_or(|language| !language.covers(&best));
    let second = counts.iter().filter(is_other).map(&weigh).max().unwrap_or(0);
    Some((best.clone(), weigh(first), second))
}

/// What lingua says of the languages whose letters these are, and how sure it is. Its models are read when it is first
/// asked.
fn ask(text: &str, profile: &Profile) -> Option<(Language, f64)> {
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
    let mut ranked = DETECTOR.compute_language_confidence_values(text);
    ranked.retain(|(spoken, _)| profile.allows(&code_of(*spoken)));
    let all: f64 = ranked.iter().map(|(_, confidence)| confidence).sum();
    let (spoken, confidence) = *ranked.first()?;
    if all == 0.0 || !text.contains(char::is_alphabetic) {
        return None;
    }
    let norwegian: f64 = ranked
        .iter()
        .filter(|(language, _)| matches!(language, Spoken::Bokmal | Spoken::Nynorsk))
        .map(|(_, confidence)| confidence / all)
        .sum();
    let confidence = confidence / all;
    let code = code_of(spoken);
    let is_sure = matches!(spoken, Spoken::Bokmal | Spoken::Nynorsk) && norwegian >= SURE;
    Some((Language::parse(&code)?, if is_sure { norwegian } else { confidence }))
}

fn code_of(spoken: Spoken) -> String {
    spoken.iso_code_639_1().to_string().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use utkik_sources::Place;

    fn told(title: &str, declared: Option<&Language>) -> String {
        let reading = Reading::new(Place::Title, title, 0);
        let language = language(&[&reading], declared);
        language.map(|language| language.code().to_owned()).unwrap_or_default()
    }

    /// How many titles come out right, and those that do not.
    fn measured(with_source: bool) -> (usize, Vec<String>) {
        let (mut right, mut wrong) = (0, Vec::new());
        for line in include_str!("titles.tsv").lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split('\t').collect();
            let [wanted, source, title] = fields[..] else { panic!("{line}") };
            let wanted = if wanted == "?" { source } else { wanted };
            if !with_source && line.starts_with('?') {
                continue;
            }
            let declared = Language::parse(source).filter(|_| with_source);
            let seen = told(title, declared.as_ref());
            let is_right = Language::parse(wanted).is_some_and(|wanted| {
                Language::parse(&seen).is_some_and(|seen| wanted.covers(&seen))
            });
            right += usize::from(is_right);
            wrong.extend((!is_right).then(|| format!("{line}: {seen}")));
        }
        (right, wrong)
    }

    #[test]
    fn short_titles_tell_their_language_with_and_without_the_sources_word() {
        for with_source in [true, false] {
            let (right, wrong) = measured(with_source);
            let all = right + wrong.len();
            assert!(all > 270 && 100 * right >= 98 * all, "{right} of {all}: {wrong:#?}");
        }
    }

    #[test]
    fn a_text_is_never_in_a_language_that_does_not_have_its_letters() {
        for (title, code) in [
            ("Nytt avtal f\u{f6}r l\u{e4}kare", "sv"),
            ("Nytt \u{e5}r", "sv"),
            ("S\u{f8}rensen blir ny chef i V\u{e4}ster\u{e5}s", "sv"),
        ] {
            assert_eq!(told(title, Language::parse("sv").as_ref()), code, "{title}");
        }
    }
}
