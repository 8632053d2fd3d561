//! Many issues at once: bulk create, bulk fetch, bulk delete, bulk move.

use std::time::Duration;

use serde_json::{Value, json};

use crate::issues::{document, issue_type};
use crate::support::{TestSite, each, text};

fn update(project: &str, summary: &str) -> Value {
    json!({ "fields": { "project": { "id": project }, "issuetype": { "name": "Task" }, "summary": summary } })
}

#[tokio::test]
async fn bulk_create_gives_keys_in_order_and_tells_what_failed() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let mut marked = update(&project, "marked");
    marked["properties"] = json!([{ "key": "mark", "value": { "operation": "7" } }]);
    let body = json!({ "issueUpdates": [update(&project, "one"), update(&project, ""), marked] });
    let answer = site.ok("POST", "rest/api/3/issue/bulk", body).await;
    assert_eq!(each(&answer["issues"], "key"), ["SEA-1", "SEA-2"]);
    assert_eq!(answer["errors"][0]["failedElementNumber"], 1);
    assert_eq!(answer["errors"][0]["status"], 400);
    assert!(answer["errors"][0]["elementErrors"]["errors"]["summary"].is_string());
    let fetch = json!({ "issueIdsOrKeys": ["SEA-2", "SEA-1"], "fields": ["summary"], "properties": ["mark"] });
    let fetched = site.ok("POST", "rest/api/3/issue/bulkfetch", fetch).await;
    assert_eq!(each(&fetched["issues"], "key"), ["SEA-1", "SEA-2"], "by id, not as asked");
    assert_eq!(fetched["issues"][1]["properties"]["mark"]["operation"], "7");
    assert_eq!(fetched["issues"][0]["properties"], json!({}));
}

#[tokio::test]
async fn bulk_create_that_fails_altogether_is_a_400() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let answer =
        site.refused("POST", "rest/api/3/issue/bulk", json!({ "issueUpdates": [update(&project, "")] }), 400).await;
    assert_eq!(answer["issues"], json!([]));
    let many: Vec<Value> = (0..51).map(|_| update(&project, "s")).collect();
    site.refused("POST", "rest/api/3/issue/bulk", json!({ "issueUpdates": many }), 400).await;
    assert_eq!(site.handle().inspect(|state| state.issues.len()), 0);
}

#[tokio::test]
async fn transition_can_be_taken_at_creation() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let id = site.issue(&project, "s").await;
    let transitions = site.get(&format!("rest/api/3/issue/{id}/transitions")).await;
    let done = transitions["transitions"].as_array().unwrap().iter().find(|to| to["name"] == "Done").unwrap();
    let mut first = update(&project, "done");
    first["transition"] = json!({ "id": done["id"] });
    let mut second = update(&project, "lost");
    second["transition"] = json!({ "id": "999" });
    let answer = site.ok("POST", "rest/api/3/issue/bulk", json!({ "issueUpdates": [first, second] })).await;
    assert_eq!(answer["issues"][0]["transition"]["status"], 204);
    assert_eq!(answer["issues"][1]["transition"]["status"], 400);
    assert_eq!(site.get("rest/api/3/issue/SEA-2").await["fields"]["status"]["name"], "Done");
}

#[tokio::test]
async fn bulk_fetch_names_what_is_missing_and_keeps_its_limits() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    site.issue(&project, "s").await;
    let fetch = json!({ "issueIdsOrKeys": ["SEA-1", "SEA-9", "sea-1"], "fields": ["*all"] });
    let fetched = site.ok("POST", "rest/api/3/issue/bulkfetch", fetch).await;
    assert_eq!(fetched["issues"].as_array().unwrap().len(), 1);
    assert_eq!(each(&fetched["issueErrors"], "id"), ["SEA-9"]);
    let names: Vec<String> = (0..101).map(|number| number.to_string()).collect();
    let heavy = json!({ "issueIdsOrKeys": names, "fields": ["*all"] });
    site.refused("POST", "rest/api/3/issue/bulkfetch", heavy, 400).await;
    site.ok("POST", "rest/api/3/issue/bulkfetch", json!({ "issueIdsOrKeys": names, "fields": ["summary"] })).await;
    let properties = json!({ "issueIdsOrKeys": ["SEA-1"], "properties": ["1", "2", "3", "4", "5", "6"] });
    site.refused("POST", "rest/api/3/issue/bulkfetch", properties, 400).await;
}

#[tokio::test]
async fn comments_and_worklogs_are_cut_in_lists() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let id = site.issue(&project, "s").await;
    for number in 0..22 {
        let comment = json!({ "body": document(&format!("comment {number}")) });
        site.ok("POST", &format!("rest/api/3/issue/{id}/comment"), comment).await;
        site.ok("POST", &format!("rest/api/3/issue/{id}/worklog"), json!({ "timeSpentSeconds": 60 })).await;
    }
    let fetched =
        site.ok("POST", "rest/api/3/issue/bulkfetch", json!({ "issueIdsOrKeys": [id], "fields": ["*all"] })).await;
    let counts = |issue: &Value, list: &str, items: &str| {
        let page = &issue["fields"][list];
        (page[items].as_array().unwrap().len(), page["total"].as_u64().unwrap())
    };
    assert_eq!(counts(&fetched["issues"][0], "comment", "comments"), (20, 22));
    assert_eq!(counts(&fetched["issues"][0], "worklog", "worklogs"), (20, 22));
    let alone = site.get(&format!("rest/api/3/issue/{id}")).await;
    assert_eq!(counts(&alone, "comment", "comments"), (22, 22));
    assert_eq!(counts(&alone, "worklog", "worklogs"), (20, 22));
}

#[tokio::test]
async fn bulk_delete_works_in_the_background() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let ids = [site.issue(&project, "one").await, site.issue(&project, "two").await];
    let body = json!({ "selectedIssueIdsOrKeys": [ids[0], "SEA-2", "SEA-99"] });
    let task = text(&site.ok("POST", "rest/api/3/bulk/issues/delete", body).await["taskId"]);
    let running = site.get(&format!("rest/api/3/bulk/queue/{task}")).await;
    assert_eq!(running["status"], "RUNNING");
    site.handle().clock().advance(Duration::from_secs(1));
    let done = site.get(&format!("rest/api/3/bulk/queue/{task}")).await;
    assert_eq!(done["status"], "COMPLETE");
    assert_eq!(done["processedAccessibleIssues"].as_array().unwrap().len(), 2);
    assert_eq!(done["invalidOrInaccessibleIssueCount"], 1);
    assert_eq!(site.handle().inspect(|state| state.issues.len()), 0);
    let unknown = site.send("GET", "rest/api/3/bulk/queue/1", None).await;
    assert_eq!(unknown.1["httpStatusCode"], json!({ "empty": false, "present": true }));
}

fn bulk_move(target: &str, issue: &str) -> Value {
    json!({ "sendBulkNotification": false, "targetToSourcesMapping": { target: {
        "inferClassificationDefaults": true, "inferFieldDefaults": true, "inferStatusDefaults": true,
        "inferSubtaskTypeDefault": true, "issueIdsOrKeys": [issue],
    } } })
}

#[tokio::test]
async fn task_becomes_a_subtask_and_keeps_its_key() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    site.issue(&project, "child").await;
    site.issue(&project, "parent").await;
    let target = format!("SEA,{},SEA-2", issue_type(&site, "Sub-task").await);
    site.ok("POST", "rest/api/3/bulk/issues/move", bulk_move(&target, "SEA-1")).await;
    let child = site.get("rest/api/3/issue/SEA-1?expand=changelog").await;
    assert_eq!(child["fields"]["issuetype"]["name"], "Sub-task");
    assert_eq!(child["fields"]["parent"]["key"], "SEA-2");
    let items = &child["changelog"]["histories"][0]["items"];
    assert_eq!(each(items, "field"), ["issuetype", "IssueParentAssociation"]);
}

#[tokio::test]
async fn issue_that_leaves_its_project_is_found_by_its_old_key() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    site.project("LAND").await;
    let id = site.issue(&project, "s").await;
    let target = format!("LAND,{}", issue_type(&site, "Task").await);
    site.ok("POST", "rest/api/3/bulk/issues/move", bulk_move(&target, &id)).await;
    assert_eq!(site.get("rest/api/3/issue/SEA-1?fields=summary").await["key"], "LAND-1");
    site.issue(&project, "next").await;
    assert_eq!(site.get("rest/api/3/issue/SEA-2?fields=summary").await["key"], "SEA-2");
}
