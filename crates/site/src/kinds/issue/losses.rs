//! What an issue cannot keep.

use crate::adf::losses as text;
use crate::losses::Loss;

const fn loss(id: &'static str, what: &'static str, instead: &'static str) -> Loss {
    Loss { id, what, instead, always: false }
}

pub(super) const ID: Loss = Loss {
    id: "issue.id",
    what: "the issue's internal id",
    instead: "the key is kept; the property `lifeboat` has the original id",
    always: true,
};
pub(super) const DATES: Loss = Loss {
    id: "issue.dates",
    what: "who created the issue, and when it was created, updated and resolved",
    instead: "the originals are in the property `lifeboat`",
    always: true,
};
pub(super) const RANK: Loss = Loss {
    id: "issue.rank",
    what: "the issue's rank on boards",
    instead: "issues are ranked in the order of their keys",
    always: true,
};
pub(super) const TYPE: Loss = loss("issue.type", "an issue type that the standby lacks", "the issue is not restored");
pub(super) const PROJECT: Loss = loss("issue.project", "a project that the standby lacks", "the issue is not restored");
pub(super) const STATUS: Loss =
    loss("issue.status", "a status that the standby lacks", "the issue stays in the first status of its workflow");
pub(super) const PARENT: Loss =
    loss("issue.parent", "a parent that is not part of the recovery", "the issue is restored without its parent");
pub(super) const ASSIGNEE: Loss = loss(
    "issue.assignee",
    "an assignee who has no account on the standby, or a deactivated one",
    "the issue is unassigned",
);
pub(super) const REPORTER: Loss = loss(
    "issue.reporter",
    "a reporter who has no account on the standby, or a deactivated one",
    "the chosen fallback account, or the restoring one, is the reporter; the property `lifeboat` names the creator",
);
pub(super) const USER: Loss =
    loss("issue.user", "a user in a field who has no account on the standby", "the field is without that user");
pub(super) const GROUP: Loss =
    loss("issue.group", "a group in a field that the standby lacks", "the field is without that group");
pub(super) const OPTION: Loss =
    loss("issue.option", "an option of a field that the standby lacks", "the field is without that option");
pub(super) const REFERENCE: Loss = loss(
    "issue.reference",
    "a value that names something the standby lacks (a priority, version, component, project)",
    "the field is without that value",
);
pub(super) const FIELD: Loss =
    loss("issue.field", "the value of a field that the standby lacks", "the value stays in the vault");
pub(super) const FIELD_TYPE: Loss = loss(
    "issue.field-type",
    "the value of a field whose type cannot be written through the API (of an app, or of a service project)",
    "the value stays in the vault",
);
pub(super) const SECURITY: Loss = loss(
    "issue.security",
    "the security level: WITHOUT IT everybody who can see the project can see the issue",
    "restrict the project's permissions on the standby before the recovery, or leave the project out",
);
pub(super) const ESTIMATE: Loss =
    loss("issue.estimate", "the seconds of an estimate that is not a whole number of minutes", "whole minutes");
pub(super) const LINE: Loss = loss(
    "issue.line",
    "line breaks and what is over 255 characters of a summary, or blanks in a label",
    "blanks, the first 255 characters; underscores",
);

/// All of them.
pub(super) const ALL: &[Loss] = &[
    ID,
    DATES,
    RANK,
    TYPE,
    PROJECT,
    STATUS,
    PARENT,
    ASSIGNEE,
    REPORTER,
    USER,
    GROUP,
    OPTION,
    REFERENCE,
    FIELD,
    FIELD_TYPE,
    SECURITY,
    ESTIMATE,
    LINE,
    text::MENTION,
    text::MEDIA,
    text::LONG,
    text::REPAIRED,
    text::ADDRESS,
];
