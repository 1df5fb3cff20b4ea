//! How the engine cuts texts into words: by our own [`words`], in the language that the text announces.

use crate::understand::words::{self, Analysis};
use std::{collections::HashMap, mem::swap};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// The name under which the engine knows it.
pub(crate) const NAME: &str = "utkik";

/// A first character from here on, of the private area of Unicode, says which analysis a text wants.
const MARK: u32 = 0xe000;

/// Longer "words" are tables, keys or noise.
const LONGEST: usize = 64;

/// So many stems are remembered; texts repeat their words.
const REMEMBERED: usize = 20_000;

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

/// Gives each word twice at one position: folded, and as its stem where that differs.
#[derive(Clone)]
pub(crate) struct Analyser {
    token: Token,
    stem: String,
    /// For each stemmed language and one for all others, words with their stems.
    stems: [HashMap<String, String>; Analysis::STEMMED.len() + 1],
}

impl Analyser {
    pub(crate) fn new() -> Analyser {
        Analyser { token: Token::default(), stem: String::new(), stems: Default::default() }
    }
}

impl Tokenizer for Analyser {
    type TokenStream<'a> = Words<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Words<'a> {
        let mark = text.chars().next().and_then(|mark| (mark as u32).checked_sub(MARK));
        let index = mark.map_or(Analysis::STEMMED.len(), |index| index as usize);
        let index = index.min(Analysis::STEMMED.len());
        let code = Analysis::STEMMED.get(index).copied().unwrap_or_default();
        if self.stems[index].len() > REMEMBERED {
            self.stems[index].clear();
        }
        self.token.reset();
        self.stem.clear();
        let Analyser { token, stem, stems } = self;
        let stems = &mut stems[index];
        Words { token, stem, stems, analysis: Analysis::of_code(code), text, from: 0 }
    }
}

/// The words of one text.
pub(crate) struct Words<'a> {
    token: &'a mut Token,
    /// The stem that comes next, at the same position; empty when the next is a word.
    stem: &'a mut String,
    stems: &'a mut HashMap<String, String>,
    analysis: Analysis,
    text: &'a str,
    from: usize,
}

impl TokenStream for Words<'_> {
    fn advance(&mut self) -> bool {
        if !self.stem.is_empty() {
            swap(&mut self.token.text, self.stem);
            self.stem.clear();
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
            self.token.text.clear();
            let raw = &self.text[start..end];
            words::fold_into(raw, &mut self.token.text);
            match self.stems.get(raw) {
                Some(stem) => self.stem.push_str(stem),
                None => {
                    self.analysis.stem_into(raw, self.stem);
                    self.stems.insert(raw.to_owned(), self.stem.clone());
                }
            }
            if *self.stem == self.token.text {
                self.stem.clear();
            }
            return true;
        }
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
