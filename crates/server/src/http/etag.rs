//! Entity tags: what was read before is not sent again, and what changed meanwhile is not overwritten (RFC 9110, 8.8.3 and 13.1).

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::problem::{Kind, Problem};
use crate::view::hex;

/// Answers to GET up to this many bytes have a tag; longer ones are streams.
const TAGGED: usize = 1 << 20;

/// Puts a tag on what a GET reads, and answers 304 to who has it already.
pub(crate) async fn tag(request: Request, next: Next) -> Response {
    let reads = request.method() == Method::GET;
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if !reads || response.status() != StatusCode::OK || !is_json {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, TAGGED).await else {
        return Problem::internal("an answer is longer than answers are").into_response();
    };
    let tag = of(&bytes);
    let is_known = known.is_some_and(|known| names(&known, &tag));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, value);
    }
    if is_known {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn of(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    format!("\"{}\"", hex(&digest[..16]))
}

fn names(header: &HeaderValue, tag: &str) -> bool {
    let Ok(text) = header.to_str() else { return false };
    text.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

/// The condition of a change: that what is changed is still what was read.
#[derive(Debug)]
pub(crate) struct IfMatch(Option<HeaderValue>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(parts.headers.get(header::IF_MATCH).cloned()))
    }
}

impl IfMatch {
    /// Refuses a change of something that is not as the caller read it. Without the header, every change is wanted.
    pub(crate) fn admits(&self, now: &impl Serialize) -> Result<(), Problem> {
        let Some(wanted) = &self.0 else { return Ok(()) };
        let bytes = serde_json::to_vec(now).map_err(Problem::internal)?;
        if names(wanted, &of(&bytes)) {
            return Ok(());
        }
        Err(Problem::new(Kind::Changed, "Somebody changed it since you read it. Read it again, then decide."))
    }
}
