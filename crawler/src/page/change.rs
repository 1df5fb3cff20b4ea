//! What has changed between two wordings: sentences that came and sentences that went, and no more.

use crate::{
    date,
    plain::{collapse, shortened},
};
use std::collections::HashMap;

/// What is told of a change is no longer.
const MAX_TOLD: usize = 4_000;
/// A line about the page itself is no longer.
const MAX_NOISE: usize = 120;
/// Words, with a number beside them, that tell of the page rather than of what it says.
const NOISE: &[&str] = &[
    "uppdaterad",
    "updated",
    "modified",
    "reviewed",
    "granskad",
    "h\u{e4}mtad",
    "utskriven",
    "publicerad",
    "published",
    "retrieved",
    "printed",
    "visningar",
    "bes\u{f6}k",
    "l\u{e4}st",
    "views",
    "visits",
    "visitors",
    "oppdatert",
    "opdateret",
    "visninger",
    "p\u{e4}ivitetty",
    "p\u{e4}ivitetty viimeksi",
    "uppf\u{e6}rt",
    "sidan skapades",
    "generated",
];

/// The wording without lines that differ whenever the page is asked for: counters, clocks, days of rendering.
pub(super) fn lasting(text: &str) -> String {
    let lines = text.split('\n').filter(|line| !is_noise(line));
    lines.collect::<Vec<_>>().join("\n")
}

fn is_noise(line: &str) -> bool {
    let line = line.trim();
    if line.is_empty() {
        return false;
    }
    let has_words = line.chars().any(char::is_alphabetic);
    if !has_words || date::is_all_of(line) {
        return true;
    }
    let is_short = line.chars().count() <= MAX_NOISE && !line.contains(". ");
    let line = line.to_lowercase();
    let about_itself = NOISE.iter().any(|word| line.contains(word));
    is_short && about_itself && line.contains(|letter: char| letter.is_ascii_digit())
}

/// What came (`+`) and what went (`-`), sentence by sentence, in the order of the wordings; `None` when nothing did. What
/// has only moved is no change.
pub(super) fn told(earlier: &str, text: &str) -> Option<String> {
    let (earlier, text) = (lasting(earlier), lasting(text));
    let (before, after) = (sentences(&earlier), sentences(&text));
    let went = without(&before, &after);
    let came = without(&after, &before);
    if went.is_empty() && came.is_empty() {
        return None;
    }
    let line = |mark: &'static str| move |sentence: &String| format!("{mark} {sentence}");
    let lines: Vec<String> = came.iter().map(line("+")).chain(went.iter().map(line("-"))).collect();
    Some(shortened(lines.join("\n"), MAX_TOLD))
}

/// Those of `sentences` that do not stand among `others`, counted.
fn without(sentences: &[String], others: &[String]) -> Vec<String> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    for other in others {
        *known.entry(other).or_default() += 1;
    }
    let is_new = |sentence: &&String| match known.get_mut(sentence.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    sentences.iter().filter(is_new).cloned().collect()
}

/// Sentences end where one can be told to: after a mark, before a capital.
fn sentences(text: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    for line in text.split('\n') {
        let line = collapse(line);
        let mut start = 0;
        for (at, _) in line.match_indices(['.', '!', '?']) {
            let mut rest = line[at + 1..].chars();
            let ends = rest.next() == Some(' ') && rest.next().is_some_and(char::is_uppercase);
            if ends && at + 1 - start > 20 {
                sentences.push(line[start..=at].to_owned());
                start = at + 2;
            }
        }
        sentences.push(line[start..].to_owned());
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "Ans\u{f6}kan st\u{e4}nger den 3 mars 2026. Skicka den till oss.\n\nBidrag ges till regioner.\n\nSenast uppdaterad 2026-01-01\n\n1 234";

    #[test]
    fn what_came_and_what_went_is_told_by_sentences() {
        let after = "Bidrag ges till regioner.\n\nAns\u{f6}kan st\u{e4}nger den 10 mars 2026. Skicka den till oss.\n\nNytt stycke.";
        assert_eq!(
            told(BEFORE, after).unwrap(),
            "+ Ans\u{f6}kan st\u{e4}nger den 10 mars 2026.\n+ Nytt stycke.\n- Ans\u{f6}kan st\u{e4}nger den 3 mars 2026."
        );
    }

    #[test]
    fn counters_and_days_of_rendering_are_no_change() {
        let after = BEFORE.replace("2026-01-01", "2026-03-03").replace("1 234", "1 235");
        assert_eq!(told(BEFORE, &after), None);
        assert_eq!(lasting(BEFORE), lasting(&after));
        assert_ne!(lasting(BEFORE), lasting(&BEFORE.replace("3 mars", "4 mars")));
    }
}
