//! What is done again and again: backups, pruning, verification of a vault.

use axum::extract::State;
use control::authority::Action;
use control::id::ScheduleId;
use control::policy::Policy;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::schedule::Cadence;
use store::{Repository, Schedule};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use worker::kinds::{self, prune};

use super::points::Retention;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::once::{Once, Reply};
use crate::http::path::Named;
use crate::http::problem::{Answer, Problem};
use crate::view::{Names, SiteRef};
use crate::{Components, PREFIX};

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(change, remove))
}

/// A schedule.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ScheduleView {
    id: Uuid,
    site: SiteRef,
    /// `capture`, `prune` or `verify`.
    kind: String,
    /// Five fields, as cron has them.
    cron: String,
    /// The time zone of the times: `Europe/Berlin`.
    zone: String,
    /// Up to so much later, at random.
    jitter_seconds: u32,
    enabled: bool,
    /// When the next job is due.
    next: Timestamp,
    /// Of a pruning: which recovery points stay.
    keep: Option<Retention>,
}

fn describe(schedule: &Schedule, names: &Names) -> ScheduleView {
    ScheduleView {
        id: schedule.id.into(),
        site: names.site(schedule.site),
        kind: schedule.kind.clone(),
        cron: schedule.cadence.expression().to_owned(),
        zone: schedule.cadence.zone().to_owned(),
        jitter_seconds: schedule.cadence.jitter(),
        enabled: schedule.enabled,
        next: schedule.next,
        keep: keep(schedule).map(Retention::from),
    }
}

fn keep(schedule: &Schedule) -> Option<prune::Keep> {
    let payload = (schedule.kind == prune::NAME).then(|| schedule.payload.clone())?;
    serde_json::from_value(payload).ok()
}

/// How long recovery points are kept is for fewer people to say than when backups run.
fn may_prune(caller: &Caller, now: Timestamp) -> Result<(), Problem> {
    caller.may(Action::RetentionChange, &Policy::standard(), now)
}

/// All schedules, as they were made.
#[utoipa::path(get, path = "/schedules", tag = "Schedules", responses((status = OK, body = Vec<ScheduleView>)))]
async fn list(State(components): State<Components>, caller: Caller) -> Answer<Json<Vec<ScheduleView>>> {
    let mut repository = components.around.store.read().await?;
    let schedules = repository.schedules().list(caller.tenant).await?;
    let names = Names::of(repository.as_mut(), caller.tenant).await?;
    Ok(Json(schedules.iter().map(|schedule| describe(schedule, &names)).collect()))
}

/// What is to be done.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Task {
    Capture,
    Prune,
    Verify,
}

/// A schedule to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewSchedule {
    site: Uuid,
    kind: Task,
    /// Five fields, as cron has them: `*/15 * * * *`.
    #[schema(max_length = 200)]
    cron: String,
    /// The time zone of the times; UTC unless said.
    #[schema(max_length = 100)]
    zone: Option<String>,
    /// Up to so much later, at random.
    #[schema(maximum = 86_400)]
    jitter_seconds: Option<u32>,
    /// For a capture: whether everything is read again.
    full: Option<bool>,
    /// For a pruning: which recovery points stay; the last 24 hours, 14 days, 8 weeks and 12 months unless said.
    keep: Option<Retention>,
}

/// Makes a schedule.
#[utoipa::path(post, path = "/schedules", tag = "Schedules", request_body = NewSchedule,
    responses((status = CREATED, body = ScheduleView)))]
async fn add(State(components): State<Components>, once: Once, Json(new): Json<NewSchedule>) -> Answer {
    let zone = new.zone.as_deref().unwrap_or("UTC");
    let cadence = Cadence::parse(&new.cron, zone, new.jitter_seconds.unwrap_or(0));
    let cadence = cadence.map_err(|error| Problem::field("cron", error.to_string()))?;
    if new.keep.is_some() && new.kind != Task::Prune {
        return Err(Problem::field("keep", "only a pruning has it"));
    }
    let (kind, payload) = match new.kind {
        Task::Capture => (kinds::capture::NAME, json!({ "full": new.full.unwrap_or(false) })),
        Task::Prune => (prune::NAME, json!(new.keep.map(Retention::keep).transpose()?.unwrap_or_default())),
        Task::Verify => (kinds::verify::NAME, json!({})),
    };
    let mut change = once.begin().await?;
    let (tenant, now) = (change.caller().tenant, change.now());
    if new.kind == Task::Prune {
        may_prune(change.caller(), now)?;
    }
    let site = change.repository().sites().get(tenant, new.site.into()).await?;
    let site = site.ok_or_else(|| Problem::field("site", "there is no such site"))?;
    let next = next(&components, &cadence, now)?;
    let id = store::new_id(&components.around.ambient);
    let kind = kind.to_owned();
    let schedule = Schedule { id, tenant, site: site.id, kind, payload, cadence, enabled: true, next, created: now };
    change.repository().schedules().add(&schedule).await?;
    change.audit(Action::ScheduleChange, format!("schedule/{id}"), &[("change", &"made"), ("site", &site.id)]).await?;
    let names = Names::of(change.repository(), tenant).await?;
    change.save(Reply::created(format!("{PREFIX}/schedules/{id}"), &describe(&schedule, &names))?).await
}

fn next(components: &Components, cadence: &Cadence, now: Timestamp) -> Result<Timestamp, Problem> {
    let next = cadence.next(now, components.around.ambient.entropy.fraction());
    next.ok_or_else(|| Problem::field("cron", "this time does not come any more"))
}

async fn find(repository: &mut dyn Repository, caller: &Caller, id: ScheduleId) -> Result<Schedule, Problem> {
    let all = repository.schedules().list(caller.tenant).await?;
    all.into_iter().find(|schedule| schedule.id == id).ok_or_else(Problem::not_found)
}

/// What shall be otherwise.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ScheduleChange {
    /// Whether it is in force. What was missed while it was not is not caught up on.
    enabled: Option<bool>,
    /// Of a pruning: which recovery points stay.
    keep: Option<Retention>,
}

/// Puts a schedule in force, or out of force, or has a pruning keep something else.
#[utoipa::path(patch, path = "/schedules/{schedule}", tag = "Schedules", params(("schedule" = Uuid, Path)),
    request_body = ScheduleChange, responses((status = OK, body = ScheduleView)))]
async fn change(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<ScheduleId>,
    Json(wanted): Json<ScheduleChange>,
) -> Answer {
    let mut change = once.begin().await?;
    let (caller, now) = (change.caller().clone(), change.now());
    let mut schedule = find(change.repository(), &caller, id).await?;
    if let Some(keep) = wanted.keep {
        may_prune(&caller, now)?;
        if schedule.kind != prune::NAME {
            return Err(Problem::field("keep", "only a pruning has it"));
        }
        let keep = keep.keep()?;
        schedule.payload = json!(keep);
        change.repository().schedules().remove(caller.tenant, id).await?;
        change.repository().schedules().add(&schedule).await?;
        change.audit(Action::RetentionChange, format!("schedule/{id}"), &[("keep", &keep)]).await?;
    }
    if let Some(enabled) = wanted.enabled {
        if enabled && schedule.kind == prune::NAME {
            may_prune(&caller, now)?;
        }
        schedule.enabled = enabled;
        schedule.next = next(&components, &schedule.cadence, now)?;
        change.repository().schedules().set(caller.tenant, id, schedule.enabled, schedule.next).await?;
        change.audit(Action::ScheduleChange, format!("schedule/{id}"), &[("enabled", &schedule.enabled)]).await?;
    }
    let names = Names::of(change.repository(), caller.tenant).await?;
    change.save(Reply::ok(&describe(&schedule, &names))?).await
}

/// Takes a schedule away. Jobs that it made stay.
#[utoipa::path(delete, path = "/schedules/{schedule}", tag = "Schedules", params(("schedule" = Uuid, Path)),
    responses((status = NO_CONTENT)))]
async fn remove(once: Once, Named(id): Named<ScheduleId>) -> Answer {
    let mut change = once.begin().await?;
    let caller = change.caller().clone();
    find(change.repository(), &caller, id).await?;
    change.repository().schedules().remove(caller.tenant, id).await?;
    change.audit(Action::ScheduleChange, format!("schedule/{id}"), &[("change", &"removed")]).await?;
    change.done().await
}
