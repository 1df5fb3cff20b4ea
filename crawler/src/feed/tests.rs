//! What holds for every feed, however it is put together?

use super::*;

#[test]
fn what_is_told_to_be_an_address_at_sight_is_one() {
    let hosts = [
        "a.se",
        "A.b.Se",
        "1.2.3.4",
        "0x7f.1",
        "a",
        "xn--4ca.se",
        "a..se",
        "a.1",
        "a.s1",
        "a.se.",
        "",
    ];
    let ports = ["", ":80", ":x", "@b.se", "\\b"];
    let rests = ["", "/", "/a b", "/\u{e5}", "?q=1&r", "#f", "/%", "/a\\b", "/[]|^", "//x"];
    let base = Url::parse("https://base.se/x/").ok();
    let all = |at: usize| {
        (
            hosts[at / (ports.len() * rests.len())],
            ports[at / rests.len() % ports.len()],
            rests[at % rests.len()],
        )
    };
    for at in 0..hosts.len() * ports.len() * rests.len() {
        let (host, port, rest) = all(at);
        let address = format!("http://{host}{port}{rest}");
        if !is_plain(&address[7..]) || address.contains(' ') || !address.is_ascii() {
            continue;
        }
        let url = Url::parse(&address).unwrap_or_else(|error| panic!("{address}: {error}"));
        assert!(url.host_str().is_some(), "{address}");
        assert_eq!(absolute(&address, base.as_ref()), Some(address));
    }
}

/// What feeds are made of, whole and broken.
const PIECES: &[&str] = &[
    "<rss>",
    "<channel>",
    "<item>",
    "</item>",
    "<entry>",
    "</entry>",
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "<title>",
    "</title>",
    "<title type='xhtml'>",
    "<content type='html' xml:base='/a'>",
    "</content>",
    "<link>http://a.se/1</link>",
    "<link href='b'/>",
    "<guid>",
    "</guid>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "&amp;",
    "&",
    "&#0;",
    "&#xD800;",
    "&aring;",
    "\u{e5}",
    "\u{1f600}",
    "\0",
    "<",
    ">",
    "'",
    "\"",
    "=",
    "/",
    "<a b=",
    "<?xml",
    "<!DOCTYPE x [<!ENTITY a '",
    "'>]>",
    "<pubDate>",
    "</pubDate>",
    "2026-03-03T08:00:00Z",
    "31 Jun 2026 25:00:00 +9999",
    "<author>",
    "</author>",
    "a@b.se (",
    "<media:group>",
    "<x:y xmlns:x='",
    "<category term='",
    "<enclosure url='\u{e5}",
    "\n",
    "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[",
    "{\"id\":1}",
    "]}",
    "\u{feff}",
    "https://[::",
    "9999999999",
];

/// Such pieces, put together anyhow: the same numbers give the same document.
fn heap_of_pieces(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap_or_default()
    };
    let mut bytes = if next(3) == 0 { Vec::new() } else { b"<rss><channel><item>".to_vec() };
    for _ in 0..next(60) {
        bytes.extend_from_slice(PIECES[next(PIECES.len())].as_bytes());
        if next(12) == 0 {
            bytes.push(u8::try_from(next(256)).unwrap_or_default());
        }
    }
    bytes
}

#[test]
fn no_heap_of_pieces_makes_the_reader_stumble_or_change_its_mind() {
    let transport = Transport { address: Some("https://a.se/feed".into()), headers: Vec::new() };
    for seed in 0..1_500 {
        let bytes = heap_of_pieces(seed);
        let probe = probe(&bytes, &transport);
        let stumbled = probe.troubles.iter().any(|trouble| trouble.contains("stumble"));
        assert!(!stumbled, "{seed}: {}", String::from_utf8_lossy(&bytes));
        assert_eq!(probe, super::probe(&bytes, &transport), "{seed}");
    }
}
