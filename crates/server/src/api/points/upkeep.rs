//! What keeps recovery points: pins, verification of the vault, and pruning, with what it would do.

use axum::extract::State;
use axum::response::Response;
use control::authority::Action;
use control::id::SiteId;
use serde::{Deserialize, Serialize};
use store::{NewJob, Site};
use utoipa::ToSchema;
use vault::Vault;
use worker::kinds::{prune, verify};

use super::{opened, site};
use crate::api::jobs::{self, JobView};
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::once::{Once, Reply};
use crate::http::path::Named;
use crate::http::problem::{Answer, Problem};
use crate::{Components, PREFIX};

/// Keeps a recovery point whatever the retention says, until it is let go.
#[utoipa::path(put, path = "/sites/{site}/points/{point}/pin", tag = "Recovery points",
    params(("site" = Uuid, Path), ("point" = u64, Path)), responses((status = NO_CONTENT)))]
pub(super) async fn pin(
    State(components): State<Components>,
    once: Once,
    caller: Caller,
    Named((id, point)): Named<(SiteId, u64)>,
) -> Answer {
    let (site, vault) = vault_of(&components, &caller, id).await?;
    vault.pin(point).await?;
    pinned(&components, once, &site, &vault, point, "pinned").await
}

/// Lets a pinned recovery point go: the next pruning treats it as the others.
#[utoipa::path(delete, path = "/sites/{site}/points/{point}/pin", tag = "Recovery points",
    params(("site" = Uuid, Path), ("point" = u64, Path)), responses((status = NO_CONTENT)))]
pub(super) async fn unpin(
    State(components): State<Components>,
    once: Once,
    caller: Caller,
    Named((id, point)): Named<(SiteId, u64)>,
) -> Answer {
    let (site, vault) = vault_of(&components, &caller, id).await?;
    vault.unpin(point).await?;
    pinned(&components, once, &site, &vault, point, "let go").await
}

async fn vault_of(components: &Components, caller: &Caller, id: SiteId) -> Result<(Site, Vault), Problem> {
    let site = site(components, caller, id).await?;
    let vault = opened(components, &site).await?;
    Ok((site, vault))
}

/// The vault is asked first, which may take long where it lies far away: no transaction waits for it. Should the audit event
/// then not be written, the answer is an error, and asking again writes it.
async fn pinned(
    components: &Components,
    once: Once,
    site: &Site,
    vault: &Vault,
    point: u64,
    how: &'static str,
) -> Answer<Response> {
    components.around.remember_head(site, vault).await?;
    let mut change = once.begin().await?;
    change.audit(Action::PointPin, format!("site/{}/point/{point}", site.id), &[("change", &how)]).await?;
    change.done().await
}

/// Checks every byte of the site's vault, and every record, as a job. One that is under way already is what is answered.
#[utoipa::path(post, path = "/sites/{site}/verifications", tag = "Recovery points", params(("site" = Uuid, Path)),
    responses((status = ACCEPTED, body = JobView)))]
pub(super) async fn verify(
    State(components): State<Components>,
    once: Once,
    caller: Caller,
    Named(id): Named<SiteId>,
) -> Answer {
    let site = with_points(&components, &caller, id).await?;
    let job = verify::job(site.tenant, id, Some(caller.person.id), &components.around.ambient);
    begin(once, id, Action::BackupRun, job, "verification").await
}

/// Which recovery points stay: the newest of each of so many hours, days, weeks and months that have one.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Retention {
    #[schema(maximum = 10_000)]
    hourly: u32,
    #[schema(maximum = 10_000)]
    daily: u32,
    #[schema(maximum = 10_000)]
    weekly: u32,
    #[schema(maximum = 10_000)]
    monthly: u32,
}

impl Retention {
    /// As the pruning wants it.
    pub(in crate::api) fn keep(self) -> Result<prune::Keep, Problem> {
        let Self { hourly, daily, weekly, monthly } = self;
        let keep = prune::Keep { hourly, daily, weekly, monthly };
        keep.check().map(|()| keep).map_err(|(name, wrong)| Problem::field(name, wrong))
    }
}

impl From<prune::Keep> for Retention {
    fn from(prune::Keep { hourly, daily, weekly, monthly }: prune::Keep) -> Self {
        Self { hourly, daily, weekly, monthly }
    }
}

/// What a pruning would do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Preview {
    /// Numbers of the recovery points that would stay.
    kept: Vec<u64>,
    /// Numbers of those that would go.
    retired: Vec<u64>,
    /// Objects that would be deleted now: what went longer ago than the grace time.
    deleted: u64,
    /// Their bytes.
    freed: u64,
    /// The running recoveries for which nothing would be deleted.
    held_by: Vec<String>,
}

/// Which recovery points a retention would keep, and which would go. Nothing is changed.
#[utoipa::path(post, path = "/sites/{site}/prunings/preview", tag = "Recovery points", params(("site" = Uuid, Path)),
    request_body = Retention, responses((status = OK, body = Preview)))]
pub(super) async fn preview(
    State(components): State<Components>,
    caller: Caller,
    Named(id): Named<SiteId>,
    Json(wanted): Json<Retention>,
) -> Answer<Json<Preview>> {
    let keep = wanted.keep()?;
    let site = with_points(&components, &caller, id).await?;
    let report = match opened(&components, &site).await?.prune(&keep.policy(), true).await {
        Err(vault::Error::Busy) => {
            return Err(Problem::refused("The vault is being written to. Try again in a moment."));
        }
        report => report?,
    };
    let (kept, retired, held_by) = (report.kept, report.retired, report.held_by);
    Ok(Json(Preview { kept, retired, deleted: report.deleted, freed: report.freed, held_by }))
}

/// Removes the recovery points that a retention does not keep, and what only they needed, as a job.
#[utoipa::path(post, path = "/sites/{site}/prunings", tag = "Recovery points", params(("site" = Uuid, Path)),
    request_body = Retention, responses((status = ACCEPTED, body = JobView)))]
pub(super) async fn prune(
    State(components): State<Components>,
    once: Once,
    caller: Caller,
    Named(id): Named<SiteId>,
    Json(wanted): Json<Retention>,
) -> Answer {
    let keep = wanted.keep()?;
    let site = with_points(&components, &caller, id).await?;
    let job = prune::job(site.tenant, id, keep, Some(caller.person.id), &components.around.ambient);
    begin(once, id, Action::PointPrune, job, &format!("keeping {keep}")).await
}

/// The site, if it has been backed up.
async fn with_points(components: &Components, caller: &Caller, id: SiteId) -> Result<Site, Problem> {
    let site = site(components, caller, id).await?;
    match components.points.get(&components.around, &site).await? {
        Some(_) => Ok(site),
        None => Err(Problem::refused("The site has no recovery point yet: back it up first.")),
    }
}

async fn begin(once: Once, site: SiteId, action: Action, job: NewJob, what: &str) -> Answer {
    let mut change = once.begin().await?;
    let job = change.repository().jobs().enqueue(&job).await?;
    change.audit(action, format!("site/{site}"), &[("job", &job.id), ("what", &what)]).await?;
    change.save(Reply::accepted(format!("{PREFIX}/jobs/{}", job.id), &jobs::describe(job))?).await
}
