//! What issues choose from.

use std::collections::BTreeMap;

use super::agile::Sprints;
use super::people::People;
use super::plan::Kinds;
use crate::issues::workflow::workflow;
use crate::state::{AccountId, FieldOption, SiteState};

/// Everything an issue can refer to.
#[derive(Debug)]
pub(super) struct Cast {
    /// Address of the site without a slash at the end.
    pub(super) url: String,
    pub(super) people: People,
    /// Accounts of everybody.
    pub(super) accounts: Vec<AccountId>,
    pub(super) kinds: Kinds,
    pub(super) projects: Vec<Stage>,
    pub(super) priorities: Vec<u64>,
    pub(super) resolutions: Vec<u64>,
    pub(super) link_types: Vec<u64>,
    pub(super) fields: Vec<Choice>,
}

/// A project with what its issues can refer to.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) id: u64,
    pub(super) key: String,
    pub(super) components: Vec<u64>,
    pub(super) versions: Vec<u64>,
    pub(super) sprints: Sprints,
    /// Statuses by issue type, as its workflow has them; the first is where issues begin.
    pub(super) statuses: BTreeMap<u64, Vec<u64>>,
}

/// A custom field with the options that issues choose from, by project; the entry 0 is for all other projects.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) number: u64,
    pub(super) kind: String,
    pub(super) options: BTreeMap<u64, Vec<FieldOption>>,
}

impl Choice {
    /// The options that issues of a project can have.
    pub(super) fn options_in(&self, project: u64) -> &[FieldOption] {
        self.options.get(&project).or_else(|| self.options.get(&0)).map_or(&[], Vec::as_slice)
    }
}

impl Stage {
    pub(super) fn new(state: &SiteState, id: u64, sprints: Sprints) -> Self {
        let of_project = |project: u64| project == id;
        let statuses = state.issue_types.keys().map(|issue_type| (*issue_type, statuses(state, id, *issue_type)));
        Self {
            id,
            key: state.projects.get(&id).map(|project| project.key.to_string()).unwrap_or_default(),
            components: state
                .components
                .values()
                .filter(|component| of_project(component.project))
                .map(|component| component.id)
                .collect(),
            versions: state
                .versions
                .values()
                .filter(|version| of_project(version.project))
                .map(|version| version.id)
                .collect(),
            sprints,
            statuses: statuses.collect(),
        }
    }
}

fn statuses(state: &SiteState, project: u64, issue_type: u64) -> Vec<u64> {
    let Some(workflow) = workflow(state, project, issue_type) else { return Vec::new() };
    let mut statuses = workflow.statuses.clone();
    statuses.sort_by_key(|status| Some(*status) != workflow.initial_status());
    statuses
}

/// The custom fields of a site.
pub(super) fn choices(state: &SiteState) -> Vec<Choice> {
    let custom = state.fields.values().filter_map(|field| Some((field, field.schema.custom_id?)));
    custom
        .map(|(field, number)| {
            let kind = field.schema.custom.as_deref().unwrap_or_default();
            let kind = kind.rsplit_once(':').map_or(kind, |(_, kind)| kind);
            let kind = if &*field.name == "Flagged" { "flagged" } else { kind }.to_owned();
            let mut options = BTreeMap::new();
            for context in field.contexts.values() {
                let project = context.projects.first().copied().unwrap_or(0);
                options.insert(project, context.options.clone());
            }
            Choice { number, kind, options }
        })
        .collect()
}
