//! What people add to issues: comments, worklogs, links.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::{AccountId, RawJson};

/// Restriction of a comment or worklog to a group or role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visibility {
    /// `group` or `role`.
    pub kind: Arc<str>,
    /// Name of the group or role.
    pub value: Arc<str>,
    /// Id of the group or role.
    pub identifier: Option<Arc<str>>,
}

/// A comment.
#[derive(Debug, Clone)]
pub struct Comment {
    /// Id.
    pub id: u64,
    /// Issue.
    pub issue: u64,
    /// Who wrote it.
    pub author: Option<AccountId>,
    /// Who changed it last.
    pub update_author: Option<AccountId>,
    /// Document (ADF).
    pub body: RawJson,
    /// When it was written.
    pub created: Timestamp,
    /// When it was changed last.
    pub updated: Timestamp,
    /// Restriction.
    pub visibility: Option<Visibility>,
    /// Whether customers of a service project see it.
    pub public: bool,
    /// Entity properties.
    pub properties: BTreeMap<String, RawJson>,
}

/// Work logged on an issue.
#[derive(Debug, Clone)]
pub struct Worklog {
    /// Id.
    pub id: u64,
    /// Issue.
    pub issue: u64,
    /// Who logged it.
    pub author: Option<AccountId>,
    /// Who changed it last.
    pub update_author: Option<AccountId>,
    /// Document (ADF).
    pub comment: Option<RawJson>,
    /// When the work began.
    pub started: Timestamp,
    /// Seconds spent.
    pub seconds: u64,
    /// When it was logged.
    pub created: Timestamp,
    /// When it was changed last.
    pub updated: Timestamp,
    /// Restriction.
    pub visibility: Option<Visibility>,
    /// Entity properties.
    pub properties: BTreeMap<String, RawJson>,
}

/// What remains of a deleted worklog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorklogTombstone {
    /// Id of the worklog.
    pub id: u64,
    /// When it was deleted.
    pub deleted: Timestamp,
}

/// One end of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEnd {
    /// An issue of this site.
    Issue(u64),
    /// An issue that the site no longer has, with its last known id and key.
    Absent {
        /// Id.
        id: u64,
        /// Key.
        key: Arc<str>,
    },
}

/// A link between two issues: `source` "blocks" `destination`.
#[derive(Debug, Clone)]
pub struct Link {
    /// Id.
    pub id: u64,
    /// Link type.
    pub link_type: u64,
    /// `inwardIssue` of the request that makes the link. The destination shows it as its `inwardIssue`.
    pub source: LinkEnd,
    /// `outwardIssue` of the request that makes the link. The source shows it as its `outwardIssue`.
    pub destination: LinkEnd,
}

/// A link from an issue to something outside Jira.
#[derive(Debug, Clone)]
pub struct RemoteLink {
    /// Id.
    pub id: u64,
    /// Issue.
    pub issue: u64,
    /// Id given by the application, unique on the issue: writing it again updates the link.
    pub global_id: Option<Arc<str>>,
    /// The link without `id`, `self` and `globalId`: `application`, `relationship`, `object`.
    pub body: RawJson,
}
