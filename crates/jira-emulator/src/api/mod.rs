//! The operations, one file for each resource.
//!
//! A resource file has `OPERATIONS`, the operations it claims as (method, path template of Atlassian's OpenAPI document),
//! and `routes()`, which serves exactly those. Add both to the lists below. A test checks that each claimed operation
//! is routed; the contract tests drive each against the OpenAPI document.

pub(crate) mod attachments;
pub(crate) mod auditing;
pub(crate) mod boards;
pub(crate) mod bulk_issues;
pub(crate) mod changelogs;
pub(crate) mod comments;
pub(crate) mod components;
pub(crate) mod configuration;
pub(crate) mod create_meta;
pub(crate) mod edge;
pub(crate) mod field_contexts;
pub(crate) mod field_defaults;
pub(crate) mod field_options;
pub(crate) mod field_types;
pub(crate) mod fields;
pub(crate) mod filter_scope;
pub(crate) mod filter_shares;
pub(crate) mod filter_view;
pub(crate) mod filters;
pub(crate) mod groups;
pub(crate) mod issue;
pub(crate) mod issue_bulk;
pub(crate) mod issue_links;
pub(crate) mod issue_properties;
pub(crate) mod issue_type_schemes;
pub(crate) mod issue_types;
pub(crate) mod link_types;
pub(crate) mod media;
pub(crate) mod myself;
pub(crate) mod notification_schemes;
pub(crate) mod order;
pub(crate) mod permissions;
pub(crate) mod preferences;
pub(crate) mod priorities;
pub(crate) mod project_categories;
pub(crate) mod project_change;
pub(crate) mod project_create;
pub(crate) mod project_properties;
pub(crate) mod project_roles;
pub(crate) mod projects;
pub(crate) mod rank;
pub(crate) mod remote_links;
mod removals;
pub(crate) mod resolutions;
pub(crate) mod role_actors;
pub(crate) mod roles;
pub(crate) mod screens;
pub(crate) mod search;
pub(crate) mod server_info;
pub(crate) mod sprint_issues;
pub(crate) mod sprints;
pub(crate) mod status;
pub(crate) mod statuses;
pub(crate) mod tasks;
pub(crate) mod transitions;
pub(crate) mod uploads;
pub(crate) mod users;
pub(crate) mod versions;
pub(crate) mod watchers;
pub(crate) mod workflow_payload;
pub(crate) mod workflow_schemes;
pub(crate) mod workflows;
pub(crate) mod worklog_feed;
pub(crate) mod worklogs;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;

use crate::control;
use crate::http::error::JiraError;
use crate::http::pipeline;
use crate::site::SharedSite;

/// An operation: method and path template.
pub type Operation = (&'static str, &'static str);

/// All operations that are served.
pub fn operations() -> impl Iterator<Item = Operation> {
    [
        attachments::OPERATIONS,
        auditing::OPERATIONS,
        boards::OPERATIONS,
        bulk_issues::OPERATIONS,
        changelogs::OPERATIONS,
        comments::OPERATIONS,
        components::OPERATIONS,
        configuration::OPERATIONS,
        create_meta::OPERATIONS,
        edge::OPERATIONS,
        field_contexts::OPERATIONS,
        field_defaults::OPERATIONS,
        field_options::OPERATIONS,
        fields::OPERATIONS,
        filter_scope::OPERATIONS,
        filter_shares::OPERATIONS,
        filters::OPERATIONS,
        groups::OPERATIONS,
        issue::OPERATIONS,
        issue_bulk::OPERATIONS,
        issue_links::OPERATIONS,
        issue_properties::OPERATIONS,
        issue_type_schemes::OPERATIONS,
        issue_types::OPERATIONS,
        link_types::OPERATIONS,
        myself::OPERATIONS,
        notification_schemes::OPERATIONS,
        permissions::OPERATIONS,
        preferences::OPERATIONS,
        priorities::OPERATIONS,
        project_categories::OPERATIONS,
        project_properties::OPERATIONS,
        project_roles::OPERATIONS,
        projects::OPERATIONS,
        rank::OPERATIONS,
        remote_links::OPERATIONS,
        removals::OPERATIONS,
        resolutions::OPERATIONS,
        roles::OPERATIONS,
        screens::OPERATIONS,
        search::OPERATIONS,
        server_info::OPERATIONS,
        sprint_issues::OPERATIONS,
        sprints::OPERATIONS,
        status::OPERATIONS,
        statuses::OPERATIONS,
        tasks::OPERATIONS,
        transitions::OPERATIONS,
        users::OPERATIONS,
        versions::OPERATIONS,
        watchers::OPERATIONS,
        workflow_schemes::OPERATIONS,
        workflows::OPERATIONS,
        worklog_feed::OPERATIONS,
        worklogs::OPERATIONS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

fn resources() -> Router<SharedSite> {
    Router::new()
        .merge(attachments::routes())
        .merge(auditing::routes())
        .merge(boards::routes())
        .merge(bulk_issues::routes())
        .merge(changelogs::routes())
        .merge(comments::routes())
        .merge(components::routes())
        .merge(configuration::routes())
        .merge(create_meta::routes())
        .merge(edge::routes())
        .merge(field_contexts::routes())
        .merge(field_defaults::routes())
        .merge(field_options::routes())
        .merge(fields::routes())
        .merge(filter_scope::routes())
        .merge(filter_shares::routes())
        .merge(filters::routes())
        .merge(groups::routes())
        .merge(issue::routes())
        .merge(issue_bulk::routes())
        .merge(issue_links::routes())
        .merge(issue_properties::routes())
        .merge(issue_type_schemes::routes())
        .merge(issue_types::routes())
        .merge(link_types::routes())
        .merge(myself::routes())
        .merge(notification_schemes::routes())
        .merge(permissions::routes())
        .merge(preferences::routes())
        .merge(priorities::routes())
        .merge(project_categories::routes())
        .merge(project_properties::routes())
        .merge(project_roles::routes())
        .merge(projects::routes())
        .merge(rank::routes())
        .merge(remote_links::routes())
        .merge(removals::routes())
        .merge(resolutions::routes())
        .merge(roles::routes())
        .merge(screens::routes())
        .merge(search::routes())
        .merge(server_info::routes())
        .merge(sprint_issues::routes())
        .merge(sprints::routes())
        .merge(status::routes())
        .merge(statuses::routes())
        .merge(tasks::routes())
        .merge(transitions::routes())
        .merge(users::routes())
        .merge(versions::routes())
        .merge(watchers::routes())
        .merge(workflow_schemes::routes())
        .merge(workflows::routes())
        .merge(worklog_feed::routes())
        .merge(worklogs::routes())
}

/// The router of a site: all resources behind the pipeline, and the control API beside it.
pub(crate) fn router(site: SharedSite) -> Router {
    resources()
        .fallback(unknown_path)
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(site.clone(), pipeline::run))
        .merge(control::routes())
        .with_state(site)
}

/// The resources alone, past the pipeline: for what others than the tested client do. Who calls is an extension of the
/// request.
pub(crate) fn handlers(site: SharedSite) -> Router {
    resources().fallback(unknown_path).layer(DefaultBodyLimit::disable()).with_state(site)
}

async fn unknown_path() -> JiraError {
    JiraError::message(StatusCode::NOT_FOUND, "null for uri")
}

#[cfg(test)]
mod tests;
