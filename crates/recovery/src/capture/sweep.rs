//! The sweep: all ids of the site against all ids of the vault.
//!
//! Search lags and may leave issues out for a while, and archived issues for good. So an id that search does not give is
//! not gone: it is asked for by itself, which is strongly consistent, and only what is then missing was deleted.

use std::collections::BTreeSet;

use futures::TryStreamExt;

use super::Capture;
use super::batches::{self, BATCH};
use super::state::Unread;
use crate::Result;
use crate::objects::ISSUE;

/// The ids of all issues that search gives, and whether it gave those of every project.
pub(super) async fn on_site(capture: &mut Capture<'_>) -> Result<(BTreeSet<u64>, bool)> {
    let (mut ids, mut complete) = (BTreeSet::new(), true);
    let projects = capture.writer.lock().await.keys("project").await?;
    for project in projects {
        capture.check()?;
        match listed(capture, &project).await? {
            Some(listed) => ids.extend(listed),
            None => complete = false,
        }
    }
    Ok((ids, complete))
}

/// Ids of a project's issues, ascending; `None` when the site does not list them, which is then noted as unread. A list of
/// ids is a request for 5,000 issues, so it is asked for again, not kept, when a capture goes on.
pub(super) async fn listed(capture: &mut Capture<'_>, project: &str) -> Result<Option<Vec<u64>>> {
    let jql = format!("project = {project} ORDER BY key ASC");
    match capture.source.jira.search_ids(&jql).try_collect::<BTreeSet<u64>>().await {
        Ok(ids) => Ok(Some(ids.into_iter().collect())),
        Err(error) if error.concerns_one_object() => {
            let reason = format!("its issues are not listed: {error}");
            tracing::warn!(project, reason, "a project could not be read");
            capture.progress.unread.push(Unread { kind: "project".to_owned(), key: project.to_owned(), reason });
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// The ids of all issues that the vault has.
pub(super) async fn in_vault(capture: &Capture<'_>) -> Result<BTreeSet<u64>> {
    let keys = capture.writer.lock().await.keys(ISSUE).await?;
    Ok(keys.iter().filter_map(|key| key.parse().ok()).collect())
}

/// Deletes from the vault what is gone from the site, and reads what the vault lacks; how many issues were read.
pub(super) async fn reconcile(capture: &mut Capture<'_>, on_site: &BTreeSet<u64>) -> Result<u64> {
    let in_vault = in_vault(capture).await?;
    let gone: Vec<u64> = in_vault.difference(on_site).copied().collect();
    let new: Vec<u64> = on_site.difference(&in_vault).copied().collect();
    let verified = verify(capture, &gone).await?;
    for issue in verified {
        batches::forget(capture, issue).await?;
    }
    read(capture, &new).await
}

/// Reads issues that are found after the others; how many there were.
pub(super) async fn read(capture: &mut Capture<'_>, ids: &[u64]) -> Result<u64> {
    let mut issues = 0;
    for batch in ids.chunks(BATCH) {
        let read = batches::read(capture, batch).await?;
        issues += read.issues;
        capture.progress.unread.extend(read.unread);
    }
    Ok(issues)
}

/// Which of these issues really do not exist.
pub(super) async fn verify(capture: &Capture<'_>, ids: &[u64]) -> Result<Vec<u64>> {
    let fetched = capture.source.jira.bulk_fetch_fields(ids, &["updated"], &[]).await?;
    Ok(fetched.missing.iter().filter_map(|id| id.parse().ok()).collect())
}
