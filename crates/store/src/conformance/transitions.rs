use control::audit::{Outcome, verify};
use control::connection::{
    Activation, AppliesTo, Cause, ConnectionStatus, Event, FreshToken, Kind, NewConnection, NewRequest, RequestStatus,
};
use control::id::ConnectionId;
use control::name::ConnectionName;
use control::policy::Policy;
use control::token::{Token, Verifier};

use super::Bench;
use super::sample::{furnish, id, moment, tenant};
use crate::transition::{apply, settle};
use crate::{Repository, Store};

fn link() -> ConnectionId {
    id(1)
}

fn create() -> Event {
    let fresh =
        FreshToken { id: Token::generate([1; 8], [2; 32]).id().clone(), verifier: Verifier::from_bytes([3; 32]) };
    Event::Create(Box::new(NewConnection {
        id: link(),
        tenant: tenant(),
        kind: Kind::DisasterRecovery,
        name: ConnectionName::parse("Fallback").unwrap(),
        applies_to: AppliesTo::EVERYTHING,
        source: id(10),
        source_cloud: "cloud-10".to_owned(),
        by: id(100),
        fresh,
    }))
}

fn activate(token_fits: bool) -> Event {
    Event::Activate(Activation {
        by: id(100),
        site: id(11),
        cloud: "cloud-11".to_owned(),
        token_fits,
        url_fits: true,
        administrator_proven: true,
    })
}

fn open() -> Event {
    let request = NewRequest { id: id(50), by: id(100), nonce: [4; 16], point: Some(3), projects: vec![] };
    Event::Open(Box::new(request))
}

async fn repository(store: &dyn Store) -> Box<dyn Repository> {
    store.write().await.unwrap()
}

/// Applies an event that must be taken, in a transaction of its own.
async fn does(store: &dyn Store, event: &Event) {
    let mut repository = repository(store).await;
    let applied = apply(&mut *repository, tenant(), link(), event, &Policy::solo(), moment(0)).await.unwrap();
    applied.unwrap();
    repository.save().await.unwrap();
}

pub async fn each_event_is_stored_and_audited_once(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    for event in [create(), activate(true), open()] {
        does(&*store, &event).await;
    }
    let mut repository = repository(&*store).await;
    let state = repository.connections().state(tenant(), link()).await.unwrap().unwrap();
    assert_eq!(state.connection.unwrap().status, ConnectionStatus::Active);
    assert_eq!(state.request.unwrap().status, RequestStatus::Verifying);
    let events = repository.audit().events(tenant(), 0, 10).await.unwrap();
    let actions: Vec<_> = events.iter().map(|event| event.happening.action.as_str()).collect();
    assert_eq!(actions, ["connection.create", "connection.activate", "request.open"]);
    assert_eq!(events[2].happening.details["request"], "verifying");
    assert_eq!(events[2].happening.details["policy"], "solo (no four-eyes)");
    assert!(verify(tenant(), &events, None).is_ok());
}

pub async fn a_refusal_changes_nothing_and_is_audited(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    does(&*store, &create()).await;
    let mut repository = repository(&*store).await;
    let before = repository.connections().state(tenant(), link()).await.unwrap();
    let applied =
        apply(&mut *repository, tenant(), link(), &activate(false), &Policy::solo(), moment(1)).await.unwrap();
    assert_eq!(applied.unwrap_err().cause, Cause::ActivationTokenWrong);
    assert_eq!(repository.connections().state(tenant(), link()).await.unwrap(), before);
    let last = repository.audit().events(tenant(), 1, 10).await.unwrap().remove(0).happening;
    assert_eq!((last.action.as_str(), last.outcome), ("connection.activate", Outcome::Refused));
    assert_eq!(last.details["reason"], Cause::ActivationTokenWrong.to_string());
}

pub async fn what_follows_of_itself_follows(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    for event in [create(), activate(true), open()] {
        does(&*store, &event).await;
    }
    let mut repository = repository(&*store).await;
    let settled = settle(&mut *repository, tenant(), link(), &Policy::solo(), moment(1)).await.unwrap();
    assert_eq!(settled.len(), 3);
    let state = repository.connections().state(tenant(), link()).await.unwrap().unwrap();
    assert_eq!(state.request.unwrap().status, RequestStatus::Unlocked);
    assert_eq!(repository.audit().head(tenant()).await.unwrap().number, 6);
    assert!(settle(&mut *repository, tenant(), link(), &Policy::solo(), moment(1)).await.unwrap().is_empty());
}
