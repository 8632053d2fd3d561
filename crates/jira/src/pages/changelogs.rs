//! Histories of many issues: `POST /rest/api/3/changelog/bulkfetch` (`quirks.md` §2.3, §7).

use std::fmt::Display;

use futures::stream::{self, BoxStream};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::guard::Guard;
use crate::{Call, Jira, Result};

/// The most that Jira takes in one request.
const ISSUES_IN_A_REQUEST: usize = 1000;
/// Jira takes up to 10,000; the default keeps a page small enough to hold.
const HISTORIES_IN_A_PAGE: u32 = 1000;

/// An issue's id and one entry of its history.
type History = (String, Box<RawValue>);

impl Jira {
    /// The histories of issues, as (issue id, entry as Jira wrote it); those of an issue oldest first, but an issue's may be
    /// split over pages with others' between. Issues that do not exist or may not be seen give nothing.
    pub fn changelogs(&self, ids: &[impl Display]) -> BoxStream<'static, Result<History>> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let state = (ids.into_iter(), Vec::new(), None::<String>, Guard::new(call().label()));
        let jira = self.clone();
        super::items(stream::try_unfold(state, move |(mut waiting, mut batch, token, mut guard)| {
            let jira = jira.clone();
            async move {
                if token.is_none() {
                    batch = waiting.by_ref().take(ISSUES_IN_A_REQUEST).collect();
                    if batch.is_empty() {
                        return Ok(None);
                    }
                }
                let mut question = json!({ "issueIdsOrKeys": batch, "maxResults": HISTORIES_IN_A_PAGE });
                if let Some(token) = token {
                    question["nextPageToken"] = token.into();
                }
                let page: Page = jira.json(call().json(&question)).await?;
                guard.page(page.issue_change_logs.len())?;
                guard.content(page.issue_change_logs.iter().flat_map(|issue| &issue.change_histories))?;
                if let Some(token) = &page.next_page_token {
                    guard.token(token)?;
                } else {
                    // The next issues start afresh, and may be given the same tokens.
                    guard = Guard::new(call().label());
                }
                let next = page.next_page_token.clone();
                Ok(Some((page.histories(), (waiting, batch, next, guard))))
            }
        }))
    }
}

fn call() -> Call {
    Call::post_read("/rest/api/3/changelog/bulkfetch")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    issue_change_logs: Vec<OfIssue>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfIssue {
    issue_id: String,
    #[serde(default)]
    change_histories: Vec<Box<RawValue>>,
}

impl Page {
    fn histories(self) -> Vec<History> {
        let of_issue = |issue: OfIssue| {
            let id = issue.issue_id;
            issue.change_histories.into_iter().map(move |history| (id.clone(), history))
        };
        self.issue_change_logs.into_iter().flat_map(of_issue).collect()
    }
}
