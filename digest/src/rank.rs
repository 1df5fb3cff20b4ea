//! Which stories are the most important, and why?
//!
//! Points are given for what a reader would name as a reason. Each is kept with the story, so that
//! the order can be defended.

use jiff::civil::Date;
use std::collections::BTreeSet;
use utkik_sources::{DatedFact, FactKind, Item, Known, Level, Origin};

/// What it counts that an item is plainly about an area: a strategy on the subject comes before a decree that touches it.
const SURETY: f64 = 1.5;

/// An item with what is known of it and who stands behind it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told<'a> {
    pub(crate) item: &'a Item,
    pub(crate) known: &'a Known,
    pub(crate) origin: &'a Origin,
}

/// How important a story is: more is more.
pub(crate) fn points(story: &[Told<'_>], today: Date) -> f64 {
    let organisations: BTreeSet<&str> =
        story.iter().map(|told| told.origin.organisation.as_str()).collect();
    let countries: BTreeSet<&str> =
        story.iter().filter_map(|told| told.origin.country.as_deref()).collect();
    let best = |of: fn(&Told<'_>) -> f64| story.iter().map(of).fold(0.0, f64::max);
    let spread =
        3.0 * (1.0 + organisations.len() as f64).log2() + (1.0 + countries.len() as f64).log2();
    spread
        + best(by_document)
        + best(by_level)
        + best(by_surety)
        + best(by_facts)
        + best_deadline(story, today)
}

/// Acts, bills and questions to answer bind the reader; news only tells.
fn by_document(told: &Told<'_>) -> f64 {
    match told.known.document.as_deref() {
        Some("LAG" | "DOM" | "PROP") => 5.0,
        Some("REMISS" | "SOU" | "TILLSYN") => 3.0,
        Some("STANDARD" | "RAPPORT" | "UTLYSNING") => 2.0,
        Some("DIR") => 1.0,
        _ => 0.0,
    }
}

/// What binds Sweden comes before what may inspire it.
fn by_level(told: &Told<'_>) -> f64 {
    match told.origin.level {
        Some(Level::National) => 5.0,
        Some(Level::Eu) => 3.0,
        Some(Level::Nordic) => 1.0,
        Some(Level::International) => 0.5,
        Some(Level::Local) | None => 0.0,
    }
}

/// An item that is plainly about an area comes before one that touches it.
fn by_surety(told: &Told<'_>) -> f64 {
    let surest = told.known.tags.iter().map(|tag| tag.score).fold(0.0, f64::max);
    SURETY * (1.0 + surest).ln()
}

/// Days that bind and acts make a story something to act on.
fn by_facts(told: &Told<'_>) -> f64 {
    let binds = |fact: &DatedFact| matches!(fact.kind, FactKind::Deadline | FactKind::InForce);
    f64::from(u8::from(told.known.dates.iter().any(binds)))
        + f64::from(u8::from(!told.known.references.is_empty()))
}

/// A question to answer is the more pressing the sooner it closes.
fn best_deadline(story: &[Told<'_>], today: Date) -> f64 {
    let days = |told: &Told<'_>| days_left(told.known.deadline()?.date, today);
    let soonest = story.iter().filter_map(days).filter(|days| *days >= 0).min();
    soonest.map_or(0.0, |days| if days <= 14 { 2.0 } else { 1.5 })
}

/// Days from `today` to `date`; negative when it has passed.
pub(crate) fn days_left(date: Date, today: Date) -> Option<i32> {
    today.until(date).ok().map(|span| span.get_days())
}
