//! Making issues.

use std::collections::BTreeMap;

use serde_json::Value;

use super::autowatch;
use super::change::{self, Actor};
use super::edit;
use super::input::{self, IssueInput, Problems};
use super::properties::{self, Properties};
use super::{selection, workflow};
use crate::http::error::{JiraError, JiraResult};
use crate::state::{Field, IdKind, Issue, IssueType, SiteState, Workflow};

/// A new issue, and how the transition asked for with it went.
pub(crate) struct Created {
    pub(crate) id: u64,
    pub(crate) transition: Option<JiraResult<()>>,
}

/// Makes an issue. A refusal leaves no trace: it takes no number.
pub(crate) fn create(state: &mut SiteState, actor: &Actor, input: IssueInput) -> JiraResult<Created> {
    let IssueInput { fields, update, properties, transition, history_metadata } = input;
    let properties = properties::read(properties)?;
    let (issue, comments) = check(state, actor, &fields, &update, properties)?;
    let id = insert(state, actor, issue);
    autowatch::watch(state, &actor.account, id);
    for comment in comments {
        edit::add_comment(state, actor, id, comment);
    }
    if history_metadata.is_some() {
        change::record(state, actor, id, Vec::new(), history_metadata);
    }
    let transition = transition.map(|transition| {
        let input = IssueInput { transition: Some(transition), ..IssueInput::default() };
        edit::transition(state, actor, id, input)
    });
    Ok(Created { id, transition })
}

type Members = serde_json::Map<String, Value>;

/// Reads all fields into an issue without an id; the comments of `update` come beside it.
fn check(
    state: &SiteState,
    actor: &Actor,
    fields: &Members,
    update: &Members,
    properties: Properties,
) -> JiraResult<(Issue, Vec<edit::NewComment>)> {
    let mut problems = Problems::new();
    let mut issue = frame(state, actor, fields)?;
    issue.properties = properties;
    if is_absent(fields.get("summary")) && !update.contains_key("summary") {
        problems.insert("summary".into(), "You must specify a summary of the issue.".into());
    }
    let is_subtask = state.issue_types.get(&issue.issue_type).is_some_and(IssueType::is_subtask);
    if is_subtask && is_absent(fields.get("parent")) && !update.contains_key("parent") {
        let message = "Issue type is a sub-task but parent issue key or id not specified.";
        problems.insert("issuetype".into(), message.into());
    }
    for (field, value) in fields.iter().filter(|(field, _)| !matches!(field.as_str(), "project" | "issuetype")) {
        if let Err(problem) = set_on_screen(state, &mut issue, field, value) {
            problems.insert(field.clone(), problem);
        }
    }
    for field in required(state, &issue).filter(|field| is_absent(fields.get(&*field.id))) {
        problems.insert(field.id.to_string(), format!("{} is required.", field.name));
    }
    let comments = edit::read_update(state, &mut issue, update, &mut problems, |field| is_on_screen(state, field));
    if problems.is_empty() { Ok((issue, comments)) } else { Err(JiraError::fields(problems)) }
}

/// The fields that a field configuration wants of every new issue like this one.
fn required<'s>(state: &'s SiteState, issue: &Issue) -> impl Iterator<Item = &'s Field> {
    let (project, issue_type) = (issue.project, issue.issue_type);
    let wanted = state.fields.values().filter(|field| field.required && is_on_screen(state, &field.id));
    wanted.filter(move |field| selection::applies(field, project, issue_type))
}

fn is_absent(value: Option<&Value>) -> bool {
    value.is_none_or(Value::is_null)
}

/// What an issue has before its fields are set: project, type, first status, defaults.
fn frame(state: &SiteState, actor: &Actor, fields: &Members) -> JiraResult<Issue> {
    let problem = |field: &str, problem: String| JiraError::field(field, problem);
    let project = input::project(state, fields.get("project")).map_err(|message| problem("project", message))?;
    let issue_type =
        input::issue_type(state, project, fields.get("issuetype")).map_err(|message| problem("issuetype", message))?;
    let status = workflow::workflow(state, project.id, issue_type.id).and_then(Workflow::initial_status);
    let status = status.ok_or_else(|| {
        JiraError::message(
            axum::http::StatusCode::UNPROCESSABLE_ENTITY,
            "The workflow has no initial step; the issue cannot be created.",
        )
    })?;
    Ok(Issue {
        project: project.id,
        issue_type: issue_type.id,
        status,
        priority: state.priorities.values().find(|priority| priority.is_default).map(|priority| priority.id),
        assignee: input::automatic_assignee(state, project.id),
        reporter: Some(actor.account.clone()),
        creator: Some(actor.account.clone()),
        created: actor.now,
        updated: actor.now,
        status_category_changed: Some(actor.now),
        custom: BTreeMap::new(),
        ..Issue::default()
    })
}

fn set_on_screen(state: &SiteState, issue: &mut Issue, field: &str, value: &Value) -> input::Read<()> {
    if !is_on_screen(state, field) {
        return Err(input::not_settable(field));
    }
    input::set(state, issue, field, value)
}

/// Whether a field may be given at creation: it must be on the create screen, for which the site's first screen stands.
pub(crate) fn is_on_screen(state: &SiteState, field: &str) -> bool {
    field == "parent" || state.screens.values().next().is_some_and(|screen| screen.has(field))
}

fn insert(state: &mut SiteState, actor: &Actor, mut issue: Issue) -> u64 {
    issue.id = state.ids.take(IdKind::Issue);
    issue.number = state.projects.get(&issue.project).map_or(0, |project| project.last_issue_number) + 1;
    if issue.resolution.is_some() {
        issue.resolved = Some(actor.now);
    }
    let id = issue.id;
    state.insert_issue(issue);
    state.updates.note(id, None, actor.now);
    id
}
