//! The fields of an issue.

use serde_json::{Value, json};

use super::issue::Embedding;
use super::{View, raw, worklog_duration};
use crate::state::{Field, Issue, IssueType, RawJson};

/// Comments and worklogs of an issue within another answer are cut at this number.
const EMBEDDED: usize = 20;

impl View<'_> {
    /// The value of a field on an issue.
    pub(super) fn field(&self, issue: &Issue, field: &Field, embedding: Embedding) -> RawJson {
        if field.is_custom() {
            return self.custom(issue, field);
        }
        match &*field.id {
            "summary" => raw(&issue.summary),
            "description" => raw(&issue.description),
            "environment" => raw(&issue.environment),
            "issuetype" => self.issue_type(issue.issue_type),
            "project" => self.project(issue.project),
            "status" => self.status(issue.status),
            "priority" => self.priority(issue.priority),
            "resolution" => self.resolution(issue.resolution),
            "statuscategorychangedate" => raw(&issue.status_category_changed.map(|at| self.time(at))),
            "resolutiondate" => raw(&issue.resolved.map(|at| self.time(at))),
            "created" => raw(&self.time(issue.created)),
            "updated" => raw(&self.time(issue.updated)),
            "duedate" => raw(&issue.due),
            "labels" => raw(&issue.labels),
            "components" => self.list(&issue.components, Self::component),
            "fixVersions" => self.list(&issue.fix_versions, Self::version),
            "versions" => self.list(&issue.affects_versions, Self::version),
            "assignee" => self.user(issue.assignee.as_ref()),
            "reporter" => self.user(issue.reporter.as_ref()),
            "creator" => self.user(issue.creator.as_ref()),
            "security" => raw(&issue.security.map(|id| self.security(id))),
            "issuelinks" => raw(&self.links(issue)),
            "subtasks" => raw(&self.subtasks(issue)),
            "attachment" => raw(&self.attachments(issue)),
            "comment" => self.comments(issue, embedding),
            "worklog" => self.worklogs(issue),
            "votes" => raw(&self.votes(issue)),
            "watches" => raw(&self.watches(issue)),
            "parent" => raw(&self.parent(issue)),
            other => self.time_field(issue, other),
        }
    }

    fn time_field(&self, issue: &Issue, field: &str) -> RawJson {
        let time = issue.time;
        match field {
            "timetracking" => raw(&self.time_tracking(issue)),
            "timespent" => raw(&time.spent),
            "timeestimate" => raw(&time.remaining),
            "timeoriginalestimate" => raw(&time.original),
            "aggregatetimespent" => raw(&self.with_subtasks(issue, |issue| issue.time.spent)),
            "aggregatetimeestimate" => raw(&self.with_subtasks(issue, |issue| issue.time.remaining)),
            "aggregatetimeoriginalestimate" => raw(&self.with_subtasks(issue, |issue| issue.time.original)),
            "progress" => raw(&progress(time.spent, time.remaining)),
            "aggregateprogress" => raw(&progress(
                self.with_subtasks(issue, |issue| issue.time.spent),
                self.with_subtasks(issue, |issue| issue.time.remaining),
            )),
            "workratio" => raw(&work_ratio(time.original, time.spent)),
            _ => raw(&()),
        }
    }

    fn list(&self, ids: &[u64], show: impl Fn(&Self, u64) -> RawJson) -> RawJson {
        raw(&ids.iter().map(|id| show(self, *id)).collect::<Vec<_>>())
    }

    fn security(&self, id: u64) -> Value {
        json!({ "self": self.link(&format!("/rest/api/3/securitylevel/{id}")), "id": id.to_string() })
    }

    fn links(&self, issue: &Issue) -> Vec<Value> {
        let links = issue.links.iter().filter_map(|id| self.state.links.get(id));
        links.map(|link| self.link_of(issue, link)).collect()
    }

    fn children<'s>(&'s self, issue: &Issue) -> impl Iterator<Item = &'s Issue> + use<'s> {
        let children = self.state.children.get(&issue.id).map_or(&[][..], Vec::as_slice);
        children.iter().filter_map(|id| self.state.issues.get(id))
    }

    fn own_subtasks<'s>(&'s self, issue: &Issue) -> impl Iterator<Item = &'s Issue> + use<'s> {
        let types = &self.state.issue_types;
        self.children(issue).filter(|child| types.get(&child.issue_type).is_some_and(IssueType::is_subtask))
    }

    fn subtasks(&self, issue: &Issue) -> Vec<Value> {
        self.own_subtasks(issue).map(|child| self.brief(child)).collect()
    }

    fn parent(&self, issue: &Issue) -> Option<Value> {
        issue.parent.and_then(|parent| self.state.issues.get(&parent)).map(|parent| self.brief(parent))
    }

    fn attachments(&self, issue: &Issue) -> Vec<Value> {
        let attachments = issue.attachments.iter().filter_map(|id| self.state.attachments.get(id));
        attachments.map(|attachment| self.attachment(attachment)).collect()
    }

    fn comments(&self, issue: &Issue, embedding: Embedding) -> RawJson {
        let total = issue.comments.len();
        let shown = match embedding {
            Embedding::Listed => total.min(EMBEDDED),
            Embedding::Alone => total,
        };
        let comments = issue.comments.iter().filter_map(|id| self.state.comments.get(id));
        raw(&json!({
            "comments": comments.take(shown).map(|comment| self.comment(comment, false)).collect::<Vec<_>>(),
            "self": self.link(&format!("/rest/api/3/issue/{}/comment", issue.id)),
            "maxResults": shown,
            "total": total,
            "startAt": 0,
        }))
    }

    fn worklogs(&self, issue: &Issue) -> RawJson {
        let worklogs = issue.worklogs.iter().filter_map(|id| self.state.worklogs.get(id));
        raw(&json!({
            "startAt": 0,
            "maxResults": EMBEDDED,
            "total": issue.worklogs.len(),
            "worklogs": worklogs.take(EMBEDDED).map(|worklog| self.worklog(worklog, false)).collect::<Vec<_>>(),
        }))
    }

    fn votes(&self, issue: &Issue) -> Value {
        json!({
            "self": self.link(&format!("/rest/api/3/issue/{}/votes", self.state.key_of(issue))),
            "votes": issue.voters.len(),
            "hasVoted": self.viewer().is_some_and(|viewer| issue.voters.contains(viewer)),
        })
    }

    fn watches(&self, issue: &Issue) -> Value {
        json!({
            "self": self.link(&format!("/rest/api/3/issue/{}/watchers", self.state.key_of(issue))),
            "watchCount": issue.watchers.len(),
            "isWatching": self.viewer().is_some_and(|viewer| issue.watchers.contains(viewer)),
        })
    }

    fn time_tracking(&self, issue: &Issue) -> Value {
        let mut shown = json!({});
        let parts = [
            ("originalEstimate", issue.time.original),
            ("remainingEstimate", issue.time.remaining),
            ("timeSpent", issue.time.spent),
        ];
        for (name, seconds) in parts {
            if let Some(seconds) = seconds {
                shown[name] = json!(worklog_duration(&self.state.settings, seconds));
                shown[format!("{name}Seconds")] = json!(seconds);
            }
        }
        shown
    }

    fn with_subtasks(&self, issue: &Issue, seconds: impl Fn(&Issue) -> Option<u64>) -> Option<u64> {
        let own = seconds(issue);
        self.own_subtasks(issue).filter_map(&seconds).fold(own, |sum, part| Some(sum.unwrap_or(0) + part))
    }
}

fn progress(spent: Option<u64>, remaining: Option<u64>) -> Value {
    let progress = spent.unwrap_or(0);
    let total = progress + remaining.unwrap_or(0);
    let mut shown = json!({ "progress": progress, "total": total });
    if let Some(percent) = (progress * 100).checked_div(total) {
        shown["percent"] = json!(percent);
    }
    shown
}

/// Per cent of the original estimate that is spent; -1 without an estimate.
fn work_ratio(original: Option<u64>, spent: Option<u64>) -> i64 {
    match original {
        Some(original) if original > 0 => (spent.unwrap_or(0) * 100 / original) as i64,
        _ => -1,
    }
}
