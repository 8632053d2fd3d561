use super::Bench;
use super::sample::{furnish, id, invitation, moment, other_tenant, person, tenant};
use crate::{Invitation, PasswordHash, StoreError};

pub async fn a_password_is_replaced(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    let mut accounts = repository.accounts();
    assert_eq!(accounts.password(tenant(), id(100)).await.unwrap(), None);
    for hash in ["$argon2id$v=19$m=1,t=1,p=1$c2FsdA$Zmlyc3Q", "$argon2id$v=19$m=1,t=1,p=1$c2FsdA$c2Vjb25k"] {
        let hash = PasswordHash(hash.to_owned());
        accounts.set_password(tenant(), id(100), &hash).await.unwrap();
        assert_eq!(accounts.password(tenant(), id(100)).await.unwrap(), Some(hash));
    }
}

pub async fn an_invitation_is_found_by_its_hash_alone_until_it_is_used(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    repository.people().add(&person(tenant(), 101)).await.unwrap();
    let mut accounts = repository.accounts();
    let others = Invitation { person: id(101), ..invitation(3) };
    for kept in [&invitation(1), &invitation(2), &others] {
        accounts.invite(kept).await.unwrap();
    }
    assert!(matches!(accounts.invite(&invitation(1)).await, Err(StoreError::Exists { .. })));
    assert_eq!(accounts.invitation(&[1; 32]).await.unwrap(), Some(invitation(1)));
    assert_eq!(accounts.invitation(&[1; 32]).await.unwrap(), Some(invitation(1)), "reading it does not use it up");
    assert_eq!(accounts.invitation(&[9; 32]).await.unwrap(), None);
    accounts.forget_invitations(other_tenant(), id(100)).await.unwrap();
    assert_eq!(accounts.invitation(&[2; 32]).await.unwrap(), Some(invitation(2)));
    accounts.forget_invitations(tenant(), id(100)).await.unwrap();
    for used in [[1; 32], [2; 32]] {
        assert_eq!(accounts.invitation(&used).await.unwrap(), None);
    }
    assert_eq!(accounts.invitation(&[3; 32]).await.unwrap(), Some(others));
    accounts.forget_invitations(tenant(), id(100)).await.unwrap();
}

pub async fn another_tenants_person_has_no_account(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    let mut accounts = repository.accounts();
    let hash = PasswordHash("$argon2id$".to_owned());
    accounts.set_password(tenant(), id(100), &hash).await.unwrap();
    assert_eq!(accounts.password(other_tenant(), id(100)).await.unwrap(), None);
    let set = accounts.set_password(other_tenant(), id(100), &hash).await;
    assert!(matches!(set, Err(StoreError::Missing { .. })));
    let strange = Invitation { tenant: other_tenant(), expires: moment(9), ..invitation(1) };
    assert!(matches!(accounts.invite(&strange).await, Err(StoreError::Missing { .. })));
}
