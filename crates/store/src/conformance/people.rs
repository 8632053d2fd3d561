use control::connection::Contact;

use super::Bench;
use super::sample::{id, moment, other_tenant, person, site, tenant};
use crate::{Person, Role, StoreError};

pub async fn addresses_are_found_in_any_case(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    let typed = Person { email: "Ann.Lee@Example.COM".to_owned(), ..person(tenant(), 1) };
    repository.people().add(&typed).await.unwrap();
    let stored = Person { email: "ann.lee@example.com".to_owned(), ..typed.clone() };
    assert_eq!(repository.people().by_email(tenant(), "ANN.lee@example.com").await.unwrap(), Some(stored.clone()));
    assert_eq!(repository.people().get(tenant(), id(1)).await.unwrap(), Some(stored.clone()));
    assert_eq!(repository.people().list(tenant()).await.unwrap(), [stored]);
    let again = Person { id: id(2), ..typed };
    assert!(matches!(repository.people().add(&again).await, Err(StoreError::Exists { .. })));
}

pub async fn contacts_keep_the_date_of_their_registration(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    repository.sites().add(&site(tenant(), 10)).await.unwrap();
    for number in [1, 2] {
        repository.people().add(&person(tenant(), number)).await.unwrap();
    }
    let second = Contact { person: id(2), registered: moment(0) };
    let first = Contact { person: id(1), registered: moment(5) };
    repository.people().add_contact(tenant(), id(10), &first).await.unwrap();
    repository.people().add_contact(tenant(), id(10), &second).await.unwrap();
    let later = Contact { registered: moment(50), ..first.clone() };
    repository.people().add_contact(tenant(), id(10), &later).await.unwrap();
    assert_eq!(repository.people().contacts(tenant(), id(10)).await.unwrap(), [second, first]);
    repository.people().remove_contact(tenant(), id(10), id(2)).await.unwrap();
    let gone = repository.people().remove_contact(tenant(), id(10), id(2)).await;
    assert!(matches!(gone, Err(StoreError::Missing { .. })));
    assert_eq!(repository.people().contacts(tenant(), id(10)).await.unwrap().len(), 1);
}

pub async fn another_tenants_person_is_no_contact(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    repository.sites().add(&site(tenant(), 10)).await.unwrap();
    repository.people().add(&person(other_tenant(), 1)).await.unwrap();
    let contact = Contact { person: id(1), registered: moment(0) };
    assert!(repository.people().add_contact(tenant(), id(10), &contact).await.is_err());
    assert_eq!(repository.people().get(tenant(), id(1)).await.unwrap(), None);
    assert_eq!(repository.people().by_email(tenant(), "person1@example.com").await.unwrap(), None);
}

pub async fn a_person_who_is_gone_is_found_by_id_alone(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    let mut people = repository.people();
    people.add(&person(tenant(), 1)).await.unwrap();
    people.add(&person(tenant(), 2)).await.unwrap();
    let other = Person { name: "Ann".to_owned(), role: Role::Auditor, ..person(tenant(), 1) };
    people.change(&other).await.unwrap();
    assert_eq!(people.list(tenant()).await.unwrap(), [other.clone(), person(tenant(), 2)]);
    let gone = Person { removed: Some(moment(9)), ..other };
    people.change(&gone).await.unwrap();
    assert_eq!(people.get(tenant(), id(1)).await.unwrap(), Some(gone.clone()));
    assert_eq!(people.by_email(tenant(), &gone.email).await.unwrap(), None);
    assert_eq!(people.list(tenant()).await.unwrap(), [person(tenant(), 2)]);
    assert_eq!(people.everybody(tenant()).await.unwrap().len(), 2);
    let again = Person { id: id(3), removed: None, ..gone };
    assert!(matches!(people.add(&again).await, Err(StoreError::Exists { .. })), "the log names people by address");
    let unknown = people.change(&person(tenant(), 9)).await;
    assert!(matches!(unknown, Err(StoreError::Missing { .. })));
    let strange = people.change(&Person { tenant: other_tenant(), ..person(tenant(), 2) }).await;
    assert!(matches!(strange, Err(StoreError::Missing { .. })));
}
