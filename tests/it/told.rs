//! Who is told what: of sources in trouble people are, once; of news we are, by hubs.

use crate::world::{Page, Post, Program, Web, feed_source, rss};
use std::{
    io::{Read, Write},
    net::TcpStream,
};
use utkik_crawler::{is_sealed, seal};

fn post(number: u32) -> Post {
    Post {
        guid: format!("g{number}"),
        title: format!("Decision {number}"),
        link: None,
        published: "Tue, 24 Nov 2026 09:00:00 GMT".into(),
    }
}

/// What the portal answers: status and body.
fn asked(portal: &str, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(portal).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
}

fn got(portal: &str, path: &str) -> (u16, String) {
    asked(portal, &format!("GET {path} HTTP/1.1\r\nhost: p\r\nconnection: close\r\n\r\n"))
}

#[test]
fn a_retired_source_is_told_once_in_the_log_on_the_list_and_to_the_webhook() {
    let web = Web::start();
    web.put("gone.example/rss.xml", Page::Status(410));
    web.put("hook.example/alarm", Page::Status(204));
    let hosts = ["gone.example".to_owned(), "hook.example".to_owned()];
    let config = format!("webhook = \"http://hook.example/alarm\"\n{}", web.config(&hosts));
    let mut program = Program::alone_with(&feed_source("gone", "gone.example"), &config);
    program.set("UTKIK_WEBHOOK_SECRET", "between us");
    // A new week each time, so that something is said when the rounds are over.
    for now in ["2026-11-25T10:00:00Z", "2026-12-02T10:00:00Z"] {
        let running = program.start(&["run", "--listen", "127.0.0.1:0", "--now", now]);
        if now.starts_with("2026-11") {
            let said = running.says("gone: gone since 2026-11-25: answered 410 Gone");
            assert!(said.contains("utkik sources resume gone"), "{said}");
        }
        running.says("the digest of");
        running.signal("TERM");
        running.says("stopped");
    }
    let posted: Vec<_> =
        web.posted().into_iter().filter(|posted| posted.name == "hook.example/alarm").collect();
    assert_eq!(posted.len(), 1, "once");
    let seal = posted[0].headers["x-utkik-signature"].to_str().unwrap();
    assert!(is_sealed("between us", seal, posted[0].body.as_bytes()));
    let message: serde_json::Value = serde_json::from_str(&posted[0].body).unwrap();
    assert_eq!((&message["source"], &message["trouble"]), (&"gone".into(), &"gone".into()));
    assert_eq!(web.asked().iter().filter(|name| *name == "gone.example/rss.xml").count(), 1);

    let now = ["--now", "2026-12-02T11:00:00Z"];
    let list = program.call(&[&["sources", "health", "--json"], &now[..]].concat());
    let told = list.json();
    assert_eq!((&told["id"], &told["state"]), (&"gone".into(), &"retired".into()));
    for field in ["cause", "advice"] {
        assert!(told[field].as_str().is_some_and(|words| !words.is_empty()), "{told}");
    }
    let table = program.call(&[&["sources"], &now[..]].concat()).ended(0).out;
    let columns: Vec<usize> = table.lines().filter_map(|line| line.find("feed")).collect();
    assert!(columns.len() > 50 && columns.iter().filter(|at| **at == columns[0]).count() > 50);
    let back = program.call(&[&["sources", "resume", "gone", "--json"], &now[..]].concat()).json();
    assert_eq!(back["state"], "active");
}

#[test]
fn a_hub_that_is_found_in_a_feed_tells_of_news() {
    let web = Web::start();
    let feed = |posts: &[Post]| {
        let Page::Feed(body) = rss(posts) else { unreachable!() };
        let links = "<channel><atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"hub\" href=\"http://hub.example/\"/>";
        Page::Feed(body.replace("<channel>", links))
    };
    web.put("a.example/rss.xml", feed(&[post(1)]));
    web.put("hub.example/", Page::Status(202));
    let hosts = ["a.example".to_owned(), "hub.example".to_owned()];
    let config = format!("callback = \"http://utkik.example/\"\n{}", web.config(&hosts));
    let program = Program::alone_with(&feed_source("a", "a.example"), &config);
    let running =
        program.start(&["run", "-v", "--listen", "127.0.0.1:0", "--now", "2026-11-25T10:00:00Z"]);
    let said = running.says("the start page is");
    let portal = said.rsplit("http://").next().unwrap().trim_end_matches('/').to_owned();
    running.says("the digest of");
    let posted = web.posted();
    assert_eq!(posted.len(), 1, "{posted:?}");
    let form: std::collections::BTreeMap<String, String> =
        url::form_urlencoded::parse(posted[0].body.as_bytes()).into_owned().collect();
    assert_eq!(form["hub.mode"], "subscribe");
    assert_eq!(form["hub.topic"], "http://a.example/rss.xml");
    let path = form["hub.callback"].strip_prefix("http://utkik.example").unwrap();

    let intent = |topic: &str| {
        format!(
            "{path}?hub.mode=subscribe&hub.topic={topic}&hub.challenge=c%2B1&hub.lease_seconds=86400"
        )
    };
    assert_eq!(got(&portal, &intent("http://a.example/rss.xml")), (200, "c+1".into()));
    assert_eq!(got(&portal, &intent("http://b.example/rss.xml")).0, 404, "not asked for");
    assert_eq!(got(&portal, "/websub/guess?hub.mode=subscribe").0, 404);

    web.put("a.example/rss.xml", feed(&[post(2), post(1)]));
    let tell = |seal: &str| {
        let body = "<rss/>";
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: p\r\nconnection: close\r\ncontent-length: {}",
            body.len()
        );
        asked(&portal, &format!("{head}\r\nx-hub-signature: {seal}\r\n\r\n{body}")).0
    };
    assert_eq!(tell(&seal("a guess", b"<rss/>")), 202, "whoever guesses learns nothing");
    assert_eq!(tell(&seal(&form["hub.secret"], b"<rss/>")), 202);
    running.says("1 new items");
    running.signal("TERM");
    running.says("stopped");
    let fetched = web.asked().iter().filter(|name| *name == "a.example/rss.xml").count();
    assert_eq!(fetched, 2, "the guess led to no visit");
}
