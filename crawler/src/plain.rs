//! Markup to plain text, in one pass and whatever the nesting.

use crate::entity;

/// Plain text of a field that may hold HTML: tags go, entities are decoded, white space is one space.
pub(crate) fn plain(markup: &str) -> String {
    let mut line = Line::of(markup.len());
    // After the last `>` there is no tag, and no need to look for its end again and again.
    let tags = markup.rfind('>').map_or(0, |at| at + 1);
    let mut rest = markup;
    while let Some(at) = line.ordinary(rest) {
        rest = &rest[at..];
        let is_tag_possible = markup.len() - rest.len() < tags;
        rest = &rest[match rest.as_bytes()[0] {
            b'<' if is_tag_possible => line.tag(rest),
            b'&' => line.reference(rest),
            _ => line.character(rest),
        }..];
    }
    line.text
}

/// White space as one space, none at the ends; what cannot be seen goes.
pub(crate) fn collapse(text: &str) -> String {
    let mut line = Line::of(text.len());
    let mut rest = text;
    while let Some(at) = line.ordinary(rest) {
        rest = &rest[at..];
        rest = &rest[line.character(rest)..];
    }
    line.text
}

/// The first `most` characters, cut between words when it must be cut.
pub(crate) fn shortened(text: String, most: usize) -> String {
    if text.len() <= most {
        return text;
    }
    let Some((end, _)) = text.char_indices().nth(most) else { return text };
    let cut = text[..end].rfind(char::is_whitespace).filter(|at| *at > end / 2).unwrap_or(end);
    format!("{}\u{2026}", text[..cut].trim_end())
}

/// Text that is being written as one line.
struct Line {
    text: String,
    /// Whether white space stands before what comes next.
    is_apart: bool,
}

impl Line {
    fn of(capacity: usize) -> Line {
        Line { text: String::with_capacity(capacity), is_apart: false }
    }

    /// Writes as much of `text` as is ordinary characters; says where something else stands.
    fn ordinary(&mut self, text: &str) -> Option<usize> {
        let end = text.bytes().position(|byte| SPECIAL[usize::from(byte)]);
        self.write(&text[..end.unwrap_or(text.len())]);
        end
    }

    fn write(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.is_apart && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.is_apart = false;
        self.text.push_str(text);
    }

    fn put(&mut self, c: char) {
        if c.is_whitespace() || c.is_control() {
            self.is_apart = true;
        } else if !matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{2060}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            self.write(c.encode_utf8(&mut [0; 4]));
        }
    }

    /// The one character that `text` starts with; says how long it is.
    fn character(&mut self, text: &str) -> usize {
        let Some(c) = text.chars().next() else { return 0 };
        self.put(c);
        c.len_utf8()
    }

    fn reference(&mut self, text: &str) -> usize {
        let known = entity::reference(text)
            .and_then(|(name, length)| Some((entity::character(name)?, length)));
        let (c, length) = known.unwrap_or(('&', 1));
        self.put(c);
        length
    }

    /// Passes over the tag or comment that `text` starts with; a `<` that starts neither stands for itself.
    fn tag(&mut self, text: &str) -> usize {
        if let Some(comment) = text.strip_prefix("<!--") {
            return comment.find("-->").map_or(text.len(), |at| at + 7);
        }
        let name = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
        let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?');
        let Some(end) = text.find('>').filter(|_| is_tag) else {
            self.write("<");
            return 1;
        };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-:!?".contains(&byte);
        let name = &name[..name.bytes().position(|byte| !is_name(byte)).unwrap_or(name.len())];
        self.is_apart |= is_block(name);
        let is_hidden = ["script", "style"].iter().any(|hidden| name.eq_ignore_ascii_case(hidden));
        if is_hidden && !text.starts_with("</") && !text[..end].ends_with('/') {
            return end + 1 + end_of(&text[end + 1..], name);
        }
        end + 1
    }
}

/// Bytes at which a text may need another look than copying.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte <= b' ' as usize {
        special[byte] = true;
        byte += 1;
    }
    // DEL, and the first bytes of all white space, controls and invisible characters beyond ASCII.
    let others = [b'<', b'&', 0x7f, 0xc2, 0xe1, 0xe2, 0xe3, 0xef];
    let mut at = 0;
    while at < others.len() {
        special[others[at] as usize] = true;
        at += 1;
    }
    special
};

/// Elements that end a line where they start or end.
fn is_block(name: &str) -> bool {
    const BLOCKS: &[&str] = &[
        "p",
        "br",
        "li",
        "div",
        "ul",
        "ol",
        "tr",
        "td",
        "th",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "section",
        "article",
        "dd",
        "dt",
        "hr",
        "pre",
        "figure",
        "figcaption",
    ];
    BLOCKS.iter().any(|block| name.eq_ignore_ascii_case(block))
}

fn end_of(text: &str, name: &str) -> usize {
    let mut from = 0;
    while let Some(at) = text[from..].find("</").map(|at| at + from) {
        if text[at + 2..].get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name)) {
            return at;
        }
        from = at + 2;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_one_line_of_text() {
        assert_eq!(plain("<p>A &amp;<b>B</b></p><p>C&nbsp;&#8211; D</p>"), "A &B C \u{2013} D");
        assert_eq!(plain("a < b, <i>c</i> > d"), "a < b, c > d");
        assert_eq!(plain("x<script>alert('<p>')</script>y<!-- z -->"), "xy");
        assert_eq!(plain("5 <"), "5 <");
        assert_eq!(plain(" V\u{e5}rd\u{a0}\u{200b}\u{ad}och \n omsorg "), "V\u{e5}rd och omsorg");
    }

    #[test]
    fn long_texts_are_cut_between_words() {
        assert_eq!(shortened("one two three".into(), 9), "one two\u{2026}");
        assert_eq!(shortened("one two".into(), 9), "one two");
    }
}
