//! Which digests are there, and what do they say?

use super::{Parts, fault::Fault, rendered};
use crate::{app::App, demo};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::header,
    response::{Html, IntoResponse, Response},
};
use std::{fs, path::PathBuf};
use utkik_digest::Week;

/// A digest that lies in the folder.
pub(super) struct Issue {
    pub(super) week: Week,
    /// The name in its address.
    pub(super) name: String,
    pub(super) english: bool,
}

#[derive(Template)]
#[template(path = "digests.html")]
struct List {
    issues: Vec<Issue>,
    demo: bool,
}

pub(super) async fn list(State(app): Parts) -> Result<Html<String>, Fault> {
    rendered(&List { issues: issues(&app), demo: demo::made(&app) })
}

/// Every digest, the newest first.
pub(super) fn issues(app: &App) -> Vec<Issue> {
    let Ok(files) = fs::read_dir(app.digests()) else { return Vec::new() };
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    let mut issues: Vec<Issue> =
        names.filter_map(|name| named(name.strip_suffix(".html")?)).collect();
    issues.sort_by(|one, other| other.week.cmp(&one.week).then(one.english.cmp(&other.english)));
    issues
}

fn named(name: &str) -> Option<Issue> {
    let week = name.strip_suffix("-en").unwrap_or(name).parse().ok()?;
    Some(Issue { week, name: name.to_owned(), english: name.ends_with("-en") })
}

/// The page `2026-W47`, or its plain text `2026-W47.txt`.
pub(super) async fn issue(State(app): Parts, Path(name): Path<String>) -> Result<Response, Fault> {
    let (name, ending) = match name.strip_suffix(".txt") {
        Some(name) => (name, "txt"),
        None => (name.as_str(), "html"),
    };
    // Only names that are weeks are looked up, so that no address leads out of the folder.
    let issue = named(name).ok_or(Fault::NotFound)?;
    let file: PathBuf = app.digests().join(format!("{}.{ending}", issue.name));
    let text = fs::read_to_string(file).map_err(|_| Fault::NotFound)?;
    Ok(match ending {
        "txt" => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response(),
        _ if demo::made(&app) => {
            let here = format!("href=\"{}", demo::SHOWN);
            Html(text.replace("href=\"http://", &here)).into_response()
        }
        _ => Html(text).into_response(),
    })
}
