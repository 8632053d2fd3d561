use super::Bench;
use super::sample::{furnish, id, moment, other_tenant, passkey, person, tenant};
use crate::{Ceremony, Passkey, StoreError};

fn ceremony(number: u128) -> Ceremony {
    let (state, expires) = ("{\"asked\": 1}".to_owned(), moment(number as i64));
    Ceremony { id: id(number), tenant: tenant(), person: id(100), state, expires }
}

pub async fn a_passkey_reads_back_whole(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    let mut passkeys = repository.passkeys();
    let used = Passkey { used: Some(moment(7)), ..passkey(2) };
    for added in [&used, &passkey(1)] {
        passkeys.add(added).await.unwrap();
    }
    assert_eq!(passkeys.of_person(tenant(), id(100)).await.unwrap(), [passkey(1), used.clone()]);
    assert_eq!(passkeys.of_person(other_tenant(), id(100)).await.unwrap(), []);
    let counted = Passkey { used: Some(moment(9)), credential: "{\"counter\": 2}".to_owned(), ..used };
    passkeys.used(&counted).await.unwrap();
    assert_eq!(passkeys.of_person(tenant(), id(100)).await.unwrap(), [passkey(1), counted]);
    assert!(matches!(passkeys.used(&passkey(3)).await, Err(StoreError::Missing { .. })));
}

pub async fn a_passkey_is_one_persons(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    repository.people().add(&person(tenant(), 101)).await.unwrap();
    repository.passkeys().add(&passkey(1)).await.unwrap();
    repository.save().await.unwrap();
    let mut repository = store.write().await.unwrap();
    let stolen = Passkey { person: id(101), credential_id: passkey(1).credential_id, ..passkey(2) };
    assert!(matches!(repository.passkeys().add(&stolen).await, Err(StoreError::Exists { .. })));
    drop(repository);
    let mut repository = store.write().await.unwrap();
    let mut passkeys = repository.passkeys();
    for (tenant, person) in [(tenant(), id(101)), (other_tenant(), id(100))] {
        let strange = passkeys.remove(tenant, person, passkey(1).id).await;
        assert!(matches!(strange, Err(StoreError::Missing { .. })));
    }
    passkeys.remove(tenant(), id(100), passkey(1).id).await.unwrap();
    assert_eq!(passkeys.of_person(tenant(), id(100)).await.unwrap(), []);
    for number in [1, 2] {
        passkeys.add(&passkey(number)).await.unwrap();
    }
    assert_eq!(passkeys.remove_all(other_tenant(), id(100)).await.unwrap(), 0);
    assert_eq!(passkeys.remove_all(tenant(), id(100)).await.unwrap(), 2);
}

pub async fn what_was_asked_is_taken_once(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    let mut passkeys = repository.passkeys();
    for number in [1, 2, 3] {
        passkeys.ask(&ceremony(number)).await.unwrap();
    }
    assert_eq!(passkeys.take(other_tenant(), id(2)).await.unwrap(), None);
    assert_eq!(passkeys.take(tenant(), id(2)).await.unwrap(), Some(ceremony(2)));
    assert_eq!(passkeys.take(tenant(), id(2)).await.unwrap(), None);
    drop(passkeys);
    repository.save().await.unwrap();
    let mut repository = store.write().await.unwrap();
    assert_eq!(repository.passkeys().forget_before(moment(3)).await.unwrap(), 1);
    assert_eq!(repository.passkeys().take(tenant(), id(3)).await.unwrap(), Some(ceremony(3)));
}
