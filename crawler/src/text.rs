//! What a page says: its main text, without menus, banners, lists of links and footers.
//!
//! The page's own `<main>` or `<article>` is believed first; where there is none, dom_smoothie
//! guesses. Before any tree is built, `nest` refuses what nests too deep. What the page says about itself is read by `about`.

mod nest;

pub(crate) use nest::bomb;

use crate::{
    Transport, about, charset,
    plain::{collapse, shortened},
};
use jiff::Timestamp;
use scraper::{ElementRef, Html, Node, Selector};
use serde::Serialize;
use utkik_sources::Language;

/// A text this long (in bytes) is believed without asking anyone else.
const ENOUGH: usize = 250;
/// A text shorter than this is none.
const TOO_LITTLE: usize = 40;

/// Never part of the main text.
const SKIPPED: &[&str] = &[
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "math",
    "iframe",
    "object",
    "nav",
    "aside",
    "footer",
    "dialog",
    "menu",
    "button",
    "select",
    "input",
    "textarea",
    "figcaption",
    "audio",
    "video",
    "canvas",
    "head",
];
/// Elements that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "blockquote",
    "body",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];
/// Words in class and id that name what surrounds a text.
const AROUND: &[&str] = &[
    "ads",
    "advert",
    "breadcrumb",
    "breadcrumbs",
    "comments",
    "consent",
    "cookie",
    "cookies",
    "dela",
    "delning",
    "feedback",
    "footer",
    "kakor",
    "menu",
    "meny",
    "modal",
    "nav",
    "navbar",
    "navigation",
    "newsletter",
    "nyhetsbrev",
    "pager",
    "pagination",
    "popup",
    "print",
    "related",
    "relaterad",
    "relaterade",
    "relaterat",
    "relatert",
    "share",
    "sharing",
    "sidebar",
    "skiplink",
    "social",
    "some",
    "sr",
    "tags",
    "toolbar",
];
const ROLES: &[&str] =
    &["navigation", "complementary", "contentinfo", "search", "dialog", "alertdialog", "menu"];

/// What we read in a page; the JSON of `utkik read`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Reading {
    /// The page's own headline.
    pub title: Option<String>,
    /// The main text: paragraphs separated by blank lines; `None` when there is none.
    pub text: Option<String>,
    /// As announced.
    pub authors: Vec<String>,
    /// As announced, or as it stands beside the headline.
    pub published: Option<Timestamp>,
    /// As announced.
    pub language: Option<Language>,
    /// Pages, of a document that has pages.
    pub pages: Option<usize>,
    /// What was skipped or not understood, one sentence each.
    pub troubles: Vec<String>,
}

impl Reading {
    fn nothing(why: impl Into<String>) -> Reading {
        Reading { troubles: vec![why.into()], ..Reading::default() }
    }
}

/// The main text of a page, with what the page says about it.
pub fn main_text(bytes: &[u8], transport: &Transport) -> Reading {
    let media_type = transport.media_type();
    if bytes.starts_with(b"%PDF") || media_type == "application/pdf" {
        return Reading::nothing("is a PDF, and PDF is not read yet");
    }
    let is_text =
        media_type.is_empty() || media_type.contains("html") || media_type.contains("xml");
    if !is_text && media_type != "text/plain" {
        return Reading::nothing(format!("is {media_type}, which holds no text that we read"));
    }
    let (text, doubt) = charset::decode(bytes, transport.header("content-type"));
    let mut reading = if text.trim().is_empty() {
        Reading::nothing("answered with nothing")
    } else if is_binary(&text) {
        Reading::nothing("is no text, whatever it calls itself")
    } else if media_type == "text/plain" {
        Reading { text: Some(paragraphs_of(&text)), ..Reading::default() }
    } else if let Some(why) = bomb(&text) {
        Reading::nothing(why)
    } else {
        read_html(&text, transport)
    };
    reading.troubles.extend(doubt);
    reading
}

/// Texts hold next to no control characters; images, archives and the like hold one in ten.
fn is_binary(text: &str) -> bool {
    let is_control = |letter: &char| letter.is_ascii_control() && !letter.is_ascii_whitespace();
    let letters = text.chars().take(4096).count();
    text.chars().take(4096).filter(is_control).count() * 50 > letters
}

fn read_html(html: &str, transport: &Transport) -> Reading {
    let page = Html::parse_document(html);
    let container = container(&page);
    let mut paragraphs = container.map(rendered).unwrap_or_default();
    if length(&paragraphs) < ENOUGH {
        let guess = guessed(html);
        if length(&guess) > 2 * length(&paragraphs) {
            paragraphs = guess;
        }
    }
    if length(&paragraphs) < TOO_LITTLE {
        let whole = select_first(&page, "body").map(rendered).unwrap_or_default();
        paragraphs = if length(&whole) > length(&paragraphs) { whole } else { paragraphs };
    }
    let about = about::read(&page, container, &paragraphs, transport);
    paragraphs.retain(|line| !about::is_dateline(line) && Some(line) != about.title.as_ref());
    let text = paragraphs.join("\n\n");
    let trouble = text.is_empty().then(|| "has no main text that we could find".to_owned());
    Reading {
        title: about.title.map(|title| shortened(title, 500)),
        text: (!text.is_empty()).then_some(text),
        authors: about.authors,
        published: about.published,
        language: about.language,
        pages: None,
        troubles: trouble.into_iter().collect(),
    }
}

/// The element that the page itself calls its main part.
fn container(page: &Html) -> Option<ElementRef<'_>> {
    let articles = select(page, "article");
    let has_headline = |article: &&ElementRef| article.select(&selector("h1")).next().is_some();
    let with_headline: Vec<_> = articles.iter().filter(has_headline).collect();
    let only = match (&articles[..], &with_headline[..]) {
        (_, [only]) => Some(**only),
        ([only], _) => Some(*only),
        _ => None,
    };
    let mains = ["main", "[role=main]", "#main-content", "#maincontent", "[itemprop=articleBody]"];
    let candidates =
        only.into_iter().chain(mains.iter().filter_map(|name| select_first(page, name)));
    let candidates: Vec<_> = candidates.collect();
    let long_enough = |element: &&ElementRef| length(&rendered(**element)) >= ENOUGH;
    candidates.iter().find(long_enough).or(candidates.last()).copied()
}

/// Where the page does not say, dom_smoothie weighs paragraphs and links.
fn guessed(html: &str) -> Vec<String> {
    let config = dom_smoothie::Config {
        max_elements_to_parse: nest::MAX_TAGS,
        disable_json_ld: true,
        text_mode: dom_smoothie::TextMode::Formatted,
        ..dom_smoothie::Config::default()
    };
    let article = dom_smoothie::Readability::new(html, None, Some(config))
        .and_then(|mut page| page.parse())
        .map(|article| article.text_content.to_string())
        .unwrap_or_default();
    article.split('\n').map(collapse).filter(|line| !line.is_empty()).collect()
}

/// The paragraphs of an element, without what only surrounds them.
fn rendered(element: ElementRef) -> Vec<String> {
    let total = element.text().map(str::len).sum();
    let headline = element.select(&selector("h1")).next();
    let ancestors = headline.into_iter().flat_map(|h1| h1.ancestors());
    let with_headline = ancestors.filter_map(ElementRef::wrap).collect();
    let mut page = Rendering { total, with_headline, paragraphs: Vec::new(), line: String::new() };
    page.walk(element, false);
    page.end_line();
    page.paragraphs
}

struct Rendering<'p> {
    /// Bytes of all text in the container, what surrounds it included.
    total: usize,
    /// Elements that hold the headline: they surround nothing.
    with_headline: Vec<ElementRef<'p>>,
    paragraphs: Vec<String>,
    line: String,
}

/// Bytes of text in an element, and what part of them and how many pieces are links.
#[derive(Clone, Copy, Default)]
struct Weight {
    text: usize,
    in_links: usize,
    links: usize,
}

impl<'p> Rendering<'p> {
    fn walk(&mut self, element: ElementRef<'p>, in_link: bool) -> Weight {
        let name = element.value().name();
        let is_block = BLOCKS.contains(&name);
        if is_block {
            self.end_line();
        }
        let start = self.paragraphs.len();
        let mut weight = Weight::default();
        let in_link = in_link || name == "a";
        weight.links += usize::from(name == "a");
        for child in element.children() {
            match child.value() {
                Node::Text(text) => {
                    self.line.push_str(text);
                    let bytes = text.trim().len();
                    weight.text += bytes;
                    weight.in_links += if in_link { bytes } else { 0 };
                }
                Node::Element(_) => {
                    let Some(child) = ElementRef::wrap(child) else { continue };
                    weight = weight.with(self.child(child, in_link));
                }
                _ => {}
            }
        }
        if matches!(name, "td" | "th" | "br") {
            self.line.push(' ');
        }
        if is_block {
            self.end_line();
            if self.only_surrounds(element, weight) {
                self.paragraphs.truncate(start);
                // A heading over nothing but links goes with them.
                return Weight::default();
            }
        }
        weight
    }

    fn child(&mut self, child: ElementRef<'p>, in_link: bool) -> Weight {
        let element = child.value();
        let hidden = element.attr("hidden").is_some()
            || element.attr("aria-hidden") == Some("true")
            || element
                .attr("style")
                .is_some_and(|style| style.replace(' ', "").contains("display:none"));
        if hidden || SKIPPED.contains(&element.name()) {
            return Weight::default();
        }
        self.walk(child, in_link)
    }

    /// Whether a block is a menu, a banner, a list of links: named so, or made of links.
    fn only_surrounds(&self, element: ElementRef<'p>, weight: Weight) -> bool {
        if self.with_headline.contains(&element) || weight.text * 2 > self.total {
            return false;
        }
        let role = element.value().attr("role").unwrap_or_default();
        let made_of_links = weight.links >= 2 && weight.in_links * 10 > weight.text * 8;
        let is_list = matches!(element.value().name(), "ul" | "ol" | "div" | "section" | "table");
        (is_list && made_of_links) || ROLES.contains(&role) || is_named_so(element)
    }

    fn end_line(&mut self) {
        let line = collapse(&self.line);
        self.line.clear();
        if !line.is_empty() {
            self.paragraphs.push(line);
        }
    }
}

impl Weight {
    fn with(self, other: Weight) -> Weight {
        Weight {
            text: self.text + other.text,
            in_links: self.in_links + other.in_links,
            links: self.links + other.links,
        }
    }
}

fn is_named_so(element: ElementRef) -> bool {
    let names = [element.value().attr("class"), element.value().attr("id")];
    names.into_iter().flatten().any(|name| {
        // "cookieBanner" is two words.
        let mut spaced = String::with_capacity(name.len() + 8);
        for c in name.chars() {
            if c.is_uppercase() {
                spaced.push(' ');
            }
            spaced.extend(c.to_lowercase());
        }
        spaced.split(|c: char| !c.is_alphanumeric()).any(|word| AROUND.contains(&word))
    })
}

fn paragraphs_of(text: &str) -> String {
    let blocks = text.replace("\r\n", "\n");
    let blocks: Vec<String> =
        blocks.split("\n\n").map(collapse).filter(|block| !block.is_empty()).collect();
    blocks.join("\n\n")
}

fn length(paragraphs: &[String]) -> usize {
    paragraphs.iter().map(String::len).sum()
}

pub(crate) fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("our selectors are written in the code, and tested")
}

pub(crate) fn select<'p>(page: &'p Html, css: &str) -> Vec<ElementRef<'p>> {
    page.select(&selector(css)).collect()
}

pub(crate) fn select_first<'p>(page: &'p Html, css: &str) -> Option<ElementRef<'p>> {
    page.select(&selector(css)).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Reading {
        main_text(html.as_bytes(), &Transport::default())
    }

    const BODY: &str = "<p>The agency has been asked to build a national service for referrals, and \
        to report in March. Regions and municipalities take part in the work.</p><p>The service \
        will let patients follow their referral, and it will tell how long they have to wait. It is \
        paid by the state until 2028.</p><ul><li>One thing</li><li>Another thing</li></ul>";

    #[test]
    fn the_main_part_is_read_without_what_surrounds_it() {
        let reading = read(&format!(
            "<html lang=sv-SE><head><title>Referrals - The Agency</title></head><body>\
             <div class=cookie>We use cookies</div><nav><a href=/>Start</a></nav><main><article>\
             <h1>Referrals</h1><p class=published>Publicerad <time datetime=2026-03-03>3 mars 2026</time></p>\
             {BODY}<div class='share-links'>Dela: <a>A</a> <a>B</a></div>\
             <h2>More</h2><ul><li><a>One</a></li><li><a>Two</a></li></ul></article></main>\
             <aside>Related</aside><footer>Contact</footer></body></html>"
        ));
        let text = reading.text.unwrap();
        assert!(text.starts_with("The agency has been asked"), "{text}");
        assert!(text.contains("in the work.\n\nThe service will"), "{text}");
        assert!(text.contains("One thing\n\nAnother thing"), "{text}");
        for noise in ["cookies", "Start", "Dela", "Two", "Related", "Contact", "Publicerad"] {
            assert!(!text.contains(noise), "{noise} in {text}");
        }
        assert_eq!(reading.title.as_deref(), Some("Referrals"));
        assert_eq!(reading.language.unwrap().code(), "sv");
        assert_eq!(reading.published.unwrap().to_string(), "2026-03-02T23:00:00Z");
        assert_eq!(reading.troubles, Vec::<String>::new());
    }

    #[test]
    fn a_page_without_a_main_part_is_guessed() {
        let reading =
            read(&format!("<body><div id=menu><a>A</a></div><div><h1>T</h1>{BODY}</div></body>"));
        assert!(reading.text.unwrap().contains("The service will let patients"));
        let reading = read(
            "<body><main><h1>Notice</h1><p>The office is closed on Friday, all day long.</p></main>",
        );
        assert_eq!(reading.text.as_deref(), Some("The office is closed on Friday, all day long."));
    }

    #[test]
    fn a_nest_of_elements_is_refused_before_any_tree_is_built() {
        for bomb in ["<div>", "<b>", "<span x>", "<table><tr><td>", "<svg><style><g>"] {
            let reading = read(&format!("<main>{}x", bomb.repeat(50_000)));
            assert_eq!(reading.text, None);
            assert!(reading.troubles[0].contains("nests deeper"), "{bomb}: {:?}", reading.troubles);
        }
        for attribute in ["a ", "a=1\n", "a='b c'/", "a = \"b\" "] {
            let reading = read(&format!("<main><a {}>x</a>", attribute.repeat(50_000)));
            assert!(reading.troubles[0].contains("attributes"), "{:?}", reading.troubles);
        }
        for bomb in ["<p>x", "</p>", "&#x;"] {
            let reading = read(&format!("<main>{}x", bomb.repeat(200_001)));
            assert!(reading.troubles[0].contains("more than 200000 tags"), "{bomb}");
        }
        let classes = format!("<main><p class=\"{}\">Text.</p></main>", "a ".repeat(5_000));
        assert!(read(&classes).text.is_some());
        let flat = format!("<main>{}</main>", "<p>A paragraph of text.<br><li>x".repeat(2_000));
        assert!(read(&flat).text.is_some());
    }

    #[test]
    fn what_is_no_page_is_told() {
        let stated = |media_type: &str| Transport {
            address: None,
            headers: vec![("Content-Type".into(), media_type.into())],
        };
        let troubles = |bytes: &[u8], media_type| main_text(bytes, &stated(media_type)).troubles;
        assert_eq!(troubles(b"%PDF-1.7", "text/html"), ["is a PDF, and PDF is not read yet"]);
        assert_eq!(troubles(b"x", "image/png"), ["is image/png, which holds no text that we read"]);
        assert_eq!(troubles(b" ", "text/html"), ["answered with nothing"]);
        let image: Vec<u8> = (0..=255).cycle().take(5_000).collect();
        assert_eq!(troubles(&image, "text/html")[0], "is no text, whatever it calls itself");
        assert_eq!(troubles(b"<body></body>", ""), ["has no main text that we could find"]);
    }
}
