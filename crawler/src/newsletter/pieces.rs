//! What an HTML mail announces: each link that leads to a page, with the headline and the words that belong to it.

use super::{
    mail::Receiver,
    target::{Target, target},
};
use crate::{
    plain::{collapse, shortened},
    text::{bomb, selector},
};
use scraper::{ElementRef, Html, Node};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Links beyond this are not looked at.
const MAX_LINKS: usize = 1_000;
const MAX_TITLE: usize = 300;
const MAX_SUMMARY: usize = 2_000;
/// What a headline is at least, in characters; "Read more" is shorter.
const SHORT: usize = 10;
/// A link without a place of its own is a publication's when its words are this many characters.
const LONG: usize = 25;
/// Elements that are not shown.
const UNSEEN: &[&str] = &["head", "style", "script", "title", "noscript", "template", "svg"];
/// Elements within a line.
const INLINE: &[&str] =
    &["a", "abbr", "b", "em", "font", "i", "img", "small", "span", "strong", "sub", "sup", "u"];
/// Words on links that lead on, and say nothing of where to.
const ONWARD: &[&str] = &[
    "l\u{e4}s mer",
    "l\u{e4}s hela",
    "l\u{e4}s vidare",
    "till ",
    "se mer",
    "mer information",
    "read ",
    "more",
    "learn more",
    "find out",
    "les mer",
    "les hele",
    "l\u{e6}s mere",
    "l\u{e6}s hele",
    "lue lis\u{e4}\u{e4}",
    "lesa meira",
    "klicka h\u{e4}r",
    "click here",
    "h\u{e4}r",
    "here",
    "http",
    "www.",
];
/// Words on links that look after a subscription, and on lines around them.
const HOUSEKEEPING: &[&str] = &[
    "unsubscribe",
    "opt out",
    "opt-out",
    "preferences",
    "update your profile",
    "view in browser",
    "view this email",
    "view online",
    "online version",
    "web version",
    "forward to",
    "privacy policy",
    "contact us",
    "follow us",
    "avregistrera",
    "avprenumerera",
    "avsluta prenumeration",
    "avanm\u{e4}l",
    "hantera prenumeration",
    "\u{e4}ndra dina uppgifter",
    "uppdatera dina uppgifter",
    "webbversion",
    "i webbl\u{e4}sare",
    "i din webbl\u{e4}sare",
    "tipsa en",
    "vidarebefordra",
    "personuppgift",
    "integritetspolicy",
    "kontakta oss",
    "f\u{f6}lj oss",
    "meld deg av",
    "avmeld",
    "vis i nettleser",
    "i nettleseren",
    "afmeld",
    "vis i browser",
    "i din browser",
    "privatlivspolitik",
    "personvern",
    "peruuta tilau",
    "tilausasetukset",
    "n\u{e4}yt\u{e4} selaimessa",
    "tietosuoja",
    "afskr\u{e1}",
];

/// One publication that a mail announces.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Piece {
    pub(super) title: String,
    /// `None` when only a counter of clicks knows it.
    pub(super) link: Option<String>,
    pub(super) summary: Option<String>,
}

/// What a mail says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Letter {
    pub(super) pieces: Vec<Piece>,
    /// All it says, without what is about the subscription or the receiver.
    pub(super) lines: Vec<String>,
}

/// What an HTML mail says.
pub(super) fn of_html(html: &str, receiver: &Receiver) -> Result<Letter, String> {
    if let Some(why) = bomb(html) {
        return Err(why);
    }
    let page = Html::parse_document(html);
    let map = Links::of(&page, receiver);
    let mut pieces = map.pieces();
    pieces.retain(|piece| !receiver.is_named_in(&piece.title));
    for piece in &mut pieces {
        let summary = piece.summary.take().filter(|text| !receiver.is_named_in(text));
        piece.summary = summary.map(|text| shortened(text, MAX_SUMMARY));
    }
    let lines = said(lines(page.root_element()), receiver);
    Ok(Letter { pieces, lines })
}

/// Lines without those about the subscription or the receiver.
pub(super) fn said(lines: Vec<String>, receiver: &Receiver) -> Vec<String> {
    let is_said = |line: &String| !is_housekeeping(line) && !receiver.is_named_in(line);
    lines.into_iter().filter(is_said).collect()
}

/// Whether a short text is about the subscription.
pub(super) fn is_housekeeping(text: &str) -> bool {
    let text = text.to_lowercase();
    text.chars().count() < 200 && HOUSEKEEPING.iter().any(|words| text.contains(words))
}

pub(super) fn is_onward(text: &str) -> bool {
    let text = text.to_lowercase();
    let text = text.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    text.chars().count() < 40 && ONWARD.iter().any(|words| text.starts_with(words))
}

/// A link to a publication.
struct Link<'p> {
    element: ElementRef<'p>,
    text: String,
}

/// All links of a mail, those that lead to the same page together, in the order of the mail.
struct Links<'p> {
    by_target: Vec<(Target, Vec<Link<'p>>)>,
    /// Of each element, the target of all links in it, if they have only one.
    alone: HashMap<ego_tree::NodeId, Option<usize>>,
}

impl<'p> Links<'p> {
    fn of(page: &'p Html, receiver: &Receiver) -> Links<'p> {
        let mut links = Links { by_target: Vec::new(), alone: HashMap::new() };
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for element in page.select(&selector("a[href]")).take(MAX_LINKS) {
            let href = element.value().attr("href").unwrap_or_default();
            let text = words_on(element);
            let Some(to) = target(href, receiver).filter(|_| !is_housekeeping(&text)) else {
                continue;
            };
            // A hidden page is told apart by the whole address, which is not kept.
            let key = match &to {
                Target::Page(page) => page.clone(),
                Target::Hidden => href.to_owned(),
            };
            let next = links.by_target.len();
            let at = *places.entry(key).or_insert(next);
            if at == next {
                links.by_target.push((to, Vec::new()));
            }
            links.by_target[at].1.push(Link { element, text });
            for node in std::iter::once(*element).chain(element.ancestors()) {
                let alone = links.alone.entry(node.id()).or_insert(Some(at));
                *alone = alone.filter(|known| *known == at);
            }
        }
        links
    }

    fn pieces(&self) -> Vec<Piece> {
        let found: Vec<(Piece, bool)> =
            (0..self.by_target.len()).filter_map(|at| self.piece(at)).collect();
        let placed = found.iter().filter(|(_, has_place)| *has_place).count();
        let mut seen = HashSet::new();
        let is_one = |(piece, has_place): &(Piece, bool)| {
            *has_place || (placed < 2 && piece.title.chars().count() >= LONG)
        };
        let pieces = found.into_iter().filter(is_one).map(|(piece, _)| piece);
        pieces.filter(|piece| seen.insert(piece.title.to_lowercase())).collect()
    }

    /// What is said of a target, and whether it has a place of its own in the mail.
    fn piece(&self, at: usize) -> Option<(Piece, bool)> {
        let (target, links) = &self.by_target[at];
        let best = links.iter().filter(|link| !is_onward(&link.text));
        let best = best.max_by_key(|link| link.text.len()).or_else(|| links.first())?;
        let own = self.own(best.element, at);
        let own_lines = lines(own);
        let before = self.beside(own, false);
        let after = self.beside(own, true);
        let is_telling = |text: &str| text.chars().count() >= SHORT && !is_onward(text);
        let heading = heading_in(own).filter(|text| is_telling(text));
        let link = Some(best.text.clone()).filter(|text| is_telling(text));
        let is_in_heading =
            best.element.ancestors().filter_map(ElementRef::wrap).take(4).any(is_heading);
        let above = || before.iter().position(|(is_heading, _)| *is_heading);
        let strong = || strong_in(own).filter(|text| is_telling(text));
        let first = || own_lines.iter().find(|line| is_telling(line)).cloned();
        let title = heading.clone().or_else(|| link.clone()).or_else(strong);
        let title = title.or_else(|| before.get(above()?).map(|(_, text)| text.clone()));
        let title = shortened(title.or_else(first)?, MAX_TITLE);
        let mut around: Vec<String> = own_lines;
        if above().is_some_and(|at| before[at].1 == title) {
            let told = before.iter().skip_while(|(_, text)| *text != title).skip(1);
            around.splice(0..0, told.map(|(_, text)| text.clone()));
        } else if around.iter().all(|line| *line == title || is_onward(line)) {
            let told = after.into_iter().take_while(|(is_heading, _)| !is_heading);
            around.extend(told.map(|(_, text)| text));
        }
        let has_words = around.iter().any(|line| *line != title && !is_onward(line));
        let is_prose =
            around.iter().any(|line| line.len() > 2 * best.text.len() && line.contains(&best.text));
        let has_place = heading.is_some()
            || is_in_heading
            || above().is_some()
            || (has_words && (!is_prose || is_onward(&best.text)))
            || is_listed(own);
        let summary: Vec<String> = around
            .into_iter()
            .filter(|line| *line != title && !is_onward(line) && !is_housekeeping(line))
            .collect();
        let summary = Some(summary.join(" ")).filter(|text| !text.is_empty());
        let link = match target {
            Target::Page(page) => Some(page.clone()),
            Target::Hidden => None,
        };
        Some((Piece { title, link, summary }, has_place))
    }

    /// The largest part of the mail around a link that holds no link to elsewhere.
    fn own(&self, link: ElementRef<'p>, at: usize) -> ElementRef<'p> {
        let around = link.ancestors().filter_map(ElementRef::wrap);
        let alone = |element: &ElementRef| {
            self.alone.get(&element.id()) == Some(&Some(at))
                && !matches!(element.value().name(), "body" | "html")
        };
        around.take_while(alone).last().unwrap_or(link)
    }

    /// Lines of the elements beside a part that hold no link, each with whether it is a heading, in the order of
    /// the mail.
    fn beside(&self, own: ElementRef<'p>, after: bool) -> Vec<(bool, String)> {
        let mut found = Vec::new();
        let siblings: Vec<_> = if after {
            own.next_siblings().take(8).collect()
        } else {
            own.prev_siblings().take(8).collect()
        };
        for node in siblings {
            match node.value() {
                Node::Text(text) => {
                    let text = collapse(text);
                    if !text.is_empty() {
                        found.push((false, text));
                    }
                }
                Node::Element(element) => {
                    if self.alone.contains_key(&node.id()) || element.name() == "hr" {
                        break;
                    }
                    let Some(element) = ElementRef::wrap(node) else { continue };
                    let is_heading = is_heading(element) || heading_in(element).is_some();
                    let mut lines: Vec<(bool, String)> =
                        lines(element).into_iter().map(|line| (is_heading, line)).collect();
                    if !after {
                        lines.reverse();
                    }
                    found.extend(lines);
                    if is_heading {
                        break;
                    }
                }
                _ => {}
            }
        }
        if !after {
            found.reverse();
        }
        found
    }
}

fn is_heading(element: ElementRef) -> bool {
    matches!(element.value().name(), "h1" | "h2" | "h3" | "h4" | "h5")
}

fn is_listed(own: ElementRef) -> bool {
    let mut around = std::iter::once(own).chain(own.ancestors().filter_map(ElementRef::wrap));
    around.any(|element| element.value().name() == "li")
}

fn heading_in(own: ElementRef) -> Option<String> {
    let heading = own.select(&selector("h1, h2, h3, h4, h5")).next();
    let heading = heading.or_else(|| is_heading(own).then_some(own))?;
    Some(lines(heading).join(" ")).filter(|text| !text.is_empty())
}

fn strong_in(own: ElementRef) -> Option<String> {
    let strong = own.select(&selector("strong, b")).next()?;
    Some(lines(strong).join(" "))
}

/// The words on a link, or of the picture on it.
fn words_on(link: ElementRef) -> String {
    let text = lines(link).join(" ");
    if !text.is_empty() {
        return text;
    }
    let picture = link.select(&selector("img[alt]")).next();
    collapse(picture.and_then(|picture| picture.value().attr("alt")).unwrap_or_default())
}

/// What is shown within an element, line by line.
fn lines(element: ElementRef) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), String::new());
    let mut unseen = 0usize;
    let mut end = |line: &mut String| {
        let text = collapse(line);
        line.clear();
        // Lines of dashes and of what cannot be seen say nothing.
        if text.chars().any(char::is_alphanumeric) {
            lines.push(text);
        }
    };
    for edge in element.traverse() {
        let (node, opens) = match edge {
            ego_tree::iter::Edge::Open(node) => (node, true),
            ego_tree::iter::Edge::Close(node) => (node, false),
        };
        match node.value() {
            Node::Text(text) if opens && unseen == 0 => line.push_str(text),
            Node::Element(element) => {
                if is_unseen(element) {
                    unseen = if opens { unseen + 1 } else { unseen.saturating_sub(1) };
                } else if !INLINE.contains(&element.name()) {
                    end(&mut line);
                }
            }
            _ => {}
        }
    }
    end(&mut line);
    lines
}

fn is_unseen(element: &scraper::node::Element) -> bool {
    let style = element.attr("style").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
    UNSEEN.contains(&element.name())
        || style.contains("display:none")
        || style.contains("visibility:hidden")
        || style.contains("font-size:0")
        || style.contains("max-height:0")
        || element.attr("hidden").is_some()
}
