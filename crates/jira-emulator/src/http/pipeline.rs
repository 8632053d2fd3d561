//! The way of every request: gate → log → latency → events → outage → identity → rate limits → permissions → faults → handler.
//!
//! [`run`] is the only middleware. A stage either passes the request on or makes the answer itself.

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::auth::Identity;
use super::error::{JiraError, JiraResult};
use super::events;
use super::inject::{cut, faulty, is_cut};
use super::limits::Budget;
use super::log::LoggedRequest;
use super::outage::Outage;
use super::quota::{self, Balance, Quota};
use crate::site::SharedSite;

pub(crate) use super::inject::CutConnection;

/// Takes a request through all stages and notes what became of it.
pub(crate) async fn run(State(site): State<SharedSite>, request: Request, next: Next) -> Response {
    let Some(pass) = site.gate.arrive().await else { return cut() };
    let at = site.clock.now();
    let template = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let response = stages(&site, &method, &template, request, next).await;
    let status = if is_cut(&response) { 0 } else { response.status().as_u16() };
    site.log.record(LoggedRequest { at, endpoint: format!("{method} {template}"), path, status });
    if pass.answer().await { response } else { cut() }
}

async fn stages(site: &SharedSite, method: &Method, template: &str, mut request: Request, next: Next) -> Response {
    site.clock.sleep(site.latency()).await;
    events::happen(site, method.as_str(), template).await;
    if let Some(response) = outage(site).await {
        return response;
    }
    let identity = site.identify(request.headers());
    request.extensions_mut().insert(identity.clone());
    let quota = site.limiter.quota().filter(|quota| quota.concerns(request.headers()));
    let budget = match admit(site, method, template, request.uri().path(), quota) {
        Ok(budget) => budget,
        Err(refusal) => return refusal.into_response(),
    };
    if site.lacks_permission(&identity, method.as_str(), template) {
        return JiraError::forbidden("You do not have permission to perform this operation.").into_response();
    }
    let mut response = match site.faults.strike(method.as_str(), template, site.now()) {
        Some(action) => faulty(site, action, request, next).await,
        None => next.run(request).await,
    };
    tell_identity(&mut response, &identity);
    tell_budget(response.headers_mut(), budget);
    match quota {
        Some(quota) => charge(site, quota, method, template, response).await,
        None => response,
    }
}

async fn outage(site: &SharedSite) -> Option<Response> {
    match site.outage.meet() {
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

fn admit(
    site: &SharedSite,
    method: &Method,
    template: &str,
    path: &str,
    quota: Option<Quota>,
) -> JiraResult<Option<Budget>> {
    let now = site.clock.now();
    let budget = site.limiter.admit(method.as_str(), template, now)?;
    let is_write = matches!(*method, Method::POST | Method::PUT | Method::DELETE);
    if is_write && template.starts_with("/rest/api/3/issue/{issueIdOrKey}") {
        let name = path.trim_start_matches("/rest/api/3/issue/").split('/').next().unwrap_or_default();
        if let Some(issue) = site.read().issue_id(name) {
            site.limiter.admit_issue_write(issue, now)?;
        }
    }
    if let Some(quota) = quota {
        site.limiter.points.admit(quota, now)?;
    }
    Ok(budget)
}

/// Takes the points of a request, which its answer shows.
async fn charge(site: &SharedSite, quota: Quota, method: &Method, template: &str, response: Response) -> Response {
    let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if is_cut(&response) || !is_json || !response.status().is_success() {
        let balance = site.limiter.points.charge(quota, 1, site.now());
        return with_balance(response, balance);
    }
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else { return cut() };
    let balance = site.limiter.points.charge(quota, quota::cost(method.as_str(), template, &bytes), site.now());
    with_balance(Response::from_parts(parts, Body::from(bytes)), balance)
}

fn with_balance(mut response: Response, balance: Balance) -> Response {
    for (name, value) in balance.headers() {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
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

fn tell_budget(headers: &mut HeaderMap, budget: Option<Budget>) {
    let Some(budget) = budget else { return };
    headers.entry("x-ratelimit-limit").or_insert(budget.limit.into());
    headers.entry("x-ratelimit-remaining").or_insert(budget.remaining.into());
    if budget.is_near_limit() {
        headers.insert("x-ratelimit-nearlimit", HeaderValue::from_static("true"));
    }
}
