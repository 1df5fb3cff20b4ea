//! Who published what someone else collected.

use crate::{Item, Level, Origin, Source, organisation::Organisation};
use jiff::{civil::Date, tz::TimeZone};
use std::collections::HashMap;
use url::Url;

/// Publishers by the names and the sites that they are known by; built once, asked for every item.
#[derive(Clone, Debug, Default)]
pub(crate) struct Publishers {
    known: Vec<Origin>,
    /// All that each is called, its own name first.
    names: Vec<Vec<String>>,
    /// Lower-case name to places in `known`: some names are used in two countries.
    by_name: HashMap<String, Vec<usize>>,
    /// Host without `www.` to a place in `known`.
    by_host: HashMap<String, usize>,
    /// From a place in `known` to that of its successor, and the day since when; no circles.
    after: HashMap<usize, (Date, usize)>,
}

impl Publishers {
    pub(crate) fn new(sources: &[Source], organisations: &[Organisation]) -> Publishers {
        let mut publishers = Publishers::default();
        // The list of organisations comes first, since what it says is deliberate.
        for organisation in organisations {
            let Organisation { name, also, hosts, level, country, .. } = organisation;
            let place = publishers.place(name, *level, country);
            for name in also {
                publishers.name(name, place);
            }
            for host in hosts {
                publishers.by_host.entry(bare(host)).or_insert(place);
            }
        }
        for source in sources {
            let Source { organisation, level, country, homepage, .. } = source;
            let place = publishers.place(organisation, *level, country);
            if let Some(host) = homepage.as_deref().and_then(host) {
                publishers.by_host.entry(host).or_insert(place);
            }
        }
        for one in organisations {
            let successor =
                one.successor.as_deref().and_then(|name| publishers.at(name, &one.country));
            let place = publishers.at(&one.name, &one.country);
            let (Some(until), Some(place), Some(successor)) = (one.until, place, successor) else {
                continue;
            };
            // Names that differ in capitals only are one place: no circle may come of it.
            if publishers.in_office(successor, Date::MAX) != place {
                publishers.after.entry(place).or_insert((until, successor));
            }
        }
        // Last, so that a whole name is never taken by a part of another.
        for source in sources {
            let place = publishers.place(&source.organisation, source.level, &source.country);
            for part in parts(&source.organisation) {
                publishers.by_name.entry(key(part)).or_insert_with(|| vec![place]);
            }
        }
        publishers
    }

    /// By the stated name, then by its parts, then by the site linked to.
    pub(crate) fn origin(&self, item: &Item) -> Origin {
        let stated = item.provenance.iter().find_map(|finding| finding.organisation.as_deref());
        let stated = stated.map(str::trim).filter(|name| !name.is_empty());
        let host = item.entry.link.as_deref().and_then(host);
        let day = item.dated().at().to_zoned(TimeZone::UTC).date();
        let by_host = || {
            let place = host.as_ref().and_then(|host| self.by_host.get(host));
            place.map(|place| self.in_office(*place, day))
        };
        let by_name = |name: &str| self.named(name, host.as_deref());
        let Some(name) = stated else {
            return by_host().map(|place| self.known[place].clone()).unwrap_or_default();
        };
        let kin = by_name(name).or_else(|| parts(name).find_map(by_name)).or_else(by_host);
        let kin = kin.map(|place| self.known[place].clone()).unwrap_or_default();
        // What the contributor wrote stays, but for its capitals: people filter by what they wrote.
        let same = key(&kin.organisation) == key(name);
        Origin { organisation: if same { kin.organisation } else { name.to_owned() }, ..kin }
    }

    /// What else those are called who bear this name, who came after them, and who was before.
    pub(crate) fn names(&self, name: &str) -> Vec<&str> {
        let places = self.by_name.get(&key(name)).map(Vec::as_slice).unwrap_or_default();
        let mut family = Vec::new();
        for place in places {
            family.push(*place);
            let mut at = *place;
            while let Some((_, after)) =
                self.after.get(&at).filter(|(_, after)| !family.contains(after))
            {
                at = *after;
                family.push(at);
            }
            self.add_before(*place, &mut family);
        }
        let mut names = Vec::new();
        for other in family.iter().flat_map(|place| &self.names[*place]).map(String::as_str) {
            if key(other) != key(name) && !names.contains(&other) {
                names.push(other);
            }
        }
        names
    }

    /// All that came before the one at `place`, in the order of the list.
    fn add_before(&self, place: usize, family: &mut Vec<usize>) {
        let mut before: Vec<usize> = self
            .after
            .iter()
            .filter(|(_, (_, after))| *after == place)
            .map(|(one, _)| *one)
            .collect();
        before.sort_unstable();
        for one in before {
            if !family.contains(&one) {
                family.push(one);
                self.add_before(one, family);
            }
        }
    }

    /// Who stands for the publisher at `place` on a day: itself, or whoever has succeeded it by then.
    fn in_office(&self, mut place: usize, day: Date) -> usize {
        while let Some((_, after)) = self.after.get(&place).filter(|(since, _)| *since <= day) {
            place = *after;
        }
        place
    }

    /// The place of the publisher of this name, best the one of that country.
    fn at(&self, name: &str, country: &str) -> Option<usize> {
        let places = self.by_name.get(&key(name))?;
        let same = |place: &&usize| self.known[**place].country.as_deref() == Some(country);
        places.iter().find(same).or(places.first()).copied()
    }

    /// Who bears this name; of several, the one at home where the link leads.
    fn named(&self, name: &str, host: Option<&str>) -> Option<usize> {
        let places = self.by_name.get(&key(name))?;
        let at_host = host.and_then(|host| self.by_host.get(host));
        let domain = host.and_then(|host| host.rsplit('.').next());
        let in_country = |place: &usize| {
            let country = self.known[*place].country.as_deref().unwrap_or_default();
            domain.is_some_and(|domain| country.eq_ignore_ascii_case(domain))
        };
        let found = places.iter().find(|place| Some(*place) == at_host);
        found.or_else(|| places.iter().find(|place| in_country(place))).or(places.first()).copied()
    }

    /// The place of a publisher, who is put down when new.
    fn place(&mut self, name: &str, level: Level, country: &str) -> usize {
        let places = self.by_name.get(&key(name)).map(Vec::as_slice).unwrap_or_default();
        let same = |place: &&usize| self.known[**place].country.as_deref() == Some(country);
        if let Some(place) = places.iter().find(same) {
            return *place;
        }
        let place = self.known.len();
        self.known.push(Origin {
            organisation: name.to_owned(),
            level: Some(level),
            country: Some(country.to_owned()),
        });
        self.names.push(Vec::new());
        self.name(name, place);
        place
    }

    fn name(&mut self, name: &str, place: usize) {
        self.by_name.entry(key(name)).or_default().push(place);
        self.names[place].push(name.to_owned());
    }
}

/// What stands before and inside a parenthesis, or on the sides of a slash, when that is not all.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(['(', ')', '/']).map(str::trim).filter(move |part| !part.is_empty() && *part != name)
}

fn key(name: &str) -> String {
    name.to_lowercase()
}

fn host(link: &str) -> Option<String> {
    Url::parse(link).ok()?.host_str().map(bare)
}

fn bare(host: &str) -> String {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host.strip_prefix("www.").map(str::to_owned).unwrap_or(host)
}
