//! Issues: the kind whose keys must be kept.
//!
//! Start at [`FetchedIssue`] (how they come), [`prepare`] (how they go to the standby) and [`Issue`]'s normal form. What each
//! type of field holds is told in `shape`.

mod fetched;
mod losses;
mod normal;
mod prepare;
mod shape;
#[cfg(test)]
mod tests;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::adf::{self, Media};
use crate::kind::{Kind, KindName, Object, Operation};
use crate::kinds::attachment::NewFile;
use crate::losses::{Loss, Occurrence};
use crate::marks::{self, Marks, Original, PROPERTY};
use crate::names::Names;
use crate::translation::Translation;

pub use fetched::FetchedIssue;

/// The kind `issue`.
pub struct Issue;

/// The issue that another one belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Id on the source; empty when the issue tells the key only (the legacy field Epic Link).
    pub source_id: String,
    /// Key on the source.
    pub source_key: String,
}

/// An issue ready to be written on the standby.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// Key on the source.
    pub key: String,
    /// Id of the project on the standby; empty when it is not there (a loss says so): such an issue cannot be written.
    pub project: String,
    /// Id of the issue type on the standby; empty when it is not there, likewise.
    pub issue_type: String,
    /// Whether the type is a sub-task: then the parent must exist at creation.
    pub subtask: bool,
    /// The issue above, if any.
    pub parent: Option<Parent>,
    /// Id of the status on the standby; reached by a transition.
    pub status: Option<String>,
    /// Every field that can be written, in the standby's ids; those that the create screen lacks go into an edit.
    pub fields: Map<String, Value>,
    /// Fields that must wait until attachments are there (texts that show them: see [`Prepared::place_media`]) or worklogs
    /// (time tracking).
    pub late: Map<String, Value>,
    /// The files that the late texts show, by their media ids on the source. They must be placed before the texts are
    /// written.
    pub media: BTreeSet<String>,
    /// What cannot be written.
    pub losses: Vec<Occurrence>,
    files: Vec<NewFile>,
    /// Where the late texts stand in the normal form, by the standby's field id.
    late_paths: BTreeMap<String, String>,
}

impl Prepared {
    /// Replaces the files that the late texts show by those of the standby; what is not among them becomes a name in
    /// brackets and a loss of the issue with this key in the vault.
    pub fn place_media(&mut self, key: &str, media: &Media) {
        for (field, path) in &self.late_paths {
            let Some(text) = self.late.get_mut(field) else { continue };
            let placed = adf::place(text, media);
            *text = placed.document;
            self.losses.extend(placed.notes.into_iter().map(|note| Occurrence {
                loss: note.loss.to_owned(),
                kind: "issue".to_owned(),
                key: key.to_owned(),
                path: format!("{path}{}", note.path),
                detail: note.detail,
            }));
        }
        self.late_paths.clear();
        self.media.clear();
    }

    /// What is to be done to the issue itself beside writing its fields: attaching texts that had to be cut. Operations of
    /// the kind `attachment`.
    pub fn operations(&self, source_id: &str, marks: &Marks) -> Vec<Operation> {
        self.files.iter().map(|file| file.operation(source_id, marks)).collect()
    }
}

/// Prepares an issue of the source for the standby.
pub fn prepare(object: &Object, translation: &Translation) -> Prepared {
    prepare::prepare(object, translation)
}

/// The loss of a parent that is not part of the recovery: the engine, which knows the issues, names it.
pub fn lost_parent(object: &Object, parent: &Parent) -> Occurrence {
    prepare::lost_parent(object, parent)
}

/// Who made an issue, and when: for its mark. One that a recovery restored before says so itself, if it was read with its
/// property `lifeboat`.
pub fn original(object: &Object) -> Original {
    let issue = &object.body;
    let restored = issue.get("properties").and_then(|properties| properties.get(PROPERTY)).and_then(marks::original);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    restored.unwrap_or_else(|| Original {
        id: text(&issue["id"]),
        key: text(&issue["key"]),
        author: text(&issue["fields"]["creator"]["accountId"]),
        author_name: text(&issue["fields"]["creator"]["displayName"]),
        created: text(&issue["fields"]["created"]),
        updated: text(&issue["fields"]["updated"]),
        resolved: text(&issue["fields"]["resolutiondate"]),
    })
}

impl Kind for Issue {
    fn name(&self) -> KindName {
        "issue"
    }

    fn title(&self) -> &'static str {
        "issues"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &[
            "user",
            "group",
            "project-role",
            "issue-type",
            "priority",
            "resolution",
            "status",
            "link-type",
            "field",
            "field-context",
            "field-option",
            "project",
            "role-actors",
            "component",
            "version",
        ]
    }

    fn losses(&self) -> &'static [Loss] {
        losses::ALL
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        normal::normal(object, names)
    }
}

/// The fields of an issue.
fn fields(issue: &Value) -> impl Iterator<Item = (&str, &Value)> {
    issue["fields"].as_object().into_iter().flatten().map(|(id, value)| (id.as_str(), value))
}
