//! What was learnt: a row of weights for each piece of a word and each piece of evidence.

use crate::{Bag, features};
use std::{collections::HashMap, fmt, hash::BuildHasherDefault, hash::Hasher};

/// The first bytes of a written model.
const MAGIC: &[u8; 8] = b"utkik-m1";

/// How much evidence counts beside words; chosen by cross-validation.
pub(crate) const EVIDENCE: f32 = 0.1;

/// A linear model with several outputs.
#[derive(Clone, Debug)]
pub struct Model {
    outputs: usize,
    /// The row of each piece.
    places: Places,
    /// For each piece one weight for each output, already times how rare it is, and last the square of how rare.
    rows: Vec<f32>,
    /// The same for evidence, without rarity.
    evidence: HashMap<u32, Vec<f32>, BuildHasherDefault<Mixed>>,
    bias: Vec<f32>,
}

type Places = HashMap<u32, u32, BuildHasherDefault<Mixed>>;

/// Keys are well mixed already.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = (self.0 << 8) | u64::from(*byte));
    }
    fn write_u32(&mut self, key: u32) {
        // The table takes its place from the low bits and its mark from the high ones.
        self.0 = u64::from(key) | (u64::from(key) << 32);
    }
}

/// Bytes that are no model of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("these bytes hold no model")
    }
}

impl std::error::Error for Unreadable {}

/// What a model says of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// One number for each output.
    pub scores: Vec<f32>,
    /// For each word of the bag, in order, what it brought to each output.
    pub words: Vec<Vec<f32>>,
    /// For each piece of evidence, in order, what it brought.
    pub evidence: Vec<Vec<f32>>,
}

impl Model {
    pub(crate) fn new(
        outputs: usize,
        pieces: impl Iterator<Item = (u32, f32, Vec<f32>)>,
        evidence: impl Iterator<Item = (u32, Vec<f32>)>,
        bias: Vec<f32>,
    ) -> Model {
        let mut model = Model {
            outputs,
            places: Places::default(),
            rows: Vec::new(),
            evidence: evidence.collect(),
            bias,
        };
        for (piece, rarity, weights) in pieces {
            model.places.insert(piece, (model.rows.len() / (outputs + 1)) as u32);
            model.rows.extend(weights.iter().map(|weight| weight * rarity));
            model.rows.push(rarity * rarity);
        }
        model
    }

    /// How many questions it answers.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// How many pieces of words it knows.
    pub fn pieces(&self) -> usize {
        self.places.len()
    }

    /// What it says of `bag`, with the share of each word and each piece of evidence.
    pub fn answer(&self, bag: &Bag) -> Answer {
        let stride = self.outputs + 1;
        let mut square = 0.0;
        let mut words: Vec<Vec<f32>> = Vec::with_capacity(bag.words.len());
        for (word, count) in &bag.words {
            let mut sum = vec![0.0; stride];
            features::pieces(word, |piece| {
                if let Some(place) = self.places.get(&piece) {
                    let row = &self.rows[*place as usize * stride..][..stride];
                    sum.iter_mut().zip(row).for_each(|(sum, part)| *sum += part);
                }
            });
            square += count * count * sum[self.outputs];
            sum.iter_mut().for_each(|sum| *sum *= count);
            words.push(sum);
        }
        let length = if square > 0.0 { square.sqrt() } else { 1.0 };
        let mut scores = self.bias.clone();
        for word in &mut words {
            word.truncate(self.outputs);
            word.iter_mut().for_each(|share| *share /= length);
            scores.iter_mut().zip(&*word).for_each(|(score, share)| *score += share);
        }
        let share = |(key, value): &(u32, f32)| match self.evidence.get(key) {
            Some(row) => row.iter().map(|weight| weight * value * EVIDENCE).collect(),
            None => vec![0.0; self.outputs],
        };
        let evidence: Vec<Vec<f32>> = bag.evidence.iter().map(share).collect();
        for shares in &evidence {
            scores.iter_mut().zip(shares).for_each(|(score, share)| *score += share);
        }
        Answer { scores, words, evidence }
    }

    /// How alike the weights of two models are for `output`: the cosine of the angle between them, over the pieces of both.
    pub fn likeness(&self, other: &Model, output: usize) -> f32 {
        let weight =
            |model: &Model, place: u32| model.rows[place as usize * (model.outputs + 1) + output];
        let (mut both, mut ours, mut theirs) = (0.0, 0.0, 0.0);
        for (piece, place) in &self.places {
            let one = weight(self, *place);
            ours += one * one;
            if let Some(place) = other.places.get(piece) {
                both += one * weight(other, *place);
            }
        }
        for place in other.places.values() {
            theirs += weight(other, *place).powi(2);
        }
        both / (ours * theirs).sqrt().max(f32::MIN_POSITIVE)
    }

    /// The model as bytes, with weights of pieces as whole numbers of 8 bits; [`Model::read`] reads them.
    pub fn write(&self) -> Vec<u8> {
        let stride = self.outputs + 1;
        let mut scales = vec![f32::MIN_POSITIVE; stride];
        for row in self.rows.chunks_exact(stride) {
            let sizes = scales.iter_mut().zip(row);
            sizes.for_each(|(scale, weight)| *scale = scale.max(weight.abs() / 127.0));
        }
        let mut pieces: Vec<(u32, u32)> = self.places.iter().map(|(of, at)| (*of, *at)).collect();
        pieces.sort_unstable();
        let mut evidence: Vec<(&u32, &Vec<f32>)> = self.evidence.iter().collect();
        evidence.sort_unstable_by_key(|(key, _)| **key);
        let mut out = MAGIC.to_vec();
        for number in [self.outputs, evidence.len(), pieces.len()] {
            out.extend((number as u32).to_le_bytes());
        }
        let floats = |out: &mut Vec<u8>, row: &[f32]| {
            row.iter().for_each(|number| out.extend(number.to_le_bytes()));
        };
        floats(&mut out, &scales);
        floats(&mut out, &self.bias);
        for (key, row) in evidence {
            out.extend(key.to_le_bytes());
            floats(&mut out, row);
        }
        pieces.iter().for_each(|(piece, _)| out.extend(piece.to_le_bytes()));
        for (_, place) in pieces {
            let row = &self.rows[place as usize * stride..][..stride];
            let whole = row.iter().zip(&scales).map(|(weight, scale)| (weight / scale).round());
            out.extend(whole.map(|weight| (weight as i8) as u8));
        }
        out
    }

    /// Reads what [`Model::write`] wrote.
    pub fn read(bytes: &[u8]) -> Result<Model, Unreadable> {
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(Unreadable)?;
        let [outputs, evidence, pieces] =
            [number(&mut rest)?, number(&mut rest)?, number(&mut rest)?];
        let [outputs, pieces] = [outputs as usize, pieces as usize];
        let stride = outputs.checked_add(1).ok_or(Unreadable)?;
        let scales = floats(&mut rest, stride)?;
        let bias = floats(&mut rest, outputs)?;
        let evidence = (0..evidence)
            .map(|_| Ok((number(&mut rest)?, floats(&mut rest, outputs)?)))
            .collect::<Result<_, Unreadable>>()?;
        let keys = take(&mut rest, pieces.checked_mul(4).ok_or(Unreadable)?)?;
        if Some(rest.len()) != pieces.checked_mul(stride) {
            return Err(Unreadable);
        }
        let keys =
            keys.chunks_exact(4).map(|key| u32::from_le_bytes([key[0], key[1], key[2], key[3]]));
        let rows = rest.chunks_exact(stride).flat_map(|row| {
            row.iter().zip(&scales).map(|(weight, scale)| f32::from(*weight as i8) * scale)
        });
        let rows = rows.collect();
        Ok(Model { outputs, places: keys.zip(0..).collect(), rows, evidence, bias })
    }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], Unreadable> {
    let (taken, after) = rest.split_at_checked(length).ok_or(Unreadable)?;
    *rest = after;
    Ok(taken)
}

fn number(rest: &mut &[u8]) -> Result<u32, Unreadable> {
    let bytes = take(rest, 4)?;
    Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

fn floats(rest: &mut &[u8], count: usize) -> Result<Vec<f32>, Unreadable> {
    let bytes = take(rest, count.checked_mul(4).ok_or(Unreadable)?)?;
    let number = |four: &[u8]| f32::from_le_bytes([four[0], four[1], four[2], four[3]]);
    Ok(bytes.chunks_exact(4).map(number).collect())
}
