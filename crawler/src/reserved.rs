//! What publishers reserve in words that machines read: X-Robots-Tag and robots in a page's head (no index, no
//! snippet, no archive), and the TDM Reservation Protocol in headers, pages and `/.well-known/tdmrep.json`.
//!
//! Of what is reserved we keep title, link and date, and no text.

use crate::{Transport, entity, fetch::Fetcher, robots};
use jiff::Timestamp;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Mutex as Turn;
use url::Url;
use utkik_sources::Validators;

/// Words stand in the head of a page; so much of it is searched.
const MOST_OF_A_HEAD: usize = 100_000;
const MOST_METAS: usize = 500;
const MOST_BYTES: usize = 200_000;
const MOST_RULES: usize = 1_000;
const DAY: i64 = 86_400;

/// What an answer itself says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stated {
    /// A word that keeps the text from being kept, as written.
    pub(crate) robots: Option<String>,
    /// Whether mining is reserved, when it says.
    pub(crate) mining: Option<bool>,
}

/// What the headers say to `agent`.
pub(crate) fn in_headers(transport: &Transport, agent: &str) -> Stated {
    let fields = |name: &'static str| {
        let named = move |(field, _): &&(String, String)| field.eq_ignore_ascii_case(name);
        transport.headers.iter().filter(named).map(|(_, value)| value.as_str())
    };
    Stated {
        robots: fields("x-robots-tag").find_map(|value| closing_word(value, agent)),
        mining: fields("tdm-reservation").find_map(flag),
    }
}

/// What the headers and the head of a page say to `agent`; the page's own word on mining goes first.
pub(crate) fn in_answer(body: &[u8], transport: &Transport, agent: &str) -> Stated {
    let mut stated = in_headers(transport, agent);
    let head = String::from_utf8_lossy(&body[..body.len().min(MOST_OF_A_HEAD)]);
    let mut by_page = None;
    for (name, content) in metas(&head) {
        if name == "robots" || name.eq_ignore_ascii_case(agent) {
            let word = content.split(',').find_map(closing_directive);
            stated.robots = stated.robots.or(word.map(|word| format!("meta {name}: {word}")));
        } else if name == "tdm-reservation" {
            by_page = by_page.or(flag(&content));
        }
    }
    stated.mining = by_page.or(stated.mining);
    stated
}

fn flag(value: &str) -> Option<bool> {
    match value.trim() {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}

/// The word of an X-Robots-Tag that keeps a text from being kept, when it is meant for everybody or for `agent`.
fn closing_word(value: &str, agent: &str) -> Option<String> {
    const WITH_VALUE: &[&str] =
        &["unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"];
    let mut is_meant = true;
    for part in value.split(',') {
        let mut directive = part.trim();
        if let Some((name, rest)) = directive.split_once(':')
            && !WITH_VALUE.contains(&name.trim().to_ascii_lowercase().as_str())
        {
            let name = name.trim();
            is_meant = name == "*" || name.eq_ignore_ascii_case(agent);
            directive = rest.trim();
        }
        if let Some(word) = closing_directive(directive).filter(|_| is_meant) {
            return Some(format!("X-Robots-Tag: {word}"));
        }
    }
    None
}

fn closing_directive(directive: &str) -> Option<String> {
    let word: String = directive.split_whitespace().collect::<String>().to_ascii_lowercase();
    let words = ["noindex", "none", "noarchive", "nocache", "nosnippet", "max-snippet:0"];
    words.contains(&word.as_str()).then_some(word)
}

/// Name (in lower case) and content of each `<meta>`.
fn metas(head: &str) -> Vec<(String, String)> {
    let lower = head.to_ascii_lowercase();
    let starts = lower.match_indices("<meta").map(|(at, _)| at + 5).take(MOST_METAS);
    starts
        .filter_map(|start| {
            let tag = &head[start..];
            let tag = &tag[..tag.find('>')?];
            Some((attribute(tag, "name")?.trim().to_ascii_lowercase(), attribute(tag, "content")?))
        })
        .collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let (at, _) = lower.match_indices(name).find(|(at, _)| {
        let before = lower[..*at].chars().next_back();
        let after = lower[at + name.len()..].trim_start();
        before.is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '/'))
            && after.starts_with('=')
    })?;
    let value = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split(|c: char| c.is_whitespace()).next()?,
    };
    Some(entity::decoded(value))
}

/// What each origin reserves by its `/.well-known/tdmrep.json`; asked for once a day, and only where a text was read.
#[derive(Default)]
pub(crate) struct Reserved {
    origins: Mutex<BTreeMap<String, Known>>,
}

type Known = Arc<Turn<Option<(Timestamp, Arc<Rules>)>>>;

/// Patterns of paths, each with whether mining is reserved there.
#[derive(Debug, Default, PartialEq)]
struct Rules(Vec<(String, bool)>);

impl Reserved {
    /// Whether the origin reserves mining at `address`; what cannot be had reserves nothing.
    pub(crate) async fn at(&self, fetcher: &Fetcher, address: &str, now: Timestamp) -> bool {
        let Ok(url) = Url::parse(address) else { return false };
        let origin = url.origin().ascii_serialization();
        let known = {
            let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(origins.entry(origin).or_default())
        };
        let mut known = known.lock().await;
        let is_fresh = |at: &Timestamp| (0..DAY).contains(&(now.as_second() - at.as_second()));
        if !known.as_ref().is_some_and(|(at, _)| is_fresh(at)) {
            *known = Some((now, Arc::new(fetched(fetcher, &url, now).await)));
        }
        let rules = known.as_ref().map(|(_, rules)| Arc::clone(rules));
        rules.is_some_and(|rules| rules.reserves(&robots::path_and_query(address)))
    }
}

async fn fetched(fetcher: &Fetcher, url: &Url, now: Timestamp) -> Rules {
    let Ok(at) = url.join("/.well-known/tdmrep.json") else { return Rules::default() };
    let answer = fetcher.get(at.as_str(), &Validators::default(), MOST_BYTES, now).await;
    match answer {
        Ok(crate::fetch::Answer::Page(page)) => Rules::read(&page.body),
        _ => Rules::default(),
    }
}

impl Rules {
    fn read(file: &[u8]) -> Rules {
        let rows = match serde_json::from_slice(file) {
            Ok(Value::Array(rows)) => rows,
            Ok(one @ Value::Object(_)) => vec![one],
            _ => return Rules::default(),
        };
        let rule = |row: &Value| {
            let reserved = match row.get("tdm-reservation")? {
                Value::Number(number) => number.as_u64()? == 1,
                Value::Bool(flag) => *flag,
                Value::String(text) => flag(text)?,
                _ => return None,
            };
            Some((row.get("location")?.as_str()?.to_owned(), reserved))
        };
        Rules(rows.iter().filter_map(rule).take(MOST_RULES).collect())
    }

    /// The first pattern that matches decides.
    fn reserves(&self, path: &str) -> bool {
        let is_met = |(location, _): &&(String, bool)| robots::meets(location, path);
        self.0.iter().find(is_met).is_some_and(|(_, reserved)| *reserved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(headers: &[(&str, &str)], body: &str) -> Stated {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let transport = Transport { address: None, headers: headers.collect() };
        in_answer(body.as_bytes(), &transport, "utkik")
    }

    #[test]
    fn a_tag_counts_when_it_is_meant_for_everybody_or_for_us() {
        let word = |value: &str| told(&[("X-Robots-Tag", value)], "").robots;
        let noindex = Some("X-Robots-Tag: noindex".to_owned());
        for value in [
            "noindex",
            "NOINDEX, nofollow",
            "utkik: noindex",
            "Utkik : noindex",
            "googlebot: nofollow, *: noindex",
            "max-image-preview:large, noindex",
        ] {
            assert_eq!(word(value), noindex, "{value}");
        }
        for value in [
            "",
            "all",
            "nofollow",
            "googlebot: noindex",
            "otherbot: noindex, nofollow",
            "max-snippet: 20",
            "unavailable_after: 25 Jun 2010 15:00:00 PST",
            "noimageindex",
        ] {
            assert_eq!(word(value), None, "{value}");
        }
        for value in ["none", "noarchive", "nosnippet", "max-snippet: 0", "nocache"] {
            assert!(word(value).is_some(), "{value}");
        }
        assert_eq!(
            told(&[("x-robots-tag", "a: all"), ("X-ROBOTS-TAG", "noindex")], "").robots,
            noindex
        );
    }

    #[test]
    fn a_page_says_the_same_in_its_head_and_its_word_on_mining_goes_first() {
        let robots = |meta: &str| told(&[], &format!("<html><head>{meta}</head>")).robots;
        assert_eq!(
            robots("<META NAME='Robots' CONTENT='NoIndex,follow'>").as_deref(),
            Some("meta robots: noindex")
        );
        assert_eq!(
            robots("<meta content=noarchive name=utkik />").as_deref(),
            Some("meta utkik: noarchive")
        );
        assert_eq!(
            robots(
                "<meta name=robots content='index, follow'><meta name=googlebot content=noindex>"
            ),
            None
        );
        assert_eq!(robots("<meta name=robots"), None);
        let mining = |header: &str, meta: &str| {
            told(
                &[("TDM-Reservation", header)],
                &format!("<meta name=\"tdm-reservation\" content=\"{meta}\">"),
            )
            .mining
        };
        assert_eq!(
            (mining("1", ""), mining("0", ""), mining("x", "")),
            (Some(true), Some(false), None)
        );
        assert_eq!((mining("1", "0"), mining("0", "1")), (Some(false), Some(true)));
    }

    #[test]
    fn the_first_location_that_matches_decides() {
        let rules = Rules::read(
            br#"[{"location":"/open/*","tdm-reservation":0},{"location":"*.pdf$","tdm-reservation":1},{"tdm-reservation":1},
                {"location":"/closed","tdm-reservation":"1","tdm-policy":"https://p.example/"}]"#,
        );
        for (path, reserved) in [
            ("/open/a.pdf", false),
            ("/x/a.pdf", true),
            ("/x/a.pdf?b", false),
            ("/closed/a", true),
            ("/", false),
        ] {
            assert_eq!(rules.reserves(path), reserved, "{path}");
        }
        for nothing in ["", "<html>", "[]", "[1,null]", "{\"location\":1}", &"[".repeat(9_000)] {
            assert_eq!(Rules::read(nothing.as_bytes()), Rules::default());
        }
    }
}
