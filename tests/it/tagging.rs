//! What is understood of an item: language, goal areas with their reasons, facts.

use crate::world::Program;
use utkik_index::{Understander, related};
use utkik_sources::{
    AreaId, Entry, Evidence, FactKind, Frameworks, Item, ItemId, Judge, Known, Language, Place,
    SourceId,
};

fn item(title: &str, summary: &str) -> Item {
    let source = SourceId("test".into());
    Item {
        id: ItemId::of_guid(&source, title),
        source,
        entry: Entry {
            guid: title.into(),
            title: title.into(),
            summary: (!summary.is_empty()).then(|| summary.into()),
            published: Some("2026-11-02T12:00:00Z".parse().unwrap()),
            ..Entry::default()
        },
        text: None,
        first_seen: "2026-11-03T12:00:00Z".parse().unwrap(),
        backfill: false,
        provenance: Vec::new(),
    }
}

fn understood(title: &str, summary: &str) -> Known {
    Understander::new(&Frameworks::built_in()).understand(&item(title, summary), true, None)
}

fn areas(known: &Known) -> Vec<&str> {
    known.tags.iter().map(|tag| tag.area.0.as_str()).collect()
}

#[test]
fn each_tag_tells_which_words_earned_it_where_and_by_which_rules() {
    let understander = Understander::new(&Frameworks::built_in());
    let text = item("Välfärdsteknik i äldreomsorgen", "Trygghetslarm byts i hela regionen.");
    let known = understander.understand(&text, true, None);
    assert_eq!(areas(&known), ["ST.I1.1"]);
    let tag = &known.tags[0];
    // Terms are shown as the framework writes them and in its language, learnt words as they stand in the text.
    let (terms, learnt): (Vec<&Evidence>, _) =
        tag.because.iter().partition(|why| why.language.is_some());
    let because: Vec<_> =
        terms.iter().map(|why| (why.term.as_str(), why.place, why.weight)).collect();
    assert_eq!(
        because,
        [
            ("välfärdsteknik*", Place::Title, 15.0),
            ("äldreomsorg*", Place::Title, 6.0),
            ("trygghetslarm*", Place::Summary, 10.0),
        ]
    );
    assert!(tag.score > 31.0, "what was learnt speaks for it too");
    let learnt: Vec<&str> = learnt.iter().map(|why| why.term.as_str()).collect();
    assert_eq!(learnt, ["Trygghetslarm", "Välfärdsteknik", "äldreomsorgen"]);
    assert_eq!(tag.by, Judge::Rules(understander.version().to_owned()));
}

#[test]
fn each_language_has_its_own_terms_and_the_english_ones() {
    for (title, language, area) in [
        ("Kommunene tar i bruk velferdsteknologi for eldre i hjemmetjenesten", "nb", "ST.I1.1"),
        ("Hjemmebehandling og telemedicin i det danske sundhedsvæsen", "da", "ST.I1.1"),
        ("Lääkityslista tulee potilastietojärjestelmään hyvinvointialueilla", "fi", "ST.I2.1"),
        ("Hospitals prepare for the secondary use of health data", "en", "ST.I2.3"),
        ("Sjukhusen delar bilder med FHIR och HL7", "sv", "ST.G3"),
    ] {
        let known = understood(title, "");
        assert_eq!(known.language, Language::parse(language), "{title}");
        assert!(areas(&known).contains(&area), "{title}: {:?}", known.tags);
    }
}

#[test]
fn general_news_is_not_tagged_without_a_word_of_care() {
    assert_eq!(
        areas(&understood("Cybersäkerhet för kraftverk", "Ransomware slog ut elnätet.")),
        [""; 0]
    );
    assert_ne!(
        areas(&understood("Cybersäkerhet för sjukhus", "Ransomware slog ut journalen.")),
        [""; 0]
    );
}

#[test]
fn health_news_is_not_tagged_without_a_digital_angle() {
    let known =
        understood("Ny socialtjänstlag träder i kraft", "Betänkandet remitterades i våras.");
    assert_eq!(areas(&known), [""; 0]);
}

#[test]
fn acronyms_count_only_as_they_are_written() {
    let known = understood("Ai, säger patienten om sjukvårdens teknik", "");
    assert_eq!(areas(&known), [""; 0]);
}

#[test]
fn an_area_of_an_older_framework_is_reached_through_relations() {
    let frameworks = Frameworks::built_in();
    let known = understood("SNOMED CT blir nationellt fackspråk i vården", "");
    assert_eq!(areas(&known), ["ST.G2"]);
    assert_eq!(related(&known.tags, &frameworks), [AreaId("HP.A2".into())]);
}

#[test]
fn the_declared_language_is_a_hint_that_the_words_overrule() {
    let understander = Understander::new(&Frameworks::built_in());
    let declared = Language::parse("sv");
    let text =
        item("The council agrees on health data", "It is the first of its kind in the Union.");
    let known = understander.understand(&text, true, declared.as_ref());
    assert_eq!(known.language, Language::parse("en"));
    let known = understander.understand(&item("Statistik 2025", ""), true, declared.as_ref());
    assert_eq!(known.language, declared);
}

#[test]
fn a_deadline_is_found_with_its_sentence_in_five_languages() {
    for (text, day) in [
        (
            "Förslaget gäller patientdata. Remissvaren ska ha kommit in senast den 17 januari 2027. Tack.",
            "2027-01-17",
        ),
        ("Forslaget gjelder helse. Høringsfristen er 15. januar 2027.", "2027-01-15"),
        ("Udkastet er i høring. Høringsfrist: 4. december 2026.", "2026-12-04"),
        ("Luonnos on lausunnoilla. Lausunnot on annettava viimeistään 26.11.2026.", "2026-11-26"),
        ("The draft is open for comments. The feedback period ends on 3 March 2027.", "2027-03-03"),
    ] {
        let known = understood("Remiss, høring, lausuntokierros, consultation", text);
        let deadline = known.deadline().unwrap_or_else(|| panic!("{text}"));
        assert_eq!(deadline.date.to_string(), day);
        assert!(text.contains(&deadline.sentence) && deadline.sentence.len() < text.len());
    }
}

#[test]
fn a_day_that_is_past_or_asks_for_nothing_is_no_deadline() {
    let past = understood("Remiss", "Remissvaren skulle ha kommit in senast den 1 oktober 2026.");
    assert_eq!(past.deadline(), None);
    let due = understood("Uppdrag", "Uppdraget ska redovisas senast den 1 mars 2027.");
    assert_eq!(due.deadline(), None);
    assert_eq!(due.dates[0].kind, FactKind::Report);
}

#[test]
fn references_have_one_form_however_they_are_written() {
    let text = "Se SOU 2026:6, kommittédirektiv 2023:177, prop. 2021/22:177, patientdatalagen (2008:355), \
                HSLF-FS 2016:40, förordning (EU) 2025/327, direktiv 2011/24/EU, COM(2022) 197, NOU 2022: 1, \
                HE 246/2022 vp, Prop. 91 L (2021-2022) och CELEX 32025R0327.";
    let known = understood("Referenser", text);
    let found: Vec<&str> = known.references.iter().map(|found| found.normal.as_str()).collect();
    assert_eq!(
        found,
        [
            "SOU 2026:6",
            "dir. 2023:177",
            "prop. 2021/22:177",
            "SFS 2008:355",
            "HSLF-FS 2016:40",
            "(EU) 2025/327",
            "2011/24/EU",
            "COM(2022) 197",
            "NOU 2022:1",
            "HE 246/2022 vp",
            "Prop. 91 L (2021–2022)",
            "CELEX 32025R0327",
        ]
    );
}

#[test]
fn odd_texts_are_understood_as_far_as_they_go() {
    let mixed =
        "Sjukvården får e-journal, terveydenhuolto saa uuden järjestelmän, hospitals get records. ";
    let long = mixed.repeat(60_000);
    let binary: String = (0..20_000_u32).filter_map(|at| char::from_u32(at * 7 % 0x3000)).collect();
    for text in [
        "",
        "\u{0}",
        "🤯🤯",
        "مرحبا بالعالم",
        "שלום עולם journal",
        "A",
        "SJUKVÅRD",
        mixed,
        &long,
        &binary,
        &"vård ".repeat(200_000),
        &"å".repeat(5_000_000),
    ] {
        let mut odd = item(if text.is_empty() { "-" } else { text }, text);
        odd.text = Some(text.to_owned());
        let understander = Understander::new(&Frameworks::built_in());
        assert_eq!(
            understander.understand(&odd, true, None),
            understander.understand(&odd, true, None)
        );
    }
}

#[test]
fn words_that_no_term_holds_are_understood_by_what_was_learnt() {
    let known = understood(
        "Larmet på nattduksbordet byts mot kamera",
        "Personalen på kommunens boenden ska kunna titta till de äldre på natten utan att gå in i rummet. Den som bor \
         hemma får en sensor vid sängen och slipper bli väckt. Nämnden har avsatt pengar till inköp i fem stadsdelar.",
    );
    assert!(areas(&known).contains(&"ST.I1.1"), "{:?}", known.tags);
    let tag = known.tags.iter().find(|tag| tag.area.0 == "ST.I1.1").unwrap();
    assert!(tag.because.iter().any(|why| why.language.is_none()), "{tag:?}");
}

#[test]
fn capitals_change_nothing_of_what_is_learnt() {
    let (title, summary) = (
        "Regionen stänger av läkares tillgång till journaler efter intrång",
        "Uppgifter om tusentals patienter har lästs av obehöriga. Behörigheterna i systemet ses över och loggarna granskas.",
    );
    let plain = understood(title, summary);
    let shouted = understood(&title.to_uppercase(), &summary.to_uppercase());
    assert!(!plain.tags.is_empty());
    assert_eq!(areas(&plain), areas(&shouted));
}

#[test]
fn noise_with_the_words_of_the_field_is_not_tagged() {
    for (title, summary) in [
        (
            "Sjukhusets matsal får ny meny",
            "Kocken lovar mer grönt och mindre svinn. Patienter och personal har fått rösta fram veckans rätter i höst.",
        ),
        (
            "Digital parkeringsapp i hela kommunen",
            "Bilister kan betala med mobilen på samtliga gator från årsskiftet. Automaterna tas ned och säljs.",
        ),
        (
            "Längre köer till höftoperation",
            "Väntetiderna ökar i hela landet. Regionerna skyller på brist på sköterskor och avbokningar under sommaren.",
        ),
        (
            "Journalen fyller hundra år",
            "Tidskriftens jubileum firas med en utställning om svensk press på stadsmuseet under våren.",
        ),
    ] {
        let known = understood(title, summary);
        assert_eq!(areas(&known), [""; 0], "{title}");
    }
}

const ITEMS: &str = r#"{"id": "one", "url": "https://a.example/1", "title": "Lärare i vården utbildas i digital kompetens", "summary": "Regionens sjuksköterskor och läkare ska lära sig de nya systemen. Utbildningen i digital kompetens gäller all vårdpersonal."}
{"id": "two", "title": "SNOMED CT blir nationellt fackspråk i vården", "summary": "Socialstyrelsen inför begreppssystemet i alla journalsystem."}
"#;

const SUCCESSOR: &str = r#"
[[framework]]
id = "NEXT"
version = "1"
name_sv = "Nästa strategi"
name_en = "The next strategy"
valid_from = "2026-01-01"
status_sv = "Prövas"
parties = ["staten"]

[[area]]
id = "DS.1"
framework = "NEXT"
name_sv = "Digital kompetens"
name_en = "Digital skills"
scope_sv = "Kunskap"
place_sv = "Rubriken"
leaf = true

[[area]]
id = "DS.5"
framework = "NEXT"
name_sv = "Konnektivitet"
name_en = "Connectivity"
scope_sv = "Bredband"
place_sv = "Rubriken"
leaf = true

[[words]]
area = "DS.5"
language = "sv"
strong = ["begreppssystem*"]

[[relation]]
from = "DS.1"
to = "ST.I4.1"
kind = "close"
note_sv = "Samma sak"
"#;

#[test]
fn a_new_framework_is_a_file_and_retag_says_first_what_it_would_change() {
    let program = Program::new();
    program.write("items.jsonl", ITEMS);
    program.call(&["import", "items.jsonl"]);
    program.write("utkik-data/frameworks/next.toml", SUCCESSOR);
    let told = program.call(&["--json", "retag", "--dry-run"]).json();
    assert_eq!((&told["items"], &told["changed"]), (&2.into(), &2.into()), "{told}");
    assert_eq!(
        (&told["areas"]["DS.1"]["added"], &told["areas"]["DS.5"]["added"]),
        (&1.into(), &1.into())
    );
    let again = program.call(&["--json", "retag", "--dry-run"]).json();
    assert_eq!(told, again, "a dry run changes nothing");
    program.call(&["retag"]);
    assert_eq!(program.call(&["--json", "retag", "--dry-run"]).json()["changed"], 0);
    let hit = program.call(&["--json", "search", "utbildas"]).json();
    let areas = hit["areas"].to_string();
    assert!(areas.contains("ST.I4.1") && areas.contains("DS.1"), "{areas}");
}

#[test]
fn a_persons_decision_stands_is_learnt_from_and_is_what_we_are_measured_by() {
    let program = Program::new();
    program.write("items.jsonl", ITEMS);
    program.call(&["import", "items.jsonl"]);
    let decided = program.call(&["--json", "decide", "one", "+G1", "-4.1", "--by", "Maria"]).json();
    let areas = decided["areas"].to_string();
    assert!(areas.contains(r#""id":"ST.G1""#) && areas.contains("Maria"), "{areas}");
    assert!(!areas.contains("ST.I4.1"), "{areas}");
    program.call(&["rebuild", "tags"]);
    assert!(program.data_dir().join("learnt.bin").exists());
    let hit = program.call(&["--json", "search", "utbildas"]).json();
    assert!(hit["areas"].to_string().contains("ST.G1"), "{hit}");
    assert!(!hit["areas"].to_string().contains("ST.I4.1"), "{hit}");
    let measured = program.call(&["--json", "eval", "decisions"]).json();
    assert_eq!((&measured["items"], &measured["decisions"]), (&1.into(), &2.into()));
    assert_eq!(measured["areas"]["ST.G1"]["missed"], 1, "{measured}");
    for wrong in [["decide", "one", "G1", "--by", "M"], ["decide", "one", "+9.9", "--by", "M"]] {
        assert_eq!(program.call(&wrong).status, 2, "{wrong:?}");
    }
    assert_eq!(program.call(&["decide", "nothing", "+G1", "--by", "M"]).status, 1);
}
