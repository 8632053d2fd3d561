//! The full capture: every issue, project by project.

use std::collections::BTreeSet;

use jiff::Timestamp;

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
    let (mut lists, mut complete) = (Vec::new(), true);
    for project in projects {
        capture.check()?;
        let Some(ids) = sweep::listed(capture, &project).await? else {
            complete = false;
            continue;
        };
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
    let mut state = PointState::new(capture.progress.started);
    if !complete {
        // The next increment lists all projects again.
        state.swept = Timestamp::UNIX_EPOCH;
    }
    Ok((count, state))
}
