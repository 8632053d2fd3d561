//! Operations on issues and what hangs on them.

use serde_json::{Value, json};

use super::driver::Driver;
use crate::support::text;

/// Two issues of a project, by id.
struct Pair {
    one: String,
    two: String,
}

/// Drives everything about issues.
pub(crate) async fn drive(driver: &mut Driver<'_>) {
    let project = driver.site.project("TUG").await;
    let pair = issues(driver, &project).await;
    search(driver, &pair).await;
    comments(driver, &pair.one).await;
    worklogs(driver, &pair.one).await;
    properties(driver, &pair.one).await;
    people(driver, &pair.one).await;
    links(driver, &pair).await;
    remote_links(driver, &pair.one).await;
    attachments(driver, &pair.one).await;
    changes(driver, &project, &pair).await;
    driver.delete("/rest/api/3/issue/{issueIdOrKey}?deleteSubtasks=true", &[&pair.two]).await;
}

fn document(words: &str) -> Value {
    let text = json!({ "type": "text", "text": words });
    json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [text] }] })
}

async fn task_type(driver: &Driver<'_>) -> Value {
    let types = driver.site.get("rest/api/3/issuetype").await;
    types.as_array().unwrap().iter().find(|kind| kind["name"] == "Task").unwrap()["id"].clone()
}

async fn issues(driver: &mut Driver<'_>, project: &str) -> Pair {
    let task = task_type(driver).await;
    let types = "/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes";
    driver.get(types, &["TUG"]).await;
    driver.get("/rest/api/3/user/assignable/search?project=TUG", &[]).await;
    driver.refused("GET", "/rest/api/3/user/assignable/search", &[], None, 400).await;
    driver.get(&format!("{types}/{{issueTypeId}}"), &["TUG", &text(&task)]).await;
    let fields = |summary: &str| json!({ "project": { "id": project }, "issuetype": { "id": task }, "summary": summary, "description": document("Pull") });
    let body = json!({ "fields": fields("One"), "properties": [{ "key": "rope", "value": 3 }] });
    let one = text(&driver.post("/rest/api/3/issue", &[], body).await["id"]);
    driver.refused("POST", "/rest/api/3/issue", &[], Some(json!({ "fields": { "summary": "No project" } })), 400).await;
    let several =
        json!({ "issueUpdates": [{ "fields": fields("Two") }, { "fields": { "project": { "id": project } } }] });
    let made = driver.post("/rest/api/3/issue/bulk", &[], several).await;
    let two = text(&made["issues"][0]["id"]);
    let path = "/rest/api/3/issue/{issueIdOrKey}";
    driver.get(&format!("{path}?expand=names,schema,changelog,transitions&properties=rope"), &[&one]).await;
    let edit = json!({ "fields": { "labels": ["towed"], "priority": { "id": "1" } }, "update": { "summary": [{ "set": "First" }] } });
    driver.put(path, &[&one], edit).await;
    driver.refused("PUT", path, &[&one], Some(json!({ "fields": { "unknown": 1 } })), 400).await;
    driver.refused("GET", path, &["TUG-99"], None, 404).await;
    let possible = driver.get("/rest/api/3/issue/{issueIdOrKey}/transitions", &[&one]).await;
    let transition = json!({ "transition": { "id": possible["transitions"][1]["id"] } });
    driver.post("/rest/api/3/issue/{issueIdOrKey}/transitions", &[&one], transition).await;
    let body = json!({ "issueIdsOrKeys": [one, two, "1"], "fields": ["*all"], "properties": ["rope"] });
    driver.post("/rest/api/3/issue/bulkfetch", &[], body).await;
    Pair { one, two }
}

async fn search(driver: &mut Driver<'_>, pair: &Pair) {
    driver.get("/rest/api/3/search/jql?jql=project%20%3D%20TUG&fields=summary", &[]).await;
    let number: u64 = pair.one.parse().unwrap();
    let body =
        json!({ "jql": "project = TUG ORDER BY id", "fields": ["*all"], "maxResults": 1, "reconcileIssues": [number] });
    driver.post("/rest/api/3/search/jql", &[], body).await;
    driver.refused("POST", "/rest/api/3/search/jql", &[], Some(json!({ "jql": "ORDER BY id" })), 400).await;
    driver.post("/rest/api/3/search/approximate-count", &[], json!({ "jql": "project = TUG" })).await;
    driver.get("/rest/api/3/issue/{issueIdOrKey}/changelog", &[&pair.one]).await;
    let body = json!({ "issueIdsOrKeys": [pair.one, pair.two], "maxResults": 10 });
    driver.post("/rest/api/3/changelog/bulkfetch", &[], body).await;
}

/// Drives the properties of an entity whose operations begin with `path`.
async fn entity_properties(driver: &mut Driver<'_>, path: &str, values: &[&str]) {
    let one = format!("{path}/{{propertyKey}}");
    let with_key: Vec<&str> = values.iter().copied().chain(["knots"]).collect();
    driver.put(&one, &with_key, json!({ "speed": 12 })).await;
    driver.put(&one, &with_key, json!(12)).await;
    driver.get(path, values).await;
    driver.get(&one, &with_key).await;
    driver.delete(&one, &with_key).await;
    driver.refused("GET", &one, &with_key, None, 404).await;
}

async fn properties(driver: &mut Driver<'_>, issue: &str) {
    entity_properties(driver, "/rest/api/3/issue/{issueIdOrKey}/properties", &[issue]).await;
}

async fn comments(driver: &mut Driver<'_>, issue: &str) {
    let path = "/rest/api/3/issue/{issueIdOrKey}/comment";
    let one = format!("{path}/{{id}}");
    let visibility = json!({ "type": "group", "value": "site-admins" });
    let body = json!({ "body": document("Aye"), "visibility": visibility, "properties": [{ "key": "a", "value": 1 }] });
    let id = text(&driver.post(path, &[issue], body).await["id"]);
    driver.refused("POST", path, &[issue], Some(json!({ "body": "no document" })), 400).await;
    driver.get(&format!("{path}?expand=properties&orderBy=-created"), &[issue]).await;
    driver.get(&one, &[issue, &id]).await;
    driver.put(&format!("{one}?notifyUsers=false"), &[issue, &id], json!({ "body": document("Aye aye") })).await;
    let number: u64 = id.parse().unwrap();
    driver.post("/rest/api/3/comment/list?expand=properties", &[], json!({ "ids": [number] })).await;
    entity_properties(driver, "/rest/api/3/comment/{commentId}/properties", &[&id]).await;
    driver.delete(&one, &[issue, &id]).await;
}

async fn worklogs(driver: &mut Driver<'_>, issue: &str) {
    let path = "/rest/api/3/issue/{issueIdOrKey}/worklog";
    let one = format!("{path}/{{id}}");
    let body =
        json!({ "started": "2026-02-28T08:00:00.000+0000", "timeSpentSeconds": 3600, "comment": document("Towed") });
    let id = text(&driver.post(&format!("{path}?notifyUsers=false&adjustEstimate=leave"), &[issue], body).await["id"]);
    let wrong = json!({ "started": "yesterday", "timeSpentSeconds": 3600 });
    driver.refused("POST", path, &[issue], Some(wrong), 400).await;
    driver.get(path, &[issue]).await;
    driver.get(&one, &[issue, &id]).await;
    driver.put(&one, &[issue, &id], json!({ "timeSpentSeconds": 7200 })).await;
    entity_properties(driver, &format!("{path}/{{worklogId}}/properties"), &[issue, &id]).await;
    let number: u64 = id.parse().unwrap();
    driver.post("/rest/api/3/worklog/list", &[], json!({ "ids": [number] })).await;
    driver.site.handle().clock().advance(std::time::Duration::from_mins(2));
    driver.get("/rest/api/3/worklog/updated?since=0", &[]).await;
    driver.delete(&one, &[issue, &id]).await;
    driver.site.handle().clock().advance(std::time::Duration::from_mins(2));
    driver.get("/rest/api/3/worklog/deleted?since=0", &[]).await;
}

async fn people(driver: &mut Driver<'_>, issue: &str) {
    let me = driver.site.me().await;
    let watchers = "/rest/api/3/issue/{issueIdOrKey}/watchers";
    driver.post(watchers, &[issue], json!(me)).await;
    driver.get(watchers, &[issue]).await;
    driver.delete(&format!("{watchers}?accountId={{me}}"), &[issue, &me]).await;
    let votes = "/rest/api/3/issue/{issueIdOrKey}/votes";
    driver.post(votes, &[issue], Value::Null).await;
    driver.get(votes, &[issue]).await;
    driver.delete(votes, &[issue]).await;
}

async fn links(driver: &mut Driver<'_>, pair: &Pair) {
    let body =
        json!({ "type": { "name": "Blocks" }, "inwardIssue": { "id": pair.one }, "outwardIssue": { "id": pair.two } });
    driver.post("/rest/api/3/issueLink", &[], body).await;
    let issue = driver.get("/rest/api/3/issue/{issueIdOrKey}", &[&pair.one]).await;
    let link = text(&issue["fields"]["issuelinks"][0]["id"]);
    driver.get("/rest/api/3/issueLink/{linkId}", &[&link]).await;
    driver.delete("/rest/api/3/issueLink/{linkId}", &[&link]).await;
}

async fn remote_links(driver: &mut Driver<'_>, issue: &str) {
    let path = "/rest/api/3/issue/{issueIdOrKey}/remotelink";
    let one = format!("{path}/{{linkId}}");
    let body = json!({
        "globalId": "chart=7", "relationship": "is charted in", "application": { "name": "Charts", "type": "org.example" },
        "object": { "url": "https://charts.example.org/7", "title": "Chart 7", "summary": "North" },
    });
    let id = text(&driver.post(path, &[issue], body.clone()).await["id"]);
    driver.post(path, &[issue], body.clone()).await;
    driver.get(path, &[issue]).await;
    driver.get(&one, &[issue, &id]).await;
    driver.put(&one, &[issue, &id], body.clone()).await;
    driver.delete(&one, &[issue, &id]).await;
    driver.post(path, &[issue], body).await;
    driver.delete(&format!("{path}?globalId={{id}}"), &[issue, "chart=7"]).await;
}

async fn attachments(driver: &mut Driver<'_>, issue: &str) {
    driver.get("/rest/api/3/attachment/meta", &[]).await;
    let path = "/rest/api/3/issue/{issueIdOrKey}/attachments";
    let answer = driver.upload(path, &[issue], "海図.txt", b"40 m").await;
    let id = text(&answer[0]["id"]);
    driver.get("/rest/api/3/attachment/{id}", &[&id]).await;
    driver.get("/rest/api/3/attachment/content/{id}?redirect=false", &[&id]).await;
    driver.delete("/rest/api/3/attachment/{id}", &[&id]).await;
}

async fn changes(driver: &mut Driver<'_>, project: &str, pair: &Pair) {
    let types = driver.site.get("rest/api/3/issuetype").await;
    let subtask = types.as_array().unwrap().iter().find(|kind| kind["subtask"] == true).unwrap();
    let target = format!("{project},{},{}", text(&subtask["id"]), pair.two);
    let mapping = json!({
        "issueIdsOrKeys": [pair.one], "inferClassificationDefaults": true, "inferFieldDefaults": true, "inferStatusDefaults": true,
        "inferSubtaskTypeDefault": true,
    });
    let body = json!({ "sendBulkNotification": false, "targetToSourcesMapping": { (target): mapping } });
    let task = text(&driver.post("/rest/api/3/bulk/issues/move", &[], body).await["taskId"]);
    driver.get("/rest/api/3/bulk/queue/{taskId}", &[&task]).await;
    let body = json!({ "selectedIssueIdsOrKeys": [pair.one], "sendBulkNotification": false });
    driver.post("/rest/api/3/bulk/issues/delete", &[], body).await;
}
