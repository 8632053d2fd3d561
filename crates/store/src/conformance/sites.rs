use super::Bench;
use super::sample::{id, moment, other_tenant, site, tenant};
use crate::{KnownName, NameKind, StoreError, VaultHead};

pub async fn a_site_reads_back_whole(bench: &dyn Bench) {
    let mut repository = bench.open().await.write().await.unwrap();
    let mut expected = site(tenant(), 1);
    repository.sites().add(&expected).await.unwrap();
    assert_eq!(repository.sites().get(tenant(), id(1)).await.unwrap().as_ref(), Some(&expected));
    assert_eq!(repository.sites().by_name(tenant(), "Site 1").await.unwrap().as_ref(), Some(&expected));
    assert_eq!(repository.sites().by_cloud_id(tenant(), "cloud-1").await.unwrap().as_ref(), Some(&expected));
    expected.name = "Renamed".into();
    expected.credentials = None;
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
