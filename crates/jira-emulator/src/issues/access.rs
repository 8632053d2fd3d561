//! Who may see which issue.

use crate::http::error::{JiraError, JiraResult};
use crate::state::{Issue, ProjectLife, SiteState};

/// Finds an issue by `{issueIdOrKey}`; 404 when it is absent or the caller may not see it. Nobody sees issues of projects in
/// the recycle bin, and the anonymous see none at all.
pub(crate) fn find<'a>(state: &'a SiteState, caller: Option<&str>, id_or_key: &str) -> JiraResult<&'a Issue> {
    let issue = state.issue(id_or_key).filter(|issue| caller.is_some() && is_visible(state, issue));
    issue.ok_or_else(JiraError::issue_not_found)
}

/// Like [`find`], for callers that go on to change the issue.
pub(crate) fn find_id(state: &SiteState, caller: &str, id_or_key: &str) -> JiraResult<u64> {
    find(state, Some(caller), id_or_key).map(|issue| issue.id)
}

/// Whether callers with an account see the issue.
pub(crate) fn is_visible(state: &SiteState, issue: &Issue) -> bool {
    let project = state.projects.get(&issue.project);
    project.is_some_and(|project| !matches!(project.life, ProjectLife::Trashed { .. }))
}

/// 400 unless the caller may keep Jira from telling people about a change.
pub(crate) fn may_discard_notification(state: &SiteState, caller: &str, notify_users: Option<bool>) -> JiraResult<()> {
    if notify_users == Some(false) && !state.administers(caller) {
        return Err(JiraError::bad_request(
            "To discard the user notification either admin or project admin permissions are required.",
        ));
    }
    Ok(())
}
