//! A recovery: plan, apply, prove, over a connection that people have unlocked.
//!
//! All of a recovery's life is one job: it rests and goes on, and what it made is removed under the same job, so that one
//! token that only grows keeps every earlier process from the journal. The request that unlocked it moves with the job, in
//! the same transactions. [`setup`] puts a recovery together, `removal` takes away what it made.

mod removal;
pub mod setup;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use control::connection::{Event, RequestStatus};
use control::id::PersonId;
use recovery::prove::Report;
use recovery::{Recovery, apply, plan, prove};
use serde_json::{Value, json};
use store::job::Ending;
use store::{Job, RecoveryRun, Repository};

use crate::{Error, Finished, Kind, Result, Surroundings, Work};

/// What it is called in the queue.
pub const NAME: &str = "recovery";

/// How long the vault keeps everything for a recovery that does not come back.
const HOLD: std::time::Duration = std::time::Duration::from_hours(14 * 24);

/// The phases, in their order, as the checkpoint names them.
const PLAN: &str = "plan";
const APPLY: &str = "apply";
const PROVE: &str = "prove";
const REMOVE: &str = "remove";

/// Whether what a recovery made is being removed: it cannot go on then.
pub fn is_removing(job: &Job) -> bool {
    phase(job) == REMOVE
}

/// Which of the objects that Jira refused are tried again when a recovery goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Retry {
    /// None.
    #[default]
    Nothing,
    /// All.
    All,
    /// Those that were refused for one of these [causes](recovery::cause).
    Causes(BTreeSet<String>),
}

impl Retry {
    /// As it was asked for, where a recovery went on.
    fn of(job: &Job) -> Self {
        let causes = job.checkpoint["retry_causes"].as_array().into_iter().flatten();
        let causes: BTreeSet<String> = causes.filter_map(Value::as_str).map(str::to_owned).collect();
        match job.checkpoint["retry_failed"].as_bool() {
            Some(true) if causes.is_empty() => Self::All,
            Some(true) => Self::Causes(causes),
            _ => Self::Nothing,
        }
    }

    fn settle(self, settings: &mut recovery::Settings) {
        settings.retry_failed = self != Self::Nothing;
        settings.retry_causes = if let Self::Causes(causes) = self { causes } else { BTreeSet::new() };
    }
}

/// From where a recovery goes on, and with which of the objects that failed.
pub fn go_on_from(job: &Job, retry: &Retry) -> Value {
    checkpoint(phase(job), retry, job.checkpoint["kinds"].clone())
}

/// How many objects of each kind there are to recover, as far as that was known when the recovery was planned.
pub fn totals(job: &Job) -> BTreeMap<String, u64> {
    let kinds = job.checkpoint["kinds"].as_object();
    let known = |(kind, total): (&String, &Value)| Some((kind.clone(), total.as_u64()?));
    kinds.into_iter().flatten().filter_map(known).collect()
}

fn checkpoint(phase: &str, retry: &Retry, kinds: Value) -> Value {
    let none = BTreeSet::new();
    let causes = if let Retry::Causes(causes) = retry { causes } else { &none };
    json!({ "phase": phase, "retry_failed": *retry != Retry::Nothing, "retry_causes": causes, "kinds": kinds })
}

/// How many objects of each kind a plan is about. What hangs on issues is counted in the recovery point, which does not tell
/// to which project it belongs.
fn totals_of(plan: &plan::Plan, recovery: &Recovery) -> Value {
    let mut totals: BTreeMap<String, u64> = BTreeMap::new();
    for (kind, counts) in &plan.kinds {
        totals.insert(kind.clone(), counts.create + counts.matched + counts.cannot);
    }
    if recovery.settings.projects.is_none() {
        let held = recovery.view.counts();
        for kind in recovery.kinds.hanging_names() {
            totals.insert(kind.to_owned(), held.get(kind).copied().unwrap_or_default());
        }
    }
    totals.retain(|_, total| *total > 0);
    json!(totals)
}

/// How far a recovery came.
fn phase(job: &Job) -> &str {
    job.checkpoint.get("phase").and_then(Value::as_str).unwrap_or(PLAN)
}

/// The kind.
#[derive(Debug)]
pub struct RecoveryKind;

#[async_trait]
impl Kind for RecoveryKind {
    fn name(&self) -> &'static str {
        NAME
    }

    fn rests(&self) -> bool {
        true
    }

    async fn run(&self, work: &Work<'_>) -> Result<Finished> {
        let run = run_of(work).await?;
        mark_running(work, &run).await?;
        let report = recover(work, &run).await?;
        let shortfall = (!report.holds).then_some(Error::NotProven);
        Ok(Finished { result: to_value(&report)?, shortfall })
    }

    async fn remove(&self, work: &Work<'_>) -> Result<Finished> {
        removal::remove(work, &run_of(work).await?).await
    }

    async fn ended(
        &self,
        around: &Surroundings,
        repository: &mut dyn Repository,
        job: &Job,
        ending: &Ending,
        result: Option<&Value>,
    ) -> Result<Option<Error>> {
        let Some(run) = repository.recoveries().of_job(job.tenant, job.id).await? else { return Ok(None) };
        if let Some(report) = result.filter(|_| !is_removing(job)) {
            repository.recoveries().report(job.tenant, run.id, report).await?;
        }
        let asked_by = job.stop.and_then(|request| request.by);
        match ending {
            Ending::Done => happen(around, repository, &run, Event::JobDone { proven: true }).await,
            Ending::Rests(_) => pause(around, repository, &run, asked_by).await,
            Ending::Cancelled => cancel(around, repository, &run, asked_by.or(job.created_by)).await,
            Ending::Failed(_) | Ending::Again { .. } | Ending::Released { .. } => Ok(None),
        }
    }
}

/// A request that runs rests.
async fn pause(
    around: &Surroundings,
    repository: &mut dyn Repository,
    run: &RecoveryRun,
    by: Option<PersonId>,
) -> Result<Option<Error>> {
    match status(around, repository, run).await? {
        Some(RequestStatus::Running) => happen(around, repository, run, Event::PauseJob { by }).await,
        _ => Ok(None),
    }
}

/// A request ends with its recovery: killed between the two, the next start would take the request for one that was never
/// begun, and recover again what was cancelled.
async fn cancel(
    around: &Surroundings,
    repository: &mut dyn Repository,
    run: &RecoveryRun,
    by: Option<PersonId>,
) -> Result<Option<Error>> {
    if let Some(objection) = pause(around, repository, run, by).await? {
        return Ok(Some(objection));
    }
    match by {
        Some(by) => happen(around, repository, run, Event::Cancel { by }).await,
        None => Ok(None),
    }
}

async fn status(
    around: &Surroundings,
    repository: &mut dyn Repository,
    run: &RecoveryRun,
) -> Result<Option<RequestStatus>> {
    let Some(connection) = run.connection else { return Ok(None) };
    let state = around.settled(repository, run.tenant, connection).await?;
    Ok(state.request.filter(|request| Some(request.id) == run.request).map(|request| request.status))
}

async fn happen(
    around: &Surroundings,
    repository: &mut dyn Repository,
    run: &RecoveryRun,
    event: Event,
) -> Result<Option<Error>> {
    let Some(connection) = run.connection else { return Ok(None) };
    let happened = around.happen(repository, run.tenant, connection, &event).await?;
    Ok(happened.err().map(Error::Refused))
}

async fn run_of(work: &Work<'_>) -> Result<RecoveryRun> {
    let mut repository = work.around.store.read().await?;
    let run = repository.recoveries().of_job(work.job.tenant, work.job.id).await?;
    run.ok_or(Error::Gone { what: "the recovery of a job" })
}

/// A request that stands still goes on; one that a dead process left running is running already.
async fn mark_running(work: &Work<'_>, run: &RecoveryRun) -> Result<()> {
    let mut repository = work.around.store.write().await?;
    let refused = match status(work.around, repository.as_mut(), run).await? {
        Some(RequestStatus::Paused) => {
            happen(work.around, repository.as_mut(), run, Event::ResumeJob { by: work.by }).await?
        }
        _ => None,
    };
    repository.save().await?;
    refused.map_or(Ok(()), Err)
}

/// All of it, while the vault keeps what it needs.
async fn recover(work: &Work<'_>, run: &RecoveryRun) -> Result<Report> {
    let around = work.around;
    let mut recovery = setup::recovery(around, run, work.token).await?;
    Retry::of(work.job).settle(&mut recovery.settings);
    let source = around.site(run.tenant, run.source).await?;
    let vault = around.vault(&source).await?;
    let hold = vault.hold(run.point, &format!("recovery {}", run.id), around.ambient.now() + HOLD).await?;
    let result = steps(work, &recovery).await;
    if result.is_ok() {
        vault.release(&hold).await?;
    }
    around.remember_head(&source, &vault).await?;
    result
}

async fn steps(work: &Work<'_>, recovery: &Recovery) -> Result<Report> {
    let (progress, cancel) = (work.progress, work.cancel);
    let reached = phase(work.job);
    let mut kinds = work.job.checkpoint["kinds"].clone();
    if reached == PLAN {
        let plan = plan::make(recovery, plan::Depth::Counts, progress, cancel).await?;
        progress.note(&headline(&plan));
        kinds = totals_of(&plan, recovery);
        work.checkpoint(&checkpoint(APPLY, &Retry::of(work.job), kinds.clone())).await?;
    }
    let applied = apply::run(recovery, progress, cancel).await?;
    if reached != PROVE {
        work.checkpoint(&checkpoint(PROVE, &Retry::Nothing, kinds)).await?;
    }
    Ok(prove::run(recovery, Some(applied), progress, cancel).await?)
}

/// One line of a plan: the whole is what `recover plan` shows.
fn headline(plan: &plan::Plan) -> String {
    let sum = |count: fn(&plan::KindPlan) -> u64| plan.kinds.values().map(count).sum::<u64>();
    format!(
        "recovery point {}: {} objects to make, {} there already, {} that cannot be made",
        plan.point,
        sum(|kind| kind.create),
        sum(|kind| kind.matched),
        sum(|kind| kind.cannot)
    )
}

/// A report, or what else is kept of a job.
pub(super) fn to_value(report: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(report).map_err(|error| Error::Unreadable { what: "the report", reason: error.to_string() })
}
