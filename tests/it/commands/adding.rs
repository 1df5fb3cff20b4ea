//! Adding sources: by looking at an address, and from other programs' lists.

use super::NOW;
use crate::world::{Page, Post, Program, Web, article, feed_source, rss};
use serde_json::Value;
use std::{collections::BTreeSet, fs};

const HOSTS: &[&str] = &["new", "list", "old", "closed", "repo", "map", "text", "a", "b", "c", "d"];

fn program(web: &Web, sources: &str) -> Program {
    let hosts: Vec<String> = HOSTS.iter().map(|name| format!("{name}.example.se")).collect();
    Program::with(sources, &web.config(&hosts))
}

fn web() -> Web {
    let web = Web::start();
    let post = |n: usize| Post {
        guid: format!("g{n}"),
        title: format!("News number {n} about the record"),
        link: Some(format!("http://new.example.se/{n}")),
        published: format!("{n:02} Nov 2026 08:00:00 GMT"),
    };
    let posts: Vec<Post> = (1..=14).map(post).collect();
    web.put("new.example.se/feed.xml", rss(&posts));
    web.put("new.example.se/comments.xml", rss(&posts[..2]));
    let listing: String = (1..=6)
        .map(|n| {
            format!(
                "<li class='news-item'><a href='/n/{n}'>A publication with quite a long title {n}</a> \
                 <time datetime='2026-11-0{n}'>x</time></li>"
            )
        })
        .collect();
    let listing = format!("<ul class='news'>{listing}</ul>");
    let page = |head: &str, body: &str| {
        Page::Html(format!(
            "<!doctype html><html lang='sv'><head><title>News of the new agency</title>\
             <meta property='og:site_name' content='The New Agency'>{head}</head><body><nav><a href='/'>Home</a>\
             <a href='/about'>About</a></nav><main>{body}</main></body></html>"
        ))
    };
    let head = "<link rel='alternate' type='application/rss+xml' href='/comments.xml' title='Comments'>\
                <link rel=alternate type=application/rss+xml href='/feed.xml'>";
    web.put("new.example.se/", page(head, &listing));
    web.put("list.example.se/", page("", &listing));
    web.put(
        "list.example.se/linked",
        page("", "<p>Words</p><a href='http://new.example.se/feed.xml'>RSS</a>"),
    );
    web.put("closed.example.se/robots.txt", Page::Html("User-agent: *\nDisallow: /".into()));
    web.put("closed.example.se/", page("", &listing));
    web.put(
        "repo.example.se/oai",
        Page::Feed(
            "<?xml version='1.0'?><OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><Identify><repositoryName>Papers \
             of Example</repositoryName></Identify><ListRecords><record><header><identifier>oai:1</identifier></header>\
             <metadata><dc><title>A thesis</title><identifier>https://repo.example.se/1</identifier></dc></metadata></record>\
             </ListRecords></OAI-PMH>"
                .into(),
        ),
    );
    let map = "<urlset><url><loc>http://map.example.se/reports/first-report</loc></url></urlset>";
    web.put("map.example.se/sitemap.xml", Page::Feed(map.into()));
    web.put(
        "map.example.se/robots.txt",
        Page::Html("Sitemap: http://map.example.se/sitemap.xml\n".into()),
    );
    web.put("map.example.se/", page("", "<p>Nothing is listed here.</p>"));
    web.put("text.example.se/policy", article("The policy", "The agency says what it wants"));
    web.put("text.example.se/broken.json", Page::Html("{\"items\": 1}".into()));
    web
}

fn add(program: &Program, arguments: &[&str]) -> Value {
    let arguments = [&["sources", "add"], arguments, &["--json", "--now", NOW]].concat();
    program.call(&arguments).ended(0).json()
}

#[test]
fn an_address_is_looked_at_and_shown_before_anything_is_saved() {
    let web = web();
    let program = program(&web, "");
    let told = program.call(&["sources", "add", "http://new.example.se/", "--now", NOW]).ended(0);
    for words in [
        "feed: the page announces this feed",
        "address = \"http://new.example.se/feed.xml\"",
        "organisation = \"The New Agency\"",
        "language = \"sv\"",
        "level = \"national\"",
        "country = \"SE\"",
        "gate = true",
        "It lists 14; the first 10:",
        "2026-11-01  News number 1 about the record",
        "or --kind html-listing: the page lists publications (6 listed",
        "or --kind page: the page itself can be watched",
    ] {
        assert!(told.out.contains(words), "{words}: {}", told.out);
    }
    assert!(told.err.contains("nothing was saved; --yes saves it"), "{}", told.err);
    assert_eq!(program.call(&["sources", "show", "se-new-example"]).status, 1);
    let told = add(&program, &["http://new.example.se/", "--dry-run"]);
    assert_eq!(
        (told["saved"].as_bool(), told["entries"].as_array().unwrap().len()),
        (Some(false), 10)
    );
}

#[test]
fn what_is_saved_is_visited_edited_and_taken_away_again() {
    let web = web();
    let program = program(&web, "");
    let told = add(
        &program,
        &[
            "http://new.example.se/",
            "--yes",
            "--id",
            "mine",
            "--every",
            "90m",
            "--area",
            "ST.G1",
            "--why",
            "A \"test\"",
            "--health-only",
        ],
    );
    let file = program.folder().join(told["file"].as_str().unwrap());
    let text = fs::read_to_string(&file).unwrap();
    for line in ["id = \"mine\"", "every = \"90m\"", "areas = [\"ST.G1\"]", "gate = false"] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let round = program.call(&["crawl", "--source", "mine", "--json", "--now", NOW]).json();
    assert_eq!(round["items_new"], 14, "{round}");
    let again = program
        .call(&["sources", "add", "new.example.se/feed.xml".replace("new", "http://new").as_str()])
        .ended(1);
    assert!(again.err.contains("is watched already, as `mine`"), "{}", again.err);
    let again = program.call(&["sources", "add", "http://new.example.se/", "--yes"]).ended(1);
    assert!(again.err.contains("is watched already, as `mine`"), "{}", again.err);
    let taken =
        program.call(&["sources", "add", "http://list.example.se/", "--id", "mine"]).ended(2);
    assert!(taken.err.contains("there is a source `mine` already"), "{}", taken.err);

    fs::write(&file, format!("{text}\n# mine too\n{}", feed_source("other", "a.example.se")))
        .unwrap();
    program.call(&["sources", "remove", "mine"]).ended(0);
    assert!(fs::read_to_string(&file).unwrap().contains("# mine too"));
    program.call(&["sources", "show", "other"]).ended(0);
    program.call(&["sources", "remove", "other"]).ended(0);
    assert!(!file.exists());
    let built_in = program.call(&["sources", "remove", "se-imy-nyheter"]).ended(1);
    assert!(built_in.err.contains("`se-imy-nyheter`"), "{}", built_in.err);
}

#[test]
fn each_kind_is_found_where_it_stands() {
    let web = web();
    let program = program(&web, "");
    for (address, kind, because, listed) in [
        ("http://new.example.se/feed.xml", "feed", "it is a feed", 14),
        ("http://list.example.se/", "html-listing", "the page lists publications", 6),
        ("http://list.example.se/linked", "feed", "the page links to this feed", 14),
        ("http://repo.example.se/oai?verb=Identify", "oai-pmh", "OAI-PMH", 1),
        ("http://map.example.se/sitemap.xml", "sitemap", "it is a sitemap", 1),
        ("http://map.example.se/", "sitemap", "robots.txt names this sitemap", 1),
        ("http://text.example.se/policy", "page", "watched for change", 0),
    ] {
        let told = add(&program, &[address]);
        assert_eq!(
            (told["kind"].as_str(), told["listed"].as_u64()),
            (Some(kind), Some(listed)),
            "{address}: {told}"
        );
        assert!(told["because"].as_str().unwrap().contains(because), "{address}: {told}");
    }
    let list = add(&program, &["http://list.example.se/"]);
    assert_eq!(list["selector"], "li.news-item", "{list}");
    assert_eq!(add(&program, &["http://repo.example.se/oai"])["name"], "Papers of Example");
    let page = add(&program, &["http://new.example.se/", "--kind", "page"]);
    assert_eq!(
        (page["kind"].as_str(), page["address"].as_str()),
        (Some("page"), Some("http://new.example.se/"))
    );
    let manual = add(&program, &["http://text.example.se/policy", "--kind", "manual", "--yes"]);
    let id = manual["id"].as_str().unwrap();
    assert_eq!(
        program.call(&["crawl", "--source", id, "--json", "--now", NOW]).json()["items_new"],
        1
    );
}

#[test]
fn whoever_asks_for_what_cannot_be_watched_is_told_why_and_what_to_do() {
    let web = web();
    let program = program(&web, "");
    for (address, status, words) in [
        (
            "http://closed.example.se/",
            1,
            "robots.txt of closed.example.se does not let us fetch `/`",
        ),
        ("http://127.0.0.1/", 1, "name its host in `private_hosts`"),
        ("http://user:word@new.example.se/", 1, "carries a name or password"),
        (
            "http://new.example.se/nowhere",
            1,
            "`http://new.example.se/nowhere` answered 404 Not Found",
        ),
        ("nonsense", 2, "`nonsense` is no address; https://example.org/news is one"),
        ("http://text.example.se/broken.json", 1, "docs/recipes.md"),
        ("ftp://new.example.se/", 1, "neither http nor https"),
        ("http://", 1, "is no address"),
    ] {
        let told = program.call(&["sources", "add", address, "--yes"]).ended(status);
        assert!(told.err.contains(words), "{address}: {}", told.err);
        assert!(!told.err.contains("word@"), "a password was printed: {}", told.err);
    }
    for (arguments, words) in [
        (["--every", "soon"], "is no time between visits"),
        (["--category", "club"], "is none of agency"),
        (["--country", "Sweden"], "is no country"),
        (["--language", "Swedish"], "is no language"),
        (["--id", "My Id"], "may hold only a-z"),
        (["--area", "X9"], "is no area of any framework"),
    ] {
        let told = program.call(
            &[&["sources", "add", "http://list.example.se/", "--yes"][..], &arguments].concat(),
        );
        assert!(
            matches!(told.status, 1 | 2) && told.err.contains(words),
            "{arguments:?}: {told:?}"
        );
    }
    let told =
        program.call(&["sources", "add", "http://list.example.se/", "--kind", "oai-pmh"]).ended(1);
    assert!(told.err.contains("only as html-listing or page"), "{}", told.err);
    let left: Vec<_> = fs::read_dir(program.data_dir().join("catalogue")).unwrap().collect();
    assert_eq!(left.len(), 1, "something was saved: {left:?}");
}

#[test]
fn a_list_of_feeds_is_taken_in_once_and_its_faults_are_told_by_line() {
    let web = web();
    let program = program(&web, &feed_source("se-known", "d.example.se"));
    program.write(
        "feeds.opml",
        "<?xml version='1.0'?>\n<opml version='2.0'><body>\n<outline text='Health'><outline text='Deep'>\n\
         <outline type='rss' text='First &amp; best' xmlUrl='http://a.example.se/rss.xml' htmlUrl='http://a.example.se/'/>\n\
         </outline></outline>\n<outline text='Second' xmlUrl='http://b.example.se/rss.xml' language='en-GB'/>\n\
         <outline text='Again' xmlUrl='https://b.example.se/rss.xml#top'/>\n\
         <outline text='Known' xmlUrl='http://d.example.se/rss.xml'/>\n\
         <outline text='Bad' xmlUrl='javascript:alert(1)'/>\n<outline text='Link' type='link' url='http://c.example.se/'/>\n\
         <outline text='Mail' xmlUrl='http://c.example.se/m' utkik:kind='newsletter'/>\n\
         <outline text='Secret' xmlUrl='http://c.example.se/s' utkik:recipe.password-file='\"/etc/passwd\"'/>\n</body></opml>\n",
    );
    let call = |more: &[&str]| {
        program.call(&[&["sources", "import", "feeds.opml", "--json", "--now", NOW], more].concat())
    };
    let told = call(&["--dry-run"]).ended(3).json();
    assert_eq!((told["kept"].as_u64(), told["file"].as_str()), (Some(3), None), "{told}");
    let told = call(&[]).ended(3).json();
    assert_eq!(
        ["read", "kept", "already"].map(|name| told[name].as_u64().unwrap()),
        [8, 3, 2],
        "{told}"
    );
    let lines: Vec<u64> =
        told["bad"].as_array().unwrap().iter().map(|bad| bad["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [9, 10, 11], "{told}");
    let file = fs::read_to_string(program.folder().join(told["file"].as_str().unwrap())).unwrap();
    assert!(
        file.contains("name = \"First & best\"") && file.contains("folder Health / Deep"),
        "{file}"
    );
    assert!(file.contains("language = \"en\"") && !file.contains("passwd"), "{file}");
    let again = call(&[]).ended(3).json();
    assert_eq!((again["kept"].as_u64(), again["already"].as_u64()), (Some(0), Some(5)), "{again}");
    program.call(&["check"]).ended(0);
    for (name, text) in [("page", "<html></html>"), ("nothing", ""), ("bytes", "\u{0}\u{1}")] {
        program.write(name, text);
        let told = program.call(&["sources", "import", name]).ended(1);
        assert!(told.err.contains("this is no OPML"), "{}", told.err);
    }
    let told = program.call(&["sources", "import", "nowhere.opml"]).ended(1);
    assert!(told.err.contains("could not read `nowhere.opml`"), "{}", told.err);
}

#[test]
fn what_is_exported_and_imported_elsewhere_is_the_same() {
    let web = web();
    let recipe = "recipe.entries = \"list\"\nrecipe.title = \"a.b\"\nrecipe.link = \"https://x.se/{id}\"\nrecipe.include = [\"/a/\", \"\\\"\"]\n\
                  recipe.body = \"{\\n \\\"q\\\": 1}\"\nrecipe.pages = 3\nrecipe.complete = true\nareas = [\"ST.G1\", \"ST.I2.3\"]\n\
                  gate = true\nwhy = \"Because <it> & \\\"that\\\"\"\n";
    let service = feed_source("se-service", "b.example.se").replace("\"feed\"", "\"json-api\"");
    let service = service.trim_end().to_owned() + "\n" + recipe + "\n";
    let ours = format!(
        "{}{service}{}",
        feed_source("se-one", "a.example.se"),
        feed_source("se-paused", "c.example.se").trim_end().to_owned() + "\npaused = \"No key.\"\n"
    );
    let from = program(&web, &ours);
    let told =
        from.call(&["sources", "export", "all.opml", "--json", "--now", NOW]).ended(0).json();
    assert!(told["sources"].as_u64().unwrap() > 200, "{told}");
    let opml = fs::read_to_string(from.folder().join("all.opml")).unwrap();

    let to = program(&web, "");
    to.write("all.opml", &opml);
    let told = to.call(&["sources", "import", "all.opml", "--json", "--now", NOW]).json();
    assert_eq!(told["kept"], 3, "{told}");
    let shown = |program: &Program| -> Vec<Value> {
        let lines = program.call(&["sources", "--json", "--now", NOW]).ended(0).lines();
        lines
            .into_iter()
            .filter(|line| line["address"].as_str().unwrap().contains(".example.se"))
            .collect()
    };
    let by_id = |lines: Vec<Value>| lines.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    assert_eq!(by_id(shown(&from)), by_id(shown(&to)));
    let file = fs::read_to_string(to.folder().join(told["file"].as_str().unwrap())).unwrap();
    let record = |text: &str| {
        let table: toml::Table = text.parse().unwrap();
        let records = table["source"].as_array().unwrap().clone();
        records.into_iter().find(|record| record["id"].as_str() == Some("se-service")).unwrap()
    };
    assert_eq!(record(&ours), record(&file));
    let nordic =
        from.call(&["sources", "export", "--level", "nordic", "--country", "dk"]).ended(0).out;
    assert!(
        nordic.contains("utkik:id=\"dk-")
            && !nordic.contains("utkik:id=\"no-")
            && !nordic.contains("se-one")
    );
}
