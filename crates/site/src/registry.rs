//! All kinds, one line each. Their order in recovery follows from what each depends on, not from this list.

use std::collections::BTreeSet;

use crate::kind::{IssueKind, Kind, KindName, SiteKind};
use crate::kinds;

/// The kinds of configuration.
pub const SITE_KINDS: &[&dyn SiteKind] = &[
    &kinds::user::User,
    &kinds::group::Group,
    &kinds::project_category::ProjectCategory,
    &kinds::project_role::ProjectRole,
    &kinds::issue_type::IssueType,
    &kinds::priority::Priority,
    &kinds::resolution::Resolution,
    &kinds::status::Status,
    &kinds::link_type::LinkType,
    &kinds::field::Field,
    &kinds::project::Project,
    &kinds::field_context::FieldContext,
    &kinds::field_option::FieldOption,
    &kinds::role_actors::RoleActors,
    &kinds::component::Component,
    &kinds::version::Version,
    &kinds::board::Board,
    &kinds::sprint::Sprint,
];

/// The kinds that hang on an issue, in the order in which they are written to it.
pub const ISSUE_KINDS: &[&dyn IssueKind] = &[
    // Files first: texts show them.
    &kinds::attachment::Attachment,
    &kinds::comment::Comment,
    &kinds::worklog::Worklog,
    &kinds::issue_link::IssueLink,
    &kinds::remote_link::RemoteLink,
    &kinds::issue_property::IssueProperty,
    &kinds::changelog::Changelog,
    &kinds::votes::Votes,
    // Watchers last: they would be told of everything that comes after.
    &kinds::watchers::Watchers,
];

/// Every kind, issues included.
pub fn kinds() -> impl Iterator<Item = &'static dyn Kind> {
    let site = SITE_KINDS.iter().map(|kind| *kind as &dyn Kind);
    let hanging = ISSUE_KINDS.iter().map(|kind| *kind as &dyn Kind);
    site.chain(std::iter::once(&kinds::issue::Issue as &dyn Kind)).chain(hanging)
}

/// The kind with this name.
pub fn kind(name: &str) -> Option<&'static dyn Kind> {
    kinds().find(|kind| kind.name() == name)
}

/// The kinds of configuration in the order of recovery: each after those that it depends on, otherwise as listed. Those
/// that depend on issues come last; `after_issues` of [`Order`] says where they begin.
pub fn order() -> Order {
    let mut placed: BTreeSet<KindName> = BTreeSet::new();
    let mut before = Vec::new();
    let mut after = Vec::new();
    loop {
        let next = SITE_KINDS
            .iter()
            .find(|kind| !placed.contains(kind.name()) && kind.depends_on().iter().all(|need| placed.contains(need)));
        if let Some(kind) = next {
            placed.insert(kind.name());
            if placed.contains("issue") { after.push(*kind) } else { before.push(*kind) }
        } else if placed.insert("issue") {
            // Everything that can come before issues is placed; what is left waits for them.
        } else {
            return Order { before_issues: before, after_issues: after };
        }
    }
}

/// See [`order`].
pub struct Order {
    /// What must be on the standby before the first issue.
    pub before_issues: Vec<&'static dyn SiteKind>,
    /// What refers to issues.
    pub after_issues: Vec<&'static dyn SiteKind>,
}
