//! What people see of a recovery.

use jiff::Timestamp;
use serde::Serialize;
use store::{Job, RecoveryRun};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::jobs::{self, JobView};
use crate::view::{Names, SiteRef};

/// A recovery.
#[derive(Serialize, ToSchema)]
pub(super) struct RecoveryView {
    pub(super) id: Uuid,
    /// Over which connection.
    connection: Option<Uuid>,
    source: SiteRef,
    standby: SiteRef,
    /// From which recovery point.
    point: u64,
    started: Timestamp,
    /// How far it is, and what came of it.
    job: JobView,
    /// Whether there is a report, and what it says of the proof.
    proven: Option<bool>,
}

pub(super) fn describe(run: &RecoveryRun, job: Job, names: &Names) -> RecoveryView {
    RecoveryView {
        id: run.id.into(),
        connection: run.connection.map(Uuid::from),
        source: names.site(run.source),
        standby: names.site(run.standby),
        point: run.point,
        started: run.started,
        job: jobs::describe(job),
        proven: run.report.as_ref().and_then(|report| report["holds"].as_bool()),
    }
}
