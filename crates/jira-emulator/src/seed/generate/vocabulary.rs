//! The words beyond a fresh site's, and the workflows that use them.

use std::collections::BTreeMap;

use super::chance::Chance;
use super::measure::Measure;
use crate::seed::empty;
use crate::state::{
    IdKind, IssueType, LinkType, Priority, Resolution, SiteState, Status, StatusCategory, Transition, TransitionKind,
    Workflow, WorkflowScheme,
};

const TYPES: &[(&str, i32, &str)] = &[
    ("Improvement", 0, "Something that works and could work better."),
    ("Incident", 0, "Something stopped working for ships at sea."),
    ("Technical sub-task", -1, "Work that no skipper will see."),
];

const STATUSES: &[(&str, StatusCategory)] = &[
    ("Backlog", StatusCategory::ToDo),
    ("Selected for Development", StatusCategory::ToDo),
    ("In Review", StatusCategory::InProgress),
    ("Blocked", StatusCategory::InProgress),
    ("Closed", StatusCategory::Done),
    ("Rejected", StatusCategory::Done),
    ("Waiting for the tide", StatusCategory::Undefined),
];

const LINK_TYPES: &[(&str, &str, &str)] = &[
    ("Problem/Incident", "is caused by", "causes"),
    ("Issue split", "split from", "split to"),
    ("Test", "is tested by", "tests"),
];

/// Statuses of the workflow that allows only some ways, in the order an issue takes them.
const DELIVERY: &[&str] = &["Backlog", "Selected for Development", "In Progress", "In Review", "Done", "Closed"];

/// Adds types, priorities, resolutions, statuses and link types.
pub(super) fn add(state: &mut SiteState, chance: &mut Chance, measure: Measure) {
    for (name, level, description) in TYPES.iter().filter(|_| measure.has(chance)) {
        add_type(state, name, *level, description);
    }
    if measure.has(chance) {
        add_priority(state);
    }
    for name in ["Fixed", "Works as designed", "Overtaken by events"].into_iter().filter(|_| measure.has(chance)) {
        let id = state.ids.take(IdKind::Resolution);
        let description = format!("The issue is closed: {name}.").into();
        state.resolutions.insert(id, Resolution { id, name: name.into(), description, is_default: false });
    }
    for (name, category) in STATUSES.iter().filter(|_| measure.has(chance)) {
        let id = state.ids.take(IdKind::Status);
        let status = Status { id, name: (*name).into(), description: "".into(), category: *category, project: None };
        state.statuses.insert(id, status);
    }
    for (name, inward, outward) in LINK_TYPES.iter().filter(|_| measure.has(chance)) {
        let id = state.ids.take(IdKind::LinkType);
        let link_type = LinkType { id, name: (*name).into(), inward: (*inward).into(), outward: (*outward).into() };
        state.link_types.insert(id, link_type);
    }
}

fn add_priority(state: &mut SiteState) {
    let id = state.ids.take(IdKind::Priority);
    let blocker = Priority {
        id,
        name: "Blocker".into(),
        description: "Nothing leaves the port until this is solved.".into(),
        color: "#8b0000".into(),
        icon: "/images/icons/priorities/blocker.svg".into(),
        is_default: false,
    };
    state.priorities.insert(id, blocker);
    state.priority_order.insert(0, id);
}

fn add_type(state: &mut SiteState, name: &str, hierarchy_level: i32, description: &str) {
    let id = state.ids.take(IdKind::IssueType);
    let issue_type = IssueType {
        id,
        name: name.into(),
        description: description.into(),
        hierarchy_level,
        avatar_id: 10_300 + id % 20,
        project: None,
        properties: BTreeMap::new(),
    };
    state.issue_types.insert(id, issue_type);
}

/// Opens the default workflow for all statuses and adds one that has an order. Answers the scheme with that one.
pub(super) fn add_workflows(state: &mut SiteState, chance: &mut Chance) -> u64 {
    let default = state.workflows.values_mut().next().map(|workflow| {
        let missing = state.statuses.values().filter(|status| !workflow.statuses.contains(&status.id)).cloned();
        for status in missing.collect::<Vec<_>>() {
            empty::add_open_status(workflow, &status);
        }
        workflow.id
    });
    let delivery = delivery(state, chance);
    let bugs = state.issue_types.values().find(|issue_type| &*issue_type.name == "Bug").map(|bug| bug.id);
    let scheme = WorkflowScheme {
        id: state.ids.take(IdKind::WorkflowScheme),
        name: "Delivery Workflow Scheme".into(),
        description: "Bugs may go anywhere, the rest step by step.".into(),
        default_workflow: delivery.id,
        workflows: bugs.zip(default).into_iter().collect(),
    };
    let id = scheme.id;
    state.workflows.insert(delivery.id, delivery);
    state.workflow_schemes.insert(id, scheme);
    id
}

fn delivery(state: &mut SiteState, chance: &mut Chance) -> Workflow {
    let named = |name: &&'static str| {
        let found = state.statuses.values().find(|status| *status.name == **name)?;
        Some((*name, found.id))
    };
    let (names, statuses): (Vec<&str>, Vec<u64>) = DELIVERY.iter().filter_map(named).unzip();
    let transition = |id: usize, name: String, kind: TransitionKind, to: u64| Transition {
        id: id as u64,
        name: name.into(),
        kind,
        to,
        screen: None,
        rules: None,
    };
    let mut transitions = vec![transition(1, "Create".into(), TransitionKind::Initial, statuses[0])];
    for (place, pair) in statuses.windows(2).enumerate() {
        let forward = TransitionKind::Directed(vec![pair[0]]);
        transitions.push(transition(11 + 10 * place, format!("Go to {}", names[place + 1]), forward, pair[1]));
        let back = TransitionKind::Directed(vec![pair[1]]);
        transitions.push(transition(16 + 10 * place, format!("Back to {}", names[place]), back, pair[0]));
    }
    Workflow {
        id: state.ids.take(IdKind::Workflow),
        entity_id: chance.uuid().to_string().into(),
        name: "Delivery Workflow".into(),
        description: "One step after the other.".into(),
        statuses,
        transitions,
        version: 3,
    }
}
