//! Which month is named, and which day and year stand beside it?
//!
//! Numbers stand for much in a text; the day of a named month is the one next to its name.

use super::words::{Word, month};

/// A month by its name, with what stands beside it.
pub(super) struct Named {
    pub(super) month: i8,
    pub(super) day: i16,
    /// Which word said the day.
    pub(super) day_at: usize,
    /// The year, where it follows.
    pub(super) year: Option<i16>,
}

/// What may stand between a day and its month.
const BETWEEN: &[&str] =
    &["st", "nd", "rd", "th", "er", "e", "a", "of", "de", "the", "den", "ta", "paivana"];

/// What stands between the ends of a stretch of days, of which the first counts.
const UNTIL: &[&str] =
    &["bis", "till", "til", "to", "and", "och", "og", "und", "et", "au", "ja", "ti"];

/// The month that word `at` names, if a day stands beside it.
pub(super) fn named(words: &[Word], at: usize) -> Option<Named> {
    let month = month(words[at].text)?;
    let number = |at: usize, digits: &[usize]| {
        let word: &Word = words.get(at)?;
        let is_plain = digits.contains(&word.text.len()) && word.is_digits();
        is_plain.then(|| word.text.parse::<i16>().ok()).flatten()
    };
    let day = |at: usize| number(at, &[1, 2]).filter(|day| (1..=32).contains(day));
    let year = |at: usize| number(at, &[4]);
    let skipped =
        |at: usize| usize::from(words.get(at).is_some_and(|word| BETWEEN.contains(&word.text)));
    // A German article, too, and an Icelandic and Norwegian month: the latter between a day and a year.
    let is_article = words[at].text == "des" && year(at + 1).is_none() && at + 1 < words.len();
    if is_article {
        return None;
    }
    let before = (1..=3).find_map(|back| {
        let place = at.checked_sub(back)?;
        let is_near = (1..back).all(|back| skipped(at - back) == 1);
        let day = day(place).filter(|_| is_near)?;
        Some((day, place))
    });
    if let Some((_, place)) = before {
        let (day, day_at) = first_of_stretch(words, place, day)?;
        let after = at + 1 + skipped(at + 1);
        return Some(Named { month, day, day_at, year: year(after) });
    }
    let place = at + 1 + skipped(at + 1);
    let is_hour =
        words.get(place + 1).is_some_and(|word| matches!(word.text, "uhr" | "am" | "pm" | "h"));
    let day = day(place).filter(|_| !is_hour)?;
    let after = place + 1 + skipped(place + 1);
    Some(Named { month, day, day_at: place, year: year(after) })
}

/// "3-5 mars", "vom 3. bis 5.": the first day of it.
fn first_of_stretch(
    words: &[Word],
    mut place: usize,
    day: impl Fn(usize) -> Option<i16>,
) -> Option<(i16, usize)> {
    let mut first = (day(place)?, place);
    loop {
        let gap = match place.checked_sub(1).and_then(|at| words.get(at)) {
            Some(_) if words[place].is_end => 1,
            Some(word) if UNTIL.contains(&word.text) => 2,
            _ => return Some(first),
        };
        let Some((earlier, value)) =
            place.checked_sub(gap).and_then(|at| Some((at, day(at).filter(|day| *day < first.0)?)))
        else {
            return Some(first);
        };
        (place, first) = (earlier, (value, earlier));
    }
}
