//! Projects and what belongs to one: components, versions, role actors.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::{AccountId, RawJson};

/// A category that groups projects.
#[derive(Debug, Clone)]
pub struct ProjectCategory {
    /// Id.
    pub id: u64,
    /// Name, unique.
    pub name: Arc<str>,
    /// Description.
    pub description: Arc<str>,
}

/// Where a project is in its life.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ProjectLife {
    /// In use.
    #[default]
    Live,
    /// Archived: readable by administrators, not writable.
    Archived {
        /// When.
        at: Timestamp,
        /// By whom.
        by: AccountId,
    },
    /// In the recycle bin; key and name stay taken.
    Trashed {
        /// When.
        at: Timestamp,
        /// By whom.
        by: AccountId,
    },
}

/// A project.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// Id.
    pub id: u64,
    /// Current key.
    pub key: Arc<str>,
    /// Name, unique including the recycle bin.
    pub name: Arc<str>,
    /// Description.
    pub description: Arc<str>,
    /// `software`, `business` or `service_desk`.
    pub type_key: Arc<str>,
    /// Whether the project is team-managed (`simplified`, style `next-gen`).
    pub team_managed: bool,
    /// Project lead.
    pub lead: Option<AccountId>,
    /// Web address.
    pub url: Option<Arc<str>>,
    /// `PROJECT_LEAD` or `UNASSIGNED`.
    pub assignee_type: Arc<str>,
    /// Category.
    pub category: Option<u64>,
    /// Avatar.
    pub avatar_id: u64,
    /// `entityId` and `uuid`.
    pub entity_id: Uuid,
    /// Highest issue number ever given out. It never goes back.
    pub last_issue_number: u64,
    /// Issue types of the project in order.
    pub issue_types: Vec<u64>,
    /// Workflow scheme.
    pub workflow_scheme: Option<u64>,
    /// Notification scheme.
    pub notification_scheme: Option<u64>,
    /// Ids of other schemes by kind, as `permissionScheme` or `issueTypeScheme`.
    pub schemes: BTreeMap<String, u64>,
    /// Who has which role.
    pub role_actors: BTreeMap<u64, RoleActors>,
    /// Entity properties.
    pub properties: BTreeMap<String, RawJson>,
    /// Which features are on, by feature key.
    pub features: BTreeMap<String, bool>,
    /// Sender of notification e-mails, when set.
    pub email: Option<Arc<str>>,
    /// Live, archived or in the bin.
    pub life: ProjectLife,
}

/// A role that projects fill with actors.
#[derive(Debug, Clone)]
pub struct Role {
    /// Id.
    pub id: u64,
    /// Name, unique.
    pub name: Arc<str>,
    /// Description.
    pub description: Arc<str>,
    /// Actors that new projects start with.
    pub default_actors: RoleActors,
}

/// The users and groups (by `groupId`) that fill a role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleActors {
    /// Accounts.
    pub users: BTreeSet<AccountId>,
    /// Group ids.
    pub groups: BTreeSet<Arc<str>>,
}

/// A component of a project.
#[derive(Debug, Clone)]
pub struct Component {
    /// Id.
    pub id: u64,
    /// Project.
    pub project: u64,
    /// Name, unique in the project.
    pub name: Arc<str>,
    /// Description.
    pub description: Option<Arc<str>>,
    /// Component lead.
    pub lead: Option<AccountId>,
    /// `PROJECT_DEFAULT`, `COMPONENT_LEAD`, `PROJECT_LEAD` or `UNASSIGNED`.
    pub assignee_type: Arc<str>,
}

/// A version of a project.
#[derive(Debug, Clone)]
pub struct Version {
    /// Id.
    pub id: u64,
    /// Project.
    pub project: u64,
    /// Name, unique in the project.
    pub name: Arc<str>,
    /// Description.
    pub description: Option<Arc<str>>,
    /// Start date.
    pub start_date: Option<Date>,
    /// Release date.
    pub release_date: Option<Date>,
    /// Whether it is released.
    pub released: bool,
    /// Whether it is archived.
    pub archived: bool,
    /// Person who drives the release.
    pub driver: Option<AccountId>,
    /// Place in the project's order; lower comes first.
    pub position: u64,
}
