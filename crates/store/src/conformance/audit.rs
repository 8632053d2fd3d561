use control::audit::{AuditHead, verify};

use super::Bench;
use super::sample::{happening, other_tenant, tenant};

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
