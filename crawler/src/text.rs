//! What a page says: its main text, without menus, banners, lists of links and footers.
//!
//! Before any tree is built, `nest` refuses what nests too deep. Then `outline` lists what each element holds,
//! `names` reads what elements are called, `genre` tells what sort of page it is, `container` strips what surrounds
//! the text and finds its place, `lines` writes it down and `furniture` drops lines that every site has. Where the page
//! names nothing or says little, dom_smoothie is asked, and what the page tells machines counts as evidence. What the
//! page says about itself is read by `about`.

mod container;
mod furniture;
mod genre;
mod lines;
mod names;
mod nest;
mod outline;

pub(crate) use nest::bomb;

use crate::{
    Transport,
    about::{self, About, Place},
    charset,
    plain::{collapse, shortened},
};
use container::Choice;
use genre::Genre;
use jiff::Timestamp;
use lines::{Form, Line};
use outline::Outline;
use scraper::{ElementRef, Html, Selector};
use serde::Serialize;
use serde_json::Value;
use utkik_sources::Language;

/// A text this long (in bytes) is believed without asking anyone else.
const ENOUGH: usize = 250;
/// With more elements than this, dom_smoothie takes seconds.
const MOST_TO_GUESS: usize = 6_000;
/// A text shorter than this is none.
const TOO_LITTLE: usize = 40;

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
        return Reading::nothing("is a PDF, and no program to read it is set");
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
    let linked = about::linked_data(&page);
    let mut outline = Outline::of(&page, &about::stated_title(&page));
    let genre = genre::of(&page, &outline, &linked, transport.address.as_deref());
    let (near, bylines) = near_headline(&outline);
    container::strip(&mut outline, genre);
    let choice = container::choose(&outline, genre);
    let place = Place {
        headline: outline.headline.map(|at| headline(&outline, at)),
        part: choice.is_text.then(|| outline.parts[choice.scope].element),
        near,
        bylines,
    };
    let about = about::read(&page, &place, &linked, transport);
    let lines = written(&outline, &choice, genre, &linked);
    let mut lines = furniture::without(lines, &about, genre);
    let is_doubtful = length(&lines) < ENOUGH || !choice.is_named;
    if is_doubtful && outline.parts.len() < MOST_TO_GUESS {
        let guess = furniture::without(guessed(html), &about, genre);
        lines = if length(&guess) > 2 * length(&lines) { guess } else { lines };
    }
    if length(&lines) < TOO_LITTLE {
        let whole = furniture::without(lines::of(&outline, outline.body(), false), &about, genre);
        lines = if length(&whole) > length(&lines) { whole } else { lines };
    }
    let texts: Vec<String> = lines.into_iter().map(|line| line.text).collect();
    reading(stated_instead(texts.join("\n\n"), &linked), about)
}

fn reading(text: String, about: About) -> Reading {
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

/// The headline, without the buttons and signs in it.
fn headline(outline: &Outline, at: usize) -> String {
    let lines = lines::of(outline, at, false).into_iter().map(|line| line.text);
    lines.collect::<Vec<_>>().join(" ")
}

/// The short texts around the headline, among which the day stands, and those of them that name the author.
fn near_headline(outline: &Outline) -> (Vec<String>, Vec<String>) {
    let headline = outline.headline.unwrap_or(outline.body());
    let near = outline.present().skip_while(|at| *at + 30 < headline).take(120);
    let short = near.filter(|at| {
        let part = &outline.parts[*at];
        let most = if part.is_block || part.names.byline { 150 } else { 40 };
        part.holds.text > 0 && part.holds.text < most
    });
    let (mut texts, mut bylines) = (Vec::new(), Vec::new());
    for part in short.map(|at| &outline.parts[at]) {
        let text = text_of(part.element);
        if part.names.byline {
            bylines.push(text.clone());
        }
        texts.push(text);
    }
    (texts, bylines)
}

fn written(outline: &Outline, choice: &Choice, genre: Genre, linked: &[Value]) -> Vec<Line> {
    let mut written = Vec::new();
    if let Some(lead) = choice.lead {
        written.extend(lines::of(outline, lead, true));
    }
    written.extend(lines::of(outline, choice.part, choice.is_text));
    if genre == Genre::Product
        && let Some(description) = linked.iter().find_map(|data| about::string(data, "description"))
    {
        let start: String = description.chars().take(40).collect();
        if description.len() > TOO_LITTLE && !written.iter().any(|line| line.text.contains(&start))
        {
            let line = Line { text: description, form: Form::Paragraph, is_link: false };
            written.insert(0, line);
        }
    }
    written
}

/// What a page tells machines is its text, where it shows less than half of it.
fn stated_instead(text: String, linked: &[Value]) -> String {
    let stated = linked.iter().find_map(|data| about::string(data, "articleBody"));
    match stated {
        Some(stated) if stated.len() > 2 * text.len().max(ENOUGH) => stated,
        _ => text,
    }
}

/// dom_smoothie weighs paragraphs and links.
fn guessed(html: &str) -> Vec<Line> {
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
    let texts = article.split('\n').map(collapse).filter(|line| !line.is_empty());
    texts.map(|text| Line { text, form: Form::Paragraph, is_link: false }).collect()
}

fn text_of(element: ElementRef) -> String {
    collapse(&element.text().collect::<String>())
}

fn paragraphs_of(text: &str) -> String {
    let blocks = text.replace("\r\n", "\n");
    let blocks: Vec<String> =
        blocks.split("\n\n").map(collapse).filter(|block| !block.is_empty()).collect();
    blocks.join("\n\n")
}

fn length(lines: &[Line]) -> usize {
    lines.iter().map(|line| line.text.len()).sum()
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

    /// A text long enough to be believed, with one word for each paragraph.
    fn prose(words: &[&str]) -> String {
        let said = |word| {
            format!(
                "<p>The {word} was described at length, and with all the numbers that anyone could ask for.</p>"
            )
        };
        words.iter().map(said).collect()
    }

    fn text(html: &str) -> String {
        read(html).text.unwrap_or_default()
    }

    #[test]
    fn comments_are_no_part_of_an_article_and_all_of_a_discussion() {
        let comments = format!("<div class=comments>{}</div>", prose(&["reply"]));
        let page = format!(
            "<body><article><h1>T</h1>{}</article>{comments}",
            prose(&["plan", "cost", "rule"])
        );
        assert!(!text(&page).contains("reply"));
        let post =
            |word| format!("<div class=post><p class=author>member</p>{}</div>", prose(&[word]));
        let thread = format!(
            "<body><h1>T</h1><div>{}{}{}</div>",
            post("question"),
            post("answer"),
            post("thanks")
        );
        assert!(text(&thread).contains("question") && text(&thread).contains("thanks"));
        assert!(!text(&thread).contains("member"));
    }

    #[test]
    fn lists_of_links_are_text_where_a_page_is_a_list() {
        let card = |i| {
            format!(
                "<a class=teaser href=/{i}><h2>Number {i} of the long and well known series</h2><p>What it tells.</p></a>"
            )
        };
        let cards: String = (0..5).map(card).collect();
        let list = text(&format!(
            "<body><nav><a>Menu</a></nav><main><h1>News</h1><div>{cards}</div></main>"
        ));
        assert!(
            list.contains("Number 4 of")
                && list.contains("What it tells.")
                && !list.contains("Menu")
        );
        let article = format!(
            "<main><article><h1>T</h1>{}<h2>More</h2><div>{cards}</div></article></main>",
            prose(&["plan", "cost", "rule", "law"])
        );
        assert!(!text(&article).contains("Number 4") && !text(&article).contains("More"));
    }

    #[test]
    fn paragraphs_are_found_in_breaks_layout_tables_and_several_bodies() {
        let one =
            "The plan was described at length, and with all the numbers that anyone could ask for.";
        let page = format!(
            "<body><div><a>A</a> <a>B</a></div><div>{one}<br><br>{one} Twice.<br> <br/>End of it.</div>"
        );
        assert_eq!(text(&page), format!("{one}\n\n{one} Twice.\n\nEnd of it."));
        let page = format!(
            "<table><tr><td><a>A</a> <a>B</a> <a>C</a></td><td>{}</td></tr></table>",
            prose(&["plan", "cost", "rule"])
        );
        assert!(text(&page).starts_with("The plan") && text(&page).ends_with("ask for."));
        let body =
            |word| format!("<div class=article-body>{}</div>", prose(&[word, "cost", "rule"]));
        let page = format!(
            "<article><h1>T</h1>{}<aside>Ad</aside>{}</article>",
            body("plan"),
            body("end")
        );
        assert!(text(&page).contains("plan") && text(&page).contains("end"));
    }

    #[test]
    fn code_keeps_its_lines_and_rows_their_cells() {
        let page = format!(
            "<main><h1>T</h1>{}<pre>if a:\n    b()\n</pre><table><tr><th>Year</th><td>2025</td></tr></table></main>",
            prose(&["plan", "cost", "rule"])
        );
        assert!(text(&page).ends_with("\n\nif a:\n    b()\n\nYear 2025"), "{}", text(&page));
    }

    #[test]
    fn what_a_page_tells_machines_stands_in_for_what_it_hides() {
        let body = "The plan was described at length. ".repeat(20);
        let page = format!(
            "<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"articleBody\":\"{body}\"}}</script>\
                            <main><h1>T</h1><p>The plan was described</p><div class=paywall>Subscribe to read on.</div></main>"
        );
        assert_eq!(text(&page), body.trim());
    }

    #[test]
    fn names_are_not_believed_against_what_elements_hold() {
        let page = format!(
            "<body><div class='cookie share related'><h1>T</h1>{}</div><div>x</div>",
            prose(&["plan", "cost", "rule"])
        );
        assert!(text(&page).contains("The rule"));
        let page = format!(
            "<main><h1>T</h1><section id=sharing-and-login>{}</section>{}</main>",
            prose(&["login"]),
            prose(&["plan", "cost", "rule"])
        );
        assert!(text(&page).contains("The login"));
    }

    #[test]
    fn what_is_no_page_is_told() {
        let stated = |media_type: &str| Transport {
            address: None,
            headers: vec![("Content-Type".into(), media_type.into())],
        };
        let troubles = |bytes: &[u8], media_type| main_text(bytes, &stated(media_type)).troubles;
        assert_eq!(
            troubles(b"%PDF-1.7", "text/html"),
            ["is a PDF, and no program to read it is set"]
        );
        assert_eq!(troubles(b"x", "image/png"), ["is image/png, which holds no text that we read"]);
        assert_eq!(troubles(b" ", "text/html"), ["answered with nothing"]);
        let image: Vec<u8> = (0..=255).cycle().take(5_000).collect();
        assert_eq!(troubles(&image, "text/html")[0], "is no text, whatever it calls itself");
        assert_eq!(troubles(b"<body></body>", ""), ["has no main text that we could find"]);
    }
}
