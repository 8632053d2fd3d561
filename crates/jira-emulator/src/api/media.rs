//! The media host: the bytes behind `attachment/content/{id}`.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures::stream;
use serde::Deserialize;
use uuid::Uuid;

use crate::http::content;
use crate::http::outage::Outage;
use crate::http::pipeline::CutConnection;
use crate::site::SharedSite;
use crate::state::{Attachment, AttachmentBytes};

/// Bytes of a file that are read at once.
const PIECE: usize = 64 * 1024;

/// The router of a site's media host. It shares the site's outages, not its limits.
pub(crate) fn router(site: SharedSite) -> Router {
    Router::new().route("/file/{media_id}/binary", get(binary)).with_state(site)
}

#[derive(Deserialize)]
struct Access {
    token: String,
}

async fn binary(
    State(site): State<SharedSite>,
    Path(media_id): Path<Uuid>,
    Query(access): Query<Access>,
    headers: HeaderMap,
) -> Response {
    if site.outage.get() != Outage::None {
        let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
        response.extensions_mut().insert(CutConnection);
        return response;
    }
    if !site.media_token_holds(media_id, &access.token) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let attachment = site.read().attachment_of_media(media_id).cloned();
    match attachment {
        Some(attachment) => content(&attachment, headers.get(header::RANGE)),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A file as an answer: whole, or the part that a `Range` header asks for (206; 416 when it lies beyond the end).
pub(crate) fn content(attachment: &Attachment, range: Option<&HeaderValue>) -> Response {
    let size = attachment.size;
    let part = match range.and_then(|range| range.to_str().ok()).and_then(|range| range.strip_prefix("bytes=")) {
        None => None,
        Some(range) => {
            let Some(part) = within(range, size) else {
                let told = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
                return (StatusCode::RANGE_NOT_SATISFIABLE, told).into_response();
            };
            Some(part)
        }
    };
    let (start, end) = part.unwrap_or((0, size));
    let body = match bytes(attachment, start, end - start) {
        Ok(body) => body,
        Err(error) => return (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, (end - start).into());
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Ok(mime_type) = HeaderValue::from_str(&attachment.mime_type) {
        headers.insert(header::CONTENT_TYPE, mime_type);
    }
    if part.is_some() {
        if let Ok(told) = HeaderValue::from_str(&format!("bytes {start}-{}/{size}", end - 1)) {
            headers.insert(header::CONTENT_RANGE, told);
        }
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    response
}

/// Start and end of `5-9`, `5-` or `-4`; none when it lies beyond the end.
fn within(range: &str, size: u64) -> Option<(u64, u64)> {
    let (first, last) = range.split_once('-')?;
    let (start, end) = match (first.parse::<u64>().ok(), last.parse::<u64>().ok()) {
        (Some(first), Some(last)) => (first, last.saturating_add(1).min(size)),
        (Some(first), None) => (first, size),
        (None, Some(length)) => (size.saturating_sub(length), size),
        (None, None) => return None,
    };
    (start < end).then_some((start, end))
}

fn bytes(attachment: &Attachment, start: u64, length: u64) -> std::io::Result<Body> {
    match &attachment.bytes {
        AttachmentBytes::Synthetic => Ok(Body::from_stream(content::synthetic(attachment.id, start, length))),
        AttachmentBytes::SameAs(id) => Ok(Body::from_stream(content::synthetic(*id, start, length))),
        AttachmentBytes::Spooled { path, .. } => {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(start))?;
            // Read by the thread that serves, as uploads are written by it.
            let pieces = std::iter::from_fn({
                let mut rest = file.take(length);
                move || piece(&mut rest).transpose()
            });
            Ok(Body::from_stream(stream::iter(pieces)))
        }
    }
}

/// The next piece of a file; none at its end.
fn piece(file: &mut impl std::io::Read) -> std::io::Result<Option<Bytes>> {
    let mut piece = vec![0; PIECE];
    let length = file.read(&mut piece)?;
    piece.truncate(length);
    Ok((length > 0).then(|| piece.into()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::http::StatusCode;
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::site::test_site;

    async fn ask(site: &SharedSite, link: &str) -> Response {
        use tower::ServiceExt;
        let path = link.strip_prefix(site.media_url.as_str().trim_end_matches('/')).unwrap();
        let request = axum::extract::Request::get(path).body(Body::empty()).unwrap();
        router(site.clone()).oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn link_gives_the_bytes_until_it_expires() {
        let site = test_site();
        let media_id = Uuid::from_u128(7);
        site.write().insert_attachment(Attachment {
            id: 10,
            issue: 1,
            filename: "net.png".into(),
            author: None,
            created: Timestamp::UNIX_EPOCH,
            size: 100_000,
            mime_type: "image/png".into(),
            media_id,
            thumbnail: false,
            bytes: AttachmentBytes::Synthetic,
        });
        let link = site.media_link(media_id);
        let answer = ask(&site, &link).await;
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "image/png");
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        assert_eq!(bytes.len(), 100_000);
        site.clock.advance(Duration::from_secs(601));
        assert_eq!(ask(&site, &link).await.status(), StatusCode::FORBIDDEN);
        let other = site.media_link(Uuid::from_u128(8));
        assert_eq!(ask(&site, &other).await.status(), StatusCode::NOT_FOUND);
    }
}
