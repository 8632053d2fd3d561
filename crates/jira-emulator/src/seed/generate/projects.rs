//! Projects with their categories, roles, components and versions.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use serde_json::json;

use super::chance::Chance;
use super::measure::Measure;
use super::people::People;
use super::words;
use crate::state::{AccountId, Component, IdKind, Project, ProjectCategory, Role, RoleActors, SiteState, Version};

const NAMES: &[(&str, &str)] = &[
    ("HAR", "Harbour Operations"),
    ("PILOT", "Pilotage"),
    ("DOCK", "Dock & Quay Maintenance"),
    ("CRN", "Crane Control"),
    ("TUG", "Tugboats"),
    ("LIGHT", "Lights and Buoys"),
    ("GATE2", "Gate 2 «Süd»"),
    ("TARIFF", "Tariffs"),
    ("ICE", "Ice Service"),
    ("DREDGE", "Dredging"),
    ("CUSTOMS", "Customs"),
    ("RADAR", "Radar"),
    ("FERRY", "Ferries"),
    ("WEATHER", "Weather"),
];

/// Name of a role that only generated sites have.
const RELEASE_ROLE: &str = "Release Captains";

/// Adds projects and answers their ids. Every other one follows `scheme`.
pub(super) fn add(
    state: &mut SiteState,
    chance: &mut Chance,
    people: &People,
    measure: Measure,
    scheme: u64,
) -> Vec<u64> {
    let categories = ["Water", "Land", "Office"].into_iter().filter(|_| measure.has(chance));
    let categories: Vec<u64> = categories.collect::<Vec<_>>().into_iter().map(|name| category(state, name)).collect();
    if measure.has(chance) {
        add_role(state);
    }
    let places = measure.first_project..measure.first_project + measure.projects;
    places.map(|index| add_one(state, chance, people, &categories, (index, scheme), measure)).collect()
}

fn category(state: &mut SiteState, name: &str) -> u64 {
    let id = state.ids.take(IdKind::ProjectCategory);
    let description = format!("Everything about {}", name.to_lowercase()).into();
    state.project_categories.insert(id, ProjectCategory { id, name: name.into(), description });
    id
}

fn add_role(state: &mut SiteState) {
    let id = state.ids.take(IdKind::Role);
    let groups =
        state.groups.values().filter(|group| &*group.name == "quality-assurance").map(|group| group.id.clone());
    let default_actors = RoleActors { users: BTreeSet::new(), groups: groups.collect() };
    let description = "People who say when a release sails".into();
    state.roles.insert(id, Role { id, name: RELEASE_ROLE.into(), description, default_actors });
}

fn add_one(
    state: &mut SiteState,
    chance: &mut Chance,
    people: &People,
    categories: &[u64],
    (index, scheme): (usize, u64),
    measure: Measure,
) -> u64 {
    let id = state.ids.take(IdKind::Project);
    let (key, name) = match NAMES.get(index) {
        Some((key, name)) => ((*key).to_owned(), (*name).to_owned()),
        None => (format!("PORT{index}"), format!("Port number {index}")),
    };
    let first_scheme = state.workflow_schemes.keys().next().copied();
    let project = Project {
        id,
        name: name.as_str().into(),
        description: format!("{name}: {}\n\n{}", words::sentence(chance), words::remark(chance)).into(),
        type_key: if index % 3 == 2 { "business" } else { "software" }.into(),
        lead: leader(chance, people),
        url: (index % 2 == 0).then(|| format!("https://port.example/{}", key.to_lowercase()).into()),
        assignee_type: if index % 2 == 0 { "PROJECT_LEAD" } else { "UNASSIGNED" }.into(),
        category: categories.get(index % (categories.len() + 1)).copied(),
        avatar_id: 10_400 + index as u64 % 20,
        entity_id: chance.uuid(),
        issue_types: state.issue_types.keys().copied().collect(),
        workflow_scheme: if index % 2 == 1 { Some(scheme) } else { first_scheme },
        notification_scheme: state.notification_schemes.keys().next().copied(),
        role_actors: role_actors(state, chance, people),
        properties: properties(index),
        key: key.as_str().into(),
        ..Project::default()
    };
    state.insert_project(project);
    if index == 0 {
        state.project_keys.insert("PORT".into(), id);
    }
    add_components(state, chance, people, id, measure);
    add_versions(state, chance, people, id, measure);
    id
}

fn leader(chance: &mut Chance, people: &People) -> Option<AccountId> {
    chance.one(&people.active).map(|person| person.account)
}

fn properties(index: usize) -> BTreeMap<String, crate::state::RawJson> {
    let mut properties =
        BTreeMap::from([("port.berths".to_owned(), json!({ "count": index + 3, "deep": index < 2 }).into())]);
    if index == 0 {
        properties.insert("com.example.dashboard:layout".to_owned(), json!([["burndown", "tide"], []]).into());
    }
    properties
}

fn role_actors(state: &SiteState, chance: &mut Chance, people: &People) -> BTreeMap<u64, RoleActors> {
    let add_ons = "atlassian-addons-project-access";
    let roles = state.roles.values().filter(|role| &*role.name != add_ons);
    roles
        .map(|role| {
            let users = chance.some(&people.active, 3).into_iter().map(|person| person.account).collect();
            let mut groups = role.default_actors.groups.clone();
            if chance.percent(50) {
                groups.extend(chance.one(&people.groups).map(|(_, id)| id));
            }
            (role.id, RoleActors { users, groups })
        })
        .collect()
}

fn add_components(state: &mut SiteState, chance: &mut Chance, people: &People, project: u64, measure: Measure) {
    const NAMES: &[&str] =
        &["Berths", "Bridge & Locks", "Ladegeschirr", "港湾", "API / exports", "Night watch", "Billing"];
    let usual = 3 + chance.below(NAMES.len() - 2);
    let count = measure.count(chance, usual);
    for name in &NAMES[..count] {
        let id = state.ids.take(IdKind::Component);
        let lead = chance.percent(60).then(|| leader(chance, people)).flatten();
        let assignee_type = if lead.is_some() { "COMPONENT_LEAD" } else { "PROJECT_DEFAULT" }.into();
        let description = chance.percent(70).then(|| words::sentence(chance).into());
        let component = Component { id, project, name: (*name).into(), description, lead, assignee_type };
        state.components.insert(id, component);
    }
}

/// Released and archived ones, released ones, one with dates to come, and one without any.
fn add_versions(state: &mut SiteState, chance: &mut Chance, people: &People, project: u64, measure: Measure) {
    let names = ["1.0", "1.1", "1.1.1 (hotfix)", "2.0", "2.1", "3.0 «Flut»", "Someday"];
    for (place, name) in names.into_iter().enumerate() {
        if !measure.has(chance) {
            continue;
        }
        let id = state.ids.take(IdKind::Version);
        let released = place < 4;
        let day = release_day(place);
        let driver = chance.percent(30).then(|| leader(chance, people)).flatten();
        let version = Version {
            id,
            project,
            name: name.into(),
            description: chance.percent(60).then(|| words::sentence(chance).into()),
            start_date: day.filter(|_| place % 2 == 1).map(|day| day.saturating_sub(jiff::Span::new().days(45))),
            release_date: day,
            released,
            archived: place < 2,
            driver,
            position: place as u64,
        };
        state.versions.insert(id, version);
    }
}

/// The last version has no date.
fn release_day(place: usize) -> Option<Date> {
    let days = [
        date(2023, 3, 31),
        date(2023, 9, 29),
        date(2023, 10, 4),
        date(2024, 6, 28),
        date(2025, 11, 14),
        date(2026, 5, 29),
    ];
    days.get(place).copied()
}
