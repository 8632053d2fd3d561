//! What the values of a field look like, and who takes care of it.

use crate::kind::KindName;
use crate::names::{Field, Names};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One line of text.
    Line,
    /// Rich text.
    Document,
    /// A number or a day: the same everywhere.
    Plain,
    /// A date with a time.
    Moment,
    /// A set of words.
    Labels,
    /// A user.
    User,
    /// A set of users.
    Users,
    /// An option of the field.
    Option,
    /// A set of options.
    Options,
    /// An option and one below it.
    Cascade,
    /// An object of a kind.
    Reference(KindName),
    /// A set of objects of a kind.
    References(KindName),
    /// A group.
    Group,
    /// A set of groups.
    Groups,
    /// Estimates.
    Estimates,
    /// The sprints that it was in: set through the sprint, not through the issue.
    Sprints,
    /// The security level.
    Security,
    /// Told apart in [`super::Prepared`]: project, type, status, parent.
    Frame,
    /// Jira alone decides: dates, sums, rank.
    Decided,
    /// Kept as objects of another kind: links, attachments, votes.
    OtherKind,
    /// Of a type that is not known: kept in the vault, not written.
    Unknown,
}

/// What a field of a site holds. A field that the site did not list is known by its id if it is a system field.
pub(super) fn shape(id: &str, names: &Names) -> Shape {
    match names.field(id) {
        Some(Field { custom: Some(custom), .. }) => custom_shape(custom),
        Some(Field { system: Some(system), .. }) => system_shape(system),
        _ => system_shape(id),
    }
}

fn system_shape(system: &str) -> Shape {
    match system {
        "summary" => Shape::Line,
        "description" | "environment" => Shape::Document,
        "duedate" => Shape::Plain,
        "labels" => Shape::Labels,
        "assignee" | "reporter" => Shape::User,
        "priority" => Shape::Reference("priority"),
        "resolution" => Shape::Reference("resolution"),
        "components" => Shape::References("component"),
        "versions" | "fixVersions" => Shape::References("version"),
        "timetracking" => Shape::Estimates,
        "security" => Shape::Security,
        "project" | "issuetype" | "status" | "parent" => Shape::Frame,
        "comment" | "worklog" | "attachment" | "issuelinks" | "subtasks" | "votes" | "watches" => Shape::OtherKind,
        _ if DECIDED.contains(&system) => Shape::Decided,
        _ => Shape::Unknown,
    }
}

/// System fields that Jira alone sets (quirks §6).
const DECIDED: [&str; 19] = [
    "aggregateprogress",
    "aggregatetimeestimate",
    "aggregatetimeoriginalestimate",
    "aggregatetimespent",
    "created",
    "creator",
    "issuekey",
    "lastViewed",
    "progress",
    "resolutiondate",
    "statusCategory",
    "statuscategorychangedate",
    "thumbnail",
    // The estimates are written as `timetracking`, the time spent as worklogs.
    "timeestimate",
    "timeoriginalestimate",
    "timespent",
    "updated",
    "workratio",
    "rankBeforeIssue",
];

fn custom_shape(custom: &str) -> Shape {
    match custom {
        "com.pyxis.greenhopper.jira:gh-epic-link" => Shape::Frame,
        "com.pyxis.greenhopper.jira:gh-epic-label" | "com.pyxis.greenhopper.jira:gh-epic-color" => Shape::Line,
        "com.pyxis.greenhopper.jira:gh-epic-status" => Shape::Option,
        "com.pyxis.greenhopper.jira:gh-sprint" => Shape::Sprints,
        "com.pyxis.greenhopper.jira:jsw-story-points" => Shape::Plain,
        "com.pyxis.greenhopper.jira:gh-lexo-rank"
        | "com.atlassian.jira.plugins.jira-development-integration-plugin:devsummarycf"
        | "com.atlassian.jira.plugins.jira-development-integration-plugin:devsummary" => Shape::Decided,
        _ => match custom.strip_prefix("com.atlassian.jira.plugin.system.customfieldtypes:") {
            Some(built_in) => built_in_shape(built_in),
            None => Shape::Unknown,
        },
    }
}

fn built_in_shape(built_in: &str) -> Shape {
    match built_in {
        "textfield" | "url" | "readonlyfield" => Shape::Line,
        "textarea" => Shape::Document,
        "float" | "datepicker" => Shape::Plain,
        "datetime" => Shape::Moment,
        "labels" => Shape::Labels,
        "userpicker" => Shape::User,
        "multiuserpicker" | "people" => Shape::Users,
        "select" | "radiobuttons" => Shape::Option,
        "multiselect" | "multicheckboxes" => Shape::Options,
        "cascadingselect" => Shape::Cascade,
        "grouppicker" => Shape::Group,
        "multigrouppicker" => Shape::Groups,
        "project" => Shape::Reference("project"),
        "version" => Shape::Reference("version"),
        "multiversion" => Shape::References("version"),
        _ => Shape::Unknown,
    }
}

/// What a field is called in normal forms: system fields by their id, custom fields by their identity.
pub(super) fn called(id: &str, names: &Names) -> String {
    if !id.starts_with("customfield_") {
        return id.to_owned();
    }
    names.identity("field", id).map_or_else(|| format!("<{id}>"), str::to_owned)
}

/// Whether a field is the legacy Epic Link, which says what `parent` says.
pub(super) fn is_epic_link(id: &str, names: &Names) -> bool {
    names.field(id).and_then(|field| field.custom.as_deref()) == Some("com.pyxis.greenhopper.jira:gh-epic-link")
}
