//! The whole table: every pair of states, every event. `matrix.tsv` has one row for each pair (connection / request) and
//! one column for each event; it was made by enumerating a checked model with two supporters and two contacts.
//! `reject`: refused. `=`: accepted, the pair stays. `A/B`: the new pair; `X|Y`: either, by guard. `?`: depends on a guard.
//!
//! Every cell is tried with many states of that pair and many variants of the event: what a cell does not list must never
//! be reached, and what it lists must be reached at least once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::sample::*;
use crate::connection::{
    Connection, ConnectionStatus, Event, Evidence, Operation, Pending, Proof, ProofKind, Request, RequestStatus, State,
    Statement, Suspension, decide,
};
use crate::policy::Policy;

const MATRIX: &str = include_str!("matrix.tsv");

fn policy() -> Policy {
    Policy { requester_confirms: false, ..Policy::strict() }
}

/// A template of a request and a connection that went the usual way.
fn template() -> (Connection, Request) {
    let state = World::with_request(policy()).state;
    (state.connection.unwrap(), state.request.unwrap())
}

fn status(name: &str) -> ConnectionStatus {
    serde_json::from_value(name.to_lowercase().into()).unwrap()
}

fn request_status(name: &str) -> Option<RequestStatus> {
    (name != "None").then(|| serde_json::from_value(name.to_lowercase().into()).unwrap())
}

fn name_of(state: &State) -> String {
    let connection = state.connection.as_ref().map(|connection| format!("{:?}", connection.status)).unwrap();
    let request = state.request.as_ref().map_or("None".to_owned(), |request| format!("{:?}", request.status));
    format!("{connection}/{request}")
}

fn pendings() -> Vec<Option<Pending>> {
    let pending = |operation, confirmed: &[u128]| {
        let confirmed_by = confirmed.iter().map(|&number| person(number)).collect();
        Some(Pending { operation, asked_by: person(SOURCE_ADMINISTRATOR), asked: start(), confirmed_by })
    };
    vec![
        None,
        pending(Operation::Reset, &[]),
        pending(Operation::Reset, &[CONTACTS[1]]),
        pending(Operation::Revoke, &[]),
        pending(Operation::Revoke, &[CONTACTS[1]]),
    ]
}

/// No evidence; one approval or denial; all that the policy asks for; and more.
fn evidences(at: Timestamp) -> Vec<Evidence> {
    let said = |number: u128| Statement { by: person(number), at, note: String::new() };
    let proof = Proof { kind: ProofKind::DnsRecord, by: person(STANDBY_ADMINISTRATOR), at, note: String::new() };
    let full = Evidence {
        approvals: vec![said(SUPPORTERS[1]), said(SUPPORTERS[2])],
        denials: vec![],
        confirmations: vec![said(CONTACTS[1]), said(CONTACTS[2])],
        proofs: vec![proof],
    };
    let denied = Evidence { denials: vec![said(SUPPORTERS[1])], ..Evidence::default() };
    let mut unanimous = full.clone();
    unanimous.confirmations.push(said(CONTACTS[0]));
    vec![Evidence::default(), denied, full, unanimous]
}

/// Many states of one pair.
fn states_of(pair: &str) -> Vec<State> {
    let (connection_name, request_name) = pair.split_once('/').unwrap();
    let (connection, request) = template();
    let later = request.opened;
    let mut states = vec![];
    for pending in pendings() {
        for votes in [vec![], vec![person(CONTACTS[1]), person(CONTACTS[2])]] {
            for bound in [true, false] {
                for opened in [1, 5] {
                    let mut connection = connection.clone();
                    connection.status = status(connection_name);
                    connection.pending.clone_from(&pending);
                    let is_bound = match connection.status {
                        ConnectionStatus::Active => true,
                        // A paused recovery survives a suspension only together with its standby.
                        ConnectionStatus::Suspended => bound || request_name == "Paused",
                        _ => false,
                    };
                    connection.bound = connection.bound.filter(|_| is_bound);
                    connection.suspension = (connection.status == ConnectionStatus::Suspended).then(|| Suspension {
                        by: None,
                        by_contact: false,
                        at: later,
                        votes: votes.clone(),
                    });
                    connection.opened = vec![later; opened];
                    states.extend(states_with(&connection, &request, request_name));
                }
            }
        }
    }
    states
}

fn states_with(connection: &Connection, request: &Request, request_name: &str) -> Vec<State> {
    let whole = |request| State { connection: Some(connection.clone()), request, contacts: contacts() };
    let Some(status) = request_status(request_name) else { return vec![whole(None)] };
    let variants = evidences(request.opened).into_iter().flat_map(|evidence| {
        [false, true].map(|cooled| Request {
            status,
            evidence: evidence.clone(),
            cooled: cooled || status.is_vouched(),
            cooling_since: (status != RequestStatus::Verifying).then_some(request.opened),
            unlocked: status.is_vouched().then_some(request.opened),
            paused: (status == RequestStatus::Paused).then_some(request.opened),
            ..request.clone()
        })
    });
    variants.map(|request| whole(Some(request))).collect()
}

/// Many variants of the event of a column.
fn events_of(column: &str, state: &State) -> Vec<Event> {
    let everybody = [SOURCE_ADMINISTRATOR, STANDBY_ADMINISTRATOR].into_iter().chain(SUPPORTERS).chain(CONTACTS);
    let everybody: Vec<u128> = everybody.collect();
    let by_each = |event: &dyn Fn(u128) -> Event| everybody.iter().map(|&number| event(number)).collect();
    match column {
        "Activate" => vec![activate("standby"), activate("another standby"), activate("source")],
        "Approve" => by_each(&|by| approve(state, by)),
        "AskReset" => vec![ask(Operation::Reset)],
        "AskRevoke" => vec![ask(Operation::Revoke)],
        "BeginCool" => vec![Event::BeginCool],
        "Cancel" => by_each(&|by| Event::Cancel { by: person(by) }),
        "CancelPend" => by_each(&|by| Event::CancelPending { by: person(by), from_source: by == SOURCE_ADMINISTRATOR }),
        "Confirm" => by_each(&|by| confirm(state, by)),
        "ConfirmPend" => by_each(&|by| Event::ConfirmPending { by: person(by) }),
        "CoolTimer" => vec![Event::CoolTimer],
        "Deny" => by_each(&deny),
        "Expedite" => vec![Event::Expedite],
        "GraceTimer" => vec![Event::GraceOver],
        "JobDone" => vec![Event::JobDone { proven: true }, Event::JobDone { proven: false }],
        "Open" => vec![open(2)],
        "PauseJob" => vec![Event::PauseJob { by: None }],
        "ProveSite" => by_each(&|by| prove(state, by, ProofKind::SourceAdministrator)),
        "Release" => [true, false]
            .map(|signed_in_again| Event::Release { by: person(STANDBY_ADMINISTRATOR), signed_in_again })
            .to_vec(),
        "ReqTimeout" => vec![Event::RequestTimeout],
        "Resume" => [true, false].map(|from_source| Event::Resume { by: person(1), from_source }).to_vec(),
        "ResumeJob" => vec![Event::ResumeJob { by: None }],
        "Start" => vec![Event::Start { by: person(STANDBY_ADMINISTRATOR) }],
        "Suspend" => by_each(&|by| Event::Suspend { by: person(by) }),
        "Unlock" => vec![Event::Unlock],
        "UnlockTimeout" => vec![Event::UnlockTimeout],
        "Veto" => by_each(&|by| Event::Veto { by: person(by) }),
        "VoteResume" => by_each(&|by| Event::VoteResume { by: person(by) }),
        unknown => panic!("the table has an unknown event {unknown}"),
    }
}

/// The pairs that a cell lists.
fn listed(pair: &str, cell: &str) -> BTreeSet<String> {
    let outcomes = cell.trim_end_matches('?').split('|').filter(|outcome| *outcome != "reject");
    outcomes.map(|outcome| if outcome == "=" { pair } else { outcome }.to_owned()).collect()
}

/// The pairs that are reached from any of `states` by any variant of an event, soon or late.
fn reached(decide: Decide, states: &[State], column: &str, policy: &Policy, opened: Timestamp) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    for state in states {
        for event in events_of(column, state) {
            for later in [1, 30, 80, 15 * 24] {
                if let Ok(transition) = decide(state, &event, policy, opened + hours(later)) {
                    reached.insert(name_of(&transition.state));
                }
            }
        }
    }
    reached
}

/// The cells that are not as listed, and how many cells there are.
pub(super) fn wrong_cells(decide: Decide) -> (BTreeMap<String, String>, usize) {
    let mut lines = MATRIX.lines();
    let columns: Vec<&str> = lines.next().unwrap().split('\t').skip(1).collect();
    let (policy, opened) = (policy(), template().1.opened);
    let mut wrong = BTreeMap::new();
    let mut cells = 0;
    for line in lines.filter(|line| !line.is_empty()) {
        let (pair, row) = line.split_once('\t').unwrap();
        let states = states_of(pair);
        for (column, cell) in columns.iter().zip(row.split('\t')) {
            let (expected, found) = (listed(pair, cell), reached(decide, &states, column, &policy, opened));
            cells += 1;
            if expected != found {
                wrong.insert(format!("{pair} {column}"), format!("expected {expected:?}, found {found:?}"));
            }
        }
    }
    (wrong, cells)
}

#[test]
fn every_cell_is_as_listed() {
    assert_eq!(wrong_cells(decide), (BTreeMap::new(), 30 * 27));
}
