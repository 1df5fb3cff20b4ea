//! Where tags, texts and attributes lie in a document, however carelessly it was written.
//!
//! A pull tokenizer over borrowed text: no tree, no recursion, and every byte is looked at a bounded
//! number of times. It never refuses: what is no tag is text.

/// A piece of a document.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'t> {
    /// Text with references in it.
    Text(&'t str),
    /// Text that stands for itself, of a CDATA section.
    Literal(&'t str),
    Start(Tag<'t>),
    /// The name in an end tag, and the whole of it.
    End(&'t str, &'t str),
    /// What stands in `<!…>`: a document type with all that it declares.
    Declaration(&'t str),
    /// The document ends in the middle of a tag, comment or section.
    Cut,
}

/// A start tag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tag<'t> {
    /// As written, with its prefix.
    pub(super) name: &'t str,
    /// The attributes, unread.
    pub(super) attributes: &'t str,
    /// Whether it ends itself.
    pub(super) is_empty: bool,
    /// All of it.
    pub(super) whole: &'t str,
}

/// More of a tag than this is never looked at in search of the quote that ends a value.
const MAX_TAG: usize = 20_000;

/// No document type declares more, in bytes.
const MAX_DECLARATIONS: usize = 200_000;

/// Reads a document piece by piece.
pub(super) struct Tokens<'t> {
    rest: &'t str,
    /// Ends that were looked for to the end of the document and do not exist there, so that nobody
    /// looks for them again.
    no_comment_end: bool,
    no_section_end: bool,
    no_tag_end: bool,
    no_subset_end: bool,
}

impl<'t> Tokens<'t> {
    pub(super) fn of(text: &'t str) -> Tokens<'t> {
        Tokens {
            rest: text,
            no_comment_end: false,
            no_section_end: false,
            no_tag_end: false,
            no_subset_end: false,
        }
    }

    /// The next piece; comments and instructions are passed over.
    pub(super) fn next(&mut self) -> Option<Token<'t>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            if !self.rest.starts_with('<') {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                return Some(Token::Text(self.take(end)));
            }
            match self.rest.as_bytes().get(1) {
                Some(b'!') if self.rest.starts_with("<!--") => self.comment(),
                Some(b'!') if self.rest.starts_with("<![CDATA[") => return Some(self.section()),
                Some(b'!') => return Some(self.declaration()),
                Some(b'?') => self.instruction(),
                Some(b'/') => return Some(self.end_tag()),
                _ => return Some(self.start_tag()),
            }
        }
    }

    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    /// One without an end is taken for its own beginning only.
    fn comment(&mut self) {
        let end = if self.no_comment_end { None } else { self.rest[4..].find("-->") };
        self.no_comment_end |= end.is_none();
        let short = || self.rest.find('>').map_or(self.rest.len(), |at| at + 1);
        let length = end.map_or_else(short, |at| at + 7);
        self.take(length);
    }

    /// One without an end goes on to the next end tag.
    fn section(&mut self) -> Token<'t> {
        self.take(9);
        let end = if self.no_section_end { None } else { self.rest.find("]]>") };
        self.no_section_end |= end.is_none();
        match end {
            Some(end) => {
                let text = self.take(end);
                self.take(3);
                Token::Literal(text)
            }
            None => {
                let end = self.rest.find("</").unwrap_or(self.rest.len());
                Token::Literal(self.take(end))
            }
        }
    }

    fn declaration(&mut self) -> Token<'t> {
        let plain_end = self.rest.find('>').map(|at| at + 1);
        let subset = plain_end.and_then(|end| self.rest[..end].find('['));
        let end = match subset {
            Some(at) if !self.no_subset_end => {
                let end = self.end_of_subset(at);
                self.no_subset_end = end.is_none();
                end.or(plain_end)
            }
            _ => plain_end,
        };
        match end {
            Some(end) => Token::Declaration(self.take(end)),
            None => self.cut(),
        }
    }

    /// After the `]>` of the declarations that start at `from`; not one in quotes, since entities may
    /// hold both.
    fn end_of_subset(&self, from: usize) -> Option<usize> {
        let mut quote = 0;
        for (at, byte) in self.rest.bytes().enumerate().take(from + MAX_DECLARATIONS).skip(from) {
            match byte {
                b'"' | b'\'' if quote == 0 => quote = byte,
                _ if quote != 0 => quote *= u8::from(byte != quote),
                b']' => {
                    let close = self.rest[at..].find('>')? + at + 1;
                    if self.rest[at + 1..close - 1].trim().is_empty() {
                        return Some(close);
                    }
                }
                _ => {}
            }
        }
        self.rest[from..].find("]>").map(|at| from + at + 2)
    }

    fn instruction(&mut self) {
        let end = self.rest.find('>').map_or(self.rest.len(), |at| at + 1);
        self.take(end);
    }

    fn end_tag(&mut self) -> Token<'t> {
        let name = name_at(&self.rest[2..]);
        if name.is_empty() {
            return Token::Text(self.take(2));
        }
        // An end tag that is not closed itself ends where the next one starts.
        let after = 2 + name.len();
        match self.rest[after..].find(['>', '<']).map(|at| at + after) {
            Some(end) => {
                let closed = self.rest.as_bytes()[end] == b'>';
                Token::End(name, self.take(end + usize::from(closed)))
            }
            None => self.cut(),
        }
    }

    fn start_tag(&mut self) -> Token<'t> {
        let name = name_at(&self.rest[1..]);
        if name.is_empty() {
            return Token::Text(self.take(1));
        }
        match self.tag_length(1 + name.len()) {
            Some(length) => {
                let whole = self.take(length);
                let inside = &whole[1 + name.len()..length - 1];
                let is_empty = inside.ends_with('/');
                let attributes = inside.strip_suffix('/').unwrap_or(inside);
                Token::Start(Tag { name, attributes, is_empty, whole })
            }
            None if self.rest.contains('>') => Token::Text(self.take(1)),
            None => self.cut(),
        }
    }

    /// Up to the `>` that ends the tag; one in quotes does not, unless the quotes never end. `None`
    /// when another tag starts before.
    fn tag_length(&mut self, from: usize) -> Option<usize> {
        if self.no_tag_end {
            return None;
        }
        let (mut quote, mut before) = (0, b' ');
        for (at, byte) in self.rest.bytes().enumerate().take(MAX_TAG).skip(from) {
            if quote != 0 {
                if byte == quote {
                    (quote, before) = (0, b' ');
                }
                continue;
            }
            match byte {
                b'>' => return Some(at + 1),
                b'<' => return None,
                b'"' | b'\'' if before == b'=' => quote = byte,
                byte if byte.is_ascii_whitespace() => {}
                _ => before = byte,
            }
        }
        let end = self.rest[from..].find('>').map(|at| at + from + 1);
        self.no_tag_end = end.is_none();
        end
    }

    fn cut(&mut self) -> Token<'t> {
        self.take(self.rest.len());
        Token::Cut
    }
}

/// The element name at the start of `text`; empty when there is none.
fn name_at(text: &str) -> &str {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(byte) || *byte > 127;
    let end = text.bytes().position(|byte| !is_name(&byte)).unwrap_or(text.len());
    let starts = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_' || *byte > 127;
    if text.as_bytes().first().is_some_and(starts) { &text[..end] } else { "" }
}

/// Attributes as written, name and value, with or without quotes.
pub(super) struct Attributes<'t>(pub(super) &'t str);

impl<'t> Iterator for Attributes<'t> {
    type Item = (&'t str, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.0.find('=')?;
        let name = self.0[..at].split_ascii_whitespace().last().unwrap_or_default();
        let name = name.trim_matches(['"', '\'']);
        let rest = self.0[at + 1..].trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, after) = match quote {
            Some(quote) => rest[1..].split_once(quote).unwrap_or((&rest[1..], "")),
            None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        self.0 = after;
        Some((name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<String> {
        let mut tokens = Tokens::of(text);
        let mut pieces = Vec::new();
        while let Some(token) = tokens.next() {
            pieces.push(match token {
                Token::Text(text) => text.to_owned(),
                Token::Literal(text) => format!("[{text}]"),
                Token::Start(tag) => format!("+{}", tag.name),
                Token::End(name, _) => format!("-{name}"),
                Token::Declaration(_) => "!".into(),
                Token::Cut => "cut".into(),
            });
        }
        pieces
    }

    #[test]
    fn what_is_no_tag_is_text() {
        assert_eq!(pieces("<a>5 < 6<b/></a>"), ["+a", "5 ", "<", " 6", "+b", "-a"]);
        assert_eq!(pieces("<a x='>'>y</a"), ["+a", "y", "cut"]);
        assert_eq!(pieces("<a x='>y</a>"), ["+a", "y", "-a"]);
        assert_eq!(pieces("<p <a>x</a <b>"), ["<", "p ", "+a", "x", "-a", "+b"]);
    }

    #[test]
    fn sections_and_comments_end_even_when_they_do_not() {
        assert_eq!(pieces("<a><![CDATA[<b>]]></a>"), ["+a", "[<b>]", "-a"]);
        assert_eq!(
            pieces("<a><![CDATA[x</a><c>"),
            ["+a", "[x", "-a", "+c"].map(|s| s.replace("[x", "[x]"))
        );
        assert_eq!(pieces("<!-- <a> --><b>"), ["+b"]);
        assert_eq!(pieces("<!-- <a>x"), ["x"]);
        assert_eq!(
            pieces("<!DOCTYPE a [<!ENTITY b ']>'>\n]\n><c>"),
            ["!", "+c"].map(str::to_owned)
        );
    }

    #[test]
    fn attributes_are_read_with_and_without_quotes() {
        let seen: Vec<_> = Attributes(" a=\"1>2\" b = 'x y' c=3 d e='unclosed").collect();
        assert_eq!(seen, [("a", "1>2"), ("b", "x y"), ("c", "3"), ("e", "unclosed")]);
    }
}
