//! Counts of what breaks careless backups.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::documents::{TEXT_LIMIT, text_length};
use crate::state::{AttachmentBytes, FieldValue, Issue, LinkEnd, RawJson, SiteState, SprintState, StatusCategory};

/// How often each thing occurs, by a name.
pub(super) struct Census;

/// All documents of a site.
pub(super) fn documents(state: &SiteState) -> impl Iterator<Item = &RawJson> {
    fn of_issue(issue: &Issue) -> Vec<&RawJson> {
        let custom = issue.custom.values().filter_map(|value| match value {
            FieldValue::Document(document) => Some(document),
            _ => None,
        });
        issue.description.iter().chain(&issue.environment).chain(custom).collect()
    }
    let bodies = state.comments.values().map(|comment| &comment.body);
    let notes = state.worklogs.values().filter_map(|worklog| worklog.comment.as_ref());
    state.issues.values().flat_map(of_issue).chain(bodies).chain(notes)
}

/// Types of nodes and marks in a document.
pub(super) fn types(node: &Value, found: &mut BTreeSet<String>) {
    found.extend(node["type"].as_str().map(str::to_owned));
    for child in ["content", "marks"].into_iter().flat_map(|list| node[list].as_array().into_iter().flatten()) {
        types(child, found);
    }
}

impl Census {
    pub(super) fn of(state: &SiteState) -> BTreeMap<&'static str, usize> {
        let mut census = issues(state);
        census.extend(activity(state));
        census.extend(files(state));
        census.extend(configuration(state));
        census
    }
}

fn level(state: &SiteState, issue: &Issue) -> i32 {
    state.issue_types[&issue.issue_type].hierarchy_level
}

fn issues(state: &SiteState) -> BTreeMap<&'static str, usize> {
    let count = |holds: &dyn Fn(&Issue) -> bool| state.issues.values().filter(|issue| holds(issue)).count();
    let parent = |issue: &Issue| issue.parent.map(|parent| &state.issues[&parent]);
    let closed = |issue: &Issue| {
        let sprints = issue.custom.values().filter_map(|value| match value {
            FieldValue::Sprints(ids) => {
                Some(ids.iter().filter(|id| state.sprints[id].state == SprintState::Closed).count())
            }
            _ => None,
        });
        sprints.sum::<usize>()
    };
    let impediments: BTreeSet<u64> = state
        .fields
        .values()
        .filter(|field| &*field.name == "Flagged")
        .filter_map(|field| field.schema.custom_id)
        .collect();
    let fields = state.fields.values().filter_map(|field| field.schema.custom_id);
    let users_fields = fields.filter(|number| count(&|issue| issue.custom.contains_key(number)) > 0).count();
    let numbers =
        |project: u64| state.issues.values().filter(move |issue| issue.project == project).map(|issue| issue.number);
    let with_holes = state
        .projects
        .values()
        .filter(|project| (numbers(project.id).count() as u64) < numbers(project.id).max().unwrap_or(0));
    let beyond =
        state.projects.values().filter(|project| project.last_issue_number > numbers(project.id).max().unwrap_or(0));
    BTreeMap::from([
        ("epics with children", count(&|issue| parent(issue).is_some_and(|parent| level(state, parent) == 1))),
        ("sub-tasks", count(&|issue| level(state, issue) < 0)),
        (
            "sub-tasks older than their parents",
            count(&|issue| level(state, issue) < 0 && parent(issue).is_some_and(|parent| parent.number > issue.number)),
        ),
        ("projects with holes", with_holes.count()),
        ("projects whose last issue is gone", beyond.count()),
        (
            "dangling links as source",
            state.links.values().filter(|link| matches!(link.source, LinkEnd::Absent { .. })).count(),
        ),
        (
            "dangling links as destination",
            state.links.values().filter(|link| matches!(link.destination, LinkEnd::Absent { .. })).count(),
        ),
        ("links", state.links.len()),
        (
            "types of links",
            usize::from(state.links.values().map(|link| link.link_type).collect::<BTreeSet<_>>().len() > 2),
        ),
        ("issues in several closed sprints", count(&|issue| closed(issue) > 1)),
        ("flagged issues", count(&|issue| impediments.iter().any(|number| issue.custom.contains_key(number)))),
        ("custom fields with values", usize::from(users_fields > 22)),
        ("long histories", count(&|issue| issue.histories.len() > 100)),
        (
            "histories with a resolution",
            count(&|issue| {
                issue.histories.iter().any(|history| history.items.iter().any(|item| &*item.field == "resolution"))
            }),
        ),
        ("issues without history", count(&|issue| issue.histories.is_empty())),
        ("voters", count(&|issue| !issue.voters.is_empty())),
        ("watchers", count(&|issue| issue.watchers.len() > 10)),
        ("properties", count(&|issue| issue.properties.len() > 3)),
        ("labels", count(&|issue| !issue.labels.is_empty())),
        ("estimates", count(&|issue| issue.time.original.is_some())),
        ("due dates", count(&|issue| issue.due.is_some())),
        ("components", count(&|issue| !issue.components.is_empty())),
        ("versions", count(&|issue| !issue.fix_versions.is_empty())),
        (
            "issues with nothing optional",
            count(&|issue| issue.priority.is_none() && issue.reporter.is_none() && issue.description.is_none()),
        ),
        (
            "long descriptions",
            count(&|issue| issue.description.as_ref().is_some_and(|text| text_length(&text.value()) > TEXT_LIMIT)),
        ),
        ("done issues", count(&|issue| state.statuses[&issue.status].category == StatusCategory::Done)),
    ])
}

fn activity(state: &SiteState) -> BTreeMap<&'static str, usize> {
    let restricted = |kind: &str| {
        state
            .comments
            .values()
            .filter(|comment| comment.visibility.as_ref().is_some_and(|to| &*to.kind == kind))
            .count()
    };
    BTreeMap::from([
        ("issues with 120 comments", state.issues.values().filter(|issue| issue.comments.len() == 120).count()),
        (
            "issues with more than 20 comments",
            state.issues.values().filter(|issue| (21..120).contains(&issue.comments.len())).count(),
        ),
        ("issues with more than 20 worklogs", state.issues.values().filter(|issue| issue.worklogs.len() > 20).count()),
        ("comments for a role", restricted("role")),
        ("comments for a group", restricted("group")),
        ("comments with properties", state.comments.values().filter(|comment| !comment.properties.is_empty()).count()),
        ("worklogs with properties", state.worklogs.values().filter(|worklog| !worklog.properties.is_empty()).count()),
        ("restricted worklogs", state.worklogs.values().filter(|worklog| worklog.visibility.is_some()).count()),
        (
            "long comments",
            state.comments.values().filter(|comment| text_length(&comment.body.value()) > TEXT_LIMIT).count(),
        ),
        ("comments changed later", state.comments.values().filter(|comment| comment.updated > comment.created).count()),
        ("remote links with a global id", state.remote_links.values().filter(|link| link.global_id.is_some()).count()),
        ("remote links without", state.remote_links.values().filter(|link| link.global_id.is_none()).count()),
    ])
}

fn files(state: &SiteState) -> BTreeMap<&'static str, usize> {
    let files = || state.attachments.values();
    let same_name = |issue: &&Issue| {
        let names: BTreeSet<&str> = issue.attachments.iter().map(|id| &*state.attachments[id].filename).collect();
        names.len() < issue.attachments.len()
    };
    BTreeMap::from([
        ("same name twice", state.issues.values().filter(same_name).count()),
        ("empty files", files().filter(|file| file.size == 0).count()),
        ("large files", files().filter(|file| file.size == 300_000).count()),
        ("equal contents", files().filter(|file| matches!(file.bytes, AttachmentBytes::SameAs(_))).count()),
        ("names beyond ASCII", files().filter(|file| !file.filename.is_ascii()).count()),
        ("names with blanks", files().filter(|file| file.filename.contains(' ')).count()),
        ("names with quotes", files().filter(|file| file.filename.contains('"')).count()),
    ])
}

fn configuration(state: &SiteState) -> BTreeMap<&'static str, usize> {
    let contexts = || state.fields.values().flat_map(|field| field.contexts.values());
    let sprints = |wanted| state.sprints.values().filter(|sprint| sprint.state == wanted).count();
    let versions = |holds: &dyn Fn(&crate::state::Version) -> bool| {
        state.versions.values().filter(|version| holds(version)).count()
    };
    BTreeMap::from([
        ("inactive accounts", state.users.values().filter(|user| !user.active).count()),
        ("hidden addresses", state.users.values().filter(|user| !user.email_visible).count()),
        ("apps", state.users.values().filter(|user| &*user.account_type == "app").count()),
        ("empty groups", state.groups.values().filter(|group| group.members.is_empty()).count()),
        (
            "role actors",
            state
                .projects
                .values()
                .filter(|project| project.role_actors.values().any(|actors| !actors.users.is_empty()))
                .count(),
        ),
        (
            "group actors",
            state
                .projects
                .values()
                .filter(|project| project.role_actors.values().any(|actors| !actors.groups.is_empty()))
                .count(),
        ),
        ("project properties", state.projects.values().filter(|project| !project.properties.is_empty()).count()),
        ("project categories", state.projects.values().filter(|project| project.category.is_some()).count()),
        ("former project keys", state.project_keys.len() - state.projects.len()),
        ("component leads", state.components.values().filter(|component| component.lead.is_some()).count()),
        ("released versions", versions(&|version| version.released && !version.archived)),
        ("archived versions", versions(&|version| version.archived)),
        ("versions without dates", versions(&|version| version.release_date.is_none())),
        ("contexts of one project", contexts().filter(|context| !context.projects.is_empty()).count()),
        ("disabled options", contexts().flat_map(|context| &context.options).filter(|option| option.disabled).count()),
        ("default values", contexts().filter(|context| context.default_value.is_some()).count()),
        (
            "child options",
            contexts().flat_map(|context| &context.options).filter(|option| option.parent.is_some()).count(),
        ),
        ("closed sprints", sprints(SprintState::Closed)),
        ("active sprints", sprints(SprintState::Active)),
        ("future sprints", sprints(SprintState::Future)),
        (
            "boards with filter and project",
            state.boards.values().filter(|board| board.filter.is_some() && board.project.is_some()).count(),
        ),
        ("workflows with an order", state.workflows.len() - 1),
    ])
}
