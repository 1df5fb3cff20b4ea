//! What a page says about itself: headline, date, authors, language.

use crate::{
    Transport, date,
    feed::unique,
    plain::{collapse, plain, shortened},
    text::{select, select_first, selector},
};
use jiff::Timestamp;
use scraper::{ElementRef, Html};
use serde_json::Value;
use utkik_sources::Language;

/// Names of `<meta>` elements that tell the day of publication, best first.
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "dcterms.date",
    "dc.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "citation_publication_date",
    "date",
];
/// Words before a visible date, in our sources' languages.
const PUBLISHED_WORDS: &[&str] = &[
    "publicerad",
    "publicerat",
    "publicerades",
    "published",
    "publisert",
    "publiceret",
    "offentliggjort",
    "udgivet",
    "julkaistu",
    "birt",
    "datum",
    "date",
];
/// Names of `<meta>` elements that tell who wrote it, best first.
const AUTHORS: &[&str] = &[
    "author",
    "article:author",
    "og:article:author",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "parsely-author",
    "sailthru.author",
    "byl",
];
/// Words before a name in a byline.
const BEFORE_NAMES: &[&str] = &[
    "af", "av", "by", "door", "par", "por", "posted", "reporter", "skriven", "skrevet", "skribent",
    "tekst", "text", "von", "written",
];
const PARTICLES: &[&str] =
    &["af", "bin", "da", "de", "den", "der", "di", "la", "le", "van", "von", "zu"];
/// A line with a date and nothing more is no longer than this (in bytes).
const DATELINE: usize = 80;

#[derive(Default)]
pub(crate) struct About {
    pub(crate) title: Option<String>,
    pub(crate) published: Option<Timestamp>,
    pub(crate) authors: Vec<String>,
    pub(crate) language: Option<Language>,
}

/// Where on a page it tells about itself.
#[derive(Default)]
pub(crate) struct Place<'p> {
    pub(crate) headline: Option<String>,
    /// The part with the text, if it is one text.
    pub(crate) part: Option<ElementRef<'p>>,
    /// The short texts around the headline.
    pub(crate) near: Vec<String>,
    /// Those of them that tell who wrote it.
    pub(crate) bylines: Vec<String>,
}

pub(crate) fn read(page: &Html, place: &Place, linked: &[Value], transport: &Transport) -> About {
    About {
        title: title(page, place.headline.clone(), linked),
        published: published(page, place, linked, transport),
        authors: authors(page, place, linked),
        language: language(page, transport),
    }
}

/// Whether a line tells when the page was published, and nothing else.
pub(crate) fn is_dateline(line: &str) -> bool {
    let has_digit = |rest: &str| rest.contains(|c: char| c.is_ascii_digit());
    let is_announced = after_publishing_word(line).is_some_and(has_digit);
    (line.len() <= DATELINE && is_announced) || date::is_all_of(line)
}

fn title(page: &Html, headline: Option<String>, linked: &[Value]) -> Option<String> {
    let stated = || linked.iter().find_map(|data| string(data, "headline"));
    let of_tag = || {
        let whole = collapse(&select_first(page, "title")?.text().collect::<String>());
        // The site's name follows the page's, after a sign of its own.
        let cut = [" | ", " - ", " \u{2013} "].iter().filter_map(|sign| whole.rfind(sign)).max();
        Some(whole[..cut.filter(|at| *at > 0).unwrap_or(whole.len())].to_owned())
    };
    let not_empty = |title: &String| !title.is_empty();
    let stated = stated().or_else(|| meta(page, &["og:title", "twitter:title", "dc.title"]));
    // A headline that the page's own names know nothing of is that of the site or a section.
    let tag = select_first(page, "title").map(|title| title.text().collect::<String>());
    let names: Vec<&str> = [tag.as_deref(), stated.as_deref()].into_iter().flatten().collect();
    let is_known = |title: &String| {
        let own = words_shared(title, title);
        own == 0 || names.is_empty() || names.iter().any(|name| words_shared(title, name) * 3 > own)
    };
    let headline = headline.filter(not_empty);
    let known = headline.clone().filter(is_known);
    known
        .or(stated)
        .or(headline)
        .or_else(|| of_tag().filter(not_empty))
        .or_else(|| akoma_ntoso(page))
}

/// How many of the longer words of one text are in another.
pub(crate) fn words_shared(text: &str, other: &str) -> usize {
    let other = other.to_lowercase();
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 3);
    words.filter(|word| other.contains(word)).count()
}

/// What the page calls itself for its tab and for others.
pub(crate) fn stated_title(page: &Html) -> String {
    let tag = select_first(page, "title").map(|title| title.text().collect::<String>());
    let shared = meta(page, &["og:title"]);
    let titles = [tag, shared].into_iter().flatten().map(|title| shortened(title, 300));
    titles.collect::<Vec<_>>().join(" ")
}

/// What a law calls itself, in the XML that parliaments publish.
fn akoma_ntoso(page: &Html) -> Option<String> {
    let title = collapse(&select_first(page, "doctitle")?.text().collect::<String>());
    (!title.is_empty()).then_some(title)
}

fn published(
    page: &Html,
    place: &Place,
    linked: &[Value],
    transport: &Transport,
) -> Option<Timestamp> {
    let marked = || {
        let element = select_first(page, "[itemprop~=datePublished]")?;
        let stated = element.value().attr("content").or(element.value().attr("datetime"));
        date::read(&stated.map_or_else(|| element.text().collect(), str::to_owned))
    };
    let announced = || place.near.iter().find_map(|line| date_after_word(line));
    let alone = || place.near.iter().filter(|line| is_day(line)).find_map(|line| date::read(line));
    linked
        .iter()
        .find_map(|data| date::read(&string(data, "datePublished")?))
        .or_else(|| PUBLISHED.iter().find_map(|name| date::read(&meta(page, &[name])?)))
        .or_else(marked)
        .or_else(|| time_element(place.part))
        .or_else(|| {
            date::read(select_first(page, "frbrdate[name=dateIssued]")?.value().attr("date")?)
        })
        .or_else(announced)
        .or_else(alone)
        .or_else(|| of_address(transport.address.as_deref()?))
}

/// The first `<time>` of the main part; one that is called the day of publication comes before others.
fn time_element(container: Option<ElementRef>) -> Option<Timestamp> {
    let container = container?;
    let times = container.select(&selector("time")).collect::<Vec<_>>();
    let is_published = |time: &&ElementRef| {
        let own = [time.value().attr("class"), time.value().attr("pubdate")];
        let around = time.parent().and_then(ElementRef::wrap);
        let around = around.map(|parent| parent.text().take(3).collect::<String>());
        own.into_iter().flatten().any(|name| name.contains("publ") || name == "pubdate")
            || around.is_some_and(|text| after_publishing_word(&collapse(&text)).is_some())
    };
    let chosen = times.iter().find(is_published).or(times.first())?;
    let stated = chosen.value().attr("datetime").and_then(date::read);
    stated.or_else(|| date::read(&chosen.text().collect::<String>()))
}

/// Whether a line is a day; a number alone may count anything.
fn is_day(line: &str) -> bool {
    let is_sign = |c: char| !c.is_alphanumeric();
    let words = line.split(is_sign).filter(|word| !word.is_empty()).count();
    words >= 3 && date::is_all_of(line)
}

/// The day that stands in an address, as in `/2026/01/12/`.
fn of_address(address: &str) -> Option<Timestamp> {
    let parts: Vec<&str> = address.split('/').collect();
    let is_number = |part: &str, digits: usize| {
        part.len() <= digits && !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    parts.windows(3).find_map(|part| {
        let is_day = part[0].len() == 4
            && is_number(part[0], 4)
            && is_number(part[1], 2)
            && is_number(part[2], 2);
        let day = is_day.then(|| format!("{}-{:0>2}-{:0>2}", part[0], part[1], part[2]))?;
        date::read(&day)
    })
}

fn date_after_word(line: &str) -> Option<Timestamp> {
    let rest = after_publishing_word(line)?;
    let end = rest.char_indices().nth(40).map_or(rest.len(), |(at, _)| at);
    date::read(&rest[..end])
}

/// What follows "Publicerad" and the like.
pub(crate) fn after_publishing_word(line: &str) -> Option<&str> {
    let first = line.split([' ', ':']).next()?;
    let known = PUBLISHED_WORDS.contains(&first.to_lowercase().as_str());
    known.then(|| line[first.len()..].trim_start_matches([' ', ':']))
}

fn authors(page: &Html, place: &Place, linked: &[Value]) -> Vec<String> {
    let mut stated: Vec<String> = linked
        .iter()
        .filter_map(|data| data.get("author"))
        .flat_map(|author| people(author, linked))
        .collect();
    if stated.is_empty() {
        stated.extend(
            AUTHORS.iter().find_map(|name| meta(page, &[name]).filter(|author| is_name(author))),
        );
    }
    if stated.is_empty() {
        let marked = select(page, "[itemprop~=author], [rel~=author]");
        stated.extend(marked.iter().take(5).filter_map(|author| marked_name(*author)));
    }
    if stated.is_empty() {
        stated.extend(place.bylines.iter().filter_map(|line| name_in(line)).take(3));
    }
    let bare =
        |name: String| name.trim_matches([' ', ',', '|', '-', '\u{2013}', '\u{2014}']).to_owned();
    unique(stated.into_iter().map(bare).filter(|name| is_name(name)))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() < 200 && !name.contains("://")
}

fn marked_name(author: ElementRef) -> Option<String> {
    let named = author.select(&selector("[itemprop~=name]")).next().unwrap_or(author);
    let content = named.value().attr("content").map(str::to_owned);
    let text = collapse(&content.unwrap_or_else(|| named.text().collect()));
    name_in(&text).or(Some(text).filter(|text| text.len() < 60))
}

/// The name in a byline such as "By Jane Doe, 3 March".
fn name_in(line: &str) -> Option<String> {
    let mut words = line.split_whitespace().peekable();
    while words
        .next_if(|word| BEFORE_NAMES.contains(&word.trim_end_matches(':').to_lowercase().as_str()))
        .is_some()
    {}
    let mut name: Vec<&str> = Vec::new();
    for word in words {
        let is_over = word.ends_with([',', ';', '.']) && word.chars().count() > 2;
        let bare = word.trim_end_matches([',', ';', '.', ')']);
        if date::read(&format!("3 {bare} 2020")).is_some() {
            break;
        }
        let is_capital = bare.chars().next().is_some_and(char::is_uppercase);
        let is_part = PARTICLES.contains(&bare) && !name.is_empty();
        if !(is_capital || is_part)
            || bare.contains(|c: char| c.is_ascii_digit())
            || name.len() == 5
        {
            break;
        }
        name.push(bare);
        if is_over {
            break;
        }
    }
    (2..=4).contains(&name.len()).then(|| name.join(" ")).filter(|name| date::read(name).is_none())
}

/// Names of people, who may be told of elsewhere in the same data.
fn people(author: &Value, linked: &[Value]) -> Vec<String> {
    match author {
        Value::Array(several) => several.iter().flat_map(|one| people(one, linked)).collect(),
        Value::String(name) => vec![plain(name)],
        one => {
            let same =
                |data: &&Value| data.get("@id").is_some() && data.get("@id") == one.get("@id");
            let elsewhere = || linked.iter().filter(same).find_map(|data| string(data, "name"));
            string(one, "name").or_else(elsewhere).into_iter().collect()
        }
    }
}

fn language(page: &Html, transport: &Transport) -> Option<Language> {
    let root = page.root_element();
    let of_root = root.value().attr("lang").or(root.value().attr("xml:lang"));
    of_root
        .and_then(Language::parse)
        .or_else(|| Language::parse(&meta(page, &["og:locale", "dc.language", "language"])?))
        .or_else(|| Language::parse(transport.header("content-language")?))
}

/// The content of the first `<meta>` with one of these names or properties, in any case.
fn meta(page: &Html, names: &[&str]) -> Option<String> {
    let metas = select(page, "meta[content]");
    let called = |element: &ElementRef, name: &str| {
        let own = element.value().attr("property").or(element.value().attr("name"));
        own.is_some_and(|own| own.eq_ignore_ascii_case(name))
    };
    let found = names.iter().find_map(|name| {
        let element = metas.iter().find(|element| called(element, name))?;
        Some(collapse(element.value().attr("content")?))
    });
    found.filter(|content| !content.is_empty())
}

/// The objects of all JSON-LD blocks (schema.org), those in a `@graph` included.
pub(crate) fn linked_data(page: &Html) -> Vec<Value> {
    let blocks = select(page, "script[type='application/ld+json']");
    let parsed = blocks.iter().filter_map(|block| json_of(&block.text().collect::<String>()));
    let mut objects = Vec::new();
    for value in parsed {
        let several = match value {
            Value::Array(several) => several,
            one => vec![one],
        };
        for mut object in several {
            if let Some(Value::Array(graph)) = object.get_mut("@graph").map(Value::take) {
                objects.extend(graph);
            }
            objects.push(object);
        }
    }
    objects.truncate(1_000);
    objects
}

/// JSON as pages hold it: within `CDATA` or a comment, and with line breaks in its strings.
fn json_of(text: &str) -> Option<Value> {
    let start = text.find(['{', '['])?;
    let start = if text[start..].starts_with("[CDATA[") { start + 7 } else { start };
    let end = text.rfind(['}']).map(|at| at + 1)?;
    let end = text[end..]
        .find(']')
        .filter(|_| text[start..].trim_start().starts_with('['))
        .map_or(end, |at| end + at + 1);
    let json = text.get(start..end)?.trim();
    let mended = || json.replace(|c: char| c.is_control(), " ");
    serde_json::from_str(json).or_else(|_| serde_json::from_str(&mended())).ok()
}

pub(crate) fn string(value: &Value, key: &str) -> Option<String> {
    Some(plain(value.get(key)?.as_str()?)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(html: &str) -> About {
        let page = Html::parse_document(html);
        let place = Place {
            headline: None,
            part: select_first(&page, "main"),
            near: select(&page, "p").iter().map(|p| p.text().collect()).collect(),
            bylines: select(&page, ".byline").iter().map(|p| p.text().collect()).collect(),
        };
        read(&page, &place, &linked_data(&page), &Transport::default())
    }

    fn day(html: &str) -> Option<String> {
        about(html).published.map(|at| at.to_string())
    }

    #[test]
    fn the_day_is_read_wherever_pages_write_it() {
        for html in [
            "<script type='application/ld+json'>{\"@graph\":[{\"datePublished\":\"2026-03-03T08:00:00Z\"}]}</script>",
            "<meta property='article:published_time' content='2026-03-03T08:00:00Z'>",
            "<meta name='DC.Date.Issued' content='2026-03-03T08:00:00Z'>",
            "<span itemprop=datePublished content='2026-03-03T08:00:00Z'>x</span>",
            "<main><time datetime='2020-01-01'>x</time><p>Publisert <time datetime='2026-03-03T08:00Z'>x</time></p></main>",
            "<main><p>Publicerad: 3 mars 2026 kl. 09.00</p></main>",
        ] {
            assert_eq!(day(html).as_deref(), Some("2026-03-03T08:00:00Z"), "{html}");
        }
        assert_eq!(day("<main><p>The meeting is on 3 March 2026.</p></main>"), None);
    }

    #[test]
    fn authors_are_found_in_bylines_and_without_the_words_before_them() {
        for (byline, name) in [
            ("By Kim Doe, Health reporter", Some("Kim Doe")),
            ("Text: \u{c5}sa von Berg 3 mars 2026", Some("\u{c5}sa von Berg")),
            ("Skriven av Kari Nordmann | 4 min", Some("Kari Nordmann")),
            ("By Kim Doe March 3, 2026", Some("Kim Doe")),
            ("Published by the agency", None),
        ] {
            let found = about(&format!("<main><p class=byline>{byline}</p></main>")).authors;
            assert_eq!(found.first().map(String::as_str), name, "{byline}");
        }
        let html = "<script type='application/ld+json'>//<![CDATA[\n{\"@graph\":[{\"@type\":\"Article\",\
                    \"author\":{\"@id\":\"#k\"}},{\"@id\":\"#k\",\"name\":\"Kim\nDoe\"}]}//]]></script>";
        assert_eq!(about(html).authors, ["Kim Doe"]);
        let html = "<span itemprop='author creator'><b itemprop=name>Kim Doe</b> writes</span>";
        assert_eq!(about(html).authors, ["Kim Doe"]);
    }

    #[test]
    fn an_address_dates_a_page_that_says_nothing_else() {
        let page = Html::parse_document("<p>x</p>");
        let at = |address: &str| {
            let transport = Transport { address: Some(address.into()), headers: Vec::new() };
            let published = read(&page, &Place::default(), &[], &transport).published;
            published.map(|at| at.to_string()[..10].to_owned())
        };
        assert_eq!(at("https://a.se/2026/01/12/x").as_deref(), Some("2026-01-11"));
        assert_eq!(at("https://a.se/2026/99/x"), None);
        assert_eq!(at("https://a.se/2026/13/12/x"), None);
    }

    #[test]
    fn headline_authors_and_language_are_found() {
        let html = "<html lang=nb-NO><title>A - B - Site</title><meta name=author content='Kari'>";
        let found = about(html);
        assert_eq!(found.title.as_deref(), Some("A - B"));
        assert_eq!(found.authors, ["Kari"]);
        assert_eq!(found.language.unwrap().code(), "nb");
        let html = "<script type='application/ld+json'>[{\"headline\":\"H &amp; M\",\"author\":\
                    [{\"name\":\"A\"},\"B\"]}]</script><meta property='og:locale' content='sv_SE'>";
        let found = about(html);
        assert_eq!(found.title.as_deref(), Some("H & M"));
        assert_eq!(found.authors, ["A", "B"]);
        assert_eq!(found.language.unwrap().code(), "sv");
    }
}
