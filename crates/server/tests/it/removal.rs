//! Removing a site: what stands in the way, what is gone then, and that the same site comes back.

use serde_json::{Value, json};
use store::Role;

use crate::bench::{Bench, Session};
use crate::flow::Company;
use crate::runs;

async fn remove(who: &Session<'_>, site: &str) -> crate::bench::Answered {
    who.send("DELETE", &format!("/sites/{site}"), None).await
}

/// What stands in the way, as it is told.
async fn hindrance(who: &Session<'_>, site: &str) -> String {
    remove(who, site).await.expect(409)["detail"].as_str().unwrap().to_owned()
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_site_is_gone_until_it_is_added_again_as_itself() {
    let bench = Bench::new().await;
    let company = Company::new(&bench).await;
    let administrator = &company.administrator;
    company.back_up().await;
    let schedule = json!({ "site": company.source, "kind": "capture", "cron": "0 3 * * *" });
    administrator.post("/schedules", schedule).await.expect(201);
    let path = format!("/sites/{}", company.source);
    let lags =
        async || administrator.get("/metrics").await.text.contains("lifeboat_rpo_lag_seconds{site=\"production\"}");
    assert!(lags().await, "what Prometheus reads has its RPO lag");

    remove(administrator, &company.source).await.expect(204);
    assert_eq!(names(&administrator.get("/sites").await.expect(200)), ["standby"]);
    assert_eq!(administrator.get("/schedules").await.expect(200), json!([]));
    assert!(!lags().await, "nobody is woken for a site that was removed");
    for rest in ["", "/points", "/backups", "/contacts", "/safeguards", "/coverage"] {
        assert_eq!(administrator.get(&format!("{path}{rest}")).await.status, 404, "{rest}");
    }
    assert_eq!(administrator.post(&format!("{path}/backups"), json!({})).await.status, 404);
    assert_eq!(
        administrator.post("/connections", json!({ "name": "New", "source": company.source })).await.status,
        422
    );
    assert_eq!(remove(administrator, &company.source).await.status, 404);
    let jobs = administrator.get("/jobs").await.expect(200);
    let job = jobs["items"][0]["id"].as_str().unwrap();
    let again = administrator.post(&format!("/jobs/{job}/repetition"), json!({})).await.expect(409);
    assert!(again["detail"].as_str().unwrap().contains("was removed"), "{again}");

    let back = company.add_site("shop", company.sites.source()).await;
    assert_eq!(back, company.source, "it is that very site");
    let site = administrator.get(&path).await.expect(200);
    assert_eq!((&site["name"], &site["hasCredentials"]), (&json!("shop"), &json!(true)));
    let points = administrator.get(&format!("{path}/points")).await.expect(200);
    assert_eq!(points["items"].as_array().unwrap().len(), 1, "its recovery points are there again: {points}");
    let contacts = administrator.get(&format!("{path}/contacts")).await.expect(200);
    assert_eq!(contacts.as_array().unwrap().len(), 3, "a removal is no way around what guards a recovery");
    let events = bench.audit().await;
    let removed = events.iter().find(|event| event.happening.action == "site.remove").unwrap();
    assert_eq!(removed.happening.subject, format!("site/{back}"));
    assert_eq!(removed.happening.details["name"], "production");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_a_site_stands_in_the_way_of_its_removal() {
    let bench = Bench::new().await;
    let company = Company::new(&bench).await;
    let administrator = &company.administrator;
    let (connection, token) = company.make().await;
    let told = hindrance(administrator, &company.source).await;
    let expected = "production cannot be removed now: it is the source of the connection `Production to standby` \
                    (Activation pending), which must be revoked first.";
    assert_eq!(told, expected);
    company.activate(&token).await;
    let told = hindrance(administrator, &company.standby).await;
    assert!(told.contains("the standby of the connection `Production to standby` (Active)"), "{told}");

    administrator.post(&format!("/connections/{connection}/revocation"), json!({})).await.expect(200);
    let confirmed = company.contacts[0].post(&format!("/connections/{connection}/confirmation"), json!({})).await;
    assert_eq!(confirmed.expect(200)["status"], "revoked");
    let job = administrator.post(&format!("/sites/{}/backups", company.source), json!({})).await.expect(202);
    let told = hindrance(administrator, &company.source).await;
    assert!(told.ends_with("now: a backup of it is waiting, which must end or be cancelled first."), "{told}");
    let cancel = format!("/jobs/{}/cancellation", job["id"].as_str().unwrap());
    administrator.post(&cancel, json!({})).await.expect(200);
    for site in [&company.source, &company.standby] {
        remove(administrator, site).await.expect(204);
    }
    let shown = administrator.get(&format!("/connections/{connection}")).await.expect(200);
    let name = shown["source"]["name"].as_str().unwrap();
    assert!(name.starts_with("production (removed 2"), "history shows what it was called: {name}");
}

#[tokio::test]
async fn a_recovery_that_rests_stands_in_the_way_of_both_its_sites() {
    let bench = Bench::new().await;
    let owner = bench.joined("olga@example.com", Role::Owner).await;
    runs::rests(&bench, |_, _| vec![]).await;
    let sites = owner.get("/sites").await.expect(200);
    for site in sites.as_array().unwrap() {
        let told = hindrance(&owner, site["id"].as_str().unwrap()).await;
        assert!(told.contains("a recovery from or onto it is paused"), "{told}");
    }
    assert_eq!(sites.as_array().unwrap().len(), 2);
}
