//! Values of custom fields.

use serde_json::{Value, json};

use super::{View, raw};
use crate::http::time::agile_time;
use crate::state::{Field, FieldValue, Issue, RawJson};

impl View<'_> {
    /// The value of a custom field on an issue.
    pub(super) fn custom(&self, issue: &Issue, field: &Field) -> RawJson {
        let kind = field.schema.custom.as_deref().unwrap_or_default();
        let value = field.schema.custom_id.and_then(|number| issue.custom.get(&number));
        match (kind.rsplit_once(':').map_or(kind, |(_, kind)| kind), value) {
            ("gh-lexo-rank", _) => raw(&rank(issue, field)),
            ("gh-epic-link", _) => self.epic_link(issue, value),
            ("grouppicker", Some(FieldValue::Groups(groups))) => raw(&groups.first().map(|id| self.group(id))),
            ("version", Some(FieldValue::Versions(versions))) => {
                versions.first().map_or_else(|| raw(&()), |id| self.version(*id))
            }
            (_, Some(value)) => self.value(field, value),
            (_, None) => raw(&()),
        }
    }

    fn value(&self, field: &Field, value: &FieldValue) -> RawJson {
        match value {
            FieldValue::Text(text) => raw(text),
            FieldValue::Document(document) => document.clone(),
            FieldValue::Number(number) => raw(number),
            FieldValue::Date(date) => raw(date),
            FieldValue::DateTime(at) => raw(&self.time(*at)),
            FieldValue::Option(id) => raw(&self.option(field, *id)),
            FieldValue::Options(ids) => raw(&ids.iter().map(|id| self.option(field, *id)).collect::<Vec<_>>()),
            FieldValue::Cascade(parent, child) => {
                let mut shown = self.option(field, *parent);
                if let Some(child) = child {
                    shown["child"] = self.option(field, *child);
                }
                raw(&shown)
            }
            FieldValue::Labels(labels) => raw(labels),
            FieldValue::User(account) => self.user(Some(account)),
            FieldValue::Users(accounts) => {
                raw(&accounts.iter().map(|account| self.user(Some(account))).collect::<Vec<_>>())
            }
            FieldValue::Groups(ids) => raw(&ids.iter().map(|id| self.group(id)).collect::<Vec<_>>()),
            FieldValue::Project(id) => self.project(*id),
            FieldValue::Versions(ids) => raw(&ids.iter().map(|id| self.version(*id)).collect::<Vec<_>>()),
            FieldValue::Sprints(ids) => raw(&ids.iter().map(|id| self.sprint(*id)).collect::<Vec<_>>()),
            FieldValue::Issue(id) => raw(&self.state.issues.get(id).map(|issue| self.state.key_of(issue))),
            FieldValue::Raw(value) => value.clone(),
        }
    }

    fn option(&self, field: &Field, id: u64) -> Value {
        let value = field.option(id).map(|option| &option.value);
        json!({ "self": self.link(&format!("/rest/api/3/customFieldOption/{id}")), "value": value, "id": id.to_string() })
    }

    /// A sprint as the sprint field shows it; its id is a number.
    fn sprint(&self, id: u64) -> RawJson {
        self.word("sprint", id, || {
            let Some(sprint) = self.state.sprints.get(&id) else { return json!({ "id": id }) };
            let mut shown = json!({
                "id": id,
                "name": sprint.name,
                "state": sprint.state.word(),
                "boardId": sprint.board,
                "goal": sprint.goal.as_deref().unwrap_or_default(),
            });
            let times = [("startDate", sprint.start), ("endDate", sprint.end), ("completeDate", sprint.completed)];
            for (name, at) in times {
                if let Some(at) = at {
                    shown[name] = json!(agile_time(at));
                }
            }
            shown
        })
    }

    /// The legacy field says what `parent` says.
    fn epic_link(&self, issue: &Issue, stored: Option<&FieldValue>) -> RawJson {
        let parent = issue.parent.and_then(|parent| self.state.issues.get(&parent));
        let level =
            |issue: &Issue| self.state.issue_types.get(&issue.issue_type).map_or(0, |kind| kind.hierarchy_level);
        match parent.filter(|parent| level(parent) > 0) {
            Some(epic) => raw(&self.state.key_of(epic)),
            None => match stored {
                Some(FieldValue::Raw(key)) => key.clone(),
                Some(FieldValue::Text(key)) => raw(key),
                _ => raw(&()),
            },
        }
    }
}

/// The rank of an issue: what was given to it, or the end of the list in the order of creation.
pub(crate) fn rank(issue: &Issue, field: &Field) -> String {
    let given = field.schema.custom_id.and_then(|number| issue.custom.get(&number));
    match given {
        Some(FieldValue::Text(rank)) => rank.to_string(),
        _ => format!("0|z{:09}:", issue.id),
    }
}
