use control::api_key::ApiKeyRecord;

use super::Bench;
use super::sample::{api_key, furnish, id, key_record, moment, other_tenant, person, tenant};
use crate::StoreError;

pub async fn a_key_reads_back_whole(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    let mut keys = repository.api_keys();
    let lasting = key_record(1);
    let dated = ApiKeyRecord { expires: Some(moment(90)), revoked: Some(moment(80)), ..key_record(2) };
    for record in [&lasting, &dated] {
        keys.add(record).await.unwrap();
        assert_eq!(keys.by_id(&record.id).await.unwrap().as_ref(), Some(record));
        assert_eq!(keys.get(tenant(), &record.id).await.unwrap().as_ref(), Some(record));
        assert_eq!(keys.get(other_tenant(), &record.id).await.unwrap(), None);
    }
    assert_eq!(keys.by_id(api_key(3).id()).await.unwrap(), None);
    assert!(matches!(keys.add(&lasting).await, Err(StoreError::Exists { .. })));
    let nobodys = ApiKeyRecord { person: id(999), ..key_record(3) };
    assert!(matches!(keys.add(&nobodys).await, Err(StoreError::Missing { .. })));
}

pub async fn keys_are_listed_for_all_or_for_one(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    repository.people().add(&person(tenant(), 101)).await.unwrap();
    let others = ApiKeyRecord { person: id(101), ..key_record(2) };
    let mut keys = repository.api_keys();
    for record in [&key_record(1), &others, &key_record(3)] {
        keys.add(record).await.unwrap();
    }
    assert_eq!(keys.list(tenant(), None).await.unwrap(), [key_record(3), others.clone(), key_record(1)]);
    assert_eq!(keys.list(tenant(), Some(id(100))).await.unwrap(), [key_record(3), key_record(1)]);
    assert_eq!(keys.list(tenant(), Some(id(101))).await.unwrap(), [others]);
    assert_eq!(keys.list(other_tenant(), None).await.unwrap(), []);
}

pub async fn a_revoked_key_keeps_its_date(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    let mut keys = repository.api_keys();
    keys.add(&key_record(1)).await.unwrap();
    let (key, unknown) = (api_key(1), api_key(2));
    let strange = keys.revoke(other_tenant(), key.id(), moment(5)).await;
    assert!(matches!(strange, Err(StoreError::Missing { .. })));
    assert!(matches!(keys.revoke(tenant(), unknown.id(), moment(5)).await, Err(StoreError::Missing { .. })));
    assert_eq!(keys.by_id(key.id()).await.unwrap(), Some(key_record(1)));
    for time in [7, 8] {
        keys.revoke(tenant(), key.id(), moment(time)).await.unwrap();
        let revoked = ApiKeyRecord { revoked: Some(moment(7)), ..key_record(1) };
        assert_eq!(keys.by_id(key.id()).await.unwrap(), Some(revoked));
    }
}
