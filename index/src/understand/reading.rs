//! A text prepared for matching: its words folded and joined by single spaces, each with its place in the original.

use crate::understand::words::{self, Word};
use utkik_sources::Place;

/// One part of an item, prepared once and then asked many things.
pub(crate) struct Reading<'a> {
    /// Which part.
    pub(crate) place: Place,
    /// The original, tidied.
    pub(crate) text: &'a str,
    /// The folded words, a space before each and one after the last.
    pub(crate) joined: String,
    words: Vec<Placed>,
}

#[derive(Clone, Copy)]
struct Placed {
    word: Word,
    joined_at: u32,
    paragraph: u32,
}

impl<'a> Reading<'a> {
    /// Prepares `text`, whose first paragraph gets the number `paragraph`.
    pub(crate) fn new(place: Place, text: &'a str, paragraph: u32) -> Reading<'a> {
        let mut joined = String::with_capacity(text.len() + 2);
        let mut found = Vec::with_capacity(text.len() / 6);
        let (mut paragraph, mut last_end) = (paragraph, 0);
        for word in words::words(text) {
            if !found.is_empty() && text[last_end..word.start].contains("\n\n") {
                paragraph += 1;
            }
            last_end = word.end;
            joined.push(' ');
            let joined_at = joined.len() as u32;
            words::fold_into(&text[word.start..word.end], &mut joined);
            found.push(Placed { word, joined_at, paragraph });
        }
        joined.push(' ');
        Reading { place, text, joined, words: found }
    }

    /// How many words it has.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// The number of its last paragraph.
    pub(crate) fn last_paragraph(&self) -> u32 {
        self.words.last().map_or(0, |last| last.paragraph)
    }

    /// The paragraph that the word stands in.
    pub(crate) fn paragraph(&self, word: usize) -> u32 {
        self.words[word].paragraph
    }

    /// The word as it is written.
    pub(crate) fn raw(&self, word: usize) -> &'a str {
        let Word { start, end } = self.words[word].word;
        &self.text[start..end]
    }

    /// The folded word.
    pub(crate) fn folded(&self, word: usize) -> &str {
        let from = self.words[word].joined_at as usize;
        let to = self.words.get(word + 1).map_or(self.joined.len(), |next| next.joined_at as usize);
        &self.joined[from..to - 1]
    }

    /// Where in the original the word stands.
    pub(crate) fn range(&self, word: usize) -> Word {
        self.words[word].word
    }

    /// Which word holds the byte at `at` of [`Reading::joined`].
    pub(crate) fn word_at(&self, at: usize) -> usize {
        self.words.partition_point(|placed| placed.joined_at as usize <= at).saturating_sub(1)
    }
}
