//! Moving issues to another project, type or parent.

use super::change::{self, Actor};
use super::history;
use super::workflow;
use super::{removal, selection};
use crate::state::{IssueType, SiteState};

/// Where issues go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) project: u64,
    pub(crate) issue_type: u64,
    pub(crate) parent: Option<u64>,
    /// The status where the current one is not part of the new workflow.
    pub(crate) status: Option<u64>,
}

/// Moves one issue. In the same project its key stays; in another it takes the next number there, and the old key leads on
/// to it. Says what is wrong otherwise.
pub(crate) fn move_issue(state: &mut SiteState, actor: &Actor, id: u64, target: Target) -> Result<(), String> {
    check(state, id, target)?;
    let Some(old) = state.issues.get(&id) else { return Err("The issue no longer exists.".into()) };
    let old_key = state.key_of(old);
    let mut changed = old.clone();
    let crosses = old.project != target.project;
    changed.issue_type = target.issue_type;
    changed.parent = target.parent;
    if crosses {
        leave_project(state, &mut changed, target.project);
    }
    changed.status = new_status(state, old.status, target)?;
    changed.custom.retain(|number, _| {
        let field = state.fields.get(format!("customfield_{number}").as_str());
        field.is_some_and(|field| selection::applies(field, target.project, target.issue_type))
    });
    if crosses {
        state.issue_numbers.insert((changed.project, changed.number), id);
        if let Some(project) = state.projects.get_mut(&changed.project) {
            project.last_issue_number = project.last_issue_number.max(changed.number);
        }
    }
    change::apply(state, actor, changed, None);
    if crosses {
        tell_new_key(state, actor, id, old_key);
    }
    Ok(())
}

fn check(state: &SiteState, id: u64, target: Target) -> Result<(), String> {
    let is_subtask = state.issue_types.get(&target.issue_type).is_some_and(IssueType::is_subtask);
    let parent = target.parent.and_then(|parent| state.issues.get(&parent));
    if is_subtask && parent.is_none_or(|parent| parent.project != target.project || parent.id == id) {
        return Err("Sub-tasks must be created in the same project as the parent.".into());
    }
    if is_subtask && !removal::subtasks(state, id).is_empty() {
        return Err("An issue with sub-tasks cannot become a sub-task.".into());
    }
    Ok(())
}

/// What belongs to the old project stays behind.
fn leave_project(state: &SiteState, issue: &mut crate::state::Issue, project: u64) {
    issue.project = project;
    issue.number = state.projects.get(&project).map_or(0, |project| project.last_issue_number) + 1;
    issue.components.clear();
    issue.fix_versions.clear();
    issue.affects_versions.clear();
}

fn new_status(state: &SiteState, current: u64, target: Target) -> Result<u64, String> {
    let workflow =
        workflow::workflow(state, target.project, target.issue_type).ok_or("The project has no workflow.")?;
    let candidates = [Some(current), target.status, workflow.initial_status()];
    let known = candidates.into_iter().flatten().find(|status| workflow.statuses.contains(status));
    known.ok_or_else(|| "The workflow has no initial step.".into())
}

fn tell_new_key(state: &mut SiteState, actor: &Actor, id: u64, old_key: String) {
    let Some(issue) = state.issues.get(&id) else { return };
    let item = history::item("Key", None, "jira", (None, Some(old_key)), (None, Some(state.key_of(issue))));
    change::record(state, actor, id, vec![item], None);
}
