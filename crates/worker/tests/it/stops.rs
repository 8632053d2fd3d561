//! *Stop* in a thousand trials: whoever stops a recovery, at whichever moment and whatever its worker is doing, nothing is
//! read for it any more after five seconds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use control::connection::{Binding, Connection, ConnectionStatus, Contact, Event, Request, RequestStatus, State};
use control::id::{ConnectionId, JobId};
use serde_json::Value;
use store::conformance::sample::{connection, furnish, id, moment, person, request, tenant};
use store::{JobState, NewJob, RecoveryRun, Role, Subject, transition};
use tokio_util::sync::CancellationToken;
use worker::{Finished, Kind, Kinds, Work, Worker};

use crate::bench::Bench;
use crate::steps::bench;

const KIND: &str = "reads";
const TRIALS: u128 = 1_000;

/// Reads all the time, and does not look whether it is to stop: it is as deaf as work can be.
#[derive(Clone, Default)]
struct Reads(Arc<Mutex<HashMap<JobId, Duration>>>);

#[async_trait]
impl Kind for Reads {
    fn name(&self) -> &'static str {
        KIND
    }

    fn rests(&self) -> bool {
        true
    }

    async fn run(&self, work: &Work<'_>) -> worker::Result<Finished> {
        loop {
            self.0.lock().unwrap().insert(work.job.id, work.around.ambient.clock.elapsed());
            work.around.ambient.clock.sleep(Duration::from_millis(53)).await;
        }
    }

    async fn remove(&self, _: &Work<'_>) -> worker::Result<Finished> {
        Ok(Finished { result: Value::Null, shortfall: None })
    }
}

/// An active connection whose recovery runs: the number is its connection's, its request's and its job's.
async fn recover(bench: &Bench, number: u128) {
    let now = bench.around.ambient.now();
    let bound = Binding { site: id(11), cloud: "cloud-11".to_owned(), by: id(100), at: now };
    let connection =
        Connection { status: ConnectionStatus::Active, bound: Some(bound), ever_bound: true, ..connection(number) };
    let request = Request { status: RequestStatus::Running, opened: now, ..request(number) };
    let job = NewJob {
        id: id(number),
        tenant: tenant(),
        kind: KIND.to_owned(),
        subject: Subject::Connection(connection.id),
        payload: Value::Null,
        writes: None,
        dedup: None,
        priority: 0,
        run_at: now,
        max_attempts: 3,
        created_by: None,
        created: now,
    };
    let run = RecoveryRun {
        connection: Some(connection.id),
        request: Some(request.id),
        ..store::conformance::sample::run(number)
    };
    let mut repository = bench.around.store.write().await.unwrap();
    let state = State { connection: Some(connection), request: Some(request), contacts: vec![] };
    repository.connections().save(&state).await.unwrap();
    repository.jobs().enqueue(&job).await.unwrap();
    repository.recoveries().add(&run).await.unwrap();
    repository.save().await.unwrap();
}

async fn stop(bench: &Bench, number: u128, event: &Event) {
    let around = &bench.around;
    let connection: ConnectionId = id(number);
    let mut repository = around.store.write().await.unwrap();
    let (policy, now) = (&around.settings.policy, around.ambient.now());
    let stopped = transition::apply(repository.as_mut(), tenant(), connection, event, policy, now).await.unwrap();
    stopped.unwrap();
    repository.save().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn whoever_stops_and_whenever_nothing_is_read_after_five_seconds() {
    let bench = bench().await;
    let store = &bench.around.store;
    furnish(&**store).await;
    let mut repository = store.write().await.unwrap();
    let contact = store::Person { role: Role::Contact, ..person(tenant(), 101) };
    repository.people().add(&contact).await.unwrap();
    let registered = Contact { person: contact.id, registered: moment(0) };
    repository.people().add_contact(tenant(), id(10), &registered).await.unwrap();
    repository.save().await.unwrap();

    let reads = Reads::default();
    let worker = Worker::new(bench.around.clone(), Kinds::of(vec![Box::new(reads.clone())]));
    let drain = CancellationToken::new();
    let drained = drain.clone();
    let serving = tokio::spawn(async move { worker.serve(2, false, &drained).await });
    let (entropy, clock) = (&bench.around.ambient.entropy, &bench.around.ambient.clock);
    let mut longest = Duration::ZERO;
    for number in 1_000..1_000 + TRIALS {
        recover(&bench, number).await;
        let begins = Duration::from_millis(600);
        clock.sleep(begins + Duration::from_millis(u64::from(u16::from_le_bytes(entropy.bytes())) % 4_000)).await;
        let event = match number % 3 {
            0 => Event::Veto { by: id(101) },
            1 => Event::Suspend { by: id(101) },
            _ => Event::Suspend { by: id(100) },
        };
        let stopped = clock.elapsed();
        assert!(reads.0.lock().unwrap().contains_key(&id(number)), "trial {number} did not begin");
        stop(&bench, number, &event).await;
        clock.sleep(Duration::from_secs(6)).await;
        let last = reads.0.lock().unwrap()[&id(number)];
        longest = longest.max(last.saturating_sub(stopped));
        let job = store.read().await.unwrap().jobs().get(tenant(), id(number)).await.unwrap().unwrap();
        assert_eq!(job.state, JobState::Paused, "trial {number}");
    }
    println!("{TRIALS} trials: nothing was read later than {longest:?} after a stop");
    assert!(longest < Duration::from_secs(5), "{longest:?}");
    drain.cancel();
    serving.await.unwrap().unwrap();
}
