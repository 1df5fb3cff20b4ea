//! What broken XML must have meant: makes a feed well-formed, so that a strict reader can read it.
//!
//! One pass, with a small stack and no recursion, whatever comes. Fields that hold text are copied as
//! text: markup inside them is escaped, so that it neither nests nor goes unclosed. Everything older
//! (RSS 0.9x and 1.0, Atom 0.3) is written as RSS 2.0 or Atom 1.0. Entities that a document declares
//! are never expanded. What was repaired is told, one sentence each.

use crate::{entity, feed::NoFeed};
use std::collections::BTreeSet;

/// More entries than this are not even looked at.
const MAX_ITEMS: usize = 20_000;
/// No feed nests deeper outside its texts.
const MAX_DEPTH: usize = 64;

/// Fields that hold text or HTML and nothing that a feed's reader would look into.
const TEXTS: &[&str] = &[
    "title",
    "description",
    "summary",
    "subtitle",
    "rights",
    "encoded",
    "content",
    "guid",
    "id",
    "pubdate",
    "date",
    "published",
    "updated",
    "lastbuilddate",
    "language",
    "copyright",
    "creator",
    "name",
    "email",
    "uri",
    "generator",
    "comments",
    "managingeditor",
    "webmaster",
    "ttl",
];
/// Of these, the ones that mean nothing when they are empty (and make feed-rs refuse the feed).
const NOTHING_WHEN_EMPTY: &[&str] =
    &["title", "description", "summary", "subtitle", "rights", "encoded", "content"];
/// What cannot stand in a text: where one of these starts, an unclosed text has ended.
const NEVER_IN_TEXT: &[&str] = &["item", "entry", "pubdate", "guid", "published", "updated"];
/// Namespaces by the prefix that everybody uses; many feeds forget or misspell them.
const NAMESPACES: &[(&str, &str)] = &[
    ("a10", "http://www.w3.org/2005/Atom"),
    ("atom", "http://www.w3.org/2005/Atom"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("media", "http://search.yahoo.com/mrss/"),
    ("rss", "http://purl.org/rss/1.0/"),
];

/// feed-rs drops the language of a single entry; as a subject word of this scheme it comes through.
pub(crate) const LANGUAGE: &str = "urn:utkik:language";

/// A feed made well-formed.
#[derive(Debug)]
pub(crate) struct Repaired {
    pub(crate) xml: String,
    /// How many entries it holds.
    pub(crate) items: usize,
    /// What was repaired.
    pub(crate) troubles: Vec<String>,
}

/// Makes `text` a well-formed feed; the reason when it is no feed at all.
pub(crate) fn repaired(text: &str) -> Result<Repaired, NoFeed> {
    let mut mender = Mender::default();
    let mut rest = text;
    while let Some(at) = rest.find('<').filter(|_| !mender.done) {
        mender.text(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[mender.markup(rest)?..];
    }
    mender.text(rest);
    mender.finished()
}

/// The dialect that a root element announces.
#[derive(Clone, Copy, PartialEq)]
enum Dialect {
    /// RSS of any version; RSS 1.0 is written as RSS 2.0.
    Rss {
        rdf: bool,
    },
    Atom,
}

#[derive(Default)]
struct Mender {
    xml: String,
    dialect: Option<Dialect>,
    open: Vec<Open>,
    prefixes: BTreeSet<String>,
    items: usize,
    /// The first element when it is no feed's.
    stranger: Option<String>,
    /// Nothing after this is read.
    done: bool,
    complete: bool,
    told: Told,
}

/// An element that is open.
struct Open {
    /// As written out.
    name: String,
    /// Without prefix, in lower case.
    local: String,
    /// Where it starts in the output.
    start: usize,
    /// Where its content starts in the output.
    content: usize,
    is_text: bool,
}

/// What was repaired, counted.
#[derive(Default)]
struct Told {
    junk: bool,
    ampersands: usize,
    named: usize,
    controls: usize,
    unclosed: usize,
    declares: bool,
    cut_off: bool,
    too_many: bool,
    too_deep: bool,
}

type Attributes<'t> = Vec<(&'t str, &'t str)>;

impl Mender {
    /// Reads the markup that `rest` starts with; says how many bytes it took.
    fn markup(&mut self, rest: &str) -> Result<usize, NoFeed> {
        if let Some(comment) = rest.strip_prefix("<!--") {
            return Ok(self.length(rest, comment.find("-->").map(|at| at + 7)));
        }
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            let end = data.find("]]>");
            self.literal(&data[..end.unwrap_or(data.len())]);
            return Ok(self.length(rest, end.map(|at| at + 12)));
        }
        if rest.starts_with("<?") {
            return Ok(self.length(rest, rest.find('>').map(|at| at + 1)));
        }
        if rest.starts_with("<!") {
            return self.doctype(rest);
        }
        let is_end = rest.starts_with("</");
        let name = name_at(&rest[if is_end { 2 } else { 1 }..]);
        if name.is_empty() {
            self.literal("<");
            return Ok(1);
        }
        let Some(length) = tag_length(rest) else { return Ok(self.length(rest, None)) };
        let tag = &rest[..length];
        if self.is_in_text(name, is_end) {
            self.literal(tag);
        } else if is_end {
            self.end(name);
        } else {
            self.start(name, tag)?;
        }
        Ok(length)
    }

    /// The length of a piece of markup; without an end, the document was cut off in it.
    fn length(&mut self, rest: &str, found: Option<usize>) -> usize {
        self.done |= found.is_none();
        found.unwrap_or(rest.len())
    }

    /// Skips a DOCTYPE with all it declares.
    fn doctype(&mut self, rest: &str) -> Result<usize, NoFeed> {
        if starts(rest, "<!doctype html") {
            return Err(web_page());
        }
        let plain_end = rest.find('>').map(|at| at + 1);
        let subset = plain_end.and_then(|end| rest[..end].find('['));
        self.told.declares |= subset.is_some();
        let end = subset.map_or(plain_end, |at| {
            let close = at + rest[at..].find(']')?;
            Some(close + rest[close..].find('>')? + 1)
        });
        Ok(self.length(rest, end))
    }

    /// Whether a tag is part of the text that is being copied, rather than the feed's own.
    fn is_in_text(&self, name: &str, is_end: bool) -> bool {
        let Some(top) = self.open.last().filter(|top| top.is_text) else { return false };
        let local = local(name);
        if is_end {
            local != top.local && !self.open.iter().any(|open| !open.is_text && open.local == local)
        } else {
            let is_field = local == "link" || TEXTS.contains(&local.as_str());
            !(NEVER_IN_TEXT.contains(&local.as_str()) || is_field && top.local == "title")
        }
    }

    fn start(&mut self, name: &str, tag: &str) -> Result<(), NoFeed> {
        let attributes = attributes(&tag[1 + name.len()..]);
        if self.dialect.is_none() {
            return self.root(name, &attributes);
        }
        let local = local(name);
        let is_item = matches!(local.as_str(), "item" | "entry");
        if is_item {
            self.close_item();
            self.told.too_many |= self.items >= MAX_ITEMS;
            if self.told.too_many {
                (self.done, self.complete) = (true, true);
                return Ok(());
            }
            self.items += 1;
        } else if self.open.last().is_some_and(|top| top.is_text) {
            self.told.unclosed += 1;
            self.close_last();
        }
        // RSS 1.0 has its items beside the channel, RSS 2.0 in it; one channel is open all the way.
        if local == "channel" && matches!(self.dialect, Some(Dialect::Rss { .. })) {
            return Ok(());
        }
        self.element(name, local, &attributes, tag.ends_with("/>"));
        if let Some((_, about)) =
            attributes.iter().find(|(name, _)| is_item && *name == "rdf:about")
        {
            self.xml.push_str("<guid>");
            self.text(about);
            self.xml.push_str("</guid>");
        }
        if let Some((_, language)) =
            attributes.iter().find(|(name, _)| is_item && *name == "xml:lang")
        {
            let language = escaped(language);
            self.xml.push_str(&match self.dialect {
                Some(Dialect::Atom) => {
                    format!("<category scheme=\"{LANGUAGE}\" term=\"{language}\"/>")
                }
                _ => format!("<category domain=\"{LANGUAGE}\">{language}</category>"),
            });
        }
        Ok(())
    }

    /// Writes a root that feed-rs understands, with the namespaces that feeds forget.
    fn root(&mut self, name: &str, attributes: &Attributes) -> Result<(), NoFeed> {
        let root = match local(name).as_str() {
            "rss" | "channel" => Dialect::Rss { rdf: false },
            "rdf" => Dialect::Rss { rdf: true },
            "feed" => Dialect::Atom,
            "html" | "head" | "body" => return Err(web_page()),
            _ => {
                self.stranger.get_or_insert_with(|| name.to_owned());
                return Ok(());
            }
        };
        self.told.junk |= self.stranger.is_some();
        self.dialect = Some(root);
        self.xml.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        let prefix = name.split_once(':').map(|(prefix, _)| prefix);
        let is_ours = |prefix: &str| NAMESPACES.iter().any(|(ours, _)| *ours == prefix);
        let mut tag = String::from(match root {
            Dialect::Atom => "feed xmlns=\"http://www.w3.org/2005/Atom\"",
            Dialect::Rss { .. } => "rss version=\"2.0\"",
        });
        for (prefix, uri) in NAMESPACES {
            tag.push_str(&format!(" xmlns:{prefix}=\"{uri}\""));
            self.prefixes.insert((*prefix).to_owned());
        }
        for (attribute, value) in attributes.iter().filter(|(name, value)| is_sound(name, value)) {
            let foreign = attribute.strip_prefix("xmlns:").filter(|prefix| !is_ours(prefix));
            if let Some(declared) = foreign {
                self.prefixes.insert(declared.to_owned());
                // A root that calls its own namespace by an unusual prefix means the usual one.
                let uri = if Some(declared) == prefix && root == Dialect::Atom {
                    NAMESPACES[0].1
                } else {
                    value
                };
                tag.push_str(&format!(" {attribute}=\"{}\"", escaped(uri)));
            } else if matches!(*attribute, "xml:base" | "xml:lang") {
                tag.push_str(&format!(" {attribute}=\"{}\"", escaped(value)));
            }
        }
        let written = if root == Dialect::Atom { "feed" } else { "rss" };
        let open = |name: &str, local: String, at| Open {
            name: name.into(),
            local,
            start: at,
            content: at,
            is_text: false,
        };
        self.xml.push_str(&format!("<{tag}>"));
        self.open.push(open(written, local(name), self.xml.len()));
        if root != Dialect::Atom {
            self.xml.push_str("<channel>");
            // Its name is empty, so that no end tag closes it before the end.
            self.open.push(open("channel", String::new(), self.xml.len()));
        }
        Ok(())
    }

    fn element(&mut self, name: &str, local: String, attributes: &Attributes, is_empty: bool) {
        if self.open.len() >= MAX_DEPTH {
            self.told.too_deep = true;
            return;
        }
        let has_src = attributes.iter().any(|(name, _)| *name == "src");
        let name = self.written(name, &local, has_src);
        let is_media = name.starts_with("media:") || name.starts_with("itunes:");
        let is_text = TEXTS.contains(&local.as_str()) && !(is_media && local == "content");
        if is_empty && is_text {
            return;
        }
        let start = self.xml.len();
        self.xml.push_str(&format!("<{name}"));
        let mut written = BTreeSet::new();
        for (attribute, value) in attributes.iter().filter(|(name, value)| is_sound(name, value)) {
            let own_space =
                *attribute == "xmlns" && !is_text && !name.contains(':') && self.is_ours(&local);
            if let Some(declared) = attribute.strip_prefix("xmlns:") {
                self.prefixes.insert(declared.to_owned());
            }
            if own_space || !written.insert(*attribute) {
                continue;
            }
            let value = if *attribute == "type" && is_text { text_type(value) } else { value };
            let value = self.attribute(value);
            self.xml.push_str(&format!(" {attribute}=\"{value}\""));
        }
        if is_empty {
            self.xml.push_str("/>");
        } else {
            self.xml.push('>');
            let name = name.split(' ').next().unwrap_or_default().to_owned();
            self.open.push(Open { name, local, start, content: self.xml.len(), is_text });
        }
    }

    /// Elements whose own default namespace is the feed's, whatever they say.
    fn is_ours(&self, local: &str) -> bool {
        matches!(local, "item" | "entry") || self.dialect == Some(Dialect::Atom) && local == "link"
    }

    /// The name that feed-rs knows the element by; what must not be read gets a name that nobody knows.
    fn written(&self, name: &str, local: &str, has_src: bool) -> String {
        let is_atom = self.dialect == Some(Dialect::Atom);
        if let Some((prefix, own)) = name.split_once(':') {
            let in_item = self.open.iter().any(|open| open.local == "item");
            return match (prefix, own) {
                ("dc", "language") if !in_item => "language".into(),
                ("dc", "language") => format!("category domain=\"{LANGUAGE}\""),
                ("rss", own) => own.into(),
                _ if self.prefixes.contains(prefix) || prefix == "xml" => name.into(),
                _ => format!("{prefix}_{own}"),
            };
        }
        match local {
            "issued" | "created" if is_atom => "published".into(),
            "modified" if is_atom => "updated".into(),
            "tagline" if is_atom => "subtitle".into(),
            "copyright" if is_atom => "rights".into(),
            "content" if is_atom && has_src => "content-elsewhere".into(),
            "pubdate" => "pubDate".into(),
            "lastbuilddate" => "lastBuildDate".into(),
            "managingeditor" => "managingEditor".into(),
            "webmaster" => "webMaster".into(),
            _ if name.eq_ignore_ascii_case(local) => local.into(),
            _ => name.into(),
        }
    }

    fn end(&mut self, name: &str) {
        let local = local(name);
        // An end without a beginning says nothing.
        let Some(at) = self.open.iter().rposition(|open| open.local == local) else { return };
        self.told.unclosed +=
            self.open[at + 1..].iter().filter(|open| !open.local.is_empty()).count();
        while self.open.len() > at {
            self.close_last();
        }
        if self.open.is_empty() {
            (self.done, self.complete) = (true, true);
        }
    }

    fn close_item(&mut self) {
        let open =
            self.open.iter().position(|open| matches!(open.local.as_str(), "item" | "entry"));
        while open.is_some_and(|at| self.open.len() > at) {
            self.told.unclosed += 1;
            self.close_last();
        }
    }

    fn close_last(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let is_blank = self.xml[open.content..].trim().is_empty();
        if is_blank && NOTHING_WHEN_EMPTY.contains(&open.local.as_str()) {
            self.xml.truncate(open.start);
        } else {
            self.xml.push_str(&format!("</{}>", open.name));
        }
    }

    /// Text between tags, whose references are kept, made characters, or taken literally.
    fn text(&mut self, text: &str) {
        if self.done {
            return;
        }
        if self.dialect.is_none() {
            self.told.junk |= !text.trim_matches(['\u{feff}', '\0']).trim().is_empty();
            return;
        }
        let text = self.attribute(text);
        self.xml.push_str(&text);
    }

    /// Text that stands for itself, such as CDATA.
    fn literal(&mut self, text: &str) {
        if self.dialect.is_some() && !self.done {
            let text = escaped(&self.without_controls(text));
            self.xml.push_str(&text);
        }
    }

    fn attribute(&mut self, text: &str) -> String {
        let text = self.without_controls(text);
        let mut clean = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find('&') {
            clean.push_str(&escaped(&rest[..at]));
            rest = &rest[at..];
            let known = entity::reference(rest)
                .and_then(|(name, length)| Some((name, entity::character(name)?, length)));
            match known {
                Some((name, character, length)) => {
                    self.told.named += usize::from(!is_xml_name(name));
                    if is_xml_character(character) {
                        clean.push_str(&escaped(character.encode_utf8(&mut [0; 4])));
                    }
                    rest = &rest[length..];
                }
                None => {
                    self.told.ampersands += 1;
                    clean.push_str("&amp;");
                    rest = &rest[1..];
                }
            }
        }
        clean.push_str(&escaped(rest));
        clean
    }

    fn without_controls(&mut self, text: &str) -> String {
        let clean: String = text.chars().filter(|c| is_xml_character(*c)).collect();
        self.told.controls += usize::from(clean.len() < text.len());
        clean
    }

    fn finished(mut self) -> Result<Repaired, NoFeed> {
        if self.dialect.is_none() {
            return Err(NoFeed::new(match self.stranger {
                Some(name) => format!("is XML, but no feed: it begins with <{name}>"),
                None => "is neither XML nor JSON".into(),
            }));
        }
        if !self.complete {
            self.told.cut_off = true;
            // What is cut off in the middle would say something else at the next visit.
            let item =
                self.open.iter().position(|open| matches!(open.local.as_str(), "item" | "entry"));
            if let Some(at) = item {
                self.xml.truncate(self.open[at].start);
                self.open.truncate(at);
                self.items -= 1;
            }
        }
        while !self.open.is_empty() {
            self.close_last();
        }
        let troubles = self.told.words(self.items);
        Ok(Repaired { xml: self.xml, items: self.items, troubles })
    }
}

impl Told {
    fn words(&self, items: usize) -> Vec<String> {
        let counted = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
        let said = |is: bool, what: &str| is.then(|| what.to_owned());
        let too_many = format!("lists more than {MAX_ITEMS} entries; the rest was not looked at");
        [
            said(self.junk, "had something before its beginning"),
            counted(self.ampersands, "bare ampersands were repaired"),
            counted(self.named, "characters were named without declaring them"),
            counted(self.controls, "texts held control characters, which were dropped"),
            counted(self.unclosed, "elements were not closed"),
            said(self.declares, "declares entities of its own, which are not expanded"),
            self.cut_off.then(|| format!("is cut off; {items} entries are complete")),
            said(self.too_many, &too_many),
            said(self.too_deep, "nests deeper than any feed; what lies deeper was skipped"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn web_page() -> NoFeed {
    NoFeed { why: "is a web page, not a feed".into(), html: true }
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase()
}

fn starts(text: &str, with: &str) -> bool {
    text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
}

/// The element name at the start of `text`; empty when there is none.
fn name_at(text: &str) -> &str {
    if !text.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return "";
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || "_-.:".contains(c)));
    text[..end.unwrap_or(text.len())].trim_end_matches(':')
}

/// Up to the `>` that ends the tag; one in quotes does not, unless the quotes never end.
fn tag_length(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().take(20_000) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') if text[..at].trim_end().ends_with('=') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    text.find('>').map(|at| at + 1)
}

/// Attributes as written, with or without quotes; names that XML does not allow are left out.
fn attributes(text: &str) -> Attributes<'_> {
    let mut attributes = Vec::new();
    let mut rest = text.trim_end_matches(['>', '/']);
    while let Some(at) = rest.find('=') {
        let name = rest[..at].split_whitespace().last().unwrap_or_default();
        rest = rest[at + 1..].trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, after) = match quote {
            Some(quote) => rest[1..].split_once(quote).unwrap_or((&rest[1..], "")),
            None => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                rest.split_at(end)
            }
        };
        if name_at(name) == name && !name.is_empty() {
            attributes.push((name, value));
        }
        rest = after;
    }
    attributes
}

/// A base that is no address would make feed-rs refuse the feed.
fn is_sound(attribute: &str, value: &str) -> bool {
    let parsed = || url::Url::parse(value);
    attribute != "xml:base"
        || matches!(parsed(), Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase))
}

/// Atom's word for what a text is (RFC 4287, 3.1.1); older versions wrote media types. Markup is
/// copied as text here, so that xhtml has become html.
fn text_type(stated: &str) -> &'static str {
    if stated.to_ascii_lowercase().contains("html") { "html" } else { "text" }
}

fn is_xml_name(name: &str) -> bool {
    name.starts_with('#') || matches!(name, "amp" | "lt" | "gt" | "quot" | "apos")
}

/// XML 1.0, production 2.
fn is_xml_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        repaired(text).unwrap().troubles
    }

    fn items(text: &str) -> usize {
        repaired(text).unwrap().items
    }

    #[test]
    fn a_sound_feed_has_no_troubles() {
        let feed = "<?xml version='1.0'?><rss version='2.0'><channel><title>A &amp; B</title>\
                    <item><title>x</title><link>http://a.se/?a=1&amp;b=2</link></item></channel></rss>";
        assert_eq!(told(feed), Vec::<String>::new());
    }

    #[test]
    fn what_was_repaired_is_told() {
        let feed = "Warning: oops\n<rss><channel><title>R&D &aring;\u{1}</title><item><title>x</item>\
                    <item><title>y</title><link>http://a.se";
        assert_eq!(
            told(feed),
            [
                "had something before its beginning",
                "1 bare ampersands were repaired",
                "1 characters were named without declaring them",
                "1 texts held control characters, which were dropped",
                "1 elements were not closed",
                "is cut off; 1 entries are complete",
            ]
        );
    }

    #[test]
    fn declared_entities_are_never_expanded() {
        let feed = "<!DOCTYPE rss [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><rss><channel>\
                    <title>&b;</title></channel></rss>";
        let repaired = repaired(feed).unwrap();
        assert!(repaired.xml.contains("<title>&amp;b;</title>"), "{}", repaired.xml);
        assert!(repaired.troubles[0].contains("bare ampersand"));
        assert!(repaired.troubles[1].contains("not expanded"));
    }

    #[test]
    fn markup_in_texts_neither_nests_nor_goes_unclosed() {
        let deep = "<b>".repeat(50_000);
        let feed =
            format!("<rss><channel><item><title>x {deep}</title></item><item/></channel></rss>");
        let repaired = repaired(&feed).unwrap();
        assert_eq!((repaired.items, repaired.troubles.len()), (2, 0));
        let feed = format!("<rss><channel>{}</channel></rss>", "<a>".repeat(50_000));
        assert!(told(&feed).iter().any(|trouble| trouble.contains("deeper")));
    }

    #[test]
    fn an_item_starts_where_the_last_one_was_forgotten() {
        assert_eq!(items("<rss><channel><item><title>a<item><title>b</channel></rss>"), 2);
        assert_eq!(items(&format!("<rss><channel>{}", "<item>".repeat(100_000))), MAX_ITEMS);
    }

    #[test]
    fn what_is_no_feed_says_what_it_is() {
        let why = |text: &str| repaired(text).unwrap_err().why;
        assert_eq!(why("<!DOCTYPE html><html></html>"), "is a web page, not a feed");
        assert_eq!(why("<html><body><feed></body>"), "is a web page, not a feed");
        assert_eq!(
            why("<sitemap><url/></sitemap>"),
            "is XML, but no feed: it begins with <sitemap>"
        );
        assert_eq!(why("not today"), "is neither XML nor JSON");
        assert!(repaired("<!doctype html>").unwrap_err().html);
    }
}
