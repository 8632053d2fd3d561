//! The increment: what changed since the last capture began.
//!
//! No feed of Jira's is complete, so several are asked (`reference`: what bumps `updated`, and what does not):
//! * search by `updated`, looking back further than the last capture, because its index lags;
//! * the feeds of changed and deleted worklogs;
//! * the audit log, which names deleted issues; where it cannot be read, and every so often, all ids are compared instead;
//! * a slice of all issues in turn, for watchers, votes and properties, which tell nobody when they change;
//! * what could not be read last time.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use jira::WorklogFeed;
use serde::Deserialize;

use super::state::PointState;
use super::{Capture, ordered, sweep};
use crate::Result;
use crate::objects::{ISSUE, split};
use crate::progress::Meter;

/// Reads what changed since the capture that left `base`.
pub(super) async fn capture(capture: &mut Capture<'_>, base: &PointState) -> Result<(u64, PointState)> {
    let mut ids = updated(capture, base).await?;
    ids.extend(worklogs(capture, base).await?);
    let hanging: Vec<_> = capture.source.kinds.hanging_names().collect();
    ids.extend(base.unread.iter().filter_map(|unread| issue_of(&hanging, &unread.kind, &unread.key)));
    let known = sweep::in_vault(capture).await?;
    let slice = slice(&known, base.reread_after, capture.settings.reread);
    ids.extend(&slice);

    let meter = Meter::new(capture.told, &capture.source.ambient.clock, "issues", Some(ids.len() as u64));
    let list: Vec<u64> = ids.into_iter().collect();
    let mut issues = ordered::read(capture, &list, &meter).await?;

    let mut state = PointState::new(capture.progress.started);
    state.reread_after = slice.last().copied().unwrap_or_default();
    if sweep_is_due(capture, base).await? {
        let (on_site, complete) = sweep::on_site(capture).await?;
        issues += sweep::reconcile(capture, &on_site).await?;
        if !complete {
            state.swept = base.swept;
        }
    } else {
        state.swept = base.swept;
    }
    let left: Vec<u64> = children_of_the_deleted(capture).await?.into_iter().collect();
    issues += sweep::read(capture, &left).await?;
    Ok((issues, state))
}

/// Issues whose parent was deleted since the last recovery point: they have none any more, and nothing says so of them.
async fn children_of_the_deleted(capture: &Capture<'_>) -> Result<BTreeSet<u64>> {
    let Some(before) = &capture.before else { return Ok(BTreeSet::new()) };
    let now = sweep::in_vault(capture).await?;
    let mut gone = BTreeSet::new();
    let mut keys = before.keys(ISSUE);
    while let Some((key, _)) = keys.try_next().await? {
        gone.extend(key.parse::<u64>().ok().filter(|id| !now.contains(id)));
    }
    let mut children = BTreeSet::new();
    if gone.is_empty() {
        return Ok(children);
    }
    // An issue tells its parent, and no parent its children.
    let mut issues = before.scan(ISSUE, "");
    while let Some(record) = issues.try_next().await? {
        let child: Option<Child> = serde_json::from_slice(&record.body).ok();
        let parent = child.and_then(|child| child.fields.parent?.id.parse().ok());
        if parent.is_some_and(|parent: u64| gone.contains(&parent)) {
            children.extend(record.key.parse::<u64>().ok().filter(|id| now.contains(id)));
        }
    }
    Ok(children)
}

#[derive(Deserialize)]
struct Child {
    fields: Fields,
}

#[derive(Deserialize)]
struct Fields {
    parent: Option<Parent>,
}

#[derive(Deserialize)]
struct Parent {
    id: String,
}

/// Issues that search finds by `updated`. The time is given as an age: minutes are all that JQL knows, and an absolute time
/// would be read in the time zone of the caller's profile.
async fn updated(capture: &Capture<'_>, base: &PointState) -> Result<BTreeSet<u64>> {
    let minutes = age_in_minutes(base.started, capture.clock.now(), capture.settings.overlap);
    let jql = format!("updated >= \"-{minutes}m\" ORDER BY updated ASC");
    Ok(capture.source.jira.search_ids(&jql).try_collect().await?)
}

/// How many minutes back one has to look to see everything since `overlap` before `since`. The overlap is at least five
/// minutes, whatever is set.
fn age_in_minutes(since: Timestamp, now: Timestamp, overlap: Duration) -> i64 {
    let overlap = overlap.max(Duration::from_mins(5)).as_secs() as i64;
    let seconds = now.as_second().saturating_sub(since.as_second()).max(0) + overlap;
    seconds / 60 + 1
}

/// Issues whose worklogs were changed or deleted.
async fn worklogs(capture: &Capture<'_>, base: &PointState) -> Result<BTreeSet<u64>> {
    let jira = &capture.source.jira;
    let since = base.started.as_millisecond() - capture.settings.overlap.as_millis() as i64;
    let changed: BTreeSet<u64> =
        jira.worklog_feed(WorklogFeed::Updated, since).map_ok(|change| change.id).try_collect().await?;
    let deleted: BTreeSet<u64> =
        jira.worklog_feed(WorklogFeed::Deleted, since).map_ok(|change| change.id).try_collect().await?;
    let mut issues = BTreeSet::new();
    if !changed.is_empty() {
        let ids: Vec<u64> = changed.into_iter().collect();
        for worklog in jira.worklogs(&ids).await? {
            let parsed: Option<OfIssue> = serde_json::from_str(worklog.get()).ok();
            issues.extend(parsed.and_then(|worklog| worklog.issue_id.parse::<u64>().ok()));
        }
    }
    if let (false, Some(before)) = (deleted.is_empty(), &capture.before) {
        // A deleted worklog tells only its own id; the vault knows its issue.
        let mut keys = before.keys("worklog");
        while let Some((key, _)) = keys.try_next().await? {
            let (issue, worklog) = split(&key);
            if worklog.parse().is_ok_and(|worklog: u64| deleted.contains(&worklog)) {
                issues.extend(issue.parse::<u64>().ok());
            }
        }
    }
    Ok(issues)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfIssue {
    issue_id: String,
}

/// The next slice of the deep re-read: `size` issues after `after`, from the beginning again when the end was reached.
fn slice(known: &BTreeSet<u64>, after: u64, size: usize) -> Vec<u64> {
    let rest: Vec<u64> = known.range(after + 1..).take(size).copied().collect();
    if rest.is_empty() { known.iter().take(size).copied().collect() } else { rest }
}

/// The issue to read again for something that was not read; configuration is read anyway.
fn issue_of(hanging: &[&str], kind: &str, key: &str) -> Option<u64> {
    if kind == ISSUE || hanging.contains(&kind) { split(key).0.parse().ok() } else { None }
}

/// Whether all ids must be compared: because it is time, because the audit log names a deletion, or because the account
/// may not read the audit log.
async fn sweep_is_due(capture: &Capture<'_>, base: &PointState) -> Result<bool> {
    let now = capture.clock.now();
    if now.as_second() - base.swept.as_second() >= capture.settings.sweep_every.as_secs() as i64 {
        return Ok(true);
    }
    let overlap = capture.settings.overlap.as_secs() as i64;
    let from = Timestamp::from_second(base.started.as_second() - overlap).unwrap_or(base.started);
    let mut records = capture.source.jira.audit(from);
    while let Some(record) = records.next().await {
        match record {
            Ok(record) if names_a_deletion(record.get()) => return Ok(true),
            Ok(_) => {}
            Err(error) if error.concerns_one_object() => {
                tracing::debug!(%error, "the audit log cannot be read; all ids are compared instead");
                return Ok(true);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(false)
}

/// Whether a record of the audit log may be about deleted issues: their own record, or a project's.
fn names_a_deletion(record: &str) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Record {
        #[serde(default)]
        summary: String,
        #[serde(default)]
        object_item: Item,
    }
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Item {
        #[serde(default)]
        type_name: String,
    }
    serde_json::from_str(record).is_ok_and(|record: Record| {
        record.object_item.type_name == "ISSUE_DELETE" || record.summary.to_lowercase().contains("delete")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_increment_looks_back_further_than_the_last_capture() {
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(age_in_minutes(at(1000), at(1000), Duration::ZERO), 6);
        assert_eq!(age_in_minutes(at(1000), at(1060), Duration::from_mins(10)), 12);
        // An earlier version noted the time of a machine whose clock may have been ahead.
        assert_eq!(age_in_minutes(at(2000), at(1000), Duration::from_mins(10)), 11);
    }

    #[test]
    fn slices_go_round() {
        let known = BTreeSet::from([1, 2, 3, 4, 5]);
        assert_eq!(slice(&known, 0, 2), [1, 2]);
        assert_eq!(slice(&known, 2, 2), [3, 4]);
        assert_eq!(slice(&known, 4, 2), [5]);
        assert_eq!(slice(&known, 5, 2), [1, 2]);
        assert_eq!(slice(&BTreeSet::new(), 5, 2), Vec::<u64>::new());
    }

    #[test]
    fn only_records_of_deletions_call_for_a_sweep() {
        assert!(names_a_deletion(r#"{"summary":"Deleted Jira issue","objectItem":{"typeName":"ISSUE_DELETE"}}"#));
        assert!(names_a_deletion(r#"{"summary":"Project deleted"}"#));
        assert!(!names_a_deletion(r#"{"summary":"User added to group","objectItem":{"typeName":"USER"}}"#));
    }

    #[test]
    fn what_was_not_read_is_read_again_with_its_issue() {
        let hanging = ["attachment"];
        assert_eq!(issue_of(&hanging, "issue", "10"), Some(10));
        assert_eq!(issue_of(&hanging, "attachment", "10/7"), Some(10));
        assert_eq!(issue_of(&hanging, "attachment", "10"), Some(10));
        assert_eq!(issue_of(&hanging, "project", "10"), None);
    }
}
