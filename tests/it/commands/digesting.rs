//! What is news in which week.

use super::keys;
use crate::world::{Post, Program, Web, feed_source, rss};
use serde_json::Value;

/// A feed that grows, and the program that visits it.
struct Story {
    web: Web,
    program: Program,
}

impl Story {
    fn new() -> Story {
        let web = Web::start();
        let sources = feed_source("test-one", "one.example");
        let program = Program::with(&sources, &web.config(&["one.example".to_owned()]));
        Story { web, program }
    }

    /// Visits the feed as it stands at `now`: number, title, and day of publication in November.
    fn visit(&self, now: &str, posts: &[(u32, &str, Option<u32>)]) {
        let post = |(number, title, day): &(u32, &str, Option<u32>)| Post {
            guid: number.to_string(),
            title: (*title).to_owned(),
            link: None,
            published: day.map_or_else(String::new, |day| format!("{day} Nov 2026 09:00:00 GMT")),
        };
        let posts: Vec<Post> = posts.iter().map(post).collect();
        self.web.put("one.example/rss.xml", rss(&posts));
        let crawl = ["crawl", "--json", "--source", "test-one", "--now", now];
        let told = self.program.call(&crawl).ended(0).json();
        assert_eq!(told["fresh"].as_u64().unwrap() + told["empty"].as_u64().unwrap(), 1, "{told}");
    }

    /// The digest of a week in plain text, with what the command said of it.
    fn digest(&self, week: &str, now: &str) -> (String, Value) {
        let digest = ["digest", "--week", week, "--language", "en", "--json", "--now", now];
        let told = self.program.call(&digest).ended(0).json();
        assert_eq!(keys(&told), ["html", "items", "left_out", "text", "week"]);
        assert_eq!(told["week"], week);
        let text =
            std::fs::read_to_string(self.program.folder().join(told["text"].as_str().unwrap()));
        let html =
            std::fs::read_to_string(self.program.folder().join(told["html"].as_str().unwrap()));
        let (text, html) = (text.unwrap(), html.unwrap());
        for (_, title, _) in [OLD, NEW, UNDATED, LATE] {
            assert_eq!(text.contains(title), html.contains(title), "HTML and text tell the same");
        }
        (text, told)
    }
}

// Week 46 is 9 to 15 November, week 47 16 to 22.
const OLD: (u32, &str, Option<u32>) = (1, "E-prescriptions across borders for patients", Some(10));
const NEW: (u32, &str, Option<u32>) =
    (2, "Electronic health records opened for patients", Some(17));
const UNDATED: (u32, &str, Option<u32>) =
    (3, "Telemedicine services evaluated in health care", None);
const LATE: (u32, &str, Option<u32>) =
    (4, "Electronic health records arrive in the north", Some(12));

#[test]
fn what_was_listed_at_the_first_visit_is_never_news() {
    let story = Story::new();
    story.visit("2026-11-13T08:00:00Z", &[OLD, UNDATED]);
    story.visit("2026-11-18T08:00:00Z", &[OLD, UNDATED, NEW]);
    let (letter, _) = story.digest("2026-W46", "2026-11-23T08:00:00Z");
    assert!(!letter.contains(OLD.1) && !letter.contains(UNDATED.1), "{letter}");
    let (letter, told) = story.digest("2026-W47", "2026-11-23T08:00:00Z");
    assert!(letter.contains(NEW.1) && !letter.contains(OLD.1), "{letter}");
    assert_eq!(told["items"], 1);
    assert_eq!(story.program.call(&["search", "prescriptions", "--json"]).lines().len(), 1);
}

#[test]
fn what_has_no_date_belongs_to_the_week_of_its_first_sight_and_says_so() {
    let story = Story::new();
    story.visit("2026-11-10T08:00:00Z", &[]);
    story.visit("2026-11-18T08:00:00Z", &[UNDATED]);
    story.visit("2026-11-24T08:00:00Z", &[UNDATED, (9, "A later one", Some(24))]);
    let (letter, _) = story.digest("2026-W47", "2026-11-23T08:00:00Z");
    assert!(letter.contains(UNDATED.1), "{letter}");
    let at = letter.find(UNDATED.1).unwrap();
    let around: String = letter[at..].chars().take(400).collect();
    assert!(around.contains("first seen"), "{around}");
    let (letter, _) = story.digest("2026-W48", "2026-11-30T08:00:00Z");
    assert!(!letter.contains(UNDATED.1), "{letter}");
}

#[test]
fn what_is_found_after_its_weeks_digest_comes_marked_in_the_next() {
    let story = Story::new();
    story.visit("2026-11-09T08:00:00Z", &[(9, "Something else", Some(8))]);
    story.visit("2026-11-18T08:00:00Z", &[NEW, LATE]);
    let (letter, _) = story.digest("2026-W47", "2026-11-23T08:00:00Z");
    let at = letter.find(LATE.1).unwrap_or_else(|| panic!("{letter}"));
    let around: String = letter[at..].chars().take(400).collect();
    assert!(around.contains("published in an earlier week"), "{around}");
}

#[test]
fn what_is_found_on_monday_before_the_digest_goes_out_comes_in_that_one_alone() {
    let story = Story::new();
    story.visit("2026-11-13T08:00:00Z", &[OLD]);
    story.visit("2026-11-16T05:59:00Z", &[OLD, LATE]);
    let (letter, _) = story.digest("2026-W46", "2026-11-16T06:00:00Z");
    assert!(letter.contains(LATE.1), "{letter}");
    let (letter, _) = story.digest("2026-W47", "2026-11-23T08:00:00Z");
    assert!(!letter.contains(LATE.1), "{letter}");
}

#[test]
fn a_changed_wording_keeps_its_first_day() {
    let story = Story::new();
    story.visit("2026-11-10T08:00:00Z", &[(9, "Something else", Some(8))]);
    story.visit("2026-11-12T08:00:00Z", &[OLD]);
    let reworded = "E-prescriptions across borders for all patients, corrected";
    story.visit("2026-11-18T08:00:00Z", &[(OLD.0, reworded, Some(17)), NEW]);
    let (letter, _) = story.digest("2026-W47", "2026-11-23T08:00:00Z");
    assert!(letter.contains(NEW.1) && !letter.contains(reworded), "{letter}");
    let (letter, _) = story.digest("2026-W46", "2026-11-23T08:00:00Z");
    assert!(letter.contains(reworded), "{letter}");
    let hits = story.program.call(&["search", "prescriptions", "--json"]).lines();
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0]["title"], reworded);
}

#[test]
fn a_preview_or_a_choice_never_stands_in_for_the_whole_issue() {
    let program = Program::new();
    let path = |arguments: &[&str]| {
        let told = program.call(&[&["digest", "--json"], arguments].concat()).ended(0).json();
        told["html"].as_str().unwrap().to_owned()
    };
    let (during, after) = ("2026-11-22T08:00:00Z", "2026-11-23T08:00:00Z");
    let whole = path(&["--week", "2026-W47", "--now", after]);
    assert!(whole.ends_with("2026-W47.html"), "{whole}");
    for other in [
        &["--week", "2026-W47", "--now", during][..],
        &["--now", after, "--area", "G1"],
        &["--now", after, "--level", "eu"],
        &["--now", after, "--language", "en"],
    ] {
        let path = path(other);
        assert!(path != whole && path.contains("2026-W47-"), "{path}");
    }
    for moment in ["1800-01-01T00:00:00Z", "9999-12-30T00:00:00Z"] {
        program.call(&["digest", "--now", moment]).ended(2);
    }
}
