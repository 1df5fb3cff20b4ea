//! A query of ours in the engine's terms.
//!
//! Words become [`Clue`]s: each may stand as any language would stem it, inside a compound, as the parts of a compound,
//! or under another name. Two words must both be there; of more, most. Where that finds less than a page,
//! [`Reach::Wide`] asks again: any word is enough, what comes near counts, too, and so does the same goal area. What has all
//! words as they were written still comes first.

use crate::{
    finder::{
        Query,
        analyser::{PART, WRITTEN},
        parse::{Want, Wish},
        schema::{Fields, day_number},
        weigh::{Bag, Clue, Memo, Prepared, Way, Weigh},
    },
    understand::{
        compound::Lexicon,
        thesaurus::{Meaning, Thesaurus},
        words::{self, Analysis},
    },
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

/// What a word inside a compound is worth, beside the word by itself.
const INSIDE: f32 = 0.8;

/// What the parts of a compound are worth, beside the compound.
const PARTS: f32 = 0.6;

/// What another name is worth, beside the one that was asked for; and what only comes near.
const SAME: f32 = 0.6;
const NEAR: f32 = 0.4;

/// What belonging to the goal area of a query is worth, beside having all its words.
const AREA: f32 = 0.12;

/// What being in the language that a query speaks of is worth.
const LANGUAGE: f32 = 0.5;

type Boxed = Box<dyn Ask>;

/// How far a query reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// What was asked for.
    Plain,
    /// Also what has some of it, or comes near it.
    Wide,
}

/// What a query is asked of, and with.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub(crate) fields: &'a Fields,
    pub(crate) searcher: &'a Searcher,
    pub(crate) lexicon: &'a Lexicon,
    /// Names of the same idea; `None` where only the words themselves are wanted.
    pub(crate) thesaurus: Option<&'a Thesaurus>,
    pub(crate) memo: &'a Memo,
    pub(crate) reach: Reach,
}

/// Whether reaching wider can find more: who writes alternatives and parentheses means what is written.
pub(crate) fn can_reach_wider(wishes: &[Wish]) -> bool {
    let is_plain = |wish: &Wish| {
        wish.not || matches!(&wish.any[..], [Want::Word(_) | Want::Phrase(_) | Want::Prefix(_)])
    };
    let is_word = |wish: &Wish| !wish.not && matches!(&wish.any[..], [Want::Word(_)]);
    wishes.iter().all(is_plain) && wishes.iter().any(is_word)
}

/// A word that a search may do without, unless it is written as an acronym (IT, ENA).
pub(crate) fn is_common(word: &str) -> bool {
    let is_acronym = word.len() > 1 && !word.contains(char::is_lowercase);
    let folded = words::fold(word);
    !is_acronym && (words::is_common(&folded) || words::is_asking(&folded))
}

/// The words of wishes that tell something; all where none does.
pub(crate) fn telling(wishes: &[Wish]) -> Vec<&Wish> {
    let is_common = |wish: &Wish| matches!(&wish.any[..], [Want::Word(word)] if is_common(word));
    let wanted: Vec<&Wish> = wishes.iter().filter(|wish| !wish.not).collect();
    let telling: Vec<&Wish> = wanted.iter().copied().filter(|wish| !is_common(wish)).collect();
    if telling.is_empty() { wanted } else { telling }
}

/// The words of a query that stand by themselves, in order.
pub(crate) fn single<'a>(wishes: &[&'a Wish]) -> Vec<&'a str> {
    let word = |wish: &&'a Wish| match &wish.any[..] {
        [Want::Word(word)] => Some(word.as_str()),
        _ => None,
    };
    wishes.iter().filter_map(word).collect()
}

impl Asker<'_> {
    /// The whole query: wishes about words, which rank, and filters, which do not.
    pub(crate) fn ask(self, query: &Query, wishes: &[Wish]) -> tantivy::Result<Boxed> {
        let mut parts: Vec<(Occur, Boxed)> = vec![(Occur::Must, self.all(wishes)?)];
        for title in &query.titles {
            let all = words::words(title).map(|word| title[word.start..word.end].to_owned());
            parts.push((Occur::Must, self.titled(&all.collect::<Vec<_>>())));
        }
        for filter in filters(query, self.fields) {
            parts.push((Occur::Must, Box::new(ConstScoreQuery::new(filter, 0.0))));
        }
        Ok(Box::new(BooleanQuery::new(parts)))
    }

    fn all(self, wishes: &[Wish]) -> tantivy::Result<Boxed> {
        let counted = telling(wishes);
        let unwanted: Vec<&Wish> = wishes.iter().filter(|wish| wish.not).collect();
        if counted.is_empty() && unwanted.is_empty() {
            return Ok(Box::new(AllQuery));
        }
        let mut parts: Vec<(Occur, Boxed)> = Vec::new();
        if counted.is_empty() {
            parts.push((Occur::Must, Box::new(AllQuery)));
        }
        let is_of_words = |wish: &&Wish| wish.any.iter().all(|want| matches!(want, Want::Word(_)));
        let (words, others): (Vec<&Wish>, Vec<&Wish>) = counted.into_iter().partition(is_of_words);
        if !words.is_empty() {
            parts.extend(self.words(&words)?);
        }
        for wish in others {
            parts.push((Occur::Must, self.wish(wish)?));
        }
        let plain = Asker { reach: Reach::Plain, thesaurus: None, ..self };
        for wish in unwanted {
            parts.push((Occur::MustNot, plain.wish(wish)?));
        }
        Ok(Box::new(BooleanQuery::new(parts)))
    }

    /// Wishes that are words, or one of several words.
    fn words(self, wishes: &[&Wish]) -> tantivy::Result<Vec<(Occur, Boxed)>> {
        let wide = self.reach == Reach::Wide;
        let prepared =
            self.memo.prepared(&self.key(wishes), self.state(), || self.prepare(wishes))?;
        let Prepared { weigh, hints } = prepared.as_ref();
        let weigh = Box::new(weigh.clone());
        let hints: Vec<Boxed> = hints
            .iter()
            .map(|(term, worth)| -> Boxed {
                let ask = Box::new(TermQuery::new(term.clone(), IndexRecordOption::Basic));
                Box::new(ConstScoreQuery::new(ask, *worth))
            })
            .collect();
        if hints.is_empty() {
            return Ok(vec![(Occur::Must, weigh)]);
        }
        let hints: Boxed = Box::new(DisjunctionMaxQuery::with_tie_breaker(hints, TIE));
        if wide {
            let either = BooleanQuery::union(vec![weigh, hints]);
            return Ok(vec![(Occur::Must, Box::new(either))]);
        }
        Ok(vec![(Occur::Must, weigh), (Occur::Should, hints)])
    }

    /// What the answer to wishes for words depends on, beside the state of the index.
    fn key(self, wishes: &[&Wish]) -> String {
        let mut key = String::new();
        key.push(if self.reach == Reach::Wide { 'w' } else { 'p' });
        key.push(if self.thesaurus.is_some() { 't' } else { 'l' });
        for wish in wishes {
            key.push(' ');
            for want in &wish.any {
                if let Want::Word(word) = want {
                    key.push('|');
                    key.push_str(word);
                }
            }
        }
        key
    }

    /// The state of the index and of the words that compounds are made of.
    fn state(self) -> (u64, u64) {
        (self.searcher.generation().generation_id(), self.lexicon.items)
    }

    /// Words looked up in the index.
    fn prepare(self, wishes: &[&Wish]) -> tantivy::Result<Prepared> {
        let singles = single(wishes);
        let meanings = match self.thesaurus {
            Some(thesaurus) if singles.len() == wishes.len() => thesaurus.meanings(&singles),
            _ => Vec::new(),
        };
        let mut clues = Vec::new();
        let mut hints: Vec<(usize, Term, f32)> = Vec::new();
        let mut at = 0;
        while at < wishes.len() {
            match meanings.iter().find(|meaning| meaning.from == at) {
                Some(meaning) => {
                    clues.push(self.meant(&singles[at..at + meaning.count], meaning));
                    let areas = meaning.areas.iter().map(|area| (self.fields.area, &area.0, AREA));
                    let languages = meaning.languages.iter();
                    let languages = languages.map(|code| (self.fields.language, code, LANGUAGE));
                    hints.extend(areas.chain(languages).map(|(field, value, worth)| {
                        (clues.len() - 1, Term::from_field_text(field, value), worth)
                    }));
                    at += meaning.count;
                }
                None => {
                    let words = wishes[at].any.iter().filter_map(|want| match want {
                        Want::Word(word) => Some(word),
                        _ => None,
                    });
                    clues.push(Clue { ways: words.flat_map(|word| self.ways(word)).collect() });
                    at += 1;
                }
            }
        }
        let wide = self.reach == Reach::Wide;
        let needed = match clues.len() {
            _ if wide => 1,
            few @ 0..=2 => few,
            3 => 2,
            many => many.div_ceil(2),
        };
        let weigh = Weigh::new(&clues, needed, wide, self.searcher, self.fields, self.memo)?;
        let hints = hints.into_iter();
        let hints = hints.map(|(clue, term, worth)| (term, worth * weigh.most(clue))).collect();
        Ok(Prepared { weigh, hints })
    }

    /// The ways to fulfil a word.
    fn ways(self, word: &str) -> Vec<Way> {
        let forms = forms(word);
        let inside = forms.iter().filter(|form| form.chars().count() > 2);
        let inside = Bag::of(inside.map(|form| (format!("{PART}{form}"), 1.0)));
        let plain = Bag::of(forms.iter().map(|form| (form.clone(), 1.0)));
        let mut ways =
            vec![Way { worth: 1.0, bags: vec![plain] }, Way { worth: INSIDE, bags: vec![inside] }];
        let folded = words::fold(word);
        let parts = Lexicon::LANGUAGES.iter().map(|code| self.lexicon.parts(&folded, code));
        if let Some(parts) = parts.into_iter().find(|parts| !parts.is_empty()) {
            let bags = parts.iter().map(|(part, _)| either(part)).collect();
            ways.push(Way { worth: PARTS, bags });
        }
        ways
    }

    /// Words that name an idea together, or any other name of it.
    fn meant(self, words: &[&str], meaning: &Meaning) -> Clue {
        let mut ways = match words {
            [word] => self.ways(word),
            words => {
                vec![Way { worth: 1.0, bags: words.iter().map(|word| either(word)).collect() }]
            }
        };
        let own: Vec<String> = words.iter().flat_map(|word| forms(word)).collect();
        for is_near in [false, true] {
            if is_near && self.reach == Reach::Plain {
                break;
            }
            let worth = if is_near { NEAR } else { SAME };
            let mut bag = Bag { known: true, ..Bag::default() };
            for term in meaning.others.iter().filter(|term| term.is_near == is_near) {
                if let [stem] = &term.stems[..] {
                    if !own.contains(stem) {
                        bag.terms.push((stem.clone(), 1.0));
                        bag.terms.push((format!("{PART}{stem}"), INSIDE));
                    }
                } else if !term.stems.iter().all(|stem| own.contains(stem)) {
                    let bags = term.stems.iter().map(|stem| Bag {
                        known: true,
                        terms: vec![(stem.clone(), 1.0), (format!("{PART}{stem}"), INSIDE)],
                    });
                    ways.push(Way { worth, bags: bags.collect() });
                }
            }
            ways.push(Way { worth, bags: vec![bag] });
        }
        Clue { ways }
    }

    fn wish(self, wish: &Wish) -> tantivy::Result<Boxed> {
        let mut any =
            wish.any.iter().map(|want| self.want(want)).collect::<tantivy::Result<Vec<_>>>()?;
        if any.len() == 1 {
            return Ok(any.remove(0));
        }
        Ok(Box::new(BooleanQuery::union(any)))
    }

    fn want(self, want: &Want) -> tantivy::Result<Boxed> {
        Ok(match want {
            Want::Word(word) => {
                let clue = Clue { ways: self.ways(word) };
                Box::new(Weigh::new(&[clue], 1, false, self.searcher, self.fields, self.memo)?)
            }
            Want::Prefix(prefix) => in_fields(self.fields, |field, asks| {
                // Folded words hold letters and digits only, which mean themselves in a pattern.
                let pattern = format!("{WRITTEN}?{prefix}.*");
                if let Ok(regex) = RegexQuery::from_pattern(&pattern, field) {
                    asks.push(Box::new(regex));
                }
            }),
            Want::Phrase(phrase) => {
                let rows = phrase_forms(phrase);
                in_fields(self.fields, |field, asks| {
                    let known = |row: &&Vec<String>| row.iter().all(|form| self.has(field, form));
                    asks.extend(rows.iter().filter(known).map(|row| -> Boxed {
                        let terms =
                            row.iter().map(|word| Term::from_field_text(field, word)).collect();
                        Box::new(PhraseQuery::new(terms))
                    }));
                })
            }
            Want::Group(wishes) => self.all(wishes)?,
        })
    }

    /// What has these words in a row in its title.
    fn titled(self, phrase: &[String]) -> Boxed {
        let terms = |row: &Vec<String>| {
            row.iter()
                .map(|word| Term::from_field_text(self.fields.title, word))
                .collect::<Vec<_>>()
        };
        let rows = phrase_forms(phrase);
        let asks = rows.iter().map(terms).map(|mut terms| -> Boxed {
            match terms.len() {
                0 => Box::new(AllQuery),
                1 => Box::new(TermQuery::new(terms.remove(0), IndexRecordOption::WithFreqs)),
                _ => Box::new(PhraseQuery::new(terms)),
            }
        });
        Box::new(DisjunctionMaxQuery::new(asks.collect()))
    }

    /// Whether any item has this word in this field; none where the index cannot be read, of which the search itself
    /// will tell.
    fn has(self, field: Field, form: &str) -> bool {
        self.searcher.doc_freq(&Term::from_field_text(field, form)).unwrap_or(0) > 0
    }
}

/// A word by itself or inside a compound.
fn either(word: &str) -> Bag {
    Bag::of(forms(word).into_iter().flat_map(|form| {
        let inside = (format!("{PART}{form}"), INSIDE);
        [(form, 1.0), inside]
    }))
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
