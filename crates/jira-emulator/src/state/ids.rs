//! Counters for numeric ids, one for each type of object.

use std::collections::BTreeMap;

/// A type of object that has its own counter on a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum IdKind {
    Attachment,
    AuditRecord,
    Board,
    Comment,
    Component,
    CustomField,
    Dashboard,
    FieldContext,
    FieldOption,
    Filter,
    History,
    Issue,
    IssueType,
    Link,
    LinkType,
    NotificationScheme,
    PermissionScheme,
    Priority,
    Project,
    ProjectCategory,
    RemoteLink,
    Resolution,
    Role,
    Scheme,
    Screen,
    Sprint,
    Status,
    Task,
    Version,
    Workflow,
    WorkflowScheme,
    Worklog,
}

impl IdKind {
    /// Where Jira starts counting: boards, sprints and screens at 1, the rest at 10000.
    fn first(self) -> u64 {
        match self {
            Self::Board | Self::Sprint | Self::Screen | Self::AuditRecord => 1,
            _ => 10_000,
        }
    }
}

/// Gives out ids that were never used before on the site.
#[derive(Debug, Default, Clone)]
pub struct Ids {
    offset: u64,
    next: BTreeMap<IdKind, u64>,
}

impl Ids {
    /// Counters whose first ids lie `offset` above Jira's own first ids, so that the ids of two sites overlap without being equal.
    pub fn with_offset(offset: u64) -> Self {
        Self { offset, next: BTreeMap::new() }
    }

    /// Takes the next id.
    pub fn take(&mut self, kind: IdKind) -> u64 {
        let first = kind.first() + self.offset;
        let next = self.next.entry(kind).or_insert(first);
        *next += 1;
        *next - 1
    }

    /// Notes that an id is in use; later ids are above it.
    pub fn saw(&mut self, kind: IdKind, id: u64) {
        let first = kind.first() + self.offset;
        let next = self.next.entry(kind).or_insert(first);
        *next = (*next).max(id + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend_and_pass_over_what_was_seen() {
        let mut ids = Ids::with_offset(3);
        assert_eq!(ids.take(IdKind::Comment), 10_003);
        ids.saw(IdKind::Comment, 20_000);
        ids.saw(IdKind::Comment, 10);
        assert_eq!(ids.take(IdKind::Comment), 20_001);
        assert_eq!(ids.take(IdKind::Board), 4);
    }
}
