//! The value of a custom field on an issue, with references kept as ids.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{AccountId, RawJson};

/// A custom field's value.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldValue {
    /// Single-line text, URL, epic name, rank.
    Text(Arc<str>),
    /// Document (ADF) of a multi-line text.
    Document(RawJson),
    /// Number.
    Number(f64),
    /// Day.
    Date(Date),
    /// Instant.
    DateTime(Timestamp),
    /// Option id of a select or radio field.
    Option(u64),
    /// Option ids of checkboxes or a multi-select, as given.
    Options(Vec<u64>),
    /// Parent option and, when chosen, child option.
    Cascade(u64, Option<u64>),
    /// Labels.
    Labels(Vec<Arc<str>>),
    /// One account.
    User(AccountId),
    /// Accounts.
    Users(Vec<AccountId>),
    /// Group ids.
    Groups(Vec<Arc<str>>),
    /// Project id.
    Project(u64),
    /// Version ids.
    Versions(Vec<u64>),
    /// Sprint ids, oldest first.
    Sprints(Vec<u64>),
    /// Issue id, as of the Epic Link.
    Issue(u64),
    /// Anything else as it was given.
    Raw(RawJson),
}
