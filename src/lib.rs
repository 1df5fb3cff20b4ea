//! The application: puts the parts together and offers them as commands and pages.

mod alarm;
pub mod app;
pub mod clock;
pub mod command;
pub mod config;
mod demo;
mod eval;
mod import;
mod issue;
mod own;
mod portal;
mod round;
mod schedule;
mod websub;
