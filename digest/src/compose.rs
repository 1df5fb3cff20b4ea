//! What should the reader know, in which order, and what does not fit?
//!
//! The sections follow what a reader asks: must I do something, and by when? What changed that
//! matters to my area? What is coming? And at last: how was this chosen?

use crate::{
    Basis, Brief, Tongue, Week, echo,
    rank::{Told, days_left, points},
};
use jiff::{Timestamp, civil::Date};
use std::collections::{BTreeMap, BTreeSet};
use utkik_index::stories;
use utkik_sources::{AreaId, Dated, FactKind, Item, ItemId, Known, Language, Level, Origin};

/// How many stories open the letter.
const LEADING: usize = 3;
/// How many deadlines are shown; the others are counted.
const DEADLINES: usize = 6;
/// How many stories one area shows.
const PER_AREA: usize = 2;
/// How many stories the areas show in all.
const IN_AREAS: usize = 6;
/// How many stories tell of the legal situation.
const LEGAL: usize = 2;
/// How many events are shown.
const COMING: usize = 3;
/// What it counts, beside the points of a story, that it is told in the language of the letter: more than all else.
const AT_HOME: f64 = 100.0;
/// How far ahead events are shown, in days.
const COMING_DAYS: i32 = 28;

/// What one reader gets for one week.
#[derive(Clone, Debug, PartialEq)]
pub struct Digest {
    /// The week.
    pub week: Week,
    /// When it was composed.
    pub written_at: Timestamp,
    /// What it is written in.
    pub language: Tongue,
    /// The stories that matter most.
    pub leading: Vec<Entry>,
    /// What can still be answered, the soonest first.
    pub closing: Vec<Closing>,
    /// Bills, acts, rulings and supervision that are not among the leading.
    pub legal: Vec<Entry>,
    /// News by goal area, in the framework's order; only areas with news.
    pub areas: Vec<Section>,
    /// What happens in the next weeks, the soonest first.
    pub coming: Vec<Closing>,
    /// Stories that matched but did not fit.
    pub left_out: usize,
    /// Deadlines that matched but did not fit.
    pub closing_left_out: usize,
    /// How it was chosen.
    pub chosen: Left,
}

/// A story as the reader sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The item that tells it best.
    pub id: ItemId,
    /// In the words of the source.
    pub title: String,
    /// What the title is written in.
    pub language: Option<Language>,
    /// Where to read it.
    pub link: Option<String>,
    /// A sentence or two of the source, at most 220 characters.
    pub quote: Option<String>,
    /// Who stands behind it.
    pub origin: Origin,
    /// Sort of document, as the frameworks' code and names.
    pub document: Option<(String, String)>,
    /// The day, and whether the source said so.
    pub day: Date,
    /// Whether the day is that of publication, or only of the first sight.
    pub day_is_published: bool,
    /// The areas, the surest first.
    pub areas: Vec<(AreaId, String)>,
    /// Terms of the frameworks that earned the areas.
    pub terms: Vec<String>,
    /// Other publishers who tell the same.
    pub also: Vec<String>,
    /// The last day to answer, and how many days are left.
    pub deadline: Option<(Date, i32)>,
    /// Acts and documents that it refers to.
    pub references: Vec<String>,
    /// Found too late for the digest of its own week.
    pub late: bool,
}

/// A day that is coming, with the sentence that says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Closing {
    /// The day.
    pub date: Date,
    /// Days from the digest to it.
    pub days_left: i32,
    /// What it is about.
    pub entry: Entry,
    /// The sentence that the day stands in.
    pub sentence: String,
    /// Whether it stands in a document that asks for something: a consultation, a call, a bill.
    pub asks: bool,
    /// Whether it was asked within the week.
    pub new: bool,
    /// Whether it closes before the next letter comes.
    pub last_call: bool,
}

/// The news of one area.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Which area.
    pub area: AreaId,
    /// Its name in the language of the letter.
    pub name: String,
    /// Most important first.
    pub entries: Vec<Entry>,
    /// Stories of the area that did not fit.
    pub left_out: usize,
}

/// How the digest was chosen, in numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Left {
    /// Items of the week that were looked at.
    pub items: usize,
    /// Of these, items that belong to a goal area and to what the reader wants.
    pub relevant: usize,
    /// How many stories the relevant items tell.
    pub stories: usize,
    /// Items of the week that do not count as news, since their source listed them at its first visit.
    pub listed_before: usize,
    /// How many sources are visited.
    pub sources: usize,
    /// Relevant items by level of their publisher.
    pub levels: Vec<(Level, usize)>,
}

impl Digest {
    /// How many of the week's stories it shows: what does not fit is left out, and both make up all.
    pub fn items(&self) -> usize {
        self.chosen.stories - self.left_out
    }
}

/// Composes a digest; sends nothing.
pub fn compose(basis: &Basis<'_>, brief: &Brief) -> Digest {
    let desk = Desk { basis, brief, today: basis.week.read_on(basis.written_at) };
    let origins = desk.origins(&basis.items);
    let relevant: Vec<Told<'_>> = desk.wanted(&basis.items, &origins);
    let ranked = desk.ranked(&relevant);
    let leading: Vec<Entry> = ranked.iter().take(LEADING).map(|story| desk.entry(story)).collect();
    let (closing, closing_left_out) = desk.closing();
    // What can be answered stands under its last day, and once is enough.
    let answered: BTreeSet<ItemId> = closing.iter().map(|closing| closing.entry.id).collect();
    let is_answered =
        |story: &Ranked<'_>| story.iter().any(|told| answered.contains(&told.item.id));
    let rest = ranked.iter().skip(LEADING).filter(|story| !is_answered(story));
    let (legal, rest): (Vec<_>, Vec<_>) = rest.partition(|story| is_legal(story));
    let legal_shown: Vec<Entry> = legal.iter().take(LEGAL).map(|story| desk.entry(story)).collect();
    let rest: Vec<_> = legal.iter().skip(LEGAL).chain(&rest).copied().collect();
    let (areas, shown) = desk.sections(&rest);
    Digest {
        week: basis.week,
        written_at: basis.written_at,
        language: brief.language,
        left_out: rest.len() - shown,
        leading,
        closing,
        legal: legal_shown,
        areas,
        coming: desk.coming(),
        closing_left_out,
        chosen: Left {
            items: basis.items.len(),
            relevant: relevant.len(),
            stories: ranked.len(),
            listed_before: basis.listed_before,
            sources: basis.sources,
            levels: by_level(&relevant),
        },
    }
}

/// Items about the same event; the one that tells it best first.
pub(crate) type Ranked<'a> = Vec<Told<'a>>;

struct Desk<'a> {
    basis: &'a Basis<'a>,
    brief: &'a Brief,
    today: Date,
}

impl<'a> Desk<'a> {
    fn origins(&self, items: &[(Item, Known)]) -> Vec<Origin> {
        items.iter().map(|(item, _)| self.basis.catalogue.origin(item)).collect()
    }

    /// What belongs to an area and to what the reader wants.
    fn wanted<'b>(&self, items: &'b [(Item, Known)], origins: &'b [Origin]) -> Vec<Told<'b>> {
        let told =
            items.iter().zip(origins).map(|((item, known), origin)| Told { item, known, origin });
        told.filter(|told| self.wants(told)).collect()
    }

    fn wants(&self, told: &Told<'_>) -> bool {
        let brief = self.brief;
        let in_area = |area: &AreaId| {
            brief.areas.is_empty() || brief.areas.iter().any(|wanted| wanted.covers(area))
        };
        let in_level = brief.levels.is_empty()
            || told.origin.level.is_some_and(|level| brief.levels.contains(&level));
        in_level && told.known.tags.iter().any(|tag| in_area(&tag.area))
    }

    /// The stories, most important first.
    fn ranked<'b>(&self, relevant: &[Told<'b>]) -> Vec<Ranked<'b>> {
        let by_id: BTreeMap<ItemId, Told<'b>> =
            relevant.iter().map(|told| (told.item.id, *told)).collect();
        let pairs: Vec<(Item, Known)> =
            relevant.iter().map(|told| (told.item.clone(), told.known.clone())).collect();
        let told = stories(&pairs).into_iter();
        let told = told.map(|story| story.items.iter().map(|id| by_id[id]).collect()).collect();
        let mut ranked: Vec<(f64, Ranked<'b>)> = echo::joined(told, self.today)
            .into_iter()
            .map(|mut tellers| {
                let alone = |told: &Told<'_>| points(&[*told], self.today) + self.at_home(told);
                tellers.sort_by(|one, other| {
                    alone(other).total_cmp(&alone(one)).then(one.item.id.cmp(&other.item.id))
                });
                (points(&tellers, self.today), tellers)
            })
            .collect();
        ranked.sort_by(|(one, first), (other, second)| {
            other.total_cmp(one).then(first[0].item.id.cmp(&second[0].item.id))
        });
        ranked.into_iter().map(|(_, tellers)| tellers).collect()
    }

    /// Of several tellers, the reader is sent to one that writes in the language of the letter.
    fn at_home(&self, told: &Told<'_>) -> f64 {
        let language = told.known.language.as_ref();
        let same = language.is_some_and(|language| language.code() == self.brief.language.code());
        if same { AT_HOME } else { 0.0 }
    }

    /// Each story under its surest area, and how many found room.
    fn sections(&self, stories: &[&Ranked<'_>]) -> (Vec<Section>, usize) {
        let mut by_area: BTreeMap<usize, Section> = BTreeMap::new();
        let order: Vec<AreaId> =
            self.basis.frameworks.leaves().map(|area| area.id.clone()).collect();
        let mut shown = 0;
        for story in stories {
            let Some(area) = self.area_of(story) else { continue };
            let place = order.iter().position(|id| *id == area).unwrap_or(order.len());
            let section = by_area.entry(place).or_insert_with(|| Section {
                name: self.name(&area),
                area,
                entries: Vec::new(),
                left_out: 0,
            });
            if section.entries.len() < PER_AREA && shown < IN_AREAS {
                section.entries.push(self.entry(story));
                shown += 1;
            } else {
                section.left_out += 1;
            }
        }
        let sections = by_area.into_values().filter(|section| !section.entries.is_empty());
        (sections.collect(), shown)
    }

    /// The area that a story is filed under: the surest that the reader wants.
    fn area_of(&self, story: &Ranked<'_>) -> Option<AreaId> {
        let brief = &self.brief.areas;
        let wanted =
            |area: &AreaId| brief.is_empty() || brief.iter().any(|wanted| wanted.covers(area));
        let tags = story.iter().flat_map(|told| &told.known.tags);
        tags.map(|tag| &tag.area).find(|area| wanted(area)).cloned()
    }

    /// What can still be answered, the soonest first; the same question told twice stands once.
    fn closing(&self) -> (Vec<Closing>, usize) {
        let mut all = self.days(|known| {
            let fact = known.deadline();
            fact.into_iter().map(|fact| (fact.date, fact.sentence.clone())).collect()
        });
        all.retain(|closing| closing.days_left >= 0 && closing.asks);
        let left_out = all.len().saturating_sub(DEADLINES);
        // A question that a neighbouring country asks its own comes after those that the reader is asked.
        all.sort_by_key(|closing| is_neighbours(&closing.entry.origin));
        all.truncate(DEADLINES);
        all.sort_by(by_day);
        (all, left_out)
    }

    /// Acts that begin to apply, reports and events in the next weeks.
    fn coming(&self) -> Vec<Closing> {
        let mut all = self.days(|known| {
            let coming = known.dates.iter().filter(|fact| fact.kind != FactKind::Deadline);
            coming.map(|fact| (fact.date, fact.sentence.clone())).collect()
        });
        all.retain(|closing| (0..=COMING_DAYS).contains(&closing.days_left));
        all.truncate(COMING);
        all
    }

    /// The days that `pick` finds in the stories at hand, each with who tells it best; soonest first.
    fn days(&self, pick: impl Fn(&Known) -> Vec<(Date, String)>) -> Vec<Closing> {
        let at_hand = self.at_hand();
        let origins = self.origins(&at_hand);
        let wanted = self.wanted(&at_hand, &origins);
        let (began, ended) = self.basis.week.bounds();
        let mut all = Vec::new();
        for story in self.ranked(&wanted) {
            let asks = story.iter().any(|told| told.known.document.as_deref().is_none_or(asks));
            let mut seen = BTreeSet::new();
            for told in &story {
                for (date, sentence) in pick(told.known) {
                    let Some(days_left) = days_left(date, self.today) else { continue };
                    if !seen.insert(date) {
                        continue;
                    }
                    let at = told.item.dated().at();
                    let mut tellers = story.clone();
                    tellers.sort_by_key(|other| other.item.id != told.item.id);
                    all.push(Closing {
                        date,
                        days_left,
                        entry: self.entry(&tellers),
                        sentence,
                        asks,
                        new: !told.item.backfill && began <= at && at < ended,
                        last_call: (0..=9).contains(&days_left),
                    });
                }
            }
        }
        all.sort_by(by_day);
        all
    }

    /// The items of the week and those with days to come, each once.
    fn at_hand(&self) -> Vec<(Item, Known)> {
        let mut seen = BTreeSet::new();
        let all = self.basis.items.iter().chain(&self.basis.upcoming);
        all.filter(|(item, _)| seen.insert(item.id)).cloned().collect()
    }

    fn entry(&self, story: &[Told<'_>]) -> Entry {
        let Told { item, known, origin } = story[0];
        let (day, day_is_published) = match item.dated() {
            Dated::Published(at) => (crate::stockholm(at).date(), true),
            Dated::FirstSeen(at) => (crate::stockholm(at).date(), false),
        };
        let open = |told: &Told<'_>| {
            let date = told.known.deadline()?.date;
            let days = days_left(date, self.today)?;
            (days >= 0).then_some((date, days))
        };
        // The teller that we show may have left the day to another.
        let deadline = open(&story[0]).or_else(|| story.iter().filter_map(open).min());
        let mut also: Vec<String> = Vec::new();
        for other in &story[1..] {
            let name = &other.origin.organisation;
            if *name != origin.organisation && !also.contains(name) && !name.is_empty() {
                also.push(name.clone());
            }
        }
        Entry {
            id: item.id,
            title: item.entry.title.clone(),
            language: known.language.clone(),
            link: item.entry.link.clone(),
            quote: lead(item).and_then(quote),
            origin: origin.clone(),
            document: known.document.as_deref().and_then(|code| self.document(code)),
            day,
            day_is_published,
            areas: known.tags.iter().map(|tag| (tag.area.clone(), self.name(&tag.area))).collect(),
            terms: terms(item, known),
            also,
            deadline,
            references: known.references.iter().take(3).map(|found| found.normal.clone()).collect(),
            late: !item.backfill
                && item.first_seen >= self.basis.week.bounds().0
                && item.dated().at() < self.basis.week.bounds().0,
        }
    }

    fn name(&self, area: &AreaId) -> String {
        match (self.basis.frameworks.area(area), self.brief.language) {
            (Some(area), Tongue::Sv) => area.name_sv.clone(),
            (Some(area), Tongue::En) => area.name_en.clone(),
            (None, _) => area.0.clone(),
        }
    }

    fn document(&self, code: &str) -> Option<(String, String)> {
        let documents = &self.basis.frameworks.rules().documents;
        let document = documents.iter().find(|document| document.code == code)?;
        let name = match self.brief.language {
            Tongue::Sv => &document.name_sv,
            Tongue::En => &document.name_en,
        };
        Some((code.to_owned(), name.clone()))
    }
}

/// The soonest first.
fn by_day(one: &Closing, other: &Closing) -> std::cmp::Ordering {
    one.date.cmp(&other.date).then(one.entry.id.cmp(&other.entry.id))
}

/// Whether one Nordic country alone is concerned, and not the reader's.
fn is_neighbours(origin: &Origin) -> bool {
    let country = origin.country.as_deref();
    origin.level == Some(Level::Nordic) && country.is_some_and(|code| !matches!(code, "SE" | "XX"))
}

/// Whether a story is about what binds: bills, acts, rulings, supervision.
fn is_legal(story: &Ranked<'_>) -> bool {
    let binds = |code: &str| matches!(code, "PROP" | "LAG" | "DOM" | "TILLSYN");
    story[0].known.document.as_deref().is_some_and(binds)
}

/// Whether documents of this sort ask their reader for something: a date in any other is nobody's deadline.
pub fn asks(code: &str) -> bool {
    !matches!(code, "NYHET" | "HANDELSE" | "RAPPORT" | "TILLSYN")
}

/// What an item says of itself beside its title; some sources repeat the title as a summary.
pub(crate) fn lead(item: &Item) -> Option<&str> {
    let title = item.entry.title.trim();
    let summary = item.entry.summary.as_deref().map(str::trim);
    let says_more = |text: &&str| !text.is_empty() && *text != title;
    let mut paragraphs = item.text.as_deref().unwrap_or_default().split("\n\n").map(str::trim);
    // A minister's words do not tell what happened.
    let is_speech = |text: &&str| text.starts_with(['-', '\u{2013}', '\u{2014}', '\u{201d}', '"']);
    summary
        .filter(says_more)
        .or_else(|| paragraphs.find(|text| says_more(text) && !is_speech(text)))
}

/// A term that weighs less than this part of the heaviest tells no reason.
const MENTION: f64 = 4.0;

/// The three terms that weighed most, as the item writes them.
fn terms(item: &Item, known: &Known) -> Vec<String> {
    let mut because: Vec<_> = known.tags.iter().flat_map(|tag| &tag.because).collect();
    because
        .sort_by(|one, other| other.weight.total_cmp(&one.weight).then(one.term.cmp(&other.term)));
    let heaviest = because.first().map_or(0.0, |evidence| evidence.weight);
    because.retain(|evidence| evidence.weight * MENTION >= heaviest);
    let mut terms: Vec<String> = Vec::new();
    for evidence in because {
        let term = written(&evidence.term, item);
        if !terms.iter().any(|known| known.to_lowercase() == term.to_lowercase()) {
            terms.push(term);
        }
    }
    terms.truncate(3);
    terms
}

/// A term in the words that earned the tag: `bod*` reads as "bodies" where the item says so.
fn written(term: &str, item: &Item) -> String {
    let Some(stem) = term.strip_suffix('*') else { return term.to_owned() };
    let places =
        [Some(item.entry.title.as_str()), item.entry.summary.as_deref(), item.text.as_deref()];
    places.into_iter().flatten().find_map(|text| word_from(stem, text)).unwrap_or(stem.to_owned())
}

/// The whole word that begins with `stem` in `text`, whatever the case.
fn word_from(stem: &str, text: &str) -> Option<String> {
    let mut starts = text
        .char_indices()
        .map(|(at, _)| at)
        .filter(|at| !text[..*at].chars().next_back().is_some_and(char::is_alphanumeric));
    let begins = |at: &usize| {
        let mut rest = text[*at..].chars().flat_map(char::to_lowercase);
        stem.chars().flat_map(char::to_lowercase).all(|letter| rest.next() == Some(letter))
    };
    let from = starts.find(begins)?;
    let after = stem.chars().count();
    let in_word = |letter: char| letter.is_alphanumeric() || letter == '-';
    let word = text[from..].chars().enumerate();
    Some(
        word.take_while(|(at, letter)| *at < after || in_word(*letter))
            .map(|(_, letter)| letter)
            .collect(),
    )
}

fn by_level(relevant: &[Told<'_>]) -> Vec<(Level, usize)> {
    let count =
        |level: Level| relevant.iter().filter(|told| told.origin.level == Some(level)).count();
    let counts = Level::ALL.iter().map(|level| (*level, count(*level)));
    counts.filter(|(_, count)| *count > 0).collect()
}

/// The longest that a source is quoted, in characters.
const QUOTE: usize = 220;

/// The first sentences of `text` that fit a quote; cut at a word when even the first is too long.
fn quote(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= QUOTE {
        return Some(text).filter(|text| !text.is_empty());
    }
    let room: String = text.chars().take(QUOTE).collect();
    let sentence =
        room.match_indices(". ").map(|(at, _)| at + 1).filter(|at| *at > QUOTE / 4).last();
    let word = room.char_indices().take(QUOTE - 1).filter(|(_, letter)| *letter == ' ').last();
    Some(match (sentence, word) {
        (Some(at), _) => room[..at].to_owned(),
        (None, Some((at, _))) => format!("{}…", &room[..at]),
        (None, None) => room,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_ends_with_a_sentence_or_says_that_it_was_cut() {
        let sentence = "A sentence of some length that says a thing. ";
        let quoted = quote(&sentence.repeat(20)).unwrap();
        assert!(quoted.chars().count() <= QUOTE && quoted.ends_with('.'));
        let quoted = quote(&"word ".repeat(200)).unwrap();
        assert!(quoted.chars().count() <= QUOTE && quoted.ends_with("word…"));
        assert_eq!(quote("  "), None);
    }
}
