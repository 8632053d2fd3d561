//! Search by JQL.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{TestSite, each};

async fn search(site: &TestSite, body: Value) -> Value {
    site.ok("POST", "rest/api/3/search/jql", body).await
}

async fn keys(site: &TestSite, jql: &str) -> Vec<String> {
    let found = search(site, json!({ "jql": jql, "fields": ["key"] })).await;
    each(&found["issues"], "key").into_iter().map(|key| key.as_str().unwrap().to_owned()).collect()
}

/// Issues SEA-1 to SEA-5, made in successive minutes from 09:00.
async fn five_issues() -> TestSite {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    for number in 1..=5 {
        site.issue(&project, &format!("issue {number}")).await;
        site.handle().clock().advance(Duration::from_mins(1));
    }
    site
}

#[tokio::test]
async fn answers_show_only_ids_unless_asked_and_never_a_total() {
    let site = five_issues().await;
    let found = search(&site, json!({ "jql": "project = SEA order by id" })).await;
    assert_eq!(found["issues"][0].as_object().unwrap().keys().collect::<Vec<_>>(), ["id"]);
    assert_eq!(found["isLast"], true);
    assert!(found.get("total").is_none() && found.get("nextPageToken").is_none());
    let found = search(&site, json!({ "jql": "project = SEA order by id", "fields": ["summary"] })).await;
    assert_eq!(found["issues"][4]["fields"], json!({ "summary": "issue 5" }));
}

#[tokio::test]
async fn pages_are_joined_by_tokens() {
    let site = five_issues().await;
    let mut question = json!({ "jql": "project = SEA order by key", "fields": ["key"], "maxResults": 2 });
    let mut found = Vec::new();
    loop {
        let page = search(&site, question.clone()).await;
        found.extend(each(&page["issues"], "key").into_iter().cloned());
        match page.get("nextPageToken") {
            Some(token) => question["nextPageToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(found, ["SEA-1", "SEA-2", "SEA-3", "SEA-4", "SEA-5"]);
    question["nextPageToken"] = json!("unknown");
    site.refused("POST", "rest/api/3/search/jql", question, 400).await;
}

#[tokio::test]
async fn issues_deleted_between_pages_make_a_page_shorter() {
    let site = five_issues().await;
    let question = json!({ "jql": "project = SEA order by key", "fields": ["key"], "maxResults": 2 });
    let token = search(&site, question.clone()).await["nextPageToken"].clone();
    site.send("DELETE", "rest/api/3/issue/SEA-3", None).await;
    let mut next = question;
    next["nextPageToken"] = token;
    let page = search(&site, next).await;
    assert_eq!(each(&page["issues"], "key"), ["SEA-4"]);
    assert_eq!(page["isLast"], false);
}

#[tokio::test]
async fn large_pages_are_for_ids_only() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let update = json!({ "fields": { "project": { "id": project }, "issuetype": { "name": "Task" }, "summary": "s" } });
    for _ in 0..3 {
        site.ok("POST", "rest/api/3/issue/bulk", json!({ "issueUpdates": vec![&update; 50] })).await;
    }
    let ids = search(&site, json!({ "jql": "project = SEA", "maxResults": 5000 })).await;
    assert_eq!(ids["issues"].as_array().unwrap().len(), 150);
    let full = search(&site, json!({ "jql": "project = SEA", "maxResults": 5000, "fields": ["*all"] })).await;
    assert_eq!(full["issues"].as_array().unwrap().len(), 100);
    assert_eq!(full["isLast"], false);
}

#[tokio::test]
async fn dates_are_in_the_zone_of_the_caller() {
    let site = five_issues().await;
    assert_eq!(keys(&site, "updated >= \"2026-03-01 09:03\" order by id").await, ["SEA-4", "SEA-5"]);
    assert_eq!(keys(&site, "updated >= -2m").await, ["SEA-5", "SEA-4"]);
    site.handle().alter(|state| state.users.values_mut().for_each(|user| user.time_zone = "Asia/Tokyo".into()));
    assert_eq!(keys(&site, "created >= \"2026-03-01 18:03\" and created < \"2026-03-01 18:04\"").await, ["SEA-4"]);
    let shown = site.get("rest/api/3/issue/SEA-1?fields=created").await;
    assert_eq!(shown["fields"]["created"], "2026-03-01T18:00:00.000+0900");
}

#[tokio::test]
async fn refusals_are_those_of_jira() {
    let site = five_issues().await;
    let refusal = site.refused("POST", "rest/api/3/search/jql", json!({ "jql": "order by id" }), 400).await;
    assert_eq!(
        refusal["errorMessages"][0],
        "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
    );
    let refusal =
        site.refused("POST", "rest/api/3/search/jql", json!({ "jql": "depth = 7 and project = AIR" }), 400).await;
    assert_eq!(refusal["errorMessages"].as_array().unwrap().len(), 2);
    let (status, gone) = site.send("GET", "rest/api/3/search?jql=project=SEA", None).await;
    assert_eq!(status, 410);
    assert!(gone["errorMessages"][0].as_str().unwrap().starts_with("The requested API has been removed."));
}

#[tokio::test]
async fn index_lags_behind_unless_issues_are_reconciled() {
    let site = five_issues().await;
    site.handle().search_lag(Duration::from_secs(90));
    assert_eq!(keys(&site, "project = SEA order by id").await, ["SEA-1", "SEA-2", "SEA-3", "SEA-4"]);
    site.ok("PUT", "rest/api/3/issue/SEA-1", json!({ "fields": { "summary": "new" } })).await;
    assert_eq!(keys(&site, "updated >= -1m").await, Vec::<String>::new());
    let id: u64 = site.get("rest/api/3/issue/SEA-5").await["id"].as_str().unwrap().parse().unwrap();
    let reconciled = json!({ "jql": "updated >= -10m order by id", "fields": ["key"], "reconcileIssues": [id] });
    assert_eq!(each(&search(&site, reconciled).await["issues"], "key").last().unwrap(), &"SEA-5");
    site.handle().clock().advance(Duration::from_secs(90));
    assert_eq!(keys(&site, "updated >= -2m").await, ["SEA-1"]);
}

#[tokio::test]
async fn flickering_index_loses_what_it_had_shown() {
    let site = five_issues().await;
    site.handle().search_lag(Duration::from_mins(1));
    site.handle().search_flicker(true);
    let mut counts = Vec::new();
    for _ in 0..3 {
        counts.push(keys(&site, "project = SEA").await.len());
    }
    assert_eq!(counts, [5, 4, 5]);
}

#[tokio::test]
async fn anonymous_searches_find_nothing() {
    let site = five_issues().await;
    site.handle().revoke_token(site.handle().admin_token());
    let found = search(&site, json!({ "jql": "project = SEA" })).await;
    assert_eq!(found, json!({ "issues": [], "isLast": true }));
}

#[tokio::test]
async fn count_is_told_apart_from_search() {
    let site = five_issues().await;
    let counted = site.ok("POST", "rest/api/3/search/approximate-count", json!({ "jql": "project = SEA" })).await;
    assert_eq!(counted["count"], 5);
}
