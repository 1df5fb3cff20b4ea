//! Lists of feeds as programs hand them to each other: OPML 1.0 and 2.0, read however broken, and written.

use crate::{
    charset, entity,
    plain::{collapse, shortened},
};
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use std::{collections::BTreeMap, fmt::Write};

/// Our own attributes are written with this prefix, and read under it.
const OWN: &str = "utkik:";
const NAMESPACE: &str = "https://utkik.example/opml";
/// More outlines than this are not read: no person keeps as many.
const MAX_OUTLINES: usize = 20_000;
/// Folders deeper than this lose their names, not their feeds.
const MAX_DEPTH: usize = 16;
const MAX_TEXT: usize = 300;
const MAX_ADDRESS: usize = 8_000;

/// What an OPML file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opml {
    /// What it calls itself.
    pub title: Option<String>,
    /// Feeds and links, in their order; folders are the paths of these.
    pub outlines: Vec<Outline>,
    /// What could not be read, in words.
    pub troubles: Vec<String>,
}

/// One feed or link of an OPML file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    /// The line where it stands, counted from 1.
    pub line: usize,
    /// The folders around it, outermost first.
    pub path: Vec<String>,
    /// What it is called.
    pub text: String,
    /// The address of a feed.
    pub feed: Option<String>,
    /// An address that is no feed.
    pub link: Option<String>,
    /// Where a person would start reading.
    pub homepage: Option<String>,
    /// As written.
    pub language: Option<String>,
    /// What only we write there, by names without prefix.
    pub own: BTreeMap<String, String>,
}

/// Reads an OPML file; fails, in words, only when it is none.
pub fn opml(bytes: &[u8]) -> Result<Opml, String> {
    let (text, doubt) = charset::decode(bytes, None);
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let mut read = Reading { lines: Lines::of(start), ..Reading::default() };
    // Lines are counted in the file as it stands.
    read.lines.before = text[..text.len() - start.len()].matches('\n').count();
    let mut reader = Reader::from_str(start);
    let config = reader.config_mut();
    (config.check_end_names, config.allow_unmatched_ends, config.allow_dangling_amp) =
        (false, true, true);
    loop {
        let line = read.lines.at(reader.buffer_position());
        match reader.read_event() {
            Ok(Event::Start(start)) => read.open(&start, line),
            Ok(Event::Empty(start)) => {
                read.open(&start, line);
                read.close(start.local_name().as_ref());
            }
            Ok(Event::End(end)) => read.close(end.local_name().as_ref()),
            Ok(Event::Text(text)) if read.in_title => read.title.push_str(&entity::decoded(&text)),
            Ok(Event::GeneralRef(name)) if read.in_title => {
                read.title.extend(entity::character(&name));
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                read.opml
                    .troubles
                    .push(format!("from line {line} on it cannot be read as XML: {error}"));
                break;
            }
        }
    }
    read.finished(doubt)
}

#[derive(Default)]
struct Reading {
    opml: Opml,
    lines: Lines,
    is_opml: bool,
    first: Option<String>,
    title: String,
    in_title: bool,
    /// The name of each open folder.
    folders: Vec<String>,
    left_out: usize,
}

/// Tells lines by places that only grow.
#[derive(Default)]
struct Lines {
    starts: Vec<usize>,
    before: usize,
}

impl Lines {
    fn of(text: &str) -> Lines {
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lines { starts: starts.map(|(at, _)| at).collect(), before: 0 }
    }

    fn at(&self, place: u64) -> usize {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        1 + self.before + self.starts.partition_point(|start| *start < place)
    }
}

impl Reading {
    fn open(&mut self, start: &BytesStart, line: usize) {
        let name = start.local_name().as_ref().to_ascii_lowercase();
        self.first.get_or_insert_with(|| name.clone());
        match name.as_str() {
            "opml" => self.is_opml = true,
            "title" => self.in_title = self.opml.outlines.is_empty() && self.folders.is_empty(),
            "outline" => self.outline(start, line),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name.to_ascii_lowercase().as_str() {
            "title" => self.in_title = false,
            "outline" => drop(self.folders.pop()),
            _ => {}
        }
    }

    fn outline(&mut self, start: &BytesStart, line: usize) {
        let mut outline = Outline { line, ..Outline::default() };
        let (mut title, mut kind) = (String::new(), String::new());
        let mut attributes = start.attributes();
        for attribute in attributes.with_checks(false).flatten() {
            let name: &str = attribute.key.as_ref();
            let value = entity::decoded(&attribute.value);
            if let Some(own) = name.strip_prefix(OWN) {
                outline.own.insert(own.to_owned(), value);
                continue;
            }
            let address = || {
                Some(value.trim().to_owned()).filter(|a| !a.is_empty() && a.len() <= MAX_ADDRESS)
            };
            match name.to_ascii_lowercase().as_str() {
                "text" => outline.text = said(&value),
                "title" => title = said(&value),
                "type" => kind = value.trim().to_ascii_lowercase(),
                "xmlurl" => outline.feed = address(),
                "htmlurl" => outline.homepage = address(),
                "url" => outline.link = address(),
                "language" => outline.language = Some(value.trim().to_owned()),
                _ => {}
            }
        }
        if outline.text.is_empty() {
            outline.text = title;
        }
        outline.path =
            self.folders.iter().filter(|name| !name.is_empty()).take(MAX_DEPTH).cloned().collect();
        self.folders.push(outline.text.clone());
        // Some write the address of a feed where that of a link stands.
        if outline.feed.is_none() && matches!(kind.as_str(), "rss" | "atom") {
            outline.feed = outline.link.take();
        }
        if outline.feed.is_none() && outline.link.is_none() {
            return;
        }
        if self.opml.outlines.len() < MAX_OUTLINES {
            self.opml.outlines.push(outline);
        } else {
            self.left_out += 1;
        }
    }

    fn finished(mut self, doubt: Option<String>) -> Result<Opml, String> {
        if !self.is_opml && self.opml.outlines.is_empty() {
            let what = match self.first {
                Some(name) => format!("it begins with <{}>", shortened(name, 40)),
                None => "it is no XML".to_owned(),
            };
            return Err(format!("this is no OPML: {what}"));
        }
        if self.left_out > 0 {
            let left_out = self.left_out;
            self.opml
                .troubles
                .push(format!("{left_out} outlines beyond {MAX_OUTLINES} were not read"));
        }
        self.opml.troubles.extend(doubt);
        self.opml.title = Some(said(&self.title)).filter(|title| !title.is_empty());
        Ok(self.opml)
    }
}

fn said(text: &str) -> String {
    shortened(collapse(text), MAX_TEXT)
}

/// These outlines as OPML 2.0, in folders by their paths.
pub fn opml_of(title: &str, created: &str, outlines: &[Outline]) -> String {
    let mut file = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\" xmlns:utkik=\"{NAMESPACE}\">\n  <head>\n    \
         <title>{}</title>\n    <dateCreated>{}</dateCreated>\n  </head>\n  <body>\n",
        escaped(title),
        escaped(created)
    );
    let mut sorted: Vec<&Outline> = outlines.iter().collect();
    sorted.sort_by(|one, other| one.path.cmp(&other.path));
    let mut open: Vec<&str> = Vec::new();
    for outline in sorted {
        let same = open.iter().zip(&outline.path).take_while(|(open, name)| *open == name).count();
        close(&mut file, &mut open, same);
        for name in &outline.path[same..] {
            let _ = writeln!(file, "{}<outline text=\"{}\">", indent(open.len()), escaped(name));
            open.push(name);
        }
        write_outline(&mut file, outline, &indent(open.len()));
    }
    close(&mut file, &mut open, 0);
    file + "  </body>\n</opml>\n"
}

fn close(file: &mut String, open: &mut Vec<&str>, down_to: usize) {
    while open.len() > down_to {
        open.pop();
        let _ = writeln!(file, "{}</outline>", indent(open.len()));
    }
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth + 2)
}

fn write_outline(file: &mut String, outline: &Outline, indent: &str) {
    let _ = write!(file, "{indent}<outline");
    let mut put = |name: &str, value: &str| {
        let _ = write!(file, " {name}=\"{}\"", escaped(value));
    };
    put("text", &outline.text);
    put("title", &outline.text);
    match (&outline.feed, &outline.link) {
        (Some(feed), _) => {
            put("type", "rss");
            put("xmlUrl", feed);
        }
        (None, Some(link)) => {
            put("type", "link");
            put("url", link);
        }
        (None, None) => {}
    }
    if let Some(homepage) = &outline.homepage {
        put("htmlUrl", homepage);
    }
    if let Some(language) = &outline.language {
        put("language", language);
    }
    if !outline.path.is_empty() {
        let path: Vec<String> =
            outline.path.iter().map(|name| name.replace([',', '/'], " ")).collect();
        put("category", &format!("/{}", path.join("/")));
    }
    for (name, value) in &outline.own {
        put(&format!("{OWN}{name}"), value);
    }
    file.push_str("/>\n");
}

/// As an attribute's value; what XML cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' | '\r' => {
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feeds(text: &str) -> Vec<(String, String)> {
        let read = opml(text.as_bytes()).unwrap();
        read.outlines.into_iter().map(|o| (o.text, o.feed.or(o.link).unwrap_or_default())).collect()
    }

    #[test]
    fn folders_of_any_depth_are_the_paths_of_their_feeds() {
        let text = "<?xml version='1.0'?>\n<opml version='2.0'><head><title>Mine &amp; yours</title></head><body>\n\
                    <outline text='A'><outline title='B'>\n<outline text='X' xmlUrl='https://x.se/f?a=1&amp;b=2' htmlUrl='https://x.se/'/>\
                    </outline><outline type='rss' title='Y' XMLURL=' https://y.se/ '></outline></outline>\
                    <outline type='link' text='Z' url='https://z.se/'/><outline text='Empty'/></body></opml>";
        let read = opml(text.as_bytes()).unwrap();
        assert_eq!(read.title.as_deref(), Some("Mine & yours"));
        let told: Vec<_> =
            read.outlines.iter().map(|o| (o.path.join("/"), o.text.as_str(), o.line)).collect();
        assert_eq!(told, [("A/B".into(), "X", 4), ("A".into(), "Y", 4), (String::new(), "Z", 4)]);
        assert_eq!(read.outlines[0].feed.as_deref(), Some("https://x.se/f?a=1&b=2"));
        assert_eq!(read.outlines[2].link.as_deref(), Some("https://z.se/"));
    }

    #[test]
    fn what_is_broken_costs_only_itself() {
        assert_eq!(
            feeds(
                "<opml><body><outline text='A & B' xmlUrl='https://a.se/?x&y'><outline xmlUrl=https://no.se text='C' xmlurl='https://c.se/'>"
            ),
            [
                ("A & B".to_owned(), "https://a.se/?x&y".to_owned()),
                ("C".to_owned(), "https://c.se/".to_owned())
            ]
        );
        let cut =
            opml(b"<opml><body><outline text='A' xmlUrl='https://a.se/'/><outline text='B' xmlUr")
                .unwrap();
        assert_eq!((cut.outlines.len(), cut.troubles.len()), (1, 1), "{:?}", cut.troubles);
        assert!(opml(b"<html><body/></html>").unwrap_err().contains("begins with <html>"));
        assert!(opml(b"").unwrap_err().contains("it is no XML"));
        assert!(opml(b"\x00\xff\x00").is_err());
        assert_eq!(opml(b"<opml/>").unwrap().outlines, []);
    }

    #[test]
    fn hostile_files_are_read_within_caps() {
        let deep = format!(
            "<opml>{}<outline text='X' xmlUrl='https://x.se/'/>",
            "<outline text='d'>".repeat(100_000)
        );
        let read = opml(deep.as_bytes()).unwrap();
        assert_eq!((read.outlines.len(), read.outlines[0].path.len()), (1, MAX_DEPTH));
        let wide =
            format!("<opml>{}", "<outline xmlUrl='https://x.se/'/>".repeat(MAX_OUTLINES + 5));
        let read = opml(wide.as_bytes()).unwrap();
        assert_eq!(read.troubles, [format!("5 outlines beyond {MAX_OUTLINES} were not read")]);
        let entities = "<!DOCTYPE opml [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c SYSTEM 'file:///etc/passwd'>]>\
                        <opml><outline text='&b;&c;' xmlUrl='https://x.se/'/></opml>";
        assert!(!feeds(entities)[0].0.contains("aaaaaaaa"));
        let long = format!(
            "<opml><outline text='{}' xmlUrl='https://x.se/{}'/></opml>",
            "t".repeat(9_000),
            "p".repeat(9_000)
        );
        assert_eq!(feeds(&long), []);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let outline = |path: &[&str], text: &str, feed: Option<&str>| Outline {
            path: path.iter().map(|name| (*name).to_owned()).collect(),
            text: text.into(),
            feed: feed.map(str::to_owned),
            link: feed.is_none().then(|| "https://l.se/?a=1&b=\"2\"".to_owned()),
            homepage: Some("https://h.se/".into()),
            language: Some("sv".into()),
            own: [("recipe.body".to_owned(), "\"a\nb <c> & 'd'\"".to_owned())].into(),
            ..Outline::default()
        };
        let written = [
            outline(&[], "Top", Some("https://t.se/")),
            outline(&["A"], "One & <two> \"three\"", Some("https://a.se/")),
            outline(&["A", "B"], "\u{c5}\u{e4}\u{f6}", None),
            outline(&["C"], "Last", None),
        ];
        let read =
            opml(opml_of("A & B", "Wed, 18 Nov 2026 08:00:00 +0000", &written).as_bytes()).unwrap();
        let read: Vec<Outline> =
            read.outlines.into_iter().map(|o| Outline { line: 0, ..o }).collect();
        assert_eq!(read, written);
    }
}
