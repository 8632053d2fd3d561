//! How long a recovery takes, by Jira's limits: requests a second for each endpoint, writes for each issue.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::report::Plan;
use crate::objects::ISSUE;

/// Requests a second that Jira allows on most endpoints: GET and POST.
const PER_SECOND: f64 = 100.0;
/// The same for PUT and DELETE.
const PER_SECOND_CHANGED: f64 = 50.0;
/// Writes to one issue: a hundred in thirty seconds.
const PER_ISSUE: f64 = 100.0 / 30.0;
/// How many requests are in flight.
const IN_FLIGHT: f64 = 32.0;
/// Issues in one request.
const BULK: u64 = 50;
/// A sub-task cannot come in the request of its parent, and a value that Jira does not list ends its request (a refusal would
/// cost the keys of those after it): so many requests more there are for each issue, about.
const ENDED_EARLY: f64 = 0.08;
/// Kinds that hang on issues, each with how many a second may be written.
const HANGING: [(&str, f64); 6] = [
    ("comment", PER_SECOND),
    ("worklog", PER_SECOND),
    ("issue-link", PER_SECOND),
    ("remote-link", PER_SECOND),
    ("watchers", PER_SECOND),
    ("issue-property", PER_SECOND_CHANGED),
];

/// How long a recovery takes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// How many requests it takes, about.
    pub requests: u64,
    /// How many seconds, about.
    pub seconds: u64,
    /// What decides it.
    pub bound_by: String,
}

/// Estimates from the plan's counts, and from how long the standby took to answer.
pub(super) fn estimate(plan: &Plan, latency: Duration) -> Estimate {
    let latency = latency.as_secs_f64();
    let create = |kind: &str| plan.kinds.get(kind).map_or(0, |counts| counts.create);
    let issues: u64 = plan.projects.iter().map(|project| project.issues - project.matched).sum();
    let (bulk, longest_lane) = lanes(plan);
    // The history of an issue is one file.
    let files = create("attachment") + create("changelog").min(issues);
    let hanging: u64 = files + HANGING.iter().map(|(kind, _)| create(kind)).sum::<u64>();
    let of_issues = |kind: &str| kind == ISSUE || kind == "attachment" || kind == "changelog" || kind == "votes";
    let configuration: u64 = plan
        .kinds
        .iter()
        .filter(|(kind, _)| !of_issues(kind) && HANGING.iter().all(|(hanging, _)| hanging != kind))
        .map(|(_, counts)| counts.create)
        .sum();

    let mut bounds = vec![
        (plan.most_writes_on_one_issue as f64 / PER_ISSUE, "the issue with the most comments and files"),
        (files as f64 / PER_SECOND, "Jira's limit of uploads a second"),
        (issues as f64 / PER_SECOND_CHANGED, "Jira's limit of edits a second"),
        ((hanging + issues) as f64 * latency / IN_FLIGHT, "the time that Jira takes to answer"),
    ];
    bounds.extend(HANGING.map(|(kind, rate)| (create(kind) as f64 / rate, limit_of(kind))));
    let (contents, contents_by) =
        bounds.into_iter().fold((0.0, ""), |longest, bound| if bound.0 > longest.0 { bound } else { longest });
    let creation = longest_lane as f64 * latency;
    let bound_by = if creation > contents {
        "the project with the most issues, whose keys come one request after the other"
    } else {
        contents_by
    };
    let seconds = configuration as f64 * latency.max(1.0 / PER_SECOND) + creation + contents;
    Estimate {
        requests: configuration + bulk + hanging + issues + issues / 50,
        seconds: seconds.ceil() as u64,
        bound_by: bound_by.to_owned(),
    }
}

/// Requests that create issues, of all projects and of the one that takes the most.
fn lanes(plan: &Plan) -> (u64, u64) {
    let requests = plan.projects.iter().map(|project| {
        let issues = project.issues - project.matched;
        (issues + project.placeholders).div_ceil(BULK) + (issues as f64 * ENDED_EARLY) as u64
    });
    requests.fold((0, 0), |(all, longest), requests| (all + requests, longest.max(requests)))
}

fn limit_of(kind: &str) -> &'static str {
    match kind {
        "comment" => "Jira's limit of comments a second",
        "worklog" => "Jira's limit of worklogs a second",
        "watchers" => "Jira's limit of watchers a second",
        "issue-property" => "Jira's limit of properties a second",
        _ => "Jira's limit of links a second",
    }
}
