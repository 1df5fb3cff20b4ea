//! How a model is learnt: least squares with a penalty on large weights, an example at a time, all outputs at once.
//!
//! Each step makes the model right about one example as far as the penalty allows (coordinate ascent on the dual problem:
//! Shalev-Shwartz and Zhang, 2013). Nothing is left to chance: the same examples in the same order give the same model.

use crate::{
    Bag,
    features::pieces,
    model::{EVIDENCE, Model},
};
use std::collections::HashMap;

/// The penalty on large weights; chosen by cross-validation.
const PENALTY: f32 = 0.4;

/// A piece that fewer examples hold teaches nothing that another text could use.
const FEWEST: u32 = 2;

/// Enough rounds for the weights to settle.
const ROUNDS: usize = 16;

/// A text and what is right about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// The text.
    pub bag: Bag,
    /// For each output 1 (yes), -1 (no), or 0 where nobody has said.
    pub answers: Vec<f32>,
}

/// An example as numbers.
struct Row {
    /// Which features, each with its value.
    features: Vec<(u32, f32)>,
    square: f32,
}

/// Learns from `lessons`, each with `outputs` answers.
pub fn train(lessons: &[&Lesson], outputs: usize) -> Model {
    let rarity = rarities(lessons);
    let mut places: Vec<u32> = rarity.keys().copied().collect();
    places.sort_unstable();
    let place_of: HashMap<u32, u32> =
        places.iter().enumerate().map(|(at, piece)| (*piece, at as u32)).collect();
    let mut keys: Vec<u32> =
        lessons.iter().flat_map(|lesson| lesson.bag.evidence.iter().map(|(key, _)| *key)).collect();
    keys.sort_unstable();
    keys.dedup();
    let bias_at = places.len() + keys.len();
    let rows: Vec<Row> = lessons
        .iter()
        .map(|lesson| {
            let mut features = words(&lesson.bag, &rarity, &place_of);
            for (key, value) in &lesson.bag.evidence {
                let at = keys.binary_search(key).expect("the keys are those of the lessons");
                features.push(((places.len() + at) as u32, value * EVIDENCE));
            }
            features.push((bias_at as u32, 1.0));
            let square = features.iter().map(|(_, value)| value * value).sum();
            Row { features, square }
        })
        .collect();
    let weights = fit(&rows, lessons, outputs, bias_at + 1);
    let row = |at: usize| weights[at * outputs..][..outputs].to_vec();
    let of_pieces = places.iter().enumerate().map(|(at, piece)| (*piece, rarity[piece], row(at)));
    let of_keys = keys.iter().enumerate().map(|(at, key)| (*key, row(places.len() + at)));
    Model::new(outputs, of_pieces, of_keys, row(bias_at))
}

/// How rare each piece is that more than one example holds.
fn rarities(lessons: &[&Lesson]) -> HashMap<u32, f32> {
    let mut held: HashMap<u32, (u32, usize)> = HashMap::new();
    for (at, lesson) in lessons.iter().enumerate() {
        for (word, _) in &lesson.bag.words {
            pieces(word, |piece| {
                let (count, last) = held.entry(piece).or_insert((0, usize::MAX));
                if *last != at {
                    (*count, *last) = (*count + 1, at);
                }
            });
        }
    }
    let all = 1.0 + lessons.len() as f32;
    let rare = |count: u32| (all / (1.0 + count as f32)).ln() + 1.0;
    let known = held.into_iter().filter(|(_, (count, _))| *count >= FEWEST);
    known.map(|(piece, (count, _))| (piece, rare(count))).collect()
}

/// The pieces of all words, each once, of length one together as [`Model::answer`] reckons it.
fn words(bag: &Bag, rarity: &HashMap<u32, f32>, place_of: &HashMap<u32, u32>) -> Vec<(u32, f32)> {
    let mut features: Vec<(u32, f32)> = Vec::new();
    let mut square = 0.0;
    for (word, count) in &bag.words {
        pieces(word, |piece| {
            if let Some(rare) = rarity.get(&piece) {
                features.push((place_of[&piece], count * rare));
                square += (count * rare).powi(2);
            }
        });
    }
    features.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
    features.dedup_by(|later, kept| {
        let is_same = later.0 == kept.0;
        if is_same {
            kept.1 += later.1;
        }
        is_same
    });
    let length = if square > 0.0 { f32::sqrt(square) } else { 1.0 };
    features.iter_mut().for_each(|(_, value)| *value /= length);
    features
}

/// The weights, feature by feature, each with one for every output.
fn fit(rows: &[Row], lessons: &[&Lesson], outputs: usize, features: usize) -> Vec<f32> {
    let mut weights = vec![0.0_f32; features * outputs];
    let mut duals = vec![0.0_f32; rows.len() * outputs];
    let mut step = vec![0.0_f32; outputs];
    for round in 0..ROUNDS {
        for turn in 0..rows.len() {
            let at = shuffled(turn, round, rows.len());
            let (row, answers) = (&rows[at], &lessons[at].answers);
            let duals = &mut duals[at * outputs..][..outputs];
            step.fill(0.0);
            for (feature, value) in &row.features {
                let weights = &weights[*feature as usize * outputs..][..outputs];
                step.iter_mut().zip(weights).for_each(|(step, weight)| *step += value * weight);
            }
            for ((step, answer), dual) in step.iter_mut().zip(answers).zip(duals) {
                let wrong = answer - *step - PENALTY * *dual;
                *step = if *answer == 0.0 { 0.0 } else { wrong / (row.square + PENALTY) };
                *dual += *step;
            }
            for (feature, value) in &row.features {
                let weights = &mut weights[*feature as usize * outputs..][..outputs];
                weights.iter_mut().zip(&step).for_each(|(weight, step)| *weight += value * step);
            }
        }
    }
    weights
}

/// Another order in every round, always the same one: steps through all of `count` by a stride that shares no divisor with it.
fn shuffled(turn: usize, round: usize, count: usize) -> usize {
    let wanted = count * 5 / 8 + 2 * round + 1;
    let stride = (wanted..).find(|stride| divisor(*stride, count) == 1).unwrap_or(1);
    (turn * stride + round) % count
}

fn divisor(one: usize, other: usize) -> usize {
    if other == 0 { one } else { divisor(other, one % other) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(words: &str, answer: f32) -> Lesson {
        let words = words.split(' ').map(|word| (word.to_owned(), 1.0)).collect();
        Lesson { bag: Bag { words, evidence: Vec::new() }, answers: vec![answer, -answer] }
    }

    fn learnt() -> (Vec<Lesson>, Model) {
        let lessons = vec![
            lesson("journals of patients", 1.0),
            lesson("a journal for a patient", 1.0),
            lesson("bridges and roads", -1.0),
            lesson("a road with a bridge", -1.0),
        ];
        let model = train(&lessons.iter().collect::<Vec<_>>(), 2);
        (lessons, model)
    }

    #[test]
    fn what_was_taught_is_known_also_in_other_forms() {
        let (_, model) = learnt();
        let answer = model.answer(&lesson("journalism patiently", 0.0).bag);
        assert!(answer.scores[0] > 0.1 && answer.scores[1] < -0.1, "{answer:?}");
        let answer = model.answer(&lesson("roadside", 0.0).bag);
        assert!(answer.scores[0] < -0.1);
    }

    #[test]
    fn shares_and_bias_add_up_to_the_score() {
        let (lessons, model) = learnt();
        let bias = model.answer(&Bag::default()).scores[0];
        let answer = model.answer(&lessons[0].bag);
        let sum: f32 = answer.words.iter().map(|shares| shares[0]).sum();
        assert!((answer.scores[0] - bias - sum).abs() < 1e-5);
    }

    #[test]
    fn a_model_survives_being_written_and_read_and_spoilt_bytes_are_refused() {
        let (lessons, model) = learnt();
        let bytes = model.write();
        let read = Model::read(&bytes).unwrap();
        assert!(read.likeness(&model, 0) > 0.999);
        let (one, other) = (model.answer(&lessons[0].bag), read.answer(&lessons[0].bag));
        assert!((one.scores[0] - other.scores[0]).abs() < 0.02, "{one:?} {other:?}");
        for length in 0..bytes.len() {
            assert!(Model::read(&bytes[..length]).is_err());
        }
    }

    #[test]
    fn the_same_lessons_give_the_same_model() {
        assert_eq!(learnt().1.write(), learnt().1.write());
    }

    #[test]
    fn what_nobody_has_said_teaches_nothing() {
        let (mut lessons, model) = learnt();
        lessons.push(Lesson { answers: vec![0.0, 0.0], ..lessons[0].clone() });
        let more = train(&lessons.iter().collect::<Vec<_>>(), 2);
        let answer = |model: &Model| model.answer(&lessons[2].bag).scores[0];
        assert!((answer(&model) - answer(&more)).abs() < 0.1);
    }
}
