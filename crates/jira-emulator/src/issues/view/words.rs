//! Objects that issues name: project, type, status, priority…

use serde_json::{Value, json};

use super::{View, raw};
use crate::http::render;
use crate::state::{RawJson, StatusCategory};

impl View<'_> {
    /// A project as issues show it.
    pub(crate) fn project(&self, id: u64) -> RawJson {
        self.word("project", id, || {
            let Some(project) = self.state.projects.get(&id) else { return Value::Null };
            let mut shown = json!({
                "self": self.link(&format!("/rest/api/3/project/{id}")),
                "id": id.to_string(),
                "key": project.key,
                "name": project.name,
                "projectTypeKey": project.type_key,
                "simplified": project.team_managed,
                "avatarUrls": render::avatars(
                    self.site,
                    &format!("/rest/api/3/universal_avatar/view/type/project/avatar/{}", project.avatar_id),
                ),
            });
            let category = project.category.and_then(|category| self.state.project_categories.get(&category));
            if let Some(category) = category {
                shown["projectCategory"] = json!({
                    "self": self.link(&format!("/rest/api/3/projectCategory/{}", category.id)),
                    "id": category.id.to_string(),
                    "description": category.description,
                    "name": category.name,
                });
            }
            shown
        })
    }

    /// An issue type.
    pub(crate) fn issue_type(&self, id: u64) -> RawJson {
        self.word("issuetype", id, || {
            let Some(issue_type) = self.state.issue_types.get(&id) else { return Value::Null };
            let icon =
                format!("/rest/api/2/universal_avatar/view/type/issuetype/avatar/{}?size=medium", issue_type.avatar_id);
            json!({
                "self": self.link(&format!("/rest/api/3/issuetype/{id}")),
                "id": id.to_string(),
                "description": issue_type.description,
                "iconUrl": self.link(&icon),
                "name": issue_type.name,
                "subtask": issue_type.is_subtask(),
                "avatarId": issue_type.avatar_id,
                "hierarchyLevel": issue_type.hierarchy_level,
            })
        })
    }

    /// A status with its category.
    pub(crate) fn status(&self, id: u64) -> RawJson {
        self.word("status", id, || {
            let Some(status) = self.state.statuses.get(&id) else { return Value::Null };
            json!({
                "self": self.link(&format!("/rest/api/3/status/{id}")),
                "description": status.description,
                "iconUrl": self.link("/images/icons/statuses/generic.png"),
                "name": status.name,
                "id": id.to_string(),
                "statusCategory": self.status_category(status.category),
            })
        })
    }

    /// A status category.
    pub(crate) fn status_category(&self, category: StatusCategory) -> Value {
        json!({
            "self": self.link(&format!("/rest/api/3/statuscategory/{}", category.id())),
            "id": category.id(),
            "key": category.key(),
            "colorName": category.color(),
            "name": category.name(),
        })
    }

    /// A priority; `null` when there is none.
    pub(crate) fn priority(&self, id: Option<u64>) -> RawJson {
        let Some(id) = id else { return raw(&()) };
        self.word("priority", id, || {
            let Some(priority) = self.state.priorities.get(&id) else { return Value::Null };
            json!({
                "self": self.link(&format!("/rest/api/3/priority/{id}")),
                "iconUrl": self.link(&priority.icon),
                "name": priority.name,
                "id": id.to_string(),
            })
        })
    }

    /// A resolution; `null` when there is none.
    pub(crate) fn resolution(&self, id: Option<u64>) -> RawJson {
        let Some(id) = id else { return raw(&()) };
        self.word("resolution", id, || {
            let Some(resolution) = self.state.resolutions.get(&id) else { return Value::Null };
            json!({
                "self": self.link(&format!("/rest/api/3/resolution/{id}")),
                "id": id.to_string(),
                "description": resolution.description,
                "name": resolution.name,
            })
        })
    }

    /// A component as issues show it.
    pub(crate) fn component(&self, id: u64) -> RawJson {
        self.word("component", id, || {
            let Some(component) = self.state.components.get(&id) else { return Value::Null };
            let mut shown = json!({
                "self": self.link(&format!("/rest/api/3/component/{id}")),
                "id": id.to_string(),
                "name": component.name,
            });
            if let Some(description) = &component.description {
                shown["description"] = json!(description);
            }
            shown
        })
    }

    /// A version as issues show it.
    pub(crate) fn version(&self, id: u64) -> RawJson {
        self.word("version", id, || {
            let Some(version) = self.state.versions.get(&id) else { return Value::Null };
            let mut shown = json!({
                "self": self.link(&format!("/rest/api/3/version/{id}")),
                "id": id.to_string(),
                "name": version.name,
                "archived": version.archived,
                "released": version.released,
            });
            if let Some(description) = &version.description {
                shown["description"] = json!(description);
            }
            if let Some(date) = version.release_date {
                shown["releaseDate"] = json!(date);
            }
            shown
        })
    }

    /// A link type.
    pub(crate) fn link_type(&self, id: u64) -> RawJson {
        self.word("linktype", id, || {
            let Some(link_type) = self.state.link_types.get(&id) else { return Value::Null };
            json!({
                "id": id.to_string(),
                "name": link_type.name,
                "inward": link_type.inward,
                "outward": link_type.outward,
                "self": self.link(&format!("/rest/api/3/issueLinkType/{id}")),
            })
        })
    }

    /// A group as custom fields show it.
    pub(crate) fn group(&self, id: &str) -> Value {
        let name = self.state.groups.get(id).map(|group| &group.name);
        json!({ "name": name, "groupId": id, "self": self.link(&format!("/rest/api/3/group?groupId={id}")) })
    }
}
