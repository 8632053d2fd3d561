//! Issues and placeholders, in bulk.

use std::collections::HashSet;

use futures::{StreamExt, TryStreamExt};

use super::past::{ISSUES, Made};
use super::report::RemovalReport;
use super::takeover::{self, Verdict};
use super::{is_made, removed};
use crate::Result;
use crate::apply::ambiguity::ATTEMPTS;
use crate::apply::placeholders::{BATCH, delete_marked};
use crate::apply::run::Run;
use crate::journal::{Row, rows_of_kind};

/// Deletes the issues that the recovery made. Returns the ids of all that are gone.
pub(super) async fn remove(run: &Run<'_>, made: Made, report: &mut RemovalReport) -> Result<HashSet<u64>> {
    let meter = run.meter("removing issues", Some(made.there.len() as u64));
    let mut gone = made.gone;
    for kind in ISSUES {
        let rows = rows_of_kind(run.recovery.journal.clone(), run.recovery.id, kind);
        let mut batches = rows.try_filter(|row| std::future::ready(is_made(row))).try_chunks(BATCH).boxed();
        while let Some(batch) = batches.try_next().await.map_err(|error| error.1)? {
            run.check()?;
            let count = batch.len() as u64;
            gone.extend(remove_batch(run, batch, report).await?);
            meter.advance(count);
        }
    }
    Ok(gone)
}

async fn remove_batch(run: &Run<'_>, rows: Vec<Row>, report: &mut RemovalReport) -> Result<Vec<u64>> {
    let verdicts = takeover::judge(run, &rows).await?;
    let mut deletable = Vec::new();
    let mut closed = Vec::new();
    for (row, verdict) in rows.into_iter().zip(verdicts) {
        match verdict {
            Verdict::Ours => deletable.push(row),
            Verdict::Gone => closed.push(removed(run, row)),
            Verdict::Kept(reason) => report.keep(&row.kind, name(&row), reason),
        }
    }
    let left = delete(run, &deletable).await?;
    for row in deletable {
        if row.target.as_ref().is_some_and(|id| left.contains(id)) {
            report.fail(&row.kind, name(&row), "Jira did not delete it: does the account have the permission to?");
        } else {
            closed.push(removed(run, row));
        }
    }
    run.record(&closed).await?;
    Ok(closed.iter().filter_map(|row| row.target.as_ref()?.parse().ok()).collect())
}

/// Deletes issues; a request that may have been lost is sent again for what is still there. Returns the ids that stay.
async fn delete(run: &Run<'_>, rows: &[Row]) -> Result<HashSet<String>> {
    let mut left: Vec<Row> = rows.to_vec();
    let mut ids = HashSet::new();
    for _ in 0..ATTEMPTS {
        if left.is_empty() {
            return Ok(HashSet::new());
        }
        run.check()?;
        ids = delete_marked(run, &left).await?;
        left.retain(|row| row.target.as_ref().is_some_and(|id| ids.contains(id)));
    }
    Ok(ids)
}

fn name(row: &Row) -> &str {
    row.target_key.as_deref().unwrap_or(&row.source)
}
