//! Which texts are measured: real documents where they are at hand, else generated ones of the same length.

use flate2::read::GzDecoder;
use serde::Deserialize;
use std::{
    env,
    fmt::Write as _,
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

/// One document, as it is handed to each of those measured.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Text {
    pub(crate) url: String,
    pub(crate) title: String,
    pub(crate) published: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) text: Option<String>,
}

/// All texts there are, in an order in which every beginning is like the whole, and what they are.
pub(crate) fn texts(count: usize) -> (Vec<Text>, String) {
    let path = corpus();
    match File::open(&path) {
        Ok(file) => {
            let all = mixed(read(file));
            let what = format!("{} real documents", all.len());
            (all, what)
        }
        Err(error) => {
            let why = format!("no real documents ({}: {error})", path.display());
            (generated(count), format!("{count} GENERATED texts, since there are {why}"))
        }
    }
}

/// The texts as `utkik import` reads them.
pub(crate) fn lines(texts: &[Text]) -> String {
    texts.iter().fold(String::new(), |mut out, text| {
        let line = serde_json::json!({
            "url": text.url, "title": text.title, "summary": text.summary, "text": text.text,
            "published": text.published, "organisation": "Regeringskansliet",
        });
        let _ = writeln!(out, "{line}");
        out
    })
}

#[expect(clippy::disallowed_methods, reason = "a benchmark has no configuration to ask")]
fn corpus() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = env::var("UTKIK_BENCH_CORPUS").map(PathBuf::from);
    named.unwrap_or_else(|_| here.join("../shared/data/regeringen_corpus.jsonl.gz"))
}

fn read(file: File) -> Vec<Text> {
    BufReader::new(GzDecoder::new(file))
        .lines()
        .map(|line| serde_json::from_str(&line.expect("the corpus can be read")))
        .collect::<Result<_, _>>()
        .expect("each line of the corpus is a document")
}

/// The corpus is sorted by kind, and kinds differ in length.
fn mixed(all: Vec<Text>) -> Vec<Text> {
    const STEP: usize = 7_919; // A prime, so that every document comes once.
    (0..all.len()).map(|place| all[place * STEP % all.len()].clone()).collect()
}

/// Texts of words that are as long and as often repeated as those of the real ones.
fn generated(count: usize) -> Vec<Text> {
    let mut state = 1_u64;
    let mut next = move |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut words = |count: u64| {
        let word = |number: u64| {
            let syllables = [
                "re", "ge", "l\u{e4}", "v\u{e5}", "rd", "ska", "pa", "ti", "en", "da", "ta",
                "f\u{f6}r",
            ];
            let mut number = number + 12;
            let mut word = String::new();
            while number > 0 {
                word.push_str(syllables[(number % 12) as usize]);
                number /= 12;
            }
            word
        };
        let all: Vec<String> = (0..count)
            .map(|_| {
                let reach = 1 << (3 + next(14));
                word(next(reach))
            })
            .collect();
        all.join(" ")
    };
    let text = |number: usize| Text {
        url: format!("https://example.org/{number}"),
        title: words(7),
        published: Some(format!("20{:02}-{:02}-11", 10 + number % 16, 1 + number % 12)),
        summary: None,
        text: Some(words(150)),
    };
    (0..count).map(text).collect()
}
