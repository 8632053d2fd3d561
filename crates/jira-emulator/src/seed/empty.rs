//! A fresh Jira Cloud site.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fields;
use crate::site::{Admin, derived_uuid};
use crate::state::{
    Group, IdKind, Ids, IssueType, LinkType, NotificationScheme, Priority, Resolution, Role, RoleActors, Screen,
    ScreenTab, SiteState, Status, StatusCategory, Transition, TransitionKind, User, Workflow, WorkflowScheme,
};

/// Makes the state of a fresh site. Ids start at an offset that follows from the site's name.
pub(super) fn site(name: &str, admin: &Admin) -> SiteState {
    let mut state = SiteState { ids: Ids::with_offset(offset(name)), ..SiteState::default() };
    people(&mut state, name, admin);
    vocabulary(&mut state);
    fields::add_all(&mut state);
    workflow(&mut state, name);
    schemes(&mut state);
    state
}

/// Between 0 and 96: ids of two sites overlap, yet the same thing has another id on each.
fn offset(name: &str) -> u64 {
    derived_uuid(&["id offset", name]).as_u128() as u64 % 97
}

fn people(state: &mut SiteState, site: &str, admin: &Admin) {
    let user = User {
        account_id: admin.account.clone(),
        account_type: "atlassian".into(),
        display_name: "Site Administrator".into(),
        email: admin.email.as_str().into(),
        email_visible: true,
        active: true,
        time_zone: "Etc/UTC".into(),
        properties: BTreeMap::new(),
    };
    state.users.insert(user.account_id.clone(), user);
    for (name, administers) in [("jira-administrators", true), ("site-admins", true), ("jira-software-users", false)] {
        let id: Arc<str> = derived_uuid(&["group", site, name]).to_string().into();
        let members = BTreeSet::from([admin.account.clone()]);
        state.groups.insert(id.clone(), Group { id, name: name.into(), members, administers });
    }
    for (name, description) in [
        ("Administrators", "A project role that represents administrators in a project"),
        ("Developers", "A project role that represents developers in a project"),
        ("Users", "A project role that represents users in a project"),
        (
            "atlassian-addons-project-access",
            "A project role that represents Connect add-ons declaring a scope that requires more than read issue permissions",
        ),
    ] {
        let id = state.ids.take(IdKind::Role);
        let role =
            Role { id, name: name.into(), description: description.into(), default_actors: RoleActors::default() };
        state.roles.insert(id, role);
    }
}

fn vocabulary(state: &mut SiteState) {
    for (name, level, description) in [
        ("Epic", 1, "A big user story that needs to be broken down."),
        ("Story", 0, "Functionality or a feature expressed as a user goal."),
        ("Task", 0, "A small, distinct piece of work."),
        ("Bug", 0, "A problem or error."),
        ("Sub-task", -1, "A small piece of work that's part of a larger task."),
    ] {
        add_issue_type(state, name, level, description);
    }
    for (index, name) in ["Highest", "High", "Medium", "Low", "Lowest"].into_iter().enumerate() {
        let id = index as u64 + 1;
        let priority = Priority {
            id,
            name: name.into(),
            description: "".into(),
            color: ["#d04437", "#f15C75", "#f79232", "#707070", "#999999"][index].into(),
            icon: format!("/images/icons/priorities/{}.svg", name.to_lowercase()).as_str().into(),
            is_default: name == "Medium",
        };
        state.ids.saw(IdKind::Priority, id);
        state.priorities.insert(id, priority);
        state.priority_order.push(id);
    }
    for name in ["Done", "Won't Do", "Duplicate", "Cannot Reproduce"] {
        let id = state.ids.take(IdKind::Resolution);
        state.resolutions.insert(id, Resolution { id, name: name.into(), description: "".into(), is_default: false });
    }
    for (name, inward, outward) in [
        ("Blocks", "is blocked by", "blocks"),
        ("Cloners", "is cloned by", "clones"),
        ("Duplicate", "is duplicated by", "duplicates"),
        ("Relates", "relates to", "relates to"),
    ] {
        let id = state.ids.take(IdKind::LinkType);
        state.link_types.insert(id, LinkType { id, name: name.into(), inward: inward.into(), outward: outward.into() });
    }
    for (name, category) in
        [("To Do", StatusCategory::ToDo), ("In Progress", StatusCategory::InProgress), ("Done", StatusCategory::Done)]
    {
        let id = state.ids.take(IdKind::Status);
        let status = Status { id, name: name.into(), description: "".into(), category, project: None };
        state.statuses.insert(id, status);
    }
}

fn add_issue_type(state: &mut SiteState, name: &str, hierarchy_level: i32, description: &str) {
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

/// The default workflow: every status can be reached from every other.
fn workflow(state: &mut SiteState, site: &str) {
    let id = state.ids.take(IdKind::Workflow);
    let mut workflow = Workflow {
        id,
        entity_id: derived_uuid(&["workflow", site, "default"]).to_string().into(),
        name: "Software Simplified Workflow".into(),
        description: "".into(),
        statuses: Vec::new(),
        transitions: Vec::new(),
        version: 1,
    };
    for status in state.statuses.values() {
        add_open_status(&mut workflow, status);
    }
    state.workflows.insert(id, workflow);
    let scheme = WorkflowScheme {
        id: state.ids.take(IdKind::WorkflowScheme),
        name: "Default Workflow Scheme".into(),
        description: "".into(),
        default_workflow: id,
        workflows: BTreeMap::new(),
    };
    state.workflow_schemes.insert(scheme.id, scheme);
}

/// Adds a status that can be reached from everywhere; the first one becomes the initial status.
pub(super) fn add_open_status(workflow: &mut Workflow, status: &Status) {
    if workflow.statuses.is_empty() {
        workflow.transitions.push(Transition {
            id: 1,
            name: "Create".into(),
            kind: TransitionKind::Initial,
            to: status.id,
            screen: None,
            rules: None,
        });
    }
    workflow.transitions.push(Transition {
        id: 11 + 10 * workflow.statuses.len() as u64,
        name: status.name.clone(),
        kind: TransitionKind::Global,
        to: status.id,
        screen: None,
        rules: None,
    });
    workflow.statuses.push(status.id);
}

fn schemes(state: &mut SiteState) {
    let id = state.ids.take(IdKind::NotificationScheme);
    let scheme = NotificationScheme {
        id,
        name: "Default Notification Scheme".into(),
        description: "".into(),
        events: Vec::new(),
    };
    state.notification_schemes.insert(id, scheme);
    let id = state.ids.take(IdKind::Screen);
    let on_screen = |field: &&crate::state::Field| field.orderable && &*field.id != "comment";
    let fields = state.fields.values().filter(on_screen).map(|field| field.id.clone()).collect();
    let tabs = vec![ScreenTab { id: 10_000, name: "Field Tab".into(), fields }];
    state.screens.insert(id, Screen { id, name: "Default Screen".into(), description: "".into(), tabs });
}
