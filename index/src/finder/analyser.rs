//! How the engine cuts texts into words: by our own [`words`], in the language that the text announces.

use crate::understand::{
    compound::Lexicon,
    words::{self, Analysis},
};
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::{Arc, PoisonError, RwLock},
};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// The name under which the engine knows it.
pub(crate) const NAME: &str = "utkik";

/// A first character from here on, of the private area of Unicode, says which analysis a text wants.
const MARK: u32 = 0xe000;

/// Begins a word as it is written, where its stem differs: who asks for a word asks for the stem that each language
/// would give it, and need not read those, too.
pub(crate) const WRITTEN: char = '=';

/// Begins a part of a compound, as its stem.
pub(crate) const PART: char = '~';

/// Longer "words" are tables, keys or noise.
const LONGEST: usize = 64;

/// So many words are remembered; texts repeat their words.
const REMEMBERED: usize = 40_000;

/// The words that compounds are made of, as the writer has learned them; shared by all that cut texts into words.
#[derive(Clone, Default)]
pub(crate) struct Lexicons(Arc<RwLock<Arc<Lexicon>>>);

impl Lexicons {
    pub(crate) fn get(&self) -> Arc<Lexicon> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set(&self, lexicon: Lexicon) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(lexicon);
    }
}

/// `text` with the mark that tells its language to [`Analyser`].
pub(crate) fn marked(text: &str, analysis: Analysis) -> String {
    let index = Analysis::STEMMED.iter().position(|code| *code == analysis.code());
    let index = index.unwrap_or(Analysis::STEMMED.len());
    let mark = char::from_u32(MARK + index as u32).unwrap_or('\u{e000}');
    let mut out = String::with_capacity(text.len() + mark.len_utf8());
    out.push(mark);
    out.push_str(text);
    out
}

/// Gives the stem of each word, and at the same position the word as it is written after [`WRITTEN`] where that
/// differs, and the parts of a compound, each after [`PART`].
#[derive(Clone)]
pub(crate) struct Analyser {
    token: Token,
    /// What comes next at the same position, each followed by a line break.
    next: String,
    lexicons: Lexicons,
    lexicon: Arc<Lexicon>,
    /// For each stemmed language and one for all others, words with all that they are indexed as, a line each.
    known: [HashMap<String, String, BuildHasherDefault<Quick>>; Analysis::STEMMED.len() + 1],
}

impl Analyser {
    pub(crate) fn new(lexicons: Lexicons) -> Analyser {
        let lexicon = lexicons.get();
        let (token, next, known) = (Token::default(), String::new(), Default::default());
        Analyser { token, next, lexicons, lexicon, known }
    }
}

impl Tokenizer for Analyser {
    type TokenStream<'a> = Words<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Words<'a> {
        let mark = text.chars().next().and_then(|mark| (mark as u32).checked_sub(MARK));
        let index = mark.map_or(Analysis::STEMMED.len(), |index| index as usize);
        let index = index.min(Analysis::STEMMED.len());
        let code = Analysis::STEMMED.get(index).copied().unwrap_or_default();
        let lexicon = self.lexicons.get();
        if !Arc::ptr_eq(&lexicon, &self.lexicon) {
            self.lexicon = lexicon;
            self.known.iter_mut().for_each(HashMap::clear);
        }
        if self.known[index].len() > REMEMBERED {
            self.known[index].clear();
        }
        self.token.reset();
        self.next.clear();
        let Analyser { token, next, known, lexicon, .. } = self;
        let known = &mut known[index];
        Words {
            token,
            next,
            at: 0,
            known,
            lexicon,
            analysis: Analysis::of_code(code),
            text,
            from: 0,
        }
    }
}

/// The words of one text.
pub(crate) struct Words<'a> {
    token: &'a mut Token,
    next: &'a mut String,
    /// How much of `next` was given.
    at: usize,
    known: &'a mut HashMap<String, String, BuildHasherDefault<Quick>>,
    lexicon: &'a Lexicon,
    analysis: Analysis,
    text: &'a str,
    from: usize,
}

impl Words<'_> {
    /// Gives the next line of what the word at hand is indexed as.
    fn give(&mut self) -> bool {
        let Some((line, _)) = self.next[self.at..].split_once('\n') else { return false };
        self.token.text.clear();
        self.token.text.push_str(line);
        self.at += line.len() + 1;
        true
    }
}

impl TokenStream for Words<'_> {
    fn advance(&mut self) -> bool {
        if self.give() {
            return true;
        }
        loop {
            let Some(word) = words::words(&self.text[self.from..]).next() else { return false };
            let (start, end) = (self.from + word.start, self.from + word.end);
            self.from = end;
            self.token.position = self.token.position.wrapping_add(1);
            if end - start > LONGEST {
                continue;
            }
            (self.token.offset_from, self.token.offset_to) = (start, end);
            let raw = &self.text[start..end];
            self.next.clear();
            self.at = 0;
            match self.known.get(raw) {
                Some(lines) => self.next.push_str(lines),
                None => {
                    lines(raw, self.analysis, self.lexicon, self.next);
                    self.known.insert(raw.to_owned(), self.next.clone());
                }
            }
            return self.give();
        }
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// All that a word is indexed as.
fn lines(raw: &str, analysis: Analysis, lexicon: &Lexicon, out: &mut String) {
    analysis.stem_into(raw, out);
    let stem = out.len();
    let written = words::fold(raw);
    if out[..stem] != written {
        out.push('\n');
        out.push(WRITTEN);
        out.push_str(&written);
    }
    for part in parts(&written, analysis, lexicon) {
        out.push('\n');
        out.push(PART);
        out.push_str(&part);
    }
    out.push('\n');
}

/// The stems of the parts of a compound, and of what several of its parts make together.
fn parts(written: &str, analysis: Analysis, lexicon: &Lexicon) -> Vec<String> {
    let parts = lexicon.parts(written, analysis.code());
    let mut stems: Vec<String> = parts.iter().map(|(part, _)| analysis.stem(part)).collect();
    if parts.len() > 2 {
        let (first, last) = (parts[0].1, parts[parts.len() - 1].1);
        stems.push(analysis.stem(&written[first..]));
        stems.push(analysis.stem(&written[..written.len() - last]));
    }
    stems.sort_unstable();
    stems.dedup();
    stems
}

/// A quick hash; nobody gains by words that share one, since few are remembered.
#[derive(Clone, Copy, Default)]
pub(crate) struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for bytes in bytes.chunks(8) {
            let mut block = [0; 8];
            block[..bytes.len()].copy_from_slice(bytes);
            let mixed = self.0.rotate_left(5) ^ u64::from_le_bytes(block);
            self.0 = mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}
