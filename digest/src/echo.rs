//! Which stories are one thing to answer? News of a consultation and the consultation itself are.
//!
//! Grouping by likeness does not see it: the words differ, often the languages too. But both name the same last day.

use crate::{
    compose::{Ranked, lead},
    rank::{Told, days_left},
};
use jiff::{SignedDuration, civil::Date};
use std::collections::{BTreeMap, BTreeSet};

/// A name that stands in more items than this tells nothing: every second one speaks of the EHDS.
const COMMON: usize = 8;

/// As many first characters do not come twice by chance.
const OPENING: usize = 90;

/// Stories with those joined that ask for the same: by the same day, in the same area, where one speaks of the
/// other's publisher, or both of the same thing by its name (`TEHDAS2`, `SOU 2024:57`), or both are so alike that
/// chance is unlikely. Those that open with the same words are one in any case.
pub(crate) fn joined<'a>(stories: Vec<Ranked<'a>>, today: Date) -> Vec<Ranked<'a>> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for told in stories.iter().flatten().filter(|told| asked(told, today).is_some()) {
        names(told).into_iter().for_each(|name| *seen.entry(name).or_default() += 1);
    }
    let is_rare = |name: &String| seen.get(name).is_some_and(|count| *count <= COMMON);
    let mut joined: Vec<Ranked<'a>> = Vec::new();
    for story in stories {
        let same = |other: &Ranked<'a>| {
            let mut pairs = story.iter().flat_map(|one| other.iter().map(move |two| (one, two)));
            pairs.any(|(one, two)| {
                opens_alike(one, two)
                    || is_same_question(one, two, today)
                        && (is_coincidence_unlikely(one, two, today)
                            || speaks_of(one, two)
                            || speaks_of(two, one)
                            || names(one).intersection(&names(two)).any(is_rare))
            })
        };
        match joined.iter().position(same) {
            Some(at) => joined[at].extend(story),
            None => joined.push(story),
        }
    }
    joined
}

/// Whether both begin with the same words, as a press release and the bill that it is about do.
fn opens_alike(one: &Told<'_>, two: &Told<'_>) -> bool {
    let opening = |told: &Told<'_>| {
        lead(told.item).map(|text| text.chars().take(OPENING).collect::<String>())
    };
    let opening_of_one = opening(one).filter(|text| text.chars().count() == OPENING);
    opening_of_one.is_some() && opening_of_one == opening(two)
}

fn is_same_question(one: &Told<'_>, two: &Told<'_>, today: Date) -> bool {
    let shares_area =
        one.known.tags.iter().any(|tag| two.known.tags.iter().any(|other| other.area == tag.area));
    let day = asked(one, today);
    day.is_some()
        && day == asked(two, today)
        && shares_area
        && one.origin.organisation != two.origin.organisation
}

/// The day by which it can still be answered.
fn asked(told: &Told<'_>, today: Date) -> Option<Date> {
    let date = told.known.deadline()?.date;
    days_left(date, today).filter(|days| *days >= 0).map(|_| date)
}

/// Whether both came within a week, in the same area first of all, and name a day that people do not choose for its roundness.
fn is_coincidence_unlikely(one: &Told<'_>, two: &Told<'_>, today: Date) -> bool {
    let first_area = |told: &Told<'_>| told.known.tags.first().map(|tag| tag.area.clone());
    let apart = one.item.dated().at().duration_until(two.item.dated().at()).abs();
    let is_round = |date: Date| date.day() == 15 || date.day() == date.days_in_month();
    apart <= SignedDuration::from_hours(7 * 24)
        && first_area(one) == first_area(two)
        && asked(one, today).is_some_and(|date| !is_round(date))
}

fn speaks_of(one: &Told<'_>, two: &Told<'_>) -> bool {
    let name = two.origin.organisation.as_str();
    let entry = &one.item.entry;
    let places = [Some(entry.title.as_str()), entry.summary.as_deref(), one.item.text.as_deref()];
    !name.is_empty() && places.into_iter().flatten().any(|text| text.contains(name))
}

/// Words of title and summary that are names of something: two capitals, or a capital and a digit.
fn names(told: &Told<'_>) -> BTreeSet<String> {
    let entry = &told.item.entry;
    let texts = [Some(entry.title.as_str()), entry.summary.as_deref()];
    let words = texts
        .into_iter()
        .flatten()
        .flat_map(|text| text.split(|letter: char| !letter.is_alphanumeric() && letter != ':'));
    let capitals = |word: &str| word.chars().filter(|letter| letter.is_uppercase()).count();
    let is_name = |word: &&str| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        capitals(word) >= 3
            || (capitals(word) >= 1 && digits >= 1)
            || (digits >= 5 && word.contains(':'))
    };
    words.filter(is_name).map(str::to_owned).collect()
}
