//! Takes away what a recovery made, under the recovery's lease.
//!
//! The request rests meanwhile, and is cancelled when all is done. What is left because Jira did not delete it leaves the
//! recovery at rest, so that it can be tried again.

use recovery::apply::remove::{self, RemovalReport};
use serde_json::json;
use store::RecoveryRun;

use super::{HOLD, REMOVE, pause, setup, to_value};
use crate::{Error, Finished, Result, Work};

/// Removes what the recovery made, or goes on with it.
pub(super) async fn remove(work: &Work<'_>, run: &RecoveryRun) -> Result<Finished> {
    begin(work, run).await?;
    let report = removed(work, run).await?;
    let shortfall = (report.failed_count > 0).then_some(Error::NotRemoved);
    Ok(Finished { result: to_value(&report)?, shortfall })
}

/// From now on the recovery cannot go on.
async fn begin(work: &Work<'_>, run: &RecoveryRun) -> Result<()> {
    let job = work.job;
    let mut repository = work.around.store.write().await?;
    if !super::is_removing(job) {
        repository.jobs().checkpoint(job.tenant, job.id, work.token, &json!({ "phase": REMOVE })).await?;
    }
    let refused = pause(work.around, repository.as_mut(), run, work.by).await?;
    repository.save().await?;
    refused.map_or(Ok(()), Err)
}

async fn removed(work: &Work<'_>, run: &RecoveryRun) -> Result<RemovalReport> {
    let around = work.around;
    let recovery = setup::recovery(around, run, work.token).await?;
    let source = around.site(run.tenant, run.source).await?;
    let vault = around.vault(&source).await?;
    let hold = vault.hold(run.point, &format!("recovery {}", run.id), around.ambient.now() + HOLD).await?;
    let result = remove::run(&recovery, work.progress, work.cancel).await;
    if result.is_ok() {
        vault.release(&hold).await?;
    }
    around.remember_head(&source, &vault).await?;
    Ok(result?)
}
