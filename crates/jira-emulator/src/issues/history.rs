//! What the changelog says about the difference between two states of an issue (quirks §7).

use std::sync::Arc;

use serde_json::Value;

use super::adf;
use super::view::worklog_duration;
use crate::state::{AccountId, Field, FieldValue, HistoryItem, Issue, RawJson, SiteState};

/// A value as the changelog shows it: as an id or text, and as shown.
type Shown = (Option<String>, Option<String>);

/// What changed from one state to the other, field by field.
pub(crate) fn between(state: &SiteState, old: &Issue, new: &Issue) -> Vec<HistoryItem> {
    let mut items = Vec::new();
    let mut compare = |field: &str, id: Option<&str>, old: Shown, new: Shown| {
        if old != new {
            items.push(item(field, id, "jira", old, new));
        }
    };
    let text = |text: &str| (None, Some(text.to_owned()));
    compare("summary", Some("summary"), text(&old.summary), text(&new.summary));
    compare("description", Some("description"), document(old.description.as_ref()), document(new.description.as_ref()));
    compare("environment", Some("environment"), document(old.environment.as_ref()), document(new.environment.as_ref()));
    compare("issuetype", Some("issuetype"), issue_type(state, old), issue_type(state, new));
    compare("status", Some("status"), status(state, old), status(state, new));
    compare("resolution", Some("resolution"), resolution(state, old), resolution(state, new));
    compare("priority", Some("priority"), priority(state, old), priority(state, new));
    compare("assignee", Some("assignee"), user(state, old.assignee.as_ref()), user(state, new.assignee.as_ref()));
    compare("reporter", Some("reporter"), user(state, old.reporter.as_ref()), user(state, new.reporter.as_ref()));
    compare("labels", Some("labels"), labels(&old.labels), labels(&new.labels));
    let due =
        |issue: &Issue| (issue.due.map(|date| date.to_string()), issue.due.map(|date| format!("{date} 00:00:00.0")));
    compare("duedate", Some("duedate"), due(old), due(new));
    compare("IssueParentAssociation", None, parent(state, old.parent), parent(state, new.parent));
    let seconds = |seconds: Option<u64>| {
        (seconds.map(|seconds| seconds.to_string()), seconds.map(|seconds| worklog_duration(&state.settings, seconds)))
    };
    compare(
        "timeoriginalestimate",
        Some("timeoriginalestimate"),
        seconds(old.time.original),
        seconds(new.time.original),
    );
    compare("timeestimate", Some("timeestimate"), seconds(old.time.remaining), seconds(new.time.remaining));
    compare("timespent", Some("timespent"), seconds(old.time.spent), seconds(new.time.spent));
    let named = |id: &u64| state.components.get(id).map(|component| component.name.to_string());
    items.extend(members("Component", "components", &old.components, &new.components, named));
    let named = |id: &u64| state.versions.get(id).map(|version| version.name.to_string());
    items.extend(members("Fix Version", "fixVersions", &old.fix_versions, &new.fix_versions, named));
    items.extend(members("Version", "versions", &old.affects_versions, &new.affects_versions, named));
    items.extend(custom_items(state, old, new));
    items
}

/// An item of the changelog.
pub(crate) fn item(field: &str, id: Option<&str>, field_type: &str, old: Shown, new: Shown) -> HistoryItem {
    let arc = |text: Option<String>| text.map(Arc::from);
    HistoryItem {
        field: field.into(),
        field_type: field_type.into(),
        field_id: id.map(Arc::from),
        from: arc(old.0),
        from_string: arc(old.1),
        to: arc(new.0),
        to_string: arc(new.1),
    }
}

/// Sets of versions and components: one item for each that went or came.
fn members(name: &str, id: &str, old: &[u64], new: &[u64], named: impl Fn(&u64) -> Option<String>) -> Vec<HistoryItem> {
    let nothing = || (None, None);
    let shown = |member: &u64| (Some(member.to_string()), named(member));
    let gone = old.iter().filter(|member| !new.contains(member)).map(|member| (shown(member), nothing()));
    let come = new.iter().filter(|member| !old.contains(member)).map(|member| (nothing(), shown(member)));
    gone.chain(come).map(|(old, new)| item(name, Some(id), "jira", old, new)).collect()
}

fn document(document: Option<&RawJson>) -> Shown {
    (None, document.map(adf::plain_text))
}

fn issue_type(state: &SiteState, issue: &Issue) -> Shown {
    let named = state.issue_types.get(&issue.issue_type).map(|issue_type| issue_type.name.to_string());
    (Some(issue.issue_type.to_string()), named)
}

fn status(state: &SiteState, issue: &Issue) -> Shown {
    let named = state.statuses.get(&issue.status).map(|status| status.name.to_string());
    (Some(issue.status.to_string()), named)
}

fn resolution(state: &SiteState, issue: &Issue) -> Shown {
    let named = issue.resolution.and_then(|id| state.resolutions.get(&id));
    (issue.resolution.map(|id| id.to_string()), named.map(|resolution| resolution.name.to_string()))
}

fn priority(state: &SiteState, issue: &Issue) -> Shown {
    let named = issue.priority.and_then(|id| state.priorities.get(&id));
    (issue.priority.map(|id| id.to_string()), named.map(|priority| priority.name.to_string()))
}

fn user(state: &SiteState, account: Option<&AccountId>) -> Shown {
    let named = account.and_then(|account| state.users.get(account));
    (account.map(ToString::to_string), named.map(|user| user.display_name.to_string()))
}

/// Labels are told as whole sets.
fn labels(labels: &[Arc<str>]) -> Shown {
    (None, Some(labels.join(" ")))
}

fn parent(state: &SiteState, parent: Option<u64>) -> Shown {
    let key = parent.and_then(|parent| state.issues.get(&parent)).map(|parent| state.key_of(parent));
    (parent.map(|parent| parent.to_string()), key)
}

fn custom_items(state: &SiteState, old: &Issue, new: &Issue) -> Vec<HistoryItem> {
    let fields = state.fields.values().filter_map(|field| field.schema.custom_id.map(|number| (number, field)));
    fields
        .filter_map(|(number, field)| {
            let (old, new) = (old.custom.get(&number), new.custom.get(&number));
            let shown = |value: Option<&FieldValue>| value.map_or((None, None), |value| custom(state, field, value));
            (old != new).then(|| item(&field.name, Some(&field.id), "custom", shown(old), shown(new)))
        })
        .collect()
}

fn custom(state: &SiteState, field: &Field, value: &FieldValue) -> Shown {
    let ids = |ids: &[u64]| Some(ids.iter().map(u64::to_string).collect::<Vec<_>>().join(", "));
    let option = |id: &u64| field.option(*id).map(|option| option.value.to_string()).unwrap_or_default();
    let name = |account: &AccountId| {
        state.users.get(account).map_or_else(|| account.to_string(), |user| user.display_name.to_string())
    };
    let joined = |words: Vec<String>| Some(words.join(", "));
    match value {
        FieldValue::Text(text) => (None, Some(text.to_string())),
        FieldValue::Document(text) => (None, Some(adf::plain_text(text))),
        FieldValue::Number(number) => (None, Some(number.to_string())),
        FieldValue::Date(date) => (Some(date.to_string()), Some(date.to_string())),
        FieldValue::DateTime(at) => (Some(at.to_string()), Some(at.to_string())),
        FieldValue::Option(id) => (Some(id.to_string()), Some(option(id))),
        FieldValue::Options(options) => (ids(options), joined(options.iter().map(option).collect())),
        FieldValue::Cascade(parent, child) => {
            let child = child.as_ref().map(option).unwrap_or_default();
            (Some(parent.to_string()), Some(format!("{} {child}", option(parent)).trim_end().to_owned()))
        }
        FieldValue::Labels(labels) => (None, Some(labels.join(" "))),
        FieldValue::User(account) => (Some(account.to_string()), Some(name(account))),
        FieldValue::Users(accounts) => (Some(accounts.join(", ")), joined(accounts.iter().map(name).collect())),
        FieldValue::Groups(groups) => (Some(groups.join(", ")), Some(groups.join(", "))),
        FieldValue::Project(id) | FieldValue::Issue(id) => (Some(id.to_string()), Some(id.to_string())),
        FieldValue::Versions(versions) => {
            let named = versions.iter().filter_map(|id| state.versions.get(id)).map(|version| version.name.to_string());
            (ids(versions), joined(named.collect()))
        }
        FieldValue::Sprints(sprints) => {
            let named = sprints.iter().filter_map(|id| state.sprints.get(id)).map(|sprint| sprint.name.to_string());
            (ids(sprints), joined(named.collect()))
        }
        FieldValue::Raw(value) => (
            None,
            Some(match value.value() {
                Value::String(text) => text,
                other => other.to_string(),
            }),
        ),
    }
}
