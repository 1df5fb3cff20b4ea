//! How we look: fetch politely, read what comes, and never fail.
//!
//! Knows the network, and nothing of any database. Whatever happens out there
//! becomes an [`Outcome`](utkik_sources::Outcome) of a
//! [`Visit`](utkik_sources::Visit), with every trouble in words; there is no
//! public error. The way of a visit: `visit` asks `fetch` for the bytes, which
//! asks `robots` and `guard` whether it may and `manners` when; `feed` turns
//! bytes into entries; `text` reads the main text behind each link.

mod about;
mod asks;
mod charset;
mod date;
mod entity;
mod eurlex;
mod feed;
mod fetch;
mod guard;
mod json_api;
mod json_feed;
mod kind;
mod listing;
mod manners;
mod mapping;
mod newsletter;
mod oai;
mod odata;
mod opml;
mod page;
mod paging;
mod pdf;
mod plain;
mod post;
mod propose;
mod pubmed;
mod reserved;
mod riksdagen;
mod robots;
mod seal;
mod session;
mod sitemap;
mod text;
mod visit;
mod xml;
mod xml_api;

pub use date::{FoundDate, date};
pub use feed::{Probe, ProbeEntry, probe};
pub use fetch::Transport;
pub use kind::probe_as;
pub use manners::{Login, Manners};
pub use opml::{Opml, Outline, opml, opml_of};
pub use pdf::{PdfReader, PdfText, pdf_text, read_page};
pub use propose::Proposal;
pub use robots::{RobotsVerdict, robots};
pub use seal::{is_sealed, seal, secret};
pub use text::{Reading, main_text};
pub use visit::{Crawler, reads, recipe_faults};
