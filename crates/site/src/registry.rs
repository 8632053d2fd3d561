//! All kinds, and the order in which they are restored. The lists themselves are in [`crate::kinds`], one line a kind.

use std::collections::BTreeSet;

use crate::kind::{Kind, KindName, SiteKind};
use crate::kinds;
pub use crate::kinds::{ISSUE_KINDS, SITE_KINDS};

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
