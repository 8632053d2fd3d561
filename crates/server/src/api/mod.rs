//! The resources, a file for each. Start at [`connections`] and [`requests`]; all that changes goes through
//! [`Change`](crate::http::once::Change).

pub(crate) mod account;
mod api_keys;
mod audit;
mod backups;
mod connections;
mod health;
mod jobs;
mod members;
mod passkeys;
mod points;
mod recoveries;
mod requests;
mod safeguards;
mod schedules;
mod settings;
pub(crate) mod sites;
mod stop;
mod webhooks;

use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::http::problem::{FieldError, ProblemDetails};
use crate::{Components, PREFIX};

#[derive(OpenApi)]
#[openapi(components(schemas(ProblemDetails, FieldError)))]
struct Shared;

/// All routes, with their documentation.
pub(crate) fn routes() -> OpenApiRouter<Components> {
    let api = OpenApiRouter::new()
        .merge(health::routes())
        .merge(account::routes())
        .merge(passkeys::routes())
        .merge(members::routes())
        .merge(api_keys::routes())
        .merge(settings::routes())
        .merge(sites::routes())
        .merge(safeguards::routes())
        .merge(backups::routes())
        .merge(points::routes())
        .merge(schedules::routes())
        .merge(connections::routes())
        .merge(requests::routes())
        .merge(recoveries::routes())
        .merge(jobs::routes())
        .merge(audit::routes())
        .merge(webhooks::routes());
    OpenApiRouter::with_openapi(Shared::openapi()).nest(PREFIX, api).merge(stop::routes())
}
