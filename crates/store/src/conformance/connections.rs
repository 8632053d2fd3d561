use control::connection::{
    Binding, ConnectionStatus, Contact, Evidence, Operation, Pending, Proof, ProofKind, RequestStatus, State,
    Statement, Suspension, TokenUpkeep,
};

use super::Bench;
use super::sample::{connection, furnish, id, moment, other_tenant, request, tenant};
use crate::{Repository, StoreError};

/// A state in which nothing is left at its default.
fn full_state() -> State {
    let mut connection = connection(1);
    connection.status = ConnectionStatus::Suspended;
    connection.bound = Some(Binding { site: id(11), cloud: "cloud-11".to_owned(), by: id(100), at: moment(1) });
    connection.ever_bound = true;
    connection.generation = 3;
    connection.upkeep = TokenUpkeep {
        awaited: true,
        checked: Some(moment(10)),
        reminded: Some(moment(11)),
        expires: Some(moment(12)),
        warned: Some(30),
    };
    connection.pending =
        Some(Pending { operation: Operation::Reset, asked_by: id(100), asked: moment(2), confirmed_by: vec![id(5)] });
    connection.suspension =
        Some(Suspension { by: Some(id(6)), by_contact: true, at: moment(3), votes: vec![id(7), id(8)] });
    connection.banned = vec![id(6)];
    connection.opened = vec![moment(4), moment(5)];
    let mut request = request(50);
    request.status = RequestStatus::Paused;
    request.evidence = evidence();
    request.cooling_since = Some(moment(6));
    request.cooled = true;
    request.unlocked = Some(moment(7));
    request.paused = Some(moment(8));
    request.closed = Some(moment(9));
    let contacts = vec![Contact { person: id(100), registered: moment(0) }];
    State { connection: Some(connection), request: Some(request), contacts }
}

fn evidence() -> Evidence {
    let said = |number, note: &str| Statement { by: id(number), at: moment(number as i64), note: note.to_owned() };
    let proof = |kind| Proof { kind, by: id(9), at: moment(9), note: "seen".to_owned() };
    Evidence {
        approvals: vec![said(1, "called the owner"), said(2, "")],
        denials: vec![said(3, "no")],
        confirmations: vec![said(4, ""), said(100, "")],
        proofs: vec![
            proof(ProofKind::DnsRecord),
            proof(ProofKind::SourceAdministrator),
            proof(ProofKind::SameOrganisation),
            proof(ProofKind::Attestation),
        ],
    }
}

async fn register_contact(repository: &mut dyn Repository) {
    let contact = Contact { person: id(100), registered: moment(0) };
    repository.people().add_contact(tenant(), id(10), &contact).await.unwrap();
}

pub async fn a_state_reads_back_whole(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    register_contact(&mut *repository).await;
    let state = full_state();
    repository.connections().save(&state).await.unwrap();
    assert_eq!(repository.connections().state(tenant(), id(1)).await.unwrap().as_ref(), Some(&state));
    let found = repository.connections().request(tenant(), id(50)).await.unwrap();
    assert_eq!(found, Some((id(1), state.request.clone().unwrap())));
    assert_eq!(repository.connections().list(tenant()).await.unwrap(), [state.connection.unwrap()]);
}

pub async fn the_latest_request_is_the_states(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    for number in [60, 61, 62] {
        let state = State { connection: Some(connection(1)), request: Some(request(number)), contacts: vec![] };
        repository.connections().save(&state).await.unwrap();
    }
    let state = repository.connections().state(tenant(), id(1)).await.unwrap().unwrap();
    assert_eq!(state.request, Some(request(62)));
    let all = repository.connections().requests(tenant(), id(1)).await.unwrap();
    assert_eq!(all, [request(62), request(61), request(60)]);
}

pub async fn evidence_is_replaced(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    let mut state = full_state();
    repository.connections().save(&state).await.unwrap();
    let request = state.request.as_mut().unwrap();
    request.evidence.approvals.remove(0);
    request.status = RequestStatus::Denied;
    repository.connections().save(&state).await.unwrap();
    let read = repository.connections().state(tenant(), id(1)).await.unwrap().unwrap();
    assert_eq!(read.request, state.request);
}

pub async fn a_token_is_found_across_tenants(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    let state = State { connection: Some(connection(1)), ..State::default() };
    repository.connections().save(&state).await.unwrap();
    let token = connection(1).token;
    assert_eq!(repository.connections().by_token(&token).await.unwrap(), state.connection);
    assert_eq!(repository.connections().by_token(&connection(2).token).await.unwrap(), None);
}

pub async fn a_revoked_connection_gives_its_name_free(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    let mut first = connection(1);
    let mut second = connection(2);
    second.name = first.name.clone();
    let save = |connection: &control::connection::Connection| State {
        connection: Some(connection.clone()),
        ..State::default()
    };
    repository.connections().save(&save(&first)).await.unwrap();
    let refused = repository.connections().save(&save(&second)).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Exists { what } if what.contains("Connection 1")), "{refused}");
    first.status = ConnectionStatus::Revoked;
    repository.connections().save(&save(&first)).await.unwrap();
    repository.connections().save(&save(&second)).await.unwrap();
    let found = repository.connections().by_name(tenant(), "Connection 1").await.unwrap();
    assert_eq!(found, Some(second));
}

pub async fn another_tenants_connection_is_not_found(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    repository.connections().save(&full_state()).await.unwrap();
    assert_eq!(repository.connections().state(other_tenant(), id(1)).await.unwrap(), None);
    assert_eq!(repository.connections().request(other_tenant(), id(50)).await.unwrap(), None);
    assert_eq!(repository.connections().requests(other_tenant(), id(1)).await.unwrap(), []);
    assert_eq!(repository.connections().list(other_tenant()).await.unwrap(), []);
    let mut stolen = full_state();
    stolen.connection.as_mut().unwrap().tenant = other_tenant();
    assert!(repository.connections().save(&stolen).await.is_err());
}
