//! Hostile transports: statuses, redirects, headers, slowness, robots.txt.

use super::{Corpus, Ends, codings::packed, feed, server::Wire};
use std::sync::Arc;
use utkik_sources::Kind;

pub(super) fn add(corpus: &mut Corpus) {
    statuses(corpus);
    redirects(corpus);
    heads(corpus);
    slow(corpus);
    robots(corpus);
    tls(corpus);
}

fn statuses(corpus: &mut Corpus) {
    let statuses =
        (200..=208).chain([226, 299, 300, 304, 305, 306, 399]).chain(400..=418).chain(421..=431);
    for status in statuses
        .chain([444, 451, 498, 499])
        .chain(500..=511)
        .chain([520, 525, 530, 598, 599, 600, 700, 999])
    {
        let ends = match status {
            204 | 205 | 304 => continue,
            200..=299 => Ends::Entries(1),
            401 | 403 | 429 | 451 => Ends::Words("refused: answered"),
            404 | 410 => Ends::Words("gone: answered"),
            _ => Ends::Words("failed: answered"),
        };
        let wire = Wire::http(&format!("{status} Odd"), "Content-Type: text/xml\r\n", feed());
        corpus.add("status", status, wire, ends);
    }
    corpus.add(
        "status",
        204,
        Wire::raw("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"),
        Ends::Words("answered with nothing"),
    );
    corpus.add(
        "status",
        304,
        Wire::raw("HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"),
        Ends::Words("304"),
    );
    let early = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".repeat(3);
    let after =
        format!("{early}HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", feed().len(), feed());
    corpus.add("status", "103 thrice, then 200", Wire::raw(after), Ends::Entries(1));
    for line in [
        "HTTP/1.1 20",
        "HTTP/1.1 2000 OK",
        "HTTP/1.1 abc OK",
        "HTTP/9.9 200 OK",
        "ICY 200 OK",
        "HTTP/1.1",
        "<html>",
        "\0\0\0\0",
        "HTTP/1.1 -200 OK",
    ] {
        let wire = Wire::raw(format!("{line}\r\nContent-Length: 0\r\n\r\n"));
        corpus.add("status line", format!("{line:?}"), wire, Ends::Words("failed: "));
    }
    corpus.add("status line", "nothing at all", Wire::raw(""), Ends::Words("failed: "));
    corpus.add(
        "status line",
        "without a reason",
        Wire::raw(format!("HTTP/1.1 200\r\nContent-Length: {}\r\n\r\n{}", feed().len(), feed())),
        Ends::Entries(1),
    );
    for wait in ["99999999999999999999", "-1", "soon", "", "Tue, 99 Mar 2026 99:00:00 GMT", "0"] {
        corpus.add(
            "retry-after",
            format!("{wait:?}"),
            Wire::http("429 X", &format!("Retry-After: {wait}\r\n"), ""),
            Ends::Words("refused: answered 429"),
        );
    }
}

fn redirects(corpus: &mut Corpus) {
    let private = "not a public address";
    let targets = [
        ("loopback", "http://127.0.0.1/x", private),
        ("loopback in decimal", "http://2130706433/x", private),
        ("loopback in octal", "http://0177.0.0.1/x", private),
        ("loopback in hex", "http://0x7f.1/x", private),
        ("loopback, short", "http://127.1/x", private),
        ("loopback six", "http://[::1]:80/x", private),
        ("mapped", "http://[::ffff:127.0.0.1]/x", private),
        ("translated", "http://[64:ff9b::7f00:1]/x", private),
        ("six to four", "http://[2002:7f00:1::]/x", private),
        ("metadata", "http://169.254.169.254/latest/meta-data/", private),
        ("private", "http://10.0.0.1/x", private),
        ("carrier", "http://100.64.0.1/x", private),
        ("unique local", "http://[fd00::1]/x", private),
        ("link local", "http://[fe80::1]/x", private),
        ("any", "http://0.0.0.0/x", private),
        ("broadcast", "http://255.255.255.255/x", private),
        ("wide digits", "http://%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1/x", private),
        ("trailing dot", "http://127.0.0.1./x", private),
        ("local name", "http://localhost/x", private),
        ("without scheme", "//127.0.0.1/x", private),
        ("with a name before", "http://good@127.0.0.1/x", "carries a name or password"),
        ("with a password", "http://a:b@bad0.example/x", "carries a name or password"),
        ("a file", "file:///etc/passwd", "neither http nor https"),
        ("ftp", "ftp://a.example/x", "neither http nor https"),
        ("gopher", "gopher://127.0.0.1:6379/_INFO", "neither http nor https"),
        ("a script", "javascript:alert(1)", "neither http nor https"),
        ("data", "data:text/xml,<rss/>", "neither http nor https"),
        ("no host", "http://", "without saying where to"),
        ("no port", "http://127.0.0.1:99999/", "without saying where to"),
        ("broken six", "http://[::1/", "without saying where to"),
        ("itself", "/feed", "redirects go in a circle"),
        ("itself with a fragment", "/feed#x", "redirects go in a circle"),
        ("empty", "", "redirects go in a circle"),
    ];
    for (name, to, ends) in targets {
        for status in [301, 302, 303, 307, 308] {
            // All statuses for the first few, one for the others.
            if status == 302 || ["loopback", "metadata", "a file", "itself"].contains(&name) {
                corpus.add(
                    "redirect",
                    format!("{status} to {name}"),
                    Wire::to(status, to),
                    Ends::Words(ends),
                );
            }
        }
    }
    corpus.add(
        "redirect",
        "without location",
        Wire::status(302),
        Ends::Words("without saying where to"),
    );
    let ring = |path: &str| Wire::to(302, if path == "/feed" { "/other" } else { "/feed" });
    corpus.script(
        "redirect",
        "in a ring",
        Kind::Feed,
        ring,
        Ends::Words("redirects go in a circle"),
    );
    let on = |path: &str| Wire::to(301, &format!("{path}x"));
    corpus.script("redirect", "ever further", Kind::Feed, on, Ends::Words("more than 8 redirects"));
    let query = |path: &str| Wire::to(302, &format!("{path}?{path}"));
    corpus.script(
        "redirect",
        "ever longer",
        Kind::Feed,
        query,
        Ends::Words("more than 8 redirects"),
    );
    let long = format!("/{}", "x".repeat(60_000));
    corpus.add(
        "redirect",
        "to a very long address",
        Wire::to(302, &long),
        Ends::Words("leads nowhere"),
    );
    let then = |path: &str| {
        if path == "/feed" { Wire::to(302, "/a b\u{e5}?\u{202e}") } else { Wire::xml(&feed()) }
    };
    corpus.script("redirect", "to an address with spaces", Kind::Feed, then, Ends::Entries(1));
}

fn heads(corpus: &mut Corpus) {
    let with = |field: &str| {
        Wire::http("200 OK", &format!("Content-Type: text/xml\r\n{field}\r\n"), feed())
    };
    for (name, field, ends) in [
        ("one of a megabyte", format!("X: {}", "x".repeat(1_000_000)), Ends::Words("failed: ")),
        ("ten thousand", "X: y\r\n".repeat(10_000) + "X: y", Ends::Words("failed: ")),
        ("without a colon", "Nonsense".into(), Ends::Words("failed: ")),
        ("with a NUL", "X: a\0b".into(), Ends::Words("failed: ")),
        ("with a space in its name", "X Y: z".into(), Ends::Words("failed: ")),
        ("without a name", ": z".into(), Ends::Words("failed: ")),
        ("folded", "X: a\r\n b".into(), Ends::Words("failed: ")),
        ("in bytes", "X: \u{e5}\u{e4}\u{f6}".into(), Ends::Entries(1)),
        ("cookies", "Set-Cookie: a=b; Domain=.example\r\nSet-Cookie: c=d".into(), Ends::Entries(1)),
        ("an etag of 30 kB", format!("ETag: \"{}\"", "e".repeat(30_000)), Ends::Entries(1)),
        (
            "a stamp that is none",
            "Last-Modified: yesterday\r\nDate: \u{b}".into(),
            Ends::Words("failed: "),
        ),
        ("two types", "Content-Type: image/png".into(), Ends::Entries(1)),
        (
            "a location that is elsewhere",
            "Content-Location: javascript:alert(1)".into(),
            Ends::Entries(1),
        ),
        (
            "links",
            format!("Link: {}", "<http://127.0.0.1/>; rel=hub, ".repeat(200)),
            Ends::Entries(1),
        ),
        ("an upgrade", "Upgrade: h2c\r\nConnection: Upgrade".into(), Ends::Entries(1)),
    ] {
        corpus.add("header", name, with(&field), ends);
    }
    for kind in [
        "",
        "/",
        "text/xml; charset=",
        "text/xml; charset=klingon",
        ";;;;",
        "multipart/x-mixed-replace; boundary=x",
        "application/octet-stream",
        "text/html",
        "image/png",
        "a/b/c",
    ] {
        corpus.add("content type", format!("{kind:?}"), Wire::ok(kind, feed()), Ends::Entries(1));
    }
    corpus.add(
        "header",
        "lines end in LF only",
        Wire::raw(format!("HTTP/1.1 200 OK\nContent-Length: {}\n\n{}", feed().len(), feed())),
        Ends::Entries(1),
    );
    corpus.add(
        "header",
        "HTTP/1.0 without a length",
        Wire::raw(format!("HTTP/1.0 200 OK\r\n\r\n{}", feed())),
        Ends::Entries(1),
    );
    corpus.add(
        "header",
        "never ending",
        Wire::Endless(Arc::new(b"HTTP/1.1 200 OK\r\n".to_vec()), "X: y\r\n"),
        Ends::Words("failed: "),
    );
    corpus.add(
        "header",
        "a name never ending",
        Wire::Endless(Arc::new(b"HTTP/1.1 200 OK\r\n".to_vec()), "x"),
        Ends::Words("failed: "),
    );
    corpus.add(
        "header",
        "early hints never ending",
        Wire::Endless(Arc::new(Vec::new()), "HTTP/1.1 103 Early Hints\r\n\r\n"),
        Ends::Words("failed: "),
    );
}

fn slow(corpus: &mut Corpus) {
    let head = |more: &str| Arc::new(format!("HTTP/1.1 200 OK\r\n{more}").into_bytes());
    let start = head(&format!("\r\n{}", &feed()[..60]));
    for (name, wire, ends) in [
        ("silent", Wire::Open(Arc::default()), "did not begin to answer within"),
        (
            "silent in the middle of a line",
            Wire::Open(Arc::new(b"HTTP/1.1 2".to_vec())),
            "did not begin to answer within",
        ),
        ("silent in the head", Wire::Open(head("X: y\r\n")), "did not begin to answer within"),
        ("a head that drips", Wire::Drip(head("X: "), b"y"), "did not begin to answer within"),
        ("headers that drip", Wire::Drip(head(""), b"X: y\r\n"), "did not begin to answer within"),
        ("silent after the head", Wire::Open(head("\r\n")), "took longer than 8 s in all"),
        ("silent in the body", Wire::Open(start.clone()), "took longer than 8 s in all"),
        ("a body that drips", Wire::Drip(start, b"<"), "took longer than 8 s in all"),
        (
            "chunks that drip",
            Wire::Drip(head("Transfer-Encoding: chunked\r\n\r\n"), b"1\r\n<\r\n"),
            "took longer than 8 s in all",
        ),
        (
            "packed drips",
            Wire::Drip(
                head("Content-Encoding: gzip\r\n\r\n"),
                &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3],
            ),
            "failed: ",
        ),
        (
            "early hints that drip",
            Wire::Drip(Arc::default(), b"HTTP/1.1 103 X\r\n\r\n"),
            "did not begin to answer within",
        ),
    ] {
        corpus.add("slow", name, wire, Ends::Words(ends));
    }
    corpus.add(
        "slow",
        "an error whose body never ends",
        Wire::Endless(Arc::new(b"HTTP/1.1 500 X\r\n\r\n".to_vec()), "sorry"),
        Ends::Words("failed: answered 500"),
    );
    corpus.add(
        "slow",
        "a redirect whose body never ends",
        Wire::Endless(
            Arc::new(b"HTTP/1.1 302 X\r\nLocation: http://10.0.0.1/\r\n\r\n".to_vec()),
            "go",
        ),
        Ends::Words("not a public address"),
    );
}

fn tls(corpus: &mut Corpus) {
    for (name, wire, ends) in [
        ("plain HTTP", Wire::xml(&feed()), "failed: "),
        ("garbage", Wire::raw([0x55; 9_000]), "failed: "),
        ("an alert", Wire::raw([0x15, 3, 3, 0, 2, 2, 40]), "failed: "),
        (
            "an alert that warns for ever",
            Wire::Drip(Arc::default(), &[0x15, 3, 3, 0, 2, 1, 90]),
            "failed: ",
        ),
        ("a record of a bad length", Wire::raw([0x16, 3, 3, 0xff, 0xff, 0, 0]), "failed: "),
        ("half a greeting", Wire::raw([0x16, 3, 3, 0, 80, 2, 0, 0, 76, 3, 3]), "failed: "),
        ("an old version", Wire::raw([0x16, 3, 0, 0, 4, 2, 0, 0, 0]), "failed: "),
        ("nothing", Wire::raw(""), "failed: "),
        ("silence", Wire::Open(Arc::default()), "timed out"),
    ] {
        corpus.add("tls", name, wire, Ends::Words(ends));
    }
}

fn robots(corpus: &mut Corpus) {
    let mut with = |name: &str, wire: Wire, ends: Ends| {
        let answers =
            move |path: &str| if path == "/feed" { Wire::xml(&feed()) } else { wire.clone() };
        corpus.raw("robots", name, Kind::Feed, answers, ends);
    };
    with("silent", Wire::Open(Arc::default()), Ends::Words("did not begin to answer within"));
    with(
        "that drips",
        Wire::Drip(Arc::new(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()), b"# "),
        Ends::Words("took longer than"),
    );
    with(
        "never ending",
        Wire::Endless(Arc::new(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()), "Allow: /\n"),
        Ends::Entries(1),
    );
    with(
        "a line never ending",
        Wire::Endless(
            Arc::new(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /x".to_vec()),
            "*x",
        ),
        Ends::Entries(1),
    );
    with(
        "a page",
        Wire::ok("text/html", "<html>User-agent: *<br>Disallow: /</html>"),
        Ends::Entries(1),
    );
    with(
        "of bytes",
        Wire::ok("text/plain", [0xff, 0xfe, 0, 10, 13, 0x80].repeat(900)),
        Ends::Entries(1),
    );
    with(
        "of stars",
        Wire::ok("text/plain", format!("User-agent: *\nDisallow: /{}z", "*".repeat(100_000))),
        Ends::Entries(1),
    );
    with(
        "a bomb",
        Wire::http("200 OK", "Content-Encoding: gzip\r\n", packed(&vec![b'#'; 20_000_000], "gzip")),
        Ends::Entries(1),
    );
    with(
        "a delay of a year",
        Wire::ok("text/plain", "User-agent: *\nCrawl-delay: 31536000"),
        Ends::Entries(1),
    );
    with(
        "a delay that is none",
        Wire::ok(
            "text/plain",
            "User-agent: *\nCrawl-delay: NaN\nCrawl-delay: -1\nCrawl-delay: inf",
        ),
        Ends::Entries(1),
    );
    with("to itself", Wire::to(301, "/robots.txt"), Ends::Entries(1));
    with(
        "to a private place",
        Wire::to(301, "http://127.0.0.1/robots.txt"),
        Ends::Words("not a public address"),
    );
    with("of an error", Wire::status(503), Ends::Words("cannot be had, so we keep out"));
    with("that asks to wait", Wire::status(429), Ends::Words("cannot be had, so we keep out"));
    with(
        "that is cut off",
        Wire::raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser"),
        Ends::Words("failed: "),
    );
    with(
        "that says no",
        Wire::ok("text/plain", "\u{feff}user-agent:*\rdisallow:/"),
        Ends::Words("does not let us fetch"),
    );
}
