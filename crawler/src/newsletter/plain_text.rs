//! What a mail of plain text announces: lines with addresses, and the lines before them.

use super::{
    mail::Receiver,
    pieces::{Letter, Piece, is_housekeeping, is_onward, said},
    target::{Target, target},
};
use crate::plain::{collapse, shortened};

const MAX_TITLE: usize = 300;
const MAX_SUMMARY: usize = 2_000;
/// Lines beyond this are not looked at.
const MAX_LINES: usize = 20_000;
/// A headline is no longer, and does not end as a sentence does.
const HEADLINE: usize = 120;
/// What a headline is at least, in characters.
const SHORT: usize = 6;

/// What a mail of plain text says.
pub(super) fn of_text(text: &str, receiver: &Receiver) -> Letter {
    let mut letter = Letter::default();
    // The paragraphs since the last address, each as its lines.
    let mut before: Vec<Vec<String>> = vec![Vec::new()];
    for line in text.lines().take(MAX_LINES) {
        let (words, addresses) = apart(line);
        let is_rule = !words.is_empty() && !words.chars().any(char::is_alphanumeric);
        if is_rule {
            before = vec![Vec::new()];
        } else if words.is_empty() && addresses.is_empty() {
            if before.last().is_some_and(|lines| !lines.is_empty()) {
                before.push(Vec::new());
            }
        } else if !is_housekeeping(&words) && !receiver.is_named_in(&words) {
            if !words.is_empty()
                && !is_onward(&words)
                && let Some(last) = before.last_mut()
            {
                last.push(words);
            }
        } else {
            continue;
        }
        if let Some(to) = addresses.iter().find_map(|address| target(address, receiver)) {
            letter.pieces.extend(piece(&before, to));
        }
        if !addresses.is_empty() {
            letter.lines.append(&mut paragraphs(&before));
            before = vec![Vec::new()];
        }
    }
    letter.lines.append(&mut paragraphs(&before));
    letter.lines = said(letter.lines, receiver);
    letter
}

fn paragraphs(before: &[Vec<String>]) -> Vec<String> {
    before.iter().filter(|lines| !lines.is_empty()).map(|lines| lines.join(" ")).collect()
}

/// The publication that stands before its address: the last headline, and what follows it.
fn piece(before: &[Vec<String>], to: Target) -> Option<Piece> {
    let said: Vec<&Vec<String>> = before.iter().filter(|lines| !lines.is_empty()).collect();
    let is_headline = |lines: &&&Vec<String>| {
        let first = lines.first().map_or("", String::as_str);
        let is_short = first.chars().count() <= HEADLINE && !first.ends_with(['.', ',', '!', ':']);
        is_short && first.chars().count() >= SHORT
    };
    // At most a headline, and two paragraphs.
    let start = said.len().saturating_sub(3);
    let at = said[start..].iter().rposition(|lines| is_headline(&lines));
    let block = &said[at.map_or(said.len().saturating_sub(1), |at| start + at)..];
    let mut lines = block.iter().flat_map(|lines| lines.iter().cloned());
    let title = lines.next()?;
    let summary = lines.collect::<Vec<_>>().join(" ");
    let link = match to {
        Target::Page(page) => Some(page),
        Target::Hidden => None,
    };
    Some(Piece {
        title: shortened(title, MAX_TITLE),
        link,
        summary: Some(shortened(summary, MAX_SUMMARY)).filter(|text| !text.is_empty()),
    })
}

/// The words of a line, and the addresses in it.
fn apart(line: &str) -> (String, Vec<String>) {
    let (mut words, mut addresses) = (String::new(), Vec::new());
    let mut rest = line;
    while let Some(start) =
        [rest.find("https://"), rest.find("http://")].into_iter().flatten().min()
    {
        words.push_str(rest[..start].trim_end_matches(['<', '(', '[']));
        words.push(' ');
        let is_end = |letter: char| letter.is_whitespace() || "<>\"]|".contains(letter);
        let end = rest[start..].find(is_end).map_or(rest.len(), |length| start + length);
        addresses.push(rest[start..end].trim_end_matches(['.', ',', ';', ')', '!', '\'']).into());
        rest = rest[end..].trim_start_matches(['>', ')', ']']);
    }
    words.push_str(rest);
    (collapse(&words), addresses)
}
