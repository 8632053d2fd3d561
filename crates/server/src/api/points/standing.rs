//! What is known of a vault's recovery points beside what they hold: whether they are sound, what was restored from them, which
//! stay.

use jiff::Timestamp;
use serde::Serialize;
use store::job::JobFilter;
use store::{Job, JobState, RecoveryRun, Site, Subject};
use utoipa::ToSchema;
use uuid::Uuid;
use worker::kinds::verify;

use crate::Components;
use crate::http::problem::Problem;
use crate::known_points::Points;

/// So many of the latest verifications and recoveries are looked at.
const LATEST: u32 = 200;

/// What a verification of the whole vault found.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct Integrity {
    /// When it was done.
    checked: Timestamp,
    /// Whether every byte and every record of the vault was as it was written.
    sound: bool,
}

/// A recovery from a point.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct Restored {
    recovery: Uuid,
    started: Timestamp,
    /// Whether the proof holds; not known before it is done.
    proven: Option<bool>,
}

/// Of all points of one site.
pub(super) struct Standing<'a> {
    known: Option<&'a Points>,
    /// When the last verification was asked for, and what it found.
    verified: Option<(Timestamp, Integrity)>,
    recoveries: Vec<RecoveryRun>,
}

impl<'a> Standing<'a> {
    pub(super) async fn of(components: &Components, site: &Site, known: Option<&'a Points>) -> Result<Self, Problem> {
        let mut repository = components.around.store.read().await?;
        let kind = Some(verify::NAME.to_owned());
        let filter = JobFilter { kind, subject: Some(Subject::Site(site.id)), ..JobFilter::default() };
        let jobs = repository.jobs().list(site.tenant, &filter, None, LATEST).await?;
        let runs = repository.recoveries().list(site.tenant, None, LATEST).await?;
        Ok(Self {
            known,
            // One that failed to say anything leaves it open, whatever an earlier one found.
            verified: jobs.iter().find(|job| has_ended(job)).and_then(found),
            recoveries: runs.into_iter().filter(|run| run.source == site.id).collect(),
        })
    }

    pub(super) fn is_pinned(&self, number: u64) -> bool {
        self.known.is_some_and(|known| known.pinned.contains(&number))
    }

    /// What was found of a point that was taken then, if it was there already.
    pub(super) fn integrity(&self, taken: Timestamp) -> Option<Integrity> {
        let (asked, integrity) = self.verified.as_ref()?;
        (taken <= *asked).then(|| integrity.clone())
    }

    pub(super) fn restored(&self, number: u64) -> Option<Restored> {
        let run = self.recoveries.iter().find(|run| run.point == number)?;
        let proven = run.report.as_ref().and_then(|report| report["holds"].as_bool());
        Some(Restored { recovery: run.id.into(), started: run.started, proven })
    }
}

fn has_ended(job: &Job) -> bool {
    job.result.is_some() || job.state == JobState::Failed
}

/// What a verification found, if it came to an end.
fn found(job: &Job) -> Option<(Timestamp, Integrity)> {
    let problems = job.result.as_ref()?["problems"].as_array()?;
    Some((job.created, Integrity { checked: job.ended.unwrap_or(job.created), sound: problems.is_empty() }))
}
