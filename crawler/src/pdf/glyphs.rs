//! The letters of each page, and where they stand.

use super::{MAX_LETTERS, MAX_PAGES};
use pdf_extract::{Document, MediaBox, OutputDev, OutputError, Transform, output_doc_page};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A letter, in points from the lower left corner as the reader holds the page.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glyph {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) size: f64,
    pub(super) text: String,
}

/// Takes the letters of one page.
#[derive(Default)]
struct Taken {
    /// By the way they run: to the right, upwards, to the left, downwards.
    by_turn: [Vec<Glyph>; 4],
    count: usize,
}

/// The letters of all pages; a page that cannot be read costs only itself.
pub(super) fn pages(document: &Document, troubles: &mut Vec<String>) -> Vec<Vec<Glyph>> {
    let numbers: Vec<u32> = document.get_pages().into_keys().collect();
    if numbers.len() > MAX_PAGES {
        troubles.push(format!("has {} pages; the first {MAX_PAGES} were read", numbers.len()));
    }
    let mut pages = Vec::new();
    let (mut left, mut broken) = (MAX_LETTERS, 0);
    for number in numbers.into_iter().take(MAX_PAGES) {
        let mut taken = Taken::default();
        let read = AssertUnwindSafe(|| output_doc_page(document, &mut taken, number));
        if !matches!(catch_unwind(read), Ok(Ok(()))) {
            broken += 1;
        }
        left = left.saturating_sub(taken.count);
        pages.push(taken.upright());
        if left == 0 {
            troubles.push(format!("has too many letters; {} pages were read", pages.len()));
            break;
        }
    }
    if broken > 0 {
        troubles.push(format!("{broken} pages could not be read to their end"));
    }
    pages
}

impl Taken {
    /// The letters that run as most do; the page is turned so that these run to the right.
    fn upright(self) -> Vec<Glyph> {
        let turns = self.by_turn.into_iter().enumerate();
        let Some((turn, mut glyphs)) = turns.rev().max_by_key(|(_, glyphs)| glyphs.len()) else {
            return Vec::new();
        };
        for glyph in &mut glyphs {
            (glyph.x, glyph.y) = match turn {
                0 => (glyph.x, glyph.y),
                1 => (glyph.y, -glyph.x),
                2 => (-glyph.x, -glyph.y),
                _ => (-glyph.y, glyph.x),
            };
        }
        glyphs
    }
}

impl OutputDev for Taken {
    fn begin_page(
        &mut self,
        _number: u32,
        _media: &MediaBox,
        _art: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        placed: &Transform,
        width: f64,
        _spacing: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        let along = placed.m11.hypot(placed.m12) * font_size.abs();
        let size = placed.m21.hypot(placed.m22) * font_size.abs();
        let (x, y) = (placed.m31, placed.m32);
        let is_sound = [along, size, x, y, width].iter().all(|number| number.is_finite());
        if !is_sound || size < 1.0 || self.count >= MAX_LETTERS {
            return Ok(());
        }
        let turn = match (placed.m11.abs() >= placed.m12.abs(), placed.m11 < 0.0, placed.m12 < 0.0)
        {
            (true, false, _) => 0,
            (true, true, _) => 2,
            (false, _, false) => 1,
            (false, _, true) => 3,
        };
        self.count += 1;
        let text = spelt(text);
        self.by_turn[turn].push(Glyph { x, y, width: width * along, size, text });
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// Letters that are set as one are written as several.
fn spelt(text: &str) -> String {
    let mut spelt = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\u{fb00}' => spelt.push_str("ff"),
            '\u{fb01}' => spelt.push_str("fi"),
            '\u{fb02}' => spelt.push_str("fl"),
            '\u{fb03}' => spelt.push_str("ffi"),
            '\u{fb04}' => spelt.push_str("ffl"),
            '\u{a0}' | '\u{2007}' | '\u{202f}' | '\t' | '\n' | '\r' => spelt.push(' '),
            letter if letter.is_control() => {}
            letter => spelt.push(letter),
        }
    }
    spelt
}
