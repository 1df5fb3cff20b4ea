//! What a person means by a query: read leniently, so that nothing is ever wrong.
//!
//! Words are wanted, `"phrases"` stand as they are, `-word` is not wanted, `a OR b` means either,
//! `word*` any word that begins so, and parentheses group.

use crate::understand::words;

/// So many words of a query are read; no person writes more.
const MOST: usize = 64;

/// One wish of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    /// Whether it is unwanted.
    pub(crate) not: bool,
    /// Any of these fulfils it.
    pub(crate) any: Vec<Want>,
}

/// One thing to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// A word in any inflected form, as it was written.
    Word(String),
    /// Any word that begins so; folded.
    Prefix(String),
    /// Words in a row.
    Phrase(Vec<String>),
    /// All wishes of a parenthesis.
    Group(Vec<Wish>),
}

/// Reads a query.
pub(crate) fn parse(text: &str) -> Vec<Wish> {
    let mut tokens = tokens(text).into_iter().take(MOST * 4);
    let mut words_left = MOST;
    wishes(&mut tokens, &mut words_left, 0)
}

#[derive(Debug, PartialEq)]
enum Token<'a> {
    Open,
    Close,
    Not,
    Or,
    Quoted(&'a str),
    Bare(&'a str),
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        let (token, left) = match first {
            '(' => (Some(Token::Open), after),
            ')' => (Some(Token::Close), after),
            '"' | '\u{201c}' | '\u{201d}' | '\u{ab}' | '\u{bb}' => quoted(after),
            '-' | '\u{2013}'
                if after.starts_with(|next: char| {
                    next.is_alphanumeric() || "\"(\u{201c}\u{201d}".contains(next)
                }) =>
            {
                (Some(Token::Not), after)
            }
            '|' => (Some(Token::Or), after),
            _ => bare(rest),
        };
        found.extend(token);
        rest = left.trim_start();
    }
    found
}

/// Up to the closing mark, or to the end where it is missing.
fn quoted(after: &str) -> (Option<Token<'_>>, &str) {
    let closing = ['"', '\u{201c}', '\u{201d}', '\u{ab}', '\u{bb}'];
    let end = after.find(closing).unwrap_or(after.len());
    let left = after[end..].strip_prefix(closing).unwrap_or_default();
    (Some(Token::Quoted(&after[..end])), left)
}

fn bare(rest: &str) -> (Option<Token<'_>>, &str) {
    let ends =
        |next: char| next.is_whitespace() || "()\"|\u{201c}\u{201d}\u{ab}\u{bb}".contains(next);
    let end =
        rest.find(ends).unwrap_or(rest.len()).max(rest.chars().next().map_or(0, char::len_utf8));
    let token = match &rest[..end] {
        "OR" | "ELLER" => Token::Or,
        "AND" | "OCH" => return (None, &rest[end..]),
        "NOT" | "INTE" => Token::Not,
        word => Token::Bare(word),
    };
    (Some(token), &rest[end..])
}

fn wishes<'a>(
    tokens: &mut impl Iterator<Item = Token<'a>>,
    words_left: &mut usize,
    depth: usize,
) -> Vec<Wish> {
    let mut found: Vec<Wish> = Vec::new();
    let (mut not, mut joins) = (false, false);
    while let Some(token) = tokens.next() {
        let want = match token {
            Token::Not => {
                not = true;
                continue;
            }
            Token::Or => {
                joins = !found.is_empty();
                continue;
            }
            Token::Close if depth > 0 => break,
            Token::Close => continue,
            Token::Open if depth < 8 => {
                let inner = wishes(tokens, words_left, depth + 1);
                (!inner.is_empty()).then_some(Want::Group(inner))
            }
            Token::Open => None,
            Token::Quoted(text) => want(text, false, words_left),
            Token::Bare(text) => want(text, true, words_left),
        };
        if let Some(want) = want {
            match found.last_mut().filter(|last| joins && !not && !last.not) {
                Some(last) => last.any.push(want),
                None => found.push(Wish { not, any: vec![want] }),
            }
        }
        (not, joins) = (false, false);
    }
    found
}

/// One word is a word, several (as in "e-health" or within quotation marks) are a phrase.
fn want(text: &str, may_be_prefix: bool, words_left: &mut usize) -> Option<Want> {
    let text = words::tidy(text);
    let mut all: Vec<String> =
        words::words(&text).map(|word| text[word.start..word.end].to_owned()).collect();
    all.truncate(*words_left);
    *words_left -= all.len();
    match all.len() {
        0 => None,
        1 if may_be_prefix && text.ends_with('*') => Some(Want::Prefix(words::fold(&all[0]))),
        1 => all.pop().map(Want::Word),
        _ => Some(Want::Phrase(all)),
    }
}
