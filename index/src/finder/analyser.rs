//! How the engine cuts texts into words: by our own [`words`], in the language that the text announces.

use crate::understand::words::{self, Analysis};
use std::{collections::HashMap, mem::swap};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// The name under which the engine knows it.
pub(crate) const NAME: &str = "utkik";

/// A first character from here on, of the private area of Unicode, says which analysis a text wants.
const MARK: u32 = 0xe000;

/// Begins a word as it is written, where its stem differs: who asks for a word asks for the stem that each language
/// would give it, and need not read those, too.
pub(crate) const WRITTEN: char = '=';

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

/// Gives the stem of each word, and where that differs, at the same position the word as it is written after [`WRITTEN`].
#[derive(Clone)]
pub(crate) struct Analyser {
    token: Token,
    written: String,
    /// For each stemmed language and one for all others, words with their stems.
    stems: [HashMap<String, String>; Analysis::STEMMED.len() + 1],
}

impl Analyser {
    pub(crate) fn new() -> Analyser {
        Analyser { token: Token::default(), written: String::new(), stems: Default::default() }
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
        self.written.clear();
        let Analyser { token, written, stems } = self;
        let stems = &mut stems[index];
        Words { token, written, stems, analysis: Analysis::of_code(code), text, from: 0 }
    }
}

/// The words of one text.
pub(crate) struct Words<'a> {
    token: &'a mut Token,
    /// What comes next at the same position; empty when the next is another word.
    written: &'a mut String,
    stems: &'a mut HashMap<String, String>,
    analysis: Analysis,
    text: &'a str,
    from: usize,
}

impl TokenStream for Words<'_> {
    fn advance(&mut self) -> bool {
        if !self.written.is_empty() {
            swap(&mut self.token.text, self.written);
            self.written.clear();
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
            match self.stems.get(raw) {
                Some(stem) => self.token.text.push_str(stem),
                None => {
                    self.analysis.stem_into(raw, &mut self.token.text);
                    self.stems.insert(raw.to_owned(), self.token.text.clone());
                }
            }
            self.written.push(WRITTEN);
            words::fold_into(raw, self.written);
            if self.written[WRITTEN.len_utf8()..] == self.token.text {
                self.written.clear();
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
