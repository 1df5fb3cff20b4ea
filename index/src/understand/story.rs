//! Which items tell of the same event?
//!
//! Items are compared by what their title and first lines say: words by stem within one language;
//! beginnings of words, names, numbers, acts and deadlines across languages. Each counts by how rare
//! it is among the items at hand. Groups grow only as long as their members are alike on the average,
//! so that a chain of half-alike items does not become one story.

use super::words::{self, Analysis};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use utkik_sources::{AreaId, Item, ItemId, Known, SourceId};

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
    /// The areas of any of its items.
    pub areas: Vec<AreaId>,
    /// Who told it, each once.
    pub sources: Vec<SourceId>,
}

/// How far apart two tellings of one event may be dated, in seconds.
const WINDOW: i64 = 6 * 86_400;
/// How alike two items in one language must be.
const ALIKE: f64 = 0.20;
/// How alike two items in two languages must be.
const ALIKE_ABROAD: f64 = 0.30;
/// Features of more items than this bring no two items together; they still count once together.
const TOO_COMMON: usize = 60;
/// What counts across languages, against a word of the summary at home: a name or number, an act or a
/// deadline, a goal area, and a word that begins alike (in title and summary only).
const NAME: f64 = 3.0;
const FACT: f64 = 4.0;
const AREA: f64 = 2.0;
const KIN: f64 = 0.5;
/// How many items it takes to tell what is rare.
const USUAL: usize = 500;
/// How much of the text is read, in words: an event is told at the beginning.
const WORDS_READ: usize = 90;

/// Groups items by event; every item is in exactly one story, most are alone in theirs. The same
/// items give the same stories, in whatever order they come.
pub fn stories(items: &[(Item, Known)]) -> Vec<Story> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|place| (items[*place].0.dated().at(), items[*place].0.id));
    let items: Vec<&(Item, Known)> = order.into_iter().map(|place| &items[place]).collect();
    let traits = Traits::of(&items);
    let groups = grouped(items.len(), &traits);
    groups.into_iter().map(|group| story(&group, &items)).collect()
}

fn story(group: &[usize], items: &[&(Item, Known)]) -> Story {
    let members = || group.iter().map(|place| items[*place]);
    let mut areas: Vec<AreaId> = Vec::new();
    for (_, known) in members() {
        for tag in &known.tags {
            if !areas.contains(&tag.area) {
                areas.push(tag.area.clone());
            }
        }
    }
    let sources: BTreeSet<SourceId> = members().map(|(item, _)| item.source.clone()).collect();
    let (first, last) = (&items[group[0]].0, &items[group[group.len() - 1]].0);
    Story {
        id: first.id,
        title: first.entry.title.clone(),
        items: members().map(|(item, _)| item.id).collect(),
        first: first.dated().at(),
        last: last.dated().at(),
        areas,
        sources: sources.into_iter().collect(),
    }
}

/// What the items are compared by.
struct Traits {
    /// Of each item: its features with their weights; the squares of the weights sum to one.
    at_home: Vec<HashMap<u32, f64>>,
    /// The same for comparing across languages.
    abroad: Vec<HashMap<u32, f64>>,
    languages: Vec<Option<String>>,
    days: Vec<i64>,
    /// Items by feature, for features that are rare enough to bring two items together.
    by_feature: Vec<Vec<usize>>,
}

impl Traits {
    fn of(items: &[&(Item, Known)]) -> Traits {
        let mut names = Names::default();
        let raw: Vec<[BTreeMap<u32, f64>; 2]> =
            items.iter().map(|(item, known)| features(item, known, &mut names)).collect();
        let mut by_feature: Vec<Vec<usize>> = vec![Vec::new(); names.0.len()];
        for (place, [home, abroad]) in raw.iter().enumerate() {
            for feature in home.keys().chain(abroad.keys()) {
                by_feature[*feature as usize].push(place);
            }
        }
        let rarity = |feature: u32| rarity(by_feature[feature as usize].len(), items.len());
        let weighted = |features: &BTreeMap<u32, f64>| {
            let mut weights: HashMap<u32, f64> =
                features.iter().map(|(id, count)| (*id, count * rarity(*id))).collect();
            let length = weights.values().map(|weight| weight * weight).sum::<f64>().sqrt();
            weights.values_mut().for_each(|weight| *weight /= length.max(f64::MIN_POSITIVE));
            weights
        };
        let at_home = raw.iter().map(|[home, _]| weighted(home)).collect();
        let abroad = raw.iter().map(|[_, abroad]| weighted(abroad)).collect();
        for items in &mut by_feature {
            if items.len() > TOO_COMMON {
                items.clear();
            }
        }
        let language = |known: &Known| Some(known.language.as_ref()?.code().to_owned());
        Traits {
            at_home,
            abroad,
            languages: items.iter().map(|(_, known)| language(known)).collect(),
            days: items.iter().map(|(item, _)| item.dated().at().as_second()).collect(),
            by_feature,
        }
    }

    /// How alike two items are, as a share of what is asked for: 1 and more is alike enough.
    fn alike(&self, one: usize, other: usize) -> f64 {
        if (self.days[one] - self.days[other]).abs() > WINDOW {
            return 0.0;
        }
        if self.languages[one] == self.languages[other] {
            cosine(&self.at_home[one], &self.at_home[other]) / ALIKE
        } else {
            cosine(&self.abroad[one], &self.abroad[other]) / ALIKE_ABROAD
        }
    }

    /// Pairs that are alike enough, the most alike first.
    fn pairs(&self) -> Vec<(f64, usize, usize)> {
        let mut seen = BTreeSet::new();
        let mut pairs = Vec::new();
        for places in &self.by_feature {
            for (index, one) in places.iter().enumerate() {
                for other in &places[index + 1..] {
                    if one == other || !seen.insert((*one, *other)) {
                        continue;
                    }
                    let alike = self.alike(*one, *other);
                    if alike >= 1.0 {
                        pairs.push((alike, *one, *other));
                    }
                }
            }
        }
        pairs.sort_by(|one, other| {
            other.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2)))
        });
        pairs
    }
}

/// How much a feature of so many of the items counts (inverse document frequency). Of a few items
/// we cannot tell what is rare, so what a week shows is taken as a sample of [`USUAL`] items: the
/// first that has a feature is an accident, and the others tell how common it is.
fn rarity(having: usize, items: usize) -> f64 {
    let all = items.max(USUAL) as f64;
    let expected = 1.0 + (having as f64 - 1.0) * all / items as f64;
    (1.0 + all / expected).ln()
}

/// Average-linkage grouping over the pairs that are alike enough.
fn grouped(count: usize, traits: &Traits) -> Vec<Vec<usize>> {
    let mut group_of: Vec<usize> = (0..count).collect();
    let mut groups: Vec<Vec<usize>> = (0..count).map(|place| vec![place]).collect();
    for (_, one, other) in traits.pairs() {
        let (into, from) = (group_of[one], group_of[other]);
        if into == from || !belong_together(&groups[into], &groups[from], traits) {
            continue;
        }
        let moved = std::mem::take(&mut groups[from]);
        for place in &moved {
            group_of[*place] = into;
        }
        groups[into].extend(moved);
    }
    groups.retain(|group| !group.is_empty());
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups.sort_unstable_by_key(|group| group[0]);
    groups
}

/// Whether the members of two groups are alike on the average.
fn belong_together(one: &[usize], other: &[usize], traits: &Traits) -> bool {
    let pairs =
        one.iter().flat_map(|one| other.iter().map(move |other| traits.alike(*one, *other)));
    let sum: f64 = pairs.sum();
    sum / (one.len() * other.len()) as f64 >= 0.8
}

fn cosine(one: &HashMap<u32, f64>, other: &HashMap<u32, f64>) -> f64 {
    let (small, large) = if one.len() < other.len() { (one, other) } else { (other, one) };
    small.iter().filter_map(|(feature, weight)| Some(weight * large.get(feature)?)).sum()
}

/// Numbers for features, in the order in which they are met.
#[derive(Default)]
struct Names(HashMap<String, u32>);

impl Names {
    fn number(&mut self, feature: String) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(feature).or_insert(next)
    }
}

/// The features of an item with their counts, for comparing at home and abroad.
fn features(item: &Item, known: &Known, names: &mut Names) -> [BTreeMap<u32, f64>; 2] {
    let analysis = Analysis::of(known.language.as_ref());
    let (mut home, mut abroad) = (BTreeMap::new(), BTreeMap::new());
    let summary = item.entry.summary.as_deref().unwrap_or_default();
    let text = item.text.as_deref().unwrap_or_default();
    for (part, weight) in [(item.entry.title.as_str(), 2.0), (summary, 1.0), (text, 0.5)] {
        let mut begins = true;
        let mut end = 0;
        for word in words::words(part).take(WORDS_READ) {
            begins |= part[end..word.start].contains(['.', '!', '?', ':', '\n']);
            end = word.end;
            let raw = &part[word.start..word.end];
            let folded = words::fold(raw);
            let is_name = is_name(raw, begins);
            begins = false;
            if folded.chars().count() < 2 || words::is_common(&folded) || is_year(&folded) {
                continue;
            }
            let most = |entry: &mut BTreeMap<u32, f64>, feature: u32, weight: f64| {
                let kept = entry.entry(feature).or_insert(0.0);
                *kept = kept.max(weight);
            };
            most(&mut home, names.number(analysis.stem(raw)), weight);
            if is_name {
                most(&mut abroad, names.number(format!("={folded}")), NAME * weight);
            } else if folded.chars().count() >= 5 && weight >= 1.0 {
                let beginning: String = folded.chars().take(5).collect();
                most(&mut abroad, names.number(format!("{beginning}-")), KIN * weight);
            }
        }
    }
    let deadlines = known.dates.iter().map(|fact| format!("@{}", fact.date));
    let references = known.references.iter().map(|found| format!("#{}", found.normal));
    let areas = known.tags.iter().map(|tag| format!("*{}", tag.area));
    for feature in deadlines.chain(references) {
        let number = names.number(feature);
        home.insert(number, 1.0);
        abroad.insert(number, FACT);
    }
    for area in areas {
        abroad.insert(names.number(area), AREA);
    }
    [home, abroad]
}

/// Names and numbers read the same in every language: capitals inside a sentence or a word, digits.
fn is_name(raw: &str, begins: bool) -> bool {
    let capitals = raw.chars().filter(|letter| letter.is_uppercase()).count();
    let digits = raw.chars().filter(char::is_ascii_digit).count();
    digits >= 2 || capitals >= 2 || (capitals == 1 && !begins)
}

fn is_year(folded: &str) -> bool {
    folded.len() == 4
        && (folded.starts_with("19") || folded.starts_with("20"))
        && folded.bytes().all(|byte| byte.is_ascii_digit())
}
