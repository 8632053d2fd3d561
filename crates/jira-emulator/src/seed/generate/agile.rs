//! Boards with their filters and sprints.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::chance::Chance;
use super::{END, words};
use crate::state::{Board, Filter, IdKind, Share, SharedWith, SiteState, Sprint, SprintState};

/// Sprints an issue of a project can have been in.
#[derive(Debug, Default)]
pub(super) struct Sprints {
    /// Closed ones, oldest first.
    pub(super) closed: Vec<u64>,
    /// The active one and those to come.
    pub(super) open: Vec<u64>,
}

const FORTNIGHT: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Adds a scrum board with `closed` closed sprints and a kanban board for a project.
pub(super) fn add(state: &mut SiteState, chance: &mut Chance, project: u64, closed: usize) -> Sprints {
    let scrum = board(state, project, "scrum");
    board(state, project, "kanban");
    let mut sprints = Sprints::default();
    for place in 0..closed + 3 {
        let id = state.ids.take(IdKind::Sprint);
        let sprint = sprint(chance, (id, scrum), place, closed);
        if sprint.state == SprintState::Closed { &mut sprints.closed } else { &mut sprints.open }.push(id);
        state.sprints.insert(id, sprint);
    }
    sprints
}

/// The sprint after the closed ones is active; it ends after the last day of the site. The last one has no dates.
fn sprint(chance: &mut Chance, (id, board): (u64, u64), place: usize, closed: usize) -> Sprint {
    let state = match place {
        place if place < closed => SprintState::Closed,
        place if place == closed => SprintState::Active,
        _ => SprintState::Future,
    };
    let steps = i32::try_from(closed).unwrap_or(i32::MAX) - i32::try_from(place).unwrap_or(0);
    let start = END - SignedDuration::from_hours(7 * 24) - FORTNIGHT * steps;
    let end = start + FORTNIGHT;
    let has_dates = place < closed + 2;
    let goal = chance.percent(60).then(|| words::sentence(chance).into());
    let properties = if chance.percent(20) {
        BTreeMap::from([("port.capacity".to_owned(), json!({ "hours": 240 }).into())])
    } else {
        BTreeMap::new()
    };
    Sprint {
        id,
        board,
        name: format!("Watch {}", place + 1).into(),
        goal,
        state,
        start: has_dates.then_some(start),
        end: has_dates.then_some(end),
        completed: (state == SprintState::Closed).then(|| completed(chance, end)),
        properties,
    }
}

fn completed(chance: &mut Chance, end: Timestamp) -> Timestamp {
    end + SignedDuration::from_mins(i64::try_from(chance.between(0, 600)).unwrap_or(0))
}

fn board(state: &mut SiteState, project: u64, board_type: &str) -> u64 {
    let (key, name, lead) = match state.projects.get(&project) {
        Some(project) => (project.key.clone(), project.name.clone(), project.lead.clone()),
        None => return 0,
    };
    let filter = Filter {
        id: state.ids.take(IdKind::Filter),
        name: format!("Filter for {name} {board_type} board").into(),
        description: None,
        owner: lead.unwrap_or_default(),
        jql: format!("project = {key} ORDER BY Rank ASC").into(),
        share_permissions: vec![Share { id: 10_000 + project, with: SharedWith::Project { project, role: None } }],
        edit_permissions: Vec::new(),
        favourite_of: BTreeSet::new(),
        columns: None,
    };
    let id = state.ids.take(IdKind::Board);
    let board = Board {
        id,
        name: format!("{name} {board_type} board").into(),
        board_type: board_type.into(),
        filter: Some(filter.id),
        project: Some(project),
        properties: BTreeMap::new(),
    };
    state.filters.insert(filter.id, filter);
    state.boards.insert(id, board);
    id
}
