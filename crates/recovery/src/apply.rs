//! Apply: writes a recovery point to the standby, exactly once.
//!
//! Jira knows no idempotency. So every write is journalled before it is sent (`journal`), every create carries a mark where
//! Jira takes one, and after an unclear outcome nothing is sent again before the standby was given time to finish and was
//! looked at by strongly consistent reads (`ambiguity`). A run that dies is run again and goes on from its journal.
//!
//! The order: `configuration` (what must be there before the first issue) → `lanes` (issues, each with its own key) →
//! `hanging` and `finish` in the order of `schedule` (what hangs on issues; what could not be said at their creation), while
//! `placeholders` (which kept the keys of issues that no longer exist) are deleted → configuration that refers to issues
//! (boards, sprints).
//!
//! What Jira refused is tried again on request; what came by then without it is written again (`late`).
//!
//! [`remove`] takes away again what a cancelled recovery made.
//!
//! Start at [`run`].

mod ambiguity;
mod autowatch;
mod bulk;
mod configuration;
mod contents;
mod edit;
mod finish;
mod hanging;
mod index;
mod issue_map;
mod item;
mod lanes;
mod late;
mod listed;
mod meta;
mod moves;
mod placeholders;
pub mod remove;
mod report;
mod run;
mod schedule;
mod screen;
mod side_by_side;
mod transitions;

pub(crate) use configuration::reversed;
pub(crate) use contents::PointContents;
pub(crate) use hanging::sources as operation_sources;
pub(crate) use index::{ProjectIssues, by_project, parent_of, parts};
pub(crate) use issue_map::{JournalIssues, context};
pub(crate) use lanes::present;
pub use report::{ApplyReport, PhaseTime};
pub(crate) use run::{bind, bind_people, redirects};
use tokio_util::sync::CancellationToken;

use crate::progress::{Progress, telling};
use crate::{Error, Recovery, Result};

/// The kind under which the journal keeps placeholders. Their source is `{project id}/{number}`.
pub const PLACEHOLDER: &str = "placeholder";
/// The kind under which the journal keeps that everything of an issue is written.
pub const FINISHED: &str = "issue-finished";
/// What is put behind a kind's name for the journal's rows on what follows a creation.
pub(crate) const COMPLETED: &str = "-completed";
/// The same for what follows when all issues are written.
const CONCLUDED: &str = "-concluded";

/// Writes the recovery point to the standby, or goes on with it. When it is cancelled it stops between requests with
/// [`crate::Error::Stopped`]; running it again goes on. What fails for one object is in the journal and stops nothing else.
pub async fn run(recovery: &Recovery, progress: &dyn Progress, cancel: &CancellationToken) -> Result<ApplyReport> {
    if remove::has_begun(&recovery.journal, recovery.id).await? {
        return Err(Error::Removing);
    }
    let mut run = run::Run::begin(recovery, progress, cancel).await?;
    autowatch::turn_off(recovery, progress).await?;
    let written = telling(&recovery.standby, &recovery.ambient, progress, write(&mut run)).await;
    let put_back = autowatch::put_back(recovery, progress, written.is_ok()).await;
    written.and(put_back)?;
    run.report().await
}

/// All phases in their order.
async fn write(run: &mut run::Run<'_>) -> Result<()> {
    let recovery = run.recovery;
    let kinds = &recovery.kinds;
    run.phase("configuration");
    run.translation = configuration::restore(run, run.translation.clone(), &kinds.before_issues).await?;
    if recovery.settings.retry_failed {
        configuration::reopen(run, &kinds.before_issues).await?;
    }
    run.phase("issues");
    run.projects = index::read(run).await?;
    lanes::restore(run).await?;
    run.learn_redirects().await?;
    run.phase("contents of issues");
    // Deleting takes Jira long, and boards and sprints need the issues but nothing that hangs on them.
    let (contents, deleted, configured) = futures::join!(
        schedule::finish(run),
        placeholders::delete(run),
        configuration::restore(run, run.translation.clone(), &kinds.after_issues)
    );
    contents.and(deleted).and(configured)?;
    run.phase("end of configuration");
    configuration::conclude(run, &kinds.before_issues).await?;
    run.late.told(run).await
}
