//! Projects: lists and single ones, and how they are shown.

use axum::extract::{Path, RawQuery, State};
use axum::http::Uri;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Operation, components, issue_types, project_categories, project_change, project_create, project_roles, versions,
};
use crate::http::auth::Caller;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{Params, repeated, repeated_ids};
use crate::http::page::{OffsetPage, PageQuery};
use crate::http::render;
use crate::http::time::agile_time;
use crate::site::{SharedSite, Site};
use crate::state::{Project, ProjectLife, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/project/search"),
    ("POST", "/rest/api/3/project"),
    ("GET", "/rest/api/3/project/{projectIdOrKey}"),
    ("PUT", "/rest/api/3/project/{projectIdOrKey}"),
    ("DELETE", "/rest/api/3/project/{projectIdOrKey}"),
    ("POST", "/rest/api/3/project/{projectIdOrKey}/restore"),
    ("POST", "/rest/api/3/project/{projectIdOrKey}/archive"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/project/search", get(search))
        .route("/rest/api/3/project", post(project_create::create))
        .route(
            "/rest/api/3/project/{projectIdOrKey}",
            get(one).put(project_change::change).delete(project_change::remove),
        )
        .route("/rest/api/3/project/{projectIdOrKey}/restore", post(project_change::restore))
        .route("/rest/api/3/project/{projectIdOrKey}/archive", post(project_change::archive))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchQuery {
    start_at: Option<u64>,
    max_results: Option<u64>,
    order_by: Option<String>,
    query: Option<String>,
    type_key: Option<String>,
    category_id: Option<u64>,
    expand: Option<String>,
}

async fn search(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Params(query): Params<SearchQuery>,
    RawQuery(raw): RawQuery,
    uri: Uri,
) -> JiraResult<Json<OffsetPage<Value>>> {
    let raw = raw.as_deref();
    let state = site.read();
    let (ids, keys, statuses) = (repeated_ids(raw, "id"), repeated(raw, "keys"), repeated(raw, "status"));
    let mut found: Vec<&Project> = state.projects.values().collect();
    found.retain(|project| {
        (ids.is_empty() || ids.contains(&project.id))
            && (keys.is_empty() || keys.iter().any(|key| **key == *project.key))
            && has_status(project, &statuses, state.administers(&caller))
            && matches(project, &query)
    });
    sort(&mut found, query.order_by.as_deref())?;
    let page = PageQuery { start_at: query.start_at, max_results: query.max_results };
    let (window, total) = (page.window(50, 100), found.len());
    let view = ProjectView { site: &site, state: &state, viewer: &caller };
    let expand = query.expand.unwrap_or_default();
    let values = window.of(found).into_iter().map(|project| view.brief(project, &expand)).collect();
    Ok(Json(window.page(&site.here(&uri), total, values)))
}

/// Without `status` only live projects are listed; those in the recycle bin only for administrators.
fn has_status(project: &Project, statuses: &[String], administrator: bool) -> bool {
    let status = match project.life {
        ProjectLife::Live => "live",
        ProjectLife::Archived { .. } => "archived",
        ProjectLife::Trashed { .. } => "deleted",
    };
    match statuses {
        [] => status == "live",
        some => some.iter().any(|asked| asked == status) && (administrator || status != "deleted"),
    }
}

fn matches(project: &Project, query: &SearchQuery) -> bool {
    let text = query.query.as_deref().unwrap_or_default().to_lowercase();
    let by_text = project.key.to_lowercase().contains(&text) || project.name.to_lowercase().contains(&text);
    let by_type = query.type_key.as_deref().is_none_or(|keys| keys.split(',').any(|key| key == &*project.type_key));
    by_text && by_type && query.category_id.is_none_or(|category| project.category == Some(category))
}

fn sort(projects: &mut [&Project], order: Option<&str>) -> JiraResult<()> {
    let order = order.unwrap_or("key");
    match order.trim_start_matches(['+', '-']) {
        "key" => projects.sort_by(|one, other| one.key.cmp(&other.key)),
        "name" => projects.sort_by_key(|project| project.name.to_lowercase()),
        "category" => projects.sort_by_key(|project| project.category),
        "owner" => projects.sort_by(|one, other| one.lead.cmp(&other.lead)),
        _ => return Err(JiraError::bad_request(format!("The orderBy value '{order}' is not supported."))),
    }
    if order.starts_with('-') {
        projects.reverse();
    }
    Ok(())
}

#[derive(Deserialize)]
struct OneQuery {
    properties: Option<String>,
}

async fn one(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(id_or_key): Path<String>,
    Params(query): Params<OneQuery>,
) -> JiraResult<Json<Value>> {
    let state = site.read();
    let project = find(&state, &caller, &id_or_key)?;
    let view = ProjectView { site: &site, state: &state, viewer: &caller };
    let mut shown = view.whole(project);
    if let Some(asked) = query.properties {
        let wanted = |key: &String| asked == "*" || asked.split(',').any(|name| name == key);
        let properties = project.properties.iter().filter(|(key, _)| wanted(key));
        shown["properties"] = properties.map(|(key, value)| (key.clone(), value.value())).collect::<Map<_, _>>().into();
    }
    Ok(Json(shown))
}

/// Finds a project that the caller may see: only administrators see those in the recycle bin.
pub(crate) fn find<'a>(state: &'a SiteState, caller: &str, id_or_key: &str) -> JiraResult<&'a Project> {
    let visible =
        |project: &&Project| !matches!(project.life, ProjectLife::Trashed { .. }) || state.administers(caller);
    state.project(id_or_key).filter(visible).ok_or_else(|| JiraError::project_not_found(id_or_key))
}

/// Shows projects to one viewer.
pub(crate) struct ProjectView<'a> {
    pub(crate) site: &'a Site,
    pub(crate) state: &'a SiteState,
    pub(crate) viewer: &'a str,
}

impl ProjectView<'_> {
    /// A project in a list, with the members that `expand` asks for.
    fn brief(&self, project: &Project, expand: &str) -> Value {
        let mut shown = self.core(project);
        for part in expand.split(',') {
            match part {
                "description" => shown["description"] = json!(project.description),
                "lead" => self.add_lead(project, &mut shown),
                "issueTypes" => shown["issueTypes"] = self.issue_types(project),
                "url" => add_url(project, &mut shown),
                "permissions" => shown["permissions"] = json!({ "canEdit": self.state.administers(self.viewer) }),
                "projectKeys" => shown["projectKeys"] = json!(self.keys(project)),
                "insight" => shown["insight"] = self.insight(project),
                _ => (),
            }
        }
        shown
    }

    /// A project by itself, with everything in it.
    pub(crate) fn whole(&self, project: &Project) -> Value {
        let (site, state) = (self.site, self.state);
        let mut shown = self.core(project);
        shown["description"] = json!(project.description);
        shown["assigneeType"] =
            json!(if project.assignee_type.is_empty() { "UNASSIGNED" } else { &project.assignee_type });
        shown["issueTypes"] = self.issue_types(project);
        shown["components"] = components::of_project(site, state, project, self.viewer).into();
        shown["versions"] =
            versions::of_project(state, project.id).map(|version| versions::shown(site, version)).collect();
        shown["roles"] = json!(project_roles::links(site, state, project));
        self.add_lead(project, &mut shown);
        add_url(project, &mut shown);
        if let Some(email) = &project.email {
            shown["email"] = json!(email);
        }
        shown
    }

    fn core(&self, project: &Project) -> Value {
        let avatar = format!("/rest/api/3/universal_avatar/view/type/project/avatar/{}", project.avatar_id);
        let mut shown = json!({
            "expand": "description,lead,issueTypes,url,projectKeys,permissions,insight",
            "self": self.site.link(&format!("/rest/api/3/project/{}", project.id)),
            "id": project.id.to_string(),
            "key": project.key,
            "name": project.name,
            "avatarUrls": render::avatars(self.site, &avatar),
            "projectTypeKey": project.type_key,
            "simplified": project.team_managed,
            "style": if project.team_managed { "next-gen" } else { "classic" },
            "isPrivate": false,
            "uuid": project.entity_id,
            "properties": {},
        });
        let category = project.category.and_then(|id| self.state.project_categories.get(&id));
        if let Some(category) = category {
            shown["projectCategory"] = project_categories::shown(self.site, category);
        }
        self.add_life(project, &mut shown);
        shown
    }

    fn add_life(&self, project: &Project, shown: &mut Value) {
        match &project.life {
            ProjectLife::Live => (),
            ProjectLife::Archived { at, by } => {
                shown["archived"] = json!(true);
                shown["archivedDate"] = json!(agile_time(*at));
                shown["archivedBy"] = self.user(by);
            }
            ProjectLife::Trashed { at, by } => {
                shown["deleted"] = json!(true);
                shown["deletedDate"] = json!(agile_time(*at));
                shown["deletedBy"] = self.user(by);
            }
        }
    }

    fn add_lead(&self, project: &Project, shown: &mut Value) {
        if let Some(lead) = &project.lead {
            shown["lead"] = self.user(lead);
        }
    }

    fn user(&self, account: &str) -> Value {
        let user = self.state.users.get(account);
        user.map_or(Value::Null, |user| render::user(self.site, user, Some(self.viewer)))
    }

    fn issue_types(&self, project: &Project) -> Value {
        let types = project.issue_types.iter().filter_map(|id| self.state.issue_types.get(id));
        types.map(|issue_type| issue_types::shown(self.site, self.state, issue_type)).collect()
    }

    /// The current key and the former ones.
    fn keys<'p>(&'p self, project: &'p Project) -> Vec<&'p str> {
        let former = self.state.project_keys.iter().filter(|(key, id)| **id == project.id && **key != project.key);
        std::iter::once(&*project.key).chain(former.map(|(key, _)| &**key)).collect()
    }

    fn insight(&self, project: &Project) -> Value {
        let issues = self.state.issues.values().filter(|issue| issue.project == project.id);
        let (count, latest) =
            issues.fold((0_u64, None), |(count, latest), issue| (count + 1, latest.max(Some(issue.updated))));
        let mut insight = json!({ "totalIssueCount": count });
        if let Some(at) = latest {
            insight["lastIssueUpdateTime"] = json!(agile_time(at));
        }
        insight
    }
}

fn add_url(project: &Project, shown: &mut Value) {
    if let Some(url) = &project.url {
        shown["url"] = json!(url);
    }
}
