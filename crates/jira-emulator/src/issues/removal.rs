//! Deleting issues with everything on them.

use super::change::{self, Actor};
use crate::http::error::{JiraError, JiraResult};
use crate::state::{IssueType, LinkEnd, SiteState, WorklogTombstone};

/// Deletes an issue and, when told to, its sub-tasks; 400 when it has sub-tasks and was not told to.
pub(crate) fn delete(state: &mut SiteState, actor: &Actor, id: u64, with_subtasks: bool) -> JiraResult<()> {
    let subtasks = subtasks(state, id);
    if !subtasks.is_empty() && !with_subtasks {
        let key = state.issues.get(&id).map(|issue| state.key_of(issue)).unwrap_or_default();
        return Err(JiraError::bad_request(format!(
            "The issue '{key}' has subtasks. You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks."
        )));
    }
    for subtask in subtasks {
        delete_one(state, actor, subtask);
    }
    delete_one(state, actor, id);
    Ok(())
}

/// The sub-tasks of an issue.
pub(crate) fn subtasks(state: &SiteState, id: u64) -> Vec<u64> {
    let children = state.children.get(&id).map_or(&[][..], Vec::as_slice);
    let is_subtask = |child: &u64| {
        let issue = state.issues.get(child);
        issue.and_then(|issue| state.issue_types.get(&issue.issue_type)).is_some_and(IssueType::is_subtask)
    };
    children.iter().copied().filter(is_subtask).collect()
}

fn delete_one(state: &mut SiteState, actor: &Actor, id: u64) {
    let Some(issue) = state.issues.get(&id) else { return };
    let key = state.key_of(issue);
    for child in state.children.remove(&id).unwrap_or_default() {
        if let Some(child) = state.issues.get_mut(&child) {
            child.parent = None;
        }
    }
    let Some(issue) = state.issues.remove(&id) else { return };
    state.updates.remove(id, issue.updated);
    state.issue_numbers.remove(&(issue.project, issue.number));
    change::adopt(state, id, issue.parent, None);
    for comment in &issue.comments {
        state.comments.remove(comment);
    }
    for worklog in &issue.worklogs {
        state.worklogs.remove(worklog);
        state.worklog_tombstones.push(WorklogTombstone { id: *worklog, deleted: actor.now });
    }
    for attachment in &issue.attachments {
        if let Some(attachment) = state.attachments.remove(attachment) {
            state.media.remove(&attachment.media_id);
        }
    }
    for link in &issue.remote_links {
        state.remote_links.remove(link);
    }
    for link in &issue.links {
        remove_link(state, actor, *link, id);
    }
    change::audit_deletion(state, actor, &key);
}

/// Takes a link off the other end; that end changes.
fn remove_link(state: &mut SiteState, actor: &Actor, link: u64, gone: u64) {
    let Some(link) = state.links.remove(&link) else { return };
    for end in [link.source, link.destination] {
        if let LinkEnd::Issue(other) = end
            && other != gone
        {
            if let Some(other) = state.issues.get_mut(&other) {
                other.links.retain(|held| *held != link.id);
            }
            state.touch(other, actor.now);
        }
    }
}
