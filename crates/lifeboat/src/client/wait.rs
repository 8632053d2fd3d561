//! Waiting for a job that the server does.

use std::time::Duration;

use anyhow::Result;
use serde::Deserialize;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{Client, views};
use crate::exit::{Exit, Fault};

/// Between two looks at a job.
const LOOK: Duration = Duration::from_secs(1);

/// A job, as the server tells it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) state: String,
    pub(crate) site: Option<String>,
    pub(crate) connection: Option<String>,
    pub(crate) progress: Option<Progress>,
    pub(crate) error: Option<Failure>,
    pub(crate) result: Option<Value>,
    pub(crate) created: jiff::Timestamp,
}

/// How far it is.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Progress {
    pub(crate) phase: String,
    pub(crate) done: u64,
    pub(crate) total: Option<u64>,
}

/// Why it failed last.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Failure {
    pub(crate) text: String,
}

impl Client {
    /// Shows how far a job is until it ends or rests. Whoever stops waiting does not stop the job: `how_to_look` says where it is
    /// seen again.
    pub(crate) async fn wait_for(&self, id: &str, cancel: &CancellationToken, how_to_look: &str) -> Result<Job> {
        let progress = self.output.progress(&self.ambient);
        let ended = loop {
            let job: Job = match self.get(["jobs", id]).await {
                Ok(answer) => views::read(&answer)?,
                Err(error) => break Err(error),
            };
            if !matches!(job.state.as_str(), "waiting" | "running") {
                break Ok(job);
            }
            if let Some(Progress { phase, done, total }) = &job.progress {
                progress.show(phase, *done, total.unwrap_or(0));
            }
            tokio::select! {
                () = self.ambient.clock.sleep(LOOK) => {}
                () = cancel.cancelled() => {
                    let message = format!("the server goes on with it; {how_to_look} says how far it is");
                    break Err(Fault::interrupted(message).into());
                }
            }
        };
        progress.finish();
        ended
    }
}

impl Job {
    /// What came of it, if it was done; else why not, and what can be done.
    pub(crate) fn outcome(self) -> Result<Value> {
        let Self { id, kind, state, error, result, .. } = self;
        let why = error.map(|error| format!(": {}", error.text)).unwrap_or_default();
        match state.as_str() {
            "done" => Ok(result.unwrap_or(Value::Null)),
            "failed" => {
                let message = format!("the {kind} failed{why}; `lifeboat job retry {id}` tries it again");
                Err(Fault { exit: Exit::Failed, message }.into())
            }
            "paused" => {
                Err(Fault::refused(format!("the {kind} rests{why}; `lifeboat job resume {id}` goes on")).into())
            }
            _ => Err(Fault::refused(format!("the {kind} is {state}{why}")).into()),
        }
    }
}
