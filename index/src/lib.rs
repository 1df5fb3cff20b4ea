//! What we remember, find, tag, group and count.
//!
//! The [`Archive`] is the record; losing it loses work. The [`Finder`] is
//! derived from it and can be rebuilt at any time.

mod archive;
mod error;
mod finder;
mod rhythm;
mod understand;

pub use archive::{
    Alarm, Archive, Change, Health, Kept, Remedy, SourceState, Subscription, SubscriptionState,
    Trouble, Wording,
};
pub use error::{Error, Result};
pub use finder::{Also, Facets, Finder, Hit, Hits, Query, Remark, Sort};
pub use rhythm::{Bounds, EAGERNESS, Forecast, Night, Published, Rhythm};
pub use understand::{Link, Story, Understander, related, stories, words};
