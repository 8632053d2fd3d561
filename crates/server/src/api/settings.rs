//! The installation: whose it is, and what was chosen for it. Nothing secret is ever in it.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::safeguards::PolicyView;
use crate::Components;
use crate::http::body::Json;
use crate::http::caller::Caller;

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new().routes(routes!(tenant)).routes(routes!(settings))
}

/// Who owns what the caller sees.
#[derive(Serialize, ToSchema)]
struct TenantView {
    id: Uuid,
    /// The version of Lifeboat.
    version: &'static str,
    /// Where people reach this server.
    address: String,
}

/// The caller's tenant.
#[utoipa::path(get, path = "/tenant", tag = "Settings", responses((status = OK, body = TenantView)))]
async fn tenant(State(components): State<Components>, caller: Caller) -> Json<TenantView> {
    Json(TenantView {
        id: caller.tenant.into(),
        version: env!("CARGO_PKG_VERSION"),
        address: components.address.to_string(),
    })
}

/// What whoever runs this server chose (docs/settings.md); it is changed in the settings' file.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SettingsView {
    /// The policy of sources that have none of their own.
    default_policy: PolicyView,
    /// What seals and opens.
    key: String,
    /// Where vaults lie: `folder` or `s3`.
    storage: &'static str,
    /// How far back an increment looks again, in seconds.
    capture_overlap_seconds: u64,
    /// How many issues an increment reads again.
    capture_rereads: usize,
    /// How many jobs that write to the same thing run at once.
    writers_at_once: u32,
    /// How many jobs run at once.
    jobs_at_once: u32,
    /// Whether sites can be connected by consent: there is an app at Atlassian's.
    connects_by_consent: bool,
    /// Whether Atlassian can be asked which sites belong to one organisation: there is a key of it.
    asks_organisation: bool,
}

/// The settings in force.
#[utoipa::path(get, path = "/settings", tag = "Settings", responses((status = OK, body = SettingsView)))]
async fn settings(State(components): State<Components>) -> Json<SettingsView> {
    let settings = &components.around.settings;
    Json(SettingsView {
        default_policy: (&settings.policy).into(),
        key: components.around.keys.key_id().to_owned(),
        storage: if components.around.vaults.s3.is_some() { "s3" } else { "folder" },
        capture_overlap_seconds: settings.capture.overlap.as_secs(),
        capture_rereads: settings.capture.reread,
        writers_at_once: settings.limits.writers,
        jobs_at_once: settings.limits.tenant,
        connects_by_consent: components.around.sites.app().is_some(),
        asks_organisation: components.organisation.is_some(),
    })
}
