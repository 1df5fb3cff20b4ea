//! Which items tell of the same event.
//!
//! Two items of one language are compared by their words, rare ones counting more; two of different
//! languages by what does not change in translation: references, names, acronyms, figures. An item joins
//! the story whose items it resembles on the whole, not the one where it resembles somebody, so that
//! stories do not grow along chains. Rather two stories of one event than one story of two.

use crate::understand::words::{self, Analysis, Word};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use utkik_sources::{AreaId, Item, ItemId, Known, SourceId};

/// The same event is told within so many seconds.
const DAYS: i64 = 5 * 86_400;

/// How alike two items of one language must be, from 0 to 1.
const ALIKE: f64 = 0.27;

/// How alike two items of different languages must be.
const ALIKE_ABROAD: f64 = 0.35;

/// How much a word of the title counts beside one of the summary.
const TITLE: f64 = 2.0;

/// So many words of the summary or text are looked at.
const ENOUGH: usize = 80;

/// A word or name in more items than this part of all leads nowhere.
const COMMON: f64 = 0.05;

/// Items about one event.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// The id of its earliest item.
    pub id: ItemId,
    /// The title of its earliest item.
    pub title: String,
    /// The items, the earliest first.
    pub items: Vec<ItemId>,
    /// When the first was dated.
    pub first: Timestamp,
    /// When the last was dated.
    pub last: Timestamp,
    /// The areas of any of its items, each once.
    pub areas: Vec<AreaId>,
    /// Who told it, each once.
    pub sources: Vec<SourceId>,
}

/// Groups items by event; every item is in exactly one story, most are alone in theirs. The order in which
/// items are given does not matter.
pub fn stories(items: &[(Item, Known)]) -> Vec<Story> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|index| (items[*index].0.dated().at(), items[*index].0.id));
    let sketches = sketches(items);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut group_of: HashMap<usize, usize> = HashMap::new();
    let mut holders: HashMap<u32, Vec<usize>> = HashMap::new();
    for index in order {
        let sketch = &sketches[index];
        let joined = best_group(index, &sketches, &holders, &group_of, &groups);
        let group = joined.unwrap_or_else(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(index);
        group_of.insert(index, group);
        for feature in &sketch.leads {
            holders.entry(*feature).or_default().push(index);
        }
    }
    groups.into_iter().map(|group| story(&group, items)).collect()
}

/// The story that an item joins: of those that share something rare with it, the one it resembles most on the whole.
fn best_group(
    index: usize,
    sketches: &[Sketch],
    holders: &HashMap<u32, Vec<usize>>,
    group_of: &HashMap<usize, usize>,
    groups: &[Vec<usize>],
) -> Option<usize> {
    let sketch = &sketches[index];
    let mut candidates = BTreeSet::new();
    for feature in &sketch.leads {
        // Items come in order of time, so those of the last days are at the end.
        let recent = holders.get(feature).into_iter().flatten().rev();
        let recent = recent.take_while(|other| sketch.at - sketches[**other].at <= DAYS);
        candidates.extend(recent.map(|other| group_of[other]));
    }
    let alike = candidates.into_iter().filter_map(|group| {
        let members = &groups[group];
        let likeness = |other: &usize| sketch.likeness(&sketches[*other]);
        let mean = members.iter().map(likeness).sum::<f64>() / members.len() as f64;
        (mean >= 1.0).then_some((mean, group))
    });
    alike
        .max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)))
        .map(|best| best.1)
}

fn story(group: &[usize], items: &[(Item, Known)]) -> Story {
    let (first, _) = &items[group[0]];
    let at = |index: &usize| items[*index].0.dated().at();
    let mut areas: Vec<AreaId> = Vec::new();
    let mut sources: Vec<SourceId> = Vec::new();
    for (item, known) in group.iter().map(|index| &items[*index]) {
        for tag in &known.tags {
            if !areas.contains(&tag.area) {
                areas.push(tag.area.clone());
            }
        }
        if !sources.contains(&item.source) {
            sources.push(item.source.clone());
        }
    }
    Story {
        id: first.id,
        title: first.entry.title.clone(),
        items: group.iter().map(|index| items[*index].0.id).collect(),
        first: at(&group[0]),
        last: group.iter().map(at).max().unwrap_or_else(|| at(&group[0])),
        areas,
        sources,
    }
}

/// What is compared of an item. Features are numbered; each has a weight that is higher the rarer it is.
struct Sketch {
    at: i64,
    language: &'static str,
    /// Stems of title and summary, as a unit vector.
    words: Vec<(u32, f64)>,
    /// References, names, acronyms and figures, with how much each tells.
    keys: Vec<(u32, f64)>,
    areas: Vec<AreaId>,
    /// Features rare enough to look for fellows by.
    leads: Vec<u32>,
}

impl Sketch {
    /// How alike two items are: from 1.0 on they tell of the same event.
    fn likeness(&self, other: &Sketch) -> f64 {
        let (shared, count) = shared(&self.keys, &other.keys);
        let total = |sketch: &Sketch| sketch.keys.iter().map(|(_, weight)| weight).sum::<f64>();
        let of_keys = shared / total(self).min(total(other)).max(f64::MIN_POSITIVE);
        if self.language == other.language {
            let cosine = dot(&self.words, &other.words);
            return (cosine + 0.2 * of_keys * cosine.min(0.5)) / ALIKE;
        }
        let same_area = self.areas.iter().any(|area| other.areas.contains(area));
        let is_untagged = self.areas.is_empty() && other.areas.is_empty();
        if count < 2 || !(same_area || is_untagged) {
            return 0.0;
        }
        of_keys / ALIKE_ABROAD
    }
}

fn dot(one: &[(u32, f64)], other: &[(u32, f64)]) -> f64 {
    pairs(one, other).map(|(a, b)| a * b).sum()
}

/// The weight and the number of what both have.
fn shared(one: &[(u32, f64)], other: &[(u32, f64)]) -> (f64, usize) {
    pairs(one, other).fold((0.0, 0), |(sum, count), (weight, _)| (sum + weight, count + 1))
}

/// The weights of what both have; both in order.
fn pairs<'a>(
    one: &'a [(u32, f64)],
    other: &'a [(u32, f64)],
) -> impl Iterator<Item = (f64, f64)> + 'a {
    one.iter().filter_map(|(feature, weight)| {
        let at = other.binary_search_by_key(feature, |(feature, _)| *feature).ok()?;
        Some((*weight, other[at].1))
    })
}

/// Raw features of an item: stems with how much they were said, and keys.
type Raw = (BTreeMap<String, f64>, BTreeSet<String>);

fn sketches(items: &[(Item, Known)]) -> Vec<Sketch> {
    let raw: Vec<Raw> = items.iter().map(|(item, known)| features(item, known)).collect();
    let mut numbers: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for (stems, keys) in &raw {
        for feature in stems.keys().chain(keys) {
            let next = numbers.len() as u32;
            numbers.entry(feature).or_insert((next, 0)).1 += 1;
        }
    }
    // A batch of few items knows little about how common words are: as if there were always some hundred.
    let all = items.len().max(200) as f64;
    let rarity = |feature: &str| (all / (f64::from(numbers[feature].1) + 0.5)).ln().max(0.1);
    let most = (all * COMMON).max(8.0);
    let sketch = |((item, known), (stems, keys)): (&(Item, Known), &Raw)| {
        let numbered = |feature: &str, times: f64| (numbers[feature].0, times * rarity(feature));
        let mut words: Vec<(u32, f64)> =
            stems.iter().map(|(stem, times)| numbered(stem, 1.0 + times.ln())).collect();
        words.sort_by_key(|(feature, _)| *feature);
        let length = words.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        words.iter_mut().for_each(|(_, weight)| *weight /= length.max(f64::MIN_POSITIVE));
        let mut key_weights: Vec<(u32, f64)> = keys.iter().map(|key| numbered(key, 1.0)).collect();
        key_weights.sort_by_key(|(feature, _)| *feature);
        let leads = stems.keys().chain(keys).map(String::as_str);
        let leads = leads.filter(|feature| f64::from(numbers[feature].1) <= most);
        Sketch {
            at: item.dated().at().as_second(),
            language: Analysis::of(known.language.as_ref()).code(),
            words,
            keys: key_weights,
            areas: known.tags.iter().map(|tag| tag.area.clone()).collect(),
            leads: leads.map(|feature| numbers[feature].0).collect(),
        }
    };
    items.iter().zip(&raw).map(sketch).collect()
}

fn features(item: &Item, known: &Known) -> Raw {
    let analysis = Analysis::of(known.language.as_ref());
    let (mut stems, mut keys) = (BTreeMap::new(), BTreeSet::new());
    let body = item.entry.summary.as_deref().or(item.text.as_deref()).unwrap_or_default();
    for (text, weight) in [(item.entry.title.as_str(), TITLE), (body, 1.0)] {
        let text = words::tidy(text);
        let mut before = 0;
        for (place, Word { start, end }) in words::words(&text).take(ENOUGH).enumerate() {
            let word = &text[start..end];
            let begins = place == 0 || text[before..start].contains(['.', '!', '?', ':', '\n']);
            before = end;
            if let Some(key) = key(word, begins) {
                keys.insert(key);
            }
            let folded = words::fold(word);
            if folded.len() > 1 && !words::is_common(&folded) {
                // Marked with the language, since the same letters mean other things in others.
                let stem = format!("{} {}", analysis.code(), analysis.stem(word));
                *stems.entry(stem).or_insert(0.0) += weight;
            }
        }
    }
    keys.extend(known.references.iter().map(|reference| reference.normal.clone()));
    (stems, keys)
}

/// What stays the same in translation: an acronym, a figure, a name. Names lose their endings.
fn key(word: &str, begins_sentence: bool) -> Option<String> {
    let letters = word.chars().count();
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        let is_year = letters == 4 && (word.starts_with("19") || word.starts_with("20"));
        return (letters >= 2 && !is_year).then(|| format!("= {word}"));
    }
    let capitals = word.chars().filter(|letter| letter.is_uppercase()).count();
    let folded = words::fold(word);
    if capitals >= 2 {
        return Some(format!("= {folded}"));
    }
    let is_name =
        capitals == 1 && letters >= 4 && !begins_sentence && word.starts_with(char::is_uppercase);
    is_name.then(|| format!("= {}", folded.chars().take(6).collect::<String>()))
}
