//! Which CSS selector names the list that was found by itself, so that a person can see and mend it?

use super::{base, best_group, bomb, parsed};
use crate::Transport;
use scraper::{ElementRef, Html};
use std::collections::BTreeSet;

/// A selector that holds exactly the parts of the page that are the entries' own; `None` when no plain one does.
pub(crate) fn of(html: &str, transport: &Transport) -> Option<String> {
    if bomb(html).is_some() {
        return None;
    }
    let page = Html::parse_document(html);
    let base = base(&page, transport)?;
    let (entries, parts) = best_group(&page, &base, &|_| true);
    let first = *parts.first()?;
    if entries.len() != parts.len() {
        return None;
    }
    let wanted: BTreeSet<_> = parts.iter().map(|part| part.id()).collect();
    let is_it = |css: &String| {
        parsed(css).is_ok_and(|selector| {
            page.select(&selector).map(|element| element.id()).collect::<BTreeSet<_>>() == wanted
        })
    };
    candidates(first, &parts).into_iter().find(is_it)
}

/// From the shortest to the most exact.
fn candidates(first: ElementRef, parts: &[ElementRef]) -> Vec<String> {
    let name = first.value().name();
    let has = |element: &ElementRef, class: &str| element.value().classes().any(|own| own == class);
    let classes = first.value().classes().filter(|class| is_plain(class));
    let shared = classes.filter(|class| parts.iter().all(|part| has(part, class)));
    let own: Vec<String> =
        shared.map(|class| format!("{name}.{class}")).chain([name.to_owned()]).collect();
    let mut around = vec![String::new()];
    for element in first.ancestors().filter_map(ElementRef::wrap).take(6) {
        let value = element.value();
        let id = value.id().filter(|id| is_plain(id)).map(|id| format!("#{id} "));
        let class = value.classes().find(|class| is_plain(class));
        around.extend(class.map(|class| format!("{}.{class} > ", value.name())));
        around.extend(class.map(|class| format!("{}.{class} ", value.name())));
        around.extend(id);
        if matches!(value.name(), "main" | "ul" | "ol" | "table" | "section") {
            around.push(format!("{} ", value.name()));
        }
    }
    around.iter().flat_map(|around| own.iter().map(move |own| format!("{around}{own}"))).collect()
}

/// What needs no escaping in CSS, and was not made by a machine for one day.
fn is_plain(word: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let digits = word.chars().filter(char::is_ascii_digit).count();
    word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.chars().all(is_letter) && digits < 4
}
