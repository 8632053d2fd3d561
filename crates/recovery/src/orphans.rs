//! Issues whose parent is not part of the recovery.

use site::kind::IssueMap;
use site::kinds::issue::{self, Prepared};
use site::{Object, Occurrence};

use crate::apply::{ProjectIssues, parent_of};

/// The losses of an issue whose parent does not come: the parent itself, and, of a sub-task, that it is one.
pub(crate) async fn lost_parent(
    object: &Object,
    prepared: &Prepared,
    projects: &[ProjectIssues],
    issues: &dyn IssueMap,
) -> jira::Result<Vec<Occurrence>> {
    let mut losses = Vec::new();
    let mut orphan = prepared.subtask && prepared.parent.is_none();
    let mut detail = "none".to_owned();
    if let Some(parent) = &prepared.parent
        && parent_of(parent, projects, issues).await?.is_none()
    {
        losses.push(issue::lost_parent(object, parent));
        orphan = prepared.subtask;
        detail.clone_from(&parent.source_key);
    }
    if orphan {
        losses.push(Occurrence {
            loss: "issue.parent".to_owned(),
            kind: object.kind.to_owned(),
            key: object.key.clone(),
            path: "/type".to_owned(),
            detail: format!("a sub-task whose parent is missing ({detail}) becomes an issue of its own"),
        });
    }
    Ok(losses)
}
