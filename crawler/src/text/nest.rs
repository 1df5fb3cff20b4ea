//! Which pages are refused before any tree is built: those that nest too deep, or are all tags.
//!
//! Building a tree takes time quadratic in its depth, and a parser that has begun cannot be stopped. So one linear
//! pass reads the tags as a browser would and keeps the names of open elements. Where browsers do something
//! intricate, it errs towards deeper. Comments, quoted values and scripts hide no end tags from it.

use std::collections::HashMap;

/// Pages of people nest some 30 deep; what builds trees takes quadratic time in it.
const MAX_DEPTH: usize = 256;
/// Start tags, end tags and references together; no page for people has nearly as many.
pub(super) const MAX_TAGS: usize = 200_000;
/// Attributes of one element: html5ever compares each new one with all before it.
const MAX_ATTRIBUTES: usize = 500;

/// Void elements, and those that the next one of their kind closes.
const CLOSES_ITSELF: &[&str] = &[
    "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr", "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th",
    "thead", "tbody", "tfoot", "colgroup",
];
/// Elements whose content is text, whatever it looks like.
const RAW: &[&str] =
    &["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript"];
/// An end tag inside of these does not reach what is outside.
const WALLS: &[&str] = &[
    "applet",
    "button",
    "caption",
    "foreignobject",
    "html",
    "marquee",
    "math",
    "object",
    "select",
    "svg",
    "table",
    "template",
];
/// An end tag of these takes all with it that was opened since.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "pre",
    "search",
    "section",
    "summary",
    "ul",
];
/// Open again after the block in which nobody closed them.
const FORMATTING: &[&str] = &[
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];
/// Parts of drawings and formulas whose content is ordinary again.
const HOLDS_TEXT: &[&str] =
    &["annotation-xml", "desc", "foreignobject", "mi", "mn", "mo", "ms", "mtext", "title"];
/// Ends a drawing or formula that it stands in.
const BREAKS_OUT: &[&str] = &[
    "body", "br", "embed", "head", "hr", "img", "li", "meta", "p", "dd", "dt", "ruby", "span",
    "sub", "sup", "table", "var",
];

/// Why no tree should be built, if so.
pub(crate) fn bomb(html: &str) -> Option<String> {
    scanned(html, false)
}

/// To who runs scripts, `<noscript>` holds text; to who runs none, elements.
fn scanned(html: &str, runs_no_scripts: bool) -> Option<String> {
    let bytes = html.as_bytes();
    let mut open = Open::default();
    let is_raw = |name: &str| RAW.contains(&name) && !(runs_no_scripts && name == "noscript");
    let mut tags = bytes.iter().filter(|byte| **byte == b'&').count();
    let mut at = 0;
    while let Some(next) = bytes[at..].iter().position(|byte| *byte == b'<') {
        at += next + 1;
        tags += 1;
        if tags > MAX_TAGS {
            return Some(format!("has more than {MAX_TAGS} tags, so it was not read"));
        }
        if bytes[at..].starts_with(b"!--") {
            at += comment(&bytes[at..]);
            continue;
        }
        let is_end = bytes.get(at) == Some(&b'/');
        let from = at + usize::from(is_end);
        if !bytes.get(from).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let tag = Tag::read(&html[from..]);
        if tag.attributes > MAX_ATTRIBUTES {
            let trouble = format!(
                "has an element with more than {MAX_ATTRIBUTES} attributes, so it was not read"
            );
            return Some(trouble);
        }
        at = from + tag.raw.len();
        if is_end {
            open.end(&tag.name);
        } else if is_raw(&tag.name) && !open.is_in_drawing() {
            let content = &html[at..at + raw_text(&bytes[at..], &tag.name)];
            at += content.len();
            if tag.name == "noscript"
                && let Some(why) = scanned(content, true)
            {
                return Some(why);
            }
        } else {
            open.start(tag);
        }
        if open.depth() > MAX_DEPTH {
            return Some(format!("nests deeper than {MAX_DEPTH} elements, so it was not read"));
        }
    }
    None
}

struct Tag<'h> {
    name: String,
    /// From the name up to and with the `>`.
    raw: &'h str,
    attributes: usize,
    closes_itself: bool,
}

/// Where in a start tag we are, in the words of the HTML standard.
#[derive(Clone, Copy, PartialEq)]
enum At {
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    Value,
}

impl Tag<'_> {
    fn read(html: &str) -> Tag<'_> {
        let bytes = html.as_bytes();
        let ends_name = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
        let name = &html[..bytes.iter().position(ends_name).unwrap_or(html.len())];
        let (mut attributes, mut closes_itself) = (0, false);
        let (mut state, mut at) = (At::BeforeName, name.len());
        while let Some(byte) = bytes.get(at).filter(|byte| **byte != b'>') {
            closes_itself = *byte == b'/' && !matches!(state, At::BeforeValue | At::Value);
            state = match (state, byte) {
                (At::BeforeName | At::Name | At::AfterName, b'/') => At::BeforeName,
                (At::Name | At::AfterName, b'=') => At::BeforeValue,
                (At::Name, byte) if byte.is_ascii_whitespace() => At::AfterName,
                (At::Value, byte) if byte.is_ascii_whitespace() => At::BeforeName,
                (At::BeforeValue, b'"' | b'\'') => {
                    let end = bytes[at + 1..].iter().position(|other| other == byte);
                    at = end.map_or(bytes.len() - 1, |end| at + 1 + end);
                    At::BeforeName
                }
                (At::BeforeName | At::AfterName | At::BeforeValue, byte)
                    if byte.is_ascii_whitespace() =>
                {
                    state
                }
                (At::BeforeName | At::AfterName, _) => {
                    attributes += 1;
                    At::Name
                }
                (At::Name, _) => At::Name,
                (At::BeforeValue | At::Value, _) => At::Value,
            };
            at += 1;
            if attributes > MAX_ATTRIBUTES {
                break;
            }
        }
        // Where we stop, there is a `>`, the end, or a page that is refused.
        let raw = html.get(..(at + 1).min(html.len())).unwrap_or(html);
        Tag { name: name.to_ascii_lowercase(), raw, attributes, closes_itself }
    }
}

/// The elements that are open, as they would nest at worst.
#[derive(Default)]
struct Open<'h> {
    /// Name and whole start tag.
    stack: Vec<(String, &'h str)>,
    /// Formatting that was left open in blocks that are over; the same start tag counts three times at most.
    left_open: HashMap<&'h str, usize>,
    left_open_in_all: usize,
    /// Elements in what only may be the text of a style; they are never taken for closed.
    lost: usize,
}

impl<'h> Open<'h> {
    fn depth(&self) -> usize {
        self.stack.len() + self.left_open_in_all + self.lost
    }

    /// Whether what comes next is part of a drawing or formula, and no text inside of one.
    fn is_in_drawing(&self) -> bool {
        self.drawing().is_some()
    }

    fn drawing(&self) -> Option<usize> {
        let decides = |open: &str| HOLDS_TEXT.contains(&open) || matches!(open, "svg" | "math");
        let innermost = self.stack.iter().rposition(|(open, _)| decides(open))?;
        matches!(self.stack[innermost].0.as_str(), "svg" | "math").then_some(innermost)
    }

    fn start(&mut self, tag: Tag<'h>) {
        let name = tag.name.as_str();
        if let Some(at) = self.drawing() {
            let is_text = |(open, _): &(String, &str)| matches!(open.as_str(), "style" | "script");
            self.lost += usize::from(self.stack.iter().any(is_text));
            if [BREAKS_OUT, BLOCKS, FORMATTING].iter().any(|names| names.contains(&name)) {
                self.stack.truncate(at);
            } else if tag.closes_itself {
                return;
            }
        }
        if CLOSES_ITSELF.contains(&name) && !self.is_in_drawing() {
            return;
        }
        if name == "a" {
            self.end("a");
        }
        self.stack.push((tag.name, tag.raw));
    }

    fn end(&mut self, name: &str) {
        // The end of the body ends nothing: what follows is put where we were.
        if matches!(name, "body" | "html" | "head") || CLOSES_ITSELF.contains(&name) {
            return;
        }
        let is_block = BLOCKS.contains(&name);
        let is_wall = |open: &str| match name {
            "table" => matches!(open, "template" | "svg" | "math" | "select"),
            "template" | "svg" | "math" => open == "template",
            _ => {
                WALLS.contains(&open)
                    || (!is_block && !FORMATTING.contains(&name) && BLOCKS.contains(&open))
            }
        };
        let found = self.stack.iter().rposition(|(open, _)| open == name || is_wall(open));
        let found = found.filter(|at| self.stack[*at].0 == name);
        match found {
            // What was opened since stays open.
            Some(at) if FORMATTING.contains(&name) || name == "form" => {
                self.stack.remove(at);
            }
            Some(at) => {
                let over = self.stack.split_off(at);
                for (_, tag) in over.iter().filter(|(open, _)| FORMATTING.contains(&open.as_str()))
                {
                    let times = self.left_open.entry(tag).or_default();
                    if *times < 3 {
                        *times += 1;
                        self.left_open_in_all += 1;
                    }
                }
            }
            None => self.close_left_open(name),
        }
    }

    fn close_left_open(&mut self, name: &str) {
        let same =
            |tag: &&&str| tag.split(|c: char| !c.is_ascii_alphanumeric()).next() == Some(name);
        let Some(tag) = self.left_open.keys().find(same).copied() else { return };
        self.left_open_in_all -= 1;
        match self.left_open.get_mut(tag) {
            Some(times) if *times > 1 => *times -= 1,
            _ => drop(self.left_open.remove(tag)),
        }
    }
}

/// Bytes from the `!` of a comment to its end.
fn comment(bytes: &[u8]) -> usize {
    let rest = &bytes[3..];
    if rest.starts_with(b">") || rest.starts_with(b"->") {
        return 4;
    }
    let mut dashes = rest.windows(2).enumerate().filter(|(_, pair)| *pair == b"--");
    let end = dashes.find_map(|(at, _)| match &rest[at + 2..] {
        [b'>', ..] => Some(at + 6),
        [b'!', b'>', ..] => Some(at + 7),
        _ => None,
    });
    end.unwrap_or(bytes.len())
}

/// Bytes to the end tag. A script may hold another one within `<!--`, whose end tag is not its own.
fn raw_text(bytes: &[u8], name: &str) -> usize {
    let (mut in_comment, mut in_inner, mut at) = (false, false, 0);
    let is_tag = |rest: &[u8], start: &str| {
        rest.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start.as_bytes()))
            && rest.get(start.len()).is_none_or(|byte| !byte.is_ascii_alphanumeric())
    };
    let close = format!("</{name}");
    while let Some(next) = bytes[at..].iter().position(|byte| matches!(byte, b'<' | b'-')) {
        at += next;
        let rest = &bytes[at..];
        if is_tag(rest, &close) {
            if !in_inner {
                return at;
            }
            in_inner = false;
        } else if name == "script" && rest.starts_with(b"<!--") {
            in_comment = true;
        } else if in_comment && is_tag(rest, "<script") {
            in_inner = true;
        } else if rest.starts_with(b"-->") {
            (in_comment, in_inner) = (false, false);
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_end_tag_that_a_browser_would_not_see_hides_a_nest() {
        let hidden = [
            "<div><!--</div>-->",
            "<div title=\"</div>\">",
            "<div title = '</div>'>",
            "<div><script>'</div>'</script>",
            "<div><script><!--<script></script></div>--></script>",
            "<div><textarea></div></textarea>",
            "<div><title></div></title>",
            "<b><div></b>",
            "<form><div></form>",
            "<div></body>",
            "<span><div></span>",
            "<div><table></div>",
            "<div><select></div>",
            "<svg><div></svg>",
            "<svg><style><i></style></svg>",
            "<noscript><div>",
            "<svg><path>",
            "<svg><td>",
        ];
        for piece in hidden {
            let page = format!("<main>{}x", piece.repeat(2_000));
            assert!(bomb(&page).is_some_and(|why| why.contains("nests deeper")), "{piece}");
        }
    }

    #[test]
    fn what_people_left_open_is_no_nest() {
        let sloppy = [
            "<div><font size=2>x</div>",
            "<a name=x>x",
            "<p>x<li>y<tr><td>z",
            "<svg><g/><stop offset=1 /><path d='M0'/><path d='M1'></path></svg>",
            "<!-- <div> -->",
            "<script>if (a<b) document.write('<div>')</script>",
            "<h1>x<b>y</h1>",
            "<table><tr><td><font color=red>x</table>",
            "<noscript><img src=x></noscript>",
        ];
        for piece in sloppy {
            assert_eq!(bomb(&format!("<main>{}x", piece.repeat(2_000))), None, "{piece}");
        }
    }
}
