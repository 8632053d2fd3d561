//! Groups, role actors and project leads.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::seed::generate::chance::Chance;
use crate::site::derived_uuid;
use crate::state::{AccountId, Group, RoleActors, SiteState};

/// Groups beside those of a fresh site: name and how many of a hundred accounts are in it.
const GROUPS: &[(&str, u32)] = &[("committers", 6), ("triage", 2), ("documentation & translation", 1)];

pub(super) fn add(state: &mut SiteState) {
    let people: Vec<AccountId> = state
        .users
        .values()
        .filter(|user| user.active && &*user.account_type == "atlassian")
        .map(|user| user.account_id.clone())
        .collect();
    for (name, percent) in GROUPS {
        add_group(state, name, *percent, &people);
    }
    add_leads(state, &people);
    add_actors(state, &people);
}

fn add_group(state: &mut SiteState, name: &str, percent: u32, people: &[AccountId]) {
    let joins = |account: &&AccountId| {
        let hash = blake3::hash(format!("{name}\0{account}").as_bytes());
        u32::from(hash.as_bytes()[0]) * 100 < percent * 256
    };
    let members: BTreeSet<AccountId> = people.iter().filter(joins).cloned().collect();
    let id: Arc<str> = derived_uuid(&["group of a seed", name]).to_string().into();
    state.groups.insert(id.clone(), Group { id, name: name.into(), members, administers: false });
}

fn add_leads(state: &mut SiteState, people: &[AccountId]) {
    for project in state.projects.values_mut() {
        let lead = Chance::new(project.id).one(people);
        project.lead = lead.or_else(|| project.lead.take());
    }
}

/// Every role of every project that has no actors gets some people, and a group half of the time.
fn add_actors(state: &mut SiteState, people: &[AccountId]) {
    let groups: Vec<Arc<str>> = state.groups.keys().cloned().collect();
    let roles = state.roles.values().filter(|role| &*role.name != "atlassian-addons-project-access");
    let roles: Vec<u64> = roles.map(|role| role.id).collect();
    for project in state.projects.values_mut().filter(|project| project.role_actors.is_empty()) {
        let mut chance = Chance::new(project.id.wrapping_mul(31));
        for role in &roles {
            let users = chance.some(people, 5).into_iter().collect();
            let group = chance.one(&groups).filter(|_| chance.percent(50));
            project.role_actors.insert(*role, RoleActors { users, groups: group.into_iter().collect() });
        }
    }
}
