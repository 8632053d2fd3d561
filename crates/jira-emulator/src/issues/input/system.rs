//! System fields.

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::Value;

use super::{Read, duration, id_of, not_settable};
use crate::issues::adf;
use crate::state::{AccountId, Issue, IssueType, Project, ProjectLife, RawJson, SiteState};

const LONGEST_SUMMARY: usize = 255;
const LONGEST_LABEL: usize = 255;

/// Sets a system field.
pub(super) fn set(state: &SiteState, issue: &mut Issue, field: &str, value: &Value) -> Read<()> {
    match field {
        "summary" => issue.summary = summary(value)?,
        "description" => issue.description = document(state, value)?,
        "environment" => issue.environment = document(state, value)?,
        "issuetype" => issue.issue_type = other_type(state, issue, value)?,
        "priority" => issue.priority = priority(state, value)?,
        "resolution" => issue.resolution = resolution(state, value)?,
        "labels" => issue.labels = labels(value)?,
        "components" => issue.components = components(state, issue.project, value)?,
        "fixVersions" => issue.fix_versions = versions(state, issue.project, value)?,
        "versions" => issue.affects_versions = versions(state, issue.project, value)?,
        "assignee" => issue.assignee = assignee(state, issue, value)?,
        "reporter" => issue.reporter = reporter(state, value)?,
        "duedate" => issue.due = date(value)?,
        "timetracking" => time_tracking(state, issue, value)?,
        "security" if value.is_null() => issue.security = None,
        "security" => return Err("Security level is not valid.".into()),
        _ => return Err(not_settable(field)),
    }
    Ok(())
}

fn summary(value: &Value) -> Read<Arc<str>> {
    let text = value.as_str().ok_or("Operation value must be a string")?;
    if text.trim().is_empty() {
        return Err("You must specify a summary of the issue.".into());
    }
    if text.contains(['\n', '\r']) {
        return Err("The summary is invalid because it contains newline characters.".into());
    }
    if text.chars().count() > LONGEST_SUMMARY {
        return Err(format!("Summary can't exceed {LONGEST_SUMMARY} characters."));
    }
    Ok(text.into())
}

/// A rich text; `null` and an empty document clear it.
pub(super) fn document(state: &SiteState, value: &Value) -> Read<Option<RawJson>> {
    if value.is_null() {
        return Ok(None);
    }
    adf::read(state, value).map(Some).map_err(|problem| problem.message().to_owned())
}

/// The project of a new issue.
pub(crate) fn project<'a>(state: &'a SiteState, value: Option<&Value>) -> Read<&'a Project> {
    let named = value.and_then(|value| {
        let id = id_of(&value["id"]).and_then(|id| state.projects.get(&id));
        id.or_else(|| state.project_by_key(value["key"].as_str()?))
    });
    let live = named.filter(|project| project.life == ProjectLife::Live);
    live.ok_or_else(|| match value {
        None => "Specify a valid project ID or key".into(),
        Some(_) => "valid project is required".into(),
    })
}

/// The type of a new issue: one of the project's.
pub(crate) fn issue_type<'a>(state: &'a SiteState, project: &Project, value: Option<&Value>) -> Read<&'a IssueType> {
    let value = value.ok_or("Specify a valid issue type")?;
    let types = || project.issue_types.iter().filter_map(|id| state.issue_types.get(id));
    let named = match id_of(&value["id"]) {
        Some(id) => types().find(|issue_type| issue_type.id == id),
        None => types().find(|issue_type| Some(&*issue_type.name) == value["name"].as_str()),
    };
    named.ok_or_else(|| "The issue type selected is invalid.".into())
}

/// The type of an existing issue changes among types of its level only; the rest is a move.
fn other_type(state: &SiteState, issue: &Issue, value: &Value) -> Read<u64> {
    let project = state.projects.get(&issue.project).ok_or("valid project is required")?;
    let wanted = issue_type(state, project, Some(value))?;
    let current = state.issue_types.get(&issue.issue_type);
    if current.is_some_and(|current| current.is_subtask() != wanted.is_subtask()) {
        return Err("The issue type selected is invalid.".into());
    }
    Ok(wanted.id)
}

/// Sets or, with `null` or `{"none":true}`, clears the parent.
pub(super) fn parent(state: &SiteState, issue: &mut Issue, value: &Value) -> Read<()> {
    let is_subtask = state.issue_types.get(&issue.issue_type).is_some_and(IssueType::is_subtask);
    if value.is_null() || value["none"] == true {
        if is_subtask {
            return Err("Issue type is a sub-task but parent issue key or id not specified.".into());
        }
        issue.parent = None;
        return Ok(());
    }
    let name = id_of(&value["id"]).map(|id| id.to_string()).or_else(|| value["key"].as_str().map(str::to_owned));
    let parent = name.and_then(|name| state.issue(&name));
    let parent = parent.ok_or("Could not find issue by id or key.")?;
    let level = |issue_type| state.issue_types.get(&issue_type).map_or(0, |issue_type| issue_type.hierarchy_level);
    if is_subtask && parent.project != issue.project {
        return Err("Sub-tasks must be created in the same project as the parent.".into());
    }
    if parent.id == issue.id || level(parent.issue_type) <= level(issue.issue_type) {
        return Err("Given parent work item does not belong to appropriate hierarchy.".into());
    }
    issue.parent = Some(parent.id);
    Ok(())
}

fn priority(state: &SiteState, value: &Value) -> Read<Option<u64>> {
    if value.is_null() {
        return Ok(None);
    }
    let named = match id_of(&value["id"]) {
        Some(id) => state.priorities.get(&id),
        None => state.priorities.values().find(|priority| Some(&*priority.name) == value["name"].as_str()),
    };
    named.map(|priority| Some(priority.id)).ok_or_else(|| "The priority selected is invalid.".into())
}

fn resolution(state: &SiteState, value: &Value) -> Read<Option<u64>> {
    if value.is_null() {
        return Ok(None);
    }
    let named = match id_of(&value["id"]) {
        Some(id) => state.resolutions.get(&id),
        None => state.resolutions.values().find(|resolution| Some(&*resolution.name) == value["name"].as_str()),
    };
    named.map(|resolution| Some(resolution.id)).ok_or_else(|| "The resolution selected is invalid.".into())
}

/// A set of labels.
pub(super) fn labels(value: &Value) -> Read<Vec<Arc<str>>> {
    let mut labels: Vec<Arc<str>> = Vec::new();
    for label in elements(value)? {
        let label = label.as_str().ok_or("data was not an array of strings")?;
        if label.contains(char::is_whitespace) {
            return Err(format!("The label '{label}' contains spaces which is invalid."));
        }
        if label.chars().count() > LONGEST_LABEL {
            return Err(format!("The label '{label}' exceeds the maximum length of {LONGEST_LABEL} characters."));
        }
        if labels.iter().all(|known| **known != *label) {
            labels.push(label.into());
        }
    }
    Ok(labels)
}

fn components(state: &SiteState, project: u64, value: &Value) -> Read<Vec<u64>> {
    each(value, |value| {
        let named = match id_of(&value["id"]) {
            Some(id) => state.components.get(&id).filter(|component| component.project == project),
            None => state
                .components
                .values()
                .find(|component| component.project == project && Some(&*component.name) == value["name"].as_str()),
        };
        named.map(|component| component.id).ok_or_else(|| not_valid("Component", value))
    })
}

/// A set of versions of a project.
pub(super) fn versions(state: &SiteState, project: u64, value: &Value) -> Read<Vec<u64>> {
    each(value, |value| version(state, project, value))
}

/// A version of a project.
pub(super) fn version(state: &SiteState, project: u64, value: &Value) -> Read<u64> {
    let named = match id_of(&value["id"]) {
        Some(id) => state.versions.get(&id).filter(|version| version.project == project),
        None => state
            .versions
            .values()
            .find(|version| version.project == project && Some(&*version.name) == value["name"].as_str()),
    };
    named.map(|version| version.id).ok_or_else(|| not_valid("Version", value))
}

fn not_valid(what: &str, value: &Value) -> String {
    match (id_of(&value["id"]), value["name"].as_str()) {
        (Some(id), _) => format!("{what} id '{id}' is not valid"),
        (None, Some(name)) => format!("{what} name '{name}' is not valid"),
        (None, None) => format!("{what} id 'null' is not valid"),
    }
}

/// The elements of an array; `null` is an empty one.
pub(super) fn elements(value: &Value) -> Read<&[Value]> {
    match value {
        Value::Null => Ok(&[]),
        Value::Array(elements) => Ok(elements),
        _ => Err("data was not an array".into()),
    }
}

/// Reads each element of an array, once each.
pub(super) fn each<T: PartialEq>(value: &Value, read: impl Fn(&Value) -> Read<T>) -> Read<Vec<T>> {
    let mut values = Vec::new();
    for element in elements(value)? {
        let value = read(element)?;
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Ok(values)
}

/// The account a user value names.
pub(super) fn account(value: &Value) -> Option<&str> {
    value["accountId"].as_str().or_else(|| value["id"].as_str())
}

fn assignee(state: &SiteState, issue: &Issue, value: &Value) -> Read<Option<AccountId>> {
    let Some(account) = account(value) else { return Ok(None) };
    if account == "-1" {
        return Ok(automatic_assignee(state, issue.project));
    }
    let user = state.users.get(account).filter(|user| user.is_assignable());
    user.map(|user| Some(user.account_id.clone())).ok_or_else(|| format!("User '{account}' cannot be assigned issues."))
}

/// Whom the project assigns new issues to.
pub(crate) fn automatic_assignee(state: &SiteState, project: u64) -> Option<AccountId> {
    let project = state.projects.get(&project).filter(|project| &*project.assignee_type == "PROJECT_LEAD")?;
    project.lead.clone().filter(|lead| state.users.get(lead).is_some_and(|user| user.active))
}

fn reporter(state: &SiteState, value: &Value) -> Read<Option<AccountId>> {
    let Some(account) = account(value) else {
        return if value.is_null() { Ok(None) } else { Err("Reporter is required.".into()) };
    };
    let user = state.users.get(account).filter(|user| user.active);
    user.map(|user| Some(user.account_id.clone())).ok_or_else(|| "The reporter specified is not a user.".into())
}

/// A day; `null` and an empty text clear it.
pub(super) fn date(value: &Value) -> Read<Option<Date>> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) if text.len() == 10 => {
            text.parse().map(Some).map_err(|_| format!("Error parsing date string: {text}"))
        }
        other => Err(format!("Error parsing date string: {}", other.as_str().unwrap_or_default())),
    }
}

fn time_tracking(state: &SiteState, issue: &mut Issue, value: &Value) -> Read<()> {
    if !state.settings.time_tracking {
        return Err(not_settable("timetracking"));
    }
    let estimate = |name: &str| match &value[name] {
        Value::Null => Ok(None),
        Value::String(text) => duration::seconds(&state.settings, text)
            .map(Some)
            .ok_or_else(|| format!("'{text}' is not a valid time duration. Use a format like '3w 4d 12h'.")),
        _ => Err("Operation value must be a string".to_owned()),
    };
    let original = estimate("originalEstimate")?;
    let remaining = estimate("remainingEstimate")?;
    if let Some(original) = original {
        issue.time.original = Some(original);
        if issue.time.remaining.is_none() && issue.time.spent.is_none() {
            issue.time.remaining = Some(original);
        }
    }
    if let Some(remaining) = remaining {
        issue.time.remaining = Some(remaining);
        if issue.time.original.is_none() && issue.time.spent.is_none() {
            issue.time.original = Some(remaining);
        }
    }
    Ok(())
}
