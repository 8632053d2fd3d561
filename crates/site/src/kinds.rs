//! The kinds: one file and one line for each.
//!
//! Their order in recovery follows from what each depends on, not from this list: see [`crate::registry`].

use crate::kind::{IssueKind, SiteKind};

/// Makes the module of each kind and the two lists from one line each.
macro_rules! kinds {
    (
        of_the_site { $($module:ident::$Kind:ident,)* }
        of_issues { $($on_issue:ident::$IssueKind:ident,)* }
    ) => {
        $(pub mod $module;)*
        $(pub mod $on_issue;)*

        /// The kinds of configuration.
        pub const SITE_KINDS: &[&dyn SiteKind] = &[$(&$module::$Kind),*];

        /// The kinds that hang on an issue, in the order in which they are written to it.
        pub const ISSUE_KINDS: &[&dyn IssueKind] = &[$(&$on_issue::$IssueKind),*];
    };
}

kinds! {
    of_the_site {
        user::User,
        group::Group,
        project_category::ProjectCategory,
        project_role::ProjectRole,
        issue_type::IssueType,
        priority::Priority,
        resolution::Resolution,
        status::Status,
        link_type::LinkType,
        field::Field,
        project::Project,
        field_context::FieldContext,
        field_option::FieldOption,
        role_actors::RoleActors,
        component::Component,
        version::Version,
        board::Board,
        sprint::Sprint,
        filter::Filter,
    }
    of_issues {
        // Files first: texts show them.
        attachment::Attachment,
        comment::Comment,
        worklog::Worklog,
        issue_link::IssueLink,
        remote_link::RemoteLink,
        issue_property::IssueProperty,
        changelog::Changelog,
        votes::Votes,
        // Watchers last: they would be told of everything that comes after.
        watchers::Watchers,
    }
}

// Issues themselves have an engine of their own.
pub mod issue;

pub(crate) mod shared;
mod support;
