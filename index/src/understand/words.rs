//! How a text becomes words: the one analysis that search, tagging and stories share.
//!
//! Changing anything here changes what the finder has stored, so [`VERSION`] must change with it.

use frostem::{Algorithm, Stemmer};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};
use unicode_normalization::{UnicodeNormalization, is_nfc};
use utkik_sources::Language;

/// Names this analysis; the finder builds itself anew when it changes.
pub const VERSION: &str = "words-3/frostem-20260821";

/// Words that carry no meaning of their own, one line a language.
const COMMON: &str = include_str!("common.txt");

/// Words that questions are made of, one line a language.
const ASKING: &str = include_str!("asking.txt");

/// Inflected forms that the stemmers miss, with the form to stem instead.
const IRREGULAR: &str = include_str!("irregular.txt");

/// A word of a text, as a range of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it begins.
    pub start: usize,
    /// Just after its last byte.
    pub end: usize,
}

/// The text as it is meant to be read: composed characters (NFC), no soft hyphens or invisible
/// marks, words that were broken at the end of a line whole again. Blank lines stay, as they
/// part paragraphs; other white space becomes one space.
pub fn tidy(text: &str) -> Cow<'_, str> {
    let composed: Cow<str> =
        if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) };
    if is_tidy(&composed) {
        return composed;
    }
    let mut out = String::with_capacity(composed.len());
    let mut rest = composed.chars().peekable();
    while let Some(character) = rest.next() {
        if is_invisible(character) {
            continue;
        }
        if !character.is_whitespace() {
            out.push(character);
            continue;
        }
        let mut breaks = usize::from(character == '\n');
        while let Some(next) =
            rest.peek().filter(|next| next.is_whitespace() || is_invisible(**next))
        {
            breaks += usize::from(*next == '\n');
            rest.next();
        }
        match breaks {
            0 => out.push(' '),
            1 if begins_list(rest.clone()) => out.push_str("\n\n"),
            1 if joins(&out, rest.peek().copied(), rest.clone()) => {
                out.pop();
            }
            1 => out.push(' '),
            _ => out.push_str("\n\n"),
        }
    }
    out.truncate(out.trim_end().len());
    Cow::Owned(out)
}

fn is_tidy(text: &str) -> bool {
    let mut after_space = true;
    for character in text.chars() {
        if is_invisible(character)
            || (character.is_whitespace() && (character != ' ' || after_space))
        {
            return false;
        }
        after_space = character == ' ';
    }
    !after_space
}

fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\0')
}

/// Whether a line begins with the mark of a list.
fn begins_list(mut rest: impl Iterator<Item = char>) -> bool {
    matches!(rest.next(), Some('*' | '-' | '\u{2022}' | '\u{2013}')) && rest.next() == Some(' ')
}

/// Whether a hyphen at the end of a line parts one word. It does not before a conjunction, as in "over- and underuse".
fn joins(before: &str, next: Option<char>, rest: impl Iterator<Item = char>) -> bool {
    const CONJUNCTIONS: &[&str] =
        &["och", "eller", "samt", "og", "eller", "ja", "tai", "and", "or", "to", "till"];
    let hyphenated = before.ends_with('-')
        && before[..before.len() - 1].ends_with(|last: char| last.is_lowercase());
    if !hyphenated || !next.is_some_and(char::is_lowercase) {
        return false;
    }
    let word: String = rest.take_while(|character| character.is_alphanumeric()).take(12).collect();
    !CONJUNCTIONS.contains(&word.as_str())
}

/// The words of a text in order: runs of letters and digits.
pub fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    let run = |mut at: usize, of_words: bool| {
        while at < text.len() {
            let (is_of_word, length) = letter(text, at);
            if is_of_word != of_words {
                break;
            }
            at += length;
        }
        at
    };
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = run(from, false);
        from = run(start, true);
        (start < from).then_some(Word { start, end: from })
    })
}

/// Whether the character at `at` belongs to a word, and its length in bytes.
fn letter(text: &str, at: usize) -> (bool, usize) {
    let byte = text.as_bytes()[at];
    if byte.is_ascii() {
        return (byte.is_ascii_alphanumeric(), 1);
    }
    text[at..].chars().next().map_or((false, 1), |letter| (is_of_word(letter), letter.len_utf8()))
}

/// Whether words consist of it. As [`char::is_alphanumeric`], without looking up the letters of our languages.
pub fn is_of_word(character: char) -> bool {
    match character {
        '\u{d7}' | '\u{f7}' => false,
        '\u{c0}'..='\u{24f}' => true,
        _ => character.is_alphanumeric(),
    }
}

/// Writes the form by which words are compared to `out`: lower case, `\u{e6}` as `\u{e4}` and `\u{f8}` as `\u{f6}`
/// (so that a Swede finds a Danish word), no accents but those that make other letters to a Nordic reader.
pub fn fold_into(word: &str, out: &mut String) {
    if word.is_ascii() {
        let from = out.len();
        out.push_str(word);
        out[from..].make_ascii_lowercase();
        return;
    }
    for character in word.chars() {
        match small(character) {
            _ if character == '\u{307}' => {}
            Some(letter) => out.push(bare(letter)),
            None => {
                out.extend(character.to_lowercase().filter(|part| *part != '\u{307}').map(bare))
            }
        }
    }
}

/// The small letter, for the letters of our languages, where those of others need to be looked up.
fn small(letter: char) -> Option<char> {
    match letter {
        '\0'..='\u{7f}' => Some(letter.to_ascii_lowercase()),
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{de}' => Some(char::from(letter as u8 + 0x20)),
        '\u{df}'..='\u{ff}' => Some(letter),
        _ => None,
    }
}

/// A small letter without its accent.
fn bare(letter: char) -> char {
    match letter {
        '\u{e6}' => '\u{e4}',
        '\u{f8}' => '\u{f6}',
        '\u{e0}' | '\u{e1}' | '\u{e2}' | '\u{e3}' => 'a',
        '\u{e8}' | '\u{e9}' | '\u{ea}' | '\u{eb}' => 'e',
        '\u{ec}' | '\u{ed}' | '\u{ee}' | '\u{ef}' => 'i',
        '\u{f2}' | '\u{f3}' | '\u{f4}' | '\u{f5}' => 'o',
        '\u{f9}' | '\u{fa}' | '\u{fb}' | '\u{fc}' => 'u',
        '\u{fd}' | '\u{ff}' => 'y',
        '\u{e7}' => 'c',
        '\u{f1}' => 'n',
        other => other,
    }
}

/// The form by which words are compared; see [`fold_into`].
pub fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    fold_into(word, &mut out);
    out
}

/// Whether the folded form of `word` begins with the folded `start`.
pub fn begins_with(word: &str, start: &str) -> bool {
    let mut letters = word.chars().map(|letter| {
        bare(small(letter).or_else(|| letter.to_lowercase().next()).unwrap_or(letter))
    });
    start.chars().all(|wanted| letters.next() == Some(wanted))
}

/// The analysis of one language.
#[derive(Clone, Copy)]
pub struct Analysis {
    stemmer: Option<Stemmer>,
    code: &'static str,
}

impl Analysis {
    /// The languages whose words are reduced to stems; all others are only folded.
    pub const STEMMED: &'static [&'static str] = &["sv", "nb", "da", "fi", "en", "de", "fr"];

    /// The analysis for `language`; for an unknown one words are only folded.
    pub fn of(language: Option<&Language>) -> Analysis {
        Analysis::of_code(language.map(Language::code).unwrap_or_default())
    }

    /// The analysis for a language code.
    pub fn of_code(code: &str) -> Analysis {
        let (code, algorithm) = match code {
            "sv" => ("sv", Algorithm::Swedish),
            "nb" | "nn" => ("nb", Algorithm::Norwegian),
            "da" => ("da", Algorithm::Danish),
            "fi" => ("fi", Algorithm::Finnish),
            "en" => ("en", Algorithm::English),
            "de" => ("de", Algorithm::German),
            "fr" => ("fr", Algorithm::French),
            _ => return Analysis { stemmer: None, code: "" },
        };
        Analysis { stemmer: Some(Stemmer::new(algorithm)), code }
    }

    /// The code of the language it stems; empty when it stems none.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Writes the stem of `word` to `out`, folded.
    pub fn stem_into(&self, word: &str, out: &mut String) {
        let Some(stemmer) = self.stemmer else { return fold_into(word, out) };
        if word.len() < 3 || word.starts_with(|first: char| first.is_ascii_digit()) {
            return fold_into(word, out);
        }
        let lower: Cow<str> = if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            Cow::Borrowed(word)
        } else {
            Cow::Owned(word.to_lowercase())
        };
        let base = irregular(self.code, &lower);
        let base = base.or_else(|| indefinite(self.code, &lower)).unwrap_or(&lower);
        fold_into(&stemmer.stem(base), out);
    }

    /// The stem of `word`, folded.
    pub fn stem(&self, word: &str) -> String {
        let mut out = String::with_capacity(word.len());
        self.stem_into(word, &mut out);
        out
    }
}

/// A Swedish word in -an without its article, which the stemmer overlooks: `listan` is `lista`.
fn indefinite<'a>(code: &str, word: &'a str) -> Option<&'a str> {
    const BARE: &[&str] = &["plan", "organ", "man", "sedan", "utan"];
    let definite = word.strip_suffix('s').filter(|word| word.ends_with("an")).unwrap_or(word);
    let is_definite = code == "sv"
        && definite.len() > 5
        && definite.ends_with("an")
        && !BARE.iter().any(|bare| definite.ends_with(bare));
    is_definite.then(|| &definite[..definite.len() - 1])
}

fn irregular(code: &str, word: &str) -> Option<&'static str> {
    static TABLE: LazyLock<HashMap<(&'static str, &'static str), &'static str>> =
        LazyLock::new(|| {
            IRREGULAR
                .lines()
                .filter(|line| !line.starts_with('#'))
                .filter_map(|line| {
                    let mut parts = line.split_whitespace();
                    Some(((parts.next()?, parts.next()?), parts.next()?))
                })
                .collect()
        });
    TABLE.get(&(code, word)).copied()
}

/// Whether a folded word is so common in some of our languages that a search may do without it.
pub fn is_common(folded: &str) -> bool {
    common().contains_key(folded)
}

/// Whether a folded word only asks: of who, when and how a question consists, beside what it is about.
pub fn is_asking(folded: &str) -> bool {
    static TABLE: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let lines = ASKING.lines().filter(|line| !line.starts_with('#'));
        lines.flat_map(|line| line.split_whitespace().skip(1)).map(fold).collect()
    });
    TABLE.contains(folded)
}

/// For each common word, folded, the languages it is common in, as bits in the order of [`common_languages`].
pub fn common() -> &'static HashMap<String, u16> {
    static TABLE: LazyLock<HashMap<String, u16>> = LazyLock::new(|| {
        let mut table = HashMap::new();
        for (bit, (_, line)) in common_lines().enumerate() {
            for word in line.split_whitespace() {
                *table.entry(word.to_lowercase()).or_insert(0) |= 1 << bit;
                *table.entry(fold(word)).or_insert(0) |= 1 << bit;
            }
        }
        table
    });
    &TABLE
}

/// The languages of [`common`], in the order of its bits.
pub fn common_languages() -> impl Iterator<Item = &'static str> {
    common_lines().map(|(code, _)| code)
}

fn common_lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    COMMON.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}
