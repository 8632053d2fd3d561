//! Placeholders have done their work when every issue has its key: they are deleted, each only if it carries our mark.

use std::collections::HashSet;

use futures::TryStreamExt;
use jira::{Call, Started};
use serde_json::json;
use site::marks::OperationId;

use super::PLACEHOLDER;
use super::ambiguity::ATTEMPTS;
use super::bulk;
use super::run::{BULK_OPERATIONS, Run};
use crate::Result;
use crate::journal::{Row, State, rows_of_kind};

/// The most issues that one bulk deletion takes.
pub(super) const BATCH: usize = 1000;

/// What the journal says of a placeholder that is gone.
pub(crate) const DELETED: &str = "deleted, as it was meant to be";

/// Deletes all placeholders of this recovery.
pub(super) async fn delete(run: &Run<'_>) -> Result<()> {
    let rows = rows_of_kind(run.recovery.journal.clone(), run.recovery.id, PLACEHOLDER);
    let rows = rows.try_filter(|row| std::future::ready(row.state == State::Confirmed));
    let meter = &run.meter("placeholders", None);
    let batches = rows.try_chunks(BATCH).map_err(|error| error.1);
    batches
        .map_err(crate::Error::from)
        .try_for_each_concurrent(BULK_OPERATIONS, async |batch| {
            run.check()?;
            let count = batch.len() as u64;
            delete_batch(run, batch).await?;
            meter.advance(count);
            Ok(())
        })
        .await
}

async fn delete_batch(run: &Run<'_>, mut rows: Vec<Row>) -> Result<()> {
    let left = delete_marked(run, &rows).await?;
    for row in &mut rows {
        row.lease = run.recovery.lease;
        let gone = row.target.as_ref().is_none_or(|target| !left.contains(target));
        if gone {
            row.state = State::Skipped;
            row.reason = Some(DELETED.to_owned());
        } else {
            row.reason = Some("it could not be deleted".to_owned());
        }
    }
    Ok(run.record(&rows).await?)
}

/// Deletes the issues of these rows, at most [`BATCH`], each only if it carries the mark of its own operation. Returns the
/// ids of those that are still there with their mark.
pub(super) async fn delete_marked(run: &Run<'_>, rows: &[Row]) -> Result<HashSet<String>> {
    let mut left = present(run, rows).await?;
    for _ in 0..ATTEMPTS {
        if left.is_empty() {
            break;
        }
        let sent = send(run, &left).await?;
        // Only what Jira did not say it deleted is looked for again: asking for deleted issues costs a request for each.
        let undecided = |id: &String| left.contains(id) && !sent.deleted.contains(id);
        let doubtful = rows.iter().filter(|row| row.target.as_ref().is_some_and(undecided));
        let doubtful: Vec<Row> = doubtful.cloned().collect();
        left = present(run, &doubtful).await?;
        if !sent.unclear {
            break;
        }
    }
    Ok(left)
}

/// Ids of those that are on the standby and carry the mark of their own operation.
async fn present(run: &Run<'_>, rows: &[Row]) -> Result<HashSet<String>> {
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let ids: Vec<String> = rows.iter().filter_map(|row| row.target.clone()).collect();
    let marked = bulk::marked(run, &ids).await?;
    let mine = rows.iter().filter_map(|row| marked.get(&OperationId(row.operation)));
    Ok(mine.map(|created| created.id.clone()).collect())
}

/// What became of a bulk deletion.
#[derive(Default)]
struct Sent {
    /// Ids of those that Jira says it deleted.
    deleted: HashSet<String>,
    /// Nobody knows whether anything happened: what is left is deleted again.
    unclear: bool,
}

/// Deletes issues in one request. When the outcome is unclear it waits until a late one would have happened.
async fn send(run: &Run<'_>, ids: &HashSet<String>) -> Result<Sent> {
    let jira = &run.recovery.standby;
    let body = json!({ "selectedIssueIdsOrKeys": ids, "sendBulkNotification": false });
    let _one_of_few = run.bulk_operations.acquire().await;
    match jira.start(Call::post("/rest/api/3/bulk/issues/delete").json(&body)).await {
        Ok(Started::Task(task)) => {
            let queue = jira.bulk_queue(&task).await?;
            Ok(Sent { deleted: queue.processed.iter().map(u64::to_string).collect(), unclear: false })
        }
        Ok(Started::Done) => Ok(Sent::default()),
        Err(error) if error.outcome() == jira::Outcome::Ambiguous => {
            run.settling.wait().await;
            Ok(Sent { unclear: true, ..Sent::default() })
        }
        Err(error @ (jira::Error::Rejected { .. } | jira::Error::Forbidden { .. })) => {
            tracing::warn!(%error, count = ids.len(), "issues could not be deleted");
            Ok(Sent::default())
        }
        Err(error) => Err(error.into()),
    }
}
