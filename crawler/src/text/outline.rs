//! A page as a flat list of its elements, with what each holds: text, links, paragraphs.
//!
//! In the order of the page; an element's content follows it up to `end`. All later questions are loops over this list.

use super::names::{self, Names};
use crate::about::words_shared;
use scraper::{ElementRef, Html, Node};

/// A block with fewer bytes of text outside of links is no paragraph.
const PARAGRAPH: usize = 50;

pub(super) struct Part<'p> {
    pub(super) element: ElementRef<'p>,
    pub(super) names: Names,
    pub(super) parent: usize,
    pub(super) end: usize,
    pub(super) is_block: bool,
    /// Not part of any text.
    pub(super) gone: bool,
    /// Bytes of text directly in it.
    own: usize,
    pub(super) holds: Holds,
}

/// What an element holds, without what is gone.
#[derive(Clone, Copy, Default)]
pub(super) struct Holds {
    /// Bytes of text.
    pub(super) text: usize,
    pub(super) in_links: usize,
    pub(super) links: usize,
    /// Bytes of text in paragraphs, outside of links.
    pub(super) prose: usize,
    pub(super) paragraphs: usize,
    pub(super) headings: usize,
    /// Bytes on the lines of this very block.
    line: usize,
    line_in_links: usize,
}

pub(super) struct Outline<'p> {
    pub(super) parts: Vec<Part<'p>>,
    /// The headline of the page.
    pub(super) headline: Option<usize>,
}

/// Elements that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "html",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

impl<'p> Outline<'p> {
    /// The title that the page states tells which of several headlines is its own.
    pub(super) fn of(page: &'p Html, title: &str) -> Outline<'p> {
        let mut outline = Outline { parts: Vec::new(), headline: None };
        outline.take(page.root_element(), 0, false);
        outline.weigh();
        outline.headline = outline.find_headline(title);
        outline
    }

    fn take(&mut self, element: ElementRef<'p>, parent: usize, in_heading: bool) {
        let at = self.parts.len();
        let name = element.value().name();
        let names = Names::of(element.value());
        let never = names::is_never(element.value()) || (name == "button" && !in_heading);
        let gone = at > 0 && (never || names::is_hidden(element.value(), names));
        self.parts.push(Part {
            element,
            names,
            parent,
            end: at + 1,
            is_block: BLOCKS.contains(&name),
            gone,
            own: 0,
            holds: Holds::default(),
        });
        if gone {
            return;
        }
        let in_heading =
            in_heading || heading_level(name).is_some() || matches!(name, "summary" | "dt");
        for child in element.children() {
            match child.value() {
                Node::Text(text) => self.parts[at].own += text.trim().len(),
                Node::Element(_) => {
                    if let Some(child) = ElementRef::wrap(child) {
                        self.take(child, at, in_heading);
                    }
                }
                _ => {}
            }
        }
        self.parts[at].end = self.parts.len();
    }

    /// Adds up anew what each element holds.
    pub(super) fn weigh(&mut self) {
        for part in &mut self.parts {
            part.holds = Holds { text: part.own, line: part.own, ..Holds::default() };
        }
        for at in (0..self.parts.len()).rev() {
            let part = &mut self.parts[at];
            if part.gone {
                continue;
            }
            let name = part.element.value().name();
            let holds = &mut part.holds;
            if name == "a" {
                holds.links += usize::from(holds.text > 0);
                (holds.in_links, holds.line_in_links) = (holds.text, holds.line);
                holds.prose = 0;
                holds.paragraphs = 0;
            }
            holds.headings += usize::from(heading_level(name).is_some());
            if part.is_block {
                let outside = holds.line.saturating_sub(holds.line_in_links);
                if outside >= PARAGRAPH {
                    holds.prose += outside;
                    holds.paragraphs += 1;
                }
            }
            let (holds, is_block, parent) = (part.holds, part.is_block, part.parent);
            if at > 0 {
                self.parts[parent].holds.add(holds, is_block);
            }
        }
    }

    pub(super) fn holds(&self, at: usize) -> Holds {
        self.parts[at].holds
    }

    pub(super) fn name(&self, at: usize) -> &'p str {
        self.parts[at].element.value().name()
    }

    /// Whether the line that an element is part of is a paragraph.
    pub(super) fn is_in_paragraph(&self, at: usize) -> bool {
        let block = self.around(at).find(|outer| self.parts[*outer].is_block);
        block.is_some_and(|block| {
            let holds = self.holds(block);
            holds.line.saturating_sub(holds.line_in_links) >= PARAGRAPH
        })
    }

    pub(super) fn contains(&self, outer: usize, inner: usize) -> bool {
        outer <= inner && inner < self.parts[outer].end
    }

    pub(super) fn body(&self) -> usize {
        (0..self.parts.len()).find(|at| self.name(*at) == "body").unwrap_or(0)
    }

    /// The elements around one, nearest first.
    pub(super) fn around(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let parent = |at: &usize| (*at > 0).then(|| self.parts[*at].parent);
        std::iter::successors(parent(&at), parent)
    }

    /// The elements that are part of the page, in its order.
    pub(super) fn present(&self) -> impl Iterator<Item = usize> + '_ {
        let mut at = 0;
        std::iter::from_fn(move || {
            while self.parts.get(at)?.gone {
                at = self.parts[at].end;
            }
            at += 1;
            Some(at - 1)
        })
    }

    /// The first `<h1>` that is no name of the site; best within the main part.
    fn find_headline(&self, title: &str) -> Option<usize> {
        let is_headline =
            |at: &usize| self.name(*at) == "h1" && (1..300).contains(&self.holds(*at).text);
        let all: Vec<usize> = self.present().filter(is_headline).take(20).collect();
        let in_main = |at: &usize| {
            let is_main = |outer: usize| matches!(self.name(outer), "main" | "article");
            self.around(*at).any(is_main)
        };
        let good = || all.iter().filter(|at| !self.is_of_site(**at));
        let only = if let [only] = &all[..] { Some(only) } else { None };
        let shared = |at: &&usize| {
            let text: String = self.parts[**at].element.text().collect();
            words_shared(&text, title)
        };
        // The first of those that share most.
        let known = good().rev().max_by_key(shared).filter(|at| shared(at) > 1);
        known.or(good().find(|at| in_main(at))).or(good().next()).or(only).copied()
    }

    fn is_of_site(&self, at: usize) -> bool {
        const SITE: &[&str] =
            &["brand", "logo", "menu-title", "site-name", "site-title", "sitename"];
        let own = self.parts[at].element.value();
        let names: String = [own.attr("class"), own.attr("id")].into_iter().flatten().collect();
        let holds = self.holds(at);
        let in_head = || {
            let is_head = |outer: usize| {
                self.name(outer) == "header"
                    && !self.around(outer).any(|more| self.parts[more].names.main)
            };
            self.around(at).any(is_head)
        };
        SITE.iter().any(|name| names.contains(name)) || (holds.in_links == holds.text && in_head())
    }
}

impl Holds {
    fn add(&mut self, other: Holds, is_block: bool) {
        self.text += other.text;
        self.in_links += other.in_links;
        self.links += other.links;
        self.prose += other.prose;
        self.paragraphs += other.paragraphs;
        self.headings += other.headings;
        if !is_block {
            self.line += other.line;
            self.line_in_links += other.line_in_links;
        }
    }

    pub(super) fn is_made_of_links(self) -> bool {
        self.links >= 2 && self.in_links * 10 > self.text * 8
    }
}

pub(super) fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}
