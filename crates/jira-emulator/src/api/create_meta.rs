//! What can be given when an issue is created.

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Operation;
use crate::http::auth::Caller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::Params;
use crate::http::page::PageQuery;
use crate::issues::view::{View, schema};
use crate::issues::{create, selection};
use crate::site::SharedSite;
use crate::state::{Field, IssueType, Project, ProjectLife, RawJson, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes"),
    ("GET", "/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes", get(issue_types))
        .route("/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}", get(fields))
}

const PAGE: usize = 50;
const LARGEST_PAGE: usize = 200;

fn find<'a>(state: &'a SiteState, name: &str) -> JiraResult<&'a Project> {
    let project = state.project(name).filter(|project| project.life == ProjectLife::Live);
    project.ok_or_else(|| JiraError::bad_request(format!("No project could be found with id or key '{name}'.")))
}

async fn issue_types(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(name): Path<String>,
    Params(query): Params<PageQuery>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let project = find(&state, &name)?;
    let view = View::new(&site, &state, Some(&caller));
    let window = query.window(PAGE, LARGEST_PAGE);
    let types: Vec<RawJson> = window.of(&project.issue_types).into_iter().map(|id| view.issue_type(*id)).collect();
    Ok(Json(json!({
        "startAt": window.start_at,
        "maxResults": window.max_results,
        "total": project.issue_types.len(),
        "issueTypes": types,
    })))
}

async fn fields(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path((name, issue_type)): Path<(String, String)>,
    Params(query): Params<PageQuery>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let project = find(&state, &name)?;
    let issue_type = project.issue_types.iter().find(|id| id.to_string() == issue_type);
    let issue_type = issue_type.and_then(|id| state.issue_types.get(id));
    let issue_type = issue_type.ok_or_else(|| JiraError::bad_request("The issue type selected is invalid."))?;
    let view = View::new(&site, &state, Some(&caller));
    let mut fields: Vec<Value> = Vec::new();
    for field in state.fields.values().filter(|field| is_listed(&state, field, project, issue_type)) {
        fields.push(show(&view, field, project, issue_type));
    }
    fields.push(json!({
        "required": issue_type.is_subtask(),
        "schema": { "type": "issuelink", "system": "parent" },
        "name": "Parent",
        "key": "parent",
        "fieldId": "parent",
        "hasDefaultValue": false,
        "operations": ["set"],
    }));
    let window = query.window(PAGE, LARGEST_PAGE);
    let total = fields.len();
    Ok(Json(json!({
        "startAt": window.start_at,
        "maxResults": window.max_results,
        "total": total,
        "fields": window.of(fields),
    })))
}

fn is_listed(state: &SiteState, field: &Field, project: &Project, issue_type: &IssueType) -> bool {
    matches!(&*field.id, "project" | "issuetype")
        || (!field.trashed
            && create::is_on_screen(state, &field.id)
            && selection::applies(field, project.id, issue_type.id))
}

fn show(view: &View<'_>, field: &Field, project: &Project, issue_type: &IssueType) -> Value {
    let required = field.required || matches!(&*field.id, "summary" | "issuetype" | "project" | "reporter");
    let operations: &[&str] = match (&*field.schema.value_type, &*field.id) {
        ("array", "attachment" | "issuelinks") => &["set", "copy"],
        ("array", _) => &["add", "set", "remove"],
        _ => &["set"],
    };
    let mut shown = json!({
        "required": required,
        "schema": schema(field),
        "name": field.name,
        "key": field.id,
        "fieldId": field.id,
        "hasDefaultValue": matches!(&*field.id, "priority" | "reporter"),
        "operations": operations,
    });
    if let Some(allowed) = allowed_values(view, field, project, issue_type) {
        shown["allowedValues"] = allowed;
    }
    shown
}

fn allowed_values(view: &View<'_>, field: &Field, project: &Project, issue_type: &IssueType) -> Option<Value> {
    let state = view.state;
    Some(match &*field.id {
        "project" => json!([view.project(project.id)]),
        "issuetype" => json!([view.issue_type(issue_type.id)]),
        "priority" => state.priority_order.iter().map(|id| json!(view.priority(Some(*id)))).collect(),
        "resolution" => state.resolutions.keys().map(|id| json!(view.resolution(Some(*id)))).collect(),
        "components" => {
            let own = state.components.values().filter(|component| component.project == project.id);
            own.map(|component| json!(view.component(component.id))).collect()
        }
        "versions" | "fixVersions" => versions(view, project),
        _ if is_custom(field, "version") || is_custom(field, "multiversion") => versions(view, project),
        _ if is_custom(field, "project") => {
            let live = state.projects.values().filter(|project| project.life == ProjectLife::Live);
            live.map(|project| json!(view.project(project.id))).collect()
        }
        _ => options(view, field, project, issue_type)?,
    })
}

/// Whether it is a custom field of a type of Jira's own.
fn is_custom(field: &Field, kind: &str) -> bool {
    field.schema.custom.as_deref().and_then(|custom| custom.rsplit_once(':')).is_some_and(|(_, own)| own == kind)
}

fn versions(view: &View<'_>, project: &Project) -> Value {
    let own = view.state.versions.values().filter(|version| version.project == project.id);
    own.map(|version| json!(view.version(version.id))).collect()
}

/// The options of a select field, children within their parents.
fn options(view: &View<'_>, field: &Field, project: &Project, issue_type: &IssueType) -> Option<Value> {
    let contexts = selection::contexts(field, project.id, issue_type.id);
    let options: Vec<_> = contexts.flat_map(|context| &context.options).filter(|option| !option.disabled).collect();
    if options.is_empty() {
        return None;
    }
    let shown = |parent: Option<u64>| -> Vec<Value> {
        let own = options.iter().filter(|option| option.parent == parent);
        own.map(|option| {
            json!({
                "self": view.link(&format!("/rest/api/3/customFieldOption/{}", option.id)),
                "value": option.value,
                "id": option.id.to_string(),
            })
        })
        .collect()
    };
    let mut parents = shown(None);
    for parent in &mut parents {
        let id = parent["id"].as_str().and_then(|id| id.parse().ok());
        let children = shown(id);
        if id.is_some() && !children.is_empty() {
            parent["children"] = json!(children);
        }
    }
    Some(json!(parents))
}
