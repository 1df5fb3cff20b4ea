//! Items that other people collected.

use super::{NOW, holds, import, keys};
use crate::world::Program;
use serde_json::{Value, json};

fn line(id: &str, title: &str) -> Value {
    json!({
        "id": id,
        "url": format!("https://www.example.org/{id}"),
        "title": title,
        "published": "2026-11-11",
        "organisation": "E-hälsomyndigheten",
    })
}

#[test]
fn good_lines_are_kept_and_bad_ones_told_by_number() {
    let program = Program::new();
    let mut file: Vec<u8> = b"\xef\xbb\xbf".to_vec();
    let mut add = |line: &[u8], end: &str| {
        file.extend_from_slice(line);
        file.extend_from_slice(end.as_bytes());
    };
    add(line("one", "After a byte order mark").to_string().as_bytes(), "\r\n");
    add(b"this is not JSON", "\n");
    add(b"", "\n");
    add(br#"{"id": "three", "url": "https://www.example.org/3"}"#, "\n");
    add(br#"{"id": "four", "url": "ftp://example.org/4", "title": "Elsewhere"}"#, "\n");
    add(br#"{"id": "five", "title": "Some day", "published": "last Tuesday"}"#, "\n");
    add(br#"["not", "an", "object"]"#, "\n");
    add(b"{\"id\": \"eight\", \"title\": \"V\xe5rd\"}", "\n");
    let long = format!("{{\"id\": \"nine\", \"title\": \"{}\"}}", "x".repeat(20 << 20));
    add(long.as_bytes(), "\n");
    add(b"   \t ", "\n");
    add(br#"{"title": "Neither id nor address"}"#, "\n");
    add(br#"{"id": 12, "title": "A number for a name"}"#, "\r\n");
    add(br#"{"id": "thirteen", "url": "https://www.example.org/13", "title": "  "}"#, "\n");
    add(line("fourteen", "The last line has no end").to_string().as_bytes(), "");
    program.write("items.jsonl", &file);

    let told = program.call(&["import", "items.jsonl", "--json", "--now", NOW]).ended(3);
    let json = told.json();
    assert_eq!(keys(&json), ["already", "bad", "kept", "read"]);
    assert_eq!(
        (&json["read"], &json["kept"], &json["already"]),
        (&12.into(), &3.into(), &0.into())
    );
    let bad: Vec<u64> =
        json["bad"].as_array().unwrap().iter().map(|bad| bad["line"].as_u64().unwrap()).collect();
    assert_eq!(bad, [2, 4, 5, 6, 7, 8, 9, 11, 13]);
    for number in bad {
        assert!(told.err.contains(&format!("line {number}: ")), "{}", told.err);
    }
    let what = |at: usize| json["bad"][at]["what"].as_str().unwrap();
    assert!(what(2).contains("ftp://example.org/4"), "{}", what(2));
    assert!(what(3).contains("last Tuesday"), "{}", what(3));
    assert!(what(6).contains("long") && what(6).len() < 200, "{}", what(6));
}

#[test]
fn importing_twice_keeps_nothing_twice() {
    let program = Program::new();
    let lines = [line("one", "First report"), line("two", "Second report")];
    let first = import(&program, &lines).ended(0).json();
    assert_eq!((&first["kept"], &first["already"]), (&2.into(), &0.into()));
    let second = import(&program, &lines).ended(0).json();
    assert_eq!((&second["kept"], &second["already"]), (&0.into(), &2.into()));
    let hits = program.call(&["search", "report", "--json"]).ended(0);
    assert_eq!(hits.lines().len(), 2);
}

#[test]
fn an_imported_item_is_found_at_once_by_its_contributors_name() {
    let program = Program::new();
    import(&program, &[line("contributor-7", "Nationell läkemedelslista införs")]).ended(0);
    let hit = program.call(&["search", "läkemedelslistan", "--json"]).ended(0).json();
    holds(&hit, "id score title link published source organisation language level areas snippet");
    assert_eq!(hit["id"], "contributor-7");
    assert_eq!(hit["link"], "https://www.example.org/contributor-7");
    assert_eq!(hit["organisation"], "E-hälsomyndigheten");
    assert_eq!(hit["language"], "sv");
    assert_eq!(hit["level"], "national", "known from the name of the publisher");
    assert_eq!(hit["published"], "2026-11-10T23:00:00Z", "a day begins at midnight in Stockholm");
}

#[test]
fn one_address_from_two_contributors_is_one_item() {
    let program = Program::new();
    let mut again = line("b-1", "First report");
    again["url"] = "https://WWW.example.org:443/one?utm_source=letter#top".into();
    again["organisation"] = "Inera".into();
    let told = import(&program, &[line("one", "First report"), again]).ended(0).json();
    assert_eq!(told["read"], 2);
    assert_eq!(program.call(&["search", "report", "--json"]).lines().len(), 1);
}

#[test]
fn areas_of_a_contributor_are_a_decision_that_the_rules_do_not_undo() {
    let program = Program::new();
    let mut judged = line("one", "Kommunens nya badhus öppnar till våren");
    judged["areas"] = json!(["2.3", "G1"]);
    import(&program, &[judged]).ended(0);
    let areas = |program: &Program| {
        program.call(&["search", "badhus", "--json"]).ended(0).json()["areas"].clone()
    };
    let mut decided = areas(&program).as_array().unwrap().clone();
    decided.sort_by_key(ToString::to_string);
    assert_eq!(decided, ["ST.G1", "ST.I2.3"]);
    let counts = program.call(&["rebuild", "tags", "--json"]).ended(0).json();
    assert_eq!(counts["items"], 1);
    program.call(&["rebuild", "finder"]).ended(0);
    assert_eq!(areas(&program).as_array().unwrap().len(), 2);
    assert_eq!(program.call(&["search", "--area", "2.3", "--json"]).lines().len(), 1);
}

#[test]
fn a_file_that_is_not_there_is_told_by_its_name() {
    let told = Program::new().call(&["import", "nowhere.jsonl"]).ended(1);
    assert!(told.err.contains("nowhere.jsonl"), "{}", told.err);
}

#[test]
fn what_no_text_holds_is_left_out_and_handing_it_over_again_changes_nothing() {
    let program = Program::new();
    let items = [
        json!({"id": "a\u{0}", "url": "https://a.example/1", "title": "E-health \u{0}\u{1b}[31m report", "text": "a\u{0}b"}),
        json!({"id": 1e30, "url": "https://a.example/2", "title": "word ".repeat(1_000)}),
        json!({"id": 3, "url": "https://a.example/3", "title": "Areas", "areas": ["2.1", "nonsense", ""]}),
    ];
    let told = import(&program, &items).ended(0);
    assert_eq!((&told.json()["kept"], &told.json()["bad"]), (&3.into(), &json!([])));
    assert!(told.err.contains("line 3: there is no goal area `ST.nonsense`"), "{}", told.err);
    assert_eq!(import(&program, &items).ended(0).json()["already"], 3);
    let hits = program.call(&["search", "--json"]).ended(0).lines();
    let of = |id: &str| hits.iter().find(|hit| hit["id"] == id).unwrap();
    assert_eq!(of("a")["title"], "E-health [31m report");
    assert!(of("1e+30")["title"].as_str().unwrap().chars().count() <= 501);
    assert_eq!(of("3")["areas"], json!(["ST.I2.1"]));
}

#[test]
fn two_contributors_may_call_different_items_without_an_address_by_the_same_name() {
    let program = Program::new();
    let item = |organisation: &str, title: &str| json!({"id": 1, "title": title, "organisation": organisation});
    let items = [item("Region A", "A report"), item("Region B", "Another report")];
    assert_eq!(import(&program, &items).ended(0).json()["kept"], 2);
    assert_eq!(import(&program, &items).ended(0).json()["already"], 2);
    assert_eq!(program.call(&["search", "--json"]).ended(0).lines().len(), 2);
}

#[test]
fn a_time_without_a_zone_is_meant_as_in_stockholm() {
    let program = Program::new();
    let item = |id, published: &str| json!({"id": id, "title": "Report", "published": published, "url": format!("https://a.example/{id}")});
    let items =
        [item(1, "2026-11-10"), item(2, "2026-11-10T09:30:00"), item(3, "2026-07-10 09:30")];
    import(&program, &items).ended(0);
    let hits = program.call(&["search", "--sort", "date", "--json"]).ended(0).lines();
    let told: Vec<&str> = hits.iter().map(|hit| hit["published"].as_str().unwrap()).collect();
    assert_eq!(told, ["2026-11-10T08:30:00Z", "2026-11-09T23:00:00Z", "2026-07-10T07:30:00Z"]);
}

#[test]
fn a_search_by_organisation_does_not_break_at_a_reform() {
    let program = Program::new();
    let by = |id: &str, organisation: &str| {
        let mut line = line(id, &format!("Rapport {id} om journaler"));
        line["organisation"] = organisation.into();
        line
    };
    let lines = [by("old", "SKL"), by("new", "SKR"), by("else", "Socialstyrelsen")];
    import(&program, &lines).ended(0);
    for name in ["SKL", "SKR", "Sveriges Kommuner och Landsting"] {
        let hits = program.call(&["search", "--organisation", name, "--json"]).ended(0);
        let mut ids: Vec<String> =
            hits.lines().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        assert_eq!(ids, ["new", "old"], "{name}");
    }
}
