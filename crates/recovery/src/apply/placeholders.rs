//! Placeholders have done their work when every issue has its key: they are deleted, each only if it carries our mark.

use futures::TryStreamExt;
use jira::{Call, Started};
use serde_json::json;
use site::marks::OperationId;

use super::PLACEHOLDER;
use super::bulk;
use super::run::Run;
use crate::Result;
use crate::journal::{Row, State, rows_of_kind};

/// The most issues that one bulk deletion takes.
const BATCH: usize = 1000;

/// What the journal says of a placeholder that is gone.
pub(crate) const DELETED: &str = "deleted, as it was meant to be";

/// Deletes all placeholders of this recovery.
pub(super) async fn delete(run: &Run<'_>) -> Result<()> {
    let rows = rows_of_kind(run.recovery.journal.clone(), run.recovery.id, PLACEHOLDER);
    let rows = rows.try_filter(|row| std::future::ready(row.state == State::Confirmed));
    let mut batches = rows.try_chunks(BATCH);
    let meter = run.meter("placeholders", None);
    while let Some(batch) = batches.try_next().await.map_err(|error| error.1)? {
        run.check()?;
        let count = batch.len() as u64;
        delete_batch(run, batch).await?;
        meter.advance(count);
    }
    Ok(())
}

async fn delete_batch(run: &Run<'_>, mut rows: Vec<Row>) -> Result<()> {
    let there = present(run, &rows).await?;
    if !there.is_empty() {
        send(run, &there).await?;
    }
    let left = if there.is_empty() { Vec::new() } else { present(run, &rows).await? };
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

/// Ids of those that are on the standby and carry the mark of their own operation.
async fn present(run: &Run<'_>, rows: &[Row]) -> Result<Vec<String>> {
    let ids: Vec<String> = rows.iter().filter_map(|row| row.target.clone()).collect();
    let marked = bulk::marked(run, &ids).await?;
    let mine = rows.iter().filter_map(|row| marked.get(&OperationId(row.operation)));
    Ok(mine.map(|created| created.id.clone()).collect())
}

/// Deletes issues in one request. An unclear outcome needs no care: what is left is looked at afterwards.
async fn send(run: &Run<'_>, ids: &[String]) -> Result<()> {
    let jira = &run.recovery.standby;
    let body = json!({ "selectedIssueIdsOrKeys": ids, "sendBulkNotification": false });
    match jira.start(Call::post("/rest/api/3/bulk/issues/delete").json(&body)).await {
        Ok(Started::Task(task)) => {
            jira.bulk_queue(&task).await?;
            Ok(())
        }
        Ok(Started::Done) => Ok(()),
        Err(error) if error.outcome() == jira::Outcome::Ambiguous => {
            run.settling.wait().await;
            Ok(())
        }
        Err(error @ (jira::Error::Rejected { .. } | jira::Error::Forbidden { .. })) => {
            tracing::warn!(%error, count = ids.len(), "placeholders could not be deleted");
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}
