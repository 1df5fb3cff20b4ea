//! Which words find which texts: compounds, other names, other languages, whole questions.

use super::{House, guids, run};
use utkik_index::Query;

impl House {
    /// What has the words themselves.
    pub(super) async fn literally(&self, text: &str) -> Vec<String> {
        guids(&self.ask(Query { text: text.into(), literal: true, ..Query::default() }).await)
    }

    /// The first hit.
    async fn best(&self, text: &str) -> Option<String> {
        let hits = self.ask(Query { text: text.into(), ..Query::default() }).await;
        hits.hits.into_iter().next()?.guid
    }
}

#[test]
fn a_word_finds_the_compounds_that_it_stands_in_and_a_compound_its_parts() {
    run(async {
        let house = House::with(&[
            ("a", "sv", "Patientjournalsystemet i drift"),
            ("b", "sv", "Huvudjournalen öppnas"),
            ("c", "sv", "Journalister prisas"),
            ("d", "sv", "Register över hälsodata"),
            ("e", "nb", "Ny pasientjournallov"),
        ])
        .await;
        assert_eq!(house.literally("journal").await, ["a", "b", "e"]);
        assert_eq!(house.literally("journalsystem").await, ["a"]);
        assert_eq!(house.literally("hälsodataregister").await, ["d"]);
    });
}

#[test]
fn a_name_in_one_language_finds_those_in_others_unless_only_itself_is_wanted() {
    run(async {
        let house = House::with(&[
            ("sv", "sv", "Sekundäranvändning utreds"),
            ("nb", "nb", "Sekundærbruk av opplysninger"),
            ("fi", "fi", "Toisiokäytöstä säädetään"),
            ("en", "en", "Rules for secondary use"),
            ("none", "sv", "Glass i parken"),
        ])
        .await;
        assert_eq!(house.found("sekundäranvändning").await, ["en", "fi", "nb", "sv"]);
        assert_eq!(house.best("sekundäranvändning").await.as_deref(), Some("sv"));
        assert_eq!(house.best("secondary use").await.as_deref(), Some("en"));
        assert_eq!(house.literally("sekundäranvändning").await, ["sv"]);
    });
}

#[test]
fn a_whole_question_is_answered_by_what_it_is_about() {
    run(async {
        let house = House::with(&[
            ("a", "sv", "Så skyddas din journal: spärrar och loggar"),
            ("b", "sv", "Vem är vem i regeringen"),
            ("c", "sv", "Får kommunen höja avgiften?"),
        ])
        .await;
        assert_eq!(house.best("Vem får läsa min journal?").await.as_deref(), Some("a"));
        assert_eq!(house.best("Hur mycket får kommunen ta i avgift?").await.as_deref(), Some("c"));
    });
}

#[test]
fn a_title_asked_for_by_name_must_be_in_the_title() {
    run(async {
        let house = House::with(&[
            ("a", "sv", "Nationell läkemedelslista införs"),
            ("b", "sv", "Listan över läkemedel"),
        ])
        .await;
        let today = "2026-11-22".parse().unwrap();
        let ask = |text: &str| Query { text: text.into(), ..Query::default() }.with_fields(today);
        let (query, remarks) = ask("titel:\"nationella läkemedelslistan\"");
        assert_eq!((guids(&house.ask(query).await), remarks), (vec!["a".to_owned()], vec![]));
        let (query, _) = ask("rubrik:listan datum:1999");
        assert_eq!(guids(&house.ask(query).await), [""; 0]);
    });
}

#[test]
fn whatever_is_typed_is_answered() {
    const PIECES: &[&str] = &[
        "\"",
        "(",
        ")",
        "-",
        "OR",
        "*",
        ":",
        "titel:",
        "datum:",
        "deadline:<",
        "..",
        "2026-01",
        " ",
        " ",
        "journal",
        "vård",
        "\u{1f600}",
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
        "\u{202e}",
        "\u{301}",
        "\0",
        "~",
        "=",
        "område:2.1",
        "språk:",
        "1e309",
        "\u{e000}",
        "ﬀ",
        "İ",
        "ß",
    ];
    run(async {
        let house = House::with(&[("a", "sv", "Journalen i vården")]).await;
        let mut state = 7_u64;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % below
        };
        for _ in 0..300 {
            let length = next(24);
            let text: String = (0..length).map(|_| PIECES[next(PIECES.len())]).collect();
            let query = Query { text, ..Query::default() };
            house.ask(query.clone()).await;
            house.ask(query.with_fields("2026-11-22".parse().unwrap()).0).await;
        }
    });
}
