//! A query of ours in the engine's terms.
//!
//! A word is asked for as each language would stem it, as far as the index has such stems, so that one query finds
//! texts in all of them. Two words must both be there; of more, two in three (rounded up). Where that finds less than
//! a page, [`Reach::Wide`] asks again: any word is enough, inside a compound too, and a compound may be two
//! words. What has all words as they were written still comes first.

use crate::{
    finder::{
        Query,
        analyser::WRITTEN,
        parse::{Want, Wish},
        schema::{Fields, day_number},
        vocabulary::Vocabulary,
    },
    understand::words::{self, Analysis},
};
use std::ops::Bound;
use tantivy::{
    Searcher, Term,
    query::{
        AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery,
        Occur, PhraseQuery, Query as Ask, RangeQuery, RegexQuery, TermQuery, TermSetQuery,
    },
    schema::{Field, IndexRecordOption},
};

/// What a match in the less telling fields adds to one in the most telling.
const TIE: f32 = 0.3;

/// How much weaker a word inside a compound counts, or a compound as two words.
const INSIDE: f32 = 0.6;

/// Shorter words stand inside too many others to look for them there.
const SHORTEST_INSIDE: usize = 5;

type Boxed = Box<dyn Ask>;

/// How far a query reaches.
#[derive(Clone, Copy)]
pub(crate) enum Reach<'a> {
    /// What was asked for.
    Plain,
    /// Also what comes near it, by the words that the index has.
    Wide(&'a Vocabulary),
}

/// Whether reaching wider can find more: only plain words have compounds and can be missing, and who writes
/// alternatives and parentheses means what is written.
pub(crate) fn can_reach_wider(wishes: &[Wish]) -> bool {
    let is_plain = |wish: &Wish| {
        wish.not || matches!(&wish.any[..], [Want::Word(_) | Want::Phrase(_) | Want::Prefix(_)])
    };
    let is_word = |wish: &Wish| !wish.not && matches!(&wish.any[..], [Want::Word(_)]);
    wishes.iter().all(is_plain) && wishes.iter().any(is_word)
}

/// The whole query: wishes about words, which rank, and filters, which do not.
pub(crate) fn ask(
    query: &Query,
    wishes: &[Wish],
    fields: &Fields,
    searcher: &Searcher,
    reach: Reach,
) -> Boxed {
    let words = Words { fields, searcher, reach };
    let mut parts: Vec<(Occur, Boxed)> = vec![(Occur::Must, words.all(wishes))];
    for filter in filters(query, fields) {
        parts.push((Occur::Must, Box::new(ConstScoreQuery::new(filter, 0.0))));
    }
    Box::new(BooleanQuery::new(parts))
}

/// A word that a search may do without, unless it is written as an acronym (IT, ENA).
fn is_common(word: &str) -> bool {
    let is_acronym = word.len() > 1 && !word.contains(char::is_lowercase);
    !is_acronym && words::is_common(&words::fold(word))
}

/// Turns wishes into the engine's terms.
#[derive(Clone, Copy)]
struct Words<'a> {
    fields: &'a Fields,
    searcher: &'a Searcher,
    reach: Reach<'a>,
}

impl Words<'_> {
    fn all(self, wishes: &[Wish]) -> Boxed {
        let is_common =
            |wish: &Wish| matches!(&wish.any[..], [Want::Word(word)] if is_common(word));
        let wanted: Vec<&Wish> = wishes.iter().filter(|wish| !wish.not).collect();
        let telling: Vec<&Wish> = wanted.iter().copied().filter(|wish| !is_common(wish)).collect();
        let counted = if telling.is_empty() { wanted } else { telling };
        let unwanted: Vec<&Wish> = wishes.iter().filter(|wish| wish.not).collect();
        if counted.is_empty() && unwanted.is_empty() {
            return Box::new(AllQuery);
        }
        let mut parts: Vec<(Occur, Boxed)> = Vec::new();
        if counted.is_empty() {
            parts.push((Occur::Must, Box::new(AllQuery)));
        } else if let Reach::Wide(_) = self.reach {
            let (words, others): (Vec<&Wish>, Vec<&Wish>) =
                counted.iter().partition(|wish| matches!(wish.any[..], [Want::Word(_)]));
            let any = words.into_iter().map(|wish| self.wish(wish)).collect();
            parts.push((Occur::Must, Box::new(BooleanQuery::union(any))));
            parts.extend(others.into_iter().map(|wish| (Occur::Must, self.wish(wish))));
        } else if counted.len() <= 2 {
            parts.extend(counted.iter().map(|wish| (Occur::Must, self.wish(wish))));
        } else {
            let some = counted.iter().map(|wish| (Occur::Should, self.wish(wish))).collect();
            let needed = (counted.len() * 2).div_ceil(3);
            parts.push((
                Occur::Must,
                Box::new(BooleanQuery::with_minimum_required_clauses(some, needed)),
            ));
        }
        parts.extend(
            unwanted
                .iter()
                .map(|wish| (Occur::MustNot, Words { reach: Reach::Plain, ..self }.wish(wish))),
        );
        Box::new(BooleanQuery::new(parts))
    }

    fn wish(self, wish: &Wish) -> Boxed {
        let mut any: Vec<Boxed> = wish.any.iter().map(|want| self.want(want)).collect();
        if any.len() == 1 {
            return any.remove(0);
        }
        Box::new(BooleanQuery::union(any))
    }

    fn want(self, want: &Want) -> Boxed {
        match want {
            Want::Word(word) => {
                let plain = self.word(word);
                let Reach::Wide(vocabulary) = self.reach else { return plain };
                let inside = self.inside(word, vocabulary);
                let near = [inside, self.split(word)];
                let near = near
                    .into_iter()
                    .flatten()
                    .map(|ask| -> Boxed { Box::new(BoostQuery::new(ask, INSIDE)) });
                Box::new(DisjunctionMaxQuery::with_tie_breaker(
                    [plain].into_iter().chain(near).collect(),
                    TIE,
                ))
            }
            Want::Prefix(prefix) => in_fields(self.fields, |field, asks| {
                // Folded words hold letters and digits only, which mean themselves in a pattern.
                if let Ok(regex) = RegexQuery::from_pattern(&format!("{WRITTEN}?{prefix}.*"), field)
                {
                    asks.push(Box::new(regex));
                }
            }),
            Want::Phrase(phrase) => {
                let rows = phrase_forms(phrase);
                in_fields(self.fields, |field, asks| {
                    let known =
                        |row: &&Vec<String>| row.iter().all(|form| self.frequency(field, form) > 0);
                    asks.extend(rows.iter().filter(known).map(|row| -> Boxed {
                        let terms =
                            row.iter().map(|word| Term::from_field_text(field, word)).collect();
                        Box::new(PhraseQuery::new(terms))
                    }));
                })
            }
            Want::Group(wishes) => self.all(wishes),
        }
    }

    /// A word in any of its forms.
    fn word(self, word: &str) -> Boxed {
        let forms = forms(word);
        in_fields(self.fields, |field, asks| {
            let known = forms.iter().filter(|form| self.frequency(field, form) > 0);
            asks.extend(known.map(|form| -> Boxed {
                let term = Term::from_field_text(field, form);
                Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
            }));
        })
    }

    /// Words that hold this one: `journal` stands in `patientjournaler`.
    fn inside(self, word: &str, vocabulary: &Vocabulary) -> Option<Boxed> {
        let forms = forms(word);
        let shortest = forms.iter().filter(|form| form.chars().count() >= SHORTEST_INSIDE);
        let part = shortest.min_by_key(|form| form.len())?;
        let holding = vocabulary.holding(part, self.searcher, self.fields);
        Some(in_fields(self.fields, |field, asks| {
            asks.push(any_of(field, holding.iter().map(String::as_str).collect()));
        }))
    }

    /// A compound as two words that the index has, together in an item: the split whose rarer part is commonest.
    fn split(self, word: &str) -> Option<Boxed> {
        let folded = words::fold(word);
        let frequency = |part: &str| -> u64 {
            let Fields { title, summary, text, .. } = *self.fields;
            let in_field = |field| forms(part).iter().map(|form| self.frequency(field, form)).max();
            [title, summary, text].into_iter().filter_map(in_field).sum()
        };
        let splits = folded.char_indices().map(|(at, _)| folded.split_at(at));
        let long_enough = |part: &str| part.chars().count() >= SHORTEST_INSIDE - 1;
        let (_, first, second) = splits
            .filter(|(first, second)| long_enough(first) && long_enough(second))
            .flat_map(|(first, second)| {
                [(first, second), (first.strip_suffix('s').unwrap_or(first), second)]
            })
            .map(|(first, second)| (frequency(first).min(frequency(second)), first, second))
            .filter(|(rarer, _, _)| *rarer > 0)
            .max_by_key(|(rarer, _, _)| *rarer)?;
        Some(Box::new(BooleanQuery::intersection(vec![self.word(first), self.word(second)])))
    }

    /// How many items have this word in this field; none where the index cannot be read, of which the search itself
    /// will tell.
    fn frequency(self, field: Field, form: &str) -> u64 {
        self.searcher.doc_freq(&Term::from_field_text(field, form)).unwrap_or(0)
    }
}

/// What has any of these values, all worth the same. A set of many is looked up in one go, which takes a lot of
/// preparation.
fn any_of(field: Field, values: Vec<&str>) -> Boxed {
    const MANY: usize = 16;
    let terms = values.iter().map(|value| Term::from_field_text(field, value));
    if values.len() > MANY {
        return Box::new(TermSetQuery::new(terms));
    }
    let ask = |term| -> Boxed {
        let ask = Box::new(TermQuery::new(term, IndexRecordOption::Basic));
        Box::new(ConstScoreQuery::new(ask, 1.0))
    };
    let mut asks: Vec<Boxed> = terms.map(ask).collect();
    if asks.len() == 1 { asks.remove(0) } else { Box::new(DisjunctionMaxQuery::new(asks)) }
}

/// The best of the fields, where the title tells more than the summary and that more than the text.
fn in_fields(fields: &Fields, fill: impl Fn(Field, &mut Vec<Boxed>)) -> Boxed {
    let mut all: Vec<Boxed> = Vec::new();
    for (field, boost) in [(fields.title, 3.0), (fields.summary, 1.5), (fields.text, 1.0)] {
        let mut asks = Vec::new();
        fill(field, &mut asks);
        all.extend(asks.into_iter().map(|ask| -> Boxed {
            if boost == 1.0 { ask } else { Box::new(BoostQuery::new(ask, boost)) }
        }));
    }
    if all.is_empty() {
        return Box::new(EmptyQuery);
    }
    Box::new(DisjunctionMaxQuery::with_tie_breaker(all, TIE))
}

/// A word folded, and its stem in each language, each once.
pub(crate) fn forms(word: &str) -> Vec<String> {
    let mut forms = vec![words::fold(word)];
    for code in Analysis::STEMMED {
        let stem = Analysis::of_code(code).stem(word);
        if !forms.contains(&stem) {
            forms.push(stem);
        }
    }
    forms
}

/// A phrase as it stands, and as each language would stem it, each once.
fn phrase_forms(phrase: &[String]) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = vec![phrase.iter().map(|word| words::fold(word)).collect()];
    for code in Analysis::STEMMED {
        let analysis = Analysis::of_code(code);
        let row: Vec<String> = phrase.iter().map(|word| analysis.stem(word)).collect();
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    rows
}

fn filters(query: &Query, fields: &Fields) -> Vec<Boxed> {
    let mut filters: Vec<Boxed> = Vec::new();
    let mut one_of = |field: Field, values: Vec<String>| {
        if !values.is_empty() {
            filters.push(any_of(field, values.iter().map(String::as_str).collect()));
        }
    };
    one_of(fields.area, query.areas.iter().map(|area| area.0.clone()).collect());
    one_of(fields.level, query.levels.iter().map(|level| level.word().to_owned()).collect());
    one_of(fields.country, query.countries.iter().map(|code| code.to_uppercase()).collect());
    one_of(fields.source, query.sources.iter().map(|source| source.0.clone()).collect());
    one_of(fields.kind, query.kinds.iter().map(|kind| kind.to_uppercase()).collect());
    let languages = query.languages.iter().flat_map(|language| match language.code() {
        "nb" | "nn" => vec!["nb".to_owned(), "nn".to_owned()],
        code => vec![code.to_owned()],
    });
    one_of(fields.language, languages.collect());
    if !query.organisations.is_empty() {
        let asks = query.organisations.iter().map(|name| publisher(name, fields.publisher));
        filters.push(Box::new(BooleanQuery::union(asks.collect())));
    }
    if let Some(relevant) = query.relevant {
        let term = Term::from_field_u64(fields.relevant, u64::from(relevant));
        filters.push(Box::new(TermQuery::new(term, IndexRecordOption::Basic)));
    }
    for (field, from, to) in [
        (fields.day, query.from, query.to),
        (fields.deadline, query.deadline_from, query.deadline_to),
    ] {
        if from.is_some() || to.is_some() {
            let bound = |day| Bound::Included(Term::from_field_i64(field, day_number(day)));
            let (from, to) =
                (from.map_or(Bound::Unbounded, bound), to.map_or(Bound::Unbounded, bound));
            filters.push(Box::new(RangeQuery::new(from, to)));
        }
    }
    filters
}

/// Publishers with `name` anywhere in theirs, whatever the case.
fn publisher(name: &str, field: Field) -> Boxed {
    let mut pattern = String::from(".*");
    for character in words::fold(name.trim()).chars() {
        if !character.is_alphanumeric() && !character.is_whitespace() {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push_str(".*");
    match RegexQuery::from_pattern(&pattern, field) {
        Ok(regex) => Box::new(regex),
        Err(_) => Box::new(EmptyQuery),
    }
}
