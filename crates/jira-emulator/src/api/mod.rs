//! The operations, one file for each resource.
//!
//! A resource file has `OPERATIONS`, the operations it claims as (method, path template of Atlassian's OpenAPI document),
//! and `routes()`, which serves exactly those. Add both to the lists below. A test checks that each claimed operation
//! is routed; the contract tests drive each against the OpenAPI document.

pub(crate) mod edge;
pub(crate) mod media;
pub(crate) mod myself;
pub(crate) mod permissions;
pub(crate) mod server_info;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;

use crate::control;
use crate::http::error::JiraError;
use crate::http::pipeline;
use crate::site::SharedSite;

/// An operation: method and path template.
pub type Operation = (&'static str, &'static str);

/// All operations that are served.
pub fn operations() -> impl Iterator<Item = Operation> {
    [edge::OPERATIONS, myself::OPERATIONS, permissions::OPERATIONS, server_info::OPERATIONS]
        .into_iter()
        .flatten()
        .copied()
}

fn resources() -> Router<SharedSite> {
    Router::new()
        .merge(edge::routes())
        .merge(myself::routes())
        .merge(permissions::routes())
        .merge(server_info::routes())
}

/// The router of a site: all resources behind the pipeline, and the control API beside it.
pub(crate) fn router(site: SharedSite) -> Router {
    resources()
        .fallback(unknown_path)
        .layer(from_fn_with_state(site.clone(), pipeline::run))
        .merge(control::routes())
        .with_state(site)
}

async fn unknown_path() -> JiraError {
    JiraError::message(StatusCode::NOT_FOUND, "null for uri")
}

#[cfg(test)]
mod tests;
