//! The control plane as an HTTP API: who asks, whether they may, and what they are told.
//!
//! ```text
//! request -> layers (headers, limits, other sites' pages) -> admission (who, and whether the table lets them)
//!         -> replay (the same POST twice) -> a handler of `api` -> one transaction: change, audit event, job, answer
//! ```
//!
//! * [`access`] is the table of routes and what each needs; a route that is not in it is closed.
//! * `http` has what all routes share; `api` has a file for each resource.
//! * `ui` gives out the dashboard: whatever is no route is one of its pages.
//! * [`document`] is the OpenAPI 3.1 document, made from the same attributes as the routes and committed as
//!   `docs/openapi.json`.
//!
//! The command line uses the same API: in its own process through a [`Console`], or over the network. To add a route: its
//! handler in `api`, its line in [`access`], then renew the document (`UPDATE_DOCS=1 cargo test -p server document`).

pub mod access;
mod api;
mod components;
mod console;
mod document;
mod errand;
mod forge;
mod http;
mod invitation;
mod known_points;
mod oidc;
mod passkeys;
mod ui;
mod view;

use axum::Router;

pub use components::{CallersTrace, Components, DomainNames};
pub use console::Console;
pub use document::document;
pub use forge::ForgeSettings;
pub use invitation::invitation;
pub use oidc::OidcSettings;

/// Where the API is.
pub const PREFIX: &str = "/api/v1";

/// All routes, as a service.
pub fn router(components: &Components) -> Router {
    let (routes, _) = api::routes().split_for_parts();
    http::layers::wrap(routes, components)
}
