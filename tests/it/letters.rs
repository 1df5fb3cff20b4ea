//! Does the weekly letter say what it should, in both forms and both languages?
//!
//! Whole letters stand in `letters/`, made of the few items below. After a change that is meant, copy what the failing
//! test has written over them, and read the difference as a reader would.

use jiff::{Timestamp, civil::date};
use std::{collections::BTreeMap, fs, path::Path};
use utkik_digest::{Basis, Brief, Digest, Letter, Tongue, Week, compose, letter};
use utkik_sources::{
    AreaId, Catalogue, DatedFact, Entry, Evidence, FactKind, Frameworks, Item, ItemId, Judge,
    Known, Language, Place, Reference, SourceId, Tag,
};

const SOURCES: &str = r#"
[[source]]
id = "dep"
name = "Departementet"
organisation = "Socialdepartementet"
level = "national"
country = "SE"
language = "sv"
kind = "feed"
address = "https://dep.example/feed"
category = "government"
every = "1d"
why = "Lagar."

[[source]]
id = "ehm"
name = "Myndigheten"
organisation = "E-hälsomyndigheten"
level = "national"
country = "SE"
language = "sv"
kind = "feed"
address = "https://ehm.example/feed"
category = "agency"
every = "1d"
why = "Tjänster."

[[source]]
id = "dir"
name = "Direktoratet"
organisation = "Helsedirektoratet"
level = "nordic"
country = "NO"
language = "nb"
kind = "feed"
address = "https://dir.example/feed"
category = "agency"
every = "1d"
why = "Norge."

[[source]]
id = "ec"
name = "Kommissionen"
organisation = "European Commission"
level = "eu"
country = "EU"
language = "en"
kind = "feed"
address = "https://ec.example/feed"
category = "eu-institution"
every = "1d"
why = "EU."
"#;

#[test]
fn the_swedish_letter_reads_as_it_did() {
    reads_as_before(&written(&full_week(), Tongue::Sv), "sv");
}

#[test]
fn the_english_letter_reads_as_it_did() {
    reads_as_before(&written(&full_week(), Tongue::En), "en");
}

#[test]
fn a_week_without_news_says_so_in_a_few_lines() {
    let letter = written(&[], Tongue::Sv);
    reads_as_before(&letter, "empty");
    assert!(letter.text.split_whitespace().count() < 60, "{}", letter.text);
}

#[test]
fn what_was_listed_before_we_came_is_no_news_but_can_still_be_answered() {
    let mut items = full_week();
    items.iter_mut().for_each(|(item, _)| item.backfill = true);
    let digest = composed(&items, Tongue::Sv);
    assert_eq!((digest.leading.len(), digest.areas.len(), digest.items()), (0, 0, 0));
    assert!(!digest.closing.is_empty());
    assert!(digest.closing.iter().all(|closing| !closing.new));
    reads_as_before(&letter(&digest).unwrap(), "backfill");
}

#[test]
fn page_and_plain_text_say_the_same() {
    for tongue in [Tongue::Sv, Tongue::En] {
        for items in [full_week(), Vec::new()] {
            let letter = written(&items, tongue);
            assert_eq!(words(&bare(&letter.html)), words(&unnumbered(&letter.text)));
            for link in letter.text.split_whitespace().filter(|word| word.starts_with("http")) {
                assert!(
                    letter.html.contains(&format!("href=\"{}\"", link.replace('&', "&#38;"))),
                    "{link}"
                );
            }
        }
    }
}

#[test]
fn what_is_shown_and_what_is_left_out_make_up_all_stories() {
    let digest = composed(&full_week(), Tongue::Sv);
    assert_eq!(digest.items() + digest.left_out, digest.chosen.stories);
    let under_areas: usize = digest.areas.iter().map(|area| area.left_out).sum();
    assert_eq!(under_areas, digest.left_out, "each area tells what it leaves out");
    assert!(digest.left_out > 0);
}

#[test]
fn composing_twice_gives_the_same_bytes() {
    let mut items = full_week();
    let before = written(&items, Tongue::Sv);
    items.reverse();
    assert_eq!(written(&items, Tongue::Sv), before);
}

#[test]
fn a_question_told_by_two_is_asked_once_in_the_language_of_the_letter() {
    let asked = |tongue| {
        let digest = composed(&full_week(), tongue);
        let on_day = digest.closing.into_iter().filter(|closing| closing.date == date(2026, 12, 4));
        on_day.map(|closing| (closing.entry.title, closing.entry.also)).collect::<Vec<_>>()
    };
    let swedish = (
        "EU:s journalformat EEHRxF ute på samråd".to_owned(),
        vec!["European Commission".to_owned()],
    );
    let english = (
        "Draft rules for the health record format EEHRxF".to_owned(),
        vec!["E-hälsomyndigheten".to_owned()],
    );
    assert_eq!((asked(Tongue::Sv), asked(Tongue::En)), (vec![swedish], vec![english]));
}

#[test]
fn the_longest_letter_can_be_read_in_five_minutes() {
    let words = written(&full_week(), Tongue::Sv).text.split_whitespace().count();
    assert!((200..=900).contains(&words), "{words} words");
}

fn reads_as_before(letter: &Letter, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/letters");
    let beside = Path::new(env!("CARGO_TARGET_TMPDIR")).join("letters");
    fs::create_dir_all(&beside).unwrap();
    let both = [
        ("txt", format!("Subject: {}\n\n{}", letter.subject, letter.text)),
        ("html", letter.html.clone()),
    ];
    for (form, now) in both {
        let file = format!("{name}.{form}");
        if fs::read_to_string(folder.join(&file)).ok().as_ref() != Some(&now) {
            fs::write(beside.join(&file), &now).unwrap();
            panic!("{file} reads differently now: compare with {}", beside.join(&file).display());
        }
    }
}

fn written(items: &[(Item, Known)], tongue: Tongue) -> Letter {
    letter(&composed(items, tongue)).unwrap()
}

fn composed(items: &[(Item, Known)], tongue: Tongue) -> Digest {
    let (catalogue, faults) = Catalogue::from_toml(&[("letters.toml", SOURCES)]);
    assert_eq!(faults, []);
    let frameworks = Frameworks::built_in();
    let (news, old): (Vec<_>, Vec<_>) = items.iter().cloned().partition(|(item, _)| !item.backfill);
    let basis = Basis {
        week: "2026-W47".parse::<Week>().unwrap(),
        written_at: "2026-11-23T06:00:00Z".parse().unwrap(),
        listed_before: old.len(),
        upcoming: items.iter().filter(|(_, known)| known.deadline().is_some()).cloned().collect(),
        items: news,
        sources: 4,
        catalogue: &catalogue,
        frameworks: &frameworks,
    };
    compose(&basis, &Brief { language: tongue, ..Brief::default() })
}

/// Sixteen items: a bill, a question told by two, a neighbour's question, more of one area than fits, an item
/// without a day, one found late, one that was there before us, signs that mean something in HTML, and one of no area.
fn full_week() -> Vec<(Item, Known)> {
    let mut week = vec![
        told("dep", "2026-11-17", "sv", "Ny lag om register över socialtjänstens insatser")
            .saying("Regeringen överlämnar en proposition om ett nationellt register. Kommunerna ska lämna uppgifter varje månad.")
            .about(&[("ST.I2.3", "socialtjänstdataregister*", 30.0), ("ST.G1", "proposition*", 10.0)])
            .sort("PROP")
            .refers("prop. 2026/27:40", "prop")
            .on("2027-07-01", FactKind::InForce, "Lagen träder i kraft den 1 juli 2027."),
        told("ec", "2026-11-18", "en", "Draft rules for the health record format EEHRxF")
            .saying("The draft act sets out EEHRxF. Feedback can be given until 4 December 2026.")
            .about(&[("ST.G3", "electronic health record", 15.0)])
            .sort("REMISS")
            .on("2026-12-04", FactKind::Deadline, "Feedback can be given until 4 December 2026."),
        told("ehm", "2026-11-19", "sv", "EU:s journalformat EEHRxF ute på samråd")
            .saying("Kommissionens utkast påverkar alla journalsystem.")
            .about(&[("ST.G3", "journalsystem*", 12.0)])
            .on("2026-12-04", FactKind::Deadline, "Svenska vårdgivare kan lämna synpunkter till kommissionen till och med den 4 december 2026."),
        told("dir", "2026-11-16", "nb", "Ny standard for henvisning på høring")
            .saying("Dagens melding fra 2017 skal avløses.")
            .about(&[("ST.G3", "standard*", 9.0)])
            .sort("REMISS")
            .on("2026-12-11", FactKind::Deadline, "Høringsfristen er 11. desember 2026."),
        told("ehm", "2026-11-20", "sv", "<Säkra> koder & \"begrepp\" i läkemedelslistan")
            .about(&[("ST.G2", "kodverk*", 8.0)]),
        told("dep", "2026-11-18", "sv", "Utredning om e-legitimation för vårdens personal")
            .saying("En utredare ska föreslå hur personal i vård och omsorg får säkra e-legitimationer, och hur kostnaderna ska fördelas mellan staten, regionerna och kommunerna under en övergångstid som kan bli lång.")
            .about(&[("ST.I3.2", "e-legitimation*", 20.0)])
            .sort("DIR")
            .on("2027-05-01", FactKind::Report, "Uppdraget ska redovisas senast den 1 maj 2027."),
        told("ehm", "2026-11-10", "sv", "Robotar delar ut läkemedel hemma")
            .found("2026-11-17")
            .about(&[("ST.I1.1", "läkemedelsautomat*", 9.0)]),
        told("ehm", "", "sv", "Vägledning om digitala vårdmöten")
            .found("2026-11-18")
            .about(&[("ST.I1.2", "digitala vårdmöten", 12.0)])
            .on("2026-12-02", FactKind::Event, "Ett webbinarium om vägledningen hålls den 2 december 2026 klockan 13."),
        told("dep", "2026-09-30", "sv", "Remiss av förslag om nationell digital infrastruktur")
            .found("2026-10-01")
            .about(&[("ST.I1.3", "nationell digital infrastruktur", 25.0)])
            .sort("REMISS")
            .on("2026-11-27", FactKind::Deadline, "Remissvaren ska ha kommit in senast den 27 november 2026.")
            .backfill(),
        told("dep", "2026-11-19", "sv", "Nytt högkostnadsskydd").saying("Skyddet höjs."),
    ];
    let registers = [
        "Cancerregistret",
        "Diabetesregistret",
        "Hjärtregistret",
        "Knäregistret",
        "Ögonregistret",
        "Strokeregistret",
    ];
    for (day, register) in (16..).zip(registers) {
        let title = format!("{register} öppnar sina uppgifter för forskning");
        week.push(
            told("ehm", &format!("2026-11-{day}"), "sv", &title)
                .saying(&format!("{register} kan från årsskiftet användas av fler."))
                .about(&[("ST.I2.3", "kvalitetsregister*", f64::from(day))]),
        );
    }
    week.into_iter().enumerate().map(|(at, post)| post.kept(at)).collect()
}

/// A post under the pen.
struct Post {
    item: Item,
    known: Known,
}

fn told(source: &str, day: &str, language: &str, title: &str) -> Post {
    let published: Option<Timestamp> = format!("{day}T09:00:00Z").parse().ok();
    let item = Item {
        id: ItemId::of_guid(&SourceId(source.to_owned()), title),
        source: SourceId(source.to_owned()),
        entry: Entry { title: title.to_owned(), published, ..Entry::default() },
        text: None,
        first_seen: published.unwrap_or_default(),
        backfill: false,
        provenance: Vec::new(),
    };
    Post { item, known: Known { language: Language::parse(language), ..Known::default() } }
}

impl Post {
    fn saying(mut self, summary: &str) -> Post {
        self.item.entry.summary = Some(summary.to_owned());
        self
    }

    fn about(mut self, areas: &[(&str, &str, f64)]) -> Post {
        let tag = |(area, term, score): &(&str, &str, f64)| Tag {
            area: AreaId((*area).to_owned()),
            score: *score,
            because: vec![Evidence {
                term: (*term).to_owned(),
                language: self.known.language.clone(),
                place: Place::Title,
                weight: *score,
            }],
            by: Judge::Rules("letters".to_owned()),
        };
        self.known.tags = areas.iter().map(tag).collect();
        self
    }

    fn sort(mut self, code: &str) -> Post {
        self.known.document = Some(code.to_owned());
        self
    }

    fn refers(mut self, normal: &str, kind: &str) -> Post {
        let (normal, kind) = (normal.to_owned(), kind.to_owned());
        self.known.references.push(Reference { text: normal.clone(), normal, kind, link: None });
        self
    }

    fn on(mut self, day: &str, kind: FactKind, sentence: &str) -> Post {
        let sentence = sentence.to_owned();
        self.known.dates.push(DatedFact { date: day.parse().unwrap(), kind, sentence });
        self
    }

    fn found(mut self, day: &str) -> Post {
        self.item.first_seen = format!("{day}T20:00:00Z").parse().unwrap();
        self
    }

    fn backfill(mut self) -> Post {
        self.item.backfill = true;
        self
    }

    fn kept(mut self, at: usize) -> (Item, Known) {
        self.item.entry.link = Some(format!("https://{}.example/{at}?a=1&b=2", self.item.source.0));
        (self.item, self.known)
    }
}

/// What a reader sees of a page.
fn bare(html: &str) -> String {
    let body = &html[html.find("<body>").unwrap()..];
    let mut bare = String::new();
    for piece in body.split('<').skip(1) {
        bare.push(' ');
        bare += piece.split_once('>').unwrap().1;
    }
    let signs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ];
    signs.iter().fold(bare, |text, (coded, sign)| text.replace(coded, sign))
}

/// Plain text without what a page does with lists and links.
fn unnumbered(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim_start();
        let line = line.strip_prefix("- ").unwrap_or(line);
        ["1. ", "2. ", "3. "].iter().find_map(|number| line.strip_prefix(number)).unwrap_or(line)
    });
    lines.filter(|line| !line.starts_with("http")).collect::<Vec<_>>().join("\n")
}

/// How often each word stands there.
fn words(text: &str) -> BTreeMap<&str, usize> {
    let mut words = BTreeMap::new();
    text.split_whitespace().for_each(|word| *words.entry(word).or_default() += 1);
    words
}
