//! Which element holds the main text, once what surrounds it is gone?
//!
//! What sites call the body of a text is believed where it holds most of the page's paragraphs; else what they call
//! their main part; else the smallest element that holds nearly all.

use super::{
    genre::Genre,
    outline::{Outline, heading_level},
};

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
    let all = outline.holds(outline.body());
    let mut at = 0;
    while at < outline.parts.len() {
        if outline.parts[at].gone || is_apart(outline, at, genre, all.prose, all.text) {
            outline.parts[at].gone = true;
            at = outline.parts[at].end;
        } else {
            at += 1;
        }
    }
    outline.weigh();
}

fn is_apart(outline: &Outline, at: usize, genre: Genre, prose: usize, text: usize) -> bool {
    let (part, holds) = (&outline.parts[at], outline.holds(at));
    let names = part.names;
    if matches!(part.element.value().name(), "html" | "body" | "main")
        || outline.headline.is_some_and(|headline| outline.contains(at, headline))
    {
        return false;
    }
    // A word of a paragraph, whatever it is called.
    let is_all_of_heading = || {
        let parent = part.parent;
        heading_level(outline.name(parent)).is_some() && outline.holds(parent).text == holds.text
    };
    let is_word = outline.is_in_paragraph(at) && !(names.surrounds && holds.text < 40);
    if !part.is_block && (is_word || is_all_of_heading()) {
        return false;
    }
    let is_most = if prose > SOME { holds.prose * 2 > prose } else { holds.text * 2 > text };
    let in_main = || outline.around(at).any(|outer| outline.parts[outer].names.main);
    let is_head = outline.name(at) == "header" && !in_main();
    let is_comments = names.comments && genre != Genre::Thread;
    if names.intrudes || is_comments {
        return !(is_most && (names.main || holds.prose * 10 > prose * 9));
    }
    if names.byline && holds.text < 150 && !(names.lead || names.body) {
        return true;
    }
    // Lists of what is there may be named after it: these are teasers of the page itself.
    (names.surrounds || is_head || outline.name(at) == "form") && !is_most
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
    let part =
        named(&is_body).map(|part| with_sisters(outline, part)).or_else(|| named(&is_article));
    if let Some(part) = part {
        let lead = lead(outline, part);
        return Choice { part, scope, lead, is_named: true, is_text: true };
    }
    let is_named = outline.parts[scope].names.main;
    let part = if genre == Genre::Other || genre == Genre::Article {
        narrow(outline, scope, 85)
    } else {
        scope
    };
    let is_text = is_text || outline.holds(part).prose * 2 > outline.holds(part).text;
    Choice { part, scope, lead: None, is_named, is_text }
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
        let has_headline = outline.headline.is_some_and(|headline| outline.contains(*at, headline));
        let share = if has_headline || outline.name(*at) == "main" { 50 } else { 80 };
        holds.text > 0
            && holds.prose * 100 >= all.prose * share
            && holds.text * 100 >= all.text * (share / 2)
    };
    outline.present().filter(is_main).filter(holds_most).last().unwrap_or(body)
}

/// Goes inwards as long as next to nothing is lost.
fn narrow(outline: &Outline, from: usize, share: usize) -> usize {
    let all = outline.holds(from).prose;
    let mut at = from;
    loop {
        let end = outline.parts[at].end;
        let inner =
            outline.present().skip_while(|next| *next <= at).take_while(|next| *next < end).find(
                |next| {
                    let holds = outline.holds(*next);
                    outline.parts[*next].parent == at
                        && holds.prose * 100 >= all * share
                        && holds.paragraphs > 1
                },
            );
        match inner {
            Some(inner) if all > 0 => at = inner,
            _ => return at,
        }
    }
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
