//! What the caller may do.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::auth::MaybeCaller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params};
use crate::site::SharedSite;
use crate::state::ProjectLife;

pub(crate) const OPERATIONS: &[Operation] =
    &[("GET", "/rest/api/3/mypermissions"), ("POST", "/rest/api/3/permissions/project")];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/mypermissions", get(my_permissions))
        .route("/rest/api/3/permissions/project", post(projects))
}

/// Global permissions: (id, key, name).
const GLOBAL: &[(u32, &str, &str)] = &[
    (0, "ADMINISTER", "Administer Jira"),
    (22, "CREATE_SHARED_OBJECTS", "Share dashboards and filters"),
    (24, "MANAGE_GROUP_FILTER_SUBSCRIPTIONS", "Manage group filter subscriptions"),
    (27, "USER_PICKER", "Browse users and groups"),
    (33, "BULK_CHANGE", "Make bulk changes"),
    (44, "SYSTEM_ADMIN", "Administer System"),
];

/// Project permissions: (id, key, name).
const PROJECT: &[(u32, &str, &str)] = &[
    (10, "BROWSE_PROJECTS", "Browse Projects"),
    (11, "CREATE_ISSUES", "Create Issues"),
    (12, "EDIT_ISSUES", "Edit Issues"),
    (13, "ASSIGN_ISSUES", "Assign Issues"),
    (14, "RESOLVE_ISSUES", "Resolve Issues"),
    (15, "ADD_COMMENTS", "Add Comments"),
    (16, "DELETE_ISSUES", "Delete Issues"),
    (17, "ASSIGNABLE_USER", "Assignable User"),
    (18, "CLOSE_ISSUES", "Close Issues"),
    (19, "CREATE_ATTACHMENTS", "Create Attachments"),
    (20, "WORK_ON_ISSUES", "Work On Issues"),
    (21, "LINK_ISSUES", "Link Issues"),
    (23, "ADMINISTER_PROJECTS", "Administer Projects"),
    (25, "MOVE_ISSUES", "Move Issues"),
    (26, "SET_ISSUE_SECURITY", "Set Issue Security"),
    (28, "SCHEDULE_ISSUES", "Schedule Issues"),
    (30, "MODIFY_REPORTER", "Modify Reporter"),
    (31, "VIEW_VOTERS_AND_WATCHERS", "View Voters and Watchers"),
    (32, "MANAGE_WATCHERS", "Manage Watchers"),
    (34, "EDIT_ALL_COMMENTS", "Edit All Comments"),
    (35, "EDIT_OWN_COMMENTS", "Edit Own Comments"),
    (36, "DELETE_ALL_COMMENTS", "Delete All Comments"),
    (37, "DELETE_OWN_COMMENTS", "Delete Own Comments"),
    (38, "DELETE_ALL_ATTACHMENTS", "Delete All Attachments"),
    (39, "DELETE_OWN_ATTACHMENTS", "Delete Own Attachments"),
    (40, "EDIT_OWN_WORKLOGS", "Edit Own Worklogs"),
    (41, "EDIT_ALL_WORKLOGS", "Edit All Worklogs"),
    (42, "DELETE_OWN_WORKLOGS", "Delete Own Worklogs"),
    (43, "DELETE_ALL_WORKLOGS", "Delete All Worklogs"),
    (46, "TRANSITION_ISSUES", "Transition Issues"),
    (47, "MANAGE_SPRINTS_PERMISSION", "Manage Sprints"),
];

#[derive(Deserialize)]
struct Query {
    permissions: Option<String>,
}

async fn my_permissions(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Params(query): Params<Query>,
) -> JiraResult<Json<Value>> {
    let asked = query.permissions.unwrap_or_default();
    if asked.is_empty() {
        return Err(JiraError::bad_request("The 'permissions' query parameter is required."));
    }
    let may = caller.as_ref().is_none_or(|account| !site.withdrew_permissions_of(account));
    let administers = may && caller.as_ref().is_some_and(|account| site.read().administers(account));
    let mut permissions = serde_json::Map::new();
    for key in asked.split(',').map(str::trim) {
        let (id, name, kind, held) = match (find(GLOBAL, key), find(PROJECT, key)) {
            (Some((id, name)), _) => (id, name, "GLOBAL", administers),
            (None, Some((id, name))) => (id, name, "PROJECT", may && caller.is_some()),
            (None, None) => return Err(JiraError::bad_request(format!("Unrecognized permission: '{key}'"))),
        };
        let shown = json!({ "id": id.to_string(), "key": key, "name": name, "type": kind, "description": name, "havePermission": held });
        permissions.insert(key.into(), shown);
    }
    Ok(Json(json!({ "permissions": permissions })))
}

#[derive(Deserialize)]
struct Asked {
    permissions: Vec<String>,
}

/// The projects in which the caller has all of the permissions.
async fn projects(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    JsonBody(asked): JsonBody<Asked>,
) -> JiraResult<Json<Value>> {
    if let Some(unknown) = asked.permissions.iter().find(|key| find(PROJECT, key).is_none()) {
        return Err(JiraError::bad_request(format!("Unrecognized permission: '{unknown}'")));
    }
    let state = site.read();
    let live = state.projects.values().filter(|project| caller.is_some() && project.life == ProjectLife::Live);
    let projects: Vec<Value> = live.map(|project| json!({ "id": project.id, "key": project.key })).collect();
    Ok(Json(json!({ "projects": projects })))
}

fn find(table: &'static [(u32, &'static str, &'static str)], key: &str) -> Option<(u32, &'static str)> {
    table.iter().find(|(_, known, _)| *known == key).map(|(id, _, name)| (*id, *name))
}
