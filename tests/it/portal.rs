use crate::world::Program;
use std::{
    io::{Read, Write},
    net::TcpStream,
};

/// One program serves all claims, since each start makes the demonstration anew.
#[test]
fn a_visitor_finds_start_page_search_digest_and_sources() {
    let program = Program::new();
    let running = program.start(&["demo", "--port", "0"]);
    let line = running.says("start page is http://");
    let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let get = |path: &str| get(&address, path);

    let start = get("/");
    assert!(start.starts_with("HTTP/1.1 200"), "{start}");
    assert!(start.contains("role=\"search\"") && start.contains("Senaste brevet"), "{start}");
    assert!(start.contains("Demonstration:"), "invented texts of real publishers want a notice");
    the_page_is_closed_to_others(&start);

    let digest = start.split("href=\"/utgavor/").nth(1).unwrap().split('"').next().unwrap();
    let digest = get(&format!("/utgavor/{digest}"));
    assert!(
        digest.contains("Det viktigaste") && digest.contains("Sista dag att svara"),
        "{digest}"
    );

    let found = get("/sok?q=journalsystem");
    assert!(found.contains("<mark>"), "{found}");
    assert!(get("/sok?q=journalsystem&sprak=de").contains("Inga tr"), "a filter filters");
    let none = get("/sok?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E+%22");
    assert!(none.starts_with("HTTP/1.1 200") && !none.contains("<script>alert"), "{none}");
    let far = get("/sok?sida=999999999");
    assert!(far.starts_with("HTTP/1.1 200"), "{far}");
    assert!(get("/kallor").contains("E-h\u{e4}lsomyndigheten"));

    let story = found.split("href=\"/exempel/").nth(1).unwrap().split('"').next().unwrap();
    let story = get(&format!("/exempel/{story}"));
    assert!(story.contains("<article>"), "a headline leads to its page: {story}");

    for missing in
        ["/finns-inte", "/utgavor/..%2f..%2futkik.db", "/utgavor/2026-W99", "/utgavor/2001-W01"]
    {
        assert!(get(missing).starts_with("HTTP/1.1 404"), "{missing}");
    }
}

fn the_page_is_closed_to_others(page: &str) {
    let head = page.split("\r\n\r\n").next().unwrap().to_lowercase();
    assert!(head.contains("content-security-policy: default-src 'none'"), "{head}");
    assert!(head.contains("x-content-type-options: nosniff"), "{head}");
    assert!(!page.contains("<script"), "pages need no script");
    assert!(!page.contains("src=\"http"), "pages fetch nothing from elsewhere");
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
