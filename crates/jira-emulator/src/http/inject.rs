//! What a fault does to a request.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use futures::{StreamExt, stream};

use super::error::JiraError;
use super::faults::FaultAction;
use super::limits::limit_exceeded;
use super::partial;
use crate::site::SharedSite;

/// Marks a response that must not be sent: the server closes the connection instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CutConnection;

/// A response that closes the connection.
pub(crate) fn cut() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(CutConnection);
    response
}

pub(crate) fn is_cut(response: &Response) -> bool {
    response.extensions().get::<CutConnection>().is_some()
}

/// Carries out a fault.
pub(crate) async fn faulty(site: &SharedSite, action: FaultAction, request: Request, next: Next) -> Response {
    match action {
        FaultAction::FailBefore { status } => injected(status),
        FaultAction::ApplyThenFail { status } => {
            apply(request, next).await;
            injected(status)
        }
        FaultAction::ResetBefore => cut(),
        FaultAction::ApplyThenReset => {
            apply(request, next).await;
            cut()
        }
        FaultAction::HalfBody => half(next.run(request).await).await,
        FaultAction::ApplyThenHang => {
            apply(request, next).await;
            std::future::pending().await
        }
        FaultAction::HangThenApply { milliseconds } => {
            hang_then_apply(site, Duration::from_millis(milliseconds), request, next).await
        }
        FaultAction::WebPage { status, applied } => {
            if applied {
                apply(request, next).await;
            }
            let page = Html("<!DOCTYPE html><html><head><title>Injected fault</title></head><body></body></html>");
            (status_of(status), page).into_response()
        }
        FaultAction::TooManyRequests { retry_after, reason } => {
            limit_exceeded(reason.header(), 100, retry_after, site.clock.now()).into_response()
        }
        FaultAction::RefuseElements { which, status } => match whole(request).await {
            Ok((parts, body)) => partial::refuse(which, status, parts, body, next).await,
            Err(response) => response,
        },
        FaultAction::AnswerHalf => partial::tell_half(next.run(request).await).await,
    }
}

/// Runs the handler to its end; what it answers is lost.
async fn apply(request: Request, next: Next) {
    drop(to_bytes(next.run(request).await.into_body(), usize::MAX).await);
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn injected(status: u16) -> Response {
    JiraError::message(status_of(status), "Injected fault.").into_response()
}

/// Announces the whole body, sends half of it and breaks off. An answer without a body breaks off before its head.
async fn half(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else { return cut() };
    if bytes.is_empty() {
        return cut();
    }
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let first_half = bytes.slice(..bytes.len() / 2);
    let broken = async {
        // Whoever waits lets the server flush what it has: head and first half arrive before the end.
        tokio::task::yield_now().await;
        Err(std::io::Error::other("injected fault: the body breaks off"))
    };
    let body = stream::once(async { Ok(first_half) }).chain(stream::once(broken));
    Response::from_parts(parts, Body::from_stream(body))
}

/// Reads the body of a request: that has to be done while the connection is there.
async fn whole(request: Request) -> Result<(axum::http::request::Parts, Bytes), Response> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.map_err(|_| cut())?;
    Ok((parts, bytes))
}

/// Applies the request after the delay even when the caller has gone away by then. No answer comes.
async fn hang_then_apply(site: &SharedSite, delay: Duration, request: Request, next: Next) -> Response {
    let clock = site.clock.clone();
    let (parts, bytes) = match whole(request).await {
        Ok(whole) => whole,
        Err(response) => return response,
    };
    tokio::spawn(async move {
        clock.sleep(delay).await;
        apply(Request::from_parts(parts, Body::from(bytes)), next).await;
    });
    std::future::pending().await
}
