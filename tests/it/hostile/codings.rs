//! Hostile ways to send a body: lengths, chunks, compressions.

use super::{
    Corpus, Ends, MAX_BYTES, feed,
    server::{Wire, rss},
};
use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder, ZlibEncoder},
};
use std::{io::Write, sync::Arc};
use utkik_sources::Kind;

/// Twenty million zeros in brotli (RFC 7932).
const BROTLI_BOMB: &[u8] = &[
    0xcf, 0xff, 0xff, 0x7f, 0xf8, 0x27, 0x00, 0xe2, 0xb1, 0x40, 0x20, 0xf7, 0xfe, 0x3f, 0xff, 0x59,
    0x62, 0xf0, 0x4f, 0x00, 0xc4, 0x61, 0x01, 0x80, 0x2e, 0x49, 0x0c,
];

pub(super) fn add(corpus: &mut Corpus) {
    lengths(corpus);
    codings(corpus);
}

fn lengths(corpus: &mut Corpus) {
    let raw = |fields: &str, body: &str| {
        Wire::raw(format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n{fields}\r\n{body}"))
    };
    let length = feed().len();
    for (name, fields, ends) in [
        ("too long", format!("Content-Length: {}\r\n", length + 9), Ends::Words("failed: ")),
        ("too short", format!("Content-Length: {}\r\n", length - 30), Ends::Told(0, "is cut off")),
        ("negative", "Content-Length: -5\r\n".into(), Ends::Words("failed: ")),
        ("huge", "Content-Length: 9223372036854775807\r\n".into(), Ends::Words("failed: ")),
        (
            "beyond all numbers",
            "Content-Length: 99999999999999999999999\r\n".into(),
            Ends::Words("failed: "),
        ),
        ("in words", "Content-Length: many\r\n".into(), Ends::Words("failed: ")),
        (
            "twice and different",
            format!("Content-Length: {length}\r\nContent-Length: 3\r\n"),
            Ends::Words("failed: "),
        ),
        ("none", String::new(), Ends::Entries(1)),
        ("zero", "Content-Length: 0\r\n".into(), Ends::Words("answered with nothing")),
    ] {
        corpus.add("length", name, raw(&fields, &feed()), ends);
    }
    let chunked = "Transfer-Encoding: chunked\r\n";
    let whole = format!("{length:x}\r\n{}\r\n0\r\n\r\n", feed());
    for (name, body, ends) in [
        ("whole", whole.clone(), Ends::Entries(1)),
        ("without an end", format!("{length:x}\r\n{}\r\n", feed()), Ends::Words("failed: ")),
        ("cut in the middle", whole[..40].to_owned(), Ends::Words("failed: ")),
        ("of a bad size", format!("xyz\r\n{}", feed()), Ends::Words("failed: ")),
        ("of a negative size", format!("-5\r\n{}", feed()), Ends::Words("failed: ")),
        ("of a huge size", format!("ffffffffffffffff\r\n{}", feed()), Ends::Words("failed: ")),
        ("beyond all sizes", format!("{}\r\n{}", "f".repeat(100), feed()), Ends::Words("failed: ")),
        (
            "with long words",
            format!("{length:x};{}\r\n{}\r\n0\r\n\r\n", "x".repeat(100_000), feed()),
            Ends::Words("failed: "),
        ),
        (
            "with long trailers",
            format!("{length:x}\r\n{}\r\n0\r\nX: {}\r\n\r\n", feed(), "x".repeat(300_000)),
            Ends::Words("failed: "),
        ),
        ("empty", "0\r\n\r\n".into(), Ends::Words("answered with nothing")),
        (
            "by single bytes",
            feed().chars().map(|c| format!("1\r\n{c}\r\n")).collect::<String>() + "0\r\n\r\n",
            Ends::Entries(1),
        ),
    ] {
        corpus.add("chunks", name, raw(chunked, &body), ends);
    }
    corpus.add(
        "chunks",
        "beside a length",
        raw(&format!("{chunked}Content-Length: 3\r\n"), &whole),
        Ends::Entries(1),
    );
    corpus.add(
        "chunks",
        "never ending",
        Wire::Endless(
            Arc::new(format!("HTTP/1.1 200 OK\r\n{chunked}\r\n").into()),
            "6\r\n<item>\r\n",
        ),
        Ends::Words("is larger than"),
    );
    corpus.add(
        "body",
        "never ending",
        Wire::Endless(Arc::new(b"HTTP/1.1 200 OK\r\n\r\n<rss><channel>".to_vec()), "<item>"),
        Ends::Words("is larger than"),
    );
    corpus.add(
        "body",
        "one byte too long",
        Wire::xml(&rss(&" ".repeat(MAX_BYTES))),
        Ends::Words("is larger than"),
    );
}

pub(super) fn packed(bytes: &[u8], coding: &str) -> Vec<u8> {
    let best = Compression::best();
    match coding {
        "gzip" | "x-gzip" => {
            let mut packer = GzEncoder::new(Vec::new(), best);
            packer.write_all(bytes).unwrap();
            packer.finish().unwrap()
        }
        "raw" => {
            let mut packer = DeflateEncoder::new(Vec::new(), best);
            packer.write_all(bytes).unwrap();
            packer.finish().unwrap()
        }
        _ => {
            let mut packer = ZlibEncoder::new(Vec::new(), best);
            packer.write_all(bytes).unwrap();
            packer.finish().unwrap()
        }
    }
}

fn codings(corpus: &mut Corpus) {
    let coded = |coding: &str, body: &[u8]| {
        Wire::http(
            "200 OK",
            &format!("Content-Type: text/xml\r\nContent-Encoding: {coding}\r\n"),
            body,
        )
    };
    let zeros = vec![0; 20_000_000];
    for coding in ["gzip", "deflate"] {
        let whole = packed(feed().as_bytes(), coding);
        let bomb = packed(&zeros, coding);
        corpus.add(
            "coding",
            format!("{coding}, as it should be"),
            coded(coding, &whole),
            Ends::Entries(1),
        );
        corpus.add(
            "coding",
            format!("{coding} bomb"),
            coded(coding, &bomb),
            Ends::Words("is larger than"),
        );
        corpus.add(
            "coding",
            format!("{coding} cut off"),
            coded(coding, &whole[..whole.len() / 2]),
            Ends::Words("failed: "),
        );
        corpus.add(
            "coding",
            format!("{coding} of nothing"),
            coded(coding, b""),
            Ends::Words("failed: "),
        );
        corpus.add(
            "coding",
            format!("{coding} of garbage"),
            coded(coding, &[0x55; 5_000]),
            Ends::Words("failed: "),
        );
        corpus.add(
            "coding",
            format!("{coding} that is none"),
            coded(coding, feed().as_bytes()),
            Ends::Words("failed: "),
        );
        let mut spoilt = whole.clone();
        let middle = spoilt.len() / 2;
        spoilt[middle] ^= 0xff;
        corpus.add(
            "coding",
            format!("{coding}, spoilt"),
            coded(coding, &spoilt),
            Ends::Words("failed: "),
        );
    }
    let nested = packed(&packed(&packed(&zeros, "gzip"), "gzip"), "gzip");
    corpus.add(
        "coding",
        "gzip in gzip in gzip, once told",
        coded("gzip", &nested),
        Ends::Words("failed: "),
    );
    corpus.add(
        "coding",
        "gzip in gzip in gzip, as told",
        coded("gzip, gzip, gzip", &nested),
        Ends::Words("failed: "),
    );
    corpus.add("coding", "brotli bomb", coded("br", BROTLI_BOMB), Ends::Words("is larger than"));
    corpus.add("coding", "brotli of garbage", coded("br", &[0x55; 5_000]), Ends::Words("failed: "));
    corpus.add("coding", "brotli cut off", coded("br", &BROTLI_BOMB[..9]), Ends::Words("failed: "));
    corpus.add(
        "coding",
        "gzip, not told",
        Wire::ok("text/xml", packed(feed().as_bytes(), "gzip")),
        Ends::Words("failed: "),
    );
    for coding in ["zstd", "compress", "klingon", "identity", "gzip;q=0", "exi"] {
        corpus.add(
            "coding",
            format!("{coding} told, sent plain"),
            coded(coding, feed().as_bytes()),
            Ends::Entries(1),
        );
    }
    let mut twice = packed(feed().as_bytes(), "gzip");
    twice.extend(packed(&zeros, "gzip"));
    corpus.add(
        "coding",
        "a bomb after a good part",
        coded("gzip", &twice),
        Ends::Words("extra bytes"),
    );
    let sitemap = packed(&vec![b' '; 60_000_000], "gzip");
    corpus.kind(
        "coding",
        "a packed sitemap that is a bomb",
        Kind::Sitemap,
        Wire::ok("application/gzip", sitemap),
        Ends::Words("unpacks to more than"),
    );
    corpus.kind(
        "coding",
        "a packed sitemap, cut off",
        Kind::Sitemap,
        Wire::ok("application/gzip", &packed(b"<urlset></urlset>", "gzip")[..15]),
        Ends::Words("cannot be unpacked"),
    );
    corpus.add(
        "coding",
        "deflate without its frame",
        coded("deflate", &packed(feed().as_bytes(), "raw")),
        Ends::Words("failed: "),
    );
}
