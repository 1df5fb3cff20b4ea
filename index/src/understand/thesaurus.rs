//! What else is it called? The same idea in other words and in other languages.
//!
//! Each line of `concepts.txt` is a [`Concept`]: goal areas (or languages, as `@nb`), then terms by language. A term of a query stands for its
//! concept, and the concept for all its terms.

use super::words::{self, Analysis};
use std::collections::HashMap;
use utkik_sources::AreaId;

/// The concepts that are compiled in.
const CONCEPTS: &str = include_str!("concepts.txt");

/// The languages of its columns.
const COLUMNS: [&str; 5] = ["sv", "nb", "da", "fi", "en"];

/// What things are called.
pub(crate) struct Thesaurus {
    concepts: Vec<Concept>,
    /// By language and first stem, the concepts with the place of the term.
    terms: HashMap<(&'static str, String), Vec<(usize, usize)>>,
}

struct Concept {
    areas: Vec<AreaId>,
    languages: Vec<String>,
    terms: Vec<Term>,
}

/// One name of an idea.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Term {
    /// As it is written.
    pub(crate) text: String,
    /// Its words as stems, without those that carry no meaning.
    pub(crate) stems: Vec<String>,
    /// Whether it only comes near.
    pub(crate) is_near: bool,
    code: &'static str,
}

/// What some words of a query mean.
#[derive(Clone, Debug)]
pub(crate) struct Meaning<'a> {
    /// The first of the words.
    pub(crate) from: usize,
    /// How many they are.
    pub(crate) count: usize,
    /// What else it is called.
    pub(crate) others: Vec<&'a Term>,
    /// The goal areas that it belongs to.
    pub(crate) areas: Vec<AreaId>,
    /// The languages that it speaks of, as their codes.
    pub(crate) languages: Vec<String>,
}

impl Default for Thesaurus {
    fn default() -> Thesaurus {
        Thesaurus::read(CONCEPTS)
    }
}

impl Thesaurus {
    /// Reads lines of concepts.
    pub(crate) fn read(text: &str) -> Thesaurus {
        let lines = text.lines().filter(|line| !line.starts_with('#') && line.contains('|'));
        let concepts: Vec<Concept> = lines.map(concept).collect();
        let mut terms: HashMap<_, Vec<_>> = HashMap::new();
        for (number, concept) in concepts.iter().enumerate() {
            for (place, term) in concept.terms.iter().enumerate().filter(|(_, term)| !term.is_near)
            {
                if let Some(first) = term.stems.first() {
                    terms.entry((term.code, first.clone())).or_default().push((number, place));
                }
            }
        }
        Thesaurus { concepts, terms }
    }

    /// All terms, as they are written.
    pub(crate) fn terms(&self) -> impl Iterator<Item = &str> {
        self.concepts.iter().flat_map(|concept| &concept.terms).map(|term| term.text.as_str())
    }

    /// The numbers of the concepts that stems of one language name, with how many stems name each.
    pub(crate) fn named(&self, code: &'static str, stems: &[String]) -> Vec<(usize, usize)> {
        let mut named = Vec::new();
        for from in 0..stems.len() {
            let known = self.terms.get(&(code, stems[from].clone()));
            for (concept, place) in known.into_iter().flatten() {
                let term = &self.concepts[*concept].terms[*place];
                if stems[from..].starts_with(&term.stems) {
                    named.push((*concept, term.stems.len()));
                }
            }
        }
        named
    }

    /// What the words of a query mean; longer terms go before shorter ones, and no word means two things unless one
    /// term does.
    pub(crate) fn meanings(&self, words: &[&str]) -> Vec<Meaning<'_>> {
        let stems = COLUMNS.map(|code| {
            let analysis = Analysis::of_code(code);
            words.iter().map(|word| analysis.stem(word)).collect::<Vec<_>>()
        });
        let mut found = Vec::new();
        let mut from = 0;
        while from < words.len() {
            let mut matching: Vec<(usize, &Concept, usize)> = Vec::new();
            for (code, stems) in COLUMNS.iter().zip(&stems) {
                let known = self.terms.get(&(*code, stems[from].clone()));
                for (concept, place) in known.into_iter().flatten() {
                    let concept = &self.concepts[*concept];
                    let term = &concept.terms[*place];
                    if stems[from..].starts_with(&term.stems) {
                        matching.push((term.stems.len(), concept, *place));
                    }
                }
            }
            let Some(count) = matching.iter().map(|(count, _, _)| *count).max() else {
                from += 1;
                continue;
            };
            let (others, areas, languages) = (Vec::new(), Vec::new(), Vec::new());
            let mut meaning = Meaning { from, count, others, areas, languages };
            for (_, concept, _) in matching.into_iter().filter(|(length, _, _)| *length == count) {
                meaning.add(concept);
            }
            found.push(meaning);
            from += count;
        }
        found
    }
}

impl<'a> Meaning<'a> {
    fn add(&mut self, concept: &'a Concept) {
        for term in &concept.terms {
            if !self.others.iter().any(|known| known.stems == term.stems) {
                self.others.push(term);
            }
        }
        self.languages.extend(concept.languages.iter().cloned());
        for area in &concept.areas {
            if !self.areas.contains(area) {
                self.areas.push(area.clone());
            }
        }
    }
}

fn concept(line: &str) -> Concept {
    let mut columns = line.split('|');
    let (languages, areas): (Vec<&str>, Vec<&str>) = columns
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .partition(|word| word.starts_with('@'));
    let areas = areas.into_iter().map(AreaId::parse).collect();
    let languages = languages.into_iter().map(|word| word[1..].to_owned()).collect();
    let terms = COLUMNS.into_iter().zip(columns).flat_map(|(code, terms)| {
        terms.split(',').filter_map(move |written| term(written.trim(), code))
    });
    Concept { areas, languages, terms: terms.collect() }
}

fn term(written: &str, code: &'static str) -> Option<Term> {
    let (text, is_near) = written.strip_prefix('~').map_or((written, false), |text| (text, true));
    let analysis = Analysis::of_code(code);
    let all = words::words(text).map(|word| &text[word.start..word.end]);
    let stems: Vec<String> =
        all.filter(|word| !words::is_common(word)).map(|word| analysis.stem(word)).collect();
    (!stems.is_empty()).then(|| Term { text: text.to_owned(), stems, is_near, code })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_stands_for_its_names_in_other_languages_in_any_inflection() {
        let thesaurus = Thesaurus::default();
        let meanings = thesaurus.meanings(&["sekund\u{e4}ranv\u{e4}ndningen", "av"]);
        let others: Vec<&str> = meanings[0].others.iter().map(|term| term.text.as_str()).collect();
        for name in ["sekund\u{e6}rbruk", "toisiok\u{e4}ytt\u{f6}", "secondary use"] {
            assert!(others.contains(&name), "{name} not in {others:?}");
        }
        assert_eq!(meanings[0].areas, [AreaId::parse("2.3")]);
    }

    #[test]
    fn the_longest_term_is_what_is_meant() {
        let thesaurus = Thesaurus::read("1.1 | alfa beta | | | | gamma\n2.1 | alfa | | | | delta");
        let meanings = thesaurus.meanings(&["alfa", "beta", "alfa"]);
        let spans: Vec<(usize, usize)> =
            meanings.iter().map(|meaning| (meaning.from, meaning.count)).collect();
        assert_eq!(spans, [(0, 2), (2, 1)]);
    }
}
