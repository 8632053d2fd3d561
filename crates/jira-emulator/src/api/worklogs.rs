//! Worklogs of an issue.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::Operation;
use super::issue::{actor, words};
use crate::http::auth::{Caller, MaybeCaller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params};
use crate::http::page::PageQuery;
use crate::http::time::parse_time;
use crate::issues::change::{self, Actor};
use crate::issues::edit::{self, VisibilityInput};
use crate::issues::properties::{self, PropertyInput};
use crate::issues::view::View;
use crate::issues::{access, adf, history, input, limits};
use crate::site::SharedSite;
use crate::state::{IdKind, RawJson, SiteState, TimeTracking, Worklog, WorklogTombstone};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/worklog"),
    ("POST", "/rest/api/3/issue/{issueIdOrKey}/worklog"),
    ("GET", "/rest/api/3/issue/{issueIdOrKey}/worklog/{id}"),
    ("PUT", "/rest/api/3/issue/{issueIdOrKey}/worklog/{id}"),
    ("DELETE", "/rest/api/3/issue/{issueIdOrKey}/worklog/{id}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/issue/{issueIdOrKey}/worklog", get(list).post(add))
        .route("/rest/api/3/issue/{issueIdOrKey}/worklog/{id}", get(read).put(change_worklog).delete(remove))
}

const PAGE: usize = 5000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListQuery {
    start_at: Option<u64>,
    max_results: Option<u64>,
    started_after: Option<i64>,
    started_before: Option<i64>,
    expand: Option<String>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct WorklogPage {
    start_at: usize,
    max_results: usize,
    total: usize,
    worklogs: Vec<RawJson>,
}

pub(crate) fn expands_properties(expand: Option<&str>) -> bool {
    words(expand).iter().any(|word| word == "properties")
}

fn time_tracking_is_on(state: &SiteState) -> JiraResult<()> {
    if state.settings.time_tracking { Ok(()) } else { Err(JiraError::not_found("Time tracking is not enabled.")) }
}

async fn list(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path(name): Path<String>,
    Params(query): Params<ListQuery>,
) -> JiraResult {
    let state = site.read();
    time_tracking_is_on(&state)?;
    let issue = access::find(&state, caller.as_deref(), &name)?;
    let view = View::new(&site, &state, caller.as_ref());
    let within = |worklog: &&Worklog| {
        let started = worklog.started.as_millisecond();
        query.started_after.is_none_or(|after| started >= after)
            && query.started_before.is_none_or(|before| started <= before)
    };
    let worklogs: Vec<&Worklog> =
        issue.worklogs.iter().filter_map(|id| state.worklogs.get(id)).filter(within).collect();
    let window = PageQuery { start_at: query.start_at, max_results: query.max_results }.window(PAGE, PAGE);
    let with_properties = expands_properties(query.expand.as_deref());
    let total = worklogs.len();
    let worklogs = window.of(worklogs).into_iter().map(|worklog| view.worklog(worklog, with_properties)).collect();
    let page = WorklogPage { start_at: window.start_at, max_results: window.max_results, total, worklogs };
    Ok(Json(page).into_response())
}

fn find<'a>(state: &'a SiteState, caller: Option<&str>, issue: &str, id: &str) -> JiraResult<&'a Worklog> {
    let issue = access::find(state, caller, issue)?;
    let worklog = id.parse::<u64>().ok().and_then(|id| state.worklogs.get(&id));
    worklog.filter(|worklog| worklog.issue == issue.id).ok_or_else(|| worklog_not_found(id))
}

fn worklog_not_found(id: &str) -> JiraError {
    JiraError::not_found(format!("Cannot find worklog with id: '{id}'."))
}

#[derive(Deserialize)]
struct Expand {
    expand: Option<String>,
}

async fn read(
    State(site): State<SharedSite>,
    MaybeCaller(caller): MaybeCaller,
    Path((name, id)): Path<(String, String)>,
    Params(query): Params<Expand>,
) -> JiraResult {
    let state = site.read();
    let worklog = find(&state, caller.as_deref(), &name, &id)?;
    let view = View::new(&site, &state, caller.as_ref());
    Ok(Json(view.worklog(worklog, expands_properties(query.expand.as_deref()))).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WorklogInput {
    comment: Option<Value>,
    started: Option<String>,
    time_spent: Option<String>,
    time_spent_seconds: Option<u64>,
    visibility: Option<VisibilityInput>,
    #[serde(default)]
    properties: Vec<PropertyInput>,
}

/// The parts of a worklog that a request gave, checked.
struct Checked {
    comment: Option<RawJson>,
    started: Option<Timestamp>,
    seconds: Option<u64>,
    visibility: Option<crate::state::Visibility>,
    properties: properties::Properties,
}

fn check(state: &SiteState, input: WorklogInput) -> JiraResult<Checked> {
    let comment = match input.comment.filter(|comment| !comment.is_null()) {
        None => None,
        Some(comment) => Some(adf::read(state, &comment).map_err(|problem| {
            JiraError::field(
                "comment",
                match problem {
                    adf::AdfProblem::NoDocument => "Comment body is not valid!",
                    other => other.message(),
                },
            )
        })?),
    };
    let seconds = match (input.time_spent_seconds, input.time_spent) {
        (Some(seconds), _) => Some(seconds),
        (None, Some(text)) => Some(
            input::seconds(&state.settings, &text)
                .ok_or_else(|| JiraError::field("timeLogged", "Invalid time duration entered."))?,
        ),
        (None, None) => None,
    };
    if seconds == Some(0) {
        return Err(JiraError::field("timeLogged", "You must indicate the time spent working."));
    }
    let started = input.started.map(|started| exact_time(&started)).transpose()?;
    let properties = properties::read(input.properties)?;
    Ok(Checked { comment, started, seconds, visibility: edit::visibility(state, input.visibility)?, properties })
}

/// `started` has one format only: `2021-01-17T12:34:00.000+0000`.
fn exact_time(text: &str) -> JiraResult<Timestamp> {
    let is_exact =
        text.len() == 28 && text.as_bytes().get(19) == Some(&b'.') && matches!(text.as_bytes()[23], b'+' | b'-');
    parse_time(text).filter(|_| is_exact).ok_or_else(|| {
        JiraError::field("started", format!("Unable to parse '{text}': the format is yyyy-MM-dd'T'HH:mm:ss.SSSZ."))
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WriteQuery {
    notify_users: Option<bool>,
    adjust_estimate: Option<String>,
    new_estimate: Option<String>,
    reduce_by: Option<String>,
    increase_by: Option<String>,
    expand: Option<String>,
}

/// The remaining estimate after the time spent changed by `delta` seconds.
fn remaining(state: &SiteState, query: &WriteQuery, time: TimeTracking, delta: i64) -> JiraResult<Option<u64>> {
    let asked = |parameter: &Option<String>, name: &str| {
        let text = parameter
            .as_deref()
            .ok_or_else(|| JiraError::field("adjustEstimate", format!("'{name}' must be given.")))?;
        input::seconds(&state.settings, text).ok_or_else(|| JiraError::field(name, "Invalid time duration entered."))
    };
    let shifted = |by: i64| time.remaining.map(|remaining| u64::try_from(remaining as i64 + by).unwrap_or(0));
    Ok(match query.adjust_estimate.as_deref() {
        None | Some("auto") => shifted(-delta),
        Some("leave") => time.remaining,
        Some("new") => Some(asked(&query.new_estimate, "newEstimate")?),
        Some("manual") if delta >= 0 => shifted(-(asked(&query.reduce_by, "reduceBy")? as i64)),
        Some("manual") => shifted(asked(&query.increase_by, "increaseBy")? as i64),
        Some(other) => return Err(JiraError::field("adjustEstimate", format!("'{other}' is not a valid value."))),
    })
}

/// Brings the issue's time tracking up to date with a change of its worklogs.
fn book(state: &mut SiteState, actor: &Actor, issue: u64, remaining: Option<u64>, worklog: u64) {
    let Some(mut changed) = state.issues.get(&issue).cloned() else { return };
    let seconds = changed.worklogs.iter().filter_map(|id| state.worklogs.get(id)).map(|worklog| worklog.seconds).sum();
    changed.time.spent = (seconds > 0 || changed.time.spent.is_some()).then_some(seconds);
    changed.time.remaining = remaining;
    let Some(old) = state.issues.get(&issue) else { return };
    let mut items = history::between(state, old, &changed);
    let id = Some(worklog.to_string());
    items.push(history::item("WorklogId", None, "jira", (id.clone(), id.clone()), (id.clone(), id)));
    state.issues.insert(issue, changed);
    change::record(state, actor, issue, items, None);
}

async fn add(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path(name): Path<String>,
    Params(query): Params<WriteQuery>,
    JsonBody(input): JsonBody<WorklogInput>,
) -> JiraResult {
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    time_tracking_is_on(&state)?;
    let issue = access::find(&state, Some(&caller), &name)?;
    let (issue, held, time) = (issue.id, issue.worklogs.len(), issue.time);
    access::may_discard_notification(&state, &caller, query.notify_users)?;
    limits::room_for("worklogs", held, limits::WORKLOGS)?;
    let checked = check(&state, input)?;
    let seconds =
        checked.seconds.ok_or_else(|| JiraError::field("timeLogged", "You must indicate the time spent working."))?;
    let remaining = remaining(&state, &query, time, seconds as i64)?;
    let id = state.ids.take(IdKind::Worklog);
    let worklog = Worklog {
        id,
        issue,
        author: Some(caller.clone()),
        update_author: Some(caller.clone()),
        comment: checked.comment,
        started: checked.started.unwrap_or(actor.now),
        seconds,
        created: actor.now,
        updated: actor.now,
        visibility: checked.visibility,
        properties: checked.properties,
    };
    state.worklogs.insert(id, worklog);
    if let Some(issue) = state.issues.get_mut(&issue) {
        issue.worklogs.push(id);
    }
    book(&mut state, &actor, issue, remaining, id);
    let worklog = state.worklogs.get(&id).ok_or_else(|| worklog_not_found(&id.to_string()))?;
    let shown = View::new(&site, &state, Some(&caller)).worklog(worklog, expands_properties(query.expand.as_deref()));
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

async fn change_worklog(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path((name, id)): Path<(String, String)>,
    Params(query): Params<WriteQuery>,
    JsonBody(input): JsonBody<WorklogInput>,
) -> JiraResult {
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    time_tracking_is_on(&state)?;
    let mut changed = find(&state, Some(&caller), &name, &id)?.clone();
    access::may_discard_notification(&state, &caller, query.notify_users)?;
    let checked = check(&state, input)?;
    let seconds = checked.seconds.unwrap_or(changed.seconds);
    let time = access::find(&state, Some(&caller), &name)?.time;
    let remaining = remaining(&state, &query, time, seconds as i64 - changed.seconds as i64)?;
    changed.comment = checked.comment.or(changed.comment);
    changed.started = checked.started.unwrap_or(changed.started);
    changed.seconds = seconds;
    changed.visibility = checked.visibility;
    changed.properties.extend(checked.properties);
    changed.update_author = Some(caller.clone());
    changed.updated = actor.now;
    let issue = changed.issue;
    let shown = View::new(&site, &state, Some(&caller)).worklog(&changed, expands_properties(query.expand.as_deref()));
    let id = changed.id;
    state.worklogs.insert(id, changed);
    book(&mut state, &actor, issue, remaining, id);
    Ok(Json(shown).into_response())
}

async fn remove(
    State(site): State<SharedSite>,
    Caller(caller): Caller,
    Path((name, id)): Path<(String, String)>,
    Params(query): Params<WriteQuery>,
) -> JiraResult<StatusCode> {
    let actor = actor(&site, caller.clone());
    let mut state = site.write();
    time_tracking_is_on(&state)?;
    let worklog = find(&state, Some(&caller), &name, &id)?;
    let (id, issue, seconds) = (worklog.id, worklog.issue, worklog.seconds);
    access::may_discard_notification(&state, &caller, query.notify_users)?;
    let time = access::find(&state, Some(&caller), &name)?.time;
    let remaining = remaining(&state, &query, time, -(seconds as i64))?;
    state.worklogs.remove(&id);
    state.worklog_tombstones.push(WorklogTombstone { id, deleted: actor.now });
    if let Some(issue) = state.issues.get_mut(&issue) {
        issue.worklogs.retain(|held| *held != id);
    }
    book(&mut state, &actor, issue, remaining, id);
    Ok(StatusCode::NO_CONTENT)
}
