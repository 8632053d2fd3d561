//! Reads the `meta` folder of a seed: everything but issues. What it holds replaces what a fresh site has.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{SeedError, empty, fields};
use crate::http::time::parse_time;
use crate::state::{
    Board, Component, Field, FieldSchema, IdKind, IssueType, LinkType, Priority, Project, ProjectCategory, Resolution,
    SiteState, Sprint, SprintState, Status, StatusCategory, User, Version,
};

/// Loads all files of the folder.
pub(super) fn load(folder: &Path, state: &mut SiteState) -> Result<(), SeedError> {
    for user in read::<Vec<UserFile>>(folder, "users")? {
        add_user(state, user);
    }
    vocabulary(folder, state)?;
    for field in read::<Vec<FieldFile>>(folder, "fields")? {
        add_field(state, field);
    }
    for sprint in read::<Vec<SprintFile>>(folder, "sprints")? {
        add_sprint(state, sprint);
    }
    for project in read::<Vec<ProjectFile>>(folder, "projects")? {
        add_project(state, project);
    }
    open_workflow(state);
    Ok(())
}

fn read<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<T, SeedError> {
    let file = folder.join(format!("{name}.json.zst"));
    let text = std::fs::File::open(&file).and_then(zstd::decode_all);
    let text = text.map_err(|source| SeedError::Read { file: file.clone(), source })?;
    serde_json::from_slice(&text).map_err(|error| SeedError::Broken {
        file,
        line: error.line(),
        problem: error.to_string(),
    })
}

/// A numeric id that is a string in JSON.
pub(super) fn number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserFile {
    account_id: Arc<str>,
    account_type: Arc<str>,
    #[serde(default)]
    email_address: Arc<str>,
    display_name: Arc<str>,
    active: bool,
    time_zone: Arc<str>,
}

fn add_user(state: &mut SiteState, file: UserFile) {
    // Two in five profiles are open; which ones follows from the id.
    let email_visible = blake3::hash(file.account_id.as_bytes()).as_bytes()[0] % 5 < 2;
    let user = User {
        account_id: file.account_id.clone(),
        account_type: file.account_type,
        display_name: file.display_name,
        email: file.email_address,
        email_visible,
        active: file.active,
        time_zone: file.time_zone,
        properties: BTreeMap::new(),
    };
    let users = state.groups.values_mut().find(|group| &*group.name == "jira-software-users");
    if let (Some(users), "atlassian") = (users, &*user.account_type) {
        users.members.insert(file.account_id.clone());
    }
    state.users.insert(file.account_id, user);
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NamedFile {
    #[serde(deserialize_with = "number")]
    id: u64,
    name: Arc<str>,
    #[serde(default)]
    description: Arc<str>,
    #[serde(default)]
    hierarchy_level: i32,
    #[serde(default)]
    avatar_id: u64,
    #[serde(default)]
    inward: Arc<str>,
    #[serde(default)]
    outward: Arc<str>,
    status_category: Option<CategoryFile>,
}

#[derive(Deserialize)]
struct CategoryFile {
    key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LinkTypesFile {
    issue_link_types: Vec<NamedFile>,
}

fn vocabulary(folder: &Path, state: &mut SiteState) -> Result<(), SeedError> {
    state.issue_types.clear();
    for NamedFile { id, name, description, hierarchy_level, avatar_id, .. } in
        read::<Vec<NamedFile>>(folder, "issuetypes")?
    {
        state.ids.saw(IdKind::IssueType, id);
        let issue_type =
            IssueType { id, name, description, hierarchy_level, avatar_id, project: None, properties: BTreeMap::new() };
        state.issue_types.insert(id, issue_type);
    }
    state.priorities.clear();
    state.priority_order.clear();
    for NamedFile { id, name, description, .. } in read::<Vec<NamedFile>>(folder, "priorities")? {
        state.ids.saw(IdKind::Priority, id);
        let icon = "/images/icons/priorities/medium.svg".into();
        let is_default = state.priorities.is_empty();
        state.priorities.insert(id, Priority { id, name, description, color: "#707070".into(), icon, is_default });
        state.priority_order.push(id);
    }
    state.resolutions.clear();
    for NamedFile { id, name, description, .. } in read::<Vec<NamedFile>>(folder, "resolutions")? {
        state.ids.saw(IdKind::Resolution, id);
        state.resolutions.insert(id, Resolution { id, name, description, is_default: false });
    }
    state.link_types.clear();
    for NamedFile { id, name, inward, outward, .. } in read::<LinkTypesFile>(folder, "issuelinktypes")?.issue_link_types
    {
        state.ids.saw(IdKind::LinkType, id);
        state.link_types.insert(id, LinkType { id, name, inward, outward });
    }
    state.statuses.clear();
    for NamedFile { id, name, description, status_category, .. } in read::<Vec<NamedFile>>(folder, "statuses")? {
        state.ids.saw(IdKind::Status, id);
        let category = status_category.and_then(|category| StatusCategory::parse(&category.key));
        let category = category.unwrap_or(StatusCategory::Undefined);
        state.statuses.insert(id, Status { id, name, description, category, project: None });
    }
    Ok(())
}

#[derive(Deserialize)]
struct FieldFile {
    id: Arc<str>,
    name: Arc<str>,
    custom: bool,
    schema: SchemaFile,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SchemaFile {
    #[serde(rename = "type")]
    value_type: Arc<str>,
    items: Option<Arc<str>>,
    custom: Option<Arc<str>>,
    custom_id: Option<u64>,
}

/// Adds a custom field. A field that Jira itself brings takes the place of the fresh site's one of the same type and name.
fn add_field(state: &mut SiteState, file: FieldFile) {
    let Some(number) = file.schema.custom_id.filter(|_| file.custom) else { return };
    let schema = FieldSchema {
        value_type: file.schema.value_type,
        items: file.schema.items,
        system: None,
        custom: file.schema.custom,
        custom_id: Some(number),
    };
    let same = |field: &&Field| field.schema.custom == schema.custom && field.name == file.name;
    let fresh = state.fields.values().find(same).map(|field| field.id.clone());
    let mut field = fresh.and_then(|id| state.fields.remove(&id)).unwrap_or_default();
    if let Some(occupant) = state.fields.remove(&file.id) {
        give_new_number(state, occupant);
    }
    if field.contexts.is_empty() {
        field.contexts = fields::global_context(state, &file.name);
    }
    field = Field {
        id: file.id.clone(),
        name: file.name,
        schema,
        searchable: true,
        navigable: true,
        orderable: true,
        ..field
    };
    state.ids.saw(IdKind::CustomField, number);
    put_on_default_screen(state, &file.id);
    state.fields.insert(file.id, field);
}

/// Moves a fresh site's field out of the way of a seed's field with the same id.
fn give_new_number(state: &mut SiteState, mut field: Field) {
    let number = loop {
        let number = state.ids.take(IdKind::CustomField) + 100;
        if !state.fields.contains_key(format!("customfield_{number}").as_str()) {
            break number;
        }
    };
    field.id = format!("customfield_{number}").into();
    field.schema.custom_id = Some(number);
    state.ids.saw(IdKind::CustomField, number);
    put_on_default_screen(state, &field.id.clone());
    state.fields.insert(field.id.clone(), field);
}

fn put_on_default_screen(state: &mut SiteState, field: &Arc<str>) {
    let known = &state.fields;
    if let Some(tab) = state.screens.values_mut().next().and_then(|screen| screen.tabs.first_mut()) {
        tab.fields.retain(|on_tab| known.contains_key(on_tab) && on_tab != field);
        tab.fields.push(field.clone());
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SprintFile {
    id: u64,
    name: Arc<str>,
    state: String,
    board_id: u64,
    start_date: Option<String>,
    end_date: Option<String>,
    complete_date: Option<String>,
    goal: Option<Arc<str>>,
}

fn add_sprint(state: &mut SiteState, file: SprintFile) {
    let time = |text: Option<String>| text.as_deref().and_then(parse_time);
    let sprint = Sprint {
        id: file.id,
        board: file.board_id,
        name: file.name,
        goal: file.goal,
        state: SprintState::parse(&file.state).unwrap_or(SprintState::Future),
        start: time(file.start_date),
        end: time(file.end_date),
        completed: time(file.complete_date),
        properties: BTreeMap::new(),
    };
    state.ids.saw(IdKind::Sprint, sprint.id);
    state.ids.saw(IdKind::Board, sprint.board);
    state.boards.entry(sprint.board).or_insert_with(|| Board {
        id: sprint.board,
        name: format!("Board {}", sprint.board).into(),
        board_type: "scrum".into(),
        filter: None,
        project: None,
        properties: BTreeMap::new(),
    });
    state.sprints.insert(sprint.id, sprint);
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProjectFile {
    #[serde(deserialize_with = "number")]
    id: u64,
    key: Arc<str>,
    name: Arc<str>,
    #[serde(default)]
    description: Arc<str>,
    project_type_key: Arc<str>,
    simplified: bool,
    assignee_type: Arc<str>,
    uuid: uuid::Uuid,
    project_category: Option<NamedFile>,
    components: Vec<ComponentFile>,
    versions: Vec<VersionFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ComponentFile {
    #[serde(deserialize_with = "number")]
    id: u64,
    name: Arc<str>,
    description: Option<Arc<str>>,
    #[serde(default)]
    assignee_type: Arc<str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VersionFile {
    #[serde(deserialize_with = "number")]
    id: u64,
    name: Arc<str>,
    description: Option<Arc<str>>,
    start_date: Option<Date>,
    release_date: Option<Date>,
    released: bool,
    archived: bool,
}

fn add_project(state: &mut SiteState, file: ProjectFile) {
    if let Some(NamedFile { id, name, description, .. }) = &file.project_category {
        state.ids.saw(IdKind::ProjectCategory, *id);
        let category = ProjectCategory { id: *id, name: name.clone(), description: description.clone() };
        state.project_categories.insert(*id, category);
    }
    for ComponentFile { id, name, description, assignee_type } in file.components {
        state.ids.saw(IdKind::Component, id);
        let component = Component { id, project: file.id, name, description, lead: None, assignee_type };
        state.components.insert(id, component);
    }
    for (position, version) in file.versions.into_iter().enumerate() {
        let VersionFile { id, name, description, start_date, release_date, released, archived } = version;
        state.ids.saw(IdKind::Version, id);
        let position = position as u64;
        let (project, driver) = (file.id, None);
        let version =
            Version { id, project, name, description, start_date, release_date, released, archived, driver, position };
        state.versions.insert(id, version);
    }
    let project = Project {
        id: file.id,
        key: file.key,
        name: file.name,
        description: file.description,
        type_key: file.project_type_key,
        team_managed: file.simplified,
        assignee_type: file.assignee_type,
        category: file.project_category.map(|category| category.id),
        avatar_id: 10_400,
        entity_id: file.uuid,
        issue_types: state.issue_types.keys().copied().collect(),
        workflow_scheme: state.workflow_schemes.keys().next().copied(),
        notification_scheme: state.notification_schemes.keys().next().copied(),
        lead: state.groups.values().find(|group| group.administers).and_then(|group| group.members.first().cloned()),
        ..Project::default()
    };
    state.insert_project(project);
}

/// Lets the default workflow reach every status of the seed, beginning with the first one to do.
fn open_workflow(state: &mut SiteState) {
    let mut statuses: Vec<&Status> = state.statuses.values().collect();
    statuses.sort_by_key(|status| (status.category != StatusCategory::ToDo, status.id));
    if let Some(workflow) = state.workflows.values_mut().next() {
        workflow.statuses.clear();
        workflow.transitions.clear();
        for status in statuses {
            empty::add_open_status(workflow, status);
        }
    }
}
