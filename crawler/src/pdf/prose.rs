//! From lines to paragraphs: without what each page repeats, and with words whole that lines have parted.

use super::layout::Line;
use std::collections::{BTreeMap, HashMap};

/// So many lines at the top and at the foot of a page may be its furniture.
const EDGE: usize = 4;
/// Words after which a hyphen stands for the rest of a word: "health- and social care".
const SUSPENDED: &[&str] = &[
    "och",
    "eller",
    "samt",
    "respektive",
    "and",
    "or",
    "og",
    "eller",
    "ja",
    "tai",
    "sek\u{e4}",
    "und",
    "oder",
];
const BULLETS: &[char] =
    &['\u{2022}', '\u{25aa}', '\u{25cf}', '\u{2023}', '\u{25e6}', '\u{f0b7}', '\u{2013}'];

/// Pages without headers, footers and page numbers: what stands at the edge of most pages, whatever its numbers.
pub(super) fn without_furniture(mut pages: Vec<Vec<Line>>) -> Vec<Vec<Line>> {
    if pages.len() < 2 {
        return pages;
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for page in &pages {
        let mut of_page: Vec<String> =
            edges(page).into_iter().map(|at| form(&page[at].text)).collect();
        of_page.sort();
        of_page.dedup();
        for form in of_page {
            *seen.entry(form).or_default() += 1;
        }
    }
    let enough = (pages.len() * 2 / 5).max(2);
    for page in &mut pages {
        let is_furniture: Vec<usize> = edges(page)
            .into_iter()
            .filter(|at| seen.get(&form(&page[*at].text)).is_some_and(|count| *count >= enough))
            .collect();
        let mut at = 0;
        page.retain(|_| {
            at += 1;
            !is_furniture.contains(&(at - 1))
        });
    }
    pages
}

/// The highest and the lowest lines of a page, in whichever order they are read.
fn edges(page: &[Line]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..page.len()).collect();
    order.sort_by(|one, other| page[*other].y.total_cmp(&page[*one].y));
    let foot = order.len().saturating_sub(EDGE).max(EDGE.min(order.len()));
    let mut edges = order[..EDGE.min(order.len())].to_vec();
    edges.extend(&order[foot..]);
    edges
}

fn form(text: &str) -> String {
    let mut form = String::new();
    for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
        match letter {
            '0'..='9' if form.ends_with('#') => {}
            '0'..='9' => form.push('#'),
            letter => form.extend(letter.to_lowercase()),
        }
    }
    form
}

/// The text of each page: paragraphs separated by blank lines.
pub(super) fn paragraphs(pages: &[Vec<Line>]) -> Vec<String> {
    let words = known_words(pages);
    pages.iter().map(|page| of_page(page, &words)).collect()
}

fn of_page(page: &[Line], words: &HashMap<String, usize>) -> String {
    let leading = leading(page);
    let right = page.iter().map(|line| line.right).fold(0.0, f64::max);
    let mut text = String::new();
    for (at, line) in page.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| &page[at]);
        match before {
            None => {}
            Some(before) if begins(before, line, leading, right) => text.push_str("\n\n"),
            Some(_) => {
                join(&mut text, &line.text, words);
                continue;
            }
        }
        text.push_str(&line.text);
    }
    text
}

/// The usual way from line to line.
fn leading(page: &[Line]) -> f64 {
    let mut steps: Vec<f64> =
        page.windows(2).map(|two| two[0].y - two[1].y).filter(|step| *step > 1.0).collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 3).copied().unwrap_or(12.0)
}

/// Whether a line begins a paragraph.
fn begins(before: &Line, line: &Line, leading: f64, right: f64) -> bool {
    let step = before.y - line.y;
    let is_ended = before.text.trim_end().ends_with(['.', ':', '!', '?']);
    let goes_on = line.text.starts_with(char::is_lowercase) && !is_ended;
    let is_marked = line.text.starts_with(BULLETS)
        || line.text.split_once(['.', ')']).is_some_and(|(number, _)| {
            !number.is_empty()
                && number.len() < 4
                && number.bytes().all(|byte| byte.is_ascii_digit())
        });
    let is_other_size = (line.size / before.size - 1.0).abs() > 0.12;
    // A new column, or a line beside: the sentence tells whether it goes on.
    if step < 0.0 || step > 6.0 * leading {
        return !goes_on;
    }
    let is_far = step > 1.4 * leading.max(0.9 * line.size);
    let is_indented = line.left - before.left > 0.8 * line.size && is_ended;
    let is_short = before.right < right - 0.25 * (right - before.left) && is_ended;
    (is_other_size && !goes_on) || is_far || is_indented || is_short || is_marked
}

/// Joins a line to those before it; a word that was parted there becomes whole.
fn join(text: &mut String, line: &str, words: &HashMap<String, usize>) {
    let parted = text.strip_suffix(['-', '\u{2010}', '\u{ad}']);
    let Some(before) = parted else {
        text.push(' ');
        text.push_str(line);
        return;
    };
    let start = before.rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    let end: String = line.chars().take_while(|letter| letter.is_alphanumeric()).collect();
    let is_soft = text.ends_with('\u{ad}');
    let count = |word: String| words.get(&word.to_lowercase()).copied().unwrap_or_default();
    let (as_one, hyphened) = (count(format!("{start}{end}")), count(format!("{start}-{end}")));
    if SUSPENDED.contains(&end.to_lowercase().as_str()) && as_one == 0 {
        text.push(' ');
    } else if is_soft
        || as_one > hyphened
        || (hyphened == 0 && start.chars().count() > 1 && end.starts_with(char::is_lowercase))
    {
        let length = before.len();
        text.truncate(length);
    }
    text.push_str(line);
}

/// How often each word stands within a line, where nothing can have parted it.
fn known_words(pages: &[Vec<Line>]) -> HashMap<String, usize> {
    let mut words: HashMap<String, usize> = HashMap::new();
    for line in pages.iter().flatten() {
        let mut parts = line.text.split_whitespace().peekable();
        let mut is_first = true;
        while let Some(word) = parts.next() {
            // The last may be half a word, and the first the other half.
            if parts.peek().is_some() && !is_first {
                let is_edge = |letter: char| !letter.is_alphanumeric();
                *words.entry(word.trim_matches(is_edge).to_lowercase()).or_default() += 1;
            }
            is_first = false;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lines: &[&str]) -> Vec<Line> {
        let place = |(at, text): (usize, &&str)| Line {
            left: 50.0,
            right: 50.0 + 5.0 * text.chars().count() as f64,
            y: 800.0 - 12.0 * at as f64,
            size: 10.0,
            text: (*text).to_owned(),
        };
        lines.iter().enumerate().map(place).collect()
    }

    #[test]
    fn words_that_lines_have_parted_become_whole() {
        let read = |lines: &[&str]| paragraphs(&[page(lines)]).remove(0);
        assert_eq!(
            read(&["the national infra-", "structure for referrals"]),
            "the national infrastructure for referrals"
        );
        assert_eq!(
            read(&["all of the e-health work", "and the work with e-", "health in regions"]),
            "all of the e-health work and the work with e-health in regions"
        );
        assert_eq!(
            read(&["h\u{e4}lso- och sjukv\u{e5}rd, h\u{e4}lso-", "och sjukv\u{e5}rd"]),
            "h\u{e4}lso- och sjukv\u{e5}rd, h\u{e4}lso- och sjukv\u{e5}rd"
        );
        assert_eq!(
            read(&["the region V\u{e4}stra G\u{f6}taland-", "Halland"]),
            "the region V\u{e4}stra G\u{f6}taland-Halland"
        );
    }

    #[test]
    fn what_each_page_repeats_is_left_out_whatever_its_number() {
        let of = |number: usize| {
            let own = |at: usize| format!("{} says {at}", "abcdefghijklm"[..number].to_uppercase());
            let mut lines = vec!["Agency report 2026:1".to_owned()];
            lines.extend((0..9).map(own));
            lines.push(format!("Page {number} (12)"));
            page(&lines.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let pages = without_furniture((1..=12).map(of).collect());
        let text = paragraphs(&pages).join(" ");
        assert!(!text.contains("Agency report") && !text.contains("(12)"), "{text}");
        assert!(
            text.starts_with("A says 0 A says 1") && text.ends_with("ABCDEFGHIJKL says 8"),
            "{text}"
        );
    }
}
