//! What the finder promises.

mod words;

use jiff::{Timestamp, civil::Date};
use std::path::Path;
use tempfile::TempDir;
use utkik_index::{Archive, Finder, Hits, Query, Sort};
use utkik_sources::{
    AreaId, Catalogue, DatedFact, Entry, FactKind, Item, ItemId, Judge, Known, Language, Level,
    Provenance, SourceId, Tag,
};

/// An archive, a finder that follows it, and the folder that both vanish with.
struct House {
    archive: Archive,
    finder: Finder,
    catalogue: Catalogue,
    folder: TempDir,
}

impl House {
    async fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::open("sqlite::memory:").await.unwrap();
        let finder = Finder::open(&folder.path().join("finder")).unwrap();
        House { archive, finder, catalogue: Catalogue::built_in(), folder }
    }

    async fn with(items: &[(&str, &str, &str)]) -> House {
        let house = House::new().await;
        for (guid, language, title) in items {
            house.keep(item(guid, title), known(language)).await;
        }
        house.catch_up().await;
        house
    }

    async fn keep(&self, item: Item, known: Known) {
        self.archive.keep(&item, &known).await.unwrap();
    }

    async fn catch_up(&self) -> usize {
        self.finder.catch_up(&self.archive, &self.catalogue).await.unwrap()
    }

    async fn ask(&self, query: Query) -> Hits {
        self.finder.search(&query).await.unwrap()
    }

    async fn found(&self, text: &str) -> Vec<String> {
        guids(&self.ask(Query { text: text.into(), ..Query::default() }).await)
    }
}

fn guids(hits: &Hits) -> Vec<String> {
    let mut found: Vec<String> =
        hits.hits.iter().map(|hit| hit.guid.clone().unwrap_or_default()).collect();
    found.sort();
    found
}

fn at(day: &str) -> Timestamp {
    format!("{day}T12:00:00Z").parse().unwrap()
}

fn item(guid: &str, title: &str) -> Item {
    let link = format!("https://example.org/{guid}");
    Item {
        id: ItemId::of_link(&link).unwrap(),
        source: SourceId("import".into()),
        entry: Entry {
            guid: guid.into(),
            link: Some(link),
            title: title.into(),
            published: Some(at("2026-11-02")),
            ..Entry::default()
        },
        text: None,
        first_seen: at("2026-11-03"),
        backfill: false,
        provenance: vec![Provenance {
            source: SourceId("import".into()),
            guid: guid.into(),
            organisation: Some("Socialstyrelsen".into()),
            at: at("2026-11-03"),
        }],
    }
}

fn known(language: &str) -> Known {
    Known { language: Language::parse(language), version: "1".into(), ..Known::default() }
}

fn tagged(area: &str) -> Known {
    let tag = Tag {
        area: AreaId(area.into()),
        score: 9.0,
        because: Vec::new(),
        by: Judge::Rules("1".into()),
    };
    Known { tags: vec![tag], ..known("sv") }
}

fn run(claim: impl Future<Output = ()>) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(claim);
}

#[test]
fn catching_up_twice_is_catching_up_once() {
    run(async {
        let house = House::with(&[("a", "sv", "Nationell patientöversikt")]).await;
        assert_eq!(house.catch_up().await, 0);
        assert_eq!(house.finder.count().unwrap(), 1);
        assert_eq!(house.finder.cursor().unwrap(), house.archive.cursor().await.unwrap());
    });
}

#[test]
fn after_a_crash_it_goes_on_from_its_last_commit() {
    run(async {
        let house = House::with(&[("a", "sv", "Första"), ("b", "sv", "Andra")]).await;
        let saved = house.folder.path().join("saved");
        copy(&house.folder.path().join("finder"), &saved);
        house.keep(item("a", "Första, omskriven"), known("sv")).await;
        house.keep(item("c", "Tredje"), known("sv")).await;
        house.catch_up().await;
        let finder = Finder::open(&saved).unwrap();
        assert_eq!(finder.catch_up(&house.archive, &house.catalogue).await.unwrap(), 2);
        assert_eq!(finder.count().unwrap(), 3);
    });
}

#[test]
fn a_reworded_item_is_found_by_its_new_words_only() {
    run(async {
        let house = House::with(&[("a", "sv", "Journaler delas")]).await;
        house.keep(item("a", "Läkemedelslistan införs"), known("sv")).await;
        house.catch_up().await;
        assert_eq!(house.found("journaler").await, [""; 0]);
        assert_eq!(house.found("läkemedelslistan").await, ["a"]);
        assert_eq!(house.finder.count().unwrap(), 1);
    });
}

#[test]
fn words_are_found_in_their_other_forms() {
    run(async {
        let house = House::with(&[
            ("sv", "sv", "Regionernas patientjournaler och registret"),
            ("nb", "nb", "Kommunene bruker velferdsteknologi"),
            ("da", "da", "Sygehusene deler oplysninger"),
            ("fi", "fi", "Hyvinvointialueiden potilastietojärjestelmät"),
            ("en", "en", "Hospitals share records"),
        ])
        .await;
        for (words, language) in [
            ("patientjournal", "sv"),
            ("register", "sv"),
            ("regionerna", "sv"),
            ("kommune", "nb"),
            ("sygehus", "da"),
            ("hyvinvointialue", "fi"),
            ("hospital", "en"),
            ("RECORD", "en"),
        ] {
            assert_eq!(house.literally(words).await, [language], "{words}");
        }
    });
}

#[test]
fn nordic_letters_are_letters_of_their_own_but_danish_ones_match_swedish() {
    run(async {
        let house =
            House::with(&[("a", "sv", "Mål för vården"), ("b", "da", "Bedre sundhedsvæsen")]).await;
        assert_eq!(house.literally("mål").await, ["a"]);
        assert_eq!(house.literally("mal").await, [""; 0]);
        assert_eq!(house.literally("MÅL").await, ["a"]);
        assert_eq!(house.literally("sundhedsväsen").await, ["b"]);
        assert_eq!(house.literally("ma\u{30a}l").await, ["a"]);
    });
}

#[test]
fn phrases_exclusions_alternatives_and_prefixes_mean_what_people_guess() {
    run(async {
        let house = House::with(&[
            ("a", "sv", "Nationell digital infrastruktur"),
            ("b", "sv", "Digital tillsyn nationell satsning"),
            ("c", "sv", "Upphandling av journalsystem"),
        ])
        .await;
        assert_eq!(house.found("nationell digital").await, ["a", "b"]);
        assert_eq!(house.found("\"nationell digital\"").await, ["a"]);
        assert_eq!(house.found("digital -tillsyn").await, ["a"]);
        assert_eq!(house.found("tillsyn OR upphandling").await, ["b", "c"]);
        assert_eq!(house.found("journal*").await, ["c"]);
        assert_eq!(house.found("-digital").await, ["c"]);
        assert_eq!(house.found("digital (tillsyn OR upphandling)").await, ["b"]);
    });
}

#[test]
fn no_query_is_wrong() {
    run(async {
        let house = House::with(&[("a", "sv", "Nationell digital infrastruktur")]).await;
        let long = "digital ".repeat(20_000);
        let or = "a OR ".repeat(1_000);
        let deep = "(".repeat(5_000);
        for text in [
            "",
            "\"",
            "-",
            "- -",
            "OR",
            "(((",
            ")",
            "\"\"",
            "*",
            "a:b~^[",
            "OR OR -\"",
            &long,
            &or,
            &deep,
        ] {
            house.found(text).await;
        }
        assert_eq!(house.found("\"digital").await, ["a"]);
    });
}

#[test]
fn what_has_most_of_the_words_asked_for_comes_first() {
    run(async {
        let house = House::with(&[
            ("a", "sv", "Statligt ansvar för vårdens digitala infrastruktur"),
            ("b", "sv", "Staten tar ansvar för digital infrastruktur"),
            ("c", "sv", "Digital tillsyn"),
        ])
        .await;
        let text = "statligt ansvar för vårdens digitala infrastruktur".into();
        let hits = house.ask(Query { text, ..Query::default() }).await;
        let order: Vec<_> = hits.hits.iter().filter_map(|hit| hit.guid.as_deref()).collect();
        assert_eq!(order, ["a", "b", "c"]);
    });
}

#[test]
fn with_few_hits_compounds_are_looked_into() {
    run(async {
        let house = House::with(&[
            ("a", "sv", "Regionerna byter patientjournaler"),
            ("b", "sv", "Sekundär användning av uppgifter"),
        ])
        .await;
        assert_eq!(house.found("journal").await, ["a"]);
        assert_eq!(house.found("sekundäranvändning").await, ["b"]);
    });
}

#[test]
fn filters_narrow_by_all_that_is_known() {
    run(async {
        let house = House::new().await;
        let deadline = DatedFact {
            date: "2026-12-01".parse().unwrap(),
            kind: FactKind::Deadline,
            sentence: "Svara senast den 1 december.".into(),
        };
        let asks =
            Known { dates: vec![deadline], document: Some("REMISS".into()), ..tagged("ST.I2.3") };
        house.keep(item("a", "Remiss"), asks).await;
        let mut other = item("b", "Nyhet");
        other.provenance[0].organisation = Some("Utenfor registeret AS".into());
        other.entry.published = Some(at("2026-10-01"));
        house.keep(other, known("nn")).await;
        house.catch_up().await;
        let day = |text: &str| text.parse::<Date>().ok();
        let language = |code| vec![Language::parse(code).unwrap()];
        let none = Query::default;
        for (query, expected) in [
            (Query { areas: vec![AreaId("ST.I2".into())], ..none() }, "a"),
            (Query { areas: vec![AreaId("ST.I2.3".into())], ..none() }, "a"),
            (Query { areas: vec![AreaId("ST.I3".into())], ..none() }, ""),
            (Query { levels: vec![Level::National], ..none() }, "a"),
            (Query { countries: vec!["se".into()], ..none() }, "a"),
            (Query { languages: language("no"), ..none() }, "b"),
            (Query { languages: language("sv"), ..none() }, "a"),
            (Query { organisations: vec!["SOCIAL".into()], ..none() }, "a"),
            (Query { organisations: vec!["(fel".into()], ..none() }, ""),
            (Query { kinds: vec!["remiss".into()], ..none() }, "a"),
            (Query { relevant: Some(false), ..none() }, "b"),
            (Query { from: day("2026-11-02"), to: day("2026-11-02"), ..none() }, "a"),
            (Query { to: day("2026-11-01"), ..none() }, "b"),
            (Query { deadline_from: day("2026-12-01"), ..none() }, "a"),
            (Query { deadline_to: day("2026-11-30"), ..none() }, ""),
            (Query { sources: vec![SourceId("elsewhere".into())], ..none() }, ""),
        ] {
            assert_eq!(guids(&house.ask(query.clone()).await).join(" "), expected, "{query:?}");
        }
    });
}

#[test]
fn facets_and_days_count_every_hit_not_only_those_shown() {
    run(async {
        let house = House::new().await;
        for guid in ["a", "b", "c"] {
            house.keep(item(guid, "Hälsodata"), tagged("ST.I2.3")).await;
        }
        house.catch_up().await;
        let query = Query { text: "hälsodata".into(), limit: 1, facets: true, ..Query::default() };
        let hits = house.ask(query).await;
        assert_eq!((hits.total, hits.hits.len()), (3, 1));
        let facets = hits.facets.unwrap();
        assert!(facets.areas.contains(&(AreaId("ST.I2".into()), 3)));
        assert_eq!(facets.languages, [("sv".to_owned(), 3)]);
        assert_eq!(hits.days, [("2026-11-02".parse().unwrap(), 3)]);
    });
}

#[test]
fn the_newest_come_first_when_asked() {
    run(async {
        let house = House::new().await;
        for (guid, day) in [("old", "2026-01-01"), ("new", "2026-11-01"), ("mid", "2026-06-01")] {
            let mut item = item(guid, "Hälsodata");
            item.entry.published = Some(at(day));
            house.keep(item, known("sv")).await;
        }
        house.catch_up().await;
        let query = Query { text: "hälsodata".into(), sort: Sort::Date, ..Query::default() };
        let hits = house.ask(query).await;
        let order: Vec<_> = hits.hits.iter().filter_map(|hit| hit.guid.as_deref()).collect();
        assert_eq!(order, ["new", "mid", "old"]);
    });
}

#[test]
fn a_snippet_marks_the_words_asked_for_and_nothing_dangerous() {
    run(async {
        let house = House::new().await;
        let mut item = item("a", "Titel");
        item.entry.summary = Some("Regionernas <script>journaler</script> & mer".into());
        house.keep(item, known("sv")).await;
        house.catch_up().await;
        let hits = house.ask(Query { text: "journal".into(), ..Query::default() }).await;
        assert_eq!(hits.hits[0].snippet, "Regionernas <script>journaler</script> & mer");
        assert_eq!(
            hits.hits[0].marked,
            "Regionernas &lt;script&gt;<mark>journaler</mark>&lt;/script&gt; &amp; mer"
        );
    });
}

#[test]
fn near_duplicates_are_shown_as_one_only_when_asked() {
    run(async {
        let title = "Regeringen ger E-hälsomyndigheten ansvar för den nationella infrastrukturen";
        let house = House::with(&[
            ("a", "sv", title),
            ("b", "sv", title),
            ("c", "sv", "Infrastrukturen i Finland"),
        ])
        .await;
        assert_eq!(house.found("infrastrukturen").await, ["a", "b", "c"]);
        let query = Query { text: "infrastrukturen".into(), collapse: true, ..Query::default() };
        let hits = house.ask(query).await;
        assert_eq!(hits.hits.len(), 2);
        assert_eq!(hits.hits.iter().map(|hit| hit.also.len()).sum::<usize>(), 1);
    });
}

#[test]
fn another_reader_sees_what_is_committed_while_somebody_writes() {
    run(async {
        let house = House::with(&[("a", "sv", "Journal ett")]).await;
        let reader = Finder::open(&house.folder.path().join("finder")).unwrap();
        let query = Query { text: "journal".into(), ..Query::default() };
        assert_eq!(reader.search(&query).await.unwrap().total, 1);
        for round in 0..5 {
            house.keep(item(&format!("n{round}"), "Journal till"), known("sv")).await;
            let (_, seen) = tokio::join!(house.catch_up(), reader.search(&query));
            assert!(seen.unwrap().total > round);
            assert_eq!(reader.search(&query).await.unwrap().total, round + 2);
        }
    });
}

#[test]
fn two_that_catch_up_at_once_wait_for_each_other() {
    run(async {
        let house = House::with(&[]).await;
        for number in 0..50 {
            house.keep(item(&format!("n{number}"), "Journal"), known("sv")).await;
        }
        let other = Finder::open(&house.folder.path().join("finder")).unwrap();
        let (one, two) =
            tokio::join!(house.catch_up(), other.catch_up(&house.archive, &house.catalogue));
        assert_eq!(one + two.unwrap(), 50);
        assert_eq!(other.count().unwrap(), 50);
    });
}

#[test]
fn what_is_damaged_or_made_by_another_version_is_made_anew() {
    run(async {
        let house = House::with(&[("a", "sv", "Journal")]).await;
        let dir = house.folder.path().join("finder");
        let stale = dir.join("finder-0-of-an-older-program");
        std::fs::create_dir(&stale).unwrap();
        for entry in std::fs::read_dir(edition(&dir)).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap().to_string_lossy().ends_with("meta.json") {
                std::fs::write(path, "{ torn").unwrap();
            }
        }
        let finder = Finder::open(&dir).unwrap();
        assert_eq!(finder.cursor().unwrap(), 0);
        assert_eq!(finder.catch_up(&house.archive, &house.catalogue).await.unwrap(), 1);
        assert_eq!(finder.count().unwrap(), 1);
        assert!(!stale.exists());
    });
}

#[test]
fn a_rebuilt_finder_knows_the_same() {
    run(async {
        let house = House::with(&[("a", "sv", "Journal"), ("b", "sv", "Register")]).await;
        assert_eq!(house.finder.rebuild(&house.archive, &house.catalogue).await.unwrap(), 2);
        assert_eq!(house.finder.count().unwrap(), 2);
        assert_eq!(house.catch_up().await, 0);
    });
}

#[test]
fn a_finder_of_another_archive_starts_over() {
    run(async {
        let house = House::with(&[("a", "sv", "Journal"), ("b", "sv", "Register")]).await;
        let other = Archive::open("sqlite::memory:").await.unwrap();
        other.keep(&item("c", "Kodverk"), &known("sv")).await.unwrap();
        house.finder.catch_up(&other, &house.catalogue).await.unwrap();
        assert_eq!(house.found("").await, ["c"]);
    });
}

/// The folder of the edition that this program makes.
fn edition(dir: &Path) -> std::path::PathBuf {
    let mut entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.find(|path| path.join("meta.json").exists()).unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
