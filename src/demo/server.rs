//! How is the sample web served? By host name, with validators, on loopback only.

use super::{
    SHOWN, pages,
    web::{Post, Site, Web},
};
use anyhow::{Context, Result};
use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};
use tokio::net::TcpListener;

/// Serves `web` on a free port of 127.0.0.1 for as long as the program runs.
pub(super) async fn serve(web: Arc<Web>) -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.context("could not serve the sample web on 127.0.0.1")?;
    let address = listener.local_addr()?;
    let router = Router::new().fallback(answer).with_state(web);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

/// Serves the pages of `web` to readers of the portal, at `/exempel/HOST/PATH`.
pub(super) fn shown(web: Arc<Web>) -> Router {
    Router::new()
        .route("/exempel/{host}/", get(show))
        .route("/exempel/{host}/{*path}", get(show))
        .with_state(web)
}

async fn show(State(web): State<Arc<Web>>, Path(parts): Path<Vec<(String, String)>>) -> Response {
    let part =
        |name: &str| parts.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let host = part("host").unwrap_or_default();
    let path = format!("/{}", part("path").unwrap_or_default());
    let Some(site) = web.site(host) else { return StatusCode::NOT_FOUND.into_response() };
    let posts: Vec<&Post> = web.posts(site).collect();
    match content(site, &posts, &path) {
        Some((media_type, body)) => {
            let body = body.replace("href=\"/", &format!("href=\"{SHOWN}{host}/"));
            ([(header::CONTENT_TYPE, media_type)], body).into_response()
        }
        None => (StatusCode::NOT_FOUND, "no such page\n").into_response(),
    }
}

async fn answer(State(web): State<Arc<Web>>, request: Request) -> Response {
    let headers = request.headers();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let Some(site) = web.site(host) else {
        return (StatusCode::MISDIRECTED_REQUEST, "no such site\n").into_response();
    };
    let posts: Vec<&Post> = web.posts(site).collect();
    match content(site, &posts, request.uri().path()) {
        Some((media_type, body)) => validated(headers, media_type, body),
        None => (StatusCode::NOT_FOUND, "no such page\n").into_response(),
    }
}

fn content(site: &Site, posts: &[&Post], path: &str) -> Option<(&'static str, String)> {
    const HTML: &str = "text/html; charset=utf-8";
    if path == "/robots.txt" {
        return Some(("text/plain", "User-agent: *\nDisallow: /internal/\n".to_owned()));
    }
    if path == site.feed_path() {
        return Some(pages::feed(site, posts));
    }
    if path == "/" {
        return Some((HTML, pages::front(site, posts)));
    }
    let post = posts.iter().find(|post| path.strip_prefix('/') == Some(post.slug.as_str()))?;
    Some((HTML, pages::page(site, post, posts)))
}

/// The body with its entity tag, or 304 when the visitor has it (RFC 9110, section 13).
fn validated(headers: &HeaderMap, media_type: &'static str, body: String) -> Response {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    if headers.get(header::IF_NONE_MATCH).is_some_and(|shown| shown.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    ([(header::ETAG, tag), (header::CONTENT_TYPE, media_type.to_owned())], body).into_response()
}
