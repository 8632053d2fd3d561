//! The order of what was found.

use std::cmp::Ordering;

use super::Indexed;
use crate::issues::view;
use crate::state::{Field, SiteState};

/// A field to sort by.
#[derive(Clone, Copy)]
enum Key<'a> {
    Id,
    Number,
    Created,
    Updated,
    Summary,
    Status,
    Priority,
    Assignee,
    IssueType,
    Due,
    Resolved,
    Rank(&'a Field),
}

/// Fields to sort by, and whether downwards.
pub(super) type Order<'a> = Vec<(Sorting<'a>, bool)>;

/// One field to sort by.
#[derive(Clone, Copy)]
pub(super) struct Sorting<'a>(Key<'a>);

const MOST_FIELDS: usize = 7;

/// Reads ORDER BY.
pub(super) fn read<'a>(state: &'a SiteState, order: &[(String, bool)], problems: &mut Vec<String>) -> Order<'a> {
    if order.len() > MOST_FIELDS {
        problems.push(format!("The maximum number of fields to order by is {MOST_FIELDS}."));
    }
    let mut read = Vec::new();
    for (field, downwards) in order {
        match key(state, field) {
            Some(key) => read.push((Sorting(key), *downwards)),
            None => problems.push(format!(
                "Not able to sort using field '{field}'. It does not exist or you do not have permission to view it."
            )),
        }
    }
    read
}

fn key<'a>(state: &'a SiteState, field: &str) -> Option<Key<'a>> {
    Some(match field.to_ascii_lowercase().as_str() {
        "id" => Key::Id,
        "key" | "issuekey" | "issue" | "project" => Key::Number,
        "created" | "createddate" => Key::Created,
        "updated" | "updateddate" => Key::Updated,
        "summary" => Key::Summary,
        "status" => Key::Status,
        "priority" => Key::Priority,
        "assignee" => Key::Assignee,
        "issuetype" | "type" => Key::IssueType,
        "due" | "duedate" => Key::Due,
        "resolved" | "resolutiondate" => Key::Resolved,
        "rank" => Key::Rank(state.field_of_type("com.pyxis.greenhopper.jira:gh-lexo-rank")?),
        _ => return None,
    })
}

/// Sorts by the fields in turn; without any, the latest issue comes first.
pub(super) fn sort(state: &SiteState, order: &Order<'_>, found: &mut [Indexed<'_>]) {
    if order.is_empty() {
        found.sort_unstable_by_key(|found| std::cmp::Reverse(found.issue.id));
        return;
    }
    found.sort_unstable_by(|one, other| {
        let differing = order.iter().map(|(sorting, downwards)| {
            let ordering = compare(state, sorting.0, one, other);
            if *downwards { ordering.reverse() } else { ordering }
        });
        differing.fold(Ordering::Equal, Ordering::then).then(one.issue.id.cmp(&other.issue.id))
    });
}

fn compare(state: &SiteState, key: Key<'_>, one: &Indexed<'_>, other: &Indexed<'_>) -> Ordering {
    let (first, second) = (one.issue, other.issue);
    let project = |id| state.projects.get(&id).map(|project| &project.key);
    let place = |id: Option<u64>| state.priority_order.iter().position(|priority| Some(*priority) == id);
    match key {
        Key::Id => first.id.cmp(&second.id),
        Key::Number if first.project == second.project => first.number.cmp(&second.number),
        Key::Number => project(first.project).cmp(&project(second.project)),
        Key::Created => first.created.cmp(&second.created),
        Key::Updated => one.updated.cmp(&other.updated),
        Key::Summary => first.summary.cmp(&second.summary),
        Key::Status => first.status.cmp(&second.status),
        Key::Priority => place(first.priority).cmp(&place(second.priority)),
        Key::Assignee => first.assignee.cmp(&second.assignee),
        Key::IssueType => first.issue_type.cmp(&second.issue_type),
        Key::Due => first.due.cmp(&second.due),
        Key::Resolved => first.resolved.cmp(&second.resolved),
        Key::Rank(field) => view::rank(first, field).cmp(&view::rank(second, field)),
    }
}
