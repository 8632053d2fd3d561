//! Single issues: create, read, edit, delete.

use serde_json::{Value, json};

use crate::support::{TestSite, each, text};

pub(crate) fn document(words: &str) -> Value {
    json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": words }] }] })
}

/// Ids of issue types by name.
pub(crate) async fn issue_type(site: &TestSite, name: &str) -> String {
    let types = site.get("rest/api/3/issuetype").await;
    let found = types.as_array().unwrap().iter().find(|issue_type| issue_type["name"] == name).unwrap();
    text(&found["id"])
}

#[tokio::test]
async fn new_issue_has_what_the_site_gives_it() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let id = site.issue(&project, "Mend the net").await;
    let issue = site.get(&format!("rest/api/3/issue/{id}")).await;
    let fields = &issue["fields"];
    assert_eq!(issue["key"], "SEA-1");
    assert_eq!(issue["id"], id);
    assert_eq!(issue["self"], site.handle().url().join(&format!("rest/api/3/issue/{id}")).unwrap().as_str());
    assert_eq!(fields["status"]["name"], "To Do");
    assert_eq!(fields["priority"]["name"], "Medium");
    assert_eq!(fields["created"], "2026-03-01T09:00:00.000+0000");
    assert_eq!(fields["reporter"]["accountId"], site.me().await);
    for empty in ["description", "resolution", "duedate", "security"] {
        assert!(fields[empty].is_null() && fields.get(empty).is_some(), "{empty}");
    }
    assert_eq!(fields["comment"]["total"], 0);
    assert!(fields.get("parent").is_none(), "an issue without parent does not show one");
}

#[tokio::test]
async fn failed_creates_take_no_number_and_deletion_gives_none_back() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let first = site.issue(&project, "one").await;
    let fields = json!({ "project": { "key": "SEA" }, "issuetype": { "name": "Task" } });
    let refusal = site.refused("POST", "rest/api/3/issue", json!({ "fields": fields }), 400).await;
    assert_eq!(refusal["errors"]["summary"], "You must specify a summary of the issue.");
    site.issue(&project, "two").await;
    assert_eq!(site.send("DELETE", "rest/api/3/issue/sea-2", None).await.0, 204);
    let third = site.issue(&project, "three").await;
    assert_eq!(site.get(&format!("rest/api/3/issue/{third}?fields=summary")).await["key"], "SEA-3");
    let gone = site.send("GET", "rest/api/3/issue/SEA-2", None).await;
    assert_eq!(gone.0, 404);
    assert_eq!(gone.1["errorMessages"][0], "Issue does not exist or you do not have permission to see it.");
    assert_ne!(first, third);
}

#[tokio::test]
async fn deleted_issue_is_in_the_audit_log_by_its_key() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    site.issue(&project, "one").await;
    site.send("DELETE", "rest/api/3/issue/SEA-1", None).await;
    let records = site.get("rest/api/3/auditing/record").await["records"].clone();
    let record = records.as_array().unwrap().iter().find(|record| record["category"] == "issue").unwrap();
    assert_eq!(record["objectItem"], json!({ "name": "SEA-1", "typeName": "ISSUE_DELETE" }));
}

#[tokio::test]
async fn create_asks_the_screen_and_edit_does_not() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let field = json!({ "name": "Depth", "type": "com.atlassian.jira.plugin.system.customfieldtypes:float" });
    let field = text(&site.ok("POST", "rest/api/3/field", field).await["id"]);
    let mut fields = json!({ "project": { "id": project }, "issuetype": { "name": "Task" }, "summary": "s" });
    fields[&field] = json!(7);
    let refusal = site.refused("POST", "rest/api/3/issue", json!({ "fields": fields }), 400).await;
    let message = format!("Field '{field}' cannot be set. It is not on the appropriate screen, or unknown.");
    assert_eq!(refusal["errors"][&field], message);
    let id = site.issue(&project, "s").await;
    site.ok("PUT", &format!("rest/api/3/issue/{id}"), json!({ "fields": { &*field: 7 } })).await;
    assert_eq!(site.get(&format!("rest/api/3/issue/{id}")).await["fields"][&field], 7.0);
    site.ok("POST", &format!("rest/api/3/screens/addToDefault/{field}"), json!({})).await;
    site.ok("POST", "rest/api/3/issue", json!({ "fields": fields })).await;
}

#[tokio::test]
async fn every_wrong_value_is_told_by_its_field() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let fields = json!({
        "project": { "id": project }, "issuetype": { "name": "Task" }, "summary": "two\nlines",
        "description": "plain", "environment": { "type": "doc", "version": 1, "content": [{ "type": "blink" }] },
        "assignee": { "accountId": "nobody" }, "labels": ["two words"], "components": [{ "id": "1" }],
        "fixVersions": [{ "name": "1.0" }], "priority": { "id": "99" }, "duedate": "tomorrow", "created": "2020-01-01",
    });
    let refusal = site.refused("POST", "rest/api/3/issue", json!({ "fields": fields }), 400).await;
    insta::assert_json_snapshot!(refusal, @r#"
    {
      "errorMessages": [],
      "errors": {
        "assignee": "User 'nobody' cannot be assigned issues.",
        "components": "Component id '1' is not valid",
        "created": "Field 'created' cannot be set. It is not on the appropriate screen, or unknown.",
        "description": "Operation value must be an Atlassian Document (see the Atlassian Document Format)",
        "duedate": "Error parsing date string: tomorrow",
        "environment": "INVALID_INPUT",
        "fixVersions": "Version name '1.0' is not valid",
        "labels": "The label 'two words' contains spaces which is invalid.",
        "priority": "The priority selected is invalid.",
        "summary": "The summary is invalid because it contains newline characters."
      }
    }
    "#);
}

#[tokio::test]
async fn text_is_limited_by_its_characters() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let id = site.issue(&project, "s").await;
    let path = format!("rest/api/3/issue/{id}");
    site.ok("PUT", &path, json!({ "fields": { "description": document(&"ö".repeat(32_767)) } })).await;
    let long = json!({ "fields": { "description": document(&"ö".repeat(32_768)) } });
    let refusal = site.refused("PUT", &path, long, 400).await;
    assert!(text(&refusal["errors"]["description"]).starts_with("CONTENT_LIMIT_EXCEEDED"));
    let empty = json!({ "fields": { "description": document("") } });
    assert_eq!(site.refused("PUT", &path, empty, 400).await["errors"]["description"], "INVALID_INPUT");
}

#[tokio::test]
async fn subtask_needs_a_parent_in_its_project_and_goes_with_it() {
    let site = TestSite::empty().await;
    let (sea, land) = (site.project("SEA").await, site.project("LAND").await);
    site.issue(&sea, "parent").await;
    let mut fields = json!({ "project": { "id": land }, "issuetype": { "name": "Sub-task" }, "summary": "s" });
    let refusal = site.refused("POST", "rest/api/3/issue", json!({ "fields": fields }), 400).await;
    assert!(text(&refusal["errors"]["issuetype"]).contains("sub-task"));
    fields["parent"] = json!({ "key": "SEA-1" });
    let refusal = site.refused("POST", "rest/api/3/issue", json!({ "fields": fields }), 400).await;
    assert_eq!(refusal["errors"]["parent"], "Sub-tasks must be created in the same project as the parent.");
    fields["project"] = json!({ "id": sea });
    site.ok("POST", "rest/api/3/issue", json!({ "fields": fields })).await;
    let parent = site.get("rest/api/3/issue/SEA-1?fields=subtasks").await;
    assert_eq!(each(&parent["fields"]["subtasks"], "key"), ["SEA-2"]);
    assert_eq!(site.get("rest/api/3/issue/SEA-2").await["fields"]["parent"]["key"], "SEA-1");
    assert_eq!(site.send("DELETE", "rest/api/3/issue/SEA-1", None).await.0, 400);
    assert_eq!(site.send("DELETE", "rest/api/3/issue/SEA-1?deleteSubtasks=true", None).await.0, 204);
    assert_eq!(site.send("GET", "rest/api/3/issue/SEA-2", None).await.0, 404);
}

#[tokio::test]
async fn edit_is_written_into_the_changelog() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let id = site.issue(&project, "before").await;
    site.handle().clock().advance(std::time::Duration::from_mins(1));
    let edit = json!({
        "fields": { "summary": "after", "labels": ["a"], "assignee": null },
        "update": { "labels": [{ "add": "b" }] },
    });
    site.ok("PUT", &format!("rest/api/3/issue/{id}?notifyUsers=false"), edit).await;
    let issue = site.get(&format!("rest/api/3/issue/{id}?expand=changelog")).await;
    assert_eq!(issue["fields"]["updated"], "2026-03-01T09:01:00.000+0000");
    assert_eq!(issue["fields"]["labels"], json!(["a", "b"]));
    let items = &issue["changelog"]["histories"][0]["items"];
    assert_eq!(each(items, "field"), ["summary", "assignee", "labels"]);
    assert_eq!(items[0]["fromString"], "before");
    assert_eq!(items[2]["toString"], "a b");
    assert!(items[0]["from"].is_null());
}

#[tokio::test]
async fn edit_without_any_change_leaves_no_trace() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let id = site.issue(&project, "same").await;
    site.handle().clock().advance(std::time::Duration::from_mins(1));
    site.ok("PUT", &format!("rest/api/3/issue/{id}"), json!({ "fields": { "summary": "same" } })).await;
    let issue = site.get(&format!("rest/api/3/issue/{id}?expand=changelog")).await;
    assert_eq!(issue["changelog"]["total"], 0);
    assert_eq!(issue["fields"]["updated"], issue["fields"]["created"]);
}

#[tokio::test]
async fn only_administrators_keep_jira_from_notifying() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let id = site.issue(&project, "s").await;
    site.handle().alter(|state| state.groups.values_mut().for_each(|group| group.administers = false));
    let refusal =
        site.refused("PUT", &format!("rest/api/3/issue/{id}?notifyUsers=false"), json!({ "fields": {} }), 400).await;
    assert_eq!(
        refusal["errorMessages"][0],
        "To discard the user notification either admin or project admin permissions are required."
    );
}

#[tokio::test]
async fn select_fields_take_options_of_their_own() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let id = site.issue(&project, "s").await;
    let path = format!("rest/api/3/issue/{id}");
    let fields = site.get("rest/api/3/field").await;
    let flagged = fields.as_array().unwrap().iter().find(|field| field["name"] == "Flagged").unwrap();
    let flagged = text(&flagged["id"]);
    site.ok("PUT", &path, json!({ "fields": { &*flagged: [{ "value": "Impediment" }] } })).await;
    assert_eq!(site.get(&path).await["fields"][&flagged][0]["value"], "Impediment");
    let refusal = site.refused("PUT", &path, json!({ "fields": { &*flagged: [{ "id": "1" }] } }), 400).await;
    assert_eq!(refusal["errors"][&flagged], "Option id '1' is not valid");
    site.ok("PUT", &path, json!({ "fields": { &*flagged: null } })).await;
    assert!(site.get(&path).await["fields"][&flagged].is_null());
}

#[tokio::test]
async fn anonymous_callers_find_no_issue() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let id = site.issue(&project, "s").await;
    site.handle().revoke_token(site.handle().admin_token());
    let (status, _) = site.send("GET", &format!("rest/api/3/issue/{id}"), None).await;
    assert_eq!(status, 404);
    let body = json!({ "issueIdsOrKeys": [id], "fields": ["summary"] });
    let answer = site.ok("POST", "rest/api/3/issue/bulkfetch", body).await;
    assert_eq!(answer["issues"], json!([]));
    let (status, _) = site.send("PUT", &format!("rest/api/3/issue/{id}"), Some(json!({ "fields": {} }))).await;
    assert_eq!(status, 401);
}
