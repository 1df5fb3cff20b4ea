//! What does a visitor see? A start page, search, the digests and the sources, by HTTP.
//!
//! Pages are rendered on the server, need no script, and fetch nothing from elsewhere.

mod digests;
mod fault;
mod listing;
mod search;
mod start;
mod words;

use crate::{app::App, schedule::Stop};
use anyhow::{Context, Result};
use askama::Template;
use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use fault::Fault;
use std::{sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// How long requests under way may still take once somebody wants us to stop.
const PATIENCE: Duration = Duration::from_secs(3);

/// What every handler is given.
type Parts = axum::extract::State<Arc<App>>;

/// Serves the pages until somebody wants us to stop; requests under way are answered first.
///
/// `more` are pages that this portal serves beside its own.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    more: Router,
    stop: Stop,
) -> Result<()> {
    let router = Router::new()
        .route("/", get(start::page))
        .route("/sok", get(search::page))
        .route("/utgavor", get(digests::list))
        .route("/utgavor/{name}", get(digests::issue))
        .route("/kallor", get(listing::page))
        .route("/static/utkik.css", get(style))
        .with_state(app)
        .merge(more)
        .fallback(|| async { Fault::NotFound })
        .layer(middleware::from_fn(guarded));
    let wished = stop.clone();
    let served = axum::serve(listener, router)
        .with_graceful_shutdown(async move { wished.wait().await })
        .into_future();
    // Whoever sends half a request and falls silent must not keep the program from ending.
    let patience = async {
        stop.wait().await;
        tokio::time::sleep(PATIENCE).await;
    };
    tokio::select! {
        served = served => served.context("the portal could not go on"),
        () = patience => Ok(()),
    }
}

async fn style() -> impl IntoResponse {
    (
        [
            (header::CONTENT_TYPE, "text/css; charset=utf-8"),
            (header::CACHE_CONTROL, "max-age=3600"),
        ],
        CSS,
    )
}

const CSS: &str = include_str!("portal/static/utkik.css");

/// Headers that keep a page from being anything but a page (OWASP Secure Headers).
async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self' 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A page, or the page that tells that it could not be made.
fn rendered(page: &impl Template) -> Result<Html<String>, Fault> {
    page.render().map(Html).map_err(|error| Fault::ours(error.into()))
}
