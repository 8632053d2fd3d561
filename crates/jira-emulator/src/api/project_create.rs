//! Creation of projects, from a template or from schemes.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::audit::{self, Event};
use crate::http::auth::Administrator;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::JsonBody;
use crate::site::{SharedSite, Site, derived_uuid};
use crate::state::{AccountId, Board, Filter, IdKind, Project, SiteState};

const CREATED: Event = Event::new("Project created", "projects", "PROJECT");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewProject {
    key: Option<Arc<str>>,
    name: Option<Arc<str>>,
    #[serde(default)]
    description: Arc<str>,
    lead_account_id: Option<AccountId>,
    project_type_key: Option<Arc<str>>,
    project_template_key: Option<Arc<str>>,
    url: Option<Arc<str>>,
    assignee_type: Option<Arc<str>>,
    avatar_id: Option<u64>,
    category_id: Option<u64>,
    issue_type_scheme: Option<u64>,
    issue_type_screen_scheme: Option<u64>,
    field_scheme: Option<u64>,
    field_configuration_scheme: Option<u64>,
    issue_security_scheme: Option<u64>,
    permission_scheme: Option<u64>,
    workflow_scheme: Option<u64>,
    notification_scheme: Option<u64>,
}

pub(crate) async fn create(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(new): JsonBody<NewProject>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let mut state = site.write();
    let (key, name, lead) = check(&state, &new)?;
    let type_key = type_of(&new)?;
    let template = new.project_template_key.clone();
    let project = build(&site, &mut state, new, (key, name, lead, type_key));
    audit::note(&site, &mut state, &caller, CREATED, project.id, &project.name);
    let answer = json!({
        "self": site.link(&format!("/rest/api/3/project/{}", project.id)), "id": project.id, "key": project.key,
    });
    if let Some(template) = template {
        add_board(&mut state, &project, &template, &caller);
    }
    state.insert_project(project);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Checks everything that names something. All that is wrong with key, name and lead is told at once.
fn check(state: &SiteState, new: &NewProject) -> JiraResult<(Arc<str>, Arc<str>, AccountId)> {
    let mut errors = BTreeMap::new();
    let key = new.key.clone().unwrap_or_default();
    if let Err(message) = check_key(state, &key, None) {
        errors.insert("projectKey".to_owned(), message);
    }
    let name = new.name.clone().unwrap_or_default();
    if let Err(message) = check_name(state, &name, None) {
        errors.insert("projectName".to_owned(), message);
    }
    let lead = new.lead_account_id.clone().unwrap_or_default();
    if lead.is_empty() {
        errors.insert("projectLead".to_owned(), "You must specify a valid project lead.".into());
    } else if !state.users.get(&lead).is_some_and(|user| user.active) {
        errors.insert("projectLead".to_owned(), "The user you have specified as project lead doesn't exist.".into());
    }
    if !errors.is_empty() {
        return Err(JiraError::fields(errors));
    }
    check_references(state, new)?;
    Ok((key, name, lead))
}

fn check_references(state: &SiteState, new: &NewProject) -> JiraResult<()> {
    let unknown = |what: &str, id: u64| Err(JiraError::field(what, format!("No {what} with id {id} exists.")));
    if let Some(id) = new.category_id.filter(|id| !state.project_categories.contains_key(id)) {
        return unknown("categoryId", id);
    }
    if let Some(id) = new.workflow_scheme.filter(|id| !state.workflow_schemes.contains_key(id)) {
        return unknown("workflowScheme", id);
    }
    if let Some(id) = new.notification_scheme.filter(|id| !state.notification_schemes.contains_key(id)) {
        return unknown("notificationScheme", id);
    }
    check_assignee_type(new.assignee_type.as_deref())
}

/// 400 for anything but the two words Jira knows.
pub(crate) fn check_assignee_type(assignee_type: Option<&str>) -> JiraResult<()> {
    match assignee_type {
        None | Some("PROJECT_LEAD" | "UNASSIGNED") => Ok(()),
        Some(other) => Err(JiraError::field("assigneeType", format!("'{other}' is not an assignee type."))),
    }
}

/// What is wrong with a project key. Keys of projects in the recycle bin and former keys are taken too.
pub(crate) fn check_key(state: &SiteState, key: &str, own: Option<u64>) -> Result<(), String> {
    let well_formed = key.starts_with(|first: char| first.is_ascii_uppercase())
        && (2..=10).contains(&key.len())
        && key.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit());
    if !well_formed {
        return Err("Project keys must start with an uppercase letter, followed by one or more uppercase alphanumeric characters, and have at most 10 characters.".into());
    }
    match state.project_keys.get(key).filter(|owner| Some(**owner) != own) {
        None => Ok(()),
        Some(owner) => {
            let name = state.projects.get(owner).map_or("", |project| &project.name);
            Err(format!("Project '{name}' uses this project key."))
        }
    }
}

/// What is wrong with a project name. Names of projects in the recycle bin are taken too.
pub(crate) fn check_name(state: &SiteState, name: &str, own: Option<u64>) -> Result<(), String> {
    if name.trim().is_empty() || name.chars().count() > 80 {
        return Err("You must specify a valid project name of at most 80 characters.".into());
    }
    let mut others = state.projects.values().filter(|project| Some(project.id) != own);
    if others.any(|other| other.name.to_lowercase() == name.to_lowercase()) {
        Err("A project with that name already exists.".into())
    } else {
        Ok(())
    }
}

/// The type: given, or from the template. A template and schemes exclude each other.
fn type_of(new: &NewProject) -> JiraResult<Arc<str>> {
    let schemes = [new.issue_type_scheme, new.issue_type_screen_scheme, new.field_scheme, new.workflow_scheme];
    let Some(template) = &new.project_template_key else {
        let known = |key: &&Arc<str>| ["software", "business", "service_desk"].contains(&&***key);
        let given = new.project_type_key.as_ref().filter(known).cloned();
        return given.ok_or_else(|| JiraError::field("projectTypeKey", "A valid project type must be given."));
    };
    if schemes.iter().any(Option::is_some) {
        return Err(JiraError::bad_request("A project template cannot be combined with schemes."));
    }
    Ok(match template.split_once(':').map(|(app, _)| app) {
        Some("com.pyxis.greenhopper.jira") => "software".into(),
        Some("com.atlassian.jira-core-project-templates") => "business".into(),
        Some("com.atlassian.servicedesk") => "service_desk".into(),
        _ => return Err(JiraError::field("projectTemplateKey", format!("The template '{template}' does not exist."))),
    })
}

fn build(
    site: &Site,
    state: &mut SiteState,
    new: NewProject,
    (key, name, lead, type_key): (Arc<str>, Arc<str>, AccountId, Arc<str>),
) -> Project {
    let id = state.ids.take(IdKind::Project);
    let team_managed = new.project_template_key.is_some_and(|template| template.contains("gh-simplified-agility"));
    let named = [
        ("permissionScheme", new.permission_scheme),
        ("issueTypeScheme", new.issue_type_scheme),
        ("issueTypeScreenScheme", new.issue_type_screen_scheme),
        ("fieldScheme", new.field_scheme.or(new.field_configuration_scheme)),
        ("issueSecurityScheme", new.issue_security_scheme),
    ];
    let defaults = state.roles.values().map(|role| (role.id, role.default_actors.clone())).collect();
    Project {
        id,
        entity_id: derived_uuid(&["project", &site.name, &id.to_string()]),
        key,
        name,
        description: new.description,
        type_key,
        team_managed,
        lead: Some(lead),
        url: new.url,
        assignee_type: new.assignee_type.unwrap_or_else(|| "PROJECT_LEAD".into()),
        category: new.category_id,
        avatar_id: new.avatar_id.unwrap_or(10_400),
        issue_types: state.issue_types.values().filter(|kind| kind.project.is_none()).map(|kind| kind.id).collect(),
        workflow_scheme: new.workflow_scheme.or_else(|| state.workflow_schemes.keys().next().copied()),
        notification_scheme: new.notification_scheme.or_else(|| state.notification_schemes.keys().next().copied()),
        schemes: named.into_iter().filter_map(|(kind, id)| Some((kind.to_owned(), id?))).collect(),
        role_actors: defaults,
        ..Project::default()
    }
}

/// Software templates bring a board with its filter.
fn add_board(state: &mut SiteState, project: &Project, template: &str, owner: &AccountId) {
    if &*project.type_key != "software" {
        return;
    }
    let board_type = match (project.team_managed, template.contains("scrum")) {
        (true, _) => "simple",
        (false, true) => "scrum",
        (false, false) => "kanban",
    };
    let filter = Filter {
        id: state.ids.take(IdKind::Filter),
        name: format!("Filter for {} board", project.key).into(),
        description: None,
        owner: owner.clone(),
        jql: format!("project = {} ORDER BY Rank ASC", project.key).into(),
        share_permissions: Vec::new(),
        edit_permissions: Vec::new(),
        favourite_of: [owner.clone()].into(),
        columns: None,
    };
    let board = Board {
        id: state.ids.take(IdKind::Board),
        name: format!("{} board", project.key).into(),
        board_type: board_type.into(),
        filter: Some(filter.id),
        project: Some(project.id),
        properties: BTreeMap::new(),
    };
    state.filters.insert(filter.id, filter);
    state.boards.insert(board.id, board);
}
