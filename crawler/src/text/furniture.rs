//! Lines that every site has: "Share this", "Advertisement", "Read also: …", datelines, bylines.

use super::lines::{Form, Line};
use crate::about::{self, About};

/// A line with one of these and nothing more says nothing.
const NOTHING_MORE: &[&str] = &[
    "ad",
    "advertisement",
    "advertisements",
    "advertising",
    "annons",
    "annonse",
    "annonce",
    "back to top",
    "close",
    "comment",
    "comments",
    "continue reading",
    "copy link",
    "dela",
    "dela artikeln",
    "dela sidan",
    "dela:",
    "del",
    "del artikel",
    "del saken",
    "download",
    "email",
    "e-mail",
    "facebook",
    "filed under",
    "follow us",
    "gå till innehåll",
    "hide",
    "home",
    "leave a comment",
    "less",
    "like",
    "linkedin",
    "loading",
    "loading...",
    "loading\u{2026}",
    "log in",
    "lyssna",
    "läs mer",
    "læs mere",
    "les mer",
    "lue lisää",
    "mainos",
    "menu",
    "meny",
    "more",
    "next",
    "pinterest",
    "previous",
    "print",
    "read more",
    "related",
    "related articles",
    "related stories",
    "relaterat",
    "reply",
    "save",
    "scroll to continue",
    "see more",
    "share",
    "share this",
    "share this article",
    "share this post",
    "share on facebook",
    "share on twitter",
    "share:",
    "sharethis",
    "show less",
    "show more",
    "sign in",
    "sign up",
    "skip to content",
    "skip to main content",
    "skriv ut",
    "sponsored",
    "story continues below advertisement",
    "subscribe",
    "tags",
    "tags:",
    "tell us what you think",
    "till toppen",
    "tipsa",
    "top",
    "translate",
    "tweet",
    "twitter",
    "view all",
    "view more",
    "visa mer",
    "whatsapp",
    "add to cart",
    "add to basket",
    "buy now",
    "quantity",
    "article continues below",
    "article continues after advertisement",
    "recommended",
    "recommended for you",
    "x",
    "subscribe now",
    "subscribe to our newsletter",
    "sign up for our newsletter",
    "print this page",
    "copy",
];
/// A line of links that begins so leads elsewhere.
const LEADS_ELSEWHERE: &[&str] = &[
    "also read",
    "also see",
    "don't miss",
    "l\u{e4}s \u{e4}ven",
    "l\u{e4}s mer",
    "l\u{e4}s ocks\u{e5}",
    "les ogs\u{e5}",
    "les mer",
    "lue my\u{f6}s",
    "l\u{e6}s ogs\u{e5}",
    "l\u{e6}s mere",
    "more:",
    "more on",
    "read also",
    "read more",
    "read next",
    "read:",
    "recommended:",
    "related",
    "see also",
    "watch:",
    "lesa meira",
    "lue lis\u{e4}\u{e4}",
    "mehr zum thema",
    "lesen sie auch",
    "lire aussi",
];
/// Words before the name of who wrote or took it.
const BY: &[&str] = &[
    "av",
    "by",
    "foto",
    "image",
    "photo",
    "photograph",
    "picture",
    "skribent",
    "tekst",
    "text",
    "words",
];

pub(super) fn without(lines: Vec<Line>, about: &About) -> Vec<Line> {
    let mut kept: Vec<Line> = Vec::with_capacity(lines.len());
    let mut before = 0;
    for line in lines {
        let is_early = before < 400;
        let repeats =
            line.text.len() < 100 && kept.last().is_some_and(|last| last.text == line.text);
        if repeats || is_furniture(&line, is_early, about) {
            continue;
        }
        before += line.text.len();
        kept.push(line);
    }
    while kept.len() > 3 && kept.last().is_some_and(|line| presents_author(&line.text, about)) {
        kept.pop();
    }
    kept
}

/// "Jane Doe is a reporter for …" below a text.
fn presents_author(text: &str, about: &About) -> bool {
    const VERBS: &[&str] =
        &[" is ", " has ", " was ", " covers ", " writes ", " är ", " er ", " on "];
    let rest = |author: &String| text.strip_prefix(author.as_str()).map(str::to_owned);
    let stated = about.authors.iter().find_map(rest);
    text.len() < 500 && stated.is_some_and(|rest| VERBS.iter().any(|verb| rest.starts_with(verb)))
}

fn is_furniture(line: &Line, is_early: bool, about: &About) -> bool {
    if line.form == Form::Code {
        return false;
    }
    let text = line.text.as_str();
    let title = about.title.as_deref();
    if Some(text) == title || about::is_dateline(text) {
        return true;
    }
    if text.len() > 200 {
        return false;
    }
    let lower = text.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric() && c != ':' && c != '.');
    let says_nothing = !text.chars().any(char::is_alphanumeric);
    says_nothing
        || NOTHING_MORE.contains(&lower.as_str())
        || NOTHING_MORE.contains(&bare)
        || is_copyright(&lower)
        || (line.is_link && LEADS_ELSEWHERE.iter().any(|start| lower.starts_with(start)))
        || (lower.len() < 120
            && (lower.starts_with("read more:") || lower.starts_with("read also:")))
        || (is_early && is_byline(text, &lower, about))
}

fn is_copyright(lower: &str) -> bool {
    lower.contains("all rights reserved")
        || lower.starts_with('\u{a9}')
        || lower.starts_with("copyright \u{a9}")
}

fn is_byline(text: &str, lower: &str, about: &About) -> bool {
    if text.len() > 100 {
        return false;
    }
    let first = lower.split([' ', ':']).next().unwrap_or_default();
    let names_author = about.authors.iter().any(|author| lower.contains(&author.to_lowercase()));
    let is_sentence = text.ends_with(['.', '!', '?', '\u{201d}', '"']) && text.len() > 40;
    (BY.contains(&first) && !is_sentence) || (names_author && !is_sentence && text.len() < 80)
}
