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
pub(crate) const FAR: usize = 20_000;

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
                Want::Word(word) if ask::is_common(word) => {}
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

    /// Where, from `at` on, a word begins that could be marked: most letters are passed over without a look at their word.
    fn candidate(&self, text: &str, at: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
        for (offset, byte) in bytes[at..].iter().enumerate() {
            let at = at + offset;
            if self.leads[usize::from(*byte)]
                && !before.is_ascii_alphanumeric()
                && text.is_char_boundary(at)
                && text[at..].starts_with(words::is_of_word)
                && (before.is_ascii() || !text[..at].ends_with(words::is_of_word))
            {
                return Some(at);
            }
            before = *byte;
        }
        None
    }

    /// The words of `text` that are marked, as far as a passage could be better than those before.
    fn marked(&self, text: &str, analysis: Analysis) -> Vec<(Word, usize)> {
        let mut marked = Vec::new();
        if self.starts.is_empty() {
            return marked;
        }
        let mut folded = String::new();
        let mut until = None;
        let mut at = 0;
        while let Some(start) = self.candidate(text, at) {
            if until.is_some_and(|until| start > until) {
                break;
            }
            let Some(word) = words::words(&text[start..]).next() else { break };
            let word = Word { start: start + word.start, end: start + word.end };
            at = word.end;
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

    /// The passage of a summary that has all words of the query, so that the text need not be read.
    pub(crate) fn in_summary(&self, summary: &str, analysis: Analysis) -> Option<Passage> {
        let best = self.best(summary, analysis);
        let answers = best.different == self.wanted && !summary.is_empty();
        answers.then(|| best.passage())
    }

    /// The passage of the summary or the text with most different words of the query; the beginning where there are none.
    pub(crate) fn passage(&self, summary: &str, text: &str, analysis: Analysis) -> Passage {
        let in_summary = self.best(summary, analysis);
        if (in_summary.different == self.wanted && !summary.is_empty()) || text.is_empty() {
            return in_summary.passage();
        }
        let in_text = self.best(text, analysis);
        if in_text.different > in_summary.different || summary.is_empty() {
            in_text.passage()
        } else {
            in_summary.passage()
        }
    }

    fn best<'a>(&self, text: &'a str, analysis: Analysis) -> Best<'a> {
        let text = &text[..text.floor_char_boundary(FAR)];
        let marked = self.marked(text, analysis);
        let different = |from: usize| different(&marked, from);
        let from =
            (0..marked.len()).max_by_key(|from| (different(*from), std::cmp::Reverse(*from)));
        let from = from.unwrap_or(0);
        Best { text, different: different(from), from, marked }
    }
}

/// Where in a text the best passage begins.
struct Best<'a> {
    text: &'a str,
    marked: Vec<(Word, usize)>,
    /// The mark that the passage begins with.
    from: usize,
    /// How many different words of the query stand there.
    different: usize,
}

impl Best<'_> {
    fn passage(self) -> Passage {
        let Best { text, marked, from, .. } = self;
        let around = cut(text, marked.get(from).map_or(0, |(word, _)| word.start));
        let lead = if around.start > 0 { "\u{2026} " } else { "" };
        let place = |at: usize| at - around.start + lead.len();
        let marks = marked
            .iter()
            .filter(|(word, _)| word.start >= around.start && word.end <= around.end)
            .map(|(word, _)| place(word.start)..place(word.end))
            .collect();
        let mut passage = String::with_capacity(around.len() + 8);
        passage.push_str(lead);
        passage.push_str(&text[around.clone()]);
        if passage.contains('\n') {
            passage = passage.replace('\n', " ");
        }
        if around.end < text.len() {
            passage.push_str(" \u{2026}");
        }
        Passage { text: passage, marks }
    }
}

/// How many different words of the query stand in the passage that begins with the mark `from`. A query has 64 at most.
fn different(marked: &[(Word, usize)], from: usize) -> usize {
    let Some((first, _)) = marked.get(from) else { return 0 };
    let reach = first.start + REACH;
    let within = marked[from..].iter().take_while(|(word, _)| word.end <= reach);
    let numbers = within.fold(0_u64, |numbers, (_, number)| numbers | 1 << (number % 64));
    numbers.count_ones() as usize
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
