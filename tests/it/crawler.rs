//! The crawler before a web that behaves badly: a small server on loopback, real HTTP.

use futures::StreamExt;
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Barrier,
};
use utkik_crawler::{Crawler, Manners, Transport, probe};
use utkik_sources::{
    Due, Entry, Find, Harvest, Kind, Language, Level, Outcome, Recipe, Source, SourceId,
    Validators, Visit,
};

const TEXT: &str = "The agency has been asked to build a national service for referrals, and to \
                    report in March. Regions and municipalities take part in the work.";

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one flat table of bad answers and what is said of them")]
async fn each_bad_answer_ends_in_words_and_the_good_items_arrive() {
    let nested = "<!DOCTYPE rss [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;'>]><rss><channel><item>\
                  <title>Bomb &b;</title><guid>1</guid></item></channel></rss>";
    let charset =
        b"<?xml version='1.0' encoding='utf-8'?><rss><channel><item><title>V\xe5rd</title>\
                    </item></channel></rss>";
    let years = rss(&["0000-01-01", "Fri, 01 Jan 2099 00:00:00 GMT", "next Tuesday"]
        .map(|date| format!("<item><title>{date}</title><pubDate>{date}</pubDate></item>")));
    let web = Web::serve(move |request| match request.host.as_str() {
        "prose.example" => Reply::ok("text/plain", "We are moving house."),
        "page.example" => Reply::ok("text/html", "<!doctype html><html><body>Hello</body></html>"),
        "empty.example" => Reply::ok("text/xml", ""),
        "items.example" => Reply::Endless("<item>"),
        "gzip.example" => Reply::bytes("text/xml", gzip_bomb()).with("Content-Encoding", "gzip"),
        "nested.example" => Reply::ok("text/xml", nested),
        "charset.example" => Reply::bytes("text/xml; charset=utf-8", charset.to_vec()),
        "years.example" => Reply::ok("text/xml", &years),
        "circle.example" => {
            Reply::to(302, if request.path == "/feed" { "/round" } else { "/feed" })
        }
        "slow.example" => Reply::Drip,
        "error.example" => Reply::ok("application/json", r#"{"error":"try again"}"#),
        "silent.example" => Reply::Silence,
        "broken.example" => Reply::status(500),
        _ => Reply::ok("text/xml", &rss(&[item("Good")])),
    })
    .await;
    let visits = web
        .visits(
            &[
                "prose", "page", "empty", "items", "gzip", "nested", "charset", "years", "circle",
                "slow", "error", "silent", "broken", "good",
            ],
            Manners {
                max_time: Duration::from_millis(1_500),
                max_wait: Duration::from_millis(700),
                ..web.manners()
            },
        )
        .await;
    let said: BTreeMap<&str, String> =
        visits.iter().map(|(name, visit)| (name.as_str(), words(visit))).collect();
    for (name, part) in [
        ("prose", "is neither XML nor JSON (text/plain)"),
        ("page", "is a web page, not a feed (text/html)"),
        ("empty", "answered with nothing (text/xml)"),
        ("items", "is larger than 10 MB"),
        ("gzip", "is larger than 10 MB"),
        ("nested", "fresh: Bomb &b;"),
        ("nested", "declares entities of its own, which are not expanded"),
        ("charset", "fresh: V\u{e5}rd"),
        ("charset", "read as windows-1252"),
        ("years", "fresh: 0000-01-01, Fri, 01 Jan 2099 00:00:00 GMT, next Tuesday"),
        ("years", "1 dates could not be read, the first: `next Tuesday`"),
        ("circle", "redirects go in a circle"),
        ("slow", "took longer than 1.5 s in all"),
        ("error", "is JSON, but no JSON Feed; it says `try again` (application/json)"),
        ("silent", "did not begin to answer within 0.7 s"),
        ("broken", "answered 500 Internal Server Error"),
        ("good", "fresh: Good"),
    ] {
        assert!(said[name].contains(part), "{name}: {}", said[name]);
    }
}

#[tokio::test]
async fn an_empty_feed_is_an_answer() {
    let web = Web::serve(|_| Reply::ok("text/xml", &rss(&[]))).await;
    let visit = web.visit("a", web.manners()).await;
    assert!(harvest(&visit).finds.is_empty() && harvest(&visit).troubles.is_empty());
}

#[tokio::test]
async fn the_text_behind_each_link_is_read_in_the_same_visit() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/feed" => {
            Reply::ok("text/xml", &rss(&[item("One"), item("Two"), item("Three"), item("PDF")]))
        }
        "/Two" => Reply::status(404),
        "/PDF" => Reply::bytes("application/pdf", b"%PDF-1.7".to_vec()),
        _ => Reply::ok(
            "text/html; charset=utf-8",
            &article("<p><time datetime='2026-03-03T08:00Z'>3 mars 2026</time></p>"),
        ),
    })
    .await;
    let mut due = web.due("a");
    due.known.insert("http://a.example/Three".into());
    let visit = web.round(vec![due], web.manners()).await.remove("a").unwrap();
    let harvest = harvest(&visit);
    let texts: Vec<Option<&str>> = harvest.finds.iter().map(|find| find.text.as_deref()).collect();
    assert_eq!(texts, [Some(TEXT), None, None, None]);
    assert_eq!(harvest.finds[0].entry.published.unwrap().to_string(), "2026-03-03T08:00:00Z");
    assert_eq!(harvest.finds[0].entry.language.as_ref().unwrap().code(), "sv");
    assert_eq!(
        harvest.troubles,
        [
            "no text of `Two`: answered 404 Not Found",
            "`PDF`: is a PDF, and no program to read it is set"
        ]
    );
    assert!(!web.paths().contains(&"/Three".to_owned()), "a known text was read again");
}

#[tokio::test]
async fn a_host_that_fails_again_and_again_or_asks_us_to_wait_is_left_alone() {
    let titles = ["1", "2", "3", "4", "5", "6", "7", "8"].map(item);
    let web = Web::serve(move |request| match (request.host.as_str(), request.path.as_str()) {
        ("broken.example", "/feed") => {
            Reply::ok("text/xml", &rss(&titles)).with("Cache-Control", "max-age=600")
        }
        (_, "/feed") => Reply::ok("text/xml", &rss(&titles)),
        ("busy.example", _) => Reply::status(429).with("Retry-After", "60"),
        _ => Reply::status(500),
    })
    .await;
    let mut neighbour = web.due("neighbour");
    neighbour.source.address = "http://busy.example/other".into();
    let due = vec![web.due("busy"), neighbour, web.due("broken")];
    let visits = web.round(due, web.manners()).await;
    assert_eq!(visits["busy"].asks.fresh_for, Some(60), "the host of its texts asked");
    assert_eq!(visits["broken"].asks.fresh_for, Some(600), "its headers say");
    assert!(matches!(
        visits["neighbour"].outcome,
        Outcome::Refused { retry_after: Some(wait), .. } if wait.as_secs() == 60
    ));
    assert!(!web.paths().contains(&"/other".to_owned()), "its host had asked us to wait");
    let last = |name: &str| harvest(&visits[name]).troubles.last().unwrap().clone();
    assert_eq!(last("busy"), "7 texts were left for the next visit");
    assert_eq!(last("broken"), "3 texts were left for the next visit");
}

#[tokio::test]
async fn texts_beyond_the_limit_are_left_for_the_next_visit() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/feed" => {
            let dated = |day: u8| {
                format!("<item><title>{day}</title><link>/{day}</link><pubDate>2026-03-0{day}</pubDate></item>")
            };
            Reply::ok("text/xml", &rss(&[dated(1), dated(3), dated(2)]))
        }
        _ => Reply::ok("text/html", &article("")),
    })
    .await;
    let visit = web.visit("a", Manners { texts_per_visit: 2, ..web.manners() }).await;
    let read: Vec<&str> = harvest(&visit)
        .finds
        .iter()
        .filter(|find| find.text.is_some())
        .map(|find| find.entry.title.as_str())
        .collect();
    assert_eq!(read, ["3", "2"]);
    assert_eq!(harvest(&visit).troubles, ["1 texts were left for the next visit"]);
}

#[tokio::test]
async fn an_unchanged_source_still_gets_the_texts_that_were_missing() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/feed" if request.headers.get("if-none-match").map(String::as_str) == Some("\"1\"") => {
            Reply::status(304)
        }
        "/feed" => Reply::ok("text/xml", &rss(&[]))
            .with("ETag", "\"1\"")
            .with("Last-Modified", "Tue, 03 Mar 2026 08:00:00 GMT"),
        "/late" => Reply::ok("text/html", &article("")),
        _ => Reply::status(404),
    })
    .await;
    let first = web.visit("a", web.manners()).await;
    let mut due = web.due("a");
    due.validators = harvest(&first).validators.clone();
    assert_eq!(due.validators.last_modified.as_deref(), Some("Tue, 03 Mar 2026 08:00:00 GMT"));
    for path in ["late", "lost"] {
        let link = Some(format!("http://a.example/{path}"));
        due.awaiting.push(Find::unread(Entry {
            guid: path.into(),
            title: path.into(),
            link,
            ..Entry::default()
        }));
    }
    let visit = web.round(vec![due], web.manners()).await.remove("a").unwrap();
    let Outcome::Unchanged { late } = visit.outcome else { panic!("{}", words(&visit)) };
    assert_eq!(late.len(), 1);
    assert_eq!((late[0].entry.guid.as_str(), late[0].text.as_deref()), ("late", Some(TEXT)));
}

#[tokio::test]
async fn a_permanent_move_is_reported_and_a_passing_one_is_not() {
    let web = Web::serve(|request| match (request.host.as_str(), request.path.as_str()) {
        ("moved.example", "/feed") => Reply::to(301, "http://new.example/a"),
        ("new.example", "/a") => Reply::to(308, "/b"),
        ("mixed.example", "/feed") => Reply::to(301, "http://mixed.example/a"),
        ("mixed.example", "/a") => Reply::to(302, "/b"),
        ("lost.example", "/feed") => Reply::to(301, "/page"),
        ("lost.example", "/page") => Reply::ok("text/html", "<html></html>"),
        _ => Reply::ok("text/xml", &rss(&[])),
    })
    .await;
    let visits = web.visits(&["moved", "mixed", "lost"], web.manners()).await;
    assert_eq!(visits["moved"].moved_to.as_deref(), Some("http://new.example/b"));
    assert_eq!(visits["mixed"].moved_to, None);
    assert_eq!(visits["lost"].moved_to, None);
}

#[tokio::test]
async fn private_addresses_are_refused_as_literal_by_name_and_on_redirect() {
    let web = Web::serve(|request| match request.host.as_str() {
        "literal.example" => Reply::to(302, "http://2130706433/secret"),
        "metadata.example" => Reply::to(301, "http://169.254.169.254/latest"),
        "name.example" => Reply::to(307, "http://localhost/secret"),
        "file.example" => Reply::to(302, "file:///etc/passwd"),
        _ => Reply::ok("text/xml", &rss(&[item("Secret")])),
    })
    .await;
    let port = web.address.port();
    let mut due: Vec<Due> =
        ["literal", "metadata", "name", "file"].map(|name| web.due(name)).into();
    for (name, host) in
        [("own", "127.0.0.1"), ("mapped", "[::ffff:127.0.0.1]"), ("local", "localhost")]
    {
        let mut own = web.due(name);
        own.source.address = format!("http://{host}:{port}/feed");
        due.push(own);
    }
    let visits = web.round(due, web.manners()).await;
    for (name, visit) in &visits {
        let expected =
            if name == "file" { "neither http nor https" } else { "not a public address" };
        assert!(words(visit).contains(expected), "{name}: {}", words(visit));
        assert!(matches!(visit.outcome, Outcome::Failed(_)), "{name}");
    }
    assert_eq!(visits.len(), 7);
    assert!(!web.paths().contains(&"/secret".to_owned()));

    let mut own = web.due("own");
    own.source.address = format!("http://127.0.0.1:{port}/feed");
    let allowed = BTreeSet::from(["127.0.0.1".to_owned()]);
    let visits =
        web.round(vec![own], Manners { allowed, texts_per_visit: 0, ..web.manners() }).await;
    assert!(words(&visits["own"]).contains("fresh: Secret"), "{}", words(&visits["own"]));
}

#[tokio::test]
async fn robots_txt_is_obeyed_for_feeds_and_for_articles() {
    let web = Web::serve_all(|request| match (request.host.as_str(), request.path.as_str()) {
        ("closed.example", "/robots.txt") => {
            Reply::ok("text/plain", "User-agent: *\nDisallow: /feed")
        }
        ("half.example", "/robots.txt") => Reply::ok(
            "text/plain",
            "User-agent: utkik\nDisallow: /Two\n\nUser-agent: *\nDisallow: /",
        ),
        ("down.example", "/robots.txt") => Reply::status(503).with("Retry-After", "60"),
        ("moved.example", "/robots.txt") => Reply::to(301, "http://closed.example/robots.txt"),
        (_, "/robots.txt") => Reply::status(404),
        (_, "/feed") => Reply::ok("text/xml", &rss(&[item("One"), item("Two")])),
        _ => Reply::ok("text/html", &article("")),
    })
    .await;
    let visits = web.visits(&["closed", "half", "down", "moved", "open"], web.manners()).await;
    for (name, part) in [
        ("closed", "robots.txt of closed.example does not let us fetch `/feed` (Disallow: /feed)"),
        ("half", "no text of `Two`: robots.txt of half.example does not let us fetch `/Two`"),
        ("down", "robots.txt of down.example cannot be had, so we keep out: answered 503"),
        ("moved", "robots.txt of moved.example does not let us fetch `/feed`"),
        ("open", "fresh: One, Two"),
    ] {
        assert!(words(&visits[name]).contains(part), "{name}: {}", words(&visits[name]));
    }
    let Outcome::Refused { retry_after, .. } = visits["down"].outcome else {
        panic!("not refused")
    };
    assert_eq!(retry_after, Some(Duration::from_secs(60)));
    let seen = web.seen();
    let asked = |host: &str, path: &str| {
        seen.requests.iter().filter(|request| request.host == host && request.path == path).count()
    };
    assert_eq!((asked("closed.example", "/feed"), asked("half.example", "/Two")), (0, 0));
    assert_eq!((asked("half.example", "/One"), asked("half.example", "/robots.txt")), (1, 1));
}

#[tokio::test]
async fn robots_txt_is_asked_for_once_a_day() {
    let web = Web::serve(|_| Reply::ok("text/xml", &rss(&[]))).await;
    let crawler = Crawler::new(web.manners());
    for (now, asked) in
        [("2026-03-03T08:00:00Z", 1), ("2026-03-04T07:00:00Z", 1), ("2026-03-04T09:00:00Z", 2)]
    {
        let now: Timestamp = now.parse().unwrap();
        let _: Vec<Visit> = crawler.visits(vec![web.due("a")], now).collect().await;
        assert_eq!(
            web.paths().iter().filter(|path| *path == "/robots.txt").count(),
            asked,
            "{now}"
        );
    }
}

#[tokio::test]
async fn a_host_sees_one_request_at_a_time_and_many_hosts_are_asked_at_once() {
    let together = Arc::new(Barrier::new(3));
    let web = Web::serve_waiting(together, |request| match request.path.as_str() {
        "/feed" => Reply::ok("text/xml", &rss(&[item("One"), item("Two"), item("Three")])),
        _ => Reply::ok("text/html", &article("")),
    })
    .await;
    // Two sources at one host, and articles of one host listed by another.
    let mut due: Vec<Due> = ["a", "b", "c"].map(|name| web.due(name)).into();
    let mut second = web.due("second");
    second.source.address = "http://a.example/feed?second".into();
    due.push(second);
    let visits = web.round(due, web.manners()).await;
    assert_eq!(visits.len(), 4);
    let seen = web.seen();
    assert!(seen.most_at_host.values().all(|most| *most == 1), "{:?}", seen.most_at_host);
    assert!(seen.most_at_all >= 3, "hosts waited for each other");
}

#[tokio::test]
async fn refusals_and_endings_are_told_apart() {
    let web = Web::serve(|request| match request.host.as_str() {
        "busy.example" => Reply::status(429).with("Retry-After", "120"),
        "later.example" => Reply::status(503).with("Retry-After", "Tue, 03 Mar 2026 09:00:00 GMT"),
        "down.example" => Reply::status(503),
        "closed.example" => Reply::status(403),
        "never.example" => Reply::status(429).with("Retry-After", "99999999999999999999"),
        "gone.example" => Reply::status(410),
        _ => Reply::status(404),
    })
    .await;
    let visits = web
        .visits(&["busy", "later", "down", "closed", "never", "gone", "missing"], web.manners())
        .await;
    let wait = |name: &str| match &visits[name].outcome {
        Outcome::Refused { retry_after, .. } => *retry_after,
        _ => panic!("{name}: {}", words(&visits[name])),
    };
    assert_eq!(wait("busy"), Some(Duration::from_secs(120)));
    assert_eq!(wait("later"), Some(Duration::from_secs(3_600)));
    assert_eq!(wait("closed"), None);
    assert_eq!(wait("never"), Some(Duration::from_secs(30 * 24 * 3_600)));
    assert!(matches!(visits["down"].outcome, Outcome::Failed(_)));
    assert!(matches!(visits["gone"].outcome, Outcome::Gone { .. }));
    assert!(matches!(visits["missing"].outcome, Outcome::Gone { .. }));
}

#[tokio::test]
async fn every_request_says_who_we_are() {
    let web = Web::serve(|_| Reply::ok("text/xml", &rss(&[]))).await;
    let crawler =
        Crawler::new(Manners { contact: "https://utkik.example/om".into(), ..web.manners() });
    let (bytes, transport) = crawler.fetch("http://a.example/feed", now()).await.unwrap();
    assert!(bytes.starts_with(b"<?xml"));
    assert_eq!(transport.address.as_deref(), Some("http://a.example/feed"));
    assert_eq!(transport.header("content-type"), Some("text/xml"));
    for request in &web.seen().requests {
        let agent = &request.headers["user-agent"];
        assert!(
            agent.starts_with("utkik/") && agent.ends_with("(+https://utkik.example/om)"),
            "{agent}"
        );
        assert!(!request.headers.contains_key("cookie"));
    }
    let failure = crawler.fetch("http://10.0.0.1/", now()).await.unwrap_err();
    assert_eq!(failure, "`http://10.0.0.1/` is not a public address");
}

/// A broken feed from the wild is two files in `feeds`: the feed, and what we read in it, NAME.json,
/// where only the fields that matter stand.
#[test]
fn feeds_from_the_wild_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/feeds");
    let mut read = 0;
    for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.extension().is_some_and(|extension| extension == "json") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let expected = std::fs::read_to_string(path.with_extension("json"));
        let expected = expected.unwrap_or_else(|_| panic!("{} has no expectation", path.display()));
        let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
        let address = Some("https://publisher.example/feeds/news".to_owned());
        let seen =
            serde_json::to_value(probe(&bytes, &Transport { address, headers: vec![] })).unwrap();
        assert_contains(&seen, &expected, &path.file_name().unwrap().to_string_lossy());
        read += 1;
    }
    assert!(read >= 10, "only {read} feeds");
}

/// A parser that panics is caught and told as our fault: here it would be told.
#[test]
fn no_damage_to_a_feed_makes_our_reader_stumble() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/feeds");
    let feeds = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let feeds = feeds.filter(|path| path.extension().is_some_and(|extension| extension != "json"));
    let mut chance = 88_172_645_463_325_252_u64;
    let mut any = |below: usize| {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        usize::try_from(chance % below.max(1) as u64).unwrap()
    };
    for path in feeds {
        let whole = std::fs::read(&path).unwrap();
        for _ in 0..60 {
            let mut bytes = whole.clone();
            for _ in 0..=any(6) {
                let (at, end) = (any(bytes.len()), any(bytes.len()));
                let (at, end) = (at.min(end), at.max(end));
                match any(5) {
                    0 => bytes.truncate(end),
                    1 => drop(bytes.drain(at..end.min(at + 20))),
                    2 => bytes.insert(at, b"<>&\"'/![]-;:.\0\xff\xe5"[any(16)]),
                    3 => {
                        drop(bytes.splice(
                            at..at,
                            whole[at.min(whole.len())..end.min(whole.len())].to_vec(),
                        ))
                    }
                    _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = b'<'),
                }
            }
            let read = probe(&bytes, &Transport::default());
            let stumbled = read.troubles.iter().any(|what| what.contains("stumble"));
            assert!(!stumbled, "{}: {}", path.display(), String::from_utf8_lossy(&bytes));
            assert!(
                read.entries.iter().all(|entry| !entry.title.is_empty() && !entry.guid.is_empty())
            );
            assert_eq!(read, probe(&bytes, &Transport::default()), "read twice, read differently");
        }
    }
}

/// Whether `seen` has everything that stands in `expected`; lists must be equally long.
fn assert_contains(seen: &serde_json::Value, expected: &serde_json::Value, at: &str) {
    use serde_json::Value::{Array, Object};
    match (seen, expected) {
        (Object(seen), Object(expected)) => {
            for (key, expected) in expected {
                assert_contains(&seen[key], expected, &format!("{at}.{key}"));
            }
        }
        (Array(seen), Array(expected)) => {
            assert_eq!(seen.len(), expected.len(), "{at}: {seen:?}");
            for (index, (seen, expected)) in seen.iter().zip(expected).enumerate() {
                assert_contains(seen, expected, &format!("{at}[{index}]"));
            }
        }
        _ => assert_eq!(seen, expected, "{at}"),
    }
}

pub(super) fn now() -> Timestamp {
    "2026-03-03T08:00:00Z".parse().unwrap()
}

fn rss(items: &[String]) -> String {
    let items = items.concat();
    format!(
        "<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>{items}</channel></rss>"
    )
}

fn item(title: &str) -> String {
    format!("<item><title>{title}</title><link>/{title}</link></item>")
}

fn article(more: &str) -> String {
    format!("<html lang=sv><nav>Menu</nav><main><h1>Title</h1>{more}<p>{TEXT}</p></main></html>")
}

/// A deflate stream of zeros without end: a literal, then ever the longest copy of it (RFC 1951, 3.2.6).
fn gzip_bomb() -> Vec<u8> {
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    let mut bits = vec![1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0];
    for _ in 0..200_000 {
        bits.extend([1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
    }
    bytes.extend(bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |byte, bit| byte << 1 | bit)));
    bytes
}

pub(super) fn harvest(visit: &Visit) -> &Harvest {
    match &visit.outcome {
        Outcome::Fresh(harvest) => harvest,
        _ => panic!("{}", words(visit)),
    }
}

pub(super) fn words(visit: &Visit) -> String {
    match &visit.outcome {
        Outcome::Fresh(harvest) => {
            let titles: Vec<&str> =
                harvest.finds.iter().map(|find| find.entry.title.as_str()).collect();
            format!("fresh: {}; {}", titles.join(", "), harvest.troubles.join("; "))
        }
        Outcome::Unchanged { late } => format!("unchanged, {} late", late.len()),
        Outcome::Refused { why, .. } => format!("refused: {why}"),
        Outcome::Gone { why, .. } => format!("gone: {why}"),
        Outcome::Failed(failure) => format!("failed: {failure}"),
    }
}

#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) host: String,
    pub(super) path: String,
    headers: BTreeMap<String, String>,
    pub(super) body: String,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).cloned()
    }
}

#[derive(Clone)]
pub(super) enum Reply {
    Whole {
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    /// The same words for ever, up to fifty megabytes.
    Endless(&'static str),
    /// A byte, and another one a while later, and so on.
    Drip,
    Silence,
}

impl Reply {
    pub(super) fn bytes(media_type: &str, body: Vec<u8>) -> Reply {
        Reply::Whole {
            status: 200,
            headers: vec![("Content-Type".into(), media_type.into())],
            body,
        }
    }

    pub(super) fn ok(media_type: &str, body: &str) -> Reply {
        Reply::bytes(media_type, body.into())
    }

    pub(super) fn status(status: u16) -> Reply {
        Reply::Whole { status, headers: vec![], body: vec![] }
    }

    pub(super) fn to(status: u16, location: &str) -> Reply {
        Reply::status(status).with("Location", location)
    }

    pub(super) fn with(mut self, name: &str, value: &str) -> Reply {
        if let Reply::Whole { headers, .. } = &mut self {
            headers.push((name.into(), value.into()));
        }
        self
    }
}

/// What the server saw.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) requests: Vec<Request>,
    at_host: BTreeMap<String, usize>,
    most_at_host: BTreeMap<String, usize>,
    most_at_all: usize,
}

/// A server on loopback that is every host called `….example`.
pub(super) struct Web {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

type Answers = Arc<dyn Fn(&Request) -> Reply + Send + Sync>;

impl Web {
    /// Hosts without a robots.txt.
    pub(super) async fn serve(answers: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Web {
        Web::serve_all(move |request| match request.path.as_str() {
            "/robots.txt" => Reply::status(404),
            _ => answers(request),
        })
        .await
    }

    async fn serve_all(answers: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Web {
        Web::start(Arc::new(answers), None).await
    }

    /// Asked for robots.txt, answers only when all hosts of `together` ask at the same time.
    async fn serve_waiting(
        together: Arc<Barrier>,
        answers: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Web {
        let answers = move |request: &Request| match request.path.as_str() {
            "/robots.txt" => Reply::status(404),
            _ => answers(request),
        };
        Web::start(Arc::new(answers), Some(together)).await
    }

    async fn start(answers: Answers, together: Option<Arc<Barrier>>) -> Web {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Seen>> = Arc::default();
        let web = Web { address, seen: Arc::clone(&seen) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(connection(
                    stream,
                    Arc::clone(&answers),
                    Arc::clone(&seen),
                    together.clone(),
                ));
            }
        });
        web
    }

    pub(super) fn manners(&self) -> Manners {
        let names = [
            "a", "b", "c", "prose", "page", "empty", "items", "gzip", "nested", "charset", "years",
            "circle", "slow", "error", "silent", "broken", "good", "moved", "new", "mixed", "lost",
            "literal", "metadata", "name", "file", "closed", "never", "half", "down", "open",
            "busy", "later", "gone", "missing",
        ];
        let hosts = names.iter().map(|name| (format!("{name}.example"), self.address)).collect();
        Manners { pause: Duration::ZERO, hosts, ..Manners::default() }
    }

    pub(super) fn due(&self, name: &str) -> Due {
        due(name)
    }

    async fn visit(&self, name: &str, manners: Manners) -> Visit {
        self.visits(&[name], manners).await.remove(name).unwrap()
    }

    async fn visits(&self, names: &[&str], manners: Manners) -> BTreeMap<String, Visit> {
        self.round(names.iter().map(|name| self.due(name)).collect(), manners).await
    }

    pub(super) async fn round(&self, due: Vec<Due>, manners: Manners) -> BTreeMap<String, Visit> {
        let crawler = Crawler::new(manners);
        let visits: Vec<Visit> = crawler.visits(due, now()).collect().await;
        visits.into_iter().map(|visit| (visit.source.0.clone(), visit)).collect()
    }

    pub(super) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }

    pub(super) fn paths(&self) -> Vec<String> {
        self.seen().requests.into_iter().map(|request| request.path).collect()
    }
}

/// A source whose feed is at `http://NAME.example/feed`, never visited before.
pub(super) fn due(name: &str) -> Due {
    let source = Source {
        id: SourceId(name.into()),
        name: name.into(),
        organisation: name.into(),
        level: Level::National,
        country: "SE".into(),
        language: Language::parse("sv").unwrap(),
        kind: Kind::Feed,
        address: format!("http://{name}.example/feed"),
        recipe: Recipe::default(),
        homepage: None,
        category: "agency".into(),
        every: Duration::from_secs(3_600),
        areas: vec![],
        gate: false,
        why: None,
        paused: None,
    };
    Due {
        source,
        validators: Validators::default(),
        known: BTreeSet::new(),
        awaiting: vec![],
        earlier: None,
    }
}

async fn connection(
    mut stream: TcpStream,
    answers: Answers,
    seen: Arc<Mutex<Seen>>,
    together: Option<Arc<Barrier>>,
) -> Option<()> {
    let request = request(&mut stream).await?;
    {
        let mut seen = seen.lock().unwrap();
        seen.requests.push(request.clone());
        let now = seen.at_host.entry(request.host.clone()).or_default();
        *now += 1;
        let now = *now;
        let most = seen.most_at_host.entry(request.host.clone()).or_default();
        *most = now.max(*most);
        let all = seen.at_host.values().sum();
        seen.most_at_all = seen.most_at_all.max(all);
    }
    match together.filter(|_| request.path == "/robots.txt") {
        Some(together) => {
            together.wait().await;
        }
        // Time for others to come in, if they would.
        None => {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
        }
    }
    // Before the last byte is out, since the next request may come at once.
    *seen.lock().unwrap().at_host.get_mut(&request.host).unwrap() -= 1;
    reply(&mut stream, answers(&request)).await
}

async fn request(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    let text = String::from_utf8(bytes).ok()?;
    let path = text.split(' ').nth(1)?.to_owned();
    let headers: BTreeMap<String, String> = text
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let host = headers.get("host")?.clone();
    let length = headers.get("content-length").and_then(|length| length.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some(Request { host, path, headers, body: String::from_utf8(body).ok()? })
}

async fn reply(stream: &mut TcpStream, reply: Reply) -> Option<()> {
    let start = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n";
    match reply {
        Reply::Whole { status, headers, body } => {
            let mut head = format!(
                "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n",
                body.len()
            );
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            stream.write_all(format!("{head}\r\n").as_bytes()).await.ok()?;
            stream.write_all(&body).await.ok()?;
        }
        Reply::Endless(words) => {
            stream.write_all(format!("{start}<rss><channel>").as_bytes()).await.ok()?;
            let chunk = words.repeat(10_000);
            for _ in 0..50_000_000 / chunk.len() {
                stream.write_all(chunk.as_bytes()).await.ok()?;
            }
        }
        Reply::Drip => {
            stream.write_all(start.as_bytes()).await.ok()?;
            let mut tick = tokio::time::interval(Duration::from_millis(100));
            while stream.write_all(b"<").await.is_ok() {
                tick.tick().await;
            }
        }
        Reply::Silence => {
            // Until the other side hangs up.
            let _ = stream.read_u8().await;
        }
    }
    Some(())
}
