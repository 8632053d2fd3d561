//! Issues in batches: a hundred are fetched at once, then what hangs on them is read, all kinds side by side.

use std::collections::{BTreeSet, HashSet};

use futures::FutureExt;
use serde::Deserialize;
use serde_json::value::RawValue;
use site::kinds::issue::FetchedIssue;
use site::sink::Sink;
use site::{IssueKind, KindName};

use super::Capture;
use super::sink::VaultSink;
use super::state::Unread;
use crate::objects::{ISSUE, prefix, split};
use crate::{Error, Result};

/// How many issues `issue/bulkfetch` gives with all fields.
pub(super) const BATCH: usize = 100;

/// What came of a batch.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// The last issue of the batch.
    pub last: u64,
    /// How many issues there were.
    pub issues: u64,
    /// Issues that do not exist, or may not be seen.
    pub missing: Vec<u64>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// Reads the issues with these ids, and all that hangs on them, into the vault.
pub(super) async fn read(capture: &Capture<'_>, ids: &[u64]) -> Result<Read> {
    capture.check()?;
    let fetched = capture.source.jira.bulk_fetch(ids, &[]).await?;
    let mut sink = VaultSink::new(&capture.writer, capture.before.as_ref());
    for (id, error) in fetched.unreadable {
        sink.failed(ISSUE, id, error.to_string()).await?;
    }
    let mut issues = Vec::new();
    for raw in &fetched.issues {
        match FetchedIssue::parse(raw) {
            Ok(issue) => issues.push(issue),
            Err(error) => sink.failed(ISSUE, id_of(raw), unexpected(&error).to_string()).await?,
        }
    }
    for issue in &issues {
        let body = issue.body().map_err(|error| unexpected(&error))?;
        sink.put(ISSUE, issue.id.clone(), issue.updated, body).await?;
    }
    let kinds = capture.source.kinds.hanging.iter();
    let readings = kinds.map(|kind| read_hanging(capture, *kind, &issues).boxed());
    let readings = futures::future::try_join_all(readings.collect::<Vec<_>>()).await?;
    let (mut seen, mut unread) = (sink.seen, sink.unread);
    for hanging in readings {
        seen.extend(hanging.seen);
        unread.extend(hanging.unread);
    }
    // The first capture of all has nothing to forget.
    if capture.before.is_some() {
        forget_unseen(capture, &issues, &seen, &unread).await?;
    }
    let missing = fetched.missing.iter().filter_map(|id| id.parse().ok()).collect();
    let last = ids.iter().copied().max().unwrap_or_default();
    Ok(Read { last, issues: issues.len() as u64, missing, unread })
}

/// Deletes an issue and all that hangs on it from the vault.
pub(super) async fn forget(capture: &Capture<'_>, issue: u64) -> Result<()> {
    let (key, mut writer) = (issue.to_string(), capture.writer.lock().await);
    for kind in capture.source.kinds.hanging_names() {
        writer.delete_prefix(kind, &prefix(&key)).await?;
    }
    writer.delete(ISSUE, &key).await?;
    Ok(())
}

/// The id of an issue that is wrong in another way.
fn id_of(raw: &RawValue) -> String {
    #[derive(Deserialize)]
    struct Issue {
        id: String,
    }
    serde_json::from_str(raw.get()).map(|issue: Issue| issue.id).unwrap_or_default()
}

fn unexpected(error: &serde_json::Error) -> Error {
    Error::Answer { what: "issues".to_owned(), reason: error.to_string() }
}

/// Reads one kind for a batch. When Jira refuses, each issue is asked for alone, so that only the culprit stays unread.
async fn read_hanging<'c>(
    capture: &'c Capture<'_>,
    kind: &'static dyn IssueKind,
    issues: &[FetchedIssue],
) -> Result<VaultSink<'c>> {
    capture.check()?;
    let mut sink = VaultSink::new(&capture.writer, capture.before.as_ref());
    let jira = &capture.source.jira;
    match kind.read(jira, issues, &mut sink).await {
        Ok(()) => return Ok(sink),
        Err(error) if !concerns_one_object(&error) => return Err(error.into()),
        Err(error) => {
            tracing::debug!(kind = kind.name(), %error, "a batch was refused; its issues are asked one by one");
        }
    }
    for issue in issues {
        match kind.read(jira, std::slice::from_ref(issue), &mut sink).await {
            Ok(()) => {}
            Err(error) if concerns_one_object(&error) => {
                sink.failed(kind.name(), prefix(&issue.id), error.to_string()).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(sink)
}

/// Whether the error may be about one object, and not about the site or the vault as a whole.
pub(super) fn concerns_one_object(error: &site::sink::Error) -> bool {
    matches!(error, site::sink::Error::Jira(error) if error.concerns_one_object())
}

/// What the vault knew under an issue and the site did not give again is gone; unless something of that kind on that issue
/// could not be read.
async fn forget_unseen(
    capture: &Capture<'_>,
    issues: &[FetchedIssue],
    seen: &HashSet<(KindName, String)>,
    unread: &[Unread],
) -> Result<()> {
    let doubtful: BTreeSet<(&str, &str)> =
        unread.iter().map(|unread| (unread.kind.as_str(), split(&unread.key).0)).collect();
    let mut writer = capture.writer.lock().await;
    for kind in capture.source.kinds.hanging_names() {
        for issue in issues.iter().filter(|issue| !doubtful.contains(&(kind, issue.id.as_str()))) {
            for key in writer.keys_under(kind, &prefix(&issue.id)).await? {
                if !seen.contains(&(kind, key.clone())) {
                    writer.delete(kind, &key).await?;
                }
            }
        }
    }
    Ok(())
}
