//! The one integration test program. Each module is a story about the house.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod archive;
mod commands;
mod crawler;
mod eval;
mod finder;
mod floors;
mod hostile;
mod killed;
mod kinds;
mod letters;
mod licences;
mod newsletters;
mod pdfs;
mod portal;
mod respect;
mod stories;
mod tagging;
mod tidy;
mod told;
mod world;
