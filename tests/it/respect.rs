//! What publishers reserve, and what is shown to nobody else: reservations and passwords.

use crate::crawler::{Reply, Web, harvest, now, words};
use futures::StreamExt;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Write},
    net::TcpListener,
    sync::Arc,
};
use utkik_crawler::{Crawler, Login, Manners};
use utkik_sources::{Due, Find, Kind, Visit};

const PAGE: &str = "<html lang=sv><main><h1>Title</h1><p>The agency has been asked to build a national service for \
                    referrals, and to report in March. Regions and municipalities take part in the work.</p></main></html>";

fn feed(names: &[&str]) -> Reply {
    let items: String = names
        .iter()
        .map(|name| format!("<item><title>{name}</title><link>/{name}</link></item>"))
        .collect();
    Reply::ok("text/xml", &format!("<rss><channel><title>F</title>{items}</channel></rss>"))
}

fn texts(visit: &Visit) -> BTreeMap<&str, bool> {
    let told = |find: &Find| find.text.is_some();
    harvest(visit).finds.iter().map(|find| (find.entry.title.as_str(), told(find))).collect()
}

#[tokio::test]
async fn of_a_text_that_is_reserved_only_title_link_and_date_are_kept() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/feed" => feed(&["open", "tagged", "others", "mined", "meta", "listed", "freed"]).with("X-Robots-Tag", "noindex, follow"),
        "/.well-known/tdmrep.json" => Reply::ok(
            "application/json",
            "[{\"location\":\"/listed\",\"tdm-reservation\":1},{\"location\":\"/freed\",\"tdm-reservation\":1}]",
        ),
        "/tagged" => Reply::ok("text/html", PAGE).with("X-Robots-Tag", "noarchive"),
        "/others" => Reply::ok("text/html", PAGE).with("X-Robots-Tag", "otherbot: noindex"),
        "/mined" => Reply::ok("text/html", PAGE).with("tdm-reservation", "1"),
        "/meta" => Reply::ok("text/html", &format!("<meta name=robots content='noindex'>{PAGE}")),
        "/freed" => Reply::ok("text/html", PAGE).with("tdm-reservation", "0"),
        _ => Reply::ok("text/html", PAGE),
    })
    .await;
    let visits = web.round(vec![web.due("a")], web.manners()).await;
    let kept = texts(&visits["a"]);
    let expected = [
        ("freed", true),
        ("listed", false),
        ("meta", false),
        ("mined", false),
        ("open", true),
        ("others", true),
        ("tagged", false),
    ];
    assert_eq!(kept, expected.into());
    let told = harvest(&visits["a"]).troubles.join("\n");
    for words in [
        "2 texts are reserved by their publisher (tdm-reservation)",
        "1 texts are reserved by their publisher (X-Robots-Tag: noarchive)",
        "1 texts are reserved by their publisher (meta robots: noindex)",
    ] {
        assert!(told.contains(words), "{told}");
    }
    let asked = web.paths().iter().filter(|path| path.contains("well-known")).count();
    assert_eq!(asked, 1, "once a day is enough");
}

#[tokio::test]
async fn a_watched_page_that_is_reserved_is_still_watched_and_a_reserved_feed_still_listed() {
    let web = Web::serve(|request| match request.host.as_str() {
        "page.example" => Reply::ok("text/html", PAGE).with("X-Robots-Tag", "utkik: noindex"),
        _ => Reply::ok("text/xml", "<rss><channel><item><title>T</title><description>Words</description></item></channel></rss>")
            .with("tdm-reservation", "1"),
    })
    .await;
    let mut page = web.due("page");
    page.source.kind = Kind::Page;
    let visits = web.round(vec![page, web.due("a")], web.manners()).await;
    for (name, title) in [("page", "Title"), ("a", "T")] {
        let harvest = harvest(&visits[name]);
        let find = &harvest.finds[0];
        assert_eq!(
            (find.entry.title.as_str(), find.text.as_deref(), find.entry.summary.as_deref()),
            (title, None, None)
        );
        assert!(
            harvest.troubles[0].contains("is reserved by its publisher"),
            "{:?}",
            harvest.troubles
        );
    }
}

fn with_user(web: &Web, name: &str) -> Due {
    let mut due = web.due(name);
    due.source.recipe.user = Some("reader".into());
    due
}

fn login(name: &str) -> (String, Result<Login, String>) {
    let address = format!("http://{name}.example/feed");
    (name.to_owned(), Ok(Login { address, user: "reader".into(), password: "s3cret".into() }))
}

#[tokio::test]
async fn a_password_is_shown_to_its_own_host_and_never_after_a_redirect_elsewhere() {
    let web = Web::serve(|request| match (request.host.as_str(), request.path.as_str()) {
        ("a.example", "/feed") => feed(&["own"]),
        ("b.example", "/feed") => Reply::to(301, "http://c.example/feed"),
        ("c.example", "/feed") => feed(&["other"]),
        ("closed.example", "/feed") => Reply::to(302, "/moved"),
        ("closed.example", "/moved") => feed(&[]),
        _ => Reply::ok("text/html", PAGE),
    })
    .await;
    let logins = BTreeMap::from([login("a"), login("b"), login("closed")]);
    let manners = Manners { logins, ..web.manners() };
    assert!(!format!("{manners:?}").contains("s3cret"), "a password was printed");
    // A source whose permanent move was followed: its password stays at home.
    let mut moved = with_user(&web, "b");
    moved.source.address = "http://c.example/feed?moved".into();
    moved.source.id.0 = "b".into();
    let due = vec![
        with_user(&web, "a"),
        with_user(&web, "b"),
        with_user(&web, "closed"),
        web.due("lost"),
    ];
    let visits = web.round(due, manners.clone()).await;
    web.round(vec![moved], manners).await;
    assert!(
        words(&visits["a"]).starts_with("fresh: own")
            && words(&visits["b"]).starts_with("fresh: other")
    );
    let shown = |host: &str| {
        let seen = web.seen();
        let requests = seen.requests.iter().filter(|request| request.host == host);
        requests
            .filter_map(|request| Some((request.path.clone(), request.header("authorization")?)))
            .collect::<BTreeSet<_>>()
    };
    let basic = "Basic cmVhZGVyOnMzY3JldA==".to_owned();
    assert_eq!(
        shown("a.example"),
        [("/feed".into(), basic.clone()), ("/own".into(), basic.clone())].into()
    );
    assert_eq!(shown("b.example"), [("/feed".into(), basic.clone())].into());
    assert_eq!(
        shown("closed.example"),
        [("/feed".into(), basic.clone()), ("/moved".into(), basic)].into()
    );
    assert_eq!((shown("c.example"), shown("lost.example")), (BTreeSet::new(), BTreeSet::new()));
}

#[tokio::test]
async fn a_password_that_is_missing_or_would_go_unprotected_is_told_and_nothing_is_asked() {
    let web = Web::serve(|_| feed(&["x"])).await;
    let unset = (
        "a".to_owned(),
        Err("wants a password in the variable UTKIK_PASSWORD_A, which is not set".to_owned()),
    );
    let mut plain = with_user(&web, "plain");
    plain.source.address = "http://193.10.10.10/feed".into();
    let unprotected = (
        "plain".to_owned(),
        Ok(Login { address: plain.source.address.clone(), user: "u".into(), password: "p".into() }),
    );
    let manners = Manners { logins: BTreeMap::from([unset, unprotected]), ..web.manners() };
    let crawler = Crawler::new(manners);
    let due = vec![with_user(&web, "a"), with_user(&web, "b"), plain];
    let visits: Vec<Visit> = crawler.visits(due, now()).collect().await;
    for (id, part) in [
        ("a", "UTKIK_PASSWORD_A, which is not set"),
        ("b", "wants a password that nobody gave"),
        ("plain", "over https only"),
    ] {
        let visit = visits.iter().find(|visit| visit.source.0 == id).unwrap();
        assert!(words(visit).contains(part), "{}", words(visit));
    }
    assert_eq!(web.paths(), Vec::<String>::new());
}

#[tokio::test]
async fn what_a_feed_links_to_is_never_asked_for_in_private_places() {
    let web = Web::serve(|request| match request.path.as_str() {
        "/feed" => {
            let links = [
                "http://127.0.0.1/secret",
                "http://2130706433/secret",
                "http://[::1]/secret",
                "http://localhost/secret",
                "http://169.254.169.254/secret",
                "http://user:word@a.example/secret",
                "/sent",
            ];
            let items = links
                .iter()
                .enumerate()
                .map(|(n, link)| format!("<item><title>T{n}</title><link>{link}</link></item>"));
            Reply::ok(
                "text/xml",
                &format!("<rss><channel>{}</channel></rss>", items.collect::<String>()),
            )
        }
        "/sent" => Reply::to(302, "http://10.0.0.1/secret"),
        _ => Reply::ok("text/html", PAGE),
    })
    .await;
    let visits = web.round(vec![web.due("a")], web.manners()).await;
    let harvest = harvest(&visits["a"]);
    assert!(harvest.finds.iter().all(|find| find.text.is_none()), "{:?}", harvest.troubles);
    let told = harvest.troubles.join("; ");
    assert!(told.contains("not a public address"), "{told}");
    assert!(!web.paths().contains(&"/secret".to_owned()) && !told.contains("word@"), "{told}");
}

/// The certificate is right in everything but that nobody vouches for it; its key protects nothing.
#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused_and_nothing_is_said_to_its_holder() {
    let certificate =
        CertificateDer::from_pem_slice(include_bytes!("hostile/self-signed.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("hostile/self-signed.key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    let config =
        Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let heard = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let session = rustls::ServerConnection::new(config).unwrap();
        let mut stream = rustls::StreamOwned::new(session, stream);
        let mut heard = [0; 100];
        let length = stream.read(&mut heard).unwrap_or(0);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        length
    });
    let hosts = BTreeMap::from([("a.example".to_owned(), address)]);
    let crawler = Crawler::new(Manners { hosts, ..Manners::default() });
    let why = crawler.fetch("https://a.example/feed", now()).await.unwrap_err();
    assert!(why.to_lowercase().contains("certificate"), "{why}");
    assert_eq!(heard.join().unwrap(), 0, "something was said");
}
