//! Which letters stand on one line, and in which order lines are read where a page has columns.

use super::glyphs::Glyph;

/// Gaps wider than this, in sizes of the letters, may stand between columns.
const WIDE: f64 = 1.3;
/// Gaps wider than this stand between words.
const WORD: f64 = 0.18;
/// Lines of a column, and characters of each, are at least so many; cells of tables are shorter.
const COLUMN_LINES: usize = 5;
const COLUMN_LETTERS: usize = 15;
/// Columns within columns, at most.
const MAX_DEPTH: usize = 4;
/// Pages with more pieces than this are read as they are written.
const MAX_PIECES: usize = 5_000;

/// A line, or what stands of it in one column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) left: f64,
    pub(super) right: f64,
    /// Its base, in points from below.
    pub(super) y: f64,
    pub(super) size: f64,
    pub(super) text: String,
}

/// The lines of a page in the order in which they are read.
pub(super) fn lines(glyphs: Vec<Glyph>) -> Vec<Line> {
    let pieces = pieces(glyphs);
    if pieces.len() > MAX_PIECES { pieces } else { ordered(pieces, MAX_DEPTH) }
}

/// Lines cut where they have wide gaps, from above.
fn pieces(mut glyphs: Vec<Glyph>) -> Vec<Line> {
    glyphs.retain(|glyph| !glyph.text.is_empty());
    glyphs.sort_by(|one, other| other.y.total_cmp(&one.y));
    let mut rows: Vec<Vec<Glyph>> = Vec::new();
    for glyph in glyphs {
        match rows.last_mut() {
            Some(row) if row[0].y - glyph.y < 0.45 * row[0].size.max(glyph.size).min(20.0) => {
                row.push(glyph);
            }
            _ => rows.push(vec![glyph]),
        }
    }
    rows.into_iter().flat_map(cut).collect()
}

fn cut(mut row: Vec<Glyph>) -> Vec<Line> {
    row.sort_by(|one, other| one.x.total_cmp(&other.x));
    let mut lines: Vec<Line> = Vec::new();
    for glyph in row {
        let right = glyph.x + glyph.width.max(0.0);
        if glyph.text.trim().is_empty() {
            // A blank is a gap like any other; whether it parts words is told by its width.
            continue;
        }
        match lines.last_mut() {
            Some(line) if glyph.x - line.right < WIDE * line.size.max(glyph.size) => {
                // Some print letters twice to make them bold.
                let is_again = glyph.x < line.right - 0.7 * glyph.width
                    && line.text.ends_with(&glyph.text)
                    && glyph.width > 0.0;
                if is_again {
                    continue;
                }
                if glyph.x - line.right > WORD * line.size {
                    line.text.push(' ');
                }
                line.text.push_str(&glyph.text);
                line.right = line.right.max(right);
                line.size = line.size.max(glyph.size);
            }
            _ => lines.push(Line {
                left: glyph.x,
                right,
                y: glyph.y,
                size: glyph.size,
                text: glyph.text,
            }),
        }
    }
    lines
}

fn ordered(pieces: Vec<Line>, depth: usize) -> Vec<Line> {
    let gutter = if depth == 0 { None } else { gutter(&pieces) };
    let Some(gutter) = gutter else { return whole(pieces) };
    let mut read = Vec::new();
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for piece in pieces {
        if piece.right <= gutter {
            left.push(piece);
        } else if piece.left >= gutter {
            right.push(piece);
        } else {
            // What stands across ends the columns above it.
            read.append(&mut ordered(std::mem::take(&mut left), depth - 1));
            read.append(&mut ordered(std::mem::take(&mut right), depth - 1));
            read.push(piece);
        }
    }
    read.append(&mut ordered(left, depth - 1));
    read.append(&mut ordered(right, depth - 1));
    // Headlines across may have been cut, too.
    read
}

/// Where most lines of two columns end and begin.
fn gutter(pieces: &[Line]) -> Option<f64> {
    let left = pieces.iter().map(|piece| piece.left).fold(f64::INFINITY, f64::min);
    let right = pieces.iter().map(|piece| piece.right).fold(f64::NEG_INFINITY, f64::max);
    let candidates = (1..40).map(|at| left + (right - left) * f64::from(at) / 40.0);
    let mut best: Option<(usize, f64)> = None;
    for x in candidates.filter(|x| *x > left + 60.0 && *x < right - 60.0) {
        let before: Vec<&Line> = pieces.iter().filter(|piece| piece.right <= x).collect();
        let after: Vec<&Line> = pieces.iter().filter(|piece| piece.left >= x).collect();
        let across = pieces.len() - before.len() - after.len();
        let count = before.len().min(after.len());
        let is_column = is_column(&before) && is_column(&after) && stand_beside(&before, &after);
        if is_column && across * 2 <= count && best.is_none_or(|(most, _)| count - across > most) {
            best = Some((count - across, x));
        }
    }
    best.map(|(_, x)| x)
}

fn is_column(lines: &[&Line]) -> bool {
    let letters: usize = lines.iter().map(|line| line.text.chars().count()).sum();
    lines.len() >= COLUMN_LINES && letters >= COLUMN_LETTERS * lines.len()
}

fn stand_beside(one: &[&Line], other: &[&Line]) -> bool {
    let ends = |lines: &[&Line]| {
        let ys = || lines.iter().map(|line| line.y);
        (ys().fold(f64::INFINITY, f64::min), ys().fold(f64::NEG_INFINITY, f64::max))
    };
    let ((low, high), (other_low, other_high)) = (ends(one), ends(other));
    let common = high.min(other_high) - low.max(other_low);
    common > 0.3 * (high - low).min(other_high - other_low)
}

/// Pieces of one line side by side are that line again.
fn whole(pieces: Vec<Line>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(line)
                if (line.y - piece.y).abs() < 0.45 * line.size.max(piece.size)
                    && piece.left >= line.right =>
            {
                line.text.push(' ');
                line.text.push_str(&piece.text);
                line.right = piece.right;
                line.size = line.size.max(piece.size);
            }
            _ => lines.push(piece),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters of half an em, one word after the other.
    fn set(x: f64, y: f64, text: &str) -> Vec<Glyph> {
        let place = |(at, letter): (usize, char)| Glyph {
            x: x + 5.0 * at as f64,
            y,
            width: 5.0,
            size: 10.0,
            text: letter.to_string(),
        };
        text.chars().enumerate().map(place).collect()
    }

    fn read(glyphs: Vec<Glyph>) -> Vec<String> {
        lines(glyphs).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn columns_are_read_one_after_the_other_and_headlines_across_stand_before() {
        let mut glyphs =
            set(50.0, 800.0, "A headline that stands across all of both the columns of the page");
        for row in 0..8 {
            let y = 780.0 - 12.0 * f64::from(row);
            glyphs.extend(set(50.0, y, &format!("left {row} goes on for a while")));
            glyphs.extend(set(230.0, y - 3.0, &format!("right {row} goes on for a bit")));
        }
        let read = read(glyphs);
        assert!(read[0].starts_with("A headline"));
        assert!(read[1..9].iter().all(|line| line.starts_with("left")), "{read:#?}");
        assert!(read[9..].iter().all(|line| line.starts_with("right")), "{read:#?}");
    }

    #[test]
    fn rows_of_tables_stay_whole() {
        let mut glyphs = Vec::new();
        for row in 0..8 {
            let y = 780.0 - 12.0 * f64::from(row);
            glyphs.extend(set(50.0, y, "Region"));
            glyphs.extend(set(250.0, y, &format!("{row} 000")));
        }
        assert_eq!(read(glyphs)[3], "Region 3 000");
    }
}
