//! What a web page lists: by the selectors of the catalogue, or found by itself as the links that
//! repeat, with days beside them.

pub(crate) mod selectors;

use crate::{
    Transport, about, charset,
    date::{self, Seen},
    feed::{Draft, DraftEntry, NoFeed, absolute},
    fetch::Request,
    kind::{Look, Sheet},
    paging,
    plain::{collapse, shortened},
    text::{bomb, select_first},
};
use scraper::{ElementRef, Html, Selector};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use url::Url;

/// Links beyond this are not looked at.
const MAX_LINKS: usize = 3_000;
const MAX_TITLE: usize = 300;
/// What a title of a publication is at least, in characters; "Read more" is shorter.
const SHORT: usize = 10;
const LONG: usize = 25;
/// Words on a link to the next page.
const NEXT: &[&str] =
    &["n\u{e4}sta", "next", "neste", "n\u{e6}ste", "seuraava", "n\u{e6}sta", "older"];
/// Words in class and role of what surrounds a list.
const AROUND: &[&str] =
    &["breadcrumb", "menu", "nav", "cookie", "footer", "pagination", "pager", "language"];
/// Parts of class names that tell where the day stands.
const DAY_WORDS: &[&str] = &["date", "datum", "dato", "publi", "time", "pvm"];

pub(crate) fn first(look: &Look) -> Request {
    paging::first(look)
}

pub(crate) fn read(look: &Look, bytes: &[u8], transport: &Transport) -> Result<Sheet, NoFeed> {
    let (text, doubt) = charset::decode(bytes, transport.header("content-type"));
    if text.trim().is_empty() {
        return Err(NoFeed::new("answered with nothing"));
    }
    if let Some(why) = bomb(&text) {
        return Err(NoFeed::new(why));
    }
    let page = Html::parse_document(&text);
    let Some(base) = base(&page, transport) else {
        return Err(NoFeed::new("has links, but nobody knows where they start from"));
    };
    let mut troubles: Vec<String> = doubt.into_iter().collect();
    let recipe = &look.source.recipe;
    let mut entries = Vec::new();
    if let Some(css) = &recipe.entries {
        match by_selectors(look, css, &page, &base) {
            Ok(found) if found.is_empty() => troubles.push(format!(
                "the selector `{css}` finds nothing any more; the list was looked for without it"
            )),
            Ok(found) => entries = found,
            Err(why) => troubles.push(why),
        }
    }
    if entries.is_empty() {
        entries = found(&page, &base, &|link| recipe.wants(link));
    }
    if entries.is_empty() && look.part == 0 {
        let why = "is a web page in which no list of publications was found";
        return Err(NoFeed { html: true, ..NoFeed::new(why) });
    }
    let draft = Draft {
        title: title(&page),
        language: page.root_element().value().attr("lang").map(str::to_owned),
        entries,
        troubles,
        ..Draft::default()
    };
    let mut sheet = Sheet::of(look, draft, transport);
    sheet.newest_first = true;
    sheet.next = paging::counted(look)
        .or_else(|| Some(Request::get(&next(look, &page, &base)?)))
        .into_iter()
        .collect();
    Ok(sheet)
}

fn title(page: &Html) -> Option<String> {
    let title = collapse(&select_first(page, "title")?.text().collect::<String>());
    (!title.is_empty()).then_some(title)
}

/// Where relative links start from: `<base href>`, else the address that answered.
fn base(page: &Html, transport: &Transport) -> Option<Url> {
    let own = transport.base();
    let stated = select_first(page, "base[href]").and_then(|base| base.value().attr("href"));
    match (stated, own) {
        (Some(stated), Some(own)) => Some(own.join(stated).unwrap_or(own)),
        (Some(stated), None) => Url::parse(stated).ok(),
        (None, own) => own,
    }
}

/// The feeds that a page announces in its head (RSS and Atom autodiscovery).
pub(crate) fn feeds(page: &Html, base: Option<&Url>) -> Vec<String> {
    let is_feed = |link: &ElementRef| {
        let stated = link.value().attr("type").unwrap_or_default();
        ["rss+xml", "atom+xml", "feed+json", "rdf+xml"].iter().any(|kind| stated.contains(kind))
    };
    let links = crate::text::select(page, "link[rel~=alternate][href]");
    let addresses = links.into_iter().filter(is_feed).filter_map(|link| link.value().attr("href"));
    crate::feed::unique(addresses.filter_map(|address| absolute(address, base)))
}

/// Links of a page that look like feeds, for pages that show them without announcing them.
pub(crate) fn feed_links(page: &Html, base: Option<&Url>) -> Vec<String> {
    let looks_like_one = |address: &&str| {
        let path = address.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let path = path.trim_end_matches('/');
        let last = path.rsplit('/').next().unwrap_or_default();
        let whole = ["feed", "rss", "atom", "rdf"];
        let is_whole = whole.contains(&last) || last.ends_with(".rss") || last.ends_with(".atom");
        let is_file = last.ends_with(".xml") || last.ends_with(".rdf") || last.ends_with(".json");
        is_whole || (is_file && whole.iter().any(|word| last.contains(word)))
    };
    let links = crate::text::select(page, "a[href]");
    let addresses = links.into_iter().filter_map(|link| link.value().attr("href"));
    let addresses = addresses.filter(looks_like_one).take(MAX_LINKS);
    crate::feed::unique(addresses.filter_map(|address| absolute(address, base)))
}

/// A page looked at without a recipe; what `probe` says of it.
pub(crate) fn probed(html: &str, transport: &Transport) -> Option<(Draft, Vec<String>)> {
    if bomb(html).is_some() {
        return None;
    }
    let page = Html::parse_document(html);
    let base = base(&page, transport);
    let feeds = feeds(&page, base.as_ref());
    let nowhere = || Url::parse("http://address.invalid/").ok();
    let is_known = base.is_some();
    let mut entries = found(&page, &base.or_else(nowhere)?, &|_| true);
    if !is_known {
        entries.retain(|entry| {
            !entry.link.as_deref().unwrap_or_default().contains("//address.invalid/")
        });
    }
    let language = page.root_element().value().attr("lang").map(str::to_owned);
    let link = transport.address.clone();
    Some((Draft { title: title(&page), language, link, entries, ..Draft::default() }, feeds))
}

/// What the selectors of the catalogue find; the reason in words when they are none.
fn by_selectors(
    look: &Look,
    css: &str,
    page: &Html,
    base: &Url,
) -> Result<Vec<DraftEntry>, String> {
    let recipe = &look.source.recipe;
    let entries = parsed(css)?;
    let fields = ["title", "link", "published", "updated", "summary", "authors"];
    let mut ways = BTreeMap::new();
    for key in fields {
        if let Some(way) = recipe.field(key) {
            ways.insert(key, Field::parse(way)?);
        }
    }
    let link_in = |element: ElementRef| {
        let own = element.value().attr("href").map(str::to_owned);
        own.or_else(|| {
            Some(element.select(&parsed("a[href]").ok()?).next()?.value().attr("href")?.to_owned())
        })
    };
    Ok(page
        .select(&entries)
        .take(look.most)
        .filter_map(|element| {
            let text = |key: &str| ways.get(key).and_then(|way| way.of(element));
            let moment = |key: &str| date::seen(&text(key)?);
            let link = if ways.contains_key("link") { text("link") } else { link_in(element) };
            let title = text("title").or_else(|| heading(element)).or_else(|| link_text(element));
            Some(DraftEntry {
                link: Some(absolute(&link?, Some(base))?),
                title: title.map(|title| shortened(title, MAX_TITLE)),
                published: if ways.contains_key("published") {
                    moment("published")
                } else {
                    day_in(element)
                },
                updated: moment("updated"),
                summary: text("summary"),
                authors: text("authors").into_iter().collect(),
                ..DraftEntry::default()
            })
        })
        .collect())
}

/// A selector, perhaps with the attribute that holds the value.
struct Field {
    selector: Option<Selector>,
    attribute: Option<String>,
}

impl Field {
    fn parse(text: &str) -> Result<Field, String> {
        let (css, attribute) = match text.rsplit_once('@') {
            Some((css, name)) if !name.contains([']', '"', '\'']) => {
                (css.trim(), Some(name.trim().to_owned()))
            }
            _ => (text, None),
        };
        let selector = if css.is_empty() { None } else { Some(parsed(css)?) };
        Ok(Field { selector, attribute })
    }

    fn of(&self, entry: ElementRef) -> Option<String> {
        let element = match &self.selector {
            Some(selector) => entry.select(selector).next()?,
            None => entry,
        };
        let text = match &self.attribute {
            Some(name) => collapse(element.value().attr(name)?),
            None if element.value().name() == "time"
                && element.value().attr("datetime").is_some() =>
            {
                collapse(element.value().attr("datetime")?)
            }
            None => words(element),
        };
        (!text.is_empty()).then_some(text)
    }
}

fn parsed(css: &str) -> Result<Selector, String> {
    Selector::parse(css).map_err(|_| format!("`{css}` is no CSS selector"))
}

/// What is wrong with the selectors of a recipe, in words.
pub(crate) fn faults(recipe: &utkik_sources::Recipe) -> Vec<String> {
    let entries = recipe.entries.as_deref().map(parsed).into_iter().filter_map(Result::err);
    let fields = ["title", "link", "published", "updated", "summary", "authors"];
    let fields = fields.iter().filter_map(|key| Field::parse(recipe.field(key)?).err());
    entries.chain(fields).collect()
}

/// A link that might be an entry's.
struct Link<'p> {
    element: ElementRef<'p>,
    address: String,
    text: String,
}

/// The list that a reader would see: of all groups of links that stand alike, the one that looks most like it.
fn found(page: &Html, base: &Url, wants: &dyn Fn(&str) -> bool) -> Vec<DraftEntry> {
    best_group(page, base, wants).0
}

/// As [`found`], with the part of the page that is each entry's own.
fn best_group<'p>(
    page: &'p Html,
    base: &Url,
    wants: &dyn Fn(&str) -> bool,
) -> (Vec<DraftEntry>, Vec<ElementRef<'p>>) {
    let links = links(page, base, wants);
    let mut groups: BTreeMap<(bool, String), Vec<usize>> = BTreeMap::new();
    for (at, link) in links.iter().enumerate() {
        for with_class in [false, true] {
            groups.entry((with_class, place(link.element, with_class))).or_default().push(at);
        }
    }
    let mut best: (f64, Vec<DraftEntry>, Vec<ElementRef<'p>>) = (0.0, Vec::new(), Vec::new());
    for members in groups.into_values().filter(|members| members.len() > 1) {
        let members: Vec<&Link> = members.iter().map(|at| &links[*at]).collect();
        let group = Group::of(&members);
        let entries = group.entries();
        let score = score(&entries, &group);
        if score > best.0 {
            let parts = group.members.iter().map(|(_, own)| *own).collect();
            best = (score, entries, parts);
        }
    }
    (best.1, best.2)
}

fn links<'p>(page: &'p Html, base: &Url, wants: &dyn Fn(&str) -> bool) -> Vec<Link<'p>> {
    let selector = crate::text::selector("a[href]");
    let leads_away = |address: &str| {
        Url::parse(address)
            .is_ok_and(|url| url.path() != base.path() || url.host_str() != base.host_str())
    };
    page.select(&selector)
        .filter(|element| !is_around(*element))
        .filter_map(|element| {
            let stated = element.value().attr("href")?.trim();
            let address = absolute(stated, Some(base)).filter(|_| !stated.starts_with('#'))?;
            let address = address.split('#').next().unwrap_or_default().to_owned();
            let text = words(element);
            let is_wanted =
                wants(&address) && (leads_away(&address) || text.chars().count() > LONG);
            is_wanted.then_some(Link { element, address, text })
        })
        .take(MAX_LINKS)
        .collect()
}

/// Menus, feet and the like.
fn is_around(element: ElementRef) -> bool {
    let ancestors = element.ancestors().filter_map(ElementRef::wrap);
    for ancestor in std::iter::once(element).chain(ancestors) {
        let element = ancestor.value();
        if matches!(element.name(), "nav" | "footer" | "form" | "select") {
            return true;
        }
        // The head of a page is none of an article.
        if element.name() == "header"
            && !ancestor.ancestors().filter_map(ElementRef::wrap).any(is_main)
        {
            return true;
        }
        let names = [element.attr("class"), element.attr("role")];
        let mut words =
            names.into_iter().flatten().flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
        if element.name() != "body"
            && element.name() != "html"
            && words.any(|word| AROUND.contains(&word))
        {
            return true;
        }
    }
    false
}

fn is_main(element: ElementRef) -> bool {
    let element = element.value();
    matches!(element.name(), "main" | "article" | "li") || element.attr("role") == Some("main")
}

/// Where a link stands: the names of the elements around it, perhaps with the first class of each.
fn place(element: ElementRef, with_class: bool) -> String {
    let mut place = String::new();
    for element in std::iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap))
    {
        let value = element.value();
        place.push_str(value.name());
        if with_class && let Some(class) = value.classes().next() {
            place.push('.');
            place.push_str(class);
        }
        place.push('<');
    }
    place
}

/// Links that stand alike, each with the part of the page that is its own.
struct Group<'g, 'p> {
    members: Vec<(&'g Link<'p>, ElementRef<'p>)>,
    /// Whether the text on the links tells them apart.
    told_apart: bool,
}

impl<'g, 'p> Group<'g, 'p> {
    fn of(links: &[&'g Link<'p>]) -> Group<'g, 'p> {
        let mut by_address: BTreeMap<&str, &'g Link<'p>> = BTreeMap::new();
        for link in links {
            let best = by_address.entry(&link.address).or_insert(link);
            if link.text.len() > best.text.len() {
                *best = link;
            }
        }
        let mut within: HashMap<_, usize> = HashMap::new();
        let kept: BTreeSet<_> = by_address.values().map(|link| link.element.id()).collect();
        let links: Vec<&&'g Link<'p>> =
            links.iter().filter(|link| kept.contains(&link.element.id())).collect();
        for link in &links {
            for node in link.element.ancestors() {
                *within.entry(node.id()).or_default() += 1;
            }
        }
        let own = |link: &Link<'p>| {
            let alone = |element: &ElementRef<'p>| within.get(&element.id()) == Some(&1);
            let around = link.element.ancestors().filter_map(ElementRef::wrap);
            around.take_while(alone).last().unwrap_or(link.element)
        };
        let texts: BTreeSet<&str> = links.iter().map(|link| link.text.as_str()).collect();
        Group {
            told_apart: texts.len() * 10 >= links.len() * 7,
            members: links.iter().map(|link| (**link, own(link))).collect(),
        }
    }

    fn entries(&self) -> Vec<DraftEntry> {
        let inside: Vec<Option<Seen>> = self.members.iter().map(|(_, own)| day_in(*own)).collect();
        let days = [inside, self.beside(true), self.beside(false)];
        let known = |days: &Vec<Option<Seen>>| days.iter().flatten().count();
        let days = days.iter().rev().max_by_key(|days| known(days)).cloned().unwrap_or_default();
        let drafts = self.members.iter().zip(days).map(|((link, own), day)| DraftEntry {
            title: self.title(link, *own).map(|title| shortened(title, MAX_TITLE)),
            published: day.or_else(|| day_in_path(&link.address)),
            summary: summary(*own),
            link: Some(link.address.clone()),
            ..DraftEntry::default()
        });
        drafts
            .filter(|draft| draft.title.as_ref().is_some_and(|title| title.chars().count() > 3))
            .collect()
    }

    fn title(&self, link: &Link, own: ElementRef) -> Option<String> {
        let in_link = heading(link.element);
        let is_heading = |element: &ElementRef| is_heading(*element);
        let around =
            || link.element.ancestors().filter_map(ElementRef::wrap).take(3).find(is_heading);
        let plain = || {
            link_text(link.element).filter(|text| self.told_apart && text.chars().count() >= SHORT)
        };
        in_link
            .or_else(|| around().map(words))
            .or_else(plain)
            .or_else(|| heading(own))
            .or_else(|| link_text(link.element).filter(|_| self.told_apart))
    }

    /// Days that stand in the elements after (or before) each member's own, up to the next member's.
    fn beside(&self, after: bool) -> Vec<Option<Seen>> {
        let own: BTreeSet<_> = self.members.iter().map(|(_, own)| own.id()).collect();
        let look = |start: ElementRef<'p>| {
            let siblings: Box<dyn Iterator<Item = _>> = if after {
                Box::new(start.next_siblings())
            } else {
                Box::new(start.prev_siblings())
            };
            let elements = siblings.filter_map(ElementRef::wrap).take(4);
            elements.take_while(|element| !own.contains(&element.id())).find_map(day_in)
        };
        self.members.iter().map(|(_, start)| look(*start)).collect()
    }
}

/// How much a group looks like a list of publications; zero when it does not.
fn score(entries: &[DraftEntry], group: &Group) -> f64 {
    let titles: BTreeSet<&str> =
        entries.iter().filter_map(|entry| entry.title.as_deref()).collect();
    let count = entries.len() as f64;
    if entries.len() < 2 || titles.len() * 10 < entries.len() * 7 {
        return 0.0;
    }
    let dated = entries.iter().filter(|entry| entry.published.is_some()).count() as f64 / count;
    let length = titles.iter().map(|title| title.chars().count().min(70)).sum::<usize>() as f64
        / titles.len() as f64;
    let in_main = group.members.first().is_some_and(|(link, _)| {
        link.element.ancestors().filter_map(ElementRef::wrap).any(|element| {
            let value = element.value();
            value.name() == "main"
                || value.attr("role") == Some("main")
                || value.attr("id") == Some("content")
        })
    });
    let is_list =
        (dated >= 0.5 && length >= SHORT as f64) || (entries.len() >= 4 && length >= LONG as f64);
    if !is_list {
        return 0.0;
    }
    count.min(40.0).sqrt()
        * (0.15 + dated)
        * (length / 70.0).sqrt()
        * if in_main { 1.5 } else { 1.0 }
}

fn is_heading(element: ElementRef) -> bool {
    matches!(element.value().name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

fn heading(element: ElementRef) -> Option<String> {
    let mut inner = element.descendants().filter_map(ElementRef::wrap);
    let named = |element: &ElementRef| {
        let class = element.value().attr("class").unwrap_or_default().to_lowercase();
        ["title", "heading", "headline", "rubrik", "tittel"].iter().any(|word| class.contains(word))
    };
    let heading =
        inner.find(|element| is_heading(*element)).map(words).filter(|text| !text.is_empty());
    let mut again = element.descendants().filter_map(ElementRef::wrap).skip(1);
    heading.or_else(|| again.find(named).map(words).filter(|text| !text.is_empty()))
}

/// The text on a link, without the day that may stand in it.
fn link_text(element: ElementRef) -> Option<String> {
    let pieces =
        element.text().map(collapse).filter(|piece| !piece.is_empty() && !date::is_all_of(piece));
    let text = collapse(&pieces.collect::<Vec<_>>().join(" "));
    (!text.is_empty()).then_some(text)
}

fn summary(own: ElementRef) -> Option<String> {
    let mut paragraphs = own
        .descendants()
        .filter_map(ElementRef::wrap)
        .filter(|element| element.value().name() == "p");
    paragraphs.find_map(|paragraph| Some(words(paragraph)).filter(|text| text.chars().count() > 40))
}

fn words(element: ElementRef) -> String {
    let mut text = String::new();
    for piece in element.text() {
        text.push_str(piece);
        text.push(' ');
    }
    collapse(&text)
}

/// The day of publication that stands in a part of the page.
fn day_in(part: ElementRef) -> Option<Seen> {
    let elements = || part.descendants().filter_map(ElementRef::wrap);
    let marked = elements().find_map(|element| {
        let attributes = ["datetime", "data-date", "data-datetime", "data-published"];
        attributes.iter().find_map(|name| date::seen(element.value().attr(name)?))
    });
    let named = || {
        elements().find_map(|element| {
            let class = element.value().attr("class").unwrap_or_default().to_lowercase();
            let is_named = element.value().name() == "time"
                || DAY_WORDS.iter().any(|word| class.contains(word));
            day_of_line(&Some(words(element)).filter(|text| is_named && text.len() < 100)?)
        })
    };
    let visible = || {
        part.text()
            .map(collapse)
            .filter(|text| text.len() < 100)
            .find_map(|text| day_of_line(&text))
    };
    marked.or_else(named).or_else(visible)
}

/// "3 mars 2026", "Publicerad: 3 mars 2026", "Nyhet | 3 mars 2026".
fn day_of_line(line: &str) -> Option<Seen> {
    if !line.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let parts = line.split(['|', '\u{b7}', '\u{2022}', '\u{2013}', ';', '(', ')']).map(str::trim);
    parts.into_iter().find_map(|part| {
        let part = about::after_publishing_word(part).unwrap_or(part);
        let part = part.rsplit_once(": ").map_or(part, |(_, rest)| rest);
        date::is_all_of(part).then(|| date::seen(part)).flatten()
    })
}

/// "/2026/03/03/" and "/2026-03-03-".
fn day_in_path(address: &str) -> Option<Seen> {
    let path = Url::parse(address).ok()?;
    let path = path.path();
    for (at, _) in path.match_indices('/') {
        let rest = &path[at + 1..];
        let day: String = rest.chars().take(10).collect();
        let ends = !rest[day.len()..].starts_with(|c: char| c.is_ascii_digit());
        let separators: Vec<char> = day.chars().filter(|c| !c.is_ascii_digit()).collect();
        if ends && day.len() == 10 && matches!(separators[..], ['/', '/'] | ['-', '-']) {
            return date::seen(&day.replace('/', "-"));
        }
    }
    None
}

/// The address of the next page, as the recipe says or as the page itself does.
fn next(look: &Look, page: &Html, base: &Url) -> Option<String> {
    let recipe = &look.source.recipe;
    let stated = match &recipe.paging {
        Some(utkik_sources::Paging::Linked { next }) => {
            let field = Field::parse(next).ok()?;
            let selector = field.selector?;
            page.select(&selector)
                .next()?
                .value()
                .attr(field.attribute.as_deref().unwrap_or("href"))
        }
        _ => {
            let marked = select_first(page, "a[rel~=next][href], link[rel~=next][href]");
            let is_next = |link: &ElementRef| {
                let label =
                    link.value().attr("aria-label").map_or_else(|| words(*link), str::to_owned);
                let label = label.to_lowercase();
                label.len() < 30 && label.split(' ').any(|word| NEXT.contains(&word))
            };
            let named = || crate::text::select(page, "a[href]").into_iter().find(is_next);
            marked.or_else(named)?.value().attr("href")
        }
    }?;
    absolute(stated, Some(base))
        .filter(|address| Url::parse(address).is_ok_and(|next| next != *base))
}
