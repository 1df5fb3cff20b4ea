//! What a PDF says. It is read in a process of its own, which may stumble, hang or swell without harm.
//!
//! The door is [`PdfReader`]; in the other process, [`pdf_text`] does the work: `glyphs` takes the letters with their
//! places, `layout` finds lines and columns, `prose` makes paragraphs of them, `about` reads title and day.

mod about;
mod glyphs;
mod layout;
mod prose;

use crate::{Reading, Transport, text::main_text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    io::{Read, Write},
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};
use utkik_sources::Language;

/// The most that the other process may say, in bytes.
const MAX_TOLD: u64 = 20_000_000;
/// Pages beyond this are not read.
const MAX_PAGES: usize = 2_000;
/// Letters of one document beyond this are not read.
const MAX_LETTERS: usize = 10_000_000;
/// What stands in a text where a page begins.
const PAGE: char = '\u{c}';

/// How PDFs are read: by a program that takes one on standard input, and answers with the JSON of [`PdfText`].
#[derive(Clone, Debug)]
pub struct PdfReader {
    /// The program: our own, most of the time.
    pub program: PathBuf,
    /// What it is called with. It sets its own limit of memory, since only the process itself can in safe code.
    pub arguments: Vec<String>,
    /// The longest that we wait for it.
    pub max_time: Duration,
}

/// What a PDF says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PdfText {
    /// As its data say, or as it stands largest on the first page.
    pub title: Option<String>,
    /// As its data say.
    pub authors: Vec<String>,
    /// As it stands on the first page, or as its data say.
    pub published: Option<Timestamp>,
    /// As its data say.
    pub language: Option<String>,
    /// The text of each page: paragraphs separated by blank lines.
    pub pages: Vec<String>,
    /// What was skipped or not understood, one sentence each.
    pub troubles: Vec<String>,
}

/// The main text of a page or PDF; without a reader, PDFs are told as not read.
pub fn read_page(bytes: &[u8], transport: &Transport, reader: Option<&PdfReader>) -> Reading {
    match reader.filter(|_| is_pdf(bytes, transport)) {
        Some(reader) => reader.read(bytes),
        None => main_text(bytes, transport),
    }
}

/// Whether bytes are a PDF. Some begin with blanks or a few lines of their server.
pub(crate) fn is_pdf(bytes: &[u8], transport: &Transport) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    let is_marked = head.windows(5).any(|part| part == b"%PDF-");
    bytes.starts_with(b"%PDF-") || (is_marked && transport.media_type() == "application/pdf")
}

impl PdfReader {
    /// Reads a PDF in another process; whatever happens there comes back in words.
    pub fn read(&self, bytes: &[u8]) -> Reading {
        match self.told(bytes) {
            Ok(told) => reading(told),
            Err(why) => Reading { troubles: vec![format!("is a PDF {why}")], ..Reading::default() },
        }
    }

    fn told(&self, bytes: &[u8]) -> Result<PdfText, String> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("whose reader could not be started: {error}"))?;
        let input = child.stdin.take();
        let output = child.stdout.take();
        let (sender, told) = mpsc::channel();
        let ended = thread::scope(|scope| {
            scope.spawn(|| {
                // A reader that ends before it has heard all tells so by how it ends.
                let _ = input.map(|mut input| input.write_all(bytes));
            });
            scope.spawn(move || {
                let mut said = Vec::new();
                let read = output.map(|output| output.take(MAX_TOLD).read_to_end(&mut said));
                let _ = sender.send(read.map(|_| said).unwrap_or_default());
            });
            let said = told.recv_timeout(self.max_time);
            if said.is_err() {
                let _ = child.kill();
            }
            let ended = child.wait();
            said.map(|said| (said, ended)).map_err(|_| {
                format!("that could not be read within {} s", self.max_time.as_secs_f64())
            })
        });
        let (said, ended) = ended?;
        serde_json::from_slice(&said).map_err(|_| match ended {
            Ok(status) if !status.success() => {
                format!("that made its reader stop ({status}): it is broken, or asks for too much")
            }
            _ => "whose reader said nothing that we understand".to_owned(),
        })
    }
}

fn reading(told: PdfText) -> Reading {
    let text = joined(&told.pages);
    Reading {
        title: told.title,
        text: (!text.trim().is_empty()).then_some(text),
        authors: told.authors,
        published: told.published,
        language: told.language.as_deref().and_then(Language::parse),
        pages: (!told.pages.is_empty()).then_some(told.pages.len()),
        troubles: told.troubles,
    }
}

/// All pages as one text: a form feed stands where a page begins, within a sentence that goes on there, and else
/// between paragraphs.
fn joined(pages: &[String]) -> String {
    let mut text = String::new();
    for (at, page) in pages.iter().enumerate() {
        if at > 0 {
            let goes_on = text.ends_with(|letter: char| letter.is_lowercase() || letter == ',')
                && page.starts_with(char::is_lowercase);
            if !goes_on {
                text.push_str("\n\n");
            }
            text.push(PAGE);
        }
        text.push_str(page);
    }
    text
}

/// Reads a PDF in this process, which it may bring down: call it only where that is no loss.
pub fn pdf_text(bytes: &[u8]) -> PdfText {
    let trouble = |why: &str| PdfText { troubles: vec![why.to_owned()], ..PdfText::default() };
    let start = bytes.windows(5).take(1024).position(|part| part == b"%PDF-").unwrap_or(0);
    let mut document = match pdf_extract::Document::load_mem(&bytes[start..]) {
        Ok(document) => document,
        Err(error) => return trouble(&format!("is a PDF that is broken: {error}")),
    };
    if document.is_encrypted() && document.decrypt("").is_err() {
        return trouble("is a PDF that is locked with a password");
    }
    let mut told = PdfText::default();
    let pages = glyphs::pages(&document, &mut told.troubles);
    let pages: Vec<Vec<layout::Line>> = pages.into_iter().map(layout::lines).collect();
    let pages = prose::without_furniture(pages);
    about::read(&document, &pages, &mut told);
    told.pages = prose::paragraphs(&pages);
    if told.pages.iter().all(String::is_empty) {
        told.troubles.push("is a PDF of pictures, without text".to_owned());
    }
    told
}
