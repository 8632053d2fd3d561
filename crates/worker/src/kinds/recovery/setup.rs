//! What a recovery needs, put together from the control plane and the vault.

use std::collections::BTreeSet;
use std::sync::Arc;

use control::connection::State;
use control::id::{PersonId, RecoveryId, TenantId};
use futures::TryStreamExt as _;
use recovery::{Kinds, Recovery};
use serde::{Deserialize, Serialize};
use serde_json::json;
use site::marks::Marks;
use store::{NewJob, RecoveryRun, Subject};
use uuid::Uuid;

use super::NAME;
use crate::kinds::writes_site;
use crate::{Error, Result, StoredJournal, Surroundings, find_point};

/// What the operator of a recovery chooses.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Choice {
    /// From which recovery point; the newest if it is not said.
    pub point: Option<u64>,
    /// Which projects, the first first; all if none is named.
    pub projects: Vec<String>,
    /// Whether attachments are left out.
    pub without_attachments: bool,
    /// All the rest.
    pub settings: recovery::Settings,
}

/// What a run remembers of how it was started.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Remembered {
    settings: recovery::Settings,
    without_attachments: bool,
    /// The key of this recovery's marks, sealed.
    marks: String,
}

/// A recovery over the connection of `state`, as it was chosen, and the job that does it. Nothing is stored yet.
pub async fn prepare(
    around: &Surroundings,
    tenant: TenantId,
    state: &State,
    choice: &Choice,
    by: Option<PersonId>,
) -> Result<(RecoveryRun, NewJob)> {
    let connection = state.connection.as_ref().ok_or(Error::Gone { what: "the connection" })?;
    let bound = connection.bound.as_ref().ok_or(Error::NotActive)?;
    let source = around.site(tenant, connection.source).await?;
    let vault = around.vault(&source).await?;
    let point = find_point(&vault, &source.name, choice.point)?;
    check_projects(&vault, point.number, &choice.projects).await?;
    let id: RecoveryId = store::new_id(&around.ambient);
    let key = around.ambient.entropy.bytes::<32>();
    let remembered = Remembered {
        settings: choice.settings.clone(),
        without_attachments: choice.without_attachments,
        marks: around.keys.seal(&key, &marks_context(id)).await?,
    };
    let request = state.request.as_ref().map(|request| request.id);
    let unlocked = request.map_or_else(|| Uuid::from(id), Uuid::from);
    let now = around.ambient.now();
    let job = NewJob {
        id: store::new_id(&around.ambient),
        tenant,
        kind: NAME.to_owned(),
        subject: Subject::Connection(connection.id),
        payload: json!({}),
        writes: Some(writes_site(bound.site)),
        // An unlock is good for one recovery.
        dedup: Some(format!("recovery/{}", unlocked.simple())),
        priority: 100,
        run_at: now,
        max_attempts: 10,
        created_by: by,
        created: now,
    };
    let run = RecoveryRun {
        id,
        tenant,
        job: job.id,
        connection: Some(connection.id),
        request,
        source: source.id,
        standby: bound.site,
        point: point.number,
        options: super::to_value(&remembered)?,
        report: None,
        started: now,
    };
    Ok((run, job))
}

/// A misspelt project is told before anything is done.
async fn check_projects(vault: &vault::Vault, point: u64, wanted: &[String]) -> Result<()> {
    if wanted.is_empty() {
        return Ok(());
    }
    let records: Vec<vault::Record> = vault.at(point)?.scan("project", "").try_collect().await?;
    let known: BTreeSet<String> = records
        .iter()
        .filter_map(|record| serde_json::from_slice::<serde_json::Value>(&record.body).ok())
        .filter_map(|project| project["key"].as_str().map(str::to_owned))
        .collect();
    match wanted.iter().find(|key| !known.contains(*key)) {
        None => Ok(()),
        Some(key) => Err(Error::NoProject { point, key: key.clone(), known: known.into_iter().collect() }),
    }
}

/// The recovery of a run, under a lease.
pub async fn recovery(around: &Surroundings, run: &RecoveryRun, lease: u64) -> Result<Recovery> {
    let source = around.site(run.tenant, run.source).await?;
    let standby = around.site(run.tenant, run.standby).await?;
    let remembered = remembered(run)?;
    let view = around.vault(&source).await?.at(run.point)?;
    let mut kinds = Kinds::registry();
    if remembered.without_attachments {
        kinds.hanging.retain(|kind| kind.name() != "attachment");
    }
    Ok(Recovery {
        id: run.id.into(),
        lease,
        marks: marks(around, run.id, &remembered).await?,
        earlier: earlier(around, run).await?,
        view,
        source: source.cloud_id,
        source_address: source.url,
        standby: around.jira(&standby).await?,
        standby_address: standby.url,
        journal: Arc::new(StoredJournal::new(around.store.journal(run.tenant))),
        kinds,
        ambient: around.ambient.clone(),
        settings: remembered.settings,
    })
}

fn remembered(run: &RecoveryRun) -> Result<Remembered> {
    serde_json::from_value(run.options.clone())
        .map_err(|error| Error::Unreadable { what: "how a recovery was started", reason: error.to_string() })
}

/// The marks of earlier recoveries of the same source onto the same standby.
async fn earlier(around: &Surroundings, run: &RecoveryRun) -> Result<Vec<Marks>> {
    let mut repository = around.store.read().await?;
    let runs = repository.recoveries().list(run.tenant, None, u32::MAX).await?;
    drop(repository);
    let same = |other: &&RecoveryRun| other.id != run.id && (other.source, other.standby) == (run.source, run.standby);
    let mut earlier = Vec::new();
    for other in runs.iter().filter(same) {
        earlier.push(marks(around, other.id, &remembered(other)?).await?);
    }
    Ok(earlier)
}

async fn marks(around: &Surroundings, id: RecoveryId, remembered: &Remembered) -> Result<Marks> {
    let key = around.keys.open(&remembered.marks, &marks_context(id)).await?;
    let key: [u8; 32] = key.expose().try_into().map_err(|_| Error::Unreadable {
        what: "the key of a recovery's marks",
        reason: "it has another length".to_owned(),
    })?;
    Ok(Marks::new(Uuid::from(id).to_string(), key))
}

fn marks_context(id: RecoveryId) -> String {
    format!("lifeboat/recovery-marks/{id}")
}
