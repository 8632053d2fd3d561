//! The kinds that a run works with.

use site::{IssueKind, Kind, KindName, SiteKind};

/// The kinds of a run, in their order: all of the registry, except in tests of the pipeline itself.
#[derive(Clone)]
pub struct Kinds {
    /// Configuration that must be there before the first issue.
    pub before_issues: Vec<&'static dyn SiteKind>,
    /// Configuration that refers to issues.
    pub after_issues: Vec<&'static dyn SiteKind>,
    /// What hangs on issues, in the order in which it is written to them.
    pub hanging: Vec<&'static dyn IssueKind>,
}

impl Kinds {
    /// All kinds that Lifeboat knows.
    pub fn registry() -> Self {
        let order = site::registry::order();
        Self {
            before_issues: order.before_issues,
            after_issues: order.after_issues,
            hanging: site::registry::ISSUE_KINDS.to_vec(),
        }
    }

    /// All kinds of configuration, in their order.
    pub fn configuration(&self) -> impl Iterator<Item = &'static dyn SiteKind> + Clone {
        self.before_issues.iter().chain(&self.after_issues).copied()
    }

    /// What the kind with this name says of itself.
    pub fn named(&self, name: &str) -> Option<&'static dyn Kind> {
        let configuration = self.configuration().map(|kind| kind as &'static dyn Kind);
        let hanging = self.hanging.iter().map(|kind| *kind as &'static dyn Kind);
        let issue = std::iter::once(&site::kinds::issue::Issue as &'static dyn Kind);
        configuration.chain(issue).chain(hanging).find(|kind| kind.name() == name)
    }

    /// The names of the kinds that hang on issues.
    pub fn hanging_names(&self) -> impl Iterator<Item = KindName> + '_ {
        self.hanging.iter().map(|kind| kind.name())
    }
}
