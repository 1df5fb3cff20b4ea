//! Chooses, arranges and phrases what a reader should know of a week.
//!
//! Composing is a pure function: the same [`Basis`] and [`Brief`] give the same letter to the byte.

mod brief;
mod compose;
mod echo;
mod letter;
mod period;
mod phrase;
mod rank;

pub use brief::{Basis, Brief, Tongue};
pub use compose::{Closing, Digest, Entry, Left, Section, asks, compose};
pub use letter::{Error, Letter, letter};
pub use period::{Week, stockholm};
