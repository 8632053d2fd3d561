//! How long a recovery takes, by Jira's limits: requests a second for each endpoint, writes for each issue.

use serde::{Deserialize, Serialize};

use super::report::Plan;
use crate::objects::ISSUE;

/// Requests a second that Jira allows on most endpoints (GET and POST; PUT and DELETE half of it).
const PER_SECOND: f64 = 100.0;
/// Writes to one issue: a hundred in thirty seconds.
const PER_ISSUE: f64 = 100.0 / 30.0;
/// What one request takes when nothing holds it up. An assumption, on the careful side.
const LATENCY: f64 = 0.4;
/// How many requests are in flight.
const IN_FLIGHT: f64 = 16.0;
/// Issues in one request.
const BULK: u64 = 50;

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

/// Estimates from the plan's counts.
pub(super) fn estimate(plan: &Plan) -> Estimate {
    let created: u64 = plan.kinds.iter().filter(|(kind, _)| *kind != ISSUE).map(|(_, counts)| counts.create).sum();
    let (mut bulk, mut longest_lane, mut issues) = (0, 0, 0);
    for project in &plan.projects {
        let elements = project.issues - project.matched + project.placeholders;
        let requests = elements.div_ceil(BULK);
        bulk += requests;
        longest_lane = longest_lane.max(requests);
        issues += project.issues - project.matched;
    }
    // An edit for each issue, and its share of the reads.
    let requests = bulk + created + issues + issues / 50;
    let bounds = [
        (
            longest_lane as f64 * LATENCY * 4.0,
            "the project with the most issues, whose keys come one request after the other",
        ),
        (plan.most_writes_on_one_issue as f64 / PER_ISSUE, "the issue with the most comments and files"),
        ((created + issues) as f64 / (PER_SECOND / 2.0), "Jira's limit of requests a second"),
        (requests as f64 * LATENCY / IN_FLIGHT, "the time that Jira takes to answer"),
    ];
    let (seconds, bound_by) =
        bounds.into_iter().fold((0.0, ""), |longest, bound| if bound.0 > longest.0 { bound } else { longest });
    Estimate { requests, seconds: seconds.ceil() as u64, bound_by: bound_by.to_owned() }
}
