//! Asynchronous tasks and the audit log.

use std::sync::Arc;

use jiff::Timestamp;

use super::{AccountId, RawJson};

/// State of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Jira's")]
pub enum TaskStatus {
    Enqueued,
    Running,
    Complete,
    Failed,
    CancelRequested,
    Cancelled,
    Dead,
}

impl TaskStatus {
    /// The word used in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Enqueued => "ENQUEUED",
            Self::Running => "RUNNING",
            Self::Complete => "COMPLETE",
            Self::Failed => "FAILED",
            Self::CancelRequested => "CANCEL_REQUESTED",
            Self::Cancelled => "CANCELLED",
            Self::Dead => "DEAD",
        }
    }
}

/// Long work that a request started. Its effect is applied at once; it reports completion from `finished` on.
#[derive(Debug, Clone)]
pub struct Task {
    /// Id.
    pub id: u64,
    /// What it does.
    pub description: Arc<str>,
    /// Who started it.
    pub submitted_by: AccountId,
    /// When it was submitted.
    pub submitted: Timestamp,
    /// When it finishes or finished.
    pub finished: Timestamp,
    /// How it ends.
    pub outcome: TaskStatus,
    /// Message on completion.
    pub message: Arc<str>,
    /// Result: any JSON.
    pub result: Option<RawJson>,
    /// Whether it is a bulk operation, read at `/bulk/queue/{taskId}`.
    pub bulk: bool,
}

impl Task {
    /// The state at an instant.
    pub fn status_at(&self, now: Timestamp) -> TaskStatus {
        if now >= self.finished { self.outcome } else { TaskStatus::Running }
    }
}

/// An entry of the audit log.
#[derive(Debug, Clone)]
pub struct AuditRecord {
    /// Id.
    pub id: u64,
    /// When.
    pub created: Timestamp,
    /// Who.
    pub author: Option<AccountId>,
    /// What happened, as "Project created".
    pub summary: Arc<str>,
    /// `projects`, `workflows`, `user management`…
    pub category: Arc<str>,
    /// `{id,name,typeName,parentId,parentName}` of what it happened to.
    pub object_item: Option<RawJson>,
    /// `[{fieldName,changedFrom,changedTo}]`.
    pub changed_values: Vec<RawJson>,
    /// Other objects involved.
    pub associated_items: Vec<RawJson>,
}
