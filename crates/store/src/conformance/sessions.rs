use control::session::Session;

use super::Bench;
use super::sample::{furnish, id, moment, other_tenant, person, secret, session, tenant};
use crate::{Repository, StoreError};

async fn with_sessions(bench: &dyn Bench, numbers: &[u8]) -> Box<dyn Repository> {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    repository.people().add(&person(tenant(), 101)).await.unwrap();
    for &number in numbers {
        repository.sessions().begin(&session(number)).await.unwrap();
    }
    repository
}

pub async fn a_session_reads_back_whole(bench: &dyn Bench) {
    let mut repository = with_sessions(bench, &[1]).await;
    let mut sessions = repository.sessions();
    assert_eq!(sessions.by_hash(&secret(1).hash()).await.unwrap(), Some(session(1)));
    assert_eq!(sessions.by_hash(&secret(2).hash()).await.unwrap(), None);
    let over = Session { passkey: true, ended: Some(moment(9)), ..session(2) };
    sessions.begin(&over).await.unwrap();
    assert_eq!(sessions.by_hash(&secret(2).hash()).await.unwrap(), Some(over));
    assert!(matches!(sessions.begin(&session(1)).await, Err(StoreError::Exists { .. })));
    let nobodys = Session { person: id(999), ..session(3) };
    assert!(matches!(sessions.begin(&nobodys).await, Err(StoreError::Missing { .. })));
}

pub async fn a_session_that_changes_its_secret_is_found_by_the_new_one(bench: &dyn Bench) {
    let mut repository = with_sessions(bench, &[1]).await;
    let mut sessions = repository.sessions();
    let again = session(1).proven_again(&secret(7), true, moment(60));
    sessions.save(&again).await.unwrap();
    assert_eq!(sessions.by_hash(&secret(1).hash()).await.unwrap(), None);
    assert_eq!(sessions.by_hash(&secret(7).hash()).await.unwrap().as_ref(), Some(&again));
    let ended = Session { ended: Some(moment(70)), seen: moment(65), ..again };
    sessions.save(&ended).await.unwrap();
    assert_eq!(sessions.by_hash(&secret(7).hash()).await.unwrap(), Some(ended));
}

pub async fn all_sessions_of_a_person_end_at_once(bench: &dyn Bench) {
    let mut repository = with_sessions(bench, &[1, 2, 3]).await;
    let mut sessions = repository.sessions();
    let others = Session { person: id(101), ..session(4) };
    sessions.begin(&others).await.unwrap();
    sessions.save(&Session { ended: Some(moment(9)), ..session(2) }).await.unwrap();
    assert_eq!(sessions.of_person(tenant(), id(100)).await.unwrap(), [session(3), session(1)]);
    assert_eq!(sessions.of_person(other_tenant(), id(100)).await.unwrap(), []);
    assert_eq!(sessions.end_all(other_tenant(), id(100), moment(50)).await.unwrap(), 0);
    assert_eq!(sessions.end_all(tenant(), id(100), moment(50)).await.unwrap(), 2);
    assert_eq!(sessions.of_person(tenant(), id(100)).await.unwrap(), []);
    let ended = sessions.by_hash(&secret(1).hash()).await.unwrap().unwrap();
    assert_eq!(ended, Session { ended: Some(moment(50)), ..session(1) });
    let earlier = sessions.by_hash(&secret(2).hash()).await.unwrap().unwrap();
    assert_eq!(earlier.ended, Some(moment(9)), "one that had ended keeps its end");
    assert_eq!(sessions.of_person(tenant(), id(101)).await.unwrap(), [others]);
}

pub async fn old_sessions_are_forgotten(bench: &dyn Bench) {
    let mut repository = with_sessions(bench, &[1, 2, 3]).await;
    repository.people().add(&person(other_tenant(), 200)).await.unwrap();
    let elsewhere = Session { tenant: other_tenant(), person: id(200), since: moment(1), ..session(4) };
    repository.sessions().begin(&elsewhere).await.unwrap();
    repository.save().await.unwrap();
    let store = bench.open().await;
    let mut repository = store.write().await.unwrap();
    assert_eq!(repository.sessions().forget_before(moment(2)).await.unwrap(), 2);
    repository.save().await.unwrap();
    let mut repository = store.read().await.unwrap();
    assert_eq!(repository.sessions().of_person(tenant(), id(100)).await.unwrap(), [session(3), session(2)]);
    assert_eq!(repository.sessions().of_person(other_tenant(), id(200)).await.unwrap(), []);
}

pub async fn another_tenants_session_is_not_saved(bench: &dyn Bench) {
    let mut repository = with_sessions(bench, &[1]).await;
    let mut sessions = repository.sessions();
    let strange = Session { tenant: other_tenant(), ended: Some(moment(5)), ..session(1) };
    assert!(matches!(sessions.save(&strange).await, Err(StoreError::Missing { .. })));
    assert_eq!(sessions.by_hash(&secret(1).hash()).await.unwrap(), Some(session(1)));
}
