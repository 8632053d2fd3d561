//! Filters: who sees them, who owns them, what their queries must be.

use jira_emulator::Seed;
use serde_json::{Value, json};

use crate::support::{TestSite, each, text};

async fn filter(site: &TestSite, body: Value) -> String {
    text(&site.ok("POST", "rest/api/3/filter", body).await["id"])
}

/// A site, and an active account beside the administrator's.
async fn site_with_somebody() -> (TestSite, String) {
    let site = TestSite::seeded(Seed::Generated { issues: 20, seed: 1 }).await;
    let me = site.me().await;
    let somebody = site.handle().inspect(|state| {
        let user = state.users.values().find(|user| user.active && *user.account_id != *me);
        user.map(|user| user.account_id.to_string()).unwrap()
    });
    (site, somebody)
}

#[tokio::test]
async fn private_filter_of_somebody_is_seen_only_by_overriding_its_permissions() {
    let (site, somebody) = site_with_somebody().await;
    let id = filter(&site, json!({ "name": "Mine", "jql": "project = HAR" })).await;
    site.ok("PUT", &format!("rest/api/3/filter/{id}/owner"), json!({ "accountId": somebody })).await;
    site.refused("GET", &format!("rest/api/3/filter/{id}"), json!(null), 400).await;
    site.refused("PUT", &format!("rest/api/3/filter/{id}"), json!({ "name": "Ours" }), 400).await;
    let path = format!("rest/api/3/filter/search?id={id}&expand=owner");
    assert_eq!(site.get(&path).await["total"], 0);
    let found = site.get(&format!("{path}&overrideSharePermissions=true")).await;
    assert_eq!(found["values"][0]["owner"]["accountId"], json!(somebody));
}

#[tokio::test]
async fn a_filter_is_not_given_to_whom_it_cannot_belong() {
    let (site, somebody) = site_with_somebody().await;
    let inactive = site.handle().inspect(|state| {
        let user = state.users.values().find(|user| !user.active);
        user.map(|user| user.account_id.to_string()).unwrap()
    });
    let give = async |id: &str, account: &str, expected: u16| {
        let answer =
            site.send("PUT", &format!("rest/api/3/filter/{id}/owner"), Some(json!({ "accountId": account }))).await;
        assert_eq!(answer.0, expected, "{}", answer.1);
    };
    let first = filter(&site, json!({ "name": "Mine", "jql": "project = HAR" })).await;
    give(&first, &inactive, 404).await;
    give(&first, &somebody, 204).await;
    let second = filter(&site, json!({ "name": "Mine", "jql": "project = HAR" })).await;
    give(&second, &somebody, 400).await;
}

#[tokio::test]
async fn a_permission_for_everybody_overwrites_all_others() {
    let (site, somebody) = site_with_somebody().await;
    let share = json!([{ "type": "user", "user": { "accountId": somebody } }]);
    let id = filter(&site, json!({ "name": "Mine", "jql": "", "sharePermissions": share })).await;
    let path = format!("rest/api/3/filter/{id}/permission");
    let held = site.ok("POST", &path, json!({ "type": "authenticated" })).await;
    assert_eq!(each(&held, "type"), ["loggedin"]);
    let role = json!({ "type": "projectRole", "projectId": "1", "projectRoleId": "1" });
    site.refused("POST", &path, role, 400).await;
}

#[tokio::test]
async fn new_filters_are_shared_as_their_owner_prefers() {
    let site = TestSite::empty().await;
    let shares = async |name: &str| {
        let made = site.ok("POST", "rest/api/3/filter", json!({ "name": name, "jql": "" })).await;
        each(&made["sharePermissions"], "type").len()
    };
    assert_eq!(shares("Before").await, 0);
    site.ok("PUT", "rest/api/3/filter/defaultShareScope", json!({ "scope": "GLOBAL" })).await;
    assert_eq!(site.get("rest/api/3/filter/defaultShareScope").await["scope"], "AUTHENTICATED");
    assert_eq!(shares("After").await, 1);
}

#[tokio::test]
async fn a_query_may_name_another_filter_by_id_or_name() {
    let (site, _) = site_with_somebody().await;
    let key = site.handle().inspect(|state| state.projects.values().next().unwrap().key.to_string());
    let id = filter(&site, json!({ "name": "Whole project", "jql": format!("project = {key}") })).await;
    let count = async |jql: String| {
        site.ok("POST", "rest/api/3/search/approximate-count", json!({ "jql": jql })).await["count"].as_u64().unwrap()
    };
    let all = count(format!("project = {key}")).await;
    assert!(all > 0);
    assert_eq!(count(format!("filter = {id}")).await, all);
    assert_eq!(count("filter in (\"whole project\")".to_owned()).await, all);
    assert_eq!(count(format!("project = {key} AND filter != {id}")).await, 0);
    site.refused("POST", "rest/api/3/filter", json!({ "name": "Other", "jql": "filter = 1" }), 400).await;
}

#[tokio::test]
async fn generated_sites_have_filters_that_hold() {
    let site = TestSite::seeded(Seed::Generated { issues: 60, seed: 3 }).await;
    let queries = site.handle().inspect(|state| {
        let owned = |name: &str| state.filters.values().filter(|filter| &*filter.name == name).count();
        assert!(owned("My open work") >= 3);
        state.filters.values().map(|filter| filter.jql.to_string()).collect::<Vec<_>>()
    });
    assert!(queries.len() > 10, "{queries:?}");
    for (number, jql) in queries.iter().enumerate() {
        // A private filter of somebody else cannot be named.
        if !jql.contains("filter =") {
            filter(&site, json!({ "name": format!("Again {number}"), "jql": jql })).await;
        }
    }
}
