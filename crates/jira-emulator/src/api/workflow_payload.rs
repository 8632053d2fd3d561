//! The payload that creates workflows, and what can be wrong with it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::statuses;
use crate::state::{SiteState, Transition, TransitionKind};

/// Statuses and the workflows made of them.
#[derive(Debug, Deserialize)]
pub(crate) struct Payload {
    pub(crate) scope: Option<Scope>,
    #[serde(default)]
    pub(crate) statuses: Vec<StatusInput>,
    #[serde(default)]
    pub(crate) workflows: Vec<WorkflowInput>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Scope {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
}

/// A status: an existing one by `id`, or a new one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusInput {
    pub(crate) id: Option<String>,
    pub(crate) name: Arc<str>,
    pub(crate) status_category: String,
    pub(crate) status_reference: String,
    #[serde(default)]
    pub(crate) description: Arc<str>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkflowInput {
    pub(crate) name: Arc<str>,
    #[serde(default)]
    pub(crate) description: Arc<str>,
    pub(crate) statuses: Vec<StatusPlace>,
    pub(crate) transitions: Vec<TransitionInput>,
}

/// Statuses and the workflows that are changed to have them.
#[derive(Debug, Deserialize)]
pub(crate) struct Changes {
    #[serde(default)]
    pub(crate) statuses: Vec<StatusInput>,
    #[serde(default)]
    pub(crate) workflows: Vec<WorkflowChange>,
}

/// A workflow as it shall be.
#[derive(Debug, Deserialize)]
pub(crate) struct WorkflowChange {
    pub(crate) id: String,
    pub(crate) version: Version,
    pub(crate) statuses: Vec<StatusPlace>,
    pub(crate) transitions: Vec<TransitionInput>,
}

/// The version that somebody saw.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Version {
    pub(crate) version_number: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusPlace {
    pub(crate) status_reference: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransitionInput {
    pub(crate) id: Option<String>,
    #[serde(default)]
    pub(crate) name: Arc<str>,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) to_status_reference: Option<String>,
    #[serde(default)]
    pub(crate) links: Vec<LinkInput>,
    /// Everything else, kept as it came: rules, properties, description.
    #[serde(flatten)]
    pub(crate) rest: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkInput {
    pub(crate) from_status_reference: Option<String>,
}

impl TransitionInput {
    fn sources(&self) -> impl Iterator<Item = &str> {
        self.links.iter().filter_map(|link| link.from_status_reference.as_deref())
    }

    /// The transition, with references replaced by the ids they stand for.
    pub(crate) fn build(self, ids: &BTreeMap<String, u64>) -> Transition {
        let id_of = |reference: &str| ids.get(reference).copied().unwrap_or_default();
        let kind = match self.kind.as_str() {
            "INITIAL" => TransitionKind::Initial,
            "DIRECTED" => TransitionKind::Directed(self.sources().map(id_of).collect()),
            _ => TransitionKind::Global,
        };
        Transition {
            id: self.id.as_deref().and_then(|id| id.parse().ok()).unwrap_or_default(),
            to: id_of(self.to_status_reference.as_deref().unwrap_or_default()),
            name: self.name,
            kind,
            screen: None,
            rules: Some(json!(self.rest).into()),
        }
    }
}

/// Something that keeps workflows from being created.
#[derive(Debug)]
pub(crate) struct Problem {
    code: &'static str,
    /// `WORKFLOW`, `STATUS`, `TRANSITION` or `SCOPE`.
    kind: &'static str,
    pub(crate) message: String,
    element: Value,
}

impl Problem {
    fn new(code: &'static str, kind: &'static str, message: String) -> Self {
        Self { code, kind, message, element: json!({}) }
    }

    fn at(mut self, member: &str, value: &str) -> Self {
        self.element[member] = json!(value);
        self
    }

    pub(crate) fn shown(&self) -> Value {
        json!({
            "code": self.code, "level": "ERROR", "type": self.kind, "message": self.message, "elementReference": self.element,
        })
    }
}

/// Everything that is wrong with a payload.
pub(crate) fn check(state: &SiteState, payload: &Payload) -> Vec<Problem> {
    let mut problems = Vec::new();
    if payload.scope.as_ref().and_then(|scope| scope.kind.as_deref()) != Some("GLOBAL") {
        problems.push(Problem::new(
            "SCOPE_TYPE_NOT_SUPPORTED",
            "SCOPE",
            "Only workflows of the scope GLOBAL can be created.".into(),
        ));
    }
    payload.statuses.iter().for_each(|status| check_status(state, status, &mut problems));
    let declared: BTreeSet<&str> = payload.statuses.iter().map(|status| &*status.status_reference).collect();
    let mut names = BTreeSet::new();
    for workflow in &payload.workflows {
        let taken = state.workflows.values().any(|other| other.name == workflow.name);
        if taken || !names.insert(&workflow.name) || workflow.name.trim().is_empty() {
            let message = format!("A workflow with the name '{}' already exists or the name is empty.", workflow.name);
            problems.push(Problem::new("NON_UNIQUE_WORKFLOW_NAME", "WORKFLOW", message));
        }
        let parts = (&*workflow.name, &*workflow.statuses, &*workflow.transitions);
        check_workflow(parts, &declared, &mut problems);
    }
    problems
}

/// Everything that is wrong with a change of the workflow of this name.
pub(crate) fn check_change(
    state: &SiteState,
    name: &str,
    change: &WorkflowChange,
    statuses: &[StatusInput],
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for status in statuses {
        check_status(state, status, &mut problems);
    }
    let declared: BTreeSet<&str> = statuses.iter().map(|status| &*status.status_reference).collect();
    check_workflow((name, &change.statuses, &change.transitions), &declared, &mut problems);
    problems
}

fn check_status(state: &SiteState, status: &StatusInput, problems: &mut Vec<Problem>) {
    let problem = |code, message| Problem::new(code, "STATUS", message).at("statusReference", &status.status_reference);
    if statuses::category(&status.status_category).is_err() {
        let message = format!("'{}' is not a status category.", status.status_category);
        problems.push(problem("STATUS_CATEGORY_INVALID", message));
    }
    match &status.id {
        Some(id) if id.parse().ok().is_none_or(|id: u64| !state.statuses.contains_key(&id)) => {
            problems.push(problem("STATUS_NOT_FOUND", format!("The status with id {id} does not exist.")));
        }
        None if statuses::check_name(state, &status.name, None, None).is_err() => {
            problems.push(problem(
                "NON_UNIQUE_STATUS_NAME",
                format!("The status name '{}' is already in use.", status.name),
            ));
        }
        Some(_) | None => (),
    }
}

fn check_workflow(
    (name, statuses, transitions): (&str, &[StatusPlace], &[TransitionInput]),
    declared: &BTreeSet<&str>,
    problems: &mut Vec<Problem>,
) {
    let own: BTreeSet<&str> = statuses.iter().map(|status| &*status.status_reference).collect();
    for reference in own.difference(declared) {
        let message = format!("The status reference '{reference}' is not among the statuses of the payload.");
        problems.push(Problem::new("STATUS_REFERENCE_UNKNOWN", "STATUS", message).at("statusReference", reference));
    }
    let initial = transitions.iter().filter(|transition| transition.kind == "INITIAL").count();
    if initial != 1 {
        let message = format!("The workflow '{name}' must have exactly one initial transition.");
        problems.push(Problem::new("INITIAL_TRANSITION_COUNT", "WORKFLOW", message));
    }
    let mut ids = BTreeSet::new();
    let mut names = BTreeSet::new();
    for transition in transitions {
        let id = transition.id.as_deref().unwrap_or_default();
        let problem = |code, message| Problem::new(code, "TRANSITION", message).at("transitionId", id);
        if id.parse::<u64>().is_err() || !ids.insert(id) {
            problems.push(problem(
                "TRANSITION_ID_INVALID",
                format!("The transition id '{id}' is no number or not unique."),
            ));
        }
        let mut ends = transition.sources().chain(transition.to_status_reference.as_deref());
        if transition.to_status_reference.is_none() || ends.any(|reference| !own.contains(reference)) {
            let message =
                format!("The transition '{}' names a status that the workflow does not have.", transition.name);
            problems.push(problem("TRANSITION_STATUS_UNKNOWN", message));
        }
        if transition.kind == "DIRECTED" && transition.links.is_empty() {
            problems.push(problem(
                "TRANSITION_WITHOUT_SOURCE",
                format!("The transition '{}' starts nowhere.", transition.name),
            ));
        }
        if !unique_name(transition, &mut names) {
            problems
                .push(problem("NON_UNIQUE_TRANSITION_NAME", format!("The name '{}' is given twice.", transition.name)));
        }
    }
    let reached: BTreeSet<&str> =
        transitions.iter().filter_map(|transition| transition.to_status_reference.as_deref()).collect();
    for reference in own.difference(&reached) {
        let message = format!("No transition leads to the status '{reference}'.");
        problems.push(
            Problem::new("STATUS_WITHOUT_INBOUND_TRANSITION", "STATUS", message).at("statusReference", reference),
        );
    }
}

/// Names of transitions are unique for each source; a global transition has every status as its source.
fn unique_name<'a>(transition: &'a TransitionInput, names: &mut BTreeSet<(&'a str, &'a str)>) -> bool {
    match transition.kind.as_str() {
        "INITIAL" => true,
        "GLOBAL" => names.insert(("", &transition.name)),
        _ => transition.sources().all(|source| names.insert((source, &transition.name))),
    }
}
