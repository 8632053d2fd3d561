//! Contexts of custom fields: for which projects and issue types a field has which options.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use super::fields::{CHANGED, custom, custom_mut};
use crate::http::audit;
use crate::http::auth::Administrator;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, repeated_ids};
use crate::http::page::{OffsetPage, PageQuery};
use crate::site::{SharedSite, Site};
use crate::state::{Field, FieldContext, IdKind, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/field/{fieldId}/context"),
    ("POST", "/rest/api/3/field/{fieldId}/context"),
    ("GET", "/rest/api/3/field/{fieldId}/context/projectmapping"),
    ("GET", "/rest/api/3/field/{fieldId}/context/issuetypemapping"),
    ("PUT", "/rest/api/3/field/{fieldId}/context/{contextId}"),
    ("DELETE", "/rest/api/3/field/{fieldId}/context/{contextId}"),
    ("PUT", "/rest/api/3/field/{fieldId}/context/{contextId}/project"),
    ("PUT", "/rest/api/3/field/{fieldId}/context/{contextId}/issuetype"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/field/{fieldId}/context", get(all).post(create))
        .route("/rest/api/3/field/{fieldId}/context/projectmapping", get(projects))
        .route("/rest/api/3/field/{fieldId}/context/issuetypemapping", get(issue_types))
        .route("/rest/api/3/field/{fieldId}/context/{contextId}", put(change).delete(remove))
        .route("/rest/api/3/field/{fieldId}/context/{contextId}/project", put(add_projects))
        .route("/rest/api/3/field/{fieldId}/context/{contextId}/issuetype", put(add_issue_types))
}

/// The contexts of a field, those asked for by `contextId` only.
pub(crate) fn asked<'a>(field: &'a Field, query: Option<&str>) -> Vec<&'a FieldContext> {
    let ids = repeated_ids(query, "contextId");
    field.contexts.values().filter(|context| ids.is_empty() || ids.contains(&context.id)).collect()
}

fn is_global(context: &FieldContext) -> bool {
    context.projects.is_empty()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListQuery {
    start_at: Option<u64>,
    max_results: Option<u64>,
    is_any_issue_type: Option<bool>,
    is_global_context: Option<bool>,
}

async fn all(
    State(site): State<SharedSite>,
    _: Administrator,
    Path(field): Path<String>,
    Params(query): Params<ListQuery>,
    RawQuery(raw): RawQuery,
    uri: Uri,
) -> JiraResult<Json<OffsetPage<Value>>> {
    let state = site.read();
    let mut contexts = asked(custom(&state, &field)?, raw.as_deref());
    contexts.retain(|context| query.is_any_issue_type.is_none_or(|any| any == context.issue_types.is_empty()));
    contexts.retain(|context| query.is_global_context.is_none_or(|global| global == is_global(context)));
    let page = PageQuery { start_at: query.start_at, max_results: query.max_results };
    let (window, total) = (page.window(50, 50), contexts.len());
    let shown = |context: &FieldContext| {
        json!({
            "id": context.id.to_string(),
            "name": context.name,
            "description": context.description,
            "isGlobalContext": is_global(context),
            "isAnyIssueType": context.issue_types.is_empty(),
        })
    };
    let values = window.of(contexts).into_iter().map(shown).collect();
    Ok(Json(window.page(&site.here(&uri), total, values)))
}

/// Answers one entry for each project or issue type of each context, and one for a context without any.
fn mapping(
    site: &Site,
    field: &str,
    (page, raw, uri): (PageQuery, Option<&str>, &Uri),
    (member, none): (&str, &str),
    of: impl Fn(&FieldContext) -> &[u64],
) -> JiraResult<Json<OffsetPage<Value>>> {
    let state = site.read();
    let mut entries = Vec::new();
    for context in asked(custom(&state, field)?, raw) {
        let id = context.id.to_string();
        match of(context) {
            [] => entries.push(json!({ "contextId": id, none: true })),
            some => entries.extend(some.iter().map(|other| json!({ "contextId": id, member: other.to_string() }))),
        }
    }
    let (window, total) = (page.window(50, 50), entries.len());
    Ok(Json(window.page(&site.here(uri), total, window.of(entries))))
}

async fn projects(
    State(site): State<SharedSite>,
    _: Administrator,
    Path(field): Path<String>,
    Params(page): Params<PageQuery>,
    RawQuery(raw): RawQuery,
    uri: Uri,
) -> JiraResult<Json<OffsetPage<Value>>> {
    let asked = (page, raw.as_deref(), &uri);
    mapping(&site, &field, asked, ("projectId", "isGlobalContext"), |context| &context.projects)
}

async fn issue_types(
    State(site): State<SharedSite>,
    _: Administrator,
    Path(field): Path<String>,
    Params(page): Params<PageQuery>,
    RawQuery(raw): RawQuery,
    uri: Uri,
) -> JiraResult<Json<OffsetPage<Value>>> {
    let asked = (page, raw.as_deref(), &uri);
    mapping(&site, &field, asked, ("issueTypeId", "isAnyIssueType"), |context| &context.issue_types)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    name: Option<Arc<str>>,
    description: Option<Arc<str>>,
    #[serde(default)]
    project_ids: Vec<String>,
    #[serde(default)]
    issue_type_ids: Vec<String>,
}

/// Reads ids that must exist.
fn known(ids: &[String], exists: impl Fn(&u64) -> bool, what: &str) -> JiraResult<Vec<u64>> {
    let read = |id: &String| {
        id.parse()
            .ok()
            .filter(&exists)
            .ok_or_else(|| JiraError::not_found(format!("The {what} with id {id} was not found.")))
    };
    ids.iter().map(read).collect()
}

fn known_projects(state: &SiteState, ids: &[String]) -> JiraResult<Vec<u64>> {
    known(ids, |id| state.projects.contains_key(id), "project")
}

fn known_issue_types(state: &SiteState, ids: &[String]) -> JiraResult<Vec<u64>> {
    known(ids, |id| state.issue_types.contains_key(id), "issue type")
}

/// Creates a context. Without projects it is the global one, of which a field has at most one.
async fn create(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(field): Path<String>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let mut state = site.write();
    let found = custom(&state, &field)?;
    let projects = known_projects(&state, &body.project_ids)?;
    let issue_types = known_issue_types(&state, &body.issue_type_ids)?;
    let name = body.name.filter(|name| !name.trim().is_empty());
    let name = name.ok_or_else(|| JiraError::bad_request("The name of a context is required."))?;
    if found.locked {
        return Err(JiraError::bad_request(format!("The custom field {field} is locked.")));
    }
    if projects.is_empty() && found.contexts.values().any(is_global) {
        return Err(JiraError::message(StatusCode::CONFLICT, "The custom field already has a global context."));
    }
    let field_name = found.name.clone();
    let id = state.ids.take(IdKind::FieldContext);
    let description = body.description.unwrap_or_default();
    let answer = json!({
        "id": id.to_string(),
        "name": name,
        "description": description,
        "projectIds": body.project_ids,
        "issueTypeIds": body.issue_type_ids,
    });
    let context = FieldContext { id, name, description, projects, issue_types, ..FieldContext::default() };
    custom_mut(&mut state, &field)?.contexts.insert(id, context);
    audit::note(&site, &mut state, &caller, CHANGED, field, field_name);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// 404 for a context the field does not have.
pub(crate) fn context_mut<'a>(field: &'a mut Field, id: &str) -> JiraResult<&'a mut FieldContext> {
    let context = id.parse().ok().and_then(|id: u64| field.contexts.get_mut(&id));
    context.ok_or_else(|| JiraError::not_found(format!("The context with id {id} was not found.")))
}

/// Changes a context and notes it.
pub(crate) fn alter<T>(
    site: &Site,
    caller: &str,
    (field, context): (&str, &str),
    alter: impl FnOnce(&mut FieldContext) -> JiraResult<T>,
) -> JiraResult<T> {
    let mut state = site.write();
    let found = custom_mut(&mut state, field)?;
    let name = found.name.clone();
    let result = alter(context_mut(found, context)?)?;
    audit::note(site, &mut state, caller, CHANGED, field, name);
    Ok(result)
}

async fn change(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path((field, context)): Path<(String, String)>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<StatusCode> {
    alter(&site, &caller, (&field, &context), |context| {
        context.name = body.name.unwrap_or_else(|| context.name.clone());
        context.description = body.description.unwrap_or_else(|| context.description.clone());
        Ok(StatusCode::NO_CONTENT)
    })
}

fn not_global(context: &FieldContext) -> JiraResult<()> {
    if is_global(context) {
        Err(JiraError::bad_request("The global context of a custom field cannot be deleted or restricted."))
    } else {
        Ok(())
    }
}

async fn remove(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path((field, context)): Path<(String, String)>,
) -> JiraResult<StatusCode> {
    alter(&site, &caller, (&field, &context), |context| not_global(context))?;
    let mut state = site.write();
    let id = context.parse().unwrap_or_default();
    custom_mut(&mut state, &field)?.contexts.remove(&id);
    Ok(StatusCode::NO_CONTENT)
}

async fn add_projects(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path((field, context)): Path<(String, String)>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<StatusCode> {
    let projects = known_projects(&site.read(), &body.project_ids)?;
    alter(&site, &caller, (&field, &context), |context| {
        not_global(context)?;
        context.projects.extend(projects);
        context.projects.sort_unstable();
        context.projects.dedup();
        Ok(StatusCode::NO_CONTENT)
    })
}

async fn add_issue_types(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path((field, context)): Path<(String, String)>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<StatusCode> {
    let issue_types = known_issue_types(&site.read(), &body.issue_type_ids)?;
    alter(&site, &caller, (&field, &context), |context| {
        not_global(context)?;
        context.issue_types.extend(issue_types);
        context.issue_types.sort_unstable();
        context.issue_types.dedup();
        Ok(StatusCode::NO_CONTENT)
    })
}
