//! The vocabulary of the house: where we look, what we look for, what we find.
//!
//! Everything here is plain data. No network, no database, no clock. Every
//! other crate speaks in these words, and none of them adds a second word for
//! the same thing.
//!
//! *source* (where we look), *visit* (one look), *entry* (what the source
//! said), *item* (what we keep), *area* (a goal area), *tag* (item and area,
//! with evidence), *story* (items about the same event), *digest* (one issue
//! of the periodic letter).

mod area;
mod asks;
mod catalogue;
mod example;
mod framework;
mod guess;
mod item;
mod known;
mod language;
mod link;
mod organisation;
mod origin;
mod reading;
mod recipe;
mod rules;
mod shelf;
mod source;
mod visit;

pub use area::{Area, AreaId, Evidence, Judge, Place, Tag};
pub use asks::Asks;
pub use catalogue::{Catalogue, Sighting, source_to_toml};
pub use example::Example;
pub use framework::{Framework, Frameworks, Relation, RelationKind};
pub use guess::{Guess, every_for};
pub use item::{Dated, Entry, Find, Item, ItemId, Provenance};
pub use known::{DatedFact, FactKind, Known, Reference};
pub use language::Language;
pub use link::normalised;
pub use reading::Fault;
pub use recipe::{Paging, Recipe};
pub use rules::{Cue, DocumentType, FalseFriend, Rules, Scoring, Term, Weight};
pub use source::{Kind, Level, Origin, Source, SourceId};
pub use visit::{Due, Failure, Harvest, Outcome, Validators, Visit};
