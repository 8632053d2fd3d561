//! A capture: reads a site into its vault and makes a recovery point.

use ambient::Ambient;
use async_trait::async_trait;
use control::id::{CaptureId, JobId, PersonId, SiteId, TenantId};
use recovery::capture::{self, CaptureReport};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::job::Ending;
use store::{CaptureRun, Job, NewJob, Repository, Schedule, Subject};

use super::{once, writes_vault};
use crate::{Error, Finished, Kind, Result, Surroundings, Work};

/// What it is called in the queue.
pub const NAME: &str = "capture";

/// What a capture is told.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// Whether everything is read again.
    pub full: bool,
}

/// A capture to be enqueued. A site has at most one that is not over.
pub fn job(tenant: TenantId, site: SiteId, wanted: Wanted, by: Option<PersonId>, ambient: &Ambient) -> NewJob {
    let payload = json!(wanted);
    new_job(store::new_id(ambient), tenant, site, payload, by, ambient)
}

fn new_job(
    id: JobId,
    tenant: TenantId,
    site: SiteId,
    payload: Value,
    by: Option<PersonId>,
    ambient: &Ambient,
) -> NewJob {
    NewJob {
        id,
        tenant,
        kind: NAME.to_owned(),
        subject: Subject::Site(site),
        payload,
        writes: Some(writes_vault(site)),
        dedup: Some(once(NAME, site)),
        priority: 0,
        run_at: ambient.now(),
        max_attempts: 10,
        created_by: by,
        created: ambient.now(),
    }
}

/// The kind.
#[derive(Debug)]
pub struct Capture;

#[async_trait]
impl Kind for Capture {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn run(&self, work: &Work<'_>) -> Result<Finished> {
        let report = capture(work).await?;
        let unreadable = |error: serde_json::Error| Error::Unreadable { what: "the report", reason: error.to_string() };
        Ok(Finished { result: serde_json::to_value(&report).map_err(unreadable)?, shortfall: None })
    }

    async fn ended(
        &self,
        _around: &Surroundings,
        repository: &mut dyn Repository,
        job: &Job,
        ending: &Ending,
        result: Option<&Value>,
    ) -> Result<Option<Error>> {
        let point = result.and_then(|result| result.pointer("/point/number")).and_then(Value::as_u64);
        let run = repository.captures().of_job(job.tenant, job.id).await?;
        if let (Ending::Done, Some(point), Some(run)) = (ending, point, run) {
            repository.captures().made(job.tenant, run.id, point).await?;
        }
        Ok(None)
    }

    fn scheduled(&self, schedule: &Schedule, id: JobId, around: &Surroundings) -> Option<NewJob> {
        let payload = schedule.payload.clone();
        Some(new_job(id, schedule.tenant, schedule.site, payload, None, &around.ambient))
    }
}

async fn capture(work: &Work<'_>) -> Result<CaptureReport> {
    let Work { around, job, .. } = work;
    let Subject::Site(site) = job.subject else { return Err(Error::Gone { what: "the site of a capture" }) };
    let site = around.site(job.tenant, site).await?;
    let jira = around.jira(&site).await?;
    let run = run_of(work, site.id).await?;
    let vault = around.vault_for_backup(&site).await?;
    let settings = capture::CaptureSettings {
        run: run.to_string(),
        full: is_full(job),
        overlap: around.settings.capture.overlap,
        reread: around.settings.capture.reread,
        ..capture::CaptureSettings::default()
    };
    let source = capture::Source {
        jira,
        vault: vault.clone(),
        kinds: recovery::Kinds::registry(),
        ambient: around.ambient.clone(),
    };
    let result = capture::run(&settings, &source, work.progress, work.cancel).await;
    around.remember_head(&site, &vault).await?;
    Ok(result?)
}

/// Whoever goes on with a capture may have asked for more than whoever enqueued it.
fn is_full(job: &Job) -> bool {
    let wanted = |value: &Value| value.get("full").and_then(Value::as_bool).unwrap_or(false);
    wanted(&job.payload) || wanted(&job.checkpoint)
}

/// The name of the run in the vault: the same for whoever goes on.
async fn run_of(work: &Work<'_>, site: SiteId) -> Result<CaptureId> {
    let Work { around, job, .. } = work;
    let mut repository = around.store.write().await?;
    if let Some(run) = repository.captures().of_job(job.tenant, job.id).await? {
        return Ok(run.id);
    }
    let (id, started) = (store::new_id(&around.ambient), around.ambient.now());
    let run = CaptureRun { id, tenant: job.tenant, job: job.id, site, point: None, started };
    repository.captures().add(&run).await?;
    repository.save().await?;
    Ok(id)
}
