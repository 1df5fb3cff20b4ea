//! Lines that every site has: "Share this", "Advertisement", "Read also: …", datelines, bylines.

use super::{
    genre::Genre,
    lines::{Form, Line},
};
use crate::about::{self, About};
use std::collections::HashMap;

/// A line with one of these and nothing more says nothing.
const NOTHING_MORE: &[&str] = &[
    "advertiser content from",
    "from our sponsor",
    "hj\u{e4}lpte informationen dig",
    "lyssna p\u{e5} sidan",
    "kopiera l\u{e4}nk",
    "till startsidan",
    "visa alla",
    "visa fler",
    "se alla",
    "st\u{e4}ng",
    "lukk",
    "luk",
    "\u{f6}ppna",
    "sulje",
    "jaa sivu",
    "was this page helpful",
    "was this article helpful",
    "yes",
    "no",
    "ja",
    "nej",
    "nei",
    "ad",
    "add a comment",
    "add to bag",
    "add to basket",
    "add to cart",
    "add to wishlist",
    "advertisement",
    "advertisements",
    "advertising",
    "all news",
    "annonce",
    "annons",
    "annonse",
    "article continues after advertisement",
    "article continues below",
    "back to top",
    "buy now",
    "close",
    "comment",
    "comments",
    "continue reading",
    "copy",
    "copy link",
    "del artikel",
    "del saken",
    "dela",
    "dela artikeln",
    "dela sidan",
    "download",
    "e-mail",
    "edit",
    "edit on github",
    "edit this page",
    "email",
    "facebook",
    "filed under",
    "find out more",
    "follow",
    "follow us",
    "forrige",
    "f\u{f6}reg\u{e5}ende",
    "g\u{e5} direkt till inneh\u{e5}ll",
    "g\u{e5} till inneh\u{e5}ll",
    "home",
    "hoppa till inneh\u{e5}ll",
    "in den warenkorb",
    "jaa",
    "jump to",
    "kommentera",
    "k\u{f6}p",
    "learn more",
    "leave a comment",
    "legg i handlekurven",
    "les mer",
    "like",
    "linkedin",
    "loading",
    "log in",
    "log in to reply",
    "lue lis\u{e4}\u{e4}",
    "lyssna",
    "l\u{e4}gg i varukorgen",
    "l\u{e4}s mer",
    "læs mere",
    "mainos",
    "menu",
    "meny",
    "more",
    "neste",
    "next",
    "n\u{e4}sta",
    "osta",
    "out of stock",
    "permalink",
    "pinterest",
    "post reply",
    "previous",
    "print",
    "print this page",
    "quantity",
    "quick view",
    "quote",
    "read more",
    "recommended",
    "recommended for you",
    "related",
    "related articles",
    "related stories",
    "relaterat",
    "reply",
    "report",
    "save",
    "scroll to continue",
    "see all",
    "see more",
    "select options",
    "share",
    "share on facebook",
    "share on twitter",
    "share this",
    "share this article",
    "share this post",
    "sharethis",
    "show less",
    "show more",
    "show more comments",
    "sign in",
    "sign up",
    "sign up for our newsletter",
    "skip to content",
    "skip to main content",
    "skriv kommentar",
    "skriv ut",
    "sponsored",
    "story continues below advertisement",
    "subscribe",
    "subscribe now",
    "subscribe to our newsletter",
    "tags",
    "tell us what you think",
    "tilbage",
    "tilbake",
    "till inneh\u{e5}llet",
    "till toppen",
    "tillbaka",
    "tipsa",
    "tipsa andra",
    "tipsa en v\u{e4}n",
    "tulosta",
    "tweet",
    "twitter",
    "view all",
    "view comments",
    "view details",
    "view more",
    "view product",
    "visa mer",
    "whatsapp",
    "x",
];
const READING_TIMES: &[&str] = &[
    "min read",
    "minute read",
    "minutes to read",
    "min l\u{e4}sning",
    "minuters l\u{e4}sning",
    "min lesetid",
    "reading time",
];
/// A short line that begins so files the text.
const FILED: &[&str] = &[
    "categories:",
    "emneord:",
    "emner:",
    "etiketter:",
    "filed under",
    "keywords:",
    "nyckelord:",
    "posted in",
    "tagged",
    "taggar:",
    "tags:",
    "topics:",
    "\u{e4}mnen:",
    "\u{e4}mnesord:",
];
/// A short line of an article that begins so asks for something.
const ASKS: &[&str] = &[
    "anm\u{e4}l dig till",
    "click here to",
    "download our app",
    "follow us on",
    "f\u{f6}lj oss",
    "følg oss",
    "get the latest",
    "join our",
    "like us on",
    "listen to this article",
    "meld deg p\u{e5}",
    "prenumerera p\u{e5}",
    "sign up for",
    "sign up to",
    "subscribe to",
    "support our journalism",
    "tilmeld dig",
    "tipsa oss",
];
/// A short line that begins so tells when the page was last touched.
const UPDATED: &[&str] = &[
    "ajourført",
    "granskad",
    "last reviewed",
    "last updated",
    "oppdatert",
    "opdateret",
    "page last",
    "p\u{e4}ivitetty",
    "senast granskad",
    "senast uppdaterad",
    "senast \u{e4}ndrad",
    "sidan uppdaterad",
    "sidst opdateret",
    "sist endret",
    "sist oppdatert",
    "síðast uppfært",
    "updated",
    "uppdaterad",
    "uppdaterat",
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

pub(super) fn without(mut lines: Vec<Line>, about: &About, genre: Genre) -> Vec<Line> {
    if genre == Genre::Thread {
        drop_panels(&mut lines, about);
    }
    let mut kept: Vec<Line> = Vec::with_capacity(lines.len());
    let mut before = 0;
    for line in lines {
        let is_early = before < 400;
        let repeats =
            line.text.len() < 100 && kept.last().is_some_and(|last| last.text == line.text);
        if repeats || is_furniture(&line, is_early, about, genre) {
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

/// In a discussion: the names, ranks and repeated titles beside what was written.
fn drop_panels(lines: &mut Vec<Line>, about: &About) {
    let mut times: HashMap<String, usize> = HashMap::new();
    let bare = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    for line in lines.iter().filter(|line| line.text.len() < 60) {
        *times.entry(bare(&line.text)).or_default() += 1;
    }
    let title = about.title.clone().unwrap_or_default();
    lines.retain(|line| {
        let is_code = line.form == Form::Code;
        let is_repeated = || times.get(&bare(&line.text)).is_some_and(|times| *times > 2);
        let is_name = line.is_link && line.text.len() < 30;
        let is_title =
            !title.is_empty() && line.text.len() < title.len() + 10 && line.text.ends_with(&title);
        is_code || !(is_repeated() || is_name || is_title)
    });
}

/// "Jane Doe is a reporter for …" below a text.
fn presents_author(text: &str, about: &About) -> bool {
    const VERBS: &[&str] =
        &[" is ", " has ", " was ", " covers ", " writes ", " \u{e4}r ", " er ", " on "];
    let rest = |author: &String| text.strip_prefix(author.as_str()).map(str::to_owned);
    let stated = about.authors.iter().find_map(rest);
    text.len() < 500 && stated.is_some_and(|rest| VERBS.iter().any(|verb| rest.starts_with(verb)))
}

fn is_furniture(line: &Line, is_early: bool, about: &About, genre: Genre) -> bool {
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
    let begins = |starts: &[&str]| starts.iter().any(|start| lower.starts_with(start));
    let asks = genre == Genre::Article && text.len() < 160 && begins(ASKS);
    let has_digit = || lower.contains(|c: char| c.is_ascii_digit());
    says_nothing(text)
        || (text.len() < 80 && has_digit() && begins(UPDATED))
        || (text.len() < 150 && begins(FILED))
        || asks
        || (text.len() < 80 && READING_TIMES.iter().any(|words| lower.contains(words)))
        || is_copyright(&lower)
        || (line.is_link && begins(LEADS_ELSEWHERE))
        || (lower.len() < 120
            && (lower.starts_with("read more:") || lower.starts_with("read also:")))
        || (is_early && is_byline(text, &lower, about))
}

/// Whether there is nothing in a text but signs, or a word for what can be done with the page.
pub(super) fn says_nothing(text: &str) -> bool {
    if text.len() > 60 {
        return false;
    }
    let lower = text.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
    bare.is_empty() || NOTHING_MORE.contains(&bare)
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
