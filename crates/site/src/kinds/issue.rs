//! Issues: the kind whose keys must be kept.

use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::kind::{Kind, KindName, Object};
use crate::losses::{Loss, Occurrence};
use crate::members::Members;
use crate::names::Names;
use crate::translation::Translation;

/// The kind `issue`.
pub struct Issue;

/// An issue as `issue/bulkfetch` gave it with `fields: ["*all"]`.
#[derive(Clone, Debug)]
pub struct FetchedIssue {
    /// Id on its site.
    pub id: String,
    /// Key on its site.
    pub key: String,
    /// `fields.updated`.
    pub updated: Option<Timestamp>,
    /// The members of the issue.
    pub members: Members,
    /// The members of `fields`.
    pub fields: Members,
}

impl FetchedIssue {
    /// Takes an issue of an answer apart.
    pub fn parse(_raw: &RawValue) -> serde_json::Result<Self> {
        unimplemented!("with the kind itself")
    }

    /// What the vault keeps as the issue: all of it, apart from the embedded comments and worklogs, which are cut short in
    /// this answer and are objects of their own.
    pub fn body(&self) -> serde_json::Result<Box<RawValue>> {
        unimplemented!("with the kind itself")
    }
}

/// The issue that another one belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Id on the source.
    pub source_id: String,
    /// Key on the source.
    pub source_key: String,
}

/// An issue ready to be written on the standby.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// Key on the source.
    pub key: String,
    /// Id of the project on the standby.
    pub project: String,
    /// Id of the issue type on the standby.
    pub issue_type: String,
    /// Whether the type is a sub-task: then the parent must exist at creation.
    pub subtask: bool,
    /// The issue above, if any.
    pub parent: Option<Parent>,
    /// Id of the status on the standby; reached by a transition.
    pub status: Option<String>,
    /// Every field that can be written, in the standby's ids; those that the create screen lacks go into an edit.
    pub fields: Map<String, Value>,
    /// Fields that must wait until attachments are there (texts that show them) or worklogs (time tracking).
    pub late: Map<String, Value>,
    /// What cannot be written.
    pub losses: Vec<Occurrence>,
}

/// Prepares an issue of the source for the standby.
pub fn prepare(_object: &Object, _translation: &Translation) -> Prepared {
    unimplemented!("with the kind itself")
}

impl Kind for Issue {
    fn name(&self) -> KindName {
        "issue"
    }

    fn title(&self) -> &'static str {
        "issues"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &[]
    }

    fn losses(&self) -> &'static [Loss] {
        &[]
    }

    fn normal(&self, _object: &Object, _names: &Names) -> Value {
        unimplemented!("with the kind itself")
    }
}
