//! Which words is a compound made of?
//!
//! Swedish, Norwegian, Danish, Finnish and German write compounds as one word, so that *journal* stands unseen in
//! *patientjournalsystemet*. A [`Lexicon`] knows words with how common they are; a compound is cut where its parts
//! are words, as common as possible, joined as the language joins them. The last part may be inflected.

use super::words;
use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
};

/// Words that make many compounds in our field, a line a language; also the only ones of three letters.
const PARTS: &str = include_str!("parts.txt");

/// Ends of words that look like words and are none.
const ENDINGS: &[&str] = &[
    "ande", "ende", "ning", "ningar", "ningen", "skap", "skapet", "else", "elser", "elsen", "aren",
    "arna", "erna", "orna", "ingen", "heten", "heter", "lighet", "iska", "isk", "lig", "liga",
    "ligt", "bar", "bara", "isten", "ista", "tion", "tioner", "tionen", "ering", "eringar", "are",
    "ar", "er", "or", "en", "et", "sen", "set", "ten", "ter", "ist", "ister", "istik", "istisk",
    "alitet", "isering", "inen", "isen", "iset", "ssa", "lla", "sta", "lta", "ksi", "tta", "minen",
    "nen", "ung", "heit", "keit",
];

/// Learned words are at least this long, since short ones stand in too many others by chance.
const SHORTEST: usize = 4;

/// Longer words are no compounds that anybody writes.
const LONGEST: usize = 40;

/// A word of the archive counts when this many items have it.
const SEEN: u32 = 3;

/// As common as a word of our own list is taken to be at least.
const OWN: u32 = 60;

/// So many words are kept.
const MOST: usize = 80_000;

/// Words with how many items have them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lexicon {
    words: HashMap<Box<str>, u32>,
    /// How many items it has learned from.
    pub(crate) items: u64,
    /// Changes with each thing learned.
    pub(crate) generation: u64,
}

impl Lexicon {
    /// The languages whose compounds are cut.
    pub(crate) const LANGUAGES: [&'static str; 5] = ["sv", "nb", "da", "fi", "de"];

    /// What is known before any archive: our own list and `terms`, such as those of the frameworks.
    pub(crate) fn new<'a>(terms: impl IntoIterator<Item = &'a str>) -> Lexicon {
        let mut lexicon = Lexicon::default();
        let own = PARTS.lines().filter(|line| !line.starts_with('#'));
        for word in own.flat_map(|line| line.split_whitespace().skip(1)) {
            lexicon.add(&words::fold(word), OWN, 3);
        }
        for term in terms {
            for word in words::words(term) {
                lexicon.add(&words::fold(&term[word.start..word.end]), OWN / 4, SHORTEST);
            }
        }
        lexicon
    }

    /// Learns words, folded, with how many more items have them.
    pub(crate) fn learn<'a>(
        &mut self,
        counts: impl IntoIterator<Item = (&'a str, u32)>,
        items: u64,
    ) {
        for (word, count) in counts {
            self.add(word, count, SHORTEST);
        }
        self.items += items;
        self.generation += 1;
    }

    fn add(&mut self, word: &str, count: u32, shortest: usize) {
        let length = word.chars().count();
        let is_word = length >= shortest && length <= 16 && word.chars().all(char::is_alphabetic);
        if !is_word || ENDINGS.contains(&word) || words::is_common(word) && length < 5 {
            return;
        }
        if self.words.len() >= MOST && !self.words.contains_key(word) {
            return;
        }
        let known = self.words.entry(word.into()).or_default();
        *known = known.saturating_add(count);
    }

    /// The parts of a folded `word`: each as a word by itself, and how many bytes of `word` it takes. Empty where it is
    /// no compound.
    pub(crate) fn parts(&self, word: &str, code: &str) -> Vec<(String, usize)> {
        let Some(code) = Lexicon::LANGUAGES.into_iter().find(|known| *known == code) else {
            return Vec::new();
        };
        let length = word.chars().count();
        if !(6..=LONGEST).contains(&length) || word.contains(|letter: char| letter.is_ascii_digit())
        {
            return Vec::new();
        }
        let cut = Cut { lexicon: self, code };
        let mut known = BTreeMap::new();
        match cut.best(word, &mut known) {
            Some((parts, _)) if parts.len() > 1 => parts,
            Some(_) => Vec::new(),
            None => cut.beside(word),
        }
    }

    /// As text that [`Lexicon::read`] reads; only what was learned often enough.
    pub(crate) fn written(&self) -> String {
        let mut out = format!("{}\n", self.items);
        for (word, count) in &self.words {
            if *count >= SEEN {
                let _ = writeln!(out, "{word} {count}");
            }
        }
        out
    }

    /// Reads what was written; what is damaged is left out.
    pub(crate) fn read(text: &str) -> Lexicon {
        let mut lexicon = Lexicon::default();
        let mut lines = text.lines();
        lexicon.items = lines.next().and_then(|items| items.parse().ok()).unwrap_or(0);
        for (word, count) in lines.filter_map(|line| line.split_once(' ')) {
            lexicon.add(word, count.parse().unwrap_or(0), 3);
        }
        lexicon.generation = 1;
        lexicon
    }
}

/// Cutting in one language.
struct Cut<'a> {
    lexicon: &'a Lexicon,
    code: &'static str,
}

/// Parts, and how common they are together.
type Parts = Option<(Vec<(String, usize)>, f64)>;

impl Cut<'_> {
    /// The best way to cut what is left of a word: few parts, common ones. What was found for each length is `known`.
    fn best(&self, rest: &str, known: &mut BTreeMap<usize, Parts>) -> Parts {
        if let Some(parts) = known.get(&rest.len()) {
            return parts.clone();
        }
        let mut best: Parts =
            self.last(rest).map(|common| (vec![(rest.to_owned(), rest.len())], common));
        for (at, _) in rest.char_indices().skip(3) {
            let (first, after) = rest.split_at(at);
            if after.len() < 3 {
                break;
            }
            let Some((parts, others)) = self.best(after, known) else { continue };
            let Some((part, common)) = self.first(first) else { continue };
            let count = parts.len() as f64;
            // The geometric mean, a little less for each further part.
            let mean = (common + others * count) / (count + 1.0) - 0.1 * count;
            // A word that is known and is a compound is cut nevertheless, unless its parts are much rarer.
            let is_better = match &best {
                Some((known, value)) if known.len() == 1 => mean + 2.5 > *value,
                Some((_, value)) => mean > *value,
                None => true,
            };
            if is_better {
                best = Some((std::iter::once((part, at)).chain(parts).collect(), mean));
            }
        }
        known.insert(rest.len(), best.clone());
        best
    }

    /// A part before others, with how common it is (a logarithm): a word, perhaps with what joins it to the next.
    fn first(&self, part: &str) -> Option<(String, f64)> {
        let joints: &[&str] = match self.code {
            "sv" => &["s", "o", "e", "u"],
            "fi" => &["n"],
            "de" => &["s", "es", "n", "en", "er"],
            _ => &["s", "e"],
        };
        let bare = self.common(part).map(|common| (part.to_owned(), common));
        let joined = joints.iter().filter_map(|joint| {
            let bare = part.strip_suffix(joint)?;
            // An "o" or "e" stands for the "a" that the word by itself ends in: "skol" and "kyrko".
            let whole = (*joint != "s").then(|| format!("{bare}a"));
            let candidates = [Some(bare.to_owned()), whole];
            candidates
                .into_iter()
                .flatten()
                .find_map(|word| Some((word.clone(), self.common(&word)?)))
        });
        let short = (self.code == "sv").then(|| format!("{part}a"));
        let short = short.and_then(|word| Some((word.clone(), self.common(&word)? - 0.3)));
        bare.into_iter().chain(joined).chain(short).max_by(|one, other| one.1.total_cmp(&other.1))
    }

    /// A word of our own list beside one that nobody knows, as in a rare compound or a small archive.
    fn beside(&self, word: &str) -> Vec<(String, usize)> {
        let is_own = |part: &str| self.lexicon.words.get(part).is_some_and(|count| *count >= OWN);
        let is_long = |part: &str, least: usize| part.chars().count() >= least;
        let cuts = word.char_indices().map(|(at, _)| word.split_at(at));
        let cuts = cuts.filter(|(first, last)| is_long(first, 4) && is_long(last, 4));
        let mut found: Vec<(String, usize)> = Vec::new();
        for (first, last) in cuts {
            let part = self.first(first).filter(|(part, _)| is_long(part, 5) && is_own(part));
            let is_ending = ENDINGS.contains(&last) || self.is_inflected(last);
            found.extend(part.filter(|_| !is_ending).map(|(part, _)| (part, first.len())));
            let bare = std::iter::once(last)
                .chain(endings(self.code).iter().filter_map(|ending| last.strip_suffix(ending)));
            let is_part = bare.into_iter().any(|bare| is_long(bare, 5) && is_own(bare));
            found.extend(is_part.then(|| (last.to_owned(), last.len())));
        }
        found.sort_by_key(|(_, length)| std::cmp::Reverse(*length));
        found.truncate(1);
        found
    }

    /// Whether it is but the end of an inflected or derived word.
    fn is_inflected(&self, part: &str) -> bool {
        let ends = endings(self.code).iter().filter_map(|ending| part.strip_suffix(ending));
        ends.into_iter().any(|bare| ENDINGS.contains(&bare))
    }

    fn common(&self, word: &str) -> Option<f64> {
        let count = *self.lexicon.words.get(word)?;
        (count >= SEEN).then(|| f64::from(count).ln())
    }

    /// The last part, in any inflection.
    fn last(&self, part: &str) -> Option<f64> {
        if let Some(common) = self.common(part) {
            return Some(common);
        }
        if ENDINGS.contains(&part) {
            return None;
        }
        let bare = endings(self.code).iter().filter_map(|ending| part.strip_suffix(ending));
        let long = bare.filter(|bare| bare.chars().count() >= 3);
        let common = long.flat_map(|bare| {
            let whole = |vowel| self.common(&format!("{bare}{vowel}"));
            [self.common(bare), whole('a'), whole('e')]
        });
        common.flatten().max_by(f64::total_cmp).map(|common| common - 0.1)
    }
}

/// How words are inflected, folded.
fn endings(code: &str) -> &'static [&'static str] {
    match code {
        "sv" => &[
            "s", "n", "en", "et", "t", "ens", "ets", "ns", "ts", "ar", "er", "or", "r", "arna",
            "erna", "orna", "na", "arnas", "ernas", "ornas", "nas",
        ],
        "fi" => &[
            "n",
            "a",
            "\u{e4}",
            "t",
            "in",
            "en",
            "ssa",
            "ss\u{e4}",
            "sta",
            "st\u{e4}",
            "lla",
            "ll\u{e4}",
            "lta",
            "lt\u{e4}",
            "lle",
            "ksi",
            "tta",
            "ja",
            "j\u{e4}",
            "iden",
            "iin",
            "ien",
            "jen",
            "issa",
            "ista",
            "illa",
            "ille",
            "seen",
            "een",
            "aan",
            "\u{e4}\u{e4}n",
            "nsa",
        ],
        "de" => &["e", "en", "er", "n", "s", "es", "em"],
        _ => &[
            "s", "en", "et", "a", "e", "er", "ene", "ens", "ets", "erne", "ernes", "n", "t", "r",
            "ne",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a small archive, as common as they would be.
    fn lexicon() -> Lexicon {
        let mut lexicon = Lexicon::new([]);
        let words = "kris kristen ledning region information politik kommunal m\u{e5}nad styrelse";
        lexicon.learn(words.split(' ').map(|word| (word, 20)), 100);
        lexicon
    }

    fn parts(word: &str, code: &str) -> String {
        let parts = lexicon().parts(&words::fold(word), code);
        let parts: Vec<String> = parts.into_iter().map(|(part, _)| part).collect();
        parts.join("+")
    }

    #[test]
    fn compounds_are_cut_into_their_parts_in_any_inflection() {
        for (word, cut) in [
            ("patientjournalsystemet", "patient+journal+systemet"),
            ("journalsystem", "journal+system"),
            ("krisledning", "kris+ledning"),
            ("regionstyrelsen", "region+styrelsen"),
            ("h\u{e4}lsodataregister", "h\u{e4}lsa+data+register"),
        ] {
            assert_eq!(parts(word, "sv"), cut, "{word}");
        }
    }

    #[test]
    fn what_only_looks_like_a_compound_stays_whole() {
        for word in ["kristen", "information", "region", "m\u{e5}nader", "kommunala", "politiken"] {
            assert_eq!(parts(word, "sv"), "", "{word}");
        }
    }

    #[test]
    fn a_written_lexicon_reads_back_the_same() {
        let ours = lexicon();
        let read = Lexicon::read(&ours.written());
        assert_eq!(
            read.words,
            ours.words.into_iter().filter(|(_, count)| *count >= SEEN).collect()
        );
    }
}
