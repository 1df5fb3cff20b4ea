//! How we look: fetch politely, read what comes, and never fail.
//!
//! Knows the network, and nothing of any database. Whatever happens out there
//! becomes an [`Outcome`](utkik_sources::Outcome) of a
//! [`Visit`](utkik_sources::Visit), with every trouble in words; there is no
//! public error. The way of a visit: `visit` asks `fetch` for the bytes, which
//! asks `robots` and `guard` whether it may and `manners` when; `feed` turns
//! bytes into entries; `text` reads the main text behind each link.

mod about;
mod charset;
mod date;
mod entity;
mod feed;
mod fetch;
mod guard;
mod json_feed;
mod manners;
mod plain;
mod robots;
mod text;
mod visit;

pub use date::{FoundDate, date};
pub use feed::{Probe, ProbeEntry, probe};
pub use fetch::Transport;
pub use manners::Manners;
pub use robots::{RobotsVerdict, robots};
pub use text::{Reading, main_text};
pub use visit::{Crawler, reads};
