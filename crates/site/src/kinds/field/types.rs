//! Types of custom fields.

/// What Jira's own types of custom fields begin with.
const OWN: &str = "com.atlassian.jira.plugin.system.customfieldtypes:";

/// Apps of Atlassian whose fields exist once each, on every site that has the app.
const SINGLE: [&str; 2] = ["com.pyxis.greenhopper.jira:", "com.atlassian.jpo:"];

/// The type of service level fields: there are many, told apart by name.
const SERVICE_LEVEL: &str = "com.atlassian.servicedesk:sd-sla-field";

/// Whether a site has one field of this type, so that the type alone tells which it is.
pub(super) fn is_single(custom: &str, locked: bool) -> bool {
    let by_app = SINGLE.iter().any(|app| custom.starts_with(app));
    by_app || (locked && !custom.starts_with(OWN) && custom != SERVICE_LEVEL)
}

/// Whether fields of this type have options in their contexts.
pub(in crate::kinds) fn has_options(custom: &str) -> bool {
    let own = custom.strip_prefix(OWN);
    own.is_some_and(|kind| {
        matches!(kind, "select" | "multiselect" | "radiobuttons" | "multicheckboxes" | "cascadingselect")
    })
}

/// The usual searcher of a type that the API can create, from the document of `POST /rest/api/3/field`.
pub(super) fn searcher(custom: &str) -> Option<String> {
    let searcher = match custom.strip_prefix(OWN)? {
        "cascadingselect" => "cascadingselectsearcher",
        "datepicker" => "daterange",
        "datetime" => "datetimerange",
        "float" | "importid" => "exactnumber",
        "grouppicker" => "grouppickersearcher",
        "labels" => "labelsearcher",
        "multicheckboxes" | "multigrouppicker" | "multiselect" | "radiobuttons" | "select" => "multiselectsearcher",
        "multiuserpicker" | "userpicker" => "userpickergroupsearcher",
        "multiversion" | "version" => "versionsearcher",
        "project" => "projectsearcher",
        "readonlyfield" | "textarea" | "textfield" => "textsearcher",
        "url" => "exacttextsearcher",
        _ => return None,
    };
    Some(format!("{OWN}{searcher}"))
}
