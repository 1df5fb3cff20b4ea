//! How does the sample web look from outside? Feeds in four formats, and pages with all that surrounds a text.

use super::web::{Format, Post, Site};
use serde_json::json;
use std::fmt::Write;

/// The feed of a site, with its media type.
pub(super) fn feed(site: &Site, posts: &[&Post]) -> (&'static str, String) {
    match site.format {
        Format::Rss2 => ("application/rss+xml; charset=utf-8", rss2(site, posts)),
        Format::Rss1 => ("application/rdf+xml; charset=utf-8", rss1(site, posts)),
        Format::Atom => ("application/atom+xml; charset=utf-8", atom(site, posts)),
        Format::Json => ("application/feed+json; charset=utf-8", json_feed(site, posts)),
    }
}

/// The address of a post.
fn link(site: &Site, post: &Post) -> String {
    format!("http://{}/{}", site.host, post.slug)
}

/// RSS 2.0 (rssboard.org/rss-specification).
fn rss2(site: &Site, posts: &[&Post]) -> String {
    let mut items = String::new();
    for post in posts {
        let link = link(site, post);
        let _ = writeln!(
            items,
            "<item><title>{}</title><link>{link}</link><guid isPermaLink=\"true\">{link}</guid>\
             <pubDate>{}</pubDate><description>{}</description></item>",
            escaped(&post.title),
            post.rfc822(),
            escaped(&post.summary),
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>{}</title>\
         <link>http://{}/</link><description>{}</description><language>{}</language>\n{items}</channel></rss>\n",
        escaped(&site.name),
        site.host,
        escaped(&site.organisation),
        site.language,
    )
}

/// RSS 1.0 (web.resource.org/rss/1.0/spec), dated by Dublin Core.
fn rss1(site: &Site, posts: &[&Post]) -> String {
    let (mut list, mut items) = (String::new(), String::new());
    for post in posts {
        let link = link(site, post);
        let _ = write!(list, "<rdf:li rdf:resource=\"{link}\"/>");
        let _ = writeln!(
            items,
            "<item rdf:about=\"{link}\"><title>{}</title><link>{link}</link>\
             <description>{}</description><dc:date>{}</dc:date></item>",
            escaped(&post.title),
            escaped(&post.summary),
            post.rfc3339(),
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
         xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
         <channel rdf:about=\"http://{host}/\"><title>{}</title><link>http://{host}/</link><description>{}</description>\
         <dc:language>{}</dc:language><items><rdf:Seq>{list}</rdf:Seq></items></channel>\n{items}</rdf:RDF>\n",
        escaped(&site.name),
        escaped(&site.organisation),
        site.language,
        host = site.host,
    )
}

/// Atom (RFC 4287).
fn atom(site: &Site, posts: &[&Post]) -> String {
    let mut entries = String::new();
    for post in posts {
        let _ = writeln!(
            entries,
            "<entry><title>{}</title><link href=\"{link}\"/><id>{link}</id><published>{at}</published>\
             <updated>{at}</updated><summary>{}</summary></entry>",
            escaped(&post.title),
            escaped(&post.summary),
            link = link(site, post),
            at = post.rfc3339(),
        );
    }
    let updated =
        posts.first().map_or_else(|| "2000-01-01T00:00:00Z".to_owned(), |post| post.rfc3339());
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\
         <title>{}</title><id>http://{host}/</id><link href=\"http://{host}/\"/><updated>{updated}</updated>\
         <author><name>{}</name></author>\n{entries}</feed>\n",
        site.language,
        escaped(&site.name),
        escaped(&site.organisation),
        host = site.host,
    )
}

/// JSON Feed 1.1 (jsonfeed.org/version/1.1).
fn json_feed(site: &Site, posts: &[&Post]) -> String {
    let items: Vec<_> = posts
        .iter()
        .map(|post| {
            json!({
                "id": link(site, post),
                "url": link(site, post),
                "title": post.title,
                "summary": post.summary,
                "content_text": post.summary,
                "date_published": post.rfc3339(),
            })
        })
        .collect();
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.name,
        "home_page_url": format!("http://{}/", site.host),
        "feed_url": site.feed(),
        "language": site.language,
        "items": items,
    })
    .to_string()
}

/// A post's page: the text amid menu, cookie bar, related links and footer, as pages are.
pub(super) fn page(site: &Site, post: &Post, others: &[&Post]) -> String {
    let mut text = String::new();
    for paragraph in post.text.split("\n\n").map(str::trim).filter(|text| !text.is_empty()) {
        let _ = writeln!(text, "<p>{}</p>", escaped(paragraph));
    }
    let mut related = String::new();
    for other in others.iter().filter(|other| other.slug != post.slug).take(3) {
        let _ =
            write!(related, "<li><a href=\"/{}\">{}</a></li>", other.slug, escaped(&other.title));
    }
    let at = post.rfc3339();
    let inner = format!(
        "<main><article><h1>{}</h1><p class=\"published\"><time datetime=\"{at}\">{}</time></p>\
         <p class=\"lead\">{}</p>\n{text}</article></main><aside><ul>{related}</ul></aside>",
        escaped(&post.title),
        &at[..10],
        escaped(&post.summary),
    );
    framed(site, &post.title, &inner)
}

/// The front page of a site.
pub(super) fn front(site: &Site, posts: &[&Post]) -> String {
    let mut list = String::new();
    for post in posts {
        let _ = writeln!(list, "<li><a href=\"/{}\">{}</a></li>", post.slug, escaped(&post.title));
    }
    framed(
        site,
        &site.name,
        &format!("<main><h1>{}</h1><ul>{list}</ul></main>", escaped(&site.name)),
    )
}

fn framed(site: &Site, title: &str, inner: &str) -> String {
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title>\
         <link rel=\"alternate\" href=\"{}\"></head><body><header><nav><ul><li><a href=\"/\">{org}</a></li>\
         <li><a href=\"/internal/\">Intranet</a></li></ul></nav></header>\
         <div class=\"cookie-banner\">Cookies</div>{inner}<footer>{org} · {}</footer></body></html>",
        site.language,
        escaped(title),
        site.feed_path(),
        site.host,
        org = escaped(&site.organisation),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
