//! What of a project is not restored, or not yet.

use crate::losses::Loss;

pub(super) const TEAM_MANAGED: Loss = Loss {
    id: "project.team-managed",
    what: "That a project is team-managed: Jira's API makes no types, fields or access settings for one",
    instead: "A company-managed project with the same key",
    always: false,
};
pub(super) const TYPE: Loss = Loss {
    id: "project.type",
    what: "A type of project that the API does not create (Product Discovery)",
    instead: "A software project with the same key",
    always: false,
};
pub(super) const LEAD: Loss = Loss {
    id: "project.lead",
    what: "A lead who is missing on the standby, or nobody, which Jira does not take",
    instead: "The account for missing users, or the account that runs the recovery",
    always: false,
};
pub(super) const CATEGORY: Loss = Loss {
    id: "project.category",
    what: "A category that is not on the standby",
    instead: "The project is in no category",
    always: false,
};
pub(super) const ARCHIVED: Loss = Loss {
    id: "project.archived",
    what: "That a project is archived: its issues could not be written otherwise",
    instead: "The project is live; archive it when the recovery is done",
    always: false,
};
pub(super) const OLD_KEYS: Loss = Loss {
    id: "project.old-keys",
    what: "Keys that a project had before: links to its issues by those do not work",
    instead: "Named in the report",
    always: false,
};
const WORKFLOW: Loss = Loss {
    id: "project.workflow",
    what: "Workflows and workflow schemes",
    instead: "A workflow in which every status can be reached from every other",
    always: true,
};
const NOTIFICATIONS: Loss = Loss {
    id: "project.notification-scheme",
    what: "Notification schemes",
    instead: "A scheme that sends nothing, so that a recovery writes no mail",
    always: true,
};
const PERMISSIONS: Loss = Loss {
    id: "project.permission-scheme",
    what: "Permission and issue security schemes",
    instead: "The standby's default permission scheme; no security scheme",
    always: true,
};
const ISSUE_TYPES: Loss = Loss {
    id: "project.issue-type-scheme",
    what: "Which issue types a project offers",
    instead: "All types of the site",
    always: true,
};
const SCREENS: Loss = Loss {
    id: "project.screens",
    what: "Screens, issue layouts and field configurations",
    instead: "The standby's default ones",
    always: true,
};
const REST: Loss = Loss {
    id: "project.settings",
    what: "Avatar, features, properties, pages, shortcuts and the sender's address of a project; its default assignee, \
           where the site's list of projects does not tell it",
    instead: "Jira's defaults",
    always: true,
};

pub(super) const ALL: &[Loss] = &[
    TEAM_MANAGED,
    TYPE,
    LEAD,
    CATEGORY,
    ARCHIVED,
    OLD_KEYS,
    WORKFLOW,
    NOTIFICATIONS,
    PERMISSIONS,
    ISSUE_TYPES,
    SCREENS,
    REST,
];
