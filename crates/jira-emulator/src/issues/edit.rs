//! Changing issues: edits and transitions.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::adf;
use super::autowatch;
use super::change::{self, Actor};
use super::input::{self, IssueInput, Problems};
use super::properties;
use super::workflow;
use crate::http::error::{JiraError, JiraResult};
use crate::state::{Comment, IdKind, Issue, RawJson, SiteState, Visibility};

/// A comment that comes with a change, checked.
pub(crate) struct NewComment {
    pub(crate) body: RawJson,
    pub(crate) visibility: Option<Visibility>,
    pub(crate) public: bool,
    pub(crate) properties: properties::Properties,
}

/// A restriction in a request.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct VisibilityInput {
    #[serde(rename = "type")]
    kind: Option<String>,
    value: Option<String>,
    identifier: Option<String>,
}

/// Edits an issue. The screen is not asked, but each field must apply to the issue.
pub(crate) fn edit(state: &mut SiteState, actor: &Actor, id: u64, input: IssueInput) -> JiraResult<()> {
    let settable = |_: &SiteState, field: &str| field != "project";
    change_fields(state, actor, id, input, None, settable)
}

/// Takes a transition of the issue's workflow, with fields of the transition's screen.
pub(crate) fn transition(state: &mut SiteState, actor: &Actor, id: u64, input: IssueInput) -> JiraResult<()> {
    let wanted = input.transition.as_ref().map(input::TransitionInput::id);
    let wanted = wanted.ok_or_else(|| JiraError::bad_request("Missing 'transition' identifier"))?;
    let issue = state.issues.get(&id).ok_or_else(JiraError::issue_not_found)?;
    let transition =
        workflow::transitions(state, issue).find(|transition| transition.id.to_string() == wanted).cloned();
    let transition = transition
        .ok_or_else(|| JiraError::bad_request(format!("Transition id '{wanted}' is not valid for this issue.")))?;
    let screen = transition.screen;
    let on_screen = move |state: &SiteState, field: &str| {
        screen.and_then(|id| state.screens.get(&id)).is_some_and(|screen| screen.has(field) || field == "comment")
    };
    change_fields(state, actor, id, input, Some(transition.to), on_screen)
}

fn change_fields(
    state: &mut SiteState,
    actor: &Actor,
    id: u64,
    input: IssueInput,
    status: Option<u64>,
    settable: impl Fn(&SiteState, &str) -> bool,
) -> JiraResult<()> {
    let properties = properties::read(input.properties)?;
    let mut changed = state.issues.get(&id).ok_or_else(JiraError::issue_not_found)?.clone();
    let mut problems = Problems::new();
    // The type comes first: it decides which custom fields there are.
    let (types, others): (Vec<_>, Vec<_>) = input.fields.iter().partition(|(field, _)| *field == "issuetype");
    for (field, value) in types.into_iter().chain(others) {
        let set = if settable(state, field) {
            input::set(state, &mut changed, field, value)
        } else {
            Err(input::not_settable(field))
        };
        if let Err(problem) = set {
            problems.insert(field.clone(), problem);
        }
    }
    let comments = read_update(state, &mut changed, &input.update, &mut problems, |field| settable(state, field));
    if !problems.is_empty() {
        return Err(JiraError::fields(problems));
    }
    changed.status = status.unwrap_or(changed.status);
    changed.properties.extend(properties);
    change::apply(state, actor, changed, input.history_metadata);
    for comment in comments {
        add_comment(state, actor, id, comment);
    }
    if status.is_some() {
        // A transition to the same status changes nothing, and yet it is a change.
        state.touch(id, actor.now);
    }
    Ok(())
}

/// Applies the `update` member; gives the comments it adds.
pub(super) fn read_update(
    state: &SiteState,
    issue: &mut Issue,
    update: &Map<String, Value>,
    problems: &mut BTreeMap<String, String>,
    settable: impl Fn(&str) -> bool,
) -> Vec<NewComment> {
    let mut comments = Vec::new();
    for (field, verbs) in update {
        let outcome = if field == "comment" {
            read_comments(state, verbs).map(|read| comments.extend(read))
        } else if settable(field) {
            input::resolve(state, issue, field, verbs).and_then(|value| input::set(state, issue, field, &value))
        } else {
            Err(input::not_settable(field))
        };
        if let Err(problem) = outcome {
            problems.insert(field.clone(), problem);
        }
    }
    comments
}

fn read_comments(state: &SiteState, verbs: &Value) -> input::Read<Vec<NewComment>> {
    let added = verbs.as_array().into_iter().flatten().map(|verb| {
        let body = verb.get("add").and_then(|comment| comment.get("body")).ok_or("Comment body is not valid!")?;
        let body = adf::read(state, body).map_err(|_| "Comment body is not valid!")?;
        Ok(NewComment { body, visibility: None, public: true, properties: BTreeMap::new() })
    });
    added.collect()
}

/// Adds a comment; gives its id.
pub(crate) fn add_comment(state: &mut SiteState, actor: &Actor, issue: u64, new: NewComment) -> u64 {
    let id = state.ids.take(IdKind::Comment);
    let comment = Comment {
        id,
        issue,
        author: Some(actor.account.clone()),
        update_author: Some(actor.account.clone()),
        body: new.body,
        created: actor.now,
        updated: actor.now,
        visibility: new.visibility,
        public: new.public,
        properties: new.properties,
    };
    state.comments.insert(id, comment);
    if let Some(issue) = state.issues.get_mut(&issue) {
        issue.comments.push(id);
    }
    autowatch::watch(state, &actor.account, issue);
    state.touch(issue, actor.now);
    id
}

/// Checks a restriction: the group or role must exist.
pub(crate) fn visibility(state: &SiteState, input: Option<VisibilityInput>) -> JiraResult<Option<Visibility>> {
    let Some(VisibilityInput { kind, value, identifier }) = input else { return Ok(None) };
    let kind = kind.unwrap_or_default();
    let matches = |name: &str, id: &str| match &identifier {
        // The id of a group, the name of a role (`Visibility` in the API's description).
        Some(identifier) => identifier == id || kind == "role" && identifier == name,
        None => value.as_deref() == Some(name),
    };
    let found = match kind.as_str() {
        "group" => state
            .groups
            .values()
            .find(|group| matches(&group.name, &group.id))
            .map(|group| (group.name.clone(), group.id.clone())),
        "role" => {
            let role = state.roles.values().find(|role| matches(&role.name, &role.id.to_string()));
            role.map(|role| (role.name.clone(), role.id.to_string().into()))
        }
        _ => return Err(JiraError::message(StatusCode::BAD_REQUEST, "Visibility type must be 'group' or 'role'.")),
    };
    let (value, identifier) = found.ok_or_else(|| {
        let name = value.clone().or_else(|| identifier.clone()).unwrap_or_default();
        let what = if kind == "group" { "Group" } else { "Role" };
        JiraError::field("commentLevel", format!("{what}: {name} does not exist."))
    })?;
    Ok(Some(Visibility { kind: kind.as_str().into(), value, identifier: Some(identifier) }))
}
