//! Which element holds the main text, once what surrounds it is gone?
//!
//! What sites call the body of a text is believed where it holds most of the page's paragraphs; else what they call
//! their main part; else the smallest element that holds nearly all.

use super::{
    genre::Genre,
    outline::{Holds, Outline, heading_level},
};
use std::collections::HashMap;

/// A text of fewer bytes says little about where a page keeps its text.
const SOME: usize = 250;

pub(super) struct Choice {
    pub(super) part: usize,
    /// The page's main part, around it.
    pub(super) scope: usize,
    /// The paragraph that opens the text and stands outside of it.
    pub(super) lead: Option<usize>,
    /// Whether the page named it.
    pub(super) is_named: bool,
    /// Whether it is one text, in which lists of links are no part of it.
    pub(super) is_text: bool,
}

/// Takes out what only surrounds or covers the text, by what it is called and where it stands.
pub(super) fn strip(outline: &mut Outline, genre: Genre) {
    let page = Surroundings { all: outline.holds(outline.body()), rows: rows(outline), genre };
    let mut at = 0;
    while at < outline.parts.len() {
        if outline.parts[at].gone || page.has_apart(outline, at) {
            outline.parts[at].gone = true;
            at = outline.parts[at].end;
        } else {
            at += 1;
        }
    }
    outline.weigh();
}

/// What the elements with the same parent and the same class hold together.
type Rows<'p> = HashMap<(usize, &'p str), Holds>;

fn rows<'p>(outline: &Outline<'p>) -> Rows<'p> {
    let mut rows = Rows::new();
    for part in outline.present().map(|at| &outline.parts[at]).filter(|part| part.names.surrounds) {
        let class = part.element.value().attr("class").unwrap_or_default();
        let row = rows.entry((part.parent, class)).or_default();
        row.text += part.holds.text;
        row.prose += part.holds.prose;
    }
    rows
}

struct Surroundings<'p> {
    all: Holds,
    rows: Rows<'p>,
    genre: Genre,
}

impl Surroundings<'_> {
    fn has_apart(&self, outline: &Outline, at: usize) -> bool {
        let (part, holds) = (&outline.parts[at], outline.holds(at));
        let names = part.names;
        if matches!(outline.name(at), "html" | "body" | "main")
            || outline.headline.is_some_and(|headline| outline.contains(at, headline))
            || (!part.is_block && is_word(outline, at))
        {
            return false;
        }
        let is_comments = names.comments && self.genre != Genre::Thread;
        if names.consent || is_comments {
            return !self.is_share(holds, 90);
        }
        if names.intrudes {
            return !self.is_share(holds, 25);
        }
        if names.byline && holds.text < 150 && holds.headings == 0 && !(names.lead || names.body) {
            return true;
        }
        let is_head = || {
            outline.name(at) == "header"
                && outline.around(at).all(|outer| !outline.parts[outer].names.main)
        };
        if !(names.surrounds || outline.name(at) == "form" || is_head()) {
            return false;
        }
        // In lists of pages, each teaser is little, and all together are the text.
        let class = part.element.value().attr("class").unwrap_or_default();
        let row = self.rows.get(&(part.parent, class)).copied().unwrap_or(holds);
        !self.is_share(holds, 50) && !self.is_share(row, 50)
    }

    /// Whether an element holds more than a share of the page's paragraphs, or of its text where paragraphs are few.
    fn is_share(&self, holds: Holds, share: usize) -> bool {
        let is_of_paragraphs = self.all.prose > SOME && self.all.prose * 3 > self.all.text;
        if is_of_paragraphs {
            holds.prose * 100 > self.all.prose * share
        } else {
            holds.text * 100 > self.all.text * share
        }
    }
}

/// Whether an element is part of a sentence or heading, whatever it is called.
fn is_word(outline: &Outline, at: usize) -> bool {
    let part = &outline.parts[at];
    let parent = part.parent;
    let is_all_of_heading = heading_level(outline.name(parent)).is_some()
        && outline.holds(parent).text == part.holds.text;
    let is_sign = part.names.surrounds && part.holds.text < 40;
    is_all_of_heading || (outline.is_in_paragraph(at) && !is_sign)
}

pub(super) fn choose(outline: &Outline, genre: Genre) -> Choice {
    let scope = scope(outline);
    let all = outline.holds(scope);
    let (share, is_text) = match genre {
        Genre::Article => (40, true),
        Genre::Other => (70, false),
        // Their texts are in many places.
        Genre::Thread | Genre::Product => (90, false),
    };
    let holds_enough = |at: &usize| {
        let holds = outline.holds(*at);
        holds.prose * 100 >= all.prose * share
            && holds.prose >= SOME.min(all.prose)
            && holds.prose > 0
    };
    let named = |is_named: &dyn Fn(usize) -> bool| {
        let found: Vec<usize> =
            outline.present().filter(|at| is_named(*at) && holds_enough(at)).collect();
        let most = found.iter().map(|at| outline.holds(*at).prose).max()?;
        // Of several within each other, the smallest that loses next to nothing.
        found.into_iter().rev().find(|at| outline.holds(*at).prose * 10 >= most * 9)
    };
    let is_body = |at: usize| is_body(outline, at);
    let is_article = |at: usize| outline.name(at) == "article";
    let part = marked(outline)
        .or_else(|| named(&is_body))
        .map(|part| with_sisters(outline, part))
        .or_else(|| named(&is_article));
    if let Some(part) = part {
        let lead = lead(outline, part);
        return Choice { part, scope, lead, is_named: true, is_text: true };
    }
    let is_named = outline.parts[scope].names.main;
    let part = if genre == Genre::Other || genre == Genre::Article {
        narrow(outline, scope, is_named && genre == Genre::Other)
    } else {
        scope
    };
    let is_text = is_text || outline.holds(part).prose * 2 > outline.holds(part).text;
    Choice { part, scope, lead: lead(outline, part).filter(|_| is_text), is_named, is_text }
}

/// What the page tells machines is the body of its only article.
fn marked(outline: &Outline) -> Option<usize> {
    let is_marked = |at: &usize| {
        let property = outline.parts[*at].element.value().attr("itemprop");
        property == Some("articleBody") && outline.parts[*at].is_block
    };
    let all: Vec<usize> = outline.present().filter(is_marked).collect();
    let only = if let [only] = all[..] { only } else { return None };
    (outline.holds(only).prose > SOME * 2).then_some(only)
}

fn is_body(outline: &Outline, at: usize) -> bool {
    outline.parts[at].names.body && outline.parts[at].is_block
}

/// A text may be in several bodies, one after the other.
fn with_sisters(outline: &Outline, part: usize) -> usize {
    let mut best = part;
    for outer in outline.around(part).take(4) {
        let end = outline.parts[outer].end;
        let inside = outline.present().skip_while(|at| *at <= outer).take_while(|at| *at < end);
        let (mut in_bodies, mut past) = (0, 0);
        for at in inside {
            if at >= past && is_body(outline, at) {
                in_bodies += outline.holds(at).prose;
                past = outline.parts[at].end;
            }
        }
        let all = outline.holds(outer).prose;
        if in_bodies * 10 > outline.holds(best).prose * 11 && in_bodies * 10 >= all * 8 {
            best = outer;
        }
    }
    best
}

/// The page's main part, if it holds something; else its body.
fn scope(outline: &Outline) -> usize {
    let body = outline.body();
    let all = outline.holds(body);
    let is_main = |at: &usize| {
        let part = &outline.parts[*at];
        part.is_block && part.names.main && outline.name(*at) != "article" && *at != body
    };
    let holds_most = |at: &usize| {
        let holds = outline.holds(*at);
        let is_sure = outline.name(*at) == "main"
            || outline.parts[*at].element.value().attr("role") == Some("main");
        let share = if is_sure { 50 } else { 80 };
        holds.text > 0
            && holds.prose * 100 >= all.prose * share
            && holds.text * 100 >= all.text * (share / 2)
    };
    outline.present().filter(is_main).filter(holds_most).last().unwrap_or(body)
}

/// Goes inwards as long as next to nothing is lost: of paragraphs, and in a named part of other text, too.
fn narrow(outline: &Outline, from: usize, is_named: bool) -> usize {
    let outside_links = |at: usize| {
        let holds = outline.holds(at);
        holds.text - holds.in_links.min(holds.text)
    };
    let (prose, text) = (outline.holds(from).prose, outside_links(from));
    let holds_all = |at: usize| {
        outline.holds(at).prose * 100 >= prose * 85
            && (!is_named || outside_links(at) * 100 >= text * 85)
    };
    let may_hold = |at: usize| {
        outline.holds(at).paragraphs > 1
            || !matches!(outline.name(at), "p" | "li" | "blockquote" | "pre")
    };
    let inner = |at: usize| {
        let end = outline.parts[at].end;
        let mut inside =
            outline.present().skip_while(|next| *next <= at).take_while(|next| *next < end);
        inside.find(|next| outline.parts[*next].parent == at && holds_all(*next) && may_hold(*next))
    };
    let mut at = from;
    while let Some(next) = inner(at).filter(|_| prose > 0) {
        at = next;
    }
    at
}

fn lead(outline: &Outline, part: usize) -> Option<usize> {
    let headline = outline.headline.filter(|headline| *headline < part)?;
    let is_lead = |at: &usize| {
        let (found, holds) = (&outline.parts[*at], outline.holds(*at));
        found.names.lead
            && *at > headline
            && found.end <= part
            && holds.in_links * 2 < holds.text
            && (40..1_000).contains(&holds.text)
    };
    outline.present().take_while(|at| *at < part).find(is_lead)
}
