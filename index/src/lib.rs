//! What we remember, find, tag, group and count.

mod error;
mod finder;
mod understand;

pub use error::{Error, Result};
pub use finder::{Also, Entering, Facets, Finder, Hit, Hits, Query, Sort};
pub use understand::{Story, Understander, related, stories, words};
