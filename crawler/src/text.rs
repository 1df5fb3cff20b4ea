//! The main text of a page.
use crate::{Transport, charset};
use jiff::Timestamp;
use serde::Serialize;
use utkik_sources::Language;

/// What we read in a page; the JSON of `utkik read`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Reading {
    /// The page's own headline.
    pub title: Option<String>,
    /// The main text: paragraphs separated by blank lines; `None` when there is none.
    pub text: Option<String>,
    /// As announced.
    pub authors: Vec<String>,
    /// As announced.
    pub published: Option<Timestamp>,
    /// As announced.
    pub language: Option<Language>,
    /// Pages of a document that has pages.
    pub pages: Option<usize>,
    /// What was skipped or not understood, one sentence each.
    pub troubles: Vec<String>,
}

/// The main text of a page, without its menus, banners and lists of links.
pub fn main_text(bytes: &[u8], transport: &Transport) -> Reading {
    let (html, doubt) = charset::decode(bytes, transport.header("content-type"));
    let article = dom_smoothie::Readability::new(html, None, None)
        .ok()
        .and_then(|mut page| page.parse().ok());
    Reading {
        text: article.map(|article| article.text_content.to_string()),
        troubles: doubt.into_iter().collect(),
        ..Reading::default()
    }
}
