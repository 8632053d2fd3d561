//! The dashboard's files. Every path that is neither a route nor a file is a page of it: the browser knows which.

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::response::{IntoResponse as _, Response};
use web_assets::{Asset, INDEX, asset};

use crate::http::problem::Problem;

/// Scripts are the dashboard's own; its components write style rules into the page. Nothing comes from another host.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const ASK_EACH_TIME: &str = "no-cache";

/// The page, with the address that its files are relative to: it is given out at any depth.
static PAGE: LazyLock<Option<String>> = LazyLock::new(|| {
    let page = std::str::from_utf8(asset(INDEX)?.content).ok()?;
    Some(page.replacen("<head>", "<head>\n    <base href=\"/\" />", 1))
});

/// A file of the dashboard, or its page. What is below `/api/`, and what no browser would open, is not there.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let is_read = method == Method::GET || method == Method::HEAD;
    if !is_read || path == "api" || path.starts_with("api/") || path.starts_with("stop/") || path.starts_with("demo/") {
        return Problem::not_found().into_response();
    }
    match asset(path) {
        Some(file) if file.path != INDEX => of_file(file, &headers),
        None if path.starts_with("assets/") => Problem::not_found().into_response(),
        _ => of_page(),
    }
}

fn of_page() -> Response {
    let Some(page) = PAGE.as_deref() else { return Problem::not_found().into_response() };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, ASK_EACH_TIME),
    ];
    (headers, page).into_response()
}

fn of_file(file: &'static Asset, wanted: &HeaderMap) -> Response {
    let takes_gzip = wanted
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| coding.trim() == "gzip");
    let compressed = file.gzip.filter(|_| takes_gzip);
    let caching = if file.is_named_by_content() { FOR_GOOD } else { ASK_EACH_TIME };
    let mut response = Response::new(Body::from(compressed.unwrap_or(file.content)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if compressed.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}
