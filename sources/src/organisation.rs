//! Who publishes under which names, until when, and who came after?

use crate::{
    Level,
    catalogue::country_code,
    reading::{Faults, Record},
    shelf::Shelf,
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A publisher whose items may reach us without a source of its own, or under another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Organisation {
    pub(crate) name: String,
    pub(crate) also: Vec<String>,
    pub(crate) hosts: Vec<String>,
    pub(crate) level: Level,
    pub(crate) country: String,
    /// The first day on which it was there no more.
    pub(crate) until: Option<Date>,
    /// Who does its work since.
    pub(crate) successor: Option<String>,
}

/// One `[[organisation]]`, when it is without fault.
pub(crate) fn read(mut record: Record<'_>) -> Option<Organisation> {
    let name = record.text("name");
    let also = record.texts("also").into_iter().map(|told| told.value).collect();
    let hosts = record.texts("hosts");
    let hosts = hosts.iter().filter_map(|told| record.parsed("hosts", told, host_name)).collect();
    let level = record.word::<Level>("level");
    let country = record.text("country");
    let country = country.and_then(|told| record.parsed("country", &told, country_code));
    let until = record.maybe_text("until");
    let ends = until.is_some();
    let until = until.map(|told| record.parsed("until", &told, day));
    let successor = record.maybe_text("successor");
    if let Some(told) = successor.as_ref().filter(|_| !ends) {
        record.fault(told.line, "`successor` needs `until`, the day on which it took over");
    }
    record.end();
    let until = match until {
        Some(read) => Some(read?),
        None => None,
    };
    let successor = successor.map(|told| told.value).filter(|_| ends);
    Some(Organisation {
        name: name?.value,
        also,
        hosts,
        level: level?,
        country: country?,
        until,
        successor,
    })
}

/// The organisations, less those successors that cannot be followed to an end, which are told as faults.
/// `others` are names of publishers known without an entry of their own.
pub(crate) fn whole(
    shelf: Shelf<String, Organisation>,
    others: &BTreeSet<&str>,
    faults: &Faults,
) -> Vec<Organisation> {
    let next: BTreeMap<&str, &str> = shelf
        .iter()
        .filter_map(|(_, one)| Some((one.name.as_str(), one.successor.as_deref()?)))
        .collect();
    let mut spoilt = BTreeSet::new();
    for (kept, one) in shelf.iter() {
        let Some(successor) = &one.successor else { continue };
        if let Some(what) = wrong(one, successor, &next, &shelf, others) {
            kept.fault(faults, what);
            spoilt.insert(one.name.clone());
        }
    }
    let mut good: Vec<Organisation> = shelf.into_values().collect();
    for one in good.iter_mut().filter(|one| spoilt.contains(&one.name)) {
        one.successor = None;
    }
    good
}

/// What is wrong with the successor of an organisation.
fn wrong(
    one: &Organisation,
    successor: &str,
    next: &BTreeMap<&str, &str>,
    shelf: &Shelf<String, Organisation>,
    others: &BTreeSet<&str>,
) -> Option<String> {
    if shelf.get(&successor.to_owned()).is_none() && !others.contains(successor) {
        return Some(format!("`successor`: `{successor}` is the name of no organisation"));
    }
    let mut seen = BTreeSet::from([one.name.as_str()]);
    let mut at = one.name.as_str();
    while let Some(after) = next.get(at) {
        if *after == one.name {
            return Some(format!("`successor`: `{}` would succeed itself", one.name));
        }
        if !seen.insert(after) {
            break;
        }
        at = after;
    }
    None
}

fn day(word: &str) -> Result<Date, String> {
    word.parse().map_err(|_| format!("`{word}` is no day: one such as 2021-01-01 is"))
}

fn host_name(word: &str) -> Result<String, String> {
    let is_plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    let good = word.contains('.') && word.bytes().all(is_plain);
    good.then(|| word.to_owned())
        .ok_or_else(|| format!("`{word}` is no host: one such as skr.se is"))
}

#[cfg(test)]
mod tests {
    use crate::Catalogue;

    fn organisation(name: &str, more: &str) -> String {
        format!(
            "[[organisation]]\nname = \"{name}\"\nlevel = \"national\"\ncountry = \"SE\"\n{more}\n"
        )
    }

    fn faults(text: &str) -> Vec<(usize, String)> {
        let (_, faults) = Catalogue::from_toml(&[("a.toml", text)]);
        faults.into_iter().map(|fault| (fault.line, fault.what)).collect()
    }

    #[test]
    fn a_successor_must_be_known_and_a_day_be_a_day() {
        let nobody = organisation("Old", "until = \"2021-01-01\"\nsuccessor = \"Nobody\"");
        let told = "`successor`: `Nobody` is the name of no organisation".to_owned();
        assert_eq!(faults(&nobody), [(1, told)]);
        let no_day = organisation("Old", "until = \"2021-02-30\"");
        let told = "`until`: `2021-02-30` is no day: one such as 2021-01-01 is".to_owned();
        assert_eq!(faults(&no_day), [(5, told)]);
        let timeless = organisation("New", "") + &organisation("Old", "successor = \"New\"");
        let told = "`successor` needs `until`, the day on which it took over".to_owned();
        assert_eq!(faults(&timeless), [(10, told)]);
    }

    #[test]
    fn nobody_succeeds_itself() {
        let text = organisation("A", "until = \"2020-01-01\"\nsuccessor = \"B\"")
            + &organisation("B", "until = \"2021-01-01\"\nsuccessor = \"A\"")
            + &organisation("C", "until = \"2022-01-01\"\nsuccessor = \"A\"");
        let told = |name| format!("`successor`: `{name}` would succeed itself");
        assert_eq!(faults(&text), [(1, told("A")), (7, told("B"))]);
    }

    #[test]
    fn names_that_differ_in_capitals_make_no_circle() {
        let text = organisation(
            "ABC",
            "hosts = [\"abc.example\"]\nuntil = \"2020-01-01\"\nsuccessor = \"Abc\"",
        ) + &organisation("Abc", "until = \"2020-01-01\"\nsuccessor = \"New\"")
            + &organisation("New", "until = \"2020-01-01\"\nsuccessor = \"abc\"")
            + &organisation("abc", "");
        let (catalogue, _) = Catalogue::from_toml(&[("a.toml", &text)]);
        assert_eq!(catalogue.other_names("new"), ["ABC"]);
    }

    #[test]
    fn those_before_and_after_are_found_but_not_those_beside() {
        let text = organisation("Last", "also = [\"L\"]")
            + &organisation("Middle", "until = \"2021-01-01\"\nsuccessor = \"Last\"")
            + &organisation("First", "until = \"2020-01-01\"\nsuccessor = \"Middle\"")
            + &organisation("Beside", "until = \"2021-01-01\"\nsuccessor = \"Last\"");
        let (catalogue, faults) = Catalogue::from_toml(&[("a.toml", &text)]);
        assert_eq!(faults, []);
        assert_eq!(catalogue.other_names("first"), ["Middle", "Last", "L"]);
        assert_eq!(catalogue.other_names("Middle"), ["Last", "L", "First"]);
        assert_eq!(catalogue.other_names("L"), ["Last", "Middle", "First", "Beside"]);
    }
}
