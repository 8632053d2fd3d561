use super::Bench;
use super::sample::{furnish, id, moment, other_tenant, site, tenant};
use super::schedules::schedule;
use crate::site::removal;
use crate::{KnownName, NameKind, Site, StoreError, VaultHead};

pub async fn a_site_reads_back_whole(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    let mut expected = site(tenant(), 1);
    repository.sites().add(&expected).await.unwrap();
    assert_eq!(repository.sites().get(tenant(), id(1)).await.unwrap().as_ref(), Some(&expected));
    assert_eq!(repository.sites().by_name(tenant(), "Site 1").await.unwrap().as_ref(), Some(&expected));
    assert_eq!(repository.sites().by_cloud_id(tenant(), "cloud-1").await.unwrap().as_ref(), Some(&expected));
    expected.name = "Renamed".into();
    expected.credentials = None;
    expected.rpo_target = None;
    repository.sites().update(&expected).await.unwrap();
    assert_eq!(repository.sites().list(tenant()).await.unwrap(), [expected]);
    assert_eq!(repository.sites().by_name(tenant(), "Site 1").await.unwrap(), None);
}

pub async fn names_and_cloud_ids_are_unique_for_a_tenant(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    repository.sites().add(&site(tenant(), 1)).await.unwrap();
    let mut same_name = site(tenant(), 2);
    same_name.name = "Site 1".into();
    let refused = repository.sites().add(&same_name).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Exists { what } if what.contains("Site 1")), "{refused}");
    let mut same_cloud = site(tenant(), 3);
    same_cloud.cloud_id = "cloud-1".into();
    let refused = repository.sites().add(&same_cloud).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Exists { what } if what.contains("cloud-1")), "{refused}");
    let mut elsewhere = site(other_tenant(), 4);
    elsewhere.name = "Site 1".into();
    repository.sites().add(&elsewhere).await.unwrap();
}

pub async fn another_tenants_site_is_not_found(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    repository.sites().add(&site(tenant(), 1)).await.unwrap();
    assert_eq!(repository.sites().get(other_tenant(), id(1)).await.unwrap(), None);
    assert_eq!(repository.sites().by_name(other_tenant(), "Site 1").await.unwrap(), None);
    assert_eq!(repository.sites().list(other_tenant()).await.unwrap(), []);
    let mut taken = site(other_tenant(), 1);
    taken.url = "https://evil.example".into();
    assert!(matches!(repository.sites().update(&taken).await, Err(StoreError::Missing { .. })));
    let head = VaultHead { number: 1, mac: vec![1] };
    assert!(repository.sites().advance_vault_head(other_tenant(), id(1), &head).await.is_err());
}

pub async fn an_unknown_site_cannot_be_changed(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    assert!(matches!(repository.sites().update(&site(tenant(), 1)).await, Err(StoreError::Missing { .. })));
    let name = KnownName { kind: NameKind::Url, name: "https://x".to_owned(), since: moment(0) };
    assert!(matches!(repository.sites().add_known_name(tenant(), id(1), &name).await, Err(StoreError::Missing { .. })));
}

pub async fn known_names_keep_their_dates(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    repository.sites().add(&site(tenant(), 1)).await.unwrap();
    let url = KnownName { kind: NameKind::Url, name: "https://a.atlassian.net".to_owned(), since: moment(0) };
    let cloud = KnownName { kind: NameKind::CloudId, name: "cloud-1".to_owned(), since: moment(1) };
    repository.sites().add_known_name(tenant(), id(1), &cloud).await.unwrap();
    repository.sites().add_known_name(tenant(), id(1), &url).await.unwrap();
    let earlier = KnownName { kind: NameKind::EarlierUrl, since: moment(9), ..url.clone() };
    repository.sites().add_known_name(tenant(), id(1), &earlier).await.unwrap();
    let expected = [KnownName { since: moment(0), ..earlier }, cloud];
    assert_eq!(repository.sites().known_names(tenant(), id(1)).await.unwrap(), expected);
}

pub async fn a_vault_head_only_goes_forward(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    repository.sites().add(&site(tenant(), 1)).await.unwrap();
    assert_eq!(repository.sites().vault_head(tenant(), id(1)).await.unwrap(), None);
    let five = VaultHead { number: 5, mac: vec![5; 32] };
    assert!(repository.sites().advance_vault_head(tenant(), id(1), &five).await.unwrap());
    let four = VaultHead { number: 4, mac: vec![4; 32] };
    assert!(!repository.sites().advance_vault_head(tenant(), id(1), &four).await.unwrap());
    assert_eq!(repository.sites().vault_head(tenant(), id(1)).await.unwrap(), Some(five));
    let six = VaultHead { number: 6, mac: vec![6; 32] };
    assert!(repository.sites().advance_vault_head(tenant(), id(1), &six).await.unwrap());
    assert_eq!(repository.sites().vault_head(tenant(), id(1)).await.unwrap(), Some(six));
}

pub async fn a_removed_site_is_found_by_history_alone(bench: &dyn Bench) {
    let store = bench.open().await;
    furnish(&*store).await;
    let mut repository = store.write().await.unwrap();
    let (before, stays) = (site(tenant(), 10), site(tenant(), 11));
    let elsewhere = crate::Schedule { site: stays.id, ..schedule(2, "0 3 * * *") };
    repository.schedules().add(&schedule(1, "*/5 * * * *")).await.unwrap();
    repository.schedules().add(&elsewhere).await.unwrap();
    removal::remove(repository.as_mut(), &before, moment(9)).await.unwrap();
    let name = "Site 10 (removed 2023-11-14)".to_owned();
    let removed = Site { name, credentials: None, removed: Some(moment(9)), ..before.clone() };
    assert_eq!(repository.sites().with_removed(tenant()).await.unwrap(), [removed.clone(), stays.clone()]);
    assert_eq!(repository.sites().list(tenant()).await.unwrap(), [stays]);
    assert_eq!(repository.sites().get(tenant(), before.id).await.unwrap(), None);
    assert_eq!(repository.sites().by_cloud_id(tenant(), &before.cloud_id).await.unwrap(), None);
    for name in [&before.name, &removed.name] {
        assert_eq!(repository.sites().by_name(tenant(), name).await.unwrap(), None);
    }
    assert_eq!(repository.schedules().list(tenant()).await.unwrap(), [elsewhere]);
}

pub async fn a_removed_site_gives_its_name_free(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    for (number, removed) in [(1, "Shop (removed 2023-11-14)"), (2, "Shop (removed 2023-11-14, 2)")] {
        let shop = Site { name: "Shop".to_owned(), ..site(tenant(), number) };
        let shop = removal::returning(repository.as_mut(), shop).await.unwrap();
        assert!(!removal::enter(repository.as_mut(), &shop, moment(0)).await.unwrap());
        removal::remove(repository.as_mut(), &shop, moment(1)).await.unwrap();
        let all = repository.sites().with_removed(tenant()).await.unwrap();
        assert!(all.iter().any(|site| site.id == shop.id && site.name == removed), "{all:?}");
    }
    let same_cloud = site(tenant(), 1);
    assert!(matches!(repository.sites().add(&same_cloud).await, Err(StoreError::Exists { .. })));
}

pub async fn a_removed_site_that_is_added_again_is_itself(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    let before = site(tenant(), 1);
    assert!(!removal::enter(repository.as_mut(), &before, moment(0)).await.unwrap());
    let head = VaultHead { number: 5, mac: vec![5; 32] };
    repository.sites().advance_vault_head(tenant(), id(1), &head).await.unwrap();
    let present = Site { cloud_id: before.cloud_id.clone(), ..site(tenant(), 2) };
    assert_eq!(removal::returning(repository.as_mut(), present.clone()).await.unwrap(), present, "it was not removed");
    removal::remove(repository.as_mut(), &before, moment(9)).await.unwrap();
    let elsewhere = Site { cloud_id: before.cloud_id.clone(), ..site(other_tenant(), 3) };
    assert_eq!(removal::returning(repository.as_mut(), elsewhere.clone()).await.unwrap(), elsewhere, "it is another's");

    let new = Site { added: moment(20), ..present };
    let back = removal::returning(repository.as_mut(), new.clone()).await.unwrap();
    assert_eq!(back, Site { id: before.id, added: before.added, rpo_target: before.rpo_target, ..new });
    assert!(removal::enter(repository.as_mut(), &back, moment(20)).await.unwrap());
    assert_eq!(repository.sites().list(tenant()).await.unwrap(), std::slice::from_ref(&back));
    assert_eq!(repository.sites().vault_head(tenant(), id(1)).await.unwrap(), Some(head), "a rollback is noticed");
    let known = |kind, name: &String, since| KnownName { kind, name: name.clone(), since: moment(since) };
    let expected = [
        known(NameKind::Url, &back.url, 20),
        known(NameKind::EarlierUrl, &before.url, 0),
        known(NameKind::CloudId, &before.cloud_id, 0),
    ];
    assert_eq!(repository.sites().known_names(tenant(), id(1)).await.unwrap(), expected);
}
