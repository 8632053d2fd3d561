//! Which workflow an issue follows, and its transitions.

use serde_json::{Value, json};

use super::view::View;
use crate::state::{Issue, SiteState, Transition, TransitionKind, Workflow};

/// The workflow for issues of a type in a project.
pub(crate) fn workflow(state: &SiteState, project: u64, issue_type: u64) -> Option<&Workflow> {
    let scheme = state.projects.get(&project).and_then(|project| project.workflow_scheme);
    let scheme = scheme.and_then(|id| state.workflow_schemes.get(&id)).or(state.workflow_schemes.values().next())?;
    state.workflows.get(scheme.workflows.get(&issue_type).unwrap_or(&scheme.default_workflow))
}

/// The transitions an issue may take now.
pub(crate) fn transitions<'a>(state: &'a SiteState, issue: &Issue) -> impl Iterator<Item = &'a Transition> + use<'a> {
    let status = issue.status;
    let workflow = workflow(state, issue.project, issue.issue_type);
    workflow.into_iter().flat_map(move |workflow| workflow.transitions_from(status))
}

/// A transition as JSON.
pub(crate) fn show(view: &View<'_>, transition: &Transition, from: u64) -> Value {
    json!({
        "id": transition.id.to_string(),
        "name": transition.name,
        "to": view.status(transition.to),
        "hasScreen": transition.screen.is_some(),
        "isGlobal": transition.kind == TransitionKind::Global,
        "isInitial": transition.kind == TransitionKind::Initial,
        "isAvailable": true,
        "isConditional": false,
        "isLooped": transition.to == from,
    })
}
