//! Removing a site, and what stands in the way of it.

use control::authority::Action;
use control::connection::{Connection, ConnectionStatus, Kind};
use control::id::SiteId;
use store::job::JobFilter;
use store::site::removal;
use store::{Job, JobState, Repository, Site, Subject};
use worker::kinds;

use super::find;
use crate::api::jobs;
use crate::http::once::Once;
use crate::http::path::Named;
use crate::http::problem::{Answer, Problem};

/// How many jobs are read at once.
const PAGE: u32 = 200;

/// Removes a site that no connection and no job needs: credentials and schedules go, its recovery points stay in the vault and are
/// there again once it is added again.
#[utoipa::path(delete, path = "/sites/{site}", tag = "Sites", params(("site" = Uuid, Path)),
    responses((status = NO_CONTENT)))]
pub(super) async fn remove(once: Once, Named(id): Named<SiteId>) -> Answer {
    let mut change = once.begin().await?;
    let (caller, now) = (change.caller().clone(), change.now());
    let site = find(change.repository(), &caller, id).await?;
    let hindrances = hindrances(change.repository(), &site).await?;
    if !hindrances.is_empty() {
        let detail = format!("{} cannot be removed now: {}.", site.name, hindrances.join("; "));
        return Err(Problem::refused(detail));
    }
    removal::remove(change.repository(), &site, now).await?;
    change.audit(Action::SiteRemove, format!("site/{id}"), &[("name", &site.name), ("url", &site.url)]).await?;
    change.done().await
}

/// What stands in the way, in words, each with what to do about it.
async fn hindrances(repository: &mut dyn Repository, site: &Site) -> Result<Vec<String>, Problem> {
    let connections = repository.connections().list(site.tenant).await?;
    let mut hindrances: Vec<String> =
        connections.iter().filter_map(|connection| of_connection(connection, site.id)).collect();
    for state in JobState::ALL.into_iter().filter(|state| !state.is_final()) {
        for job in jobs_in(repository, site, state).await? {
            if concerns(repository, &job, &connections, site).await? {
                hindrances.push(of_job(&job));
            }
        }
    }
    Ok(hindrances)
}

fn of_connection(connection: &Connection, site: SiteId) -> Option<String> {
    if connection.status == ConnectionStatus::Revoked {
        return None;
    }
    let is_bound = connection.bound.as_ref().is_some_and(|bound| bound.site == site);
    let (place, end) = match (connection.kind, connection.source == site, is_bound) {
        (_, false, false) => return None,
        (Kind::CrossSite, ..) => ("one of the two sites", "deactivated"),
        (Kind::DisasterRecovery, true, _) => ("the source", "revoked"),
        (Kind::DisasterRecovery, false, true) => ("the standby", "released or revoked"),
    };
    let (name, status) = (connection.name.as_str(), connection.shown_status());
    Some(format!("it is {place} of the connection `{name}` ({status}), which must be {end} first"))
}

/// All jobs of the site's tenant in a state.
async fn jobs_in(repository: &mut dyn Repository, site: &Site, state: JobState) -> Result<Vec<Job>, Problem> {
    let filter = JobFilter { state: Some(state), ..JobFilter::default() };
    let mut all: Vec<Job> = vec![];
    loop {
        let before = all.last().map(|job| job.id);
        let page = repository.jobs().list(site.tenant, &filter, before, PAGE).await?;
        let is_last = page.len() < PAGE as usize;
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

/// Whether a job reads or writes a site or its vault: by itself, over a connection, or as a recovery.
async fn concerns(
    repository: &mut dyn Repository,
    job: &Job,
    connections: &[Connection],
    site: &Site,
) -> Result<bool, Problem> {
    let directly = match job.subject {
        Subject::Site(id) => id == site.id,
        Subject::Connection(id) => connections.iter().filter(|connection| connection.id == id).any(|connection| {
            connection.source == site.id || connection.bound.as_ref().is_some_and(|bound| bound.site == site.id)
        }),
    };
    if directly || job.kind != kinds::recovery::NAME {
        return Ok(directly);
    }
    let run = repository.recoveries().of_job(site.tenant, job.id).await?;
    Ok(run.is_some_and(|run| run.source == site.id || run.standby == site.id))
}

fn of_job(job: &Job) -> String {
    let what = match job.kind.as_str() {
        kinds::capture::NAME => "a backup of it",
        kinds::prune::NAME => "the pruning of its recovery points",
        kinds::verify::NAME => "the verification of its vault",
        kinds::plan::NAME => "the plan of a recovery from or onto it",
        kinds::recovery::NAME => "a recovery from or onto it",
        _ => "a job on it",
    };
    format!("{what} is {}, which must end or be cancelled first", jobs::word(job.state))
}
