//! Saved searches.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{AccountId, Project, SiteState};

/// A filter.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Id.
    pub id: u64,
    /// Name, unique for each owner.
    pub name: Arc<str>,
    /// Description.
    pub description: Option<Arc<str>>,
    /// Owner.
    pub owner: AccountId,
    /// Query.
    pub jql: Arc<str>,
    /// Who may see it.
    pub share_permissions: Vec<Share>,
    /// Who may change it.
    pub edit_permissions: Vec<Share>,
    /// Who has it among their favourites.
    pub favourite_of: BTreeSet<AccountId>,
    /// Columns by field id; none means the site's default.
    pub columns: Option<Vec<Arc<str>>>,
}

/// A permission of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Id.
    pub id: u64,
    /// To whom it is given.
    pub with: SharedWith,
}

/// To whom a permission of a filter is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SharedWith {
    /// Everybody, the anonymous included.
    Everybody,
    /// Everybody with an account.
    LoggedIn,
    /// One account.
    User(AccountId),
    /// The members of a group, by its `groupId`.
    Group(Arc<str>),
    /// Who may browse a project, or only those who have a role in it.
    Project {
        /// Project.
        project: u64,
        /// Role.
        role: Option<u64>,
    },
}

impl SharedWith {
    /// Whether an account is meant. Everybody with an account may browse every project.
    pub fn includes(&self, state: &SiteState, account: &str) -> bool {
        match self {
            Self::Everybody | Self::LoggedIn => true,
            Self::User(user) => **user == *account,
            Self::Group(group) => is_member(state, group, account),
            Self::Project { project, role: None } => state.projects.contains_key(project),
            Self::Project { project, role: Some(role) } => {
                state.projects.get(project).is_some_and(|project| has_role(state, project, *role, account))
            }
        }
    }
}

fn is_member(state: &SiteState, group: &str, account: &str) -> bool {
    state.groups.get(group).is_some_and(|group| group.members.contains(account))
}

fn has_role(state: &SiteState, project: &Project, role: u64, account: &str) -> bool {
    let actors = project.role_actors.get(&role);
    actors.is_some_and(|actors| {
        actors.users.contains(account) || actors.groups.iter().any(|group| is_member(state, group, account))
    })
}

impl Filter {
    /// Whether an account sees the filter: its owner, and whom it is shared with.
    pub fn is_visible_to(&self, state: &SiteState, account: &str) -> bool {
        *self.owner == *account
            || self.is_writable_by(state, account)
            || self.share_permissions.iter().any(|share| share.with.includes(state, account))
    }

    /// Whether an account may change the filter.
    pub fn is_writable_by(&self, state: &SiteState, account: &str) -> bool {
        *self.owner == *account || self.edit_permissions.iter().any(|share| share.with.includes(state, account))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::state::{Group, RoleActors};

    #[test]
    fn a_filter_is_seen_by_its_owner_and_by_those_it_is_shared_with() {
        let mut state = SiteState::default();
        let members = BTreeSet::from(["ann".into()]);
        let group = Group { id: "g".into(), name: "crew".into(), members, administers: false };
        state.groups.insert("g".into(), group);
        let actors = RoleActors { users: BTreeSet::from(["bob".into()]), groups: BTreeSet::from(["g".into()]) };
        let role_actors = BTreeMap::from([(7, actors)]);
        state.insert_project(Project { id: 1, key: "SEA".into(), role_actors, ..Project::default() });
        let seen_by = |with: SharedWith| {
            let filter = Filter {
                id: 1,
                name: "Leaks".into(),
                description: None,
                owner: "eve".into(),
                jql: "".into(),
                share_permissions: vec![Share { id: 1, with }],
                edit_permissions: Vec::new(),
                favourite_of: BTreeSet::new(),
                columns: None,
            };
            ["ann", "bob", "cid", "eve"].map(|account| filter.is_visible_to(&state, account))
        };
        assert_eq!(seen_by(SharedWith::LoggedIn), [true; 4]);
        assert_eq!(seen_by(SharedWith::User("bob".into())), [false, true, false, true]);
        assert_eq!(seen_by(SharedWith::Group("g".into())), [true, false, false, true]);
        assert_eq!(seen_by(SharedWith::Project { project: 1, role: None }), [true; 4]);
        assert_eq!(seen_by(SharedWith::Project { project: 1, role: Some(7) }), [true, true, false, true]);
        assert_eq!(seen_by(SharedWith::Project { project: 2, role: None }), [false, false, false, true]);
    }
}
