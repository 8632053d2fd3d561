//! Issues and their change history.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{AccountId, FieldValue, RawJson};

/// Estimates in seconds; time spent is the sum of the worklogs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TimeTracking {
    /// Original estimate.
    pub original: Option<u64>,
    /// Remaining estimate.
    pub remaining: Option<u64>,
    /// Time spent.
    pub spent: Option<u64>,
}

/// An issue. Lists of ids point into the maps of the site and are ascending unless said otherwise.
#[derive(Debug, Clone, Default)]
pub struct Issue {
    /// Id, unique on the site.
    pub id: u64,
    /// Project.
    pub project: u64,
    /// Number within the project; with the project's key it makes the issue's key.
    pub number: u64,
    /// Issue type.
    pub issue_type: u64,
    /// Status.
    pub status: u64,
    /// Priority.
    pub priority: Option<u64>,
    /// Resolution.
    pub resolution: Option<u64>,
    /// Summary.
    pub summary: Arc<str>,
    /// Description (ADF).
    pub description: Option<RawJson>,
    /// Environment (ADF).
    pub environment: Option<RawJson>,
    /// Assignee.
    pub assignee: Option<AccountId>,
    /// Reporter.
    pub reporter: Option<AccountId>,
    /// Creator.
    pub creator: Option<AccountId>,
    /// When it was created.
    pub created: Timestamp,
    /// When it, or something on it, changed last.
    pub updated: Timestamp,
    /// When it was resolved.
    pub resolved: Option<Timestamp>,
    /// When its status category changed last.
    pub status_category_changed: Option<Timestamp>,
    /// Due date.
    pub due: Option<Date>,
    /// Labels as given.
    pub labels: Vec<Arc<str>>,
    /// Components as given.
    pub components: Vec<u64>,
    /// Versions it is fixed in, as given.
    pub fix_versions: Vec<u64>,
    /// Versions it affects, as given.
    pub affects_versions: Vec<u64>,
    /// Parent: the epic of a standard issue, the issue of a sub-task. It may be absent from the site.
    pub parent: Option<u64>,
    /// Security level.
    pub security: Option<u64>,
    /// Estimates.
    pub time: TimeTracking,
    /// Values of custom fields by the number of the field (`10020` of `customfield_10020`).
    pub custom: BTreeMap<u64, FieldValue>,
    /// Who voted.
    pub voters: BTreeSet<AccountId>,
    /// Who watches.
    pub watchers: BTreeSet<AccountId>,
    /// Comments.
    pub comments: Vec<u64>,
    /// Worklogs.
    pub worklogs: Vec<u64>,
    /// Attachments.
    pub attachments: Vec<u64>,
    /// Links of which it is an end.
    pub links: Vec<u64>,
    /// Remote links.
    pub remote_links: Vec<u64>,
    /// Entity properties.
    pub properties: BTreeMap<String, RawJson>,
    /// Changes, oldest first.
    pub histories: Vec<History>,
    /// Whether the issue itself is archived.
    pub archived: bool,
}

/// One entry of the changelog.
#[derive(Debug, Clone)]
pub struct History {
    /// Id.
    pub id: u64,
    /// Who made the change.
    pub author: Option<AccountId>,
    /// When.
    pub created: Timestamp,
    /// What changed.
    pub items: Vec<HistoryItem>,
    /// Free metadata given with the change.
    pub metadata: Option<RawJson>,
}

/// One changed field in a changelog entry.
#[derive(Debug, Clone, Default)]
pub struct HistoryItem {
    /// Name of the field, as `status` or `Link`.
    pub field: Arc<str>,
    /// `jira` or `custom`.
    pub field_type: Arc<str>,
    /// Id of the field; often absent.
    pub field_id: Option<Arc<str>>,
    /// Value before, as an id or text.
    pub from: Option<Arc<str>>,
    /// Value before, as shown.
    pub from_string: Option<Arc<str>>,
    /// Value after, as an id or text.
    pub to: Option<Arc<str>>,
    /// Value after, as shown.
    pub to_string: Option<Arc<str>>,
}
