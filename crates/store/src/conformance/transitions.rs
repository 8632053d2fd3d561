use control::audit::{Outcome, verify};
use control::connection::{
    Activation, AppliesTo, Cause, ConnectionStatus, Contact, Event, FreshToken, Kind, NewConnection, NewRequest,
    RequestStatus,
};
use control::id::ConnectionId;
use control::name::ConnectionName;
use control::policy::Policy;
use control::token::{Token, Verifier};

use super::Bench;
use super::sample::{claim, furnish, id, job, moment, person, run, tenant, until};
use crate::transition::{apply, settle};
use crate::{Job, JobState, RecoveryRun, Repository, Store, StoreError, Subject};

fn link() -> ConnectionId {
    id(1)
}

fn create() -> Event {
    let id_of_token = Token::generate([1; 8], [2; 32]).id().clone();
    let fresh = FreshToken { id: id_of_token, verifier: Verifier::from_bytes([3; 32]), expires: None };
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

/// A recovery that a worker holds, over an unlocked request; its job.
async fn running(store: &dyn Store) -> Job {
    furnish(store).await;
    for event in [create(), activate(true), open()] {
        does(store, &event).await;
    }
    let mut repository = repository(store).await;
    settle(&mut *repository, tenant(), link(), &Policy::solo(), moment(1)).await.unwrap();
    let start = Event::Start { by: id(100) };
    apply(&mut *repository, tenant(), link(), &start, &Policy::solo(), moment(1)).await.unwrap().unwrap();
    let recovery = crate::NewJob { subject: Subject::Connection(link()), ..job(7) };
    repository.jobs().enqueue(&recovery).await.unwrap();
    let run = RecoveryRun { job: id(7), connection: Some(link()), request: Some(id(50)), ..run(3) };
    repository.recoveries().add(&run).await.unwrap();
    let taken = repository.jobs().take(tenant(), id(7), &claim("a", 2, 30)).await.unwrap().unwrap();
    repository.save().await.unwrap();
    taken
}

/// What became of the job after this happened: its worker must have lost it.
async fn taken_by(store: &dyn Store, job: &Job, event: &Event) -> JobState {
    does(store, event).await;
    let mut repository = repository(store).await;
    let token = job.lease.as_ref().unwrap().token;
    let renewed = repository.jobs().renew(tenant(), job.id, token, &until(60)).await;
    assert!(matches!(renewed, Err(StoreError::LeaseLost { .. })), "{renewed:?}");
    repository.jobs().get(tenant(), job.id).await.unwrap().unwrap().state
}

pub async fn a_veto_takes_the_job_from_its_worker(bench: &dyn Bench) {
    let store = bench.open().await;
    let job = running(&*store).await;
    let mut repository = repository(&*store).await;
    repository.people().add(&person(tenant(), 101)).await.unwrap();
    let contact = Contact { person: id(101), registered: moment(-99) };
    repository.people().add_contact(tenant(), id(10), &contact).await.unwrap();
    repository.save().await.unwrap();
    assert_eq!(taken_by(&*store, &job, &Event::Veto { by: id(101) }).await, JobState::Paused);
}

pub async fn a_suspension_brings_the_job_to_rest(bench: &dyn Bench) {
    let store = bench.open().await;
    let job = running(&*store).await;
    assert_eq!(taken_by(&*store, &job, &Event::Suspend { by: id(100) }).await, JobState::Paused);
}

pub async fn a_request_that_ends_ends_its_job(bench: &dyn Bench) {
    let store = bench.open().await;
    let job = running(&*store).await;
    // That it rests is the worker's own word, after which it gives the job back.
    does(&*store, &Event::PauseJob { by: None }).await;
    let mut repository = repository(&*store).await;
    assert_eq!(repository.jobs().get(tenant(), job.id).await.unwrap().as_ref(), Some(&job));
    drop(repository);
    assert_eq!(taken_by(&*store, &job, &Event::Cancel { by: id(100) }).await, JobState::Cancelled);
}
