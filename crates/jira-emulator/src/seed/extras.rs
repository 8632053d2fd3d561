//! What a folder of site JSON lacks and a living site has: histories, remote links, properties, groups, role actors, project
//! leads, filters of boards.
//!
//! [`add`] is the start. What an issue gets follows from its id, what a project gets from its own, so that every start makes
//! the same site. Texts, comments and their visibility stay as they are.

mod issues;
mod teams;

use std::collections::BTreeMap;

use crate::state::{AccountId, FieldValue, Filter, IdKind, Share, SharedWith, SiteState};

/// Adds what is missing.
pub(super) fn add(state: &mut SiteState) {
    teams::add(state);
    add_boards(state);
    issues::add(state);
}

/// Puts each board that has no project into the one whose issues are in its sprints most often, behind a filter of that project.
fn add_boards(state: &mut SiteState) {
    let homes = homes(state);
    let bare: Vec<u64> = state.boards.values().filter(|board| board.filter.is_none()).map(|board| board.id).collect();
    for board in bare {
        let home = homes.get(&board).or(state.projects.keys().next());
        let Some(project) = home.and_then(|project| state.projects.get(project)) else { continue };
        let owner = project.lead.clone().or_else(|| administrator(state)).unwrap_or_default();
        let (project, key, name) = (project.id, project.key.clone(), project.name.clone());
        let filter = Filter {
            id: state.ids.take(IdKind::Filter),
            name: format!("Filter for {name} board").into(),
            description: None,
            owner,
            jql: format!("project = {key} ORDER BY Rank ASC").into(),
            share_permissions: vec![Share { id: state.ids.take(IdKind::Scheme), with: SharedWith::LoggedIn }],
            edit_permissions: Vec::new(),
            favourite_of: std::collections::BTreeSet::new(),
            columns: None,
        };
        if let Some(board) = state.boards.get_mut(&board) {
            board.name = format!("{name} board").into();
            board.project = Some(project);
            board.filter = Some(filter.id);
        }
        state.filters.insert(filter.id, filter);
    }
}

/// The project with the most issues in the sprints of each board.
fn homes(state: &SiteState) -> BTreeMap<u64, u64> {
    let mut counts: BTreeMap<u64, BTreeMap<u64, usize>> = BTreeMap::new();
    for issue in state.issues.values() {
        for value in issue.custom.values() {
            let FieldValue::Sprints(sprints) = value else { continue };
            for board in sprints.iter().filter_map(|id| state.sprints.get(id)).map(|sprint| sprint.board) {
                *counts.entry(board).or_default().entry(issue.project).or_default() += 1;
            }
        }
    }
    let most = |(board, projects): (u64, BTreeMap<u64, usize>)| {
        let most = projects.into_iter().max_by_key(|(_, count)| *count);
        most.map(|(project, _)| (board, project))
    };
    counts.into_iter().filter_map(most).collect()
}

fn administrator(state: &SiteState) -> Option<AccountId> {
    state.groups.values().find(|group| group.administers).and_then(|group| group.members.first().cloned())
}

#[cfg(test)]
mod tests;
