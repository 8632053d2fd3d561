//! The way of every request: log → latency → outage → identity → rate limits → faults → handler.
//!
//! [`run`] is the only middleware. A stage either passes the request on or makes the answer itself.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use futures::{StreamExt, stream};

use super::auth::Identity;
use super::error::JiraError;
use super::faults::FaultAction;
use super::limits::{Budget, too_many_requests};
use super::log::LoggedRequest;
use super::outage::Outage;
use crate::site::SharedSite;

/// Marks a response that must not be sent: the server closes the connection instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CutConnection;

fn cut() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(CutConnection);
    response
}

fn is_cut(response: &Response) -> bool {
    response.extensions().get::<CutConnection>().is_some()
}

/// Takes a request through all stages and notes what became of it.
pub(crate) async fn run(State(site): State<SharedSite>, request: Request, next: Next) -> Response {
    let at = site.clock.now();
    let template = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let response = stages(&site, &method, &template, request, next).await;
    let status = if is_cut(&response) { 0 } else { response.status().as_u16() };
    site.log.record(LoggedRequest { at, endpoint: format!("{method} {template}"), path, status });
    response
}

async fn stages(site: &SharedSite, method: &Method, template: &str, mut request: Request, next: Next) -> Response {
    site.clock.sleep(site.latency()).await;
    if let Some(response) = outage(site).await {
        return response;
    }
    let identity = site.identify(request.headers());
    request.extensions_mut().insert(identity.clone());
    let budget = match admit(site, method, template, request.uri().path()) {
        Ok(budget) => budget,
        Err(refusal) => return refusal.into_response(),
    };
    let mut response = match site.faults.strike(method.as_str(), template) {
        Some(action) => faulty(site, action, request, next).await,
        None => next.run(request).await,
    };
    tell_identity(&mut response, &identity);
    tell_budget(&mut response, budget);
    response
}

async fn outage(site: &SharedSite) -> Option<Response> {
    match site.outage.get() {
        Outage::None => None,
        Outage::Refuse => Some(cut()),
        Outage::Hang => {
            site.outage.until_not_hanging().await;
            Some(cut())
        }
        Outage::Unavailable => Some(
            (StatusCode::SERVICE_UNAVAILABLE, Html("<html><body>503 Service Unavailable</body></html>"))
                .into_response(),
        ),
        Outage::Gone => Some((StatusCode::NOT_FOUND, Html("<html><body>Site not found</body></html>")).into_response()),
    }
}

fn admit(site: &SharedSite, method: &Method, template: &str, path: &str) -> Result<Option<Budget>, JiraError> {
    let now = site.clock.now();
    let budget = site.limiter.admit(method.as_str(), template, now)?;
    let is_write = matches!(*method, Method::POST | Method::PUT | Method::DELETE);
    if is_write && template.starts_with("/rest/api/3/issue/{issueIdOrKey}") {
        let name = path.trim_start_matches("/rest/api/3/issue/").split('/').next().unwrap_or_default();
        if let Some(issue) = site.read().issue_id(name) {
            site.limiter.admit_issue_write(issue, now)?;
        }
    }
    Ok(budget)
}

async fn faulty(site: &SharedSite, action: FaultAction, request: Request, next: Next) -> Response {
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
        FaultAction::HangThenApply { milliseconds } => {
            hang_then_apply(site, Duration::from_millis(milliseconds), request, next).await
        }
        FaultAction::TooManyRequests { retry_after } => {
            too_many_requests("jira-burst-based", 100, retry_after, site.clock.now()).into_response()
        }
    }
}

/// Runs the handler to its end; what it answers is lost.
async fn apply(request: Request, next: Next) {
    drop(to_bytes(next.run(request).await.into_body(), usize::MAX).await);
}

fn injected(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    JiraError::message(status, "Injected fault.").into_response()
}

/// Announces the whole body, sends half of it and breaks off.
async fn half(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else { return cut() };
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

/// Applies the request after the delay even when the caller has gone away by then. No answer comes.
async fn hang_then_apply(site: &SharedSite, delay: Duration, request: Request, next: Next) -> Response {
    let clock = site.clock.clone();
    // The body has to be read while the connection is there.
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else { return cut() };
    tokio::spawn(async move {
        clock.sleep(delay).await;
        apply(Request::from_parts(parts, Body::from(bytes)), next).await;
    });
    std::future::pending().await
}

fn tell_identity(response: &mut Response, identity: &Identity) {
    let headers = response.headers_mut();
    match identity {
        Identity::Account(account) => {
            if let Ok(account) = HeaderValue::from_str(account) {
                headers.insert("x-aaccountid", account);
            }
        }
        Identity::Rejected => {
            headers.insert("x-seraph-loginreason", HeaderValue::from_static("AUTHENTICATED_FAILED"));
        }
        Identity::Anonymous => (),
    }
}

fn tell_budget(response: &mut Response, budget: Option<Budget>) {
    let Some(budget) = budget else { return };
    let headers = response.headers_mut();
    headers.entry("x-ratelimit-limit").or_insert(budget.limit.into());
    headers.entry("x-ratelimit-remaining").or_insert(budget.remaining.into());
    if budget.is_near_limit() {
        headers.insert("x-ratelimit-nearlimit", HeaderValue::from_static("true"));
    }
}
