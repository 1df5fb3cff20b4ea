//! Which goal areas an item belongs to, and which of its words say so.
//!
//! Points are counted: a term brings the points of its strength times those of its place. A term that
//! also means other things must stand among words that show which meaning it has. An item of a source
//! that writes about everything must first show that it is about care at all.

use crate::understand::{
    lists,
    pattern::{Hit, Patterns},
    reading::Reading,
};
use std::collections::{BTreeMap, BTreeSet};
use utkik_learn::key;
use utkik_sources::{
    AreaId, Evidence, FalseFriend, Frameworks, Judge, Language, Place, RelationKind, Rules,
    Scoring, Tag, Term, Weight,
};

/// Names this way to count; the framework's version names its terms.
pub(crate) const VERSION: &str = "tag-1";

/// An area with less than this part of the best area's points is a mention, not a subject.
const BESIDE_THE_BEST: f64 = 0.25;

/// The title and the first paragraph of the summary count as one paragraph.
const LEAD: u32 = 0;

/// The area of laws, whose terms stand in every sector's news.
const LEGAL: &str = "ST.G1";

/// A long text that is about care names it at least once in so many words.
const WORDS_PER_GATE: usize = 150;

/// Words of a digital or informational angle.
const ANGLE: &str = include_str!("angle.txt");

/// Words that show who is addressed.
const ADDRESSED: &str = include_str!("addressed.txt");

/// An area that neither title nor summary speaks of needs this many times the points: a report mentions much.
const ONLY_IN_TEXT: f64 = 2.0;

/// A whole article of a source that writes about everything names its subject more than once: without a strong term, an
/// area needs this many times the points.
const WITHOUT_STRONG: f64 = 1.5;

/// A term that stands more often than this says nothing new, and would make long texts slow.
const ENOUGH_HITS: u8 = 100;

/// More words of the gate in one place than this say nothing more.
const MOST_COUNTED: usize = 3;

/// What the terms of all languages compile to.
pub(crate) struct Tagger {
    patterns: Patterns,
    uses: Vec<Use>,
    terms: Vec<Term>,
    friends: Vec<FalseFriend>,
    /// For each term, the false friends that speak of it.
    doubts: Vec<Vec<usize>>,
    /// What the learnt part knows the terms of each area by.
    keys: BTreeMap<AreaId, u32>,
    scoring: Scoring,
}

/// What a pattern is for.
enum Use {
    Term(usize),
    Gate(Language),
    Needed(usize),
    NotIn(usize),
    NotWith(usize),
    Angle(Language),
    Addressed(Language),
}

/// What one pass over an item found.
#[derive(Default)]
pub(crate) struct Findings {
    hits: Vec<TermHit>,
    /// Paragraphs with a term of the gate.
    gate: BTreeSet<u32>,
    gate_title: usize,
    gate_text: usize,
    /// In title and summary.
    gate_lead: usize,
    words: usize,
    /// Paragraphs with a digital or informational angle.
    angle: BTreeSet<u32>,
    angle_title: usize,
    angle_lead: usize,
    is_addressed: bool,
    needed: BTreeSet<(usize, u32)>,
    not_in: Vec<(usize, Place, usize, usize)>,
    not_with: BTreeSet<usize>,
}

#[derive(Clone)]
struct TermHit {
    term: usize,
    place: Place,
    paragraph: u32,
    from: usize,
    to: usize,
}

impl Tagger {
    /// Compiles the terms, the false friends and the gate.
    pub(crate) fn new(rules: &Rules) -> Tagger {
        let mut patterns: Vec<(&str, bool)> = Vec::new();
        let mut uses = Vec::new();
        let mut add = |text, exact, purpose| {
            patterns.push((text, exact));
            uses.push(purpose);
        };
        for (index, term) in rules.terms.iter().enumerate() {
            add(term.term.as_str(), term.exact, Use::Term(index));
        }
        for (language, term) in
            rules.gate.iter().flat_map(|(of, terms)| terms.iter().map(move |term| (of, term)))
        {
            add(term.as_str(), false, Use::Gate(language.clone()));
        }
        for (index, friend) in rules.false_friends.iter().enumerate() {
            friend.needs.iter().for_each(|word| add(word, false, Use::Needed(index)));
            friend.not_in.iter().for_each(|word| add(word, false, Use::NotIn(index)));
            friend.not_with.iter().for_each(|word| add(word, false, Use::NotWith(index)));
        }
        let (angles, addressed) = (lists(ANGLE), lists(ADDRESSED));
        angles.iter().for_each(|(of, word)| add(word, false, Use::Angle(of.clone())));
        addressed.iter().for_each(|(of, word)| add(word, false, Use::Addressed(of.clone())));
        Tagger {
            patterns: Patterns::new(patterns.into_iter()),
            uses,
            doubts: rules
                .terms
                .iter()
                .map(|term| doubts_about(term, &rules.false_friends))
                .collect(),
            keys: rules.terms.iter().map(|term| (term.area.clone(), key(&term.area.0))).collect(),
            terms: rules.terms.clone(),
            friends: rules.false_friends.clone(),
            scoring: rules.scoring.clone(),
        }
    }

    /// The areas of an item by its terms, the surest first. `gated` asks it to show that it is about care.
    pub(crate) fn tags(&self, findings: &Findings, gated: bool, version: &str) -> Vec<Tag> {
        if findings.angle.is_empty() || (gated && !self.passes_gate(findings)) {
            return Vec::new();
        }
        let says_more = gated && findings.words >= WORDS_PER_GATE;
        let mut tags: Vec<Tag> = self
            .by_area(findings, gated)
            .into_iter()
            .filter_map(|(area, hits)| self.tag(area, &hits, says_more, version))
            .collect();
        let best = tags.iter().map(|tag| tag.score).fold(0.0, f64::max);
        tags.retain(|tag| tag.score >= best * BESIDE_THE_BEST);
        self.best(tags)
    }

    /// The surest of the tags, surest first.
    pub(crate) fn best(&self, mut tags: Vec<Tag>) -> Vec<Tag> {
        tags.sort_by(|one, other| {
            other.score.total_cmp(&one.score).then_with(|| one.area.cmp(&other.area))
        });
        tags.truncate(self.scoring.shown);
        tags
    }

    /// What the terms of title and summary say to the learnt part: points for each area, words of the gate and of an angle.
    pub(crate) fn evidence(&self, findings: &Findings) -> Vec<(u32, f32)> {
        let mut points: BTreeMap<&AreaId, f64> = BTreeMap::new();
        let mut counted = BTreeSet::new();
        for hit in &findings.hits {
            let term = &self.terms[hit.term];
            let is_new = hit.place != Place::Text
                && self.is_meant(hit, findings)
                && counted.insert((&term.area, &term.term, hit.place));
            if is_new {
                let weight = self.scoring.points(term.weight) * self.place_factor(hit.place);
                *points.entry(&term.area).or_default() += weight;
            }
        }
        let root = |count: usize| (count.min(MOST_COUNTED) as f32).sqrt();
        let gate_summary = findings.gate_lead - findings.gate_title;
        let others = [
            ("gate-title", root(findings.gate_title)),
            ("gate-summary", root(gate_summary)),
            ("angle-title", root(findings.angle_title)),
            ("angle-summary", root(findings.angle_lead - findings.angle_title)),
            ("addressed", if findings.is_addressed { 1.0 } else { 0.0 }),
        ];
        let areas = points.iter().map(|(area, points)| (self.keys[*area], points.ln_1p() as f32));
        areas
            .chain(others.map(|(name, value)| (key(name), value)))
            .filter(|(_, value)| *value != 0.0)
            .collect()
    }

    /// The terms of an area that stand in an item, whether they would be enough for a tag or not.
    pub(crate) fn reasons(&self, findings: &Findings, area: &AreaId) -> Vec<Evidence> {
        let of_area =
            |hit: &&TermHit| self.terms[hit.term].area == *area && self.is_meant(hit, findings);
        let mut hits: Vec<TermHit> = findings.hits.iter().filter(of_area).cloned().collect();
        drop_contained(&mut hits);
        self.because(&hits)
    }

    /// One pass over an item.
    pub(crate) fn find(&self, parts: &[Reading], language: Option<&Language>) -> Findings {
        let speaks = |of: &Language| {
            of.code() == "en" || language.is_none_or(|language| of.covers(language))
        };
        let mut findings = Findings::default();
        let mut counts = vec![0_u8; self.uses.len()];
        for part in parts {
            findings.words += part.len();
            self.patterns.find(part, |Hit { term, from, to }| {
                let paragraph = part.paragraph(from);
                let count = &mut counts[term];
                *count = count.saturating_add(1);
                let is_enough = *count > ENOUGH_HITS;
                match &self.uses[term] {
                    Use::Term(_) | Use::NotIn(_) if is_enough => {}
                    Use::Term(term) if speaks(&self.terms[*term].language) => {
                        let place = part.place;
                        findings.hits.push(TermHit { term: *term, place, paragraph, from, to });
                    }
                    Use::Gate(of) if speaks(of) => {
                        findings.gate.insert(paragraph);
                        let is_title = part.place == Place::Title;
                        findings.gate_title += usize::from(is_title);
                        findings.gate_text += usize::from(!is_title);
                        findings.gate_lead += usize::from(part.place != Place::Text);
                    }
                    Use::Needed(friend) => {
                        findings.needed.insert((*friend, paragraph));
                    }
                    Use::NotIn(friend) => findings.not_in.push((*friend, part.place, from, to)),
                    Use::NotWith(friend) => {
                        findings.not_with.insert(*friend);
                    }
                    Use::Angle(of) if speaks(of) => {
                        findings.angle.insert(paragraph);
                        findings.angle_title += usize::from(part.place == Place::Title);
                        findings.angle_lead += usize::from(part.place != Place::Text);
                    }
                    Use::Addressed(of) if speaks(of) => findings.is_addressed |= paragraph == LEAD,
                    Use::Term(_) | Use::Gate(_) | Use::Angle(_) | Use::Addressed(_) => {}
                }
            });
        }
        findings
    }

    /// The hits that count, by area: without those inside a longer one, without false friends, and
    /// without medium terms that nothing supports.
    fn by_area(&self, findings: &Findings, gated: bool) -> BTreeMap<&AreaId, Vec<TermHit>> {
        let mut areas: BTreeMap<&AreaId, Vec<TermHit>> = BTreeMap::new();
        for hit in &findings.hits {
            areas.entry(&self.terms[hit.term].area).or_default().push(hit.clone());
        }
        let has_angle = |paragraph: u32| findings.angle.contains(&paragraph);
        // Every sector has laws: one that only mentions care or data further down is about something else.
        if gated && !(has_angle(LEAD) && findings.gate.contains(&LEAD)) {
            areas.retain(|area, _| area.0 != LEGAL);
        }
        for hits in areas.values_mut() {
            drop_contained(hits);
            hits.retain(|hit| {
                self.is_meant(hit, findings) && (has_angle(LEAD) || has_angle(hit.paragraph))
            });
            let solid = hits.clone();
            hits.retain(|hit| match self.terms[hit.term].weight {
                Weight::Strong => true,
                Weight::Medium => {
                    !gated
                        || findings.gate.contains(&hit.paragraph)
                        || self.others(hit, &solid).any(|_| true)
                }
                Weight::Weak => self.others(hit, &solid).any(|_| true),
            });
        }
        areas
    }

    /// Whether a term that can mean other things has the meaning that we look for.
    fn is_meant(&self, hit: &TermHit, findings: &Findings) -> bool {
        self.doubts[hit.term].iter().all(|doubt| {
            let friend = &self.friends[*doubt];
            let is_supported =
                friend.needs.is_empty() || findings.needed.contains(&(*doubt, hit.paragraph));
            let is_inside = findings.not_in.iter().any(|(of, place, from, to)| {
                of == doubt && *place == hit.place && *from < hit.to && hit.from < *to
            });
            is_supported && !is_inside && !findings.not_with.contains(doubt)
        })
    }

    /// The strong and medium hits of other terms.
    fn others<'a>(
        &'a self,
        hit: &'a TermHit,
        among: &'a [TermHit],
    ) -> impl Iterator<Item = &'a TermHit> {
        let text = &self.terms[hit.term].term;
        among.iter().filter(move |other| {
            let other = &self.terms[other.term];
            other.weight > Weight::Weak && other.term != *text
        })
    }

    fn tag(&self, area: &AreaId, hits: &[TermHit], says_more: bool, version: &str) -> Option<Tag> {
        let because = self.because(hits);
        let score = because.iter().map(|why| why.weight).sum();
        let is_founded = hits.iter().any(|hit| self.terms[hit.term].weight > Weight::Weak);
        let is_only_in_text = hits.iter().all(|hit| hit.place == Place::Text);
        let is_plain = hits.iter().any(|hit| self.terms[hit.term].weight == Weight::Strong);
        let needed = match (is_only_in_text, says_more && !is_plain) {
            (true, _) => self.scoring.threshold * ONLY_IN_TEXT,
            (false, true) => self.scoring.threshold * WITHOUT_STRONG,
            (false, false) => self.scoring.threshold,
        };
        (is_founded && score >= needed).then(|| Tag {
            area: area.clone(),
            score,
            because,
            by: Judge::Rules(version.to_owned()),
        })
    }

    /// The points of each hit, as often as its term may count.
    fn because(&self, hits: &[TermHit]) -> Vec<Evidence> {
        let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
        let mut because = Vec::new();
        for hit in hits {
            let term = &self.terms[hit.term];
            let count = counted.entry(term.term.as_str()).or_default();
            *count += 1;
            if *count > self.scoring.repeats {
                continue;
            }
            let weight = self.scoring.points(term.weight) * self.place_factor(hit.place);
            let language = Some(term.language.clone());
            because.push(Evidence { term: term.term.clone(), language, place: hit.place, weight });
        }
        because
    }

    /// Whether an item shows that it is about care. Where a strong term stands in the title or the first
    /// paragraph, one word of the gate there is enough, or one that addresses municipalities or regions;
    /// but that says nothing together with a legal term, since laws are about everything.
    fn passes_gate(&self, findings: &Findings) -> bool {
        let strong = findings
            .hits
            .iter()
            .filter(|hit| hit.paragraph == LEAD && self.terms[hit.term].weight == Weight::Strong);
        let is_dense = findings.gate_text * WORDS_PER_GATE >= findings.words;
        let in_lead = findings.gate.contains(&LEAD);
        findings.gate_title >= self.scoring.gate_title
            || (findings.gate_text >= self.scoring.gate_text && is_dense)
            || strong.into_iter().any(|hit| {
                in_lead || (findings.is_addressed && self.terms[hit.term].area.0 != LEGAL)
            })
    }

    fn place_factor(&self, place: Place) -> f64 {
        match place {
            Place::Title => self.scoring.title,
            Place::Summary => self.scoring.summary,
            Place::Text => 1.0,
        }
    }
}

/// The areas of other frameworks that the tags speak for, through close and broad relations: they have no
/// terms of their own, and are never stored beside the leaf areas.
pub fn related(tags: &[Tag], frameworks: &Frameworks) -> Vec<AreaId> {
    let relations = frameworks.all().iter().flat_map(|framework| &framework.relations);
    let mut found: Vec<AreaId> = relations
        .filter(|relation| matches!(relation.kind, RelationKind::Close | RelationKind::Broad))
        .filter(|relation| {
            let to = relation.to.as_ref();
            to.is_some_and(|to| tags.iter().any(|tag| to.covers(&tag.area)))
        })
        .map(|relation| relation.from.clone())
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The leaf areas without terms of their own, each with an area whose tags it takes over by a close or broad relation: so
/// items carry the tags of a new framework beside those of the old one from its first day.
pub(crate) fn heirs(frameworks: &Frameworks) -> Vec<(AreaId, AreaId)> {
    let terms = &frameworks.rules().terms;
    let has_terms = |id: &AreaId| terms.iter().any(|term| term.area == *id);
    let is_heir = |id: &AreaId| frameworks.area(id).is_some_and(|area| area.leaf) && !has_terms(id);
    let relations = frameworks.all().iter().flat_map(|framework| &framework.relations);
    relations
        .filter(|relation| matches!(relation.kind, RelationKind::Close | RelationKind::Broad))
        .filter(|relation| is_heir(&relation.from))
        .filter_map(|relation| Some((relation.from.clone(), relation.to.clone()?)))
        .collect()
}

/// Adds the tags of `heirs`, each with the reasons of the surest tag it takes over.
pub(crate) fn inherit(tags: &mut Vec<Tag>, heirs: &[(AreaId, AreaId)]) {
    let mut new: Vec<Tag> = Vec::new();
    for (heir, of) in heirs {
        let Some(tag) = tags.iter().find(|tag| of.covers(&tag.area)) else { continue };
        if !tags.iter().chain(&new).any(|tag| tag.area == *heir) {
            new.push(Tag { area: heir.clone(), ..tag.clone() });
        }
    }
    tags.append(&mut new);
}

fn doubts_about(term: &Term, friends: &[FalseFriend]) -> Vec<usize> {
    let bare = |text: &str| text.trim_end_matches('*').to_lowercase();
    friends
        .iter()
        .enumerate()
        .filter(|(_, friend)| {
            bare(&friend.term) == bare(&term.term)
                && friend.area == term.area
                && friend.language == term.language
        })
        .map(|(index, _)| index)
        .collect()
}

/// Leaves of overlapping hits the longest, and of equal ones the first: "clinical decision support" is not also
/// "decision support", nor is a term that stands in two languages' lists two terms.
fn drop_contained(hits: &mut Vec<TermHit>) {
    hits.sort_by_key(|hit| (hit.place, hit.from, std::cmp::Reverse(hit.to), hit.term));
    let mut reach: Option<(Place, usize)> = None;
    hits.retain(|hit| {
        if reach.is_some_and(|(place, to)| place == hit.place && hit.to <= to) {
            return false;
        }
        reach = Some((hit.place, hit.to));
        true
    });
}
