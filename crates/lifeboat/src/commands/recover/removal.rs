//! `lifeboat recover cancel --remove`: takes away what a recovery made, under the recovery's lease.
//!
//! The request rests meanwhile, and is cancelled when all is done. What is left because Jira did not delete it leaves the
//! recovery at rest, so that the same command tries again.

use anyhow::Result;
use control::id::PersonId;
use recovery::apply::remove::{self, RemovalReport};
use serde_json::Value;
use store::{LeaseToken, RecoveryRun, RunState, Stop};
use tokio_util::sync::CancellationToken;

use super::{drive, job};
use crate::app::App;
use crate::commands::interrupt;
use crate::exit::Fault;
use crate::lease::{Ended, Keeper};

/// The phase of a run whose work is being taken away.
const PHASE: &str = "remove";

/// A recovery of which something is removed already cannot go on.
pub(super) fn refuse_while_it_goes_on(name: &str, run: &RecoveryRun) -> Result<()> {
    if run.phase != PHASE {
        return Ok(());
    }
    let message = format!(
        "what the recovery over \"{name}\" made is being removed, so it cannot go on; `lifeboat recover cancel \"{name}\" \
         --remove` goes on removing, `lifeboat recover cancel \"{name}\"` keeps the rest"
    );
    Err(Fault::refused(message).into())
}

/// Removes what the recovery made, and ends it.
pub(super) async fn run(
    app: &App,
    name: &str,
    run: &RecoveryRun,
    token: LeaseToken,
    by: Option<PersonId>,
) -> Result<()> {
    note(app, run, token, &Value::Null).await?;
    let keeper = Keeper::removal(app, run.id, token, interrupt());
    let result = work(app, run, token, keeper.cancelled()).await;
    let ended = keeper.end().await;
    let error = match (result, ended) {
        (_, Some(Ended::Lost)) => {
            let message = format!("the removal over \"{name}\" was taken over or stopped by somebody else");
            return Err(Fault::refused(message).into());
        }
        (Ok(report), _) => return finish(app, name, run, token, by, &report).await,
        (Err(error), Some(Ended::Asked(Stop::CancelKeep))) if drive::stopped(&error) => {
            drive::cancel(app, run, token, by).await?;
            let told = format!("The recovery over \"{name}\" is ended; what was not yet removed is kept.\n");
            return app
                .output
                .result(&serde_json::json!({ "connection": name, "ended": told.trim() }), || told.clone());
        }
        (Err(error), _) => error,
    };
    let rested = drive::release(app, run, token, RunState::Paused, None).await;
    let again = format!("`lifeboat recover cancel \"{name}\" --remove` goes on where it was");
    if drive::stopped(&error) {
        rested?;
        return Err(Fault::interrupted(format!("stopped; {again}")).into());
    }
    Err(error.context(format!("the removal came to rest; {again}")))
}

async fn work(app: &App, run: &RecoveryRun, token: LeaseToken, cancel: &CancellationToken) -> Result<RemovalReport> {
    let recovery = job::recovery(app, run, token).await?;
    let source = job::site(app, run.source).await?;
    let vault = app.vault(&source).await?;
    let hold = vault.hold(run.point, &format!("recovery {}", run.id), app.ambient.now() + drive::HOLD).await?;
    let progress = app.output.progress(&app.ambient);
    let result = remove::run(&recovery, &progress, cancel).await;
    progress.finish();
    if result.is_ok() {
        vault.release(&hold).await?;
    }
    app.remember_head(&source, &vault).await?;
    Ok(result?)
}

async fn finish(
    app: &App,
    name: &str,
    run: &RecoveryRun,
    token: LeaseToken,
    by: Option<PersonId>,
    report: &RemovalReport,
) -> Result<()> {
    note(app, run, token, &serde_json::to_value(report)?).await?;
    if report.failed_count == 0 {
        drive::cancel(app, run, token, by).await?;
        return app.output.result(report, || format!("{report}\nThe recovery over \"{name}\" is ended.\n"));
    }
    drive::release(app, run, token, RunState::Paused, None).await?;
    app.output.result(report, || report.to_string())?;
    let message = format!(
        "not everything could be removed; `lifeboat recover cancel \"{name}\" --remove` tries again, `lifeboat recover \
         cancel \"{name}\"` ends it and keeps the rest"
    );
    Err(Fault::not_proven(message).into())
}

/// Says in the store that the run is being removed, and what came of it.
async fn note(app: &App, run: &RecoveryRun, token: LeaseToken, told: &Value) -> Result<()> {
    let mut repository = app.store.write().await?;
    repository.recoveries().progress(app.tenant, run.id, token, PHASE, told).await?;
    Ok(repository.save().await?)
}
