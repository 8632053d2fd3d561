//! Work that Jira does in the background: how it is started, and waiting for its end (`quirks.md` §9).

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use crate::{Call, Error, Jira, Result};

/// The first pause between two looks; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How a call that Jira may do in the background began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Started {
    /// Jira works on it: the task's id, for [`Jira::task`] or, of `/bulk/issues/*`, [`Jira::bulk_queue`].
    Task(String),
    /// It is done already.
    Done,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskStatus {
    /// Waits for its turn.
    Enqueued,
    /// Being worked on.
    Running,
    /// Done.
    Complete,
    /// Ended with an error.
    Failed,
    /// Somebody wants it to end.
    CancelRequested,
    /// Ended because somebody wanted it to.
    Cancelled,
    /// Jira lost it.
    Dead,
}

impl TaskStatus {
    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Complete | Self::Failed | Self::Cancelled | Self::Dead)
    }
}

/// A task, as `GET /rest/api/3/task/{task}` tells it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Task {
    /// How far it is.
    pub status: TaskStatus,
    /// What it says of itself.
    pub message: Option<String>,
    /// What it came to: depends on the operation.
    #[serde(default)]
    pub result: serde_json::Value,
    /// In percent.
    pub progress: Option<i64>,
}

/// A bulk operation on issues, as `GET /rest/api/3/bulk/queue/{task}` tells it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkQueue {
    /// How far it is.
    pub status: TaskStatus,
    /// In percent.
    pub progress_percent: Option<i64>,
    /// The ids of the issues on which it succeeded.
    #[serde(default, rename = "processedAccessibleIssues", deserialize_with = "ids")]
    pub processed: Vec<u64>,
    /// The reasons by issue id where it did not.
    #[serde(default, rename = "failedAccessibleIssues")]
    pub failed: BTreeMap<String, Vec<String>>,
    /// How many issues do not exist or may not be seen.
    #[serde(default, rename = "invalidOrInaccessibleIssueCount")]
    pub inaccessible: u64,
}

impl Jira {
    /// Waits for a task to end, well or badly.
    ///
    /// # Errors
    /// [`Error::Ambiguous`] when it has not ended within [`crate::Settings::task_patience`].
    pub async fn task(&self, id: &str) -> Result<Task> {
        let call = Call::get("/rest/api/3/task/{task}").arg("task", id);
        self.until_final(&call, |task: &Task| task.status).await
    }

    /// Waits for a bulk operation on issues to end, well or badly.
    ///
    /// # Errors
    /// [`Error::Ambiguous`] when it has not ended within [`crate::Settings::task_patience`].
    pub async fn bulk_queue(&self, id: &str) -> Result<BulkQueue> {
        let call = Call::get("/rest/api/3/bulk/queue/{task}").arg("task", id);
        self.until_final(&call, |queue: &BulkQueue| queue.status).await
    }

    async fn until_final<T: for<'de> Deserialize<'de>>(&self, call: &Call, status: fn(&T) -> TaskStatus) -> Result<T> {
        let patience = self.settings().task_patience;
        let (mut waited, mut pause) = (Duration::ZERO, FIRST_PAUSE);
        loop {
            let task: T = self.json(call.clone()).await?;
            if status(&task).is_final() {
                return Ok(task);
            }
            if waited + pause > patience {
                let reason = format!("after {} s the task is still {:?}", waited.as_secs(), status(&task));
                return Err(Error::Ambiguous { call: call.label(), reason });
            }
            self.clock().sleep(pause).await;
            waited += pause;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// Issue ids come as numbers; strings are taken too.
fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Id {
        Number(u64),
        Text(String),
    }
    let number = |id| match id {
        Id::Number(number) => Ok(number),
        Id::Text(text) => text.parse().map_err(serde::de::Error::custom),
    };
    Option::<Vec<Id>>::deserialize(deserializer)?.unwrap_or_default().into_iter().map(number).collect()
}
