//! Jobs in words.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};
use store::job::{ErrorClass, Progress};
use store::{Job, JobState, Stop, Subject};

use crate::app::App;
use crate::output::span;

/// What people call that which a job works on.
pub(super) async fn subject(app: &App, job: &Job) -> Result<String> {
    let mut repository = app.store.read().await?;
    let name = match job.subject {
        Subject::Site(id) => {
            let sites = repository.sites().with_removed(app.tenant).await?;
            sites.into_iter().find(|site| site.id == id).map(|site| site.name)
        }
        Subject::Connection(id) => {
            let state = repository.connections().state(app.tenant, id).await?;
            state.and_then(|state| state.connection).map(|connection| connection.name.as_str().to_owned())
        }
    };
    Ok(name.unwrap_or_else(|| "(gone)".to_owned()))
}

pub(super) fn word(state: JobState) -> &'static str {
    match state {
        JobState::Waiting => "waiting",
        JobState::Running => "running",
        JobState::Paused => "paused",
        JobState::Done => "done",
        JobState::Cancelled => "cancelled",
        JobState::Failed => "failed",
    }
}

fn stop_word(stop: Stop) -> &'static str {
    match stop {
        Stop::Pause => "pause",
        Stop::CancelKeep => "cancel",
        Stop::CancelRemove => "cancel and remove",
    }
}

fn class_word(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::Passing => "passing",
        ErrorClass::Person => "person",
        ErrorClass::Hopeless => "hopeless",
        ErrorClass::Poison => "poison",
    }
}

/// A job as JSON.
pub(super) fn describe(job: &Job, subject: &str) -> Value {
    json!({
        "id": job.id.to_string(), "kind": job.kind, "subject": subject, "state": word(job.state),
        "priority": job.priority, "runAt": job.run_at.to_string(), "attempt": job.attempt,
        "maxAttempts": job.max_attempts, "lostLeases": job.lost, "checkpoint": job.checkpoint,
        "holder": job.lease.as_ref().map(|lease| &lease.holder),
        "leaseUntil": job.lease.as_ref().map(|lease| lease.until.to_string()),
        "stop": job.stop.map(|request| stop_word(request.stop)), "progress": job.progress,
        "error": job.error.as_ref().map(|error| json!({ "class": class_word(error.class), "text": error.text })),
        "result": job.result, "created": job.created.to_string(), "ended": job.ended.map(|ended| ended.to_string()),
    })
}

/// A job as one line.
pub(super) fn line(job: &Job, subject: &str) -> String {
    let id = job.id.to_string();
    let created = job.created.strftime("%Y-%m-%d %H:%M:%S").to_string();
    format!("{id}  {:9} {:10} {created}  {subject}{}\n", word(job.state), job.kind, remark(job))
}

/// What is worth saying beside the state.
fn remark(job: &Job) -> String {
    match (job.state, &job.progress, &job.error) {
        (JobState::Running, Some(progress), _) => format!("  ({})", progress_text(progress)),
        (JobState::Waiting | JobState::Paused | JobState::Failed, _, Some(error)) => format!("  ({})", error.text),
        _ => String::new(),
    }
}

fn progress_text(progress: &Progress) -> String {
    let mut text = format!("{}: {}", progress.phase, progress.done);
    if let Some(total) = progress.total {
        let _ = write!(text, "/{total}");
    }
    if let Some(left) = progress.seconds_left.filter(|_| progress.rate > 0.0) {
        let _ = write!(text, ", {:.0}/s, {} left", progress.rate, span(Duration::from_secs(left)));
    }
    text
}

/// A job on several lines.
pub(super) fn whole(job: &Job, subject: &str) -> String {
    let mut text = format!("job {}\n  {} of {subject}: {}\n", job.id, job.kind, word(job.state));
    let _ = writeln!(text, "  enqueued {}, due {}", job.created, job.run_at);
    if let Some(lease) = &job.lease {
        let _ = writeln!(text, "  held by {} until {}", lease.holder, lease.until);
    }
    if let Some(request) = job.stop {
        let _ = writeln!(text, "  asked to {}", stop_word(request.stop));
    }
    if let Some(progress) = &job.progress {
        let _ = writeln!(text, "  {}", progress_text(progress));
    }
    if job.attempt + job.lost > 0 {
        let _ = writeln!(
            text,
            "  {} of {} attempts failed, {} leases lost in a row",
            job.attempt, job.max_attempts, job.lost
        );
    }
    if let Some(error) = &job.error {
        let _ = writeln!(text, "  {} ({})", error.text, class_word(error.class));
    }
    if let Some(ended) = job.ended {
        let _ = writeln!(text, "  ended {ended}");
    }
    text
}
