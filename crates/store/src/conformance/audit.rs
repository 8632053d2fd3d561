use control::audit::{Actor, AuditHead, Happening, Outcome, verify};
use control::id::{ConnectionId, PersonId};

use super::Bench;
use super::sample::{happening, id, moment, other_tenant, tenant};
use crate::{EventFilter, Store};

pub async fn numbers_have_no_gaps(bench: &dyn Bench) {
    let store = bench.open().await;
    for number in 1..=5 {
        let mut cancelled = store.write().await.unwrap();
        cancelled.audit().append(tenant(), happening(99)).await.unwrap();
        cancelled.cancel().await.unwrap();
        let mut saved = store.write().await.unwrap();
        let event = saved.audit().append(tenant(), happening(number)).await.unwrap();
        assert_eq!(event.number, number as u64);
        assert_eq!(saved.audit().append(other_tenant(), happening(number)).await.unwrap().number, number as u64);
        saved.save().await.unwrap();
    }
    let mut repository = store.read().await.unwrap();
    let events = repository.audit().events(tenant(), 0, 100).await.unwrap();
    assert_eq!(
        events.iter().map(|event| event.happening.clone()).collect::<Vec<_>>(),
        (1..=5).map(happening).collect::<Vec<_>>()
    );
    let head = repository.audit().head(tenant()).await.unwrap();
    assert_eq!(verify(tenant(), &events, Some(head)), Ok(head));
}

pub async fn writers_at_once_make_one_chain(bench: &dyn Bench) {
    let stores = [bench.open().await, bench.open().await];
    let tasks = (0..40).map(|number| {
        let store = stores[number % 2].clone();
        tokio::spawn(async move {
            let mut repository = store.write().await.unwrap();
            repository.audit().append(tenant(), happening(number as i64)).await.unwrap();
            repository.save().await.unwrap();
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let mut repository = stores[1].read().await.unwrap();
    let events = repository.audit().events(tenant(), 0, 100).await.unwrap();
    assert_eq!(verify(tenant(), &events, None).unwrap().number, 40);
}

pub async fn pages_go_on_where_they_ended(bench: &dyn Bench) {
    let store = bench.open().await;
    let mut repository = store.write().await.unwrap();
    assert_eq!(repository.audit().head(tenant()).await.unwrap(), AuditHead::EMPTY);
    for number in 1..=7 {
        repository.audit().append(tenant(), happening(number)).await.unwrap();
    }
    let mut numbers = vec![];
    loop {
        let after = numbers.last().copied().unwrap_or(0);
        let page = repository.audit().events(tenant(), after, 3).await.unwrap();
        if page.is_empty() {
            break;
        }
        numbers.extend(page.iter().map(|event| event.number));
    }
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
}

/// Seven events of two people and of Lifeboat, about two connections and a site.
async fn various(store: &dyn Store) {
    let (ann, ben) = (Actor::Person(id(100)), Actor::Person(id(101)));
    let (one, two) = (id::<ConnectionId>(1), id::<ConnectionId>(2));
    let about = |connection| format!("connection/{connection}");
    let events = [
        Happening::done(moment(1), ann, "connection.create", about(one)),
        Happening::refused(moment(2), ben, "connection.activate", about(one), "a wrong token"),
        Happening::done(moment(3), ann, "connection.create", about(two)),
        Happening::done(moment(4), Actor::Lifeboat, "request.expire", about(two)),
        Happening::done(moment(5), ann, "recovery.pause", "recovery/7").with("over", one),
        Happening::done(moment(6), ben, "connections.read", "site/1").with("name", "100% \"\u{c6}\""),
        Happening::done(moment(7), Actor::Unknown, "connection.activate", about(two)),
    ];
    let mut repository = store.write().await.unwrap();
    for event in events {
        repository.audit().append(tenant(), event.clone()).await.unwrap();
        repository.audit().append(other_tenant(), event).await.unwrap();
    }
    repository.save().await.unwrap();
}

pub async fn events_are_found_by_all_that_is_said_of_them(bench: &dyn Bench) {
    let store = bench.open().await;
    various(&*store).await;
    let ben = || Some(Actor::Person(id::<PersonId>(101)));
    let all = EventFilter::default;
    let activate = || Some("connection.activate".to_owned());
    let cases: [(EventFilter, &[u64]); 12] = [
        (all(), &[7, 6, 5, 4, 3, 2, 1]),
        (EventFilter { actor: ben(), ..all() }, &[6, 2]),
        (EventFilter { actor: Some(Actor::Lifeboat), ..all() }, &[4]),
        (EventFilter { action: activate(), ..all() }, &[7, 2]),
        (EventFilter { action: Some("connection".to_owned()), ..all() }, &[7, 3, 2, 1]),
        (EventFilter { action: Some("connection%".to_owned()), ..all() }, &[]),
        (EventFilter { connection: Some(id(1)), ..all() }, &[5, 2, 1]),
        (EventFilter { connection: Some(id(3)), ..all() }, &[]),
        (EventFilter { from: Some(moment(3)), until: Some(moment(6)), ..all() }, &[5, 4, 3]),
        (EventFilter { outcome: Some(Outcome::Refused), ..all() }, &[2]),
        (EventFilter { connection: Some(id(2)), action: activate(), ..all() }, &[7]),
        (EventFilter { actor: ben(), outcome: Some(Outcome::Done), until: Some(moment(6)), ..all() }, &[]),
    ];
    let mut repository = store.read().await.unwrap();
    for (filter, expected) in cases {
        let mut numbers = vec![];
        loop {
            let page = repository.audit().list(tenant(), &filter, numbers.last().copied(), 2).await.unwrap();
            if page.is_empty() {
                break;
            }
            numbers.extend(page.iter().map(|event| event.number));
        }
        assert_eq!(numbers, expected, "{filter:?}");
    }
}
