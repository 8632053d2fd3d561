//! Notes in the audit log.

use std::fmt::Display;

use serde_json::json;

use crate::site::Site;
use crate::state::{AuditRecord, IdKind, SiteState};

/// A sort of event as the audit log words it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event {
    /// "Project created".
    pub(crate) summary: &'static str,
    /// `projects`, `group management`, `issue`…
    pub(crate) category: &'static str,
    /// `typeName` of the object: `PROJECT`, `ISSUE_DELETE`…
    pub(crate) type_name: &'static str,
}

impl Event {
    pub(crate) const fn new(summary: &'static str, category: &'static str, type_name: &'static str) -> Self {
        Self { summary, category, type_name }
    }
}

/// Adds a record to the audit log. `id` and `name` are those of the object; a deleted issue has its key as name.
pub(crate) fn note(
    site: &Site,
    state: &mut SiteState,
    author: &str,
    event: Event,
    id: impl Display,
    name: impl Display,
) {
    let Event { summary, category, type_name } = event;
    let object = json!({ "id": id.to_string(), "name": name.to_string(), "typeName": type_name });
    let record = AuditRecord {
        id: state.ids.take(IdKind::AuditRecord),
        created: site.now(),
        author: Some(author.into()),
        summary: summary.into(),
        category: category.into(),
        object_item: Some(object.into()),
        changed_values: Vec::new(),
        associated_items: Vec::new(),
    };
    state.audit.push(record);
}
