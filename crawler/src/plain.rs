//! Markup to plain text, in one pass and whatever the nesting.

use crate::entity;

/// Elements that end a line where they start or end.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "tr",
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
];

/// Plain text of a field that may hold HTML: tags go, entities are decoded, white space is one space.
pub(crate) fn plain(markup: &str) -> String {
    let mut text = String::with_capacity(markup.len());
    // After the last `>` there is no tag, and no need to look for its end again and again.
    let tags = markup.rfind('>').map_or(0, |at| at + 1);
    let (mut rest, after) = markup.split_at(tags);
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        match tag(rest) {
            Some((name, length)) => {
                let name = name.to_ascii_lowercase();
                if BLOCKS.contains(&name.as_str()) {
                    text.push(' ');
                }
                let opens = !rest.starts_with("</");
                rest = &rest[length..];
                if opens && matches!(name.as_str(), "script" | "style") {
                    rest = &rest[end_of(rest, &name)..];
                }
            }
            None => {
                text.push('<');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    text.push_str(after);
    collapse(&entity::decoded(&text))
}

/// White space as one space, none at the ends; what cannot be seen goes.
pub(crate) fn collapse(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    let invisible = |c: &char| !matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{2060}');
    for c in text.chars().filter(invisible) {
        if !(c.is_whitespace() || c.is_control()) {
            collapsed.push(c);
        } else if !collapsed.is_empty() && !collapsed.ends_with(' ') {
            collapsed.push(' ');
        }
    }
    collapsed.truncate(collapsed.trim_end().len());
    collapsed
}

/// The first `most` characters, cut between words when it must be cut.
pub(crate) fn shortened(text: String, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text };
    let cut = text[..end].rfind(char::is_whitespace).filter(|at| *at > end / 2).unwrap_or(end);
    format!("{}\u{2026}", text[..cut].trim_end())
}

/// The tag or comment that `text` starts with: its name, and its length in bytes. A `<` that starts
/// neither stands for itself.
fn tag(text: &str) -> Option<(&str, usize)> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return Some(("!", comment.find("-->").map_or(text.len(), |at| at + 7)));
    }
    let name = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
        return None;
    }
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || "-:!?".contains(c)));
    let length = text.find('>')? + 1;
    Some((&name[..end.unwrap_or(name.len())], length))
}

fn end_of(text: &str, name: &str) -> usize {
    let close = format!("</{name}");
    let bytes = text.as_bytes();
    let found =
        bytes.windows(close.len()).position(|window| window.eq_ignore_ascii_case(close.as_bytes()));
    found.unwrap_or(text.len())
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
    }

    #[test]
    fn long_texts_are_cut_between_words() {
        assert_eq!(shortened("one two three".into(), 9), "one two\u{2026}");
        assert_eq!(shortened("one two".into(), 9), "one two");
    }
}
