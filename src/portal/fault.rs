//! What does a visitor read when a page cannot be shown?

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

/// Why a page cannot be shown.
pub(super) enum Fault {
    /// There is no such page.
    NotFound,
    /// Something broke here; told in the log, not to the visitor.
    Ours,
}

#[derive(Template)]
#[template(path = "fault.html")]
struct Page {
    missing: bool,
    demo: bool,
}

impl Fault {
    /// Logs what broke.
    pub(super) fn ours(error: anyhow::Error) -> Fault {
        eprintln!("a page could not be shown: {error:#}");
        Fault::Ours
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Fault {
    fn from(error: E) -> Fault {
        Fault::ours(error.into())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (status, missing) = match self {
            Fault::NotFound => (StatusCode::NOT_FOUND, true),
            Fault::Ours => (StatusCode::INTERNAL_SERVER_ERROR, false),
        };
        match (Page { missing, demo: false }).render() {
            Ok(page) => (status, Html(page)).into_response(),
            Err(_) => status.into_response(),
        }
    }
}
