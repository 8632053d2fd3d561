//! Workflows: which status an issue may go to next.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::RawJson;

/// Where a transition starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransitionKind {
    /// Creation of an issue.
    Initial,
    /// Any status.
    Global,
    /// One of these statuses.
    Directed(Vec<u64>),
}

/// A transition.
#[derive(Debug, Clone)]
pub struct Transition {
    /// Id, unique in the workflow.
    pub id: u64,
    /// Name.
    pub name: Arc<str>,
    /// Where it starts.
    pub kind: TransitionKind,
    /// Status it leads to.
    pub to: u64,
    /// Screen shown on the way.
    pub screen: Option<u64>,
    /// Rules as given: validators, conditions, actions.
    pub rules: Option<RawJson>,
}

/// A workflow.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// Internal number; the key in the site's map.
    pub id: u64,
    /// `entityId`: a UUID that API answers name the workflow by.
    pub entity_id: Arc<str>,
    /// Name, unique.
    pub name: Arc<str>,
    /// Description.
    pub description: Arc<str>,
    /// Statuses in order.
    pub statuses: Vec<u64>,
    /// Transitions.
    pub transitions: Vec<Transition>,
    /// Number of the current version.
    pub version: u64,
}

impl Workflow {
    /// The status that new issues get.
    pub fn initial_status(&self) -> Option<u64> {
        self.transitions.iter().find(|transition| transition.kind == TransitionKind::Initial).map(|initial| initial.to)
    }

    /// Transitions an issue in the given status may take.
    pub fn transitions_from(&self, status: u64) -> impl Iterator<Item = &Transition> {
        self.transitions.iter().filter(move |transition| match &transition.kind {
            TransitionKind::Initial => false,
            TransitionKind::Global => true,
            TransitionKind::Directed(from) => from.contains(&status),
        })
    }
}

/// Which workflow each issue type of a project follows.
#[derive(Debug, Clone)]
pub struct WorkflowScheme {
    /// Id.
    pub id: u64,
    /// Name, unique.
    pub name: Arc<str>,
    /// Description.
    pub description: Arc<str>,
    /// Workflow for types that are not listed.
    pub default_workflow: u64,
    /// Workflow by issue type.
    pub workflows: BTreeMap<u64, u64>,
}
