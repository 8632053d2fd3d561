//! Issue types, priorities, resolutions, statuses, link types.

use serde_json::json;

use crate::support::{TestSite, each, text};

#[tokio::test]
async fn new_issue_type_joins_the_projects_of_the_default_scheme() {
    let site = TestSite::empty().await;
    site.project("SEA").await;
    let leak = site.ok("POST", "rest/api/3/issuetype", json!({ "name": "Leak", "type": "subtask" })).await;
    assert_eq!((&leak["subtask"], &leak["hierarchyLevel"]), (&json!(true), &json!(-1)));
    let project = site.get("rest/api/3/project/SEA").await;
    assert!(each(&project["issueTypes"], "name").contains(&&json!("Leak")));
    site.refused("POST", "rest/api/3/issuetype", json!({ "name": "leak" }), 409).await;
    site.refused("POST", "rest/api/3/issuetype", json!({ "name": "Saga", "hierarchyLevel": 1 }), 400).await;
}

#[tokio::test]
async fn used_issue_type_needs_an_alternative_to_be_deleted() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let issue = site.issue(&project, "Leak").await;
    let types = site.get("rest/api/3/issuetype").await;
    let id = |name: &str| text(&types.as_array().unwrap().iter().find(|kind| kind["name"] == name).unwrap()["id"]);
    site.refused("DELETE", &format!("rest/api/3/issuetype/{}", id("Task")), json!(null), 409).await;
    let path = format!("rest/api/3/issuetype/{}?alternativeIssueTypeId={}", id("Task"), id("Bug"));
    site.ok("DELETE", &path, json!(null)).await;
    let issue = site.get(&format!("rest/api/3/issue/{issue}")).await;
    assert_eq!(issue["fields"]["issuetype"]["name"], "Bug");
}

#[tokio::test]
async fn priorities_are_listed_in_their_order_with_one_default() {
    let site = TestSite::empty().await;
    let id =
        text(&site.ok("POST", "rest/api/3/priority", json!({ "name": "Mayday", "statusColor": "#f00" })).await["id"]);
    site.ok("PUT", "rest/api/3/priority/move", json!({ "ids": [id], "position": "First" })).await;
    site.ok("PUT", "rest/api/3/priority/default", json!({ "id": id })).await;
    let page = site.get("rest/api/3/priority/search").await;
    assert_eq!(each(&page["values"], "name"), ["Mayday", "Highest", "High", "Medium", "Low", "Lowest"]);
    assert_eq!(each(&page["values"], "isDefault"), [true, false, false, false, false, false]);
    site.refused("PUT", "rest/api/3/priority/move", json!({ "ids": ["77"], "position": "First" }), 400).await;
}

#[tokio::test]
async fn resolutions_keep_the_order_they_are_put_in() {
    let site = TestSite::empty().await;
    let id = text(&site.ok("POST", "rest/api/3/resolution", json!({ "name": "Sunk" })).await["id"]);
    let first = text(&site.get("rest/api/3/resolution/search").await["values"][0]["id"]);
    site.ok("PUT", "rest/api/3/resolution/move", json!({ "ids": [id], "after": first })).await;
    let page = site.get("rest/api/3/resolution/search").await;
    assert_eq!(each(&page["values"], "name"), ["Done", "Sunk", "Won't Do", "Duplicate", "Cannot Reproduce"]);
}

#[tokio::test]
async fn statuses_are_created_all_or_none_and_shown_by_both_lists_once_used() {
    let site = TestSite::empty().await;
    let status = |name: &str| json!({ "name": name, "statusCategory": "DONE" });
    let body = |names: [&str; 2]| json!({ "scope": { "type": "GLOBAL" }, "statuses": names.map(status) });
    site.refused("POST", "rest/api/3/statuses", body(["Docked", "to do"]), 409).await;
    assert_eq!(site.get("rest/api/3/statuses/search").await["total"], 3);
    site.ok("POST", "rest/api/3/statuses", body(["Docked", "Sunk"])).await;
    assert_eq!(site.get("rest/api/3/statuses/search").await["total"], 5);
    let listed = site.get("rest/api/3/status").await;
    assert_eq!(each(&listed, "name"), ["To Do", "In Progress", "Done"]);
}

#[tokio::test]
async fn deleted_link_type_takes_its_links_along() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let (one, two) = (site.issue(&project, "One").await, site.issue(&project, "Two").await);
    let types = site.get("rest/api/3/issueLinkType").await;
    let blocks = text(&types["issueLinkTypes"][0]["id"]);
    let link = json!({ "type": { "id": blocks }, "inwardIssue": { "id": one }, "outwardIssue": { "id": two } });
    site.ok("POST", "rest/api/3/issueLink", link).await;
    site.ok("DELETE", &format!("rest/api/3/issueLinkType/{blocks}"), json!(null)).await;
    let issue = site.get(&format!("rest/api/3/issue/{one}")).await;
    assert_eq!(issue["fields"]["issuelinks"], json!([]));
}
