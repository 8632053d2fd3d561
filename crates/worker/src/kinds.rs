//! What can be done, one file each.

pub mod capture;
pub mod plan;
pub mod prune;
pub mod recovery;
pub mod verify;

use std::sync::Arc;

use control::id::SiteId;
use uuid::Uuid;

use crate::Kind;

/// The kinds of jobs that a worker does.
#[derive(Clone)]
pub struct Kinds(Arc<[Box<dyn Kind>]>);

impl Kinds {
    /// All that there are.
    pub fn all() -> Self {
        Self::of(vec![
            Box::new(capture::Capture),
            Box::new(recovery::RecoveryKind),
            Box::new(plan::DryRun),
            Box::new(prune::Prune),
            Box::new(verify::Verify),
        ])
    }

    /// Just these.
    pub fn of(kinds: Vec<Box<dyn Kind>>) -> Self {
        Self(kinds.into())
    }

    /// The kind of a name.
    pub fn get(&self, name: &str) -> Option<&dyn Kind> {
        self.0.iter().map(AsRef::as_ref).find(|kind| kind.name() == name)
    }

    /// Their names.
    pub fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|kind| kind.name()).collect()
    }
}

/// What jobs that write to a site's vault have in common: one at a time.
fn writes_vault(site: SiteId) -> String {
    format!("vault/{}", Uuid::from(site).simple())
}

/// What jobs that write to a site have in common.
fn writes_site(site: SiteId) -> String {
    format!("site/{}", Uuid::from(site).simple())
}

/// A key for one unfinished job of a kind on a site.
fn once(kind: &str, site: SiteId) -> String {
    format!("{kind}/{}", Uuid::from(site).simple())
}
