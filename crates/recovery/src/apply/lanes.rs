//! Lanes: the issues of each project in the order of their numbers, so that each gets its own key.
//!
//! Jira numbers issues in the order in which they are created, and never uses a number twice. So one request is in flight
//! for a project, holes are filled with placeholders, and every key that comes back is compared with the one that was
//! expected. A number that is lost is lost: its issue comes at the end, under a new key, and the journal remembers which.
//! Projects are independent, so many lanes run side by side.

mod build;
mod lane;
mod proven;
mod send;
mod shapes;
mod start;

use std::sync::{Mutex, PoisonError};

use futures::{StreamExt, stream};
use lane::Lane;
use proven::Proven;
pub(crate) use start::present;

use super::index::ProjectIssues;
use super::meta::CreateMeta;
use super::run::{PAGE, Run};
use super::transitions::Transitions;
use crate::journal::State;
use crate::objects::ISSUE;
use crate::progress::Meter;
use crate::{Error, Result};

/// What all lanes share.
pub(super) struct Shared<'r> {
    pub run: &'r Run<'r>,
    pub meta: CreateMeta,
    pub transitions: Transitions,
    pub proven: Proven,
    pub meter: Meter<'r>,
}

/// Creates the issues of all projects.
pub(super) async fn restore(run: &Run<'_>) -> Result<()> {
    let projects = &run.projects;
    let total = projects.iter().map(|project| project.issues.len() as u64 + project.holes()).sum();
    let shared = Shared {
        run,
        meta: CreateMeta::new(run.recovery.standby.clone()),
        transitions: Transitions::new(run.recovery.standby.clone()),
        proven: Proven::default(),
        meter: run.meter("issues", Some(total)),
    };
    let stopped = Mutex::new(None);
    // A lane that stops does not pull the others down in the middle of a request: they reach a clean end.
    stream::iter(projects)
        .for_each_concurrent(run.recovery.settings.lanes.max(1), |project| async {
            if let Err(error) = restore_project(&shared, project).await {
                stopped.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
            }
        })
        .await;
    stopped.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

async fn restore_project(shared: &Shared<'_>, project: &ProjectIssues) -> Result<()> {
    let target = project.project.as_deref().and_then(|id| shared.run.translation.target("project", id));
    let Some((source, target)) = project.project.as_deref().zip(target) else {
        return give_up(shared, project, State::Skipped, "its project is not on the standby").await;
    };
    let outcome = match Lane::start(shared, project, source, target).await {
        Ok(lane) => lane.run().await,
        Err(error) => Err(error),
    };
    match outcome {
        Err(error) if concerns_project(&error) => give_up(shared, project, State::Failed, &error.to_string()).await,
        outcome => outcome,
    }
}

/// Whether an error is about one project rather than about the site as a whole.
fn concerns_project(error: &Error) -> bool {
    match error {
        Error::Answer { .. } => true,
        Error::Jira(error) => error.concerns_one_object(),
        _ => false,
    }
}

/// Records that the rest of a project does not come, and why.
async fn give_up(shared: &Shared<'_>, project: &ProjectIssues, state: State, reason: &str) -> Result<()> {
    let run = shared.run;
    for page in project.issues.chunks(PAGE as usize) {
        let sources: Vec<String> = page.iter().map(|(_, id)| id.to_string()).collect();
        let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
        let known = run.rows(ISSUE, &sources).await?;
        let mut rows = Vec::new();
        for ((number, _), source) in page.iter().zip(sources) {
            let mut row = known.get(source).cloned().unwrap_or_else(|| run.row(ISSUE, source));
            if matches!(row.state, State::Intent | State::Ambiguous) {
                // What may have been created stays unclear: to send it again, somebody must look first. By then what names it
                // will have been written without it.
                rows.push(run.late.note(run, ISSUE, source));
            } else if row.target.is_none() {
                row.expected = Some(format!("{}-{number}", project.key));
                row.state = state;
                row.reason = Some(reason.to_owned());
                rows.push(row);
            }
        }
        run.record(&rows).await?;
    }
    Ok(())
}
