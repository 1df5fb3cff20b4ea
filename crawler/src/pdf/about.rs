//! Title, day, author and language of a PDF: as its data say, or as they stand on the first page.

use super::{PdfText, layout::Line};
use crate::{
    date,
    plain::{collapse, shortened},
};
use pdf_extract::{Dictionary, Document, Object};

const MAX_TITLE: usize = 300;
/// So many lines from the top the title and the day are looked for.
const HEAD: usize = 40;
/// Titles of documents that nobody has given one.
const NAMELESS: &[&str] =
    &["microsoft ", "untitled", "powerpoint", "word ", "namnl\u{f6}s", "dokument", "document"];

pub(super) fn read(document: &Document, pages: &[Vec<Line>], told: &mut PdfText) {
    let info = document.trailer.get(b"Info").ok().and_then(|info| dictionary(document, info));
    let stated = |key: &[u8]| {
        let value = info?.get(key).ok()?;
        let value = document.dereference(value).ok()?.1.as_str().ok()?;
        Some(collapse(&decoded(value))).filter(|text| !text.is_empty())
    };
    let first = pages.first().map_or(&[][..], Vec::as_slice);
    let title = stated(b"Title").filter(|title| is_title(title)).or_else(|| largest(first));
    told.title = title.map(|title| shortened(title, MAX_TITLE));
    let is_person = |name: &String| name.contains(' ') && !name.contains(|c: char| c.is_numeric());
    told.authors = stated(b"Author").filter(is_person).into_iter().collect();
    let zone = || jiff::tz::TimeZone::get("Europe/Stockholm").unwrap_or(jiff::tz::TimeZone::UTC);
    let on_page = first.iter().take(HEAD).map(|line| line.text.as_str());
    let on_page = on_page.filter(|text| date::is_all_of(text)).find_map(date::seen);
    let made = || stated(b"CreationDate").or_else(|| stated(b"ModDate"));
    told.published =
        on_page.and_then(|seen| seen.at(&zone())).or_else(|| date::read(&plain_date(&made()?)?));
    let catalog = document.catalog().ok();
    let language = catalog.and_then(|catalog| catalog.get(b"Lang").ok()?.as_str().ok());
    told.language = language.map(decoded);
}

fn dictionary<'d>(document: &'d Document, object: &'d Object) -> Option<&'d Dictionary> {
    document.dereference(object).ok()?.1.as_dict().ok()
}

/// Text of a PDF's data: UTF-16 or UTF-8 when it begins so, else nearly Latin-1 (ISO 32000-1, 7.9.2.2).
fn decoded(bytes: &[u8]) -> String {
    let (text, _, _) = match bytes {
        [0xfe, 0xff, ..] => encoding_rs::UTF_16BE.decode(bytes),
        [0xff, 0xfe, ..] => encoding_rs::UTF_16LE.decode(bytes),
        [0xef, 0xbb, 0xbf, ..] => encoding_rs::UTF_8.decode(bytes),
        _ => encoding_rs::WINDOWS_1252.decode(bytes),
    };
    text.into_owned()
}

fn is_title(title: &str) -> bool {
    let lower = title.to_lowercase();
    let is_file = !title.contains(' ') || lower.ends_with(".docx") || lower.ends_with(".doc");
    let letters = title.chars().filter(|letter| letter.is_alphabetic()).count();
    letters > 5 && !is_file && !NAMELESS.iter().any(|start| lower.starts_with(start))
}

/// The largest lines of the first page that stand together.
fn largest(first: &[Line]) -> Option<String> {
    let lines = &first[..first.len().min(HEAD)];
    let is_telling = |line: &&Line| line.text.chars().filter(|c| c.is_alphabetic()).count() > 3;
    let size = lines.iter().filter(is_telling).map(|line| line.size).fold(0.0, f64::max);
    let is_large = |line: &&Line| line.size > 0.95 * size;
    let title = lines.iter().skip_while(|line| !is_large(line) || !is_telling(line));
    let title: Vec<&str> =
        title.take_while(is_large).take(4).map(|line| line.text.as_str()).collect();
    (!title.is_empty()).then(|| collapse(&title.join(" ")))
}

/// `D:20260303100000+01'00'` as any other program writes it (ISO 32000-1, 7.9.4).
fn plain_date(stated: &str) -> Option<String> {
    let digits = stated.trim().trim_start_matches("D:");
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    if count < 8 {
        return None;
    }
    let (number, zone) = digits.split_at(count);
    let part = |from: usize, to: usize, or: &'static str| number.get(from..to).unwrap_or(or);
    let day = format!("{}-{}-{}", &number[..4], &number[4..6], &number[6..8]);
    let time = format!("{}:{}:{}", part(8, 10, "12"), part(10, 12, "00"), part(12, 14, "00"));
    let zone = zone.replace('\'', ":");
    let zone = zone.trim_end_matches(':');
    let zone = if zone.starts_with(['+', '-']) && zone.len() == 6 { zone } else { "Z" };
    Some(format!("{day}T{time}{zone}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_pdfs_are_written_as_others() {
        assert_eq!(plain_date("D:20260303100000+01'00'").unwrap(), "2026-03-03T10:00:00+01:00");
        assert_eq!(plain_date("D:20260303").unwrap(), "2026-03-03T12:00:00Z");
        assert_eq!(plain_date("yesterday"), None);
    }

    #[test]
    fn names_of_files_are_no_titles() {
        assert!(is_title("Rapport om digitala remisser"));
        for name in ["Microsoft Word - utkast 3.docx", "rapport_slutlig.pdf", "untitled", "2026 1"]
        {
            assert!(!is_title(name), "{name}");
        }
    }
}
