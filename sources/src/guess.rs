//! Who is probably behind an address that somebody wants to watch: by the catalogue, else by the address itself.

use crate::{Catalogue, Level, Source, SourceId};
use jiff::Timestamp;
use std::{fmt::Write, net::IpAddr, time::Duration};
use url::Url;

/// What an address lets one guess; a person decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// Who publishes there, when the catalogue knows the site.
    pub organisation: Option<String>,
    /// How wide the publisher's mandate is.
    pub level: Level,
    /// As in [`Source::country`].
    pub country: String,
    /// The code of the language that people write in there.
    pub language: String,
    /// As in [`Source::category`].
    pub category: String,
    /// Whether its items must pass the domain gate: yes, unless a source of the same site needs none.
    pub gate: bool,
    /// What the guess rests on, in words.
    pub because: String,
}

/// Last part of the host, level, country, language.
const DOMAINS: &[(&str, Level, &str, &str)] = &[
    ("se", Level::National, "SE", "sv"),
    ("no", Level::Nordic, "NO", "nb"),
    ("dk", Level::Nordic, "DK", "da"),
    ("fi", Level::Nordic, "FI", "fi"),
    ("is", Level::Nordic, "IS", "is"),
    ("ax", Level::Nordic, "AX", "sv"),
    ("fo", Level::Nordic, "FO", "da"),
    ("gl", Level::Nordic, "GL", "da"),
    ("eu", Level::Eu, "EU", "en"),
    ("uk", Level::International, "GB", "en"),
    ("de", Level::International, "DE", "de"),
    ("fr", Level::International, "FR", "fr"),
    ("gov", Level::International, "US", "en"),
];

impl Guess {
    /// For the site of `address`.
    pub fn of(catalogue: &Catalogue, address: &str) -> Guess {
        let host = host(address);
        match kin(catalogue, &host) {
            Some(source) => Guess {
                organisation: Some(source.organisation.clone()),
                level: source.level,
                country: source.country.clone(),
                language: source.language.code().to_owned(),
                category: source.category.clone(),
                gate: source.gate,
                because: format!("as `{}` of the same site", source.id),
            },
            None => by_domain(&host),
        }
    }

    /// A new id for a source at `address`, in the catalogue's manner: `se-imy`, or with words of the path.
    pub fn id(&self, address: &str, is_taken: impl Fn(&str) -> bool) -> SourceId {
        let host = host(address);
        let mut parts: Vec<&str> = host.split('.').filter(|part| *part != "www").collect();
        // The end of a name says little more than the country; the end of a number is a part of it.
        if parts.len() > 1 && host.parse::<IpAddr>().is_err() {
            parts.pop();
        }
        let start = match self.country.as_str() {
            "XX" => plain(&parts.join("-")),
            country => plain(&format!("{country}-{}", parts.join("-"))),
        };
        let url = Url::parse(address).ok();
        let path = url.as_ref().map(|url| url.path().to_owned()).unwrap_or_default();
        let words = path.split('/').map(|part| plain(part.split('.').next().unwrap_or_default()));
        let words: Vec<String> = words.filter(|word| !word.is_empty() && word.len() < 30).collect();
        let mut id = start;
        let mut longer = words.into_iter();
        let base = loop {
            if !is_taken(&id) {
                return SourceId(id);
            }
            match longer.next() {
                Some(word) => {
                    let _ = write!(id, "-{word}");
                }
                None => break id,
            }
        };
        // Numbers are given in order, so the first free one is found without trying all before it.
        let is_number_taken = |number: usize| is_taken(&format!("{base}-{number}"));
        let (mut taken, mut free) = (1, 2);
        while is_number_taken(free) {
            (taken, free) = (free, 2 * free);
        }
        while free - taken > 1 {
            let middle = usize::midpoint(taken, free);
            if is_number_taken(middle) {
                taken = middle;
            } else {
                free = middle;
            }
        }
        SourceId(format!("{base}-{free}"))
    }
}

/// How often to look, by how often it published: the middle of the gaps between these days.
pub fn every_for(published: &[Timestamp]) -> Duration {
    let hours = |hours: u64| Duration::from_secs(hours * 3_600);
    let mut moments: Vec<i64> = published.iter().map(|at| at.as_second()).collect();
    moments.sort_unstable();
    let mut gaps: Vec<i64> = moments.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_unstable();
    match gaps.get(gaps.len() / 2) {
        Some(gap) if *gap < 6 * 3_600 => hours(1),
        Some(gap) if *gap < 7 * 86_400 => hours(6),
        Some(_) => hours(24),
        None => hours(6),
    }
}

/// A source of the same site, or of the site that this one is a part of.
fn kin<'c>(catalogue: &'c Catalogue, wanted: &str) -> Option<&'c Source> {
    let is_kin = |address: &str| {
        let own = host(address);
        let is_part = |whole: &str, part: &str| {
            part.strip_suffix(whole).is_some_and(|rest| rest.ends_with('.'))
        };
        // Two labels at least, so that nobody is kin by `co.uk` alone; the catalogue names no such host.
        own.contains('.') && (own == wanted || is_part(&own, wanted))
    };
    let sources = catalogue.sources();
    let at_home = |source: &&Source| source.homepage.as_deref().is_some_and(is_kin);
    sources.iter().find(|source| is_kin(&source.address)).or_else(|| sources.iter().find(at_home))
}

fn by_domain(host: &str) -> Guess {
    let domain = host.rsplit('.').next().unwrap_or_default();
    let known = DOMAINS.iter().find(|(name, ..)| *name == domain);
    let (level, country, language) =
        known.map_or((Level::International, "XX", "en"), |known| (known.1, known.2, known.3));
    let has = |words: &[&str]| words.iter().any(|word| host.contains(word));
    let is_local = country == "SE" && (host.starts_with("region") || has(&["kommun", ".region"]));
    let level = if is_local { Level::Local } else { level };
    let category = match level {
        _ if has(&["univ", "hogskola", ".edu", ".ac.", "research"]) => "research",
        Level::Local => "municipal",
        Level::Eu => "eu-institution",
        Level::National | Level::Nordic => "agency",
        Level::International => "international-org",
    };
    Guess {
        organisation: None,
        level,
        country: country.to_owned(),
        language: language.to_owned(),
        category: category.to_owned(),
        gate: true,
        because: "by the end of the address".to_owned(),
    }
}

fn host(address: &str) -> String {
    let url = Url::parse(address).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default().trim_end_matches('.');
    host.strip_prefix("www.").unwrap_or(host).to_ascii_lowercase()
}

/// With what an id may hold only.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for c in text.to_ascii_lowercase().chars() {
        let c = if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' };
        if c != '-' || !(plain.is_empty() || plain.ends_with('-')) {
            plain.push(c);
        }
    }
    plain.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_of_the_catalogue_is_known_again_and_another_is_guessed_by_its_end() {
        let catalogue = Catalogue::built_in();
        let known = Guess::of(&catalogue, "https://www.imy.se/nyheter/");
        assert_eq!((known.organisation.is_some(), known.country.as_str()), (true, "SE"));
        let guess = |address: &str| {
            let guess = Guess::of(&catalogue, address);
            (guess.level, guess.country, guess.language, guess.category)
        };
        let told = |level, country: &str, language: &str, category: &str| {
            (level, country.into(), language.into(), category.into())
        };
        assert_eq!(guess("https://new.example.se/"), told(Level::National, "SE", "sv", "agency"));
        assert_eq!(
            guess("https://www.regionnew.se/x"),
            told(Level::Local, "SE", "sv", "municipal")
        );
        assert_eq!(guess("https://uni.example.dk/"), told(Level::Nordic, "DK", "da", "agency"));
        assert_eq!(
            guess("https://example.org/"),
            told(Level::International, "XX", "en", "international-org")
        );
    }

    #[test]
    fn an_id_is_new_short_and_made_of_the_address() {
        let guess = by_domain("new.example.se");
        let id = |address: &str, taken: &[&str]| guess.id(address, |id| taken.contains(&id)).0;
        let address = "https://www.example.se/om-oss/nyheter.rss";
        assert_eq!(id(address, &[]), "se-example");
        assert_eq!(id(address, &["se-example"]), "se-example-om-oss");
        assert_eq!(id(address, &["se-example", "se-example-om-oss"]), "se-example-om-oss-nyheter");
        assert_eq!(id("https://example.se/", &["se-example", "se-example-2"]), "se-example-3");
        let many: Vec<String> = (2..70).map(|number| format!("se-example-{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).chain(["se-example"]).collect();
        assert_eq!(id("https://example.se/", &many), "se-example-70");
    }

    #[test]
    fn who_publishes_often_is_looked_at_often() {
        let at = |hour: i64| Timestamp::from_second(1_700_000_000 + 3_600 * hour).unwrap();
        let hours = |published: &[Timestamp]| every_for(published).as_secs() / 3_600;
        assert_eq!(hours(&[at(0), at(1), at(2)]), 1);
        assert_eq!(hours(&[at(0), at(24), at(90)]), 6);
        assert_eq!(hours(&[at(0), at(24 * 30)]), 24);
        assert_eq!(hours(&[]), 6);
    }
}
