//! A small JQL: enough for what people ask of issues, with Jira's refusals. Start at [`search`].
//!
//! `lexer` and `parser` read the text, `clause` and `fields` turn it into tests on issues, `dates` reads times, `order` sorts.

mod clause;
mod dates;
mod fields;
mod lexer;
mod order;
mod parser;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::access;
use super::view::View;
use crate::http::error::{ErrorBody, JiraError, JiraResult};
use crate::state::{Issue, ProjectLife, SiteState};
use axum::http::StatusCode;
use clause::{Compiler, Predicate};

/// An issue as the search index knows it.
pub(crate) struct Indexed<'a> {
    pub(crate) issue: &'a Issue,
    /// `updated` as far as the index has heard.
    pub(crate) updated: Timestamp,
}

/// What a search is asked for beside the query.
pub(crate) struct Conditions {
    /// What the index shows instead of `updated`; issues without a time are not there yet.
    pub(crate) behind: HashMap<u64, Option<Timestamp>>,
    /// Issues that are seen as they are, whatever the index knows.
    pub(crate) reconciled: BTreeSet<u64>,
    pub(crate) archived_projects: bool,
    pub(crate) now: Timestamp,
}

const UNBOUNDED: &str = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.";

/// Ids of all issues that a query finds, in its order. The anonymous find nothing.
pub(crate) fn search(view: &View<'_>, text: &str, conditions: &Conditions) -> JiraResult<Vec<u64>> {
    let query = parser::parse(text).map_err(|problem| refusal(vec![problem]))?;
    let condition = query.condition.ok_or_else(|| JiraError::bad_request(UNBOUNDED))?;
    if view.viewer().is_none() {
        return Ok(Vec::new());
    }
    let mut compiler = Compiler::new(view, conditions.now);
    let predicate = compiler.compile(&condition);
    let order = order::read(view.state, &query.order, &mut compiler.problems);
    if !compiler.problems.is_empty() {
        return Err(refusal(compiler.problems));
    }
    let mut found = candidates(view.state, compiler.updated_since, conditions, &predicate);
    order::sort(view.state, &order, &mut found);
    Ok(found.into_iter().map(|found| found.issue.id).collect())
}

/// 400 for a query that does not hold: a filter keeps only those that do.
pub(crate) fn check(view: &View<'_>, text: &str, now: Timestamp) -> JiraResult<()> {
    let query = parser::parse(text).map_err(|problem| refusal(vec![problem]))?;
    let mut compiler = Compiler::new(view, now);
    if let Some(condition) = &query.condition {
        let _ = compiler.compile(condition);
    }
    order::read(view.state, &query.order, &mut compiler.problems);
    if compiler.problems.is_empty() { Ok(()) } else { Err(refusal(compiler.problems)) }
}

fn refusal(messages: Vec<String>) -> JiraError {
    let body = ErrorBody::Collection { messages, errors: std::collections::BTreeMap::new() };
    JiraError::new(StatusCode::BAD_REQUEST, body)
}

fn candidates<'a>(
    state: &'a SiteState,
    updated_since: Option<Timestamp>,
    conditions: &Conditions,
    predicate: &Predicate<'_>,
) -> Vec<Indexed<'a>> {
    let keep = |issue: &'a Issue| {
        let seen = indexed(issue, conditions)?;
        (is_searchable(state, issue, conditions) && predicate(&seen)).then_some(seen)
    };
    match updated_since {
        // What the index shows is never later than the truth, so the true times lead to all that may fit.
        Some(since) => state.updates.since(since).filter_map(|id| state.issues.get(&id)).filter_map(keep).collect(),
        None => state.issues.values().filter_map(keep).collect(),
    }
}

fn indexed<'a>(issue: &'a Issue, conditions: &Conditions) -> Option<Indexed<'a>> {
    let updated = match conditions.behind.get(&issue.id) {
        Some(before) if !conditions.reconciled.contains(&issue.id) => (*before)?,
        _ => issue.updated,
    };
    Some(Indexed { issue, updated })
}

fn is_searchable(state: &SiteState, issue: &Issue, conditions: &Conditions) -> bool {
    let project = state.projects.get(&issue.project);
    let is_archived = project.is_some_and(|project| matches!(project.life, ProjectLife::Archived { .. }));
    access::is_visible(state, issue) && !issue.archived && (!is_archived || conditions.archived_projects)
}
