//! Which sources there are, and what is wrong with the files that say so.
//!
//! The built-in catalogue is compiled in; a folder of `*.toml` files may overlay it, source by source.

use crate::{
    AreaId, Fault, Frameworks, Item, Kind, Language, Level, Origin, Source, SourceId, normalised,
    organisation,
    origin::Publishers,
    reading::{Faults, File, Record, Told, address, folder},
    recipe,
    shelf::{Shelf, Standing},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::LazyLock,
    time::Duration,
};

/// Every file of the folder `catalogue`, with the name that faults tell.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$((concat!("catalogue/", $name), include_str!(concat!("../catalogue/", $name)))),+]
    };
}
const BUILT_IN: &[(&str, &str)] = files![
    "dk.toml",
    "eu-agencies.toml",
    "eu-institutions.toml",
    "eu-others.toml",
    "fi.toml",
    "international.toml",
    "is.toml",
    "journals.toml",
    "no.toml",
    "nordic.toml",
    "organisations.toml",
    "se-agencies.toml",
    "se-government.toml",
    "se-media.toml",
    "se-parliament.toml",
    "se-regions.toml",
    "se-research.toml",
];

/// The sorts of publisher.
const CATEGORIES: &[&str] = &[
    "agency",
    "court",
    "eu-institution",
    "government",
    "industry",
    "international-org",
    "media",
    "municipal",
    "ngo",
    "parliament",
    "research",
    "standards",
    "supervision",
];

/// All sources, and who stands behind them.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    sources: Vec<Source>,
    places: BTreeMap<SourceId, usize>,
    sightings: BTreeMap<SourceId, Sighting>,
    publishers: Publishers,
    /// Publishers with a source that writes about health only, in lower case.
    ungated: BTreeSet<String>,
}

/// How well a source's address is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The day, month or year when the address was last seen in use (`2026-08-25`, `2026-08`, `2026`).
    pub seen: Option<String>,
    /// `high` (seen in use), `medium` (the pattern is known) or `low` (a home page, or a guess).
    pub confidence: String,
}

impl Catalogue {
    /// The catalogue that is compiled in; a test proves that it is without fault.
    pub fn built_in() -> Catalogue {
        static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(None).0);
        BUILT_IN.clone()
    }

    /// The built-in catalogue, overlaid by id from the `*.toml` files in a folder. All faults are told;
    /// what has none is in the catalogue.
    pub fn read(overlay: Option<&Path>) -> (Catalogue, Vec<Fault>) {
        Catalogue::read_for(overlay, &Frameworks::built_in())
    }

    /// As [`Catalogue::read`], for the areas of `frameworks` instead of the built-in ones.
    pub fn read_for(overlay: Option<&Path>, frameworks: &Frameworks) -> (Catalogue, Vec<Fault>) {
        let faults = Faults::default();
        let mut layers = vec![owned(BUILT_IN)];
        layers.extend(overlay.map(|dir| folder(dir, &faults)));
        let catalogue = Catalogue::of(&layers, frameworks, &faults);
        (catalogue, faults.told())
    }

    /// A catalogue of these files only, each with its name and text.
    pub fn from_toml(files: &[(&str, &str)]) -> (Catalogue, Vec<Fault>) {
        Catalogue::from_toml_for(files, &Frameworks::built_in())
    }

    /// As [`Catalogue::from_toml`], for the areas of `frameworks` instead of the built-in ones.
    pub fn from_toml_for(
        files: &[(&str, &str)],
        frameworks: &Frameworks,
    ) -> (Catalogue, Vec<Fault>) {
        let faults = Faults::default();
        let catalogue = Catalogue::of(&[owned(files)], frameworks, &faults);
        (catalogue, faults.told())
    }

    /// All of them, in the order of their files.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The source of this name.
    pub fn get(&self, id: &SourceId) -> Option<&Source> {
        self.places.get(id).map(|place| &self.sources[*place])
    }

    /// How well the address of a source is known, where the catalogue says.
    pub fn sighting(&self, id: &SourceId) -> Option<&Sighting> {
        self.sightings.get(id)
    }

    /// Whether an item must pass the domain gate to be tagged: as its source says, or, for an item that somebody
    /// handed over, as all sources of its publisher say. Of an unknown publisher nothing says that it writes about
    /// health, so the gate applies.
    pub fn gate(&self, item: &Item) -> bool {
        if let Some(source) = self.get(&item.source) {
            return source.gate;
        }
        let publisher = self.origin(item).organisation.to_lowercase();
        !self.ungated.contains(&publisher)
    }

    /// Who stands behind an item: its source's publisher; for items that someone else collected, the
    /// publisher they name, else the one whose site it links to, else only what they said.
    pub fn origin(&self, item: &Item) -> Origin {
        match self.get(&item.source) {
            Some(source) => Origin {
                organisation: source.organisation.clone(),
                level: Some(source.level),
                country: Some(source.country.clone()),
            },
            None => self.publishers.origin(item),
        }
    }

    /// A source that fetches this address, or what normalises to the same.
    pub fn at_address(&self, address: &str) -> Option<&Source> {
        let wanted = normalised(address)?;
        let is_there = |source: &&Source| normalised(&source.address).as_ref() == Some(&wanted);
        self.sources.iter().find(is_there)
    }

    /// What else a publisher is called (`SKR` for `Sveriges Kommuner och Regioner`, and the other way
    /// round), then those that came after it, then those before, so that a filter by one name finds what
    /// was stated under another and no reform parts what belongs together.
    pub fn other_names(&self, organisation: &str) -> Vec<&str> {
        self.publishers.names(organisation)
    }

    /// Later layers replace earlier ones by id; within a layer an id may stand once.
    fn of(layers: &[Vec<File>], frameworks: &Frameworks, faults: &Faults) -> Catalogue {
        let known = |area: &AreaId| frameworks.area(area).is_some();
        let mut sources = Shelf::of("source");
        let mut organisations = Shelf::of("organisation");
        for (layer, file) in layers
            .iter()
            .enumerate()
            .flat_map(|(layer, files)| files.iter().map(move |file| (layer, file)))
        {
            let mut whole = file.whole(faults);
            for record in whole.records("source") {
                let at = Standing::of(&record, layer);
                if let (Some(id), read) = source(record, &known) {
                    sources.put(id, at, read, faults);
                }
            }
            for record in whole.records("organisation") {
                let at = Standing::of(&record, layer);
                if let Some(organisation) = organisation::read(record) {
                    organisations.put(organisation.name.clone(), at, Some(organisation), faults);
                }
            }
            whole.end();
        }
        let mut catalogue = Catalogue::default();
        for (source, sighting) in sources.into_values() {
            let id = source.id.clone();
            catalogue.places.insert(id.clone(), catalogue.sources.len());
            catalogue.sightings.extend(sighting.map(|sighting| (id, sighting)));
            catalogue.sources.push(source);
        }
        let ungated = catalogue.sources.iter().filter(|source| !source.gate);
        catalogue.ungated = ungated.map(|source| source.organisation.to_lowercase()).collect();
        let named = catalogue.sources.iter().map(|source| source.organisation.as_str()).collect();
        let organisations = organisation::whole(organisations, &named, faults);
        catalogue.publishers = Publishers::new(&catalogue.sources, &organisations);
        catalogue
    }
}

/// A source as the catalogue's files write it, for a person to edit.
pub fn source_to_toml(source: &Source) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut lines = vec!["[[source]]".to_owned()];
    let mut put = |key: &str, value: String| lines.push(format!("{key} = {value}"));
    put("id", quoted(&source.id.0));
    put("name", quoted(&source.name));
    put("organisation", quoted(&source.organisation));
    put("level", quoted(source.level.word()));
    put("country", quoted(&source.country));
    put("language", quoted(source.language.code()));
    put("kind", quoted(source.kind.word()));
    put("address", quoted(&source.address));
    if let Some(homepage) = &source.homepage {
        put("homepage", quoted(homepage));
    }
    put("category", quoted(&source.category));
    put("every", quoted(&every_word(source.every)));
    if !source.areas.is_empty() {
        let areas: Vec<_> = source.areas.iter().map(|area| quoted(&area.0)).collect();
        put("areas", format!("[{}]", areas.join(", ")));
    }
    put("gate", source.gate.to_string());
    if let Some(why) = &source.why {
        put("why", quoted(why));
    }
    if let Some(paused) = &source.paused {
        put("paused", quoted(paused));
    }
    lines.extend(
        recipe::lines(&source.recipe).iter().map(|(key, value)| format!("{key} = {value}")),
    );
    lines.join("\n") + "\n"
}

type SourceRead = (Option<SourceId>, Option<(Source, Option<Sighting>)>);

/// One `[[source]]`: its id as far as it can be told, and the source when it is without fault.
fn source(mut record: Record<'_>, known: &dyn Fn(&AreaId) -> bool) -> SourceRead {
    let id = record.text("id").filter(|id| is_id(id, &record));
    let id = id.map(|id| SourceId(id.value));
    let name = record.text("name");
    let organisation = record.text("organisation");
    let level = record.word::<Level>("level");
    let country = record.text("country");
    let country = country.and_then(|told| record.parsed("country", &told, country_code));
    let language = record.text("language");
    let language = language.and_then(|told| record.parsed("language", &told, language_code));
    let kind = record.word::<Kind>("kind");
    let place = record.text("address").and_then(|told| match kind {
        Some(Kind::Newsletter | Kind::Manual | Kind::Import) => Some(told.value),
        _ => record.parsed("address", &told, address),
    });
    let recipe = recipe::read(&mut record, kind);
    let homepage = record.maybe_text("homepage");
    let homepage = homepage.map(|told| record.parsed("homepage", &told, address));
    let category = record.text("category");
    let category = category.and_then(|told| record.parsed("category", &told, category_word));
    let every = record.text("every").and_then(|told| record.parsed("every", &told, duration));
    let areas = areas(&mut record, known);
    let gate = record.flag("gate");
    let why = record.maybe_text("why").map(|told| told.value);
    let paused = record.maybe_text("paused").map(|told| told.value);
    let sighting = sighting(&mut record);
    record.end();
    let read = (|| {
        let source = Source {
            id: id.clone()?,
            name: name?.value,
            organisation: organisation?.value,
            level: level?,
            country: country?,
            language: language?,
            kind: kind?,
            address: place?,
            recipe,
            homepage: match homepage {
                Some(read) => Some(read?),
                None => None,
            },
            category: category?,
            every: every?,
            areas: areas?,
            gate,
            why,
            paused,
        };
        Some((source, sighting))
    })();
    (id, read)
}

fn areas(record: &mut Record<'_>, known: &dyn Fn(&AreaId) -> bool) -> Option<Vec<AreaId>> {
    let mut areas = BTreeSet::new();
    let mut good = true;
    for told in record.texts("areas") {
        let area = AreaId(told.value);
        if known(&area) {
            areas.insert(area);
        } else {
            record.fault(told.line, format!("`areas`: `{area}` is no area of any framework"));
            good = false;
        }
    }
    good.then(|| areas.into_iter().collect())
}

fn sighting(record: &mut Record<'_>) -> Option<Sighting> {
    let seen = record.maybe_text("seen");
    let seen = seen.and_then(|told| record.parsed("seen", &told, day_word));
    let confidence = record.maybe_text("confidence")?;
    let confidence = record.parsed("confidence", &confidence, |word| match word {
        "high" | "medium" | "low" => Ok(word.to_owned()),
        _ => Err(format!("`{word}` is none of high, medium, low")),
    })?;
    Some(Sighting { seen, confidence })
}

fn is_id(told: &Told<String>, record: &Record<'_>) -> bool {
    let good = told.value.bytes().all(|byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.')
    });
    if !good {
        let what = format!("`id`: `{}` may hold only a-z, 0-9, `-`, `_` and `.`", told.value);
        record.fault(told.line, what);
    }
    good
}

pub(crate) fn country_code(word: &str) -> Result<String, String> {
    let good = word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let wrong = || format!("`{word}` is no country: two capitals are, such as SE, or EU, or XX");
    good.then(|| word.to_owned()).ok_or_else(wrong)
}

fn language_code(word: &str) -> Result<Language, String> {
    let language = Language::parse(word).filter(|language| language.code() == word);
    language.ok_or_else(|| format!("`{word}` is no language: a code such as sv, nb or en is"))
}

fn category_word(word: &str) -> Result<String, String> {
    let known = CATEGORIES.contains(&word).then(|| word.to_owned());
    known.ok_or_else(|| format!("`{word}` is none of {}", CATEGORIES.join(", ")))
}

/// A number and `m`, `h` or `d`.
fn duration(word: &str) -> Result<Duration, String> {
    let minutes = |unit| match unit {
        'm' => Some(1),
        'h' => Some(60),
        'd' => Some(24 * 60),
        _ => None,
    };
    let last = word.chars().last().and_then(minutes);
    let number = word.get(..word.len().saturating_sub(1)).and_then(|word| word.parse::<u32>().ok());
    match (last, number) {
        (Some(minutes), Some(number @ 1..=100_000)) => {
            Ok(Duration::from_secs(60 * minutes * u64::from(number)))
        }
        _ => Err(format!("`{word}` is no time between visits: 30m, 6h or 1d is")),
    }
}

fn every_word(every: Duration) -> String {
    let minutes = every.as_secs().div_ceil(60).max(1);
    match minutes {
        days if days % (24 * 60) == 0 => format!("{}d", days / (24 * 60)),
        hours if hours % 60 == 0 => format!("{}h", hours / 60),
        minutes => format!("{minutes}m"),
    }
}

/// A day, a month or a year in ISO 8601.
fn day_word(word: &str) -> Result<String, String> {
    let whole = format!("{word}{}", "-01-01".get(word.len().saturating_sub(4)..).unwrap_or(""));
    let good = whole.parse::<jiff::civil::Date>().is_ok() && matches!(word.len(), 4 | 7 | 10);
    good.then(|| word.to_owned()).ok_or_else(|| format!("`{word}` is no day, month or year"))
}

fn owned(files: &[(&str, &str)]) -> Vec<File> {
    files.iter().map(|(name, text)| File::of(name, text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Entry, ItemId, Provenance};
    use std::fs;

    const GOOD: &str = r#"
[[source]]
id = "se-one"
name = "One"
organisation = "Agency One"
level = "national"
country = "SE"
language = "sv"
kind = "feed"
address = "https://one.example/feed;jsessionid=1?b=2&a=1"
homepage = "https://www.one.example/"
category = "agency"
every = "90m"
areas = ["ST.I2.3", "ST.G1"]
why = "Because \"quoted\" things matter."
seen = "2026-08"
confidence = "high"
"#;

    #[test]
    fn the_built_in_catalogue_is_without_fault() {
        let (catalogue, faults) = Catalogue::read(None);
        assert_eq!(faults, []);
        assert_eq!(catalogue.sources().len(), 212);
        assert!(catalogue.sources().iter().all(|source| source.why.is_some()));
        let feeds = |source: &&Source| source.kind == Kind::Feed && source.paused.is_none();
        assert!(catalogue.sources().iter().filter(feeds).count() > 80);
    }

    #[test]
    fn every_file_of_the_folder_is_compiled_in() {
        assert_eq!(crate::reading::names("catalogue"), crate::reading::compiled(BUILT_IN));
    }

    #[test]
    fn every_file_opens_with_its_own_format() {
        for (file, text) in BUILT_IN {
            assert!(text.starts_with("# ") && text.contains("# Keys of "), "{file}");
        }
    }

    #[test]
    fn an_address_of_low_confidence_is_paused_with_a_reason() {
        let catalogue = Catalogue::built_in();
        for source in catalogue.sources() {
            let low = catalogue.sighting(&source.id).is_some_and(|seen| seen.confidence == "low");
            assert!(!low || source.paused.is_some(), "{}", source.id);
        }
    }

    #[test]
    fn a_source_is_read_as_written() {
        let (catalogue, faults) = Catalogue::from_toml(&[("one.toml", GOOD)]);
        assert_eq!(faults, []);
        let source = catalogue.get(&SourceId("se-one".into())).unwrap();
        assert_eq!(source.address, "https://one.example/feed;jsessionid=1?b=2&a=1");
        assert_eq!(source.every, Duration::from_secs(90 * 60));
        assert_eq!(source.areas, [AreaId("ST.G1".into()), AreaId("ST.I2.3".into())]);
        assert!(!source.gate);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let (catalogue, _) = Catalogue::read(None);
        for source in catalogue.sources() {
            let text = source_to_toml(source);
            let (again, faults) = Catalogue::from_toml(&[("again.toml", &text)]);
            assert_eq!(faults, [], "{text}");
            assert_eq!(again.sources(), std::slice::from_ref(source));
        }
    }

    #[test]
    fn every_fault_of_every_file_is_told_with_its_line() {
        let bad = r#"
[[source]]
id = "se-bad"
name = ""
level = "galactic"
country = "Sweden"
language = "svenska"
kind = "telex"
address = "ftp://bad.example/"
category = "club"
every = "often"
areas = ["ST.I2.3", "ST.I9.9"]
paused = ""
colour = "blue"

[[source]]
id = "se-one"
name = 7
"#;
        let torn =
            "\n\n[[source]\nid = 1\n\n[[source]]\nareas = [\"a\"\n\n[[source]]\nid = \"A\"\n";
        let files = [("one.toml", GOOD), ("bad.toml", bad), ("torn.toml", torn)];
        let (catalogue, faults) = Catalogue::from_toml(&files);
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let categories = CATEGORIES.join(", ");
        let kinds: Vec<_> = Kind::ALL.iter().map(|kind| kind.word()).collect();
        let expected = format!(
            "bad.toml:2: `organisation` is missing
bad.toml:4: `name` must not be empty
bad.toml:5: `level`: `galactic` is none of local, national, nordic, eu, international
bad.toml:6: `country`: `Sweden` is no country: two capitals are, such as SE, or EU, or XX
bad.toml:7: `language`: `svenska` is no language: a code such as sv, nb or en is
bad.toml:8: `kind`: `telex` is none of {}
bad.toml:9: `address`: `ftp://bad.example/` is no http(s) address
bad.toml:10: `category`: `club` is none of {categories}
bad.toml:11: `every`: `often` is no time between visits: 30m, 6h or 1d is
bad.toml:12: `areas`: `ST.I9.9` is no area of any framework
bad.toml:13: `paused` must not be empty
bad.toml:14: `colour` is no key here",
            kinds.join(", ")
        );
        let of = |file: &str| -> Vec<&str> {
            told.iter().map(String::as_str).filter(|told| told.starts_with(file)).collect()
        };
        assert_eq!(of("bad.toml")[..12].join("\n"), expected);
        assert!(
            of("bad.toml").contains(&"bad.toml:16: source `se-one` stands already in one.toml:2")
        );
        assert!(of("bad.toml").contains(&"bad.toml:18: `name` must be text"));
        let torn = of("torn.toml");
        assert!(torn[0].starts_with("torn.toml:3: no valid TOML: "), "{torn:#?}");
        assert!(torn[1].starts_with("torn.toml:7: no valid TOML: "), "{torn:#?}");
        assert!(torn.iter().any(|told| told.starts_with("torn.toml:10: `id`: `A` may hold only")));
        assert_eq!(catalogue.sources().len(), 1, "the good one is still there");
    }

    #[test]
    fn an_overlay_replaces_by_id_and_adds_what_is_new() {
        let folder = tempfile::tempdir().unwrap();
        let replaced = GOOD.replace("se-one", "se-imy").replace("\"One\"", "\"Ours\"");
        fs::write(folder.path().join("mine.toml"), replaced + GOOD).unwrap();
        fs::write(folder.path().join("notes.txt"), "not a data file").unwrap();
        let (catalogue, faults) = Catalogue::read(Some(folder.path()));
        assert_eq!(faults, []);
        assert_eq!(catalogue.sources().len(), 213);
        assert_eq!(catalogue.get(&SourceId("se-imy".into())).unwrap().name, "Ours");
        assert_eq!(catalogue.sources().last().unwrap().id.0, "se-one");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_a_fault_and_a_missing_folder_is_none() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("latin.toml"), b"# fine\n# \xe5ker\n").unwrap();
        fs::create_dir(folder.path().join("folder.toml")).unwrap();
        let (catalogue, faults) = Catalogue::read(Some(folder.path()));
        let lines: Vec<_> = faults.iter().map(|fault| (fault.line, fault.what.as_str())).collect();
        assert!(lines[0].1.starts_with("could not be read: "), "{lines:?}");
        assert_eq!(lines[1], (2, "is not UTF-8"));
        assert_eq!(catalogue.sources().len(), 212);
        assert_eq!(Catalogue::read(Some(&folder.path().join("none"))).1, []);
    }

    #[test]
    fn an_imported_item_finds_its_publisher_by_name_part_or_site() {
        let catalogue = Catalogue::built_in();
        let origin = |name: &str, link: &str| {
            let origin = catalogue.origin(&imported(name, link));
            let level = origin.level.map_or("-", Level::word);
            format!("{} {level} {}", origin.organisation, origin.country.as_deref().unwrap_or("-"))
        };
        let elsewhere = "https://elsewhere.example/a";
        assert_eq!(origin("VINNOVA", elsewhere), "Vinnova national SE");
        assert_eq!(origin("SKR", elsewhere), "SKR national SE");
        let ministry = "Regeringen (Socialdepartementet)";
        assert_eq!(origin(ministry, elsewhere), format!("{ministry} national SE"));
        assert_eq!(
            origin("Datatilsynet", "https://www.datatilsynet.dk/a"),
            "Datatilsynet nordic DK"
        );
        assert_eq!(origin("Datatilsynet", "https://other.no/a"), "Datatilsynet nordic NO");
        assert_eq!(origin("", "http://www.medcom.dk/a?b=c"), "MedCom nordic DK");
        assert_eq!(origin("A Project", "https://medcom.dk/p"), "A Project nordic DK");
        assert_eq!(origin("Nobody we know", elsewhere), "Nobody we know - -");
        assert_eq!(origin("", elsewhere), " - -");
    }

    #[test]
    fn a_site_is_its_publishers_only_while_there_is_that_publisher() {
        let at = |day: &str| {
            let mut item = imported("", "https://www.datainspektionen.se/nyheter/a");
            item.entry.published = Some(format!("{day}T12:00:00Z").parse().unwrap());
            Catalogue::built_in().origin(&item).organisation
        };
        assert_eq!(at("2020-12-31"), "Datainspektionen");
        assert_eq!(at("2021-01-01"), "Integritetsskyddsmyndigheten");
    }

    #[test]
    fn a_crawled_item_belongs_to_its_source() {
        let item =
            Item { source: SourceId("dk-medcom".into()), ..imported("Else", "https://a.example") };
        let origin = Catalogue::built_in().origin(&item);
        assert_eq!((origin.organisation.as_str(), origin.level), ("MedCom", Some(Level::Nordic)));
    }

    #[test]
    fn a_publisher_is_found_under_its_other_names() {
        let catalogue = Catalogue::built_in();
        for (one, other) in [
            ("MSB", "Myndigheten f\u{f6}r civilt f\u{f6}rsvar"),
            ("SKL", "SKR"),
            ("Datainspektionen", "IMY"),
            ("Direktoratet for e-helse", "Helsedirektoratet"),
            ("ESV", "Statskontoret"),
        ] {
            assert!(catalogue.other_names(one).contains(&other), "{one}");
            assert!(catalogue.other_names(other).contains(&one), "{other}");
        }
        assert!(catalogue.other_names("sveriges kommuner och regioner").contains(&"SKR"));
        assert!(catalogue.other_names("Nobody we know").is_empty());
    }

    fn imported(organisation: &str, link: &str) -> Item {
        let at = "2026-11-22T08:00:00Z".parse().unwrap();
        let source = SourceId("import".into());
        let organisation = (!organisation.is_empty()).then(|| organisation.to_owned());
        let provenance = Provenance { source: source.clone(), guid: "g1".into(), organisation, at };
        Item {
            id: ItemId::of_guid(&source, "g1"),
            source,
            entry: Entry { guid: "g1".into(), link: Some(link.into()), ..Entry::default() },
            text: None,
            first_seen: at,
            backfill: false,
            provenance: vec![provenance],
        }
    }
}
