//! Workflows, workflow schemes, and issues that follow them.

use serde_json::{Value, json};

use crate::support::{TestSite, each, text};

fn payload(statuses: &Value, transitions: &[(&str, &str, &str, usize)]) -> Value {
    let statuses = statuses["values"].as_array().unwrap();
    let declared: Vec<Value> = statuses
        .iter()
        .map(|status| {
            json!({
                "id": status["id"], "name": status["name"], "statusCategory": status["statusCategory"],
                "statusReference": status["id"],
            })
        })
        .collect();
    let used: Vec<Value> =
        statuses.iter().map(|status| json!({ "statusReference": status["id"], "properties": {} })).collect();
    let transitions: Vec<Value> = transitions
        .iter()
        .map(|(id, name, kind, to)| {
            json!({ "id": id, "name": name, "type": kind, "toStatusReference": statuses[*to]["id"], "links": [] })
        })
        .collect();
    json!({
        "scope": { "type": "GLOBAL" },
        "statuses": declared,
        "workflows": [{ "name": "Harbour", "statuses": used, "transitions": transitions }],
    })
}

#[tokio::test]
async fn new_projects_follow_the_workflow_of_their_scheme() {
    let site = TestSite::empty().await;
    let statuses = site.get("rest/api/3/statuses/search").await;
    let open = payload(
        &statuses,
        &[("1", "Create", "INITIAL", 1), ("11", "A", "GLOBAL", 0), ("21", "B", "GLOBAL", 1), ("31", "C", "GLOBAL", 2)],
    );
    site.ok("POST", "rest/api/3/workflows/create", open).await;
    let scheme =
        site.ok("POST", "rest/api/3/workflowscheme", json!({ "name": "Harbours", "defaultWorkflow": "Harbour" })).await;
    let project = json!({
        "key": "SEA", "name": "Sea", "projectTypeKey": "software", "leadAccountId": site.me().await, "workflowScheme": scheme["id"],
    });
    let project = text(&site.ok("POST", "rest/api/3/project", project).await["id"]);
    let issue = site.issue(&project, "Leak").await;
    assert_eq!(site.get(&format!("rest/api/3/issue/{issue}")).await["fields"]["status"]["name"], "In Progress");
    let possible = site.get(&format!("rest/api/3/issue/{issue}/transitions")).await;
    assert_eq!(each(&possible["transitions"], "name"), ["A", "B", "C"]);
    let assignment = json!({ "projectId": project, "workflowSchemeId": text(&scheme["id"]) });
    site.refused("PUT", "rest/api/3/workflowscheme/project", assignment, 400).await;
}

#[tokio::test]
async fn broken_workflow_is_refused_with_everything_that_is_wrong() {
    let site = TestSite::empty().await;
    let statuses = site.get("rest/api/3/statuses/search").await;
    let broken = payload(&statuses, &[("11", "A", "GLOBAL", 0), ("11", "A", "GLOBAL", 1)]);
    let validation = site.ok("POST", "rest/api/3/workflows/create/validation", json!({ "payload": broken })).await;
    assert_eq!(
        each(&validation["errors"], "code"),
        [
            "INITIAL_TRANSITION_COUNT",
            "TRANSITION_ID_INVALID",
            "NON_UNIQUE_TRANSITION_NAME",
            "STATUS_WITHOUT_INBOUND_TRANSITION",
        ]
    );
    let refusal = site.refused("POST", "rest/api/3/workflows/create", broken, 400).await;
    assert_eq!(refusal["errorMessages"].as_array().unwrap().len(), 4);
    assert_eq!(site.get("rest/api/3/workflows/search").await["total"], 1);
}
