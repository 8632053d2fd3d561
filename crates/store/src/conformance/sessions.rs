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
    let over = Session { passkey: Some(moment(-3)), ended: Some(moment(9)), ..session(2) };
    sessions.begin(&over).await.unwrap();
    assert_eq!(sessions.by_hash(&secret(2).hash()).await.unwrap(), Some(over));
    assert!(matches!(sessions.begin(&session(1)).await, Err(StoreError::Exists { .. })));
    let nobodys = Session { person: id(999), ..session(3) };
    assert!(matches!(sessions.begin(&nobodys).await, Err(StoreError::Missing { .. })));
}

pub async fn a_session_that_changes_its_secret_is_found_by_the_new_one(bench: &dyn Bench) {
    let mut repository = with_sessions(bench, &[1]).await;
    let mut sessions = repository.sessions();
    let again = session(1).proven_again(&secret(7), Some(moment(-3)), moment(60));
    sessions.renew(&session(1).hash, &again).await.unwrap();
    assert_eq!(sessions.by_hash(&secret(1).hash()).await.unwrap(), None);
    assert_eq!(sessions.by_hash(&secret(7).hash()).await.unwrap().as_ref(), Some(&again));
    let late = session(1).proven_again(&secret(8), None, moment(61));
    assert!(matches!(sessions.renew(&session(1).hash, &late).await, Err(StoreError::Missing { .. })));
    let seen = Session { seen: moment(65), ..again };
    sessions.seen(&Session { hash: session(1).hash, passkey: None, ..seen.clone() }).await.unwrap();
    assert_eq!(sessions.by_hash(&secret(7).hash()).await.unwrap(), Some(seen), "whoever is seen stays as they are");
}

pub async fn an_ended_session_stays_ended(bench: &dyn Bench) {
    let mut repository = with_sessions(bench, &[1]).await;
    let mut sessions = repository.sessions();
    for second in [70, 80] {
        sessions.end(tenant(), session(1).id, moment(second)).await.unwrap();
    }
    let again = session(1).proven_again(&secret(7), None, moment(90));
    assert!(matches!(sessions.renew(&session(1).hash, &again).await, Err(StoreError::Missing { .. })));
    sessions.seen(&Session { seen: moment(91), ..session(1) }).await.unwrap();
    let ended = sessions.by_hash(&secret(1).hash()).await.unwrap().unwrap();
    assert_eq!((ended.ended, ended.proven), (Some(moment(70)), session(1).proven));
}

pub async fn all_sessions_of_a_person_end_at_once(bench: &dyn Bench) {
    let mut repository = with_sessions(bench, &[1, 2, 3]).await;
    let mut sessions = repository.sessions();
    let others = Session { person: id(101), ..session(4) };
    sessions.begin(&others).await.unwrap();
    sessions.end(tenant(), session(2).id, moment(9)).await.unwrap();
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

pub async fn another_tenants_session_is_not_changed(bench: &dyn Bench) {
    let mut repository = with_sessions(bench, &[1]).await;
    let mut sessions = repository.sessions();
    let strange = Session { tenant: other_tenant(), seen: moment(5), ..session(1) };
    assert!(matches!(sessions.seen(&strange).await, Err(StoreError::Missing { .. })));
    assert!(matches!(sessions.renew(&session(1).hash, &strange).await, Err(StoreError::Missing { .. })));
    assert!(matches!(sessions.end(other_tenant(), strange.id, moment(5)).await, Err(StoreError::Missing { .. })));
    assert_eq!(sessions.by_hash(&secret(1).hash()).await.unwrap(), Some(session(1)));
}
