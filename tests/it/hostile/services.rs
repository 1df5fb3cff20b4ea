//! Hostile answers of other kinds: pages, JSON, sitemaps, repositories, listings, services.

use super::{Corpus, Ends, MAX_ENTRIES, server::Wire};
use std::sync::atomic::{AtomicUsize, Ordering};
use utkik_sources::{Kind, Paging};

pub(super) fn add(corpus: &mut Corpus) {
    pages(corpus);
    json(corpus);
    sitemaps(corpus);
    repositories(corpus);
    listings(corpus);
    services(corpus);
}

fn pages(corpus: &mut Corpus) {
    for (name, body, ends) in [
        ("a login", "<!doctype html><html><head><title>Log in</title></head><body><form><input type=password></form></body></html>".to_owned(), "is a web page, not a feed"),
        ("a challenge", "<!DOCTYPE html><html><head><title>Just a moment...</title><meta http-equiv=refresh content='0'></head></html>".to_owned(), "is a web page, not a feed"),
        ("a frameset", "<html><frameset><frame src='http://127.0.0.1/'></frameset></html>".to_owned(), "is a web page, not a feed"),
        ("a nest", format!("<!doctype html><html><body>{}", "<div>".repeat(200_000)), "is a web page, not a feed"),
        ("a page that quotes a feed", "<html><body><pre>&lt;rss&gt;&lt;item&gt;</pre></body></html>".to_owned(), "is a web page, not a feed"),
        ("prose", "We are moving house.".to_owned(), "failed: "),
        ("a PDF", "%PDF-1.7\n%\u{e2}".to_owned(), "failed: "),
        ("a picture", "\u{89}PNG\r\n\u{1a}\n".to_owned(), "failed: "),
    ] {
        corpus.add("page", name, Wire::ok("text/html; charset=utf-8", body), Ends::Words(ends));
    }
    for (name, media_type, body) in [
        ("a nest", "text/html", "<div>".repeat(200_000)),
        (
            "attributes",
            "text/html",
            format!("<p {}>x</p>", (0..90_000).map(|n| format!("a{n} ")).collect::<String>()),
        ),
        ("a picture", "image/png", "\u{89}PNG".to_owned()),
        ("NULs", "text/plain", "\0".repeat(90_000)),
        ("drawings in drawings", "text/html", "<svg><foreignObject><math>".repeat(30_000)),
        ("references", "text/html", "&amp;".repeat(250_000)),
    ] {
        corpus.kind("watched page", name, Kind::Page, Wire::ok(media_type, body), Ends::Entries(1));
    }
    corpus.kind(
        "watched page",
        "a broken PDF",
        Kind::Page,
        Wire::ok("application/pdf", "%PDF-1.7 broken"),
        Ends::Words("PDF"),
    );
    corpus.kind(
        "watched page",
        "nothing",
        Kind::Page,
        Wire::ok("text/html", ""),
        Ends::Words("answered with nothing"),
    );
}

fn json(corpus: &mut Corpus) {
    let feed = |items: &str| {
        format!(
            "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"J\",\"items\":{items}}}"
        )
    };
    let one = Ends::Entries(1);
    let failed = Ends::Words("failed: ");
    for (name, body, ends) in [
        ("as it should be", feed("[{\"id\":\"1\",\"title\":\"A\"}]"), one.clone()),
        ("arrays a hundred thousand deep", "[".repeat(100_000), failed.clone()),
        ("objects a hundred thousand deep", "{\"a\":".repeat(100_000), failed.clone()),
        ("deep in an entry", feed(&format!("[{{\"id\":\"1\",\"title\":\"A\",\"x\":{}{}}}]", "[".repeat(5_000), "]".repeat(5_000))), failed.clone()),
        ("a number beyond all", feed("[{\"id\":1e999,\"title\":\"A\"}]"), failed.clone()),
        ("a number of a megabyte", feed(&format!("[{{\"id\":{},\"title\":\"A\"}}]", "9".repeat(1_000_000))), failed.clone()),
        ("a title of a megabyte", feed(&format!("[{{\"id\":\"1\",\"title\":\"{}\"}}]", "x".repeat(1_000_000))), one.clone()),
        ("cut off", feed("[{\"id\":\"1\",\"title\":\"A\"}]").chars().take(70).collect(), failed.clone()),
        ("entries that are none", feed("[null,1,\"x\",[],{}]"), Ends::Words("all of them empty")),
        ("entries as a text", feed("\"many\""), failed.clone()),
        ("entries as null", feed("null"), failed.clone()),
        ("titles that are none", feed("[{\"id\":\"1\",\"title\":{\"a\":1}}]"), Ends::Words("all of them empty")),
        ("a lone surrogate", feed("[{\"id\":\"1\",\"title\":\"A\\ud800\"}]"), failed.clone()),
        ("a NUL", feed("[{\"id\":\"1\",\"title\":\"A\\u0000\\u202e\"}]"), one.clone()),
        ("NaN", feed("[{\"id\":NaN}]"), failed.clone()),
        ("keys twice", feed("[{\"id\":\"1\",\"id\":\"2\",\"title\":\"A\",\"title\":\"B\"}]"), one.clone()),
        ("thirty thousand entries", feed(&format!("[{}]", (0..30_000).map(|n| format!("{{\"id\":\"{n}\",\"title\":\"T\"}}")).collect::<Vec<_>>().join(","))), Ends::Told(MAX_ENTRIES, "entries")),
        ("a script", feed("[{\"id\":\"1\",\"title\":\"A\",\"content_html\":\"<script>alert(1)</script>B\",\"url\":\"javascript:alert(1)\"}]"), one.clone()),
        ("an error", "{\"error\":{\"message\":\"no\"}}".to_owned(), failed.clone()),
        ("an empty object", "{}".to_owned(), failed.clone()),
        ("a number", "[1]".to_owned(), failed.clone()),
        ("a next page that is itself", "{\"version\":\"https://jsonfeed.org/version/1\",\"next_url\":\"/feed\",\"items\":[{\"id\":\"1\",\"title\":\"A\"}]}".to_owned(), one.clone()),
    ] {
        corpus.add("json", name, Wire::ok("application/feed+json", body), ends);
    }
}

fn sitemaps(corpus: &mut Corpus) {
    let index = |to: &str| {
        Wire::xml(&format!("<sitemapindex><sitemap><loc>{to}</loc></sitemap></sitemapindex>"))
    };
    let urls = |inner: &str| Wire::xml(&format!("<urlset>{inner}</urlset>"));
    corpus.kind("sitemap", "an index of itself", Kind::Sitemap, index("/feed"), Ends::Entries(0));
    corpus.script(
        "sitemap",
        "indexes of each other",
        Kind::Sitemap,
        move |path| index(if path == "/feed" { "/other" } else { "/feed" }),
        Ends::Entries(0),
    );
    corpus.script(
        "sitemap",
        "ever new indexes",
        Kind::Sitemap,
        move |path| index(&format!("{path}x")),
        Ends::Entries(0),
    );
    corpus.kind(
        "sitemap",
        "an index of private places",
        Kind::Sitemap,
        index("http://10.0.0.1/map.xml"),
        Ends::Told(0, "not a public address"),
    );
    let many: String =
        (0..20_000).map(|n| format!("<sitemap><loc>/m{n}</loc></sitemap>")).collect();
    let many = format!("<sitemapindex>{many}</sitemapindex>");
    corpus.script(
        "sitemap",
        "an index of twenty thousand",
        Kind::Sitemap,
        move |path| if path == "/feed" { Wire::xml(&many) } else { urls("") },
        Ends::Entries(0),
    );
    corpus.kind(
        "sitemap",
        "fifteen thousand pages",
        Kind::Sitemap,
        urls(
            &(0..15_000)
                .map(|n| format!("<url><loc>http://x.example/page-{n}</loc></url>"))
                .collect::<String>(),
        ),
        Ends::Told(0, "lists 15000 entries"),
    );
    corpus.kind("sitemap", "pages that are scripts", Kind::Sitemap, urls("<url><loc>javascript:alert(1)</loc></url><url><loc>http://x.example/good-page</loc></url>"), Ends::Entries(1));
    corpus.kind(
        "sitemap",
        "pages without places",
        Kind::Sitemap,
        urls(&"<url><loc></loc></url>".repeat(9_000)),
        Ends::Entries(0),
    );
    corpus.kind(
        "sitemap",
        "openings only",
        Kind::Sitemap,
        urls(&"<url><loc>".repeat(90_000)),
        Ends::Entries(0),
    );
    corpus.kind(
        "sitemap",
        "a page instead",
        Kind::Sitemap,
        Wire::ok("text/html", "<html></html>"),
        Ends::Words("is a web page, not a sitemap"),
    );
    corpus.kind("sitemap", "nothing", Kind::Sitemap, Wire::xml(""), Ends::Words("is no sitemap"));
}

fn repositories(corpus: &mut Corpus) {
    let records = |n: usize, token: &str| {
        let record = format!(
            "<record><header><identifier>oai:{n}</identifier></header><metadata><dc><title>T{n}</title></dc></metadata></record>"
        );
        Wire::xml(&format!(
            "<OAI-PMH><ListRecords>{record}<resumptionToken>{token}</resumptionToken></ListRecords></OAI-PMH>"
        ))
    };
    corpus.kind(
        "repository",
        "the same token again and again",
        Kind::OaiPmh,
        records(1, "again"),
        Ends::Entries(1),
    );
    let count = AtomicUsize::new(0);
    let ever = move |_: &str| {
        let n = count.fetch_add(1, Ordering::Relaxed);
        records(n, &format!("t{n}"))
    };
    corpus.script("repository", "ever new tokens", Kind::OaiPmh, ever, Ends::Entries(20));
    corpus.kind(
        "repository",
        "a token of a megabyte",
        Kind::OaiPmh,
        records(1, &"t".repeat(1_000_000)),
        Ends::Told(1, "leads nowhere"),
    );
    for (name, body, ends) in [
        (
            "an error",
            "<OAI-PMH><error code='badVerb'>no</error></OAI-PMH>".to_owned(),
            Ends::Words("badVerb"),
        ),
        (
            "no records",
            "<OAI-PMH><error code='noRecordsMatch'/></OAI-PMH>".to_owned(),
            Ends::Entries(0),
        ),
        (
            "a page",
            "<html><body>moved</body></html>".to_owned(),
            Ends::Words("no answer of OAI-PMH"),
        ),
        ("a nest", "<OAI-PMH>".repeat(50_000), Ends::Words("nested more than")),
        ("nothing", String::new(), Ends::Words("is no XML")),
        ("a list of nothing", "<OAI-PMH><ListRecords/></OAI-PMH>".to_owned(), Ends::Entries(0)),
    ] {
        corpus.kind("repository", name, Kind::OaiPmh, Wire::xml(&body), ends);
    }
}

fn listing(from: usize, more: &str) -> String {
    let list: String = (from..from + 8).map(|n| format!("<li class=n><a href='/p{n}'>A publication with a long title {n}</a> <time datetime='2026-02-0{}'></time></li>", n % 8 + 1)).collect();
    format!(
        "<!doctype html><html><head>{more}</head><body><main><ul>{list}</ul></main></body></html>"
    )
}

fn listings(corpus: &mut Corpus) {
    let html = |body: &str| Wire::ok("text/html; charset=utf-8", body);
    let next = |to: &str| format!("<link rel=next href='{to}'>");
    corpus.kind(
        "listing",
        "whose next page is itself",
        Kind::HtmlListing,
        html(&listing(0, &next("/feed"))),
        Ends::Entries(8),
    );
    corpus.kind(
        "listing",
        "whose next page is the same",
        Kind::HtmlListing,
        html(&listing(0, &next("/other"))),
        Ends::Entries(8),
    );
    let ever = move |path: &str| html(&listing(path.len() * 8, &next(&format!("{path}x"))));
    corpus.script("listing", "without end", Kind::HtmlListing, ever, Ends::Entries(24));
    for to in ["javascript:alert(1)", "file:///etc/passwd", "http://"] {
        corpus.kind(
            "listing",
            format!("whose next page is {to}"),
            Kind::HtmlListing,
            html(&listing(0, &next(to))),
            Ends::Entries(8),
        );
    }
    corpus.kind(
        "listing",
        "whose next page is private",
        Kind::HtmlListing,
        html(&listing(0, &next("http://10.0.0.1/"))),
        Ends::Told(8, "not a public address"),
    );
    corpus.kind(
        "listing",
        "whose base is a script",
        Kind::HtmlListing,
        html(&listing(0, "<base href='javascript:alert(1)'>")),
        Ends::Words("failed: "),
    );
    corpus.kind(
        "listing",
        "whose base is a file",
        Kind::HtmlListing,
        html(&listing(0, "<base href='file:///'>")),
        Ends::Words("failed: "),
    );
    corpus.kind(
        "listing",
        "a nest",
        Kind::HtmlListing,
        html(&"<ul><li>".repeat(90_000)),
        Ends::Words("nests deeper"),
    );
    corpus.kind(
        "listing",
        "attributes",
        Kind::HtmlListing,
        html(&format!("<a {}>", (0..90_000).map(|n| format!("a{n} ")).collect::<String>())),
        Ends::Words("attributes"),
    );
    corpus.kind(
        "listing",
        "too many tags",
        Kind::HtmlListing,
        html(&"<p></p>".repeat(120_000)),
        Ends::Words("tags"),
    );
    corpus.kind("listing", "scripts for links", Kind::HtmlListing, html(&format!("<ul>{}</ul>", (0..30).map(|n| format!("<li><a href='javascript:x({n})'>A publication with a long title {n}</a> 2026-02-01</li>")).collect::<String>())), Ends::Words("no list of publications"));
    corpus.kind(
        "listing",
        "of itself only",
        Kind::HtmlListing,
        html(&format!(
            "<ul>{}</ul>",
            (0..30).map(|n| format!("<li><a href='/feed#{n}'>x</a></li>")).collect::<String>()
        )),
        Ends::Words("no list of publications"),
    );
    corpus.kind(
        "listing",
        "of many links",
        Kind::HtmlListing,
        html(&format!(
            "<main><ul>{}</ul></main>",
            (0..2_500)
                .map(|n| format!(
                    "<li><a href='/p{n}'>A publication with a long title {n}</a></li>"
                ))
                .collect::<String>()
        )),
        Ends::Told(MAX_ENTRIES, "entries"),
    );
    corpus.kind(
        "listing",
        "nothing",
        Kind::HtmlListing,
        html(""),
        Ends::Words("answered with nothing"),
    );
    corpus.kind(
        "listing",
        "a picture",
        Kind::HtmlListing,
        Wire::ok("image/png", [0x89, b'P', b'N', b'G', 0, 0, 0, 0]),
        Ends::Words("failed: "),
    );
}

fn services(corpus: &mut Corpus) {
    let answer = |n: usize| {
        format!("{{\"list\":[{{\"id\":\"{n}\",\"title\":\"T{n}\"}}],\"next\":\"c{n}\"}}")
    };
    let mut add = |name: &str,
                   kind: Kind,
                   body: Box<dyn Fn(usize) -> String + Send + Sync>,
                   paging: Paging,
                   ends: Ends| {
        let count = AtomicUsize::new(0);
        let media_type = if kind == Kind::XmlApi { "text/xml" } else { "application/json" };
        let answers =
            move |_: &str| Wire::ok(media_type, body(count.fetch_add(1, Ordering::Relaxed)));
        corpus.script("service", name, kind, answers, ends);
        let recipe = &mut corpus.last().recipe;
        recipe.entries = Some("list".into());
        (recipe.title, recipe.guid) = (Some("title".into()), Some("id".into()));
        recipe.paging = Some(paging);
    };
    let counted = || Paging::Counted { parameter: "page".into(), first: 1, step: 1 };
    let cursor = || Paging::Cursor { parameter: "after".into(), next: "next".into() };
    let linked = || Paging::Linked { next: "next".into() };
    add("pages without end", Kind::JsonApi, Box::new(answer), counted(), Ends::Entries(3));
    add(
        "the same page again and again",
        Kind::JsonApi,
        Box::new(move |_| answer(1)),
        counted(),
        Ends::Entries(1),
    );
    add("cursors without end", Kind::JsonApi, Box::new(answer), cursor(), Ends::Entries(3));
    add("the same cursor", Kind::JsonApi, Box::new(move |_| answer(1)), cursor(), Ends::Entries(1));
    add(
        "a next page that is a script",
        Kind::JsonApi,
        Box::new(|_| {
            "{\"list\":[{\"id\":\"1\",\"title\":\"T\"}],\"next\":\"javascript:alert(1)\"}".into()
        }),
        linked(),
        Ends::Entries(1),
    );
    add(
        "a next page that is private",
        Kind::JsonApi,
        Box::new(|_| {
            "{\"list\":[{\"id\":\"1\",\"title\":\"T\"}],\"next\":\"http://127.0.0.1/\"}".into()
        }),
        linked(),
        Ends::Told(1, "not a public address"),
    );
    add(
        "a nest",
        Kind::JsonApi,
        Box::new(|_| "[".repeat(100_000)),
        counted(),
        Ends::Words("failed: "),
    );
    add(
        "without the list",
        Kind::JsonApi,
        Box::new(|_| "{\"other\":[]}".into()),
        counted(),
        Ends::Words("list"),
    );
    add(
        "a page",
        Kind::JsonApi,
        Box::new(|_| "<html></html>".into()),
        counted(),
        Ends::Words("failed: "),
    );
    add(
        "a nest of XML",
        Kind::XmlApi,
        Box::new(|_| "<list>".repeat(50_000)),
        counted(),
        Ends::Words("nested more than"),
    );
    add(
        "entities of XML",
        Kind::XmlApi,
        Box::new(|_| {
            "<!DOCTYPE list [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><list><title>&a;</title></list>".into()
        }),
        counted(),
        Ends::Entries(1),
    );
    add(
        "thirty thousand rows",
        Kind::JsonApi,
        Box::new(|_| {
            format!(
                "{{\"list\":[{}]}}",
                (0..30_000)
                    .map(|n| format!("{{\"id\":\"{n}\",\"title\":\"T\"}}"))
                    .collect::<Vec<_>>()
                    .join(",")
            )
        }),
        counted(),
        Ends::Told(MAX_ENTRIES, "entries"),
    );
}
