use control::audit::AuditHead;
use control::id::TenantId;

use super::Bench;
use super::sample::{happening, id, site, tenant};

pub async fn what_is_not_saved_leaves_no_trace(bench: &dyn Bench) {
    let store = bench.open().await;
    let mut cancelled = store.write().await.unwrap();
    cancelled.sites().add(&site(tenant(), 1)).await.unwrap();
    cancelled.cancel().await.unwrap();
    let mut dropped = store.write().await.unwrap();
    dropped.sites().add(&site(tenant(), 2)).await.unwrap();
    drop(dropped);
    let mut repository = store.write().await.unwrap();
    assert_eq!(repository.sites().list(tenant()).await.unwrap(), []);
}

pub async fn a_change_and_its_event_are_one(bench: &dyn Bench) {
    let store = bench.open().await;
    let mut failed = store.write().await.unwrap();
    failed.audit().append(tenant(), happening(1)).await.unwrap();
    assert!(failed.sites().update(&site(tenant(), 1)).await.is_err());
    drop(failed);
    let mut repository = store.read().await.unwrap();
    assert_eq!(repository.audit().head(tenant()).await.unwrap(), AuditHead::EMPTY);
}

pub async fn readers_see_what_was_saved_before_they_began(bench: &dyn Bench) {
    let store = bench.open().await;
    let mut early = store.read().await.unwrap();
    assert_eq!(early.sites().list(tenant()).await.unwrap(), []);
    let mut writer = store.write().await.unwrap();
    writer.sites().add(&site(tenant(), 1)).await.unwrap();
    let mut meanwhile = store.read().await.unwrap();
    assert_eq!(meanwhile.sites().list(tenant()).await.unwrap(), []);
    writer.save().await.unwrap();
    assert_eq!(early.sites().list(tenant()).await.unwrap(), []);
    let mut late = store.read().await.unwrap();
    assert_eq!(late.sites().list(tenant()).await.unwrap().len(), 1);
}

pub async fn a_reader_cannot_write(bench: &dyn Bench) {
    let store = bench.open().await;
    let mut reader = store.read().await.unwrap();
    assert!(reader.sites().add(&site(tenant(), 1)).await.is_err());
}

pub async fn writers_wait_for_each_other(bench: &dyn Bench) {
    let stores = [bench.open().await, bench.open().await];
    let tasks = (1..=40).map(|number| {
        let store = stores[number % 2].clone();
        tokio::spawn(async move {
            let mut repository = store.write().await.unwrap();
            repository.sites().add(&site(tenant(), number as u128)).await.unwrap();
            repository.save().await.unwrap();
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let mut repository = stores[0].read().await.unwrap();
    assert_eq!(repository.sites().list(tenant()).await.unwrap().len(), 40);
}

pub async fn what_was_saved_is_there_after_reopening(bench: &dyn Bench) {
    let store = bench.open().await;
    let mut repository = store.write().await.unwrap();
    repository.sites().add(&site(tenant(), 1)).await.unwrap();
    repository.save().await.unwrap();
    let mut abandoned = store.write().await.unwrap();
    abandoned.sites().add(&site(tenant(), 2)).await.unwrap();
    drop(abandoned);
    store.close().await;
    let again = bench.open().await;
    let mut repository = again.read().await.unwrap();
    assert_eq!(repository.sites().list(tenant()).await.unwrap(), [site(tenant(), 1)]);
}

pub async fn the_only_tenant_is_made_once(bench: &dyn Bench) {
    let store = bench.open().await;
    let mut repository = store.write().await.unwrap();
    assert_eq!(repository.only_tenant(id::<TenantId>(1)).await.unwrap(), id(1));
    repository.save().await.unwrap();
    let mut repository = bench.open().await.write().await.unwrap();
    assert_eq!(repository.only_tenant(id::<TenantId>(2)).await.unwrap(), id(1));
}
