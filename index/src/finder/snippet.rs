//! The passage of a hit that shows why it was found.

use crate::{
    finder::{
        ask,
        parse::{Want, Wish},
    },
    understand::words::{self, Analysis, Word},
};
use std::{collections::HashMap, ops::Range};

/// A passage is about this long, in bytes.
const LENGTH: usize = 240;

/// Words that stand so near are shown together.
const REACH: usize = LENGTH - LENGTH / 4;

/// Only so much of a long text is looked through.
const FAR: usize = 20_000;

/// The words that a query marks.
pub(crate) struct Marker {
    /// Each form with the number of the word that it is a form of.
    forms: HashMap<String, usize>,
    prefixes: Vec<(String, usize)>,
    /// How many words the query has.
    wanted: usize,
    /// How all words begin that they mark, since inflection changes the end of a word only; others need not be
    /// folded and stemmed.
    starts: Vec<String>,
    /// Which first bytes a word can have that begins so; other letters may lose their accents.
    leads: [bool; 256],
}

/// A passage, and which of its bytes the query marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Passage {
    pub(crate) text: String,
    pub(crate) marks: Vec<Range<usize>>,
}

impl Marker {
    pub(crate) fn of(wishes: &[Wish]) -> Marker {
        let (forms, prefixes) = (HashMap::new(), Vec::new());
        let mut marker =
            Marker { forms, prefixes, wanted: 0, starts: Vec::new(), leads: [false; 256] };
        marker.add(wishes);
        let all = marker.forms.keys().chain(marker.prefixes.iter().map(|(prefix, _)| prefix));
        marker.starts = all.map(|form| start(form)).collect();
        marker.starts.sort_unstable();
        marker.starts.dedup();
        for byte in 0..=u8::MAX {
            let begins =
                |start: &String| start.as_bytes().first() == Some(&byte.to_ascii_lowercase());
            marker.leads[usize::from(byte)] = !byte.is_ascii() || marker.starts.iter().any(begins);
        }
        marker
    }

    fn add(&mut self, wishes: &[Wish]) {
        for want in wishes.iter().filter(|wish| !wish.not).flat_map(|wish| &wish.any) {
            match want {
                Want::Word(word) if words::is_common(&words::fold(word)) => {}
                Want::Word(word) => self.add_word(word),
                Want::Prefix(prefix) => {
                    self.prefixes.push((prefix.clone(), self.wanted));
                    self.wanted += 1;
                }
                Want::Phrase(phrase) => phrase.iter().for_each(|word| self.add_word(word)),
                Want::Group(wishes) => self.add(wishes),
            }
        }
    }

    fn add_word(&mut self, word: &str) {
        let forms = ask::forms(word);
        // A word that is asked for twice is still one.
        if forms.iter().any(|form| !self.forms.contains_key(form)) {
            for form in forms {
                self.forms.entry(form).or_insert(self.wanted);
            }
            self.wanted += 1;
        }
    }

    /// Which word of the query this one is; `folded` is room to fold it in.
    fn marks(&self, word: &str, analysis: Analysis, folded: &mut String) -> Option<usize> {
        let lead = usize::from(*word.as_bytes().first()?);
        if !self.leads[lead] || !self.starts.iter().any(|start| words::begins_with(word, start)) {
            return None;
        }
        folded.clear();
        words::fold_into(word, folded);
        let prefixed = || {
            let prefix = self.prefixes.iter().find(|(prefix, _)| folded.starts_with(prefix));
            prefix.map(|(_, number)| *number)
        };
        let stemmed = || self.forms.get(&analysis.stem(word)).copied();
        self.forms.get(folded.as_str()).copied().or_else(prefixed).or_else(stemmed)
    }

    /// The words of `text` that are marked, as far as a passage could be better than those before.
    fn marked(&self, text: &str, analysis: Analysis) -> Vec<(Word, usize)> {
        let mut marked = Vec::new();
        if self.starts.is_empty() {
            return marked;
        }
        let mut folded = String::new();
        let mut until = None;
        for word in words::words(text) {
            if until.is_some_and(|until| word.start > until) {
                break;
            }
            let raw = &text[word.start..word.end];
            let Some(number) = self.marks(raw, analysis, &mut folded) else { continue };
            marked.push((word, number));
            let within = |(first, _): &&(Word, usize)| first.start + REACH >= word.end;
            let from = marked.iter().rev().take_while(within).count().max(1);
            if until.is_none() && different(&marked, marked.len() - from) == self.wanted {
                until = Some(word.end + LENGTH);
            }
        }
        marked
    }

    /// The passage of the summary or the text with most different words of the query; the beginning where there are none.
    pub(crate) fn passage(&self, summary: &str, text: &str, analysis: Analysis) -> Passage {
        let (in_summary, found) = self.best(summary, analysis);
        if found == self.wanted && !summary.is_empty() {
            return in_summary;
        }
        let (in_text, found_there) = self.best(text, analysis);
        if found_there > found || summary.is_empty() { in_text } else { in_summary }
    }

    fn best(&self, text: &str, analysis: Analysis) -> (Passage, usize) {
        let text = &text[..text.floor_char_boundary(FAR)];
        let marked = self.marked(text, analysis);
        let different = |from: usize| different(&marked, from);
        let best =
            (0..marked.len()).max_by_key(|from| (different(*from), std::cmp::Reverse(*from)));
        let count = best.map_or(0, different);
        let around = cut(text, best.map_or(0, |from| marked[from].0.start));
        let marks = marked
            .iter()
            .filter(|(word, _)| word.start >= around.start && word.end <= around.end)
            .map(|(word, _)| word.start - around.start..word.end - around.start);
        let mut passage = Passage { text: String::new(), marks: marks.collect() };
        let lead = if around.start > 0 { "\u{2026} " } else { "" };
        passage
            .marks
            .iter_mut()
            .for_each(|mark| *mark = mark.start + lead.len()..mark.end + lead.len());
        passage.text = format!("{lead}{}", &text[around.clone()]);
        if passage.text.contains('\n') {
            passage.text = passage.text.replace('\n', " ");
        }
        if around.end < text.len() {
            passage.text.push_str(" \u{2026}");
        }
        (passage, count)
    }
}

/// How many different words of the query stand in the passage that begins with the mark `from`.
fn different(marked: &[(Word, usize)], from: usize) -> usize {
    let reach = marked[from].0.start + REACH;
    let within = marked[from..].iter().take_while(|(word, _)| word.end <= reach);
    let mut numbers: Vec<usize> = within.map(|(_, number)| *number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len()
}

/// The beginning of a form that all inflections share.
fn start(form: &str) -> String {
    let sure = form.chars().count().saturating_sub(2).clamp(1, 5);
    form.chars().take(sure).collect()
}

/// About [`LENGTH`] bytes of whole words, with `at` in the first quarter.
fn cut(text: &str, at: usize) -> Range<usize> {
    if text.len() <= LENGTH + LENGTH / 4 {
        return 0..text.len();
    }
    let start = text.floor_char_boundary(at.saturating_sub(LENGTH / 4));
    let start = if start == 0 {
        0
    } else {
        text[start..at].find(char::is_whitespace).map_or(at, |space| {
            let space = start + space;
            space + text[space..].chars().next().map_or(0, char::len_utf8)
        })
    };
    let end = text.floor_char_boundary((start + LENGTH).min(text.len()));
    let end = if end == text.len() {
        end
    } else {
        text[start..end].rfind(char::is_whitespace).map_or(end, |space| start + space)
    };
    start..end.max(start)
}

impl Passage {
    /// As HTML: all of it escaped, the marked words in `<mark>`.
    pub(crate) fn html(&self) -> String {
        let mut out = String::with_capacity(self.text.len() + 32);
        let mut from = 0;
        for mark in &self.marks {
            escape_into(&self.text[from..mark.start], &mut out);
            out.push_str("<mark>");
            escape_into(&self.text[mark.clone()], &mut out);
            out.push_str("</mark>");
            from = mark.end;
        }
        escape_into(&self.text[from..], &mut out);
        out
    }
}

fn escape_into(text: &str, out: &mut String) {
    let mut rest = text;
    let is_special = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'');
    while let Some(at) = rest.bytes().position(is_special) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}
