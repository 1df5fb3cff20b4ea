//! What can be learnt from examples, as numbers: a linear model over the letters of words.
//!
//! Knows no items, languages or goal areas: a [`Bag`] of words and evidence goes in, one number for each question comes
//! out, and how much of it each word brought. It is a crate of its own so that it knows nothing else, and so that it is
//! compiled for speed even where the rest is compiled for haste.

mod features;
mod model;
mod train;

pub use features::key;
pub use model::{Answer, Model, Unreadable};
pub use train::{Lesson, train};

/// What a model sees of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bag {
    /// Different words, each with how much it counts.
    pub words: Vec<(String, f32)>,
    /// What else is known: keys of [`key`] and how much of each.
    pub evidence: Vec<(u32, f32)>,
}
