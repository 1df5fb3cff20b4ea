//! What sort of page it is: that decides whether comments and lists of links are part of its text.

use super::{names::Names, outline::Outline, select, select_first};
use scraper::Html;
use serde_json::Value;
use std::collections::HashMap;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Genre {
    /// One text by somebody.
    Article,
    /// A discussion: what readers wrote is the text.
    Thread,
    /// Something for sale.
    Product,
    /// Anything else: a start page, a list, a manual, a service.
    Other,
}

const THREAD_TYPES: &[&str] = &["DiscussionForumPosting", "QAPage"];
const THREAD_GENERATORS: &[&str] = &[
    "discourse",
    "flarum",
    "invision",
    "mybb",
    "nodebb",
    "phpbb",
    "smf",
    "vanilla",
    "vbulletin",
    "xenforo",
];
const THREAD_PLACES: &[&str] = &[
    "/comments/",
    "/discussion/",
    "/discussions/",
    "/forum/",
    "/forums/",
    "/questions/",
    "/showthread",
    "/thread",
    "/topic/",
    "/viewtopic",
    "//community.",
    "//discourse.",
    "//discuss.",
    "//forum.",
    "//forums.",
];
const ARTICLE_TYPES: &[&str] = &["Article", "BlogPosting", "NewsArticle", "Report"];

pub(super) fn of(page: &Html, outline: &Outline, linked: &[Value], address: Option<&str>) -> Genre {
    let types: Vec<&str> = linked.iter().flat_map(types).collect();
    let has_type =
        |wanted: &[&str]| types.iter().any(|found| wanted.iter().any(|end| found.ends_with(end)));
    let content = |css: &str| {
        let element = select_first(page, css)?;
        Some(element.value().attr("content")?.to_lowercase())
    };
    let og_type = content("meta[property='og:type']").unwrap_or_default();
    if has_type(THREAD_TYPES) || is_thread(page, outline, address, content("meta[name=generator]"))
    {
        Genre::Thread
    } else if has_type(&["Product", "ProductGroup"])
        || og_type.contains("product")
        || has_one_product(page)
    {
        Genre::Product
    } else if has_type(ARTICLE_TYPES)
        || has_one_article(page, outline)
        || (og_type == "article" && content("meta[property='article:published_time']").is_some())
    {
        Genre::Article
    } else {
        Genre::Other
    }
}

fn types(data: &Value) -> Vec<&str> {
    match data.get("@type") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn has_one_product(page: &Html) -> bool {
    let is_product = |kind: &str| kind.trim_end_matches('/').ends_with("schema.org/Product");
    select(page, "[itemtype]")
        .iter()
        .filter(|element| element.value().attr("itemtype").is_some_and(is_product))
        .count()
        == 1
}

/// Whether the headline stands in the only article, or one text is marked as an article's.
fn has_one_article(page: &Html, outline: &Outline) -> bool {
    let articles: Vec<usize> =
        outline.present().filter(|at| outline.name(*at) == "article").collect();
    let is_only = match (articles.as_slice(), outline.headline) {
        ([only], Some(headline)) => outline.contains(*only, headline),
        _ => false,
    };
    is_only || select(page, "[itemprop=articleBody]").len() == 1
}

fn is_thread(
    page: &Html,
    outline: &Outline,
    address: Option<&str>,
    generator: Option<String>,
) -> bool {
    let generator = generator.unwrap_or_default();
    let place = address.unwrap_or_default().to_lowercase();
    let body =
        select_first(page, "body").and_then(|body| body.value().attr("id")).unwrap_or_default();
    THREAD_GENERATORS.iter().any(|name| generator.contains(name))
        || THREAD_PLACES.iter().any(|part| place.contains(part))
        || body == "phpbb"
        || has_posts(outline)
}

/// Whether at least three contributions stand one after the other, and not below a text of another sort.
fn has_posts(outline: &Outline) -> bool {
    let is_post = |names: Names| {
        names.post && !names.comments && !names.surrounds && !names.byline && !names.body
    };
    let all = outline.holds(outline.body()).prose;
    let mut posts: HashMap<usize, (usize, usize)> = HashMap::new();
    for at in outline.present().filter(|at| is_post(outline.parts[*at].names)) {
        let below = outline.around(at).any(|outer| outline.parts[outer].names.comments);
        if outline.holds(at).paragraphs > 0 && outline.parts[at].is_block && !below {
            let (times, prose) = posts.entry(outline.parts[at].parent).or_default();
            *times += 1;
            *prose += outline.holds(at).prose;
        }
    }
    posts.into_values().any(|(times, prose)| times >= 3 && prose * 2 > all)
}
