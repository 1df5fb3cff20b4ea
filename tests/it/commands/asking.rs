//! Commands that look and tell.

use super::{NOW, holds, import, keys};
use crate::world::{Page, Post, Program, Web, article, feed_source, rss};
use serde_json::{Value, json};

#[test]
fn the_demonstration_does_the_whole_main_job() {
    let program = Program::new();
    let told = program.call(&["demo", "--once", "--json"]).ended(0).json();
    assert_eq!(
        keys(&told),
        ["digest", "items", "seconds", "sources", "stories", "tagged", "visited"]
    );
    let number = |name: &str| told[name].as_f64().unwrap();
    assert!(number("sources") >= 30.0 && number("visited") == number("sources"), "{told}");
    assert!(
        number("items") >= 400.0 && number("tagged") > 100.0 && number("stories") > 0.0,
        "{told}"
    );
    assert!(number("seconds") > 0.0 && number("seconds") < 45.0, "the program says {told}");
    for name in ["html", "text"] {
        let path = program.folder().join(told["digest"][name].as_str().unwrap());
        let letter = std::fs::read_to_string(path).unwrap();
        assert!(letter.contains("2026") || letter.len() > 500, "{letter}");
    }
    let search = |arguments: &[&str]| {
        let arguments = [&["search", "--json", "--data-dir", "utkik-demo"], arguments].concat();
        program.call(&arguments).ended(0).lines()
    };
    for (arguments, name, value) in [
        (["--level", "nordic"], "level", "nordic"),
        (["--language", "da"], "language", "da"),
        (["--source", "eu-tehdas2"], "source", "eu-tehdas2"),
        (["--organisation", "Inera"], "organisation", "Inera"),
    ] {
        let hits = search(&arguments);
        assert!(!hits.is_empty(), "{arguments:?}");
        assert!(
            hits.iter().all(|hit| hit[name].as_str().unwrap().contains(value)),
            "{arguments:?}"
        );
    }
    let hits = search(&["journal", "--area", "ST.I2"]);
    let is_below = |area: &Value| area.as_str().unwrap().starts_with("ST.I2");
    assert!(!hits.is_empty());
    assert!(hits.iter().all(|hit| hit["areas"].as_array().unwrap().iter().any(is_below)));
    assert_eq!(search(&["journal", "--limit", "3"]).len(), 3);
}

#[test]
fn the_demonstration_touches_nothing_that_it_has_not_made() {
    for theirs in ["utkik.db", "digests/2026-W47.html", "catalogue/sample.toml"] {
        let program = Program::new();
        let path = program.write(&format!("theirs/{theirs}"), "# mine");
        let told = program.call(&["demo", "--once", "--data-dir", "theirs"]).ended(1);
        assert!(told.err.contains("choose another folder"), "{}", told.err);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "# mine");
    }
}

#[test]
fn a_round_tells_what_it_did_in_the_words_of_the_contract() {
    let web = Web::start();
    let post = Post {
        guid: "1".into(),
        title: "Telemedicine in the north".into(),
        link: Some("http://one.example/1".into()),
        published: String::new(),
    };
    web.put("one.example/rss.xml", rss(&[post]));
    web.put(
        "one.example/1",
        article("Telemedicine in the north", "Doctors meet patients by video"),
    );
    web.put("empty.example/rss.xml", rss(&[]));
    web.put("page.example/rss.xml", Page::Html("<html><body>Moved house</body></html>".into()));
    let hosts = ["one.example", "empty.example", "page.example", "none.example"];
    let sources: String =
        hosts.iter().map(|host| feed_source(&host.replace(".example", "-x"), host)).collect();
    let program = Program::with(&sources, &web.config(&hosts.map(str::to_owned)));
    let crawl = || {
        program.call(&["crawl", "--json", "--source", "one-x,empty-x,page-x,none-x", "--now", NOW])
    };
    let told = crawl().ended(0).json();
    assert_eq!(
        keys(&told),
        [
            "empty",
            "failed",
            "fresh",
            "gone",
            "items_changed",
            "items_new",
            "refused",
            "seconds",
            "sources",
            "troubles",
            "unchanged",
        ]
    );
    let of = |told: &Value| {
        ["sources", "fresh", "empty", "items_new", "unchanged"]
            .map(|name| told[name].as_u64().unwrap())
    };
    assert_eq!(of(&told), [4, 1, 1, 1, 0]);
    assert_eq!(told["failed"].as_u64().unwrap() + told["gone"].as_u64().unwrap(), 2, "{told}");
    for trouble in told["troubles"].as_array().unwrap() {
        assert_eq!(keys(trouble), ["source", "what"]);
    }
    let told = crawl().ended(0).json();
    assert_eq!(of(&told)[3..], [0, 2], "both good feeds are unchanged: {told}");
    let hit = program.call(&["search", "telemedicine", "--json"]).ended(0).json();
    assert!(hit["snippet"].as_str().unwrap().contains("video"), "the text was read: {hit}");
    assert_eq!(hit["published"], Value::Null);
    assert!(web.asked().contains(&"one.example/robots.txt".to_owned()));
}

#[test]
fn tagging_reads_lines_and_says_why() {
    let program = Program::new();
    let lines = [
        json!({"id": "a", "title": "Ny nationell läkemedelslista och e-recept i hela vården"}),
        json!({"id": 2, "title": "Remiss om nya regler för bergtäkter", "source": "unknown-source"}),
        json!({"id": null, "title": "AI and electronic health records in hospitals", "language": "en"}),
    ];
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let told = program.call_with(&["tag", "--json"], &(input + "no JSON\n")).ended(3);
    assert!(told.err.contains("line 4: "), "{}", told.err);
    let tagged = told.lines();
    assert_eq!(tagged.len(), 3);
    for line in &tagged {
        assert_eq!(keys(line), ["areas", "by", "id", "language", "relevant", "type"]);
        assert_eq!(line["relevant"], !line["areas"].as_array().unwrap().is_empty());
    }
    assert_eq!((&tagged[0]["id"], &tagged[1]["id"]), (&"a".into(), &2.into()));
    assert_eq!((&tagged[0]["language"], &tagged[2]["language"]), (&"sv".into(), &"en".into()));
    assert_eq!(tagged[0]["relevant"], true, "{}", tagged[0]);
    assert_eq!(tagged[1]["relevant"], false, "{}", tagged[1]);
    let area = &tagged[0]["areas"][0];
    assert_eq!(keys(area), ["because", "id", "score"]);
    assert_eq!(keys(&area["because"][0]), ["place", "term", "weight"]);
}

#[test]
fn the_gate_is_open_for_a_source_that_writes_about_health_only() {
    let health =
        feed_source("test-health", "health.example").replace("every", "gate = false\nevery");
    let general =
        feed_source("test-general", "general.example").replace("every", "gate = true\nevery");
    let program = Program::with(&(health + &general), "");
    let title = "Informationssäkerhet och nationell digital infrastruktur";
    let line =
        |source: Option<&str>| format!("{}\n", json!({"id": 1, "title": title, "source": source}));
    let input = line(None) + &line(Some("test-general")) + &line(Some("test-health"));
    let tagged = program.call_with(&["tag", "--json"], &input).ended(0).lines();
    let relevant: Vec<bool> =
        tagged.iter().map(|line| line["relevant"].as_bool().unwrap()).collect();
    assert_eq!(relevant, [false, false, true]);
}

#[test]
fn sources_are_listed_shown_paused_and_resumed() {
    let program = Program::with(&feed_source("test-one", "one.example"), "");
    let contract =
        "id name level country language kind address state health last_visit last_new every";
    let all = program.call(&["sources", "--json"]).ended(0).lines();
    assert!(all.len() > 167, "{}", all.len());
    all.iter().for_each(|source| holds(source, contract));
    let named = |id: &str| all.iter().find(|source| source["id"] == id).unwrap();
    assert_eq!(named("no-stortinget-saker")["state"], "active");
    let unread = named("se-vinnova-gdp");
    assert_eq!(unread["state"], "paused");
    assert!(unread["health"].as_str().unwrap().contains("nyckel"), "{unread}");

    let show = || program.call(&["sources", "show", "test-one", "--json"]).ended(0).json();
    assert_eq!(show()["state"], "active");
    program.call(&["sources", "pause", "test-one"]).ended(2);
    let paused =
        program.call(&["sources", "pause", "test-one", "--why", "they asked us", "--json"]);
    assert_eq!(paused.ended(0).json()["state"], "paused");
    assert_eq!(show()["health"], "they asked us");
    let told = program.call(&["crawl", "--source", "test-one"]).ended(1);
    assert!(told.err.contains("they asked us"), "{}", told.err);
    program.call(&["sources", "resume", "test-one"]).ended(0);
    assert_eq!(show()["state"], "active");
    program.call(&["sources", "list"]).ended(0);
}

#[test]
fn an_unknown_source_is_told_with_those_of_a_like_name() {
    let program = Program::new();
    for arguments in [
        &["crawl", "--source", "se-ehalsomyndigheten-nyhter"][..],
        &["sources", "show", "se-ehalsomyndigheten-nyhter"],
        &["sources", "pause", "se-ehalsomyndigheten-nyhter", "--why", "x"],
    ] {
        let told = program.call(arguments).ended(1);
        assert!(told.err.contains("se-ehalsomyndigheten-nyhter"), "{}", told.err);
        assert!(told.err.contains("utkik sources"), "{}", told.err);
        assert!(told.err.contains("there is `se-"), "{}", told.err);
    }
}

#[test]
fn probe_read_and_robots_tell_what_the_crawler_would_see() {
    let program = Program::new();
    let Page::Feed(feed) = rss(&[Post {
        guid: "g1".into(),
        title: "E-recept i Norden".into(),
        link: Some("/nyheter/1".into()),
        published: "Wed, 11 Nov 2026 08:00:00 GMT".into(),
    }]) else {
        unreachable!("a feed was asked for")
    };
    program.write("feed.xml", feed);
    let probe = [
        "probe",
        "feed.xml",
        "--json",
        "--url",
        "https://www.example.org/rss",
        "--header",
        "Content-Type: application/rss+xml",
    ];
    let probed = program.call(&probe).ended(0).json();
    holds(
        &probed,
        "kind title subtitle link language updated rights generator authors tags entries troubles",
    );
    let entry = &probed["entries"][0];
    holds(
        entry,
        "id guid link title authors published updated summary content language tags rights enclosures",
    );
    assert_eq!((&probed["kind"], &entry["guid"]), (&"feed".into(), &"g1".into()));
    assert_eq!(entry["link"], "https://www.example.org/nyheter/1");

    let Page::Html(page) = article("E-recept i Norden", "Recept kan hämtas ut i grannlandet")
    else {
        unreachable!("a page was asked for")
    };
    program.write("page.html", page);
    let read = program.call(&["read", "page.html", "--json"]).ended(0).json();
    holds(&read, "title text authors published language troubles");
    let text = read["text"].as_str().unwrap();
    assert!(text.contains("grannlandet") && !text.contains("Contact"), "{text}");

    program.write("robots.txt", "User-agent: *\nDisallow: /private/\nCrawl-delay: 5\n");
    let robots =
        |url: &str| program.call(&["robots", "robots.txt", "utkik", url, "--json"]).ended(0).json();
    let verdict = robots("https://www.example.org/private/x");
    assert_eq!(keys(&verdict), ["allowed", "crawl_delay", "rule"]);
    assert_eq!((&verdict["allowed"], &verdict["crawl_delay"]), (&false.into(), &5.0.into()));
    assert_eq!(robots("https://www.example.org/")["allowed"], true);
    for arguments in [
        &["probe", "absent.xml"][..],
        &["read", "absent.html"],
        &["robots", "absent.txt", "a", "/"],
    ] {
        assert!(program.call(arguments).ended(1).err.contains("absent."));
    }
}

#[test]
fn an_address_on_the_private_network_is_not_fetched_by_hand_either() {
    let web = Web::start();
    let address = format!("http://{}/rss.xml", web.address);
    let told = Program::new().call(&["probe", &address]).ended(1);
    assert!(told.err.contains("not a public address"), "{}", told.err);
    assert!(web.asked().is_empty());
}

#[test]
fn rebuilding_counts_and_finds_everything_again() {
    let program = Program::new();
    let item =
        json!({"id": "1", "title": "Report on e-prescriptions", "url": "https://a.example/1"});
    import(&program, &[item]).ended(0);
    std::fs::remove_dir_all(program.data_dir().join("finder")).unwrap();
    let counts = program.call(&["rebuild", "--json"]).ended(0).json();
    assert!(counts.as_object().unwrap().values().all(Value::is_u64), "{counts}");
    assert_eq!(program.call(&["search", "report", "--json"]).lines().len(), 1);
    for what in ["finder", "tags", "stories"] {
        program.call(&["rebuild", what]).ended(0);
        assert_eq!(program.call(&["search", "report", "--json"]).lines().len(), 1, "after {what}");
    }
}
