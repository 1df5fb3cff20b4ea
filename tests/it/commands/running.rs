//! The program that goes on running: it stops cleanly, lives through trouble, and shares its folder.

use super::{NOW, import};
use crate::world::{Page, Post, Program, Running, Web, article, feed_source, mapped, rss};
use serde_json::json;
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::Command,
};
use url::Url;
use utkik_sources::Catalogue;

#[test]
fn a_wish_to_stop_ends_it_well_while_a_slow_site_keeps_it_waiting() {
    let web = Web::start();
    web.put("slow.example/rss.xml", Page::Silence);
    web.put("quick.example/rss.xml", rss(&[post("1", "Telemedicine in the north")]));
    web.put(
        "quick.example/1",
        article("Telemedicine in the north", "Doctors meet patients by video"),
    );
    let sources =
        feed_source("test-slow", "slow.example") + &feed_source("test-quick", "quick.example");
    let program = offline(&sources, &web);
    for signal in ["TERM", "INT"] {
        let mut running = program.start(&["run", "-v", "--listen", "127.0.0.1:0", "--now", NOW]);
        if signal == "TERM" {
            running.says("test-quick: done");
        } else {
            running.says("visiting ");
        }
        running.signal(signal);
        running.says("stopping");
        running.says("stopped");
        assert!(running.child.wait().unwrap().success(), "by {signal}");
    }
    let hits = program.call(&["search", "telemedicine", "--json"]).ended(0);
    assert_eq!(hits.lines().len(), 1, "what was kept is findable");
}

#[test]
fn a_visitor_who_falls_silent_keeps_nobody_from_stopping() {
    let program = offline("", &Web::start());
    let mut running = program.start(&["run", "--listen", "127.0.0.1:0", "--now", NOW]);
    let portal = portal(&running);
    assert!(get(portal, "/sok?q=x&sida=18446744073709551615").contains("200 OK"));
    let mut silent = TcpStream::connect(portal).unwrap();
    silent.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
    running.says("not one source answered");
    running.signal("TERM");
    running.says("stopped");
    assert!(running.child.wait().unwrap().success());
}

#[test]
fn a_lost_network_is_told_in_words_and_the_portal_goes_on() {
    let program = offline("", &Web::start());
    let running = program.start(&["run", "--listen", "127.0.0.1:0", "--now", NOW]);
    let portal = portal(&running);
    running.says("not one source answered: is the network there?");
    assert!(get(portal, "/").contains("200 OK"));
    assert!(get(portal, "/kallor").contains("200 OK"));
    running.signal("TERM");
    running.says("stopped");
}

#[test]
fn the_portal_answers_while_a_round_runs_and_others_may_read() {
    let web = Web::start();
    web.put("slow.example/rss.xml", Page::Silence);
    let program = offline(&feed_source("test-slow", "slow.example"), &web);
    import(
        &program,
        &[json!({"id": "1", "title": "Report on telemedicine", "url": "https://a.example/1"})],
    );
    let running = program.start(&["run", "-v", "--listen", "127.0.0.1:0", "--now", NOW]);
    let portal = portal(&running);
    running.says("visiting ");
    assert!(get(portal, "/").contains("200 OK"));
    assert!(get(portal, "/sok?q=telemedicine").contains("Report on"));
    let hits = program.call(&["search", "telemedicine", "--json"]).ended(0);
    assert_eq!(hits.lines().len(), 1);
    program.call(&["sources", "--json"]).ended(0);
    for arguments in [
        &["crawl"][..],
        &["import", "items.jsonl"],
        &["rebuild"],
        &["run", "--listen", "127.0.0.1:0"],
    ] {
        let told = program.call(arguments).ended(1);
        let id = running.child.id().to_string();
        assert!(told.err.contains("utkik run") && told.err.contains(&id), "{}", told.err);
    }
    running.signal("TERM");
    running.says("stopped");
    program.call(&["rebuild"]).ended(0);
}

#[test]
fn a_port_in_use_is_told_before_anything_is_done() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let program = offline("", &Web::start());
    let told = program.call(&["run", "--listen", &address.to_string()]).ended(1);
    assert!(
        told.err.contains(&address.to_string()) && told.err.contains("--listen"),
        "{}",
        told.err
    );
    let told = program.call(&["demo", "--port", &address.port().to_string()]).ended(1);
    assert!(told.err.contains(&address.to_string()) && told.err.contains("--port"), "{}", told.err);
    assert!(!program.folder().join("utkik-demo").exists());
}

/// A disk of a few megabytes for the program alone, which grows later. `$0` is the program, `$@` a round.
const SMALL_DISK: &str = r#"
    mount -t tmpfs -o size=4m tmpfs utkik-data || exit 99
    cp -r catalogue utkik-data/
    "$0" "$@"; echo "ended $?"
    "$0" search outlook >/dev/null; echo "ended $?"
    mount -o remount,size=300m tmpfs utkik-data
    "$0" "$@"; echo "ended $?"
    "$0" "$@"; echo "ended $?"
    "$0" search outlook --json --limit 5000 | grep -c '"id"'
"#;

/// The same where nothing can be mounted: no file may grow beyond two megabytes, until later.
const SMALL_FILES: &str = r#"
    trap '' XFSZ
    cp -r catalogue utkik-data/
    ulimit -S -f 4096
    "$0" "$@"; echo "ended $?"
    "$0" search outlook >/dev/null; echo "ended $?"
    ulimit -S -f unlimited
    "$0" "$@"; echo "ended $?"
    "$0" "$@"; echo "ended $?"
    "$0" search outlook --json --limit 5000 | grep -c '"id"'
"#;

#[test]
fn a_full_disk_stops_the_round_in_words_and_loses_nothing_that_was_kept() {
    const ENTRIES: usize = 2000;
    let web = Web::start();
    let title = |entry| format!("Outlook {entry} on {}", "digital health services ".repeat(20));
    let posts: Vec<Post> = (0..ENTRIES)
        .map(|entry| Post { link: None, ..post(&entry.to_string(), &title(entry)) })
        .collect();
    web.put("one.example/rss.xml", rss(&posts));
    let program = Program::with("", &web.config(&["one.example".to_owned()]));
    program.write("catalogue/test.toml", feed_source("test-one", "one.example"));
    let told_in = |shell: &[&str], script: &str| {
        let mut command = Command::new(shell[0]);
        command.args(&shell[1..]).args(["-c", script, env!("CARGO_BIN_EXE_utkik")]);
        command.args(["crawl", "--json", "--source", "test-one"]).current_dir(program.folder());
        let Ok(output) = command.output() else {
            return (String::new(), format!("there is no `{}`", shell[0]));
        };
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let own = ["unshare", "--user", "--map-root-user", "--mount", "sh"];
    let (mut out, mut err) = told_in(&own, SMALL_DISK);
    if out.contains("ended") {
        assert!(err.contains("the disk that holds the archive is full"), "{err}");
    } else {
        println!("no disk of our own here, so that only files are kept small: {err}");
        (out, err) = told_in(&["sh"], SMALL_FILES);
    }
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "ended 1", "{out}{err}");
    assert_eq!(lines[1], "ended 0", "searching goes on: {out}{err}");
    let told: serde_json::Value = serde_json::from_str(lines[2]).unwrap();
    let new = told["items_new"].as_u64().unwrap();
    assert!(0 < new && new < ENTRIES as u64, "some were kept before, the rest came now: {told}");
    assert_eq!(lines[3], "ended 0", "{out}{err}");
    assert!(lines[4].contains(r#""unchanged":1"#), "{out}");
    assert_eq!(lines[6], ENTRIES.to_string(), "{out}");
}

fn post(guid: &str, title: &str) -> Post {
    let link = Some(format!("http://quick.example/{guid}"));
    Post { guid: guid.to_owned(), title: title.to_owned(), link, published: String::new() }
}

/// A program that reaches `web`, and nothing of the real network: there, nobody answers.
fn offline(sources: &str, web: &Web) -> Program {
    // A port that no program of ours is ever given.
    let nobody = SocketAddr::from(([127, 0, 0, 1], 1));
    let built_in = Catalogue::built_in();
    let addresses = built_in.sources().iter().filter_map(|source| Url::parse(&source.address).ok());
    let hosts: std::collections::BTreeSet<String> =
        addresses.filter_map(|url| url.host_str().map(str::to_owned)).collect();
    let config = mapped(&hosts.into_iter().collect::<Vec<_>>(), nobody);
    let ours =
        ["slow.example", "quick.example"].map(|host| format!("\"{host}\" = \"{}\"\n", web.address));
    Program::with(sources, &(config + &ours.concat()))
}

/// Where the portal answers, as the program says.
fn portal(running: &Running) -> SocketAddr {
    let line = running.says("the start page is http://");
    let address = line.split("http://").nth(1).unwrap();
    address.trim_end_matches('/').parse().unwrap()
}

fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn markup_that_sources_and_contributors_send_reaches_readers_as_text() {
    const EVIL: &str =
        "<script>alert(1)</script><img src=x onerror=alert(1)> journalsystem \u{202e}";
    let web = Web::start();
    let evil = EVIL.replace('&', "&amp;").replace('<', "&amp;lt;").replace('>', "&amp;gt;");
    let link =
        Some("http://evil.example/1?a=\"&gt;&lt;script&gt;alert(1)&lt;/script&gt;".to_owned());
    let published = "Tue, 17 Nov 2026 08:00:00 GMT".to_owned();
    web.put(
        "evil.example/rss.xml",
        rss(&[Post { guid: "1".into(), title: evil.clone(), link, published }]),
    );
    let sources = feed_source("test-evil", "evil.example")
        .replace("name = \"test-evil\"", "name = \"<script>alert(1)</script>\"");
    let program = offline(&sources, &web);
    program.call(&["crawl", "--source", "test-evil", "--now", NOW]);
    import(
        &program,
        &[json!({ "id": "1", "url": "https://evil.example/2?\"><script>alert(1)</script>", "title": EVIL, "summary": EVIL, "text": EVIL.repeat(9),
            "organisation": EVIL, "language": "sv", "published": "2026-11-17T08:00:00Z" })],
    )
    .ended(0);
    let told =
        program.call(&["digest", "--week", "2026-W47", "--json", "--now", NOW]).ended(0).json();
    let letter =
        std::fs::read_to_string(program.folder().join(told["html"].as_str().unwrap())).unwrap();
    let running = program.start(&["run", "--listen", "127.0.0.1:0", "--now", NOW]);
    let portal = portal(&running);
    let found = get(portal, "/sok?q=journalsystem");
    assert!(
        found.contains("&lt;script&gt;alert(1)&lt;/script&gt;") || found.contains("&#60;script"),
        "{found}"
    );
    for page in [letter, found, get(portal, "/"), get(portal, "/kallor"), get(portal, "/sok")] {
        for sign in ["<script>alert", "<img src=x", "\"><script"] {
            assert!(!page.contains(sign), "{sign}: {page}");
        }
    }
}
