//! The full capture: every issue, project by project.

use std::collections::BTreeSet;

use futures::TryStreamExt;

use super::state::PointState;
use super::{Capture, ordered, sweep};
use crate::Result;
use crate::progress::Meter;

/// Reads all issues. Those that change meanwhile are found by the next increment, which asks for everything since this
/// capture began.
pub(super) async fn capture(capture: &mut Capture<'_>) -> Result<(u64, PointState)> {
    let mut projects = capture.writer.lock().await.keys("project").await?;
    projects.sort_by(|one, two| (one.len(), one).cmp(&(two.len(), two)));
    let mut on_site: BTreeSet<u64> = BTreeSet::new();
    let mut lists = Vec::new();
    for project in projects {
        capture.check()?;
        let ids = issues_of(capture, &project).await?;
        on_site.extend(&ids);
        lists.push((project, ids));
    }
    let meter = Meter::new(capture.told, &capture.source.ambient.clock, "issues", Some(on_site.len() as u64));
    let mut count = 0;
    for (project, ids) in lists {
        if capture.progress.projects_done.contains(&project) {
            meter.advance(ids.len() as u64);
            continue;
        }
        if capture.progress.project != project {
            capture.progress.project.clone_from(&project);
            capture.progress.after = 0;
        }
        count += ordered::read(capture, &ids, &meter).await?;
        capture.progress.projects_done.insert(project);
    }
    count += sweep::reconcile(capture, &on_site).await?;
    Ok((count, PointState::new(capture.progress.started)))
}

/// Ids of a project's issues, ascending. A list of ids is a request for 5,000 issues, so it is asked for again, not kept,
/// when a capture goes on.
async fn issues_of(capture: &Capture<'_>, project: &str) -> Result<Vec<u64>> {
    let jql = format!("project = {project} ORDER BY key ASC");
    let ids: BTreeSet<u64> = capture.source.jira.search_ids(&jql).try_collect().await?;
    Ok(ids.into_iter().collect())
}
