//! The fields a fresh site has.

use std::collections::BTreeMap;

use crate::state::{Field, FieldContext, FieldOption, FieldSchema, IdKind, SiteState};

/// System fields: (id, name, type, items, orderable).
const SYSTEM: &[(&str, &str, &str, &str, bool)] = &[
    ("summary", "Summary", "string", "", true),
    ("description", "Description", "string", "", true),
    ("environment", "Environment", "string", "", true),
    ("issuetype", "Issue Type", "issuetype", "", true),
    ("project", "Project", "project", "", false),
    ("status", "Status", "status", "", false),
    ("statuscategorychangedate", "Status Category Changed", "datetime", "", false),
    ("priority", "Priority", "priority", "", true),
    ("resolution", "Resolution", "resolution", "", true),
    ("resolutiondate", "Resolved", "datetime", "", false),
    ("labels", "Labels", "array", "string", true),
    ("components", "Components", "array", "component", true),
    ("fixVersions", "Fix versions", "array", "version", true),
    ("versions", "Affects versions", "array", "version", true),
    ("assignee", "Assignee", "user", "", true),
    ("reporter", "Reporter", "user", "", true),
    ("creator", "Creator", "user", "", false),
    ("created", "Created", "datetime", "", false),
    ("updated", "Updated", "datetime", "", false),
    ("lastViewed", "Last Viewed", "datetime", "", false),
    ("duedate", "Due date", "date", "", true),
    ("security", "Security Level", "securitylevel", "", true),
    ("issuelinks", "Linked Issues", "array", "issuelinks", true),
    ("subtasks", "Sub-tasks", "array", "issuelinks", false),
    ("attachment", "Attachment", "array", "attachment", true),
    ("comment", "Comment", "comments-page", "", true),
    ("worklog", "Log Work", "array", "worklog", true),
    ("timetracking", "Time tracking", "timetracking", "", true),
    ("timespent", "Time Spent", "number", "", false),
    ("timeestimate", "Remaining Estimate", "number", "", false),
    ("timeoriginalestimate", "Original estimate", "number", "", false),
    ("aggregatetimespent", "Σ Time Spent", "number", "", false),
    ("aggregatetimeestimate", "Σ Remaining Estimate", "number", "", false),
    ("aggregatetimeoriginalestimate", "Σ Original Estimate", "number", "", false),
    ("progress", "Progress", "progress", "", false),
    ("aggregateprogress", "Σ Progress", "progress", "", false),
    ("workratio", "Work Ratio", "number", "", false),
    ("votes", "Votes", "votes", "", false),
    ("watches", "Watchers", "watches", "", false),
];

/// Custom fields that every site with Jira Software has: (name, custom type, type, items). Their ids differ from site to site.
const SOFTWARE: &[(&str, &str, &str, &str)] = &[
    ("Epic Name", "com.pyxis.greenhopper.jira:gh-epic-label", "string", ""),
    ("Epic Status", "com.pyxis.greenhopper.jira:gh-epic-status", "option", ""),
    ("Epic Color", "com.pyxis.greenhopper.jira:gh-epic-color", "string", ""),
    ("Epic Link", "com.pyxis.greenhopper.jira:gh-epic-link", "any", ""),
    ("Rank", "com.pyxis.greenhopper.jira:gh-lexo-rank", "any", ""),
    ("Sprint", "com.pyxis.greenhopper.jira:gh-sprint", "array", "json"),
    ("Flagged", "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes", "array", "option"),
    ("Story point estimate", "com.pyxis.greenhopper.jira:jsw-story-points", "number", ""),
    ("Story Points", "com.atlassian.jira.plugin.system.customfieldtypes:float", "number", ""),
    ("Start date", "com.atlassian.jira.plugin.system.customfieldtypes:datepicker", "date", ""),
    ("Development", "com.atlassian.jira.plugins.jira-development-integration-plugin:devsummarycf", "any", ""),
    ("Team", "com.atlassian.jira.plugin.system.customfieldtypes:atlassian-team", "team", ""),
];

/// Adds the system fields and the custom fields Jira Software brings.
pub(super) fn add_all(state: &mut SiteState) {
    for (id, name, value_type, items, orderable) in SYSTEM {
        let schema = FieldSchema { system: Some((*id).into()), ..schema(value_type, items) };
        let field = Field { orderable: *orderable, ..searchable((*id).into(), name, schema) };
        state.fields.insert(field.id.clone(), field);
    }
    for (name, custom, value_type, items) in SOFTWARE {
        let number = state.ids.take(IdKind::CustomField);
        let schema =
            FieldSchema { custom: Some((*custom).into()), custom_id: Some(number), ..schema(value_type, items) };
        let mut field = searchable(format!("customfield_{number}").as_str().into(), name, schema);
        field.orderable = true;
        field.locked = !custom.starts_with("com.atlassian.jira.plugin.system.customfieldtypes:");
        field.contexts = global_context(state, name);
        if *name == "Flagged" {
            let option = FieldOption {
                id: state.ids.take(IdKind::FieldOption),
                value: "Impediment".into(),
                parent: None,
                disabled: false,
            };
            field.contexts.values_mut().for_each(|context| context.options.push(option.clone()));
        }
        state.fields.insert(field.id.clone(), field);
    }
}

/// One context for all projects and issue types.
pub(super) fn global_context(state: &mut SiteState, field: &str) -> BTreeMap<u64, FieldContext> {
    let id = state.ids.take(IdKind::FieldContext);
    let name = format!("Default Configuration Scheme for {field}").into();
    BTreeMap::from([(id, FieldContext { id, name, ..FieldContext::default() })])
}

fn schema(value_type: &str, items: &str) -> FieldSchema {
    let items = (!items.is_empty()).then(|| items.into());
    FieldSchema { value_type: value_type.into(), items, ..FieldSchema::default() }
}

fn searchable(id: std::sync::Arc<str>, name: &str, schema: FieldSchema) -> Field {
    Field { id, name: name.into(), schema, searchable: true, navigable: true, ..Field::default() }
}
