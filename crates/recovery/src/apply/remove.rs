//! Removal: takes away from the standby what a recovery made, and nothing else.
//!
//! What it made is in its journal. Nothing is deleted for that alone: an issue must carry the mark of its own operation and
//! nothing that others put on it, a project must hold nothing else, configuration must still be called as it was made and be
//! used by no issue that stays. What was matched is never touched. What is kept, and what Jira's API cannot delete, is named.
//!
//! Issues first (`issues`; who else worked on them: `takeover`), then configuration (`configuration`; which projects may go:
//! `projects`), then the journal is brought in line (`bookkeeping`), and what a run that died changed in the preferences of
//! its account is put back. Every deletion is harmless when repeated, and what is
//! gone is seen by looking: a removal that dies is run again and goes on. Once begun, the recovery itself cannot go on.
//!
//! Start at [`run`].

mod bookkeeping;
mod configuration;
mod issues;
mod past;
mod projects;
mod report;
mod takeover;
mod text;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use report::{Left, RemovalReport};

use super::autowatch;
use super::run::Run;
use crate::journal::{Journal, Row, State};
use crate::progress::Progress;
use crate::{Recovery, Result};

/// The kind under which the journal keeps that a removal has begun.
const REMOVAL: &str = "removal";
/// Its only source key.
const WHOLE: &str = "whole";
/// What the journal says of what was made and is gone again.
const REMOVED: &str = "removed, as was asked";

/// Removes from the standby what the recovery made, or goes on with it. When it is cancelled it stops between requests with
/// [`crate::Error::Stopped`]; running it again goes on.
pub async fn run(recovery: &Recovery, progress: &dyn Progress, cancel: &CancellationToken) -> Result<RemovalReport> {
    let mut run = Run::begin(recovery, progress, cancel).await?;
    mark(&run, State::Intent).await?;
    let removed = remove(&mut run).await;
    // Last, so that what a run asked for as it died cannot come after it; and however the removal ends.
    let put_back = autowatch::put_back(recovery, progress, removed.is_ok()).await;
    let report = removed?;
    put_back?;
    mark(&run, State::Confirmed).await?;
    Ok(report)
}

/// All phases in their order.
async fn remove(run: &mut Run<'_>) -> Result<RemovalReport> {
    let mut report = RemovalReport::new(run.recovery);
    run.phase("removing issues");
    let past = past::read(run).await?;
    let gone = issues::remove(run, past.made, &mut report).await?;
    run.phase("removing configuration");
    let surroundings = configuration::Surroundings::look(run, gone, past.highest).await?;
    configuration::remove(run, surroundings, &mut report).await?;
    run.phase("bookkeeping");
    bookkeeping::close(run).await?;
    report.removed = bookkeeping::count(run).await?;
    report.complete = report.kept_count + report.failed_count == 0;
    Ok(report)
}

/// Whether a removal has begun: then the recovery cannot go on any more.
pub(super) async fn has_begun(journal: &Arc<dyn Journal>, recovery: Uuid) -> Result<bool> {
    Ok(!journal.find(recovery, REMOVAL, &[WHOLE]).await?.is_empty())
}

async fn mark(run: &Run<'_>, state: State) -> Result<()> {
    Ok(run.record(&[Row { state, attempt: 1, ..run.row(REMOVAL, WHOLE) }]).await?)
}

/// Whether this recovery made what the row stands for, and it is not known to be gone.
fn is_made(row: &Row) -> bool {
    row.state == State::Confirmed && row.target.is_some()
}

fn is_removed(row: &Row) -> bool {
    row.state == State::Skipped && row.reason.as_deref() == Some(REMOVED)
}

/// The row of something that is gone.
fn removed(run: &Run<'_>, row: Row) -> Row {
    Row { state: State::Skipped, reason: Some(REMOVED.to_owned()), lease: run.recovery.lease, ..row }
}
