//! The lines of an element: paragraphs, headings, items and rows, without lists of links and the like.

use super::{
    furniture,
    outline::{Outline, heading_level},
    text_of,
};
use crate::plain::collapse;
use scraper::{ElementRef, Node};

#[derive(Debug, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) form: Form,
    /// All of it is a link.
    pub(super) is_link: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Form {
    Heading(u8),
    Item,
    Paragraph,
    Code,
    /// Something was left out here.
    Gap,
}

/// The lines of a part of the page; in one text, lists of links are no part of it.
pub(super) fn of(outline: &Outline, part: usize, is_text: bool) -> Vec<Line> {
    let mut writing = Writing {
        outline,
        part,
        is_text,
        lines: Vec::new(),
        line: String::new(),
        linked: 0,
        form: Form::Paragraph,
        in_code: false,
        broken: false,
    };
    writing.walk(part, false);
    writing.end_line();
    if is_text { without_empty_headings(writing.lines) } else { without_gaps(writing.lines) }
}

struct Writing<'o, 'p> {
    outline: &'o Outline<'p>,
    part: usize,
    is_text: bool,
    lines: Vec<Line>,
    line: String,
    /// Bytes of the line that are links.
    linked: usize,
    form: Form,
    /// In code, what stands together belongs together.
    in_code: bool,
    /// Whether the line ends with a `<br>`.
    broken: bool,
}

impl Writing<'_, '_> {
    fn walk(&mut self, at: usize, in_link: bool) {
        let part = &self.outline.parts[at];
        let name = part.element.value().name();
        let is_cell = matches!(name, "td" | "th");
        if part.is_block {
            if !is_cell {
                self.end_line();
            }
            if at != self.part && self.is_list_of_links(at) {
                self.leave_out();
                return;
            }
        }
        if name == "pre" {
            self.code(part.element);
            return;
        }
        if name == "a"
            && (is_anchor(part.element) || furniture::says_nothing(&text_of(part.element)))
        {
            return;
        }
        let (form, in_code) = (self.form, self.in_code);
        self.in_code |= matches!(name, "code" | "kbd" | "samp" | "tt");
        self.form = match (heading_level(name), name) {
            (Some(level), _) => Form::Heading(level),
            (_, "li" | "dd" | "dt") => Form::Item,
            _ => form,
        };
        self.children(at, in_link || name == "a");
        if is_cell {
            self.line.push(' ');
        } else if part.is_block && !(matches!(name, "p" | "div") && self.is_in_cell(at)) {
            self.end_line();
        }
        (self.form, self.in_code) = (form, in_code);
    }

    fn children(&mut self, at: usize, in_link: bool) {
        let mut inner = at + 1;
        let mut is_after_element = false;
        for child in self.outline.parts[at].element.children() {
            match child.value() {
                Node::Text(text) => {
                    is_after_element = false;
                    self.write(text, in_link);
                }
                Node::Element(element) => {
                    // Pages set them apart by their looks.
                    let is_apart =
                        matches!(element.name(), "a" | "button" | "label" | "span" | "time");
                    if is_after_element
                        && is_apart
                        && !self.in_code
                        && !self.outline.is_in_paragraph(inner)
                    {
                        self.line.push(' ');
                    }
                    is_after_element = is_apart;
                    let next = &self.outline.parts[inner];
                    if element.name() == "br" {
                        self.break_line();
                    } else if next.gone {
                        if next.is_block {
                            self.end_line();
                        }
                        if next.is_block && next.names.surrounds {
                            self.leave_out();
                        }
                    } else {
                        self.walk(inner, in_link);
                    }
                    inner = self.outline.parts[inner].end;
                }
                _ => {}
            }
        }
    }

    fn write(&mut self, text: &str, in_link: bool) {
        let bytes = text.trim().len();
        self.broken &= bytes == 0;
        self.linked += if in_link { bytes } else { 0 };
        self.line.push_str(text);
    }

    /// Two breaks are what is left of a paragraph's end.
    fn break_line(&mut self) {
        if self.broken && !matches!(self.form, Form::Heading(_)) {
            self.end_line();
        } else {
            self.line.push(' ');
        }
        self.broken = true;
    }

    /// Small cells stay in their row.
    fn is_in_cell(&self, at: usize) -> bool {
        let parent = self.outline.parts[at].parent;
        matches!(self.outline.name(parent), "td" | "th")
            && self.outline.holds(parent).paragraphs == 0
    }

    fn code(&mut self, element: ElementRef) {
        let text: String = element.text().collect();
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        let text = lines.join("\n");
        let text = text.trim_matches('\n').to_owned();
        if !text.trim().is_empty() {
            self.lines.push(Line { text, form: Form::Code, is_link: false });
        }
    }

    fn end_line(&mut self) {
        let text = collapse(&self.line);
        let is_link = self.linked > 0 && self.linked * 10 >= text.len() * 9;
        self.line.clear();
        (self.linked, self.broken) = (0, false);
        if !text.is_empty() {
            self.lines.push(Line { text, form: self.form, is_link });
        }
    }

    fn leave_out(&mut self) {
        self.lines.push(Line { text: String::new(), form: Form::Gap, is_link: false });
    }

    /// Whether a block is a menu or a list of other pages.
    fn is_list_of_links(&self, at: usize) -> bool {
        let holds = self.outline.holds(at);
        if !holds.is_made_of_links() {
            return false;
        }
        let name = self.outline.name(at);
        let is_list = matches!(name, "ul" | "ol" | "dl" | "div" | "section" | "table");
        if self.is_text {
            return is_list || matches!(name, "tr" | "p" | "li");
        }
        // Teasers are links, too; what is in a menu is shorter, many, and little of the page.
        let is_small = holds.text * 10 < self.outline.holds(self.part).text * 3;
        let is_short = holds.links >= 4 && holds.in_links < holds.links * 30;
        is_list && is_small && is_short && holds.headings == 0
    }
}

/// A sign beside a heading, to link to it.
fn is_anchor(link: ElementRef) -> bool {
    let text: String = link.text().collect();
    let text = text.trim();
    !text.is_empty() && text.chars().count() <= 2 && text.chars().all(|c| !c.is_alphanumeric())
}

/// A heading goes with what was left out below it, and so does one that the text ends with.
fn without_empty_headings(lines: Vec<Line>) -> Vec<Line> {
    let mut kept: Vec<Line> = Vec::with_capacity(lines.len());
    let mut is_gap_below = true;
    for line in lines.into_iter().rev() {
        let level = |line: &Line| match line.form {
            Form::Heading(level) => level,
            _ => u8::MAX,
        };
        let is_section_over = kept.last().is_none_or(|next| level(next) <= level(&line));
        match line.form {
            Form::Gap => is_gap_below = true,
            Form::Heading(2..) if is_gap_below && is_section_over => {}
            _ => {
                is_gap_below = false;
                kept.push(line);
            }
        }
    }
    kept.reverse();
    kept
}

fn without_gaps(mut lines: Vec<Line>) -> Vec<Line> {
    lines.retain(|line| line.form != Form::Gap);
    lines
}
