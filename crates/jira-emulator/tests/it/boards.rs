//! Filters, boards, sprints, rank.

use serde_json::{Value, json};

use crate::support::{TestSite, each, text};

async fn board(site: &TestSite, project: &str) -> u64 {
    let filter = site.ok("POST", "rest/api/3/filter", json!({ "name": "Afloat", "jql": "project = SEA" })).await;
    let filter: u64 = text(&filter["id"]).parse().unwrap();
    let location = json!({ "type": "project", "projectKeyOrId": project });
    let body = json!({ "name": "Bridge", "type": "scrum", "filterId": filter, "location": location });
    site.ok("POST", "rest/agile/1.0/board", body).await["id"].as_u64().unwrap()
}

async fn sprint(site: &TestSite, board: u64, name: &str) -> u64 {
    let body = json!({
        "name": name, "originBoardId": board, "startDate": "2026-02-01T10:00:00.000Z", "endDate": "2026-02-14T10:00:00.000Z",
    });
    site.ok("POST", "rest/agile/1.0/sprint", body).await["id"].as_u64().unwrap()
}

async fn sprints_of(site: &TestSite, issue: &str) -> Vec<(String, String)> {
    let field = site.get("rest/api/3/field/search?query=Sprint").await["values"][0]["id"].clone();
    let issue = site.get(&format!("rest/api/3/issue/{issue}")).await;
    let sprints = issue["fields"][text(&field)].as_array().cloned().unwrap_or_default();
    sprints.iter().map(|sprint: &Value| (text(&sprint["name"]), text(&sprint["state"]))).collect()
}

#[tokio::test]
async fn issue_keeps_closed_sprints_and_is_in_one_open_sprint() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let board = board(&site, "SEA").await;
    let issue = site.issue(&project, "Leak").await;
    let (first, second) = (sprint(&site, board, "First").await, sprint(&site, board, "Second").await);
    let put = async |sprint: u64| {
        site.send("POST", &format!("rest/agile/1.0/sprint/{sprint}/issue"), Some(json!({ "issues": [issue] }))).await.0
    };
    assert_eq!(put(first).await, 204);
    for state in ["active", "closed"] {
        site.ok("POST", &format!("rest/agile/1.0/sprint/{first}"), json!({ "state": state })).await;
    }
    assert_eq!(put(second).await, 204);
    let expected = [("First", "closed"), ("Second", "future")].map(|(name, state)| (name.to_owned(), state.to_owned()));
    assert_eq!(sprints_of(&site, &issue).await, expected);
    assert_eq!(put(first).await, 400, "a closed sprint takes no issues");
    site.ok("POST", "rest/agile/1.0/backlog/issue", json!({ "issues": [issue] })).await;
    assert_eq!(sprints_of(&site, &issue).await, expected[..1]);
    let history = site.get(&format!("rest/api/3/issue/{issue}/changelog")).await;
    let last = history["values"].as_array().unwrap().last().unwrap();
    assert_eq!(last["items"][0]["field"], "Sprint");
}

#[tokio::test]
async fn closed_sprint_has_its_completion_and_keeps_all_but_name_and_goal() {
    let site = TestSite::empty().await;
    site.project("SEA").await;
    let board = board(&site, "SEA").await;
    let id = sprint(&site, board, "First").await;
    let path = format!("rest/agile/1.0/sprint/{id}");
    site.ok("POST", &path, json!({ "state": "active" })).await;
    site.ok("POST", &path, json!({ "state": "closed" })).await;
    let change = json!({ "name": "Renamed", "endDate": "2027-01-01T00:00:00.000Z" });
    let closed = site.ok("POST", &path, change).await;
    assert_eq!(closed["name"], "Renamed");
    assert_eq!(closed["endDate"], "2026-02-14T10:00:00.000Z");
    assert_eq!(closed["completeDate"], "2026-03-01T09:00:00.000Z");
    site.refused("POST", &path, json!({ "state": "active" }), 400).await;
    let listed = site.get(&format!("rest/agile/1.0/board/{board}/sprint?state=active,future")).await;
    assert_eq!(listed["total"], 0);
}

#[tokio::test]
async fn more_than_fifty_issues_at_once_are_refused() {
    let site = TestSite::empty().await;
    let issues: Vec<String> = (0..51).map(|number| number.to_string()).collect();
    site.refused("POST", "rest/agile/1.0/backlog/issue", json!({ "issues": issues }), 400).await;
}

#[tokio::test]
async fn ranked_issues_come_before_or_after_another() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let mut issues = Vec::new();
    for name in ["One", "Two", "Three", "Four"] {
        issues.push(site.issue(&project, name).await);
    }
    let rank = async |body: Value| site.ok("PUT", "rest/agile/1.0/issue/rank", body).await;
    rank(json!({ "issues": [issues[3], issues[2]], "rankBeforeIssue": issues[0] })).await;
    rank(json!({ "issues": [issues[3]], "rankAfterIssue": issues[1] })).await;
    let body = json!({ "jql": "project = SEA ORDER BY Rank ASC", "fields": ["summary"] });
    let found = site.ok("POST", "rest/api/3/search/jql", body).await;
    let order: Vec<String> =
        each(&found["issues"], "fields").into_iter().map(|fields| text(&fields["summary"])).collect();
    assert_eq!(order, ["Three", "One", "Two", "Four"]);
}

#[tokio::test]
async fn filter_names_are_unique_for_their_owner() {
    let site = TestSite::empty().await;
    let filter = json!({ "name": "Mine", "jql": "created >= -1d" });
    site.ok("POST", "rest/api/3/filter", filter.clone()).await;
    let refusal = site.refused("POST", "rest/api/3/filter", filter, 400).await;
    assert_eq!(refusal["errors"]["filterName"], "Filter with same name already exists.");
}
