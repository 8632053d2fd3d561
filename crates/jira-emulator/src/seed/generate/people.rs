//! Accounts and groups.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::json;

use super::chance::Chance;
use super::measure::Measure;
use crate::state::{AccountId, Group, SiteState, User};

/// An account with the name it is mentioned by.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) account: AccountId,
    pub(super) name: Arc<str>,
}

/// Whom issues choose from.
#[derive(Debug)]
pub(super) struct People {
    /// Everybody who ever did something, inactive accounts included.
    pub(super) everyone: Vec<Person>,
    /// Who can be assigned today.
    pub(super) active: Vec<Person>,
    /// Name and id of the groups.
    pub(super) groups: Vec<(Arc<str>, Arc<str>)>,
}

/// Names that break careless programs; the last two are the same.
const ODD_NAMES: &[&str] = &[
    "田中 さくら",
    "Siobhán O'Brien-Ødegård",
    "Null",
    "Robert \"Bo\" <Tables>",
    "محمد الأمين",
    "X Æ",
    "김민준",
    "  Padded Name  ",
    "🦈 Shark",
    "Former user",
    "Kim Lee",
    "Kim Lee",
];

const FIRST: &[&str] = &[
    "Ada",
    "Bjarne",
    "Chiara",
    "Dmitri",
    "Elif",
    "Femi",
    "Grete",
    "Hamid",
    "Inês",
    "Jorge",
    "Katarzyna",
    "Lars",
    "Mei",
    "Noor",
    "Olga",
    "Pedro",
    "Quentin",
    "Rosa",
    "Sven",
    "Tomás",
    "Ursula",
    "Vikram",
    "Wanjiru",
    "Zoë",
];

const LAST: &[&str] = &[
    "Andersen",
    "Bakker",
    "Costa",
    "Dubois",
    "Eriksson",
    "Fischer",
    "García",
    "Haddad",
    "Ivanova",
    "Jansen",
    "Kowalski",
    "Lindqvist",
    "Müller",
    "Nakamura",
    "Okafor",
    "Petrov",
    "Quispe",
    "Rossi",
    "Silva",
    "Tanaka",
    "Ueda",
    "Varga",
    "Wójcik",
];

const ZONES: &[&str] = &[
    "Europe/Oslo",
    "America/New_York",
    "Asia/Tokyo",
    "Etc/UTC",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Africa/Lagos",
];

const GROUPS: &[&str] = &["pier-crews", "Night Shift & Fog Watch", "quality-assurance", "contractors-2019"];

/// Adds accounts and a handful of groups.
pub(super) fn add(state: &mut SiteState, chance: &mut Chance, measure: Measure) -> People {
    let mut people = People { everyone: Vec::new(), active: Vec::new(), groups: Vec::new() };
    for index in 0..measure.people {
        let user = user(chance, index);
        let person = Person { account: user.account_id.clone(), name: user.display_name.clone() };
        if &*user.account_type == "atlassian" {
            if user.active {
                people.active.push(person.clone());
            }
            people.everyone.push(person);
        }
        state.users.insert(user.account_id.clone(), user);
    }
    add_groups(state, chance, &mut people, measure);
    people
}

fn user(chance: &mut Chance, index: usize) -> User {
    let name: Arc<str> = match ODD_NAMES.get(index) {
        Some(name) => (*name).into(),
        None if index == ODD_NAMES.len() => "Automation for Jira".into(),
        None => format!("{} {}", chance.word(FIRST), chance.word(LAST)).into(),
    };
    let is_app = index == ODD_NAMES.len();
    let is_former = &*name == "Former user";
    let properties = if chance.percent(4) {
        BTreeMap::from([("port.preferences".to_owned(), json!({ "theme": "dark", "pier": index % 9 }).into())])
    } else {
        BTreeMap::new()
    };
    User {
        account_id: account_id(chance, index),
        account_type: if is_app { "app" } else { "atlassian" }.into(),
        display_name: name,
        email: format!("user{index}@example.com").into(),
        email_visible: !is_former && chance.percent(40),
        active: !is_former && (is_app || index == 0 || index % 8 != 3),
        time_zone: chance.word(ZONES).into(),
        properties,
    }
}

/// The three forms account ids have had.
fn account_id(chance: &mut Chance, index: usize) -> AccountId {
    let uuid = chance.uuid();
    match index % 3 {
        0 => format!("712020:{uuid}").into(),
        1 => format!("557058:{uuid}").into(),
        _ => uuid.simple().to_string()[..24].into(),
    }
}

/// The last group stays empty.
fn add_groups(state: &mut SiteState, chance: &mut Chance, people: &mut People, measure: Measure) {
    let everyone = people.active.iter().map(|person| person.account.clone());
    if let Some(users) = state.groups.values_mut().find(|group| &*group.name == "jira-software-users") {
        users.members.extend(everyone);
    }
    for (index, name) in GROUPS.iter().enumerate() {
        if !measure.has(chance) {
            continue;
        }
        let id: Arc<str> = chance.uuid().to_string().into();
        let joins = |member: usize| index + 1 < GROUPS.len() && member % GROUPS.len() == index;
        let members: BTreeSet<AccountId> = people
            .active
            .iter()
            .enumerate()
            .filter(|(member, _)| joins(*member))
            .map(|(_, person)| person.account.clone())
            .collect();
        state.groups.insert(id.clone(), Group { id, name: (*name).into(), members, administers: false });
    }
    people.groups = state.groups.values().map(|group| (group.name.clone(), group.id.clone())).collect();
    people.groups.sort();
}
