//! What was learnt from examples about which areas a text belongs to, and how that goes together with the terms.
//!
//! A linear model (the crate `utkik-learn`) sees the words of title and summary, and what the rules found there. Whole
//! texts mention too much to be judged so; there the terms decide alone. See `docs/decisions/0120-terms-and-examples.md`.

use crate::understand::reading::Reading;
use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, LazyLock},
};
use utkik_learn::{Answer, Bag, Lesson, Model, Unreadable};
use utkik_sources::{AreaId, Evidence, Judge, Place, Tag};

/// Names this way to learn and to decide; what was learnt has a version of its own.
const VERSION: &str = "learnt-1";

/// What the examples that ship with the project teach; made by `cargo run --release --example learn`.
const SHIPPED: &[u8] = include_bytes!("../../learnt.bin");

/// A word of the title counts so much; others count one.
const TITLE: f32 = 1.5;

/// Words of the summary that are looked at: what follows is no summary.
const LONGEST_SUMMARY: usize = 150;

/// From this answer on to "is it about anything of ours" it is. For sources that write of nothing else, a little less is enough.
const RELEVANT: f32 = 0.15;
const RELEVANT_THERE: f32 = -0.05;

/// What is about anything of ours belongs to the area with the highest answer, and to all from this one on.
const BELONGS: f32 = -0.27;

/// Fewer known words than this say little: what they seem to say must be plainer, and what terms say stands.
const FEW_WORDS: usize = 15;
const PLAINLY: f32 = 0.0;

/// What the terms of a whole text found stands unless title and summary speak against it as plainly as this.
const UNLIKELY: f32 = -0.8;
const IRRELEVANT: f32 = -0.4;

/// So many words must be known for the model to have an opinion.
const FEWEST_WORDS: usize = 3;

/// Points for one unit of the model's answers, so that they stand beside those of terms.
const POINTS: f32 = 10.0;

/// Words shown as reasons: the strongest, unless they bring next to nothing.
const SHOWN_WORDS: usize = 4;
const LEAST_SHOWN: f32 = 0.02;

/// A model, the areas it answers for, and its name.
pub(crate) struct Learnt {
    areas: Vec<AreaId>,
    model: Model,
    version: String,
}

/// What of an item the model sees.
pub(crate) struct Seen {
    bag: Bag,
    /// For each word of the bag, how and where it is written.
    written: Vec<(String, Place)>,
}

impl Seen {
    /// The words of title and summary, and the evidence that the rules found there.
    pub(crate) fn new(parts: &[Reading], evidence: Vec<(u32, f32)>) -> Seen {
        let mut seen = Seen { bag: Bag { words: Vec::new(), evidence }, written: Vec::new() };
        let mut known = HashSet::new();
        for part in parts.iter().filter(|part| part.place != Place::Text) {
            let (counts, most) = match part.place {
                Place::Title => (TITLE, usize::MAX),
                _ => (1.0, LONGEST_SUMMARY),
            };
            for word in 0..part.len().min(most) {
                if known.insert(part.folded(word)) {
                    seen.bag.words.push((part.folded(word).to_owned(), counts));
                    seen.written.push((part.raw(word).to_owned(), part.place));
                }
            }
        }
        seen
    }

    /// As a lesson for [`Learnt::from_lessons`]: whether the text belongs to each of the areas, as far as anybody has said.
    pub(crate) fn lesson(self, areas: &[AreaId], belongs: &BTreeMap<AreaId, bool>) -> Lesson {
        let answer = |belongs: Option<bool>| match belongs {
            Some(true) => 1.0,
            Some(false) => -1.0,
            None => 0.0,
        };
        let mut answers: Vec<f32> =
            areas.iter().map(|area| answer(belongs.get(area).copied())).collect();
        let is_relevant = belongs.values().any(|belongs| *belongs);
        let is_decided = is_relevant || areas.iter().all(|area| belongs.contains_key(area));
        answers.push(answer(is_decided.then_some(is_relevant)));
        Lesson { bag: self.bag, answers }
    }
}

impl Learnt {
    /// What the examples that ship with the project teach.
    pub(crate) fn shipped() -> Arc<Learnt> {
        static LEARNT: LazyLock<Arc<Learnt>> = LazyLock::new(|| {
            Arc::new(Learnt::read(SHIPPED).expect("a test proves that it can be read"))
        });
        LEARNT.clone()
    }

    /// Learns anew.
    pub(crate) fn from_lessons(areas: Vec<AreaId>, lessons: &[Lesson]) -> Learnt {
        let lessons: Vec<&Lesson> = lessons.iter().collect();
        let model = utkik_learn::train(&lessons, areas.len() + 1);
        let version = version(&areas, &model.write());
        Learnt { areas, model, version }
    }

    /// Reads what [`Learnt::write`] wrote.
    pub(crate) fn read(bytes: &[u8]) -> Result<Learnt, Unreadable> {
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(Unreadable)?;
        let names = std::str::from_utf8(&bytes[..end]).map_err(|_| Unreadable)?;
        let areas: Vec<AreaId> = names.split(' ').map(|name| AreaId(name.to_owned())).collect();
        let model = Model::read(&bytes[end + 1..])?;
        if model.outputs() != areas.len() + 1 {
            return Err(Unreadable);
        }
        let version = version(&areas, &bytes[end + 1..]);
        Ok(Learnt { areas, model, version })
    }

    /// The areas on a line, then the model.
    pub(crate) fn write(&self) -> Vec<u8> {
        let names: Vec<&str> = self.areas.iter().map(|area| area.0.as_str()).collect();
        [names.join(" ").into_bytes(), vec![b'\n'], self.model.write()].concat()
    }

    /// How alike the weights are for the area in which they are least alike; 0 when the areas differ.
    #[cfg(test)]
    pub(crate) fn likeness(&self, other: &Learnt) -> f32 {
        let of = |output| self.model.likeness(&other.model, output);
        let outputs = if self.areas == other.areas { 0..self.model.outputs() } else { 0..0 };
        outputs.map(of).reduce(f32::min).unwrap_or_default()
    }

    /// Names what was learnt.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// The tags of an item by terms and by what was learnt, the surest first. `reasons` gives the terms of an area that
    /// stand in the item, `by_rules` the tags that terms alone would give.
    pub(crate) fn tags(
        &self,
        seen: &Seen,
        by_rules: Vec<Tag>,
        reasons: impl Fn(&AreaId) -> Vec<Evidence>,
        gated: bool,
        version: &str,
    ) -> Vec<Tag> {
        let answer = self.model.answer(&seen.bag);
        let is_known = |shares: &&Vec<f32>| shares.iter().any(|share| *share != 0.0);
        let known = answer.words.iter().filter(is_known).count();
        if known < FEWEST_WORDS {
            return by_rules;
        }
        let relevance = answer.scores[self.areas.len()];
        let mut tags = Vec::new();
        if relevance > if gated { RELEVANT } else { RELEVANT_THERE } {
            for at in self.chosen(&answer) {
                let area = &self.areas[at];
                let mut because = reasons(area);
                if known < FEW_WORDS && because.is_empty() && answer.scores[at] < PLAINLY {
                    continue;
                }
                let points = f64::from((answer.scores[at] - BELONGS).max(0.0) * POINTS);
                let score = points + because.iter().map(|why| why.weight).sum::<f64>();
                because.extend(seen.reasons(&answer, at));
                let by = Judge::Rules(version.to_owned());
                tags.push(Tag { area: area.clone(), score: rounded(score), because, by });
            }
        }
        let stands = |tag: &Tag| match self.areas.iter().position(|area| *area == tag.area) {
            None => true,
            Some(at) => {
                let in_text = tag.because.iter().any(|why| why.place == Place::Text);
                known < FEW_WORDS
                    || (in_text && relevance > IRRELEVANT && answer.scores[at] > UNLIKELY)
            }
        };
        for tag in by_rules {
            if !tags.iter().any(|other| other.area == tag.area) && stands(&tag) {
                tags.push(tag);
            }
        }
        tags
    }

    /// The best area and all that are sure enough.
    fn chosen(&self, answer: &Answer) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.areas.len()).collect();
        order.sort_by(|one, other| answer.scores[*other].total_cmp(&answer.scores[*one]));
        let best = order.first().copied();
        order.retain(|at| Some(*at) == best || answer.scores[*at] > BELONGS);
        order
    }
}

impl Seen {
    /// The words that brought most to an answer.
    fn reasons(&self, answer: &Answer, at: usize) -> Vec<Evidence> {
        let mut words: Vec<(usize, f32)> =
            answer.words.iter().enumerate().map(|(word, shares)| (word, shares[at])).collect();
        words.sort_by(|one, other| other.1.total_cmp(&one.1));
        let strong = words.into_iter().filter(|(_, share)| *share > LEAST_SHOWN).take(SHOWN_WORDS);
        strong
            .map(|(word, share)| {
                let (term, place) = self.written[word].clone();
                let weight = rounded(f64::from(share * POINTS));
                Evidence { term, language: None, place, weight }
            })
            .collect()
    }
}

/// Two decimals say enough, and do not depend on the machine.
fn rounded(points: f64) -> f64 {
    (points * 100.0).round() / 100.0
}

fn version(areas: &[AreaId], model: &[u8]) -> String {
    let names = areas.iter().flat_map(|area| area.0.bytes());
    let hash = names.chain(model.iter().copied()).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{VERSION}/{:08x}", hash >> 32)
}
