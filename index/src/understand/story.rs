//! Which items tell of the same event?
//!
//! Items are taken one by one in order of time, and each is compared with the few before it that share a rare feature with
//! it and are near in time, so that an item costs the same however many there are. They are compared by
//! what their title and first lines say: words by stem within one language; beginnings of words, names,
//! numbers, acts and deadlines across languages. Each counts by how rare it is among the items at hand, and less is asked of
//! two items where little else was published at the time. An item joins the story whose items it is alike on the average,
//! so that a chain of half-alike items does not become one story. Later steps of one matter are stories of
//! their own, tied as a series by the documents that they refer to.

use super::{
    thesaurus::Thesaurus,
    words::{self, Analysis},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::LazyLock,
};
use utkik_sources::{AreaId, Dated, FactKind, Item, ItemId, Known, SourceId};

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
    /// The earliest story of the same matter, where other stories refer to the same document.
    pub series: Option<ItemId>,
    /// Why each item after the first is in it.
    pub links: Vec<Link>,
}

/// Why an item is in a story.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The item that came to the story.
    pub item: ItemId,
    /// The item of the story that it is most alike.
    pub with: ItemId,
    /// How alike, where 1 is enough.
    pub alike: f64,
    /// What both say, the weightiest first: stems, `=name`, `#act`, `@day`, `*area`, `begin-` of words.
    pub shared: Vec<String>,
}

const DAY: i64 = 86_400;
/// How far apart two tellings of one event may be dated, in seconds.
const WINDOW: i64 = 6 * DAY;
/// How far apart the same text may be published at two addresses, in seconds.
const COPIED: i64 = 30 * DAY;
/// How alike two items in one language must be, in a full week.
const ALIKE: f64 = 0.25;
/// How alike two items in two languages must be, in a full week.
const ALIKE_ABROAD: f64 = 0.48;
/// So alike are copies, in one language.
const SAME: f64 = 0.8;
/// So many items at a time are a full week: the more there are, the more are alike by chance.
const FULL: f64 = 64.0;
/// However few there are, this share of what a full week needs is asked for.
const LEAST: f64 = 0.1;
/// An item is compared with so many earlier ones for each of its features, the latest first.
const TOO_COMMON: usize = 60;
/// So many of its weightiest features say with which earlier items it is compared.
const TELLING: usize = 24;
/// An item is compared with so many items of a story, the latest.
const MEMBERS: usize = 24;
/// What speaks for and against: areas in common, no area in common, another last day, another document, another step.
const SAME_AREA: f64 = 1.2;
const OTHER_AREA: f64 = 0.75;
const OTHER_DAY: f64 = 0.5;
const OTHER_DOCUMENT: f64 = 0.6;
const OTHER_STEP: f64 = 0.6;
/// What speaks against: one source has published both, on two days. It tells of two things, or of two steps.
const OTHER_ISSUE: f64 = 0.6;
/// Whatever a person handed over has no source of its own.
const HANDED_OVER: &str = "import";
/// How alike an item must be to the items of a story on the average, as a share of what a pair needs.
const ON_AVERAGE: f64 = 0.9;
/// What counts across languages, against a word of the summary at home: a name or number, an act or a
/// deadline, a goal area, and a word that begins alike (in title and summary only).
const NAME: f64 = 2.0;
const FACT: f64 = 4.0;
const AREA: f64 = 2.0;
const KIN: f64 = 0.5;
/// … and an idea that has a name in both languages.
const CONCEPT: f64 = 1.3;
/// How many items it takes to tell what is rare.
const USUAL: usize = 500;
/// How much of the text is read, in words: an event is told at the beginning.
const WORDS_READ: usize = 90;
/// How many shared features explain a link.
const SHOWN: usize = 6;
/// Kinds of reference that name one matter; laws in force and standards are named by many.
const MATTERS: &[&str] = &[
    "sou",
    "ds",
    "dir",
    "prop",
    "bet",
    "rskr",
    "skr",
    "rir",
    "nou",
    "prop-no",
    "meld-st",
    "innst",
    "he",
    "com",
    "procedure",
    "lovforslag-dk",
    "lagradsremiss",
];
/// A document that more stories refer to ties none of them.
const WELL_KNOWN: usize = 20;

/// Groups items by event; every item is in exactly one story, most are alone in theirs. The same
/// items give the same stories, in whatever order they come.
pub fn stories(items: &[(Item, Known)]) -> Vec<Story> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|place| (items[*place].0.dated().at(), items[*place].0.id));
    let items: Vec<&(Item, Known)> = order.into_iter().map(|place| &items[place]).collect();
    let traits = Traits::of(&items);
    let groups = traits.grouped();
    let mut stories: Vec<Story> =
        groups.iter().map(|group| story(group, &items, &traits)).collect();
    tie_series(&mut stories, &items);
    stories
}

/// The places of items that are one story, and how those after the first came to it: place, place and likeness.
#[derive(Default)]
struct Group {
    places: Vec<usize>,
    links: Vec<(usize, usize, f64)>,
}

fn story(group: &Group, items: &[&(Item, Known)], traits: &Traits) -> Story {
    let members = || group.places.iter().map(|place| items[*place]);
    let mut areas: Vec<AreaId> = Vec::new();
    for (_, known) in members() {
        for tag in &known.tags {
            if !areas.contains(&tag.area) {
                areas.push(tag.area.clone());
            }
        }
    }
    let sources: BTreeSet<SourceId> = members().map(|(item, _)| item.source.clone()).collect();
    let first = &items[group.places[0]].0;
    let last = members().map(|(item, _)| item.dated().at()).max();
    let link = |(one, other, alike): &(usize, usize, f64)| Link {
        item: items[*one].0.id,
        with: items[*other].0.id,
        alike: *alike,
        shared: traits.shared(*one, *other),
    };
    Story {
        id: first.id,
        title: first.entry.title.clone(),
        items: members().map(|(item, _)| item.id).collect(),
        first: first.dated().at(),
        last: last.unwrap_or(first.dated().at()),
        areas,
        sources: sources.into_iter().collect(),
        series: None,
        links: group.links.iter().map(link).collect(),
    }
}

/// Ties stories that refer to the same document: a series is called by its earliest story.
fn tie_series(stories: &mut [Story], items: &[&(Item, Known)]) {
    let place: HashMap<ItemId, usize> = stories
        .iter()
        .enumerate()
        .flat_map(|(place, story)| story.items.iter().map(move |id| (*id, place)))
        .collect();
    let mut by_matter: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (item, known) in items {
        for found in known.references.iter().filter(|found| MATTERS.contains(&found.kind.as_str()))
        {
            by_matter.entry(&found.normal).or_default().insert(place[&item.id]);
        }
    }
    let mut series: Vec<usize> = (0..stories.len()).collect();
    for tied in by_matter.values().filter(|tied| (2..=WELL_KNOWN).contains(&tied.len())) {
        let first = tied.iter().map(|story| root(&series, *story)).min().unwrap_or_default();
        for story in tied {
            let root = root(&series, *story);
            series[root] = first;
            series[*story] = first;
        }
    }
    let roots: Vec<usize> = (0..stories.len()).map(|story| root(&series, story)).collect();
    let mut sizes = vec![0usize; stories.len()];
    roots.iter().for_each(|root| sizes[*root] += 1);
    for (story, root) in roots.iter().enumerate() {
        if sizes[*root] > 1 {
            stories[story].series = Some(stories[*root].id);
        }
    }
}

fn root(series: &[usize], mut story: usize) -> usize {
    while series[story] != story {
        story = series[story];
    }
    story
}

/// A feature by its number, with its weight.
type Weights = Vec<(u32, f64)>;

/// What the items are compared by.
struct Traits {
    /// Of each item, by number of the feature; the squares of the weights sum to one.
    at_home: Vec<Weights>,
    /// The same for comparing across languages.
    abroad: Vec<Weights>,
    sides: Vec<Side>,
    /// Items by feature, in order of time.
    by_feature: Vec<Vec<u32>>,
    /// The features by number.
    names: Vec<String>,
    /// When each item began, in order of time; the days around it tell how much was published then.
    begins: Vec<i64>,
}

/// What else speaks for or against two items telling of one event.
struct Side {
    source: SourceId,
    language: Option<String>,
    /// When it was published: from and to, as some sources only tell the month.
    from: i64,
    to: i64,
    areas: BTreeSet<AreaId>,
    deadlines: BTreeSet<Date>,
    documents: BTreeSet<String>,
    step: Option<String>,
}

impl Side {
    fn of(item: &Item, known: &Known) -> Side {
        let (from, to) = published(item);
        let deadlines = known.dates.iter().filter(|fact| fact.kind == FactKind::Deadline);
        let matters =
            known.references.iter().filter(|found| MATTERS.contains(&found.kind.as_str()));
        // News may tell of any step.
        let step = known.document.clone().filter(|code| {
            matches!(code.as_str(), "REMISS" | "DIR" | "SOU" | "PROP" | "LAG" | "DOM" | "TILLSYN")
        });
        Side {
            source: item.source.clone(),
            language: known.language.as_ref().map(|language| language.code().to_owned()),
            from,
            to,
            areas: known.tags.iter().map(|tag| tag.area.clone()).collect(),
            deadlines: deadlines.map(|fact| fact.date).collect(),
            documents: matters.map(|found| found.normal.clone()).collect(),
            step,
        }
    }

    /// How many seconds lie between two.
    fn apart(&self, other: &Side) -> i64 {
        (self.from - other.to).max(other.from - self.to).max(0)
    }

    /// By how much to multiply what the words say.
    fn weight(&self, other: &Side) -> f64 {
        let differ = |one: &BTreeSet<_>, two: &BTreeSet<_>| {
            !one.is_empty() && !two.is_empty() && one.is_disjoint(two)
        };
        let mut weight = 1.0;
        let is_one_source = self.source == other.source && self.source.0 != HANDED_OVER;
        if is_one_source && self.apart(other) >= DAY / 2 {
            weight *= OTHER_ISSUE;
        }
        weight *= if self.areas.is_empty() && other.areas.is_empty() {
            1.0
        } else if self.areas.is_disjoint(&other.areas) {
            OTHER_AREA
        } else {
            SAME_AREA
        };
        let other_day = !self.deadlines.is_empty()
            && !other.deadlines.is_empty()
            && self.deadlines.is_disjoint(&other.deadlines);
        if other_day {
            weight *= OTHER_DAY;
        }
        if differ(&self.documents, &other.documents) {
            weight *= OTHER_DOCUMENT;
        }
        if self.step.is_some() && other.step.is_some() && self.step != other.step {
            weight *= OTHER_STEP;
        }
        weight
    }
}

/// The time within which it was published. The first midnight of a month often stands for the month.
fn published(item: &Item) -> (i64, i64) {
    let at = item.dated().at();
    let zone = TimeZone::get("Europe/Stockholm").unwrap_or(TimeZone::UTC);
    let is_month = |zone: TimeZone| {
        let local = at.to_zoned(zone);
        local.day() == 1 && local.hour() == 0 && local.minute() == 0 && local.second() == 0
    };
    let from = at.as_second();
    if matches!(item.dated(), Dated::Published(_)) && (is_month(zone) || is_month(TimeZone::UTC)) {
        (from, from + 30 * DAY)
    } else {
        (from, from)
    }
}

impl Traits {
    fn of(items: &[&(Item, Known)]) -> Traits {
        let mut names = Names::default();
        let raw: Vec<[BTreeMap<u32, f64>; 2]> =
            items.iter().map(|(item, known)| features(item, known, &mut names)).collect();
        let mut by_feature: Vec<Vec<u32>> = vec![Vec::new(); names.0.len()];
        for (place, [home, abroad]) in raw.iter().enumerate() {
            for feature in home.keys().chain(abroad.keys().filter(|key| !home.contains_key(key))) {
                by_feature[*feature as usize].push(place as u32);
            }
        }
        let rarity = |feature: u32| rarity(by_feature[feature as usize].len(), items.len());
        let weighted = |features: &BTreeMap<u32, f64>| {
            let mut weights: Weights =
                features.iter().map(|(id, count)| (*id, count * rarity(*id))).collect();
            let length = weights.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
            weights.iter_mut().for_each(|(_, weight)| *weight /= length.max(f64::MIN_POSITIVE));
            weights
        };
        let mut called: Vec<(u32, String)> =
            names.0.into_iter().map(|(name, number)| (number, name)).collect();
        called.sort_unstable();
        let sides: Vec<Side> = items.iter().map(|(item, known)| Side::of(item, known)).collect();
        Traits {
            at_home: raw.iter().map(|[home, _]| weighted(home)).collect(),
            abroad: raw.iter().map(|[_, abroad]| weighted(abroad)).collect(),
            begins: sides.iter().map(|side| side.from).collect(),
            sides,
            by_feature,
            names: called.into_iter().map(|(_, name)| name).collect(),
        }
    }

    /// How alike two items are, as a share of what is asked for: 1 and more is alike enough.
    fn alike(&self, one: usize, other: usize) -> f64 {
        let (side, other_side) = (&self.sides[one], &self.sides[other]);
        let apart = side.apart(other_side);
        if apart > COPIED {
            return 0.0;
        }
        let is_home = side.language == other_side.language;
        let (cosine, asked) = if is_home {
            (cosine(&self.at_home[one], &self.at_home[other]), ALIKE)
        } else {
            (cosine(&self.abroad[one], &self.abroad[other]), ALIKE_ABROAD)
        };
        if is_home && cosine >= SAME {
            return cosine / ALIKE * side.weight(other_side).min(1.0);
        }
        if apart > WINDOW {
            return 0.0;
        }
        cosine * side.weight(other_side) / (asked * self.density(one).max(self.density(other)))
    }

    /// How full the days around an item are, from [`LEAST`] to 1.
    fn density(&self, place: usize) -> f64 {
        let side = &self.sides[place];
        let first = self.begins.partition_point(|at| *at < side.from - WINDOW);
        let last = self.begins.partition_point(|at| *at <= side.to + WINDOW);
        ((last - first) as f64).log2().max(0.0).min(FULL.log2()) / FULL.log2() * (1.0 - LEAST)
            + LEAST
    }

    /// Gives every item its story, one after the other.
    fn grouped(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        let mut group_of: Vec<usize> = Vec::with_capacity(self.sides.len());
        for place in 0..self.sides.len() {
            let mut near: BTreeSet<usize> = BTreeSet::new();
            for earlier in self.candidates(place) {
                if self.alike(place, earlier) >= 1.0 {
                    near.insert(group_of[earlier]);
                }
            }
            let mut best: Option<(f64, usize, (usize, f64))> = None;
            for group in near {
                let members = groups[group].places.iter().rev().take(MEMBERS);
                let alike: Vec<(usize, f64)> =
                    members.map(|other| (*other, self.alike(place, *other))).collect();
                let mean = alike.iter().map(|(_, alike)| alike).sum::<f64>() / alike.len() as f64;
                let top = alike.into_iter().max_by(|one, other| one.1.total_cmp(&other.1));
                let Some(top) = top.filter(|top| top.1 >= 1.0 && mean >= ON_AVERAGE) else {
                    continue;
                };
                if best.is_none_or(|(other, _, _)| mean > other) {
                    best = Some((mean, group, top));
                }
            }
            let group = best.map_or(groups.len(), |(_, group, _)| group);
            if group == groups.len() {
                groups.push(Group::default());
            }
            if let Some((_, _, (with, alike))) = best {
                groups[group].links.push((place, with, alike));
            }
            groups[group].places.push(place);
            group_of.push(group);
        }
        groups
    }

    /// The earlier items that share a feature with this one and may be near enough.
    fn candidates(&self, place: usize) -> BTreeSet<usize> {
        let since = self.sides[place].from - COPIED - WINDOW;
        let mut found = BTreeSet::new();
        for feature in rarest(&self.at_home[place]).chain(rarest(&self.abroad[place])) {
            let places = &self.by_feature[feature as usize];
            let before = places.partition_point(|other| (*other as usize) < place);
            let latest =
                places[..before].iter().rev().take(TOO_COMMON).map(|other| *other as usize);
            found.extend(latest.take_while(|other| self.sides[*other].from >= since));
        }
        found
    }

    /// What two items both say, the weightiest first.
    fn shared(&self, one: usize, other: usize) -> Vec<String> {
        let is_home = self.sides[one].language == self.sides[other].language;
        let of = |place: usize| if is_home { &self.at_home[place] } else { &self.abroad[place] };
        let mut shared: Vec<(f64, u32)> = Vec::new();
        both(of(one), of(other), |feature, product| shared.push((product, feature)));
        shared.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        let names = shared.into_iter().take(SHOWN);
        names.map(|(_, feature)| self.names[feature as usize].clone()).collect()
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

/// The weightiest features of an item.
fn rarest(weights: &Weights) -> impl Iterator<Item = u32> {
    let mut weights = weights.clone();
    weights.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    weights.into_iter().take(TELLING).map(|(feature, _)| feature)
}

fn cosine(one: &Weights, other: &Weights) -> f64 {
    let mut sum = 0.0;
    both(one, other, |_, product| sum += product);
    sum
}

/// Calls `found` with each feature of both and the product of its weights.
fn both(one: &Weights, other: &Weights, mut found: impl FnMut(u32, f64)) {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    while let (Some((left, weight)), Some((right, other_weight))) = (one.peek(), other.peek()) {
        match left.cmp(right) {
            Ordering::Less => drop(one.next()),
            Ordering::Greater => drop(other.next()),
            Ordering::Equal => {
                found(*left, weight * other_weight);
                one.next();
                other.next();
            }
        }
    }
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
        let mut stems = Vec::new();
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
            let stem = analysis.stem(raw);
            stems.push(stem.clone());
            most(&mut home, names.number(stem), weight);
            if is_name {
                most(&mut abroad, names.number(format!("={folded}")), NAME * weight);
            } else if folded.chars().count() >= 5 && weight >= 1.0 {
                let beginning: String = folded.chars().take(5).collect();
                most(&mut abroad, names.number(format!("{beginning}-")), KIN * weight);
            }
        }
        for (concept, length) in thesaurus().named(analysis.code(), &stems) {
            let kept = abroad.entry(names.number(format!("+{concept}"))).or_insert(0.0);
            *kept = f64::max(*kept, CONCEPT * weight * length as f64);
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

fn thesaurus() -> &'static Thesaurus {
    static THESAURUS: LazyLock<Thesaurus> = LazyLock::new(Thesaurus::default);
    &THESAURUS
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
