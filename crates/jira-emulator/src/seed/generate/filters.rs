//! Filters of people: queries that name things by id, shared in every way, some with awkward owners.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::cast::{Cast, Stage};
use super::chance::Chance;
use super::measure::Measure;
use super::words;
use crate::state::{AccountId, Filter, IdKind, Share, SharedWith, SiteState};

/// What two people call theirs.
const SAME_NAME: &str = "My open work";

/// Adds a dozen filters, or fewer where a project lacks what they ask for.
pub(super) fn add(state: &mut SiteState, chance: &mut Chance, cast: &Cast, measure: Measure) {
    let Some(stage) = cast.projects.first() else { return };
    let owners: Vec<AccountId> = cast.people.active.iter().map(|person| person.account.clone()).collect();
    let gone = state.users.values().find(|user| !user.active && &*user.account_type == "atlassian");
    let gone = gone.map(|user| user.account_id.clone());
    let mut made = Vec::new();
    for (name, jql) in queries(state, chance, cast, stage) {
        if !measure.has(chance) {
            continue;
        }
        let owner = chance.one(&owners).unwrap_or_default();
        made.push(insert(state, chance, cast, (name, jql, owner)));
    }
    if let Some(inner) = made.first() {
        let nested = format!("filter = {inner} AND status != Done");
        let owner = chance.one(&owners).unwrap_or_default();
        insert(state, chance, cast, ("Late in the port".to_owned(), nested, owner));
    }
    for owner in owners.iter().take(2).cloned().chain(gone) {
        if !measure.has(chance) {
            continue;
        }
        let jql = "assignee = currentUser() AND resolution = Unresolved ORDER BY priority DESC".to_owned();
        insert(state, chance, cast, (SAME_NAME.to_owned(), jql, owner));
    }
}

/// Names and queries. What is named by id has another id on every other site.
fn queries(state: &SiteState, chance: &mut Chance, cast: &Cast, stage: &Stage) -> Vec<(String, String)> {
    let (project, key) = (stage.id, &stage.key);
    let mut queries = vec![
        (format!("All of {key}"), format!("project = {project} ORDER BY created DESC")),
        (
            "Everything with \"quotes\" & <tags> ⚓".to_owned(),
            format!("project = {key} AND summary ~ \"\\\"hull\\\"\""),
        ),
    ];
    let mut add = |name: &str, jql: String| queries.push((name.to_owned(), jql));
    if let Some(account) = chance.one(&cast.accounts) {
        add(
            "Watched by one",
            format!("project in ({key}, {project}) AND (assignee = {account:?} OR reporter in ({account:?}))"),
        );
    }
    if let Some(version) = chance.one(&stage.versions) {
        add("In the next release", format!("fixVersion = {version} and labels is not EMPTY"));
    }
    if let Some(component) = chance.one(&stage.components) {
        add("Below the water", format!("component in ({component}) OR component is EMPTY"));
    }
    if let Some(sprint) = chance.one(&stage.sprints.closed) {
        add("Last watch", format!("Sprint = {sprint}"));
    }
    let severity = cast.fields.iter().find(|field| field.kind == "select");
    if let Some((field, option)) = severity.and_then(|field| Some((field, field.options_in(project).first()?))) {
        add("By severity", format!("cf[{}] = {} ORDER BY updated DESC", field.number, option.id));
    }
    if let Some(status) = state.statuses.keys().next() {
        add("In the first status", format!("status = {status} AND priority in (1, 2) AND created >= -30d"));
    }
    queries
}

fn insert(
    state: &mut SiteState,
    chance: &mut Chance,
    cast: &Cast,
    (name, jql, owner): (String, String, AccountId),
) -> u64 {
    let id = state.ids.take(IdKind::Filter);
    let filter = Filter {
        id,
        name: name.into(),
        description: chance.percent(60).then(|| words::sentence(chance).into()),
        owner,
        jql: jql.into(),
        share_permissions: shares(state, chance, cast, id),
        edit_permissions: if chance.percent(20) { shares(state, chance, cast, id + 1) } else { Vec::new() },
        favourite_of: chance.some(&cast.accounts, 3).into_iter().collect::<BTreeSet<_>>(),
        columns: chance.percent(30).then(|| ["issuekey", "summary", "status"].map(Arc::from).to_vec()),
    };
    state.filters.insert(id, filter);
    id
}

/// In turn: private, for everybody with an account, a group, a project, a role in a project and a person.
fn shares(state: &mut SiteState, chance: &mut Chance, cast: &Cast, turn: u64) -> Vec<Share> {
    let project = cast.projects.get(chance.below(cast.projects.len())).map_or(0, |stage| stage.id);
    let group = chance.one(&cast.people.groups).map(|(_, id)| id);
    let role = state.roles.keys().next().copied();
    let with: Vec<SharedWith> = match turn % 5 {
        0 => Vec::new(),
        1 => vec![SharedWith::LoggedIn],
        2 => group.map(SharedWith::Group).into_iter().collect(),
        3 => vec![SharedWith::Project { project, role: None }, SharedWith::Project { project, role }],
        _ => cast.people.active.iter().take(2).map(|person| SharedWith::User(person.account.clone())).collect(),
    };
    with.into_iter().map(|with| Share { id: state.ids.take(IdKind::Scheme), with }).collect()
}
