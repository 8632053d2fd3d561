//! The least requests that Jira's API allows, computed from the data of a site.
//!
//! What each line counts is in [`Capture`] and [`Recovery`]; the sizes of pages and batches are Jira's documented limits.

use jira_emulator::state::SiteState;
use recovery::apply::ApplyReport;
use serde::Serialize;

/// Ids in a page of search.
const IDS: usize = 5000;
/// Issues with all fields in a request.
const ISSUES: usize = 100;
/// Comments or worklogs by id in a request, issues whose histories one request gives, issues that one request deletes.
const THOUSAND: usize = 1000;
/// Histories in a page.
const HISTORIES: usize = 10_000;
/// Comments in a page of an issue's.
const COMMENTS: usize = 100;
/// How many comments and worklogs an issue carries when it is read with others (`quirks`: 20).
const CARRIED: usize = 20;
/// Issues that one request creates.
const CREATED: u64 = 50;

/// Reading a site.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Capture {
    /// Lists of ids, 5,000 in a page.
    pub ids: usize,
    /// Issues with all fields, 100 in a request.
    pub issues: usize,
    /// Properties of the comments that come with their issues: `comment/list`, 1,000 in a request.
    pub comments: usize,
    /// Issues with more comments than come with them: pages of 100.
    pub more_comments: usize,
    /// Worklogs of all issues: the feed of their ids and `worklog/list`, 1,000 each.
    pub worklogs: usize,
    /// Histories: 1,000 issues and 10,000 entries in a request.
    pub histories: usize,
    /// Remote links: one for each issue, for Jira has neither a bulk call nor a counter.
    pub remote_links: usize,
    /// Properties: one for each issue, for the same reason.
    pub properties: usize,
    /// Lists of watchers of issues that have any.
    pub watchers: usize,
    /// Lists of voters of issues that have votes.
    pub votes: usize,
    /// Files.
    pub attachments: usize,
    /// Configuration: as many as were sent, since its calls have no bulk form.
    pub configuration: usize,
}

impl Capture {
    /// For a site; `configuration` is how many requests reading its configuration takes.
    pub(crate) fn of(state: &SiteState, configuration: usize) -> Self {
        let issues = state.issues.len();
        let (carried, more): (Vec<usize>, Vec<usize>) =
            state.issues.values().map(|issue| issue.comments.len()).partition(|count| *count <= CARRIED);
        let histories: usize = state.issues.values().map(|issue| issue.histories.len()).sum();
        Self {
            ids: issues.div_ceil(IDS),
            issues: issues.div_ceil(ISSUES),
            comments: carried.iter().sum::<usize>().div_ceil(THOUSAND),
            more_comments: more.iter().map(|count| count.div_ceil(COMMENTS)).sum(),
            worklogs: 2 * state.worklogs.len().div_ceil(THOUSAND),
            histories: issues.div_ceil(THOUSAND).max(histories.div_ceil(HISTORIES)),
            remote_links: issues,
            properties: issues,
            watchers: state.issues.values().filter(|issue| !issue.watchers.is_empty()).count(),
            votes: state.issues.values().filter(|issue| !issue.voters.is_empty()).count(),
            attachments: state.attachments.len(),
            configuration,
        }
    }

    /// All of it.
    pub(crate) fn sum(&self) -> usize {
        let bulk = self.ids + self.issues + self.comments + self.worklogs + self.histories + self.configuration;
        bulk + self.more_comments + self.remote_links + self.properties + self.watchers + self.votes + self.attachments
    }
}

/// Writing a recovery point onto an empty site.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Recovery {
    /// Issues and the placeholders that keep their keys, 50 in a request, each project by itself.
    pub issues: u64,
    /// What hangs on issues: one for each object, for Jira has no bulk call.
    pub hanging: u64,
    /// Edits: what cannot be said at creation. As many as were sent: what they say is decided by the create screens.
    pub edits: u64,
    /// Deleting placeholders, 1,000 in a request.
    pub deletions: u64,
    /// Configuration: as many as were sent.
    pub configuration: u64,
}

impl Recovery {
    /// By the source's state and by what the journal says was made; `hanging` names the kinds on issues.
    pub(crate) fn of(state: &SiteState, applied: &ApplyReport, hanging: &[&str]) -> Self {
        let mut highest = std::collections::BTreeMap::<u64, u64>::new();
        for issue in state.issues.values() {
            let last = highest.entry(issue.project).or_default();
            *last = issue.number.max(*last);
        }
        let elements: u64 = highest.values().sum();
        let placeholders = elements - state.issues.len() as u64;
        let made = |kind: &str| applied.rows.get(kind).and_then(|states| states.get("confirmed")).copied().unwrap_or(0);
        let sent = |call: &str| applied.requests.get(call).copied().unwrap_or_default();
        let of_issues = |call: &str| call.contains("/issue") || call.contains("/bulk/") || call.contains("/task/");
        Self {
            issues: highest.values().map(|last| last.div_ceil(CREATED)).sum(),
            hanging: hanging.iter().map(|kind| made(kind)).sum(),
            edits: sent("PUT /rest/api/3/issue/{issue}"),
            deletions: placeholders.div_ceil(THOUSAND as u64),
            configuration: applied
                .requests
                .iter()
                .filter(|(call, _)| !of_issues(call) || call.contains("issuetype") || call.contains("issueLinkType"))
                .map(|(_, count)| count)
                .sum(),
        }
    }

    /// All of it.
    pub(crate) fn sum(&self) -> u64 {
        self.issues + self.hanging + self.edits + self.deletions + self.configuration
    }
}
