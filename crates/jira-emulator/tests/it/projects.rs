//! Projects, their keys and names, the recycle bin, roles, versions, components.

use serde_json::json;

use crate::support::{TestSite, each, text};

#[tokio::test]
async fn keys_and_names_stay_taken_in_the_recycle_bin_until_it_is_emptied() {
    let site = TestSite::empty().await;
    site.project("SEA").await;
    site.ok("DELETE", "rest/api/3/project/SEA", json!(null)).await;
    let again =
        json!({ "key": "SEA", "name": "Project SEA", "projectTypeKey": "software", "leadAccountId": site.me().await });
    let refusal = site.refused("POST", "rest/api/3/project", again.clone(), 400).await;
    insta::assert_json_snapshot!(refusal, @r#"
    {
      "errorMessages": [],
      "errors": {
        "projectKey": "Project 'Project SEA' uses this project key.",
        "projectName": "A project with that name already exists."
      }
    }
    "#);
    assert_eq!(site.get("rest/api/3/project/search").await["total"], 0);
    assert_eq!(site.get("rest/api/3/project/search?status=deleted").await["total"], 1);
    site.ok("DELETE", "rest/api/3/project/SEA?enableUndo=false", json!(null)).await;
    site.ok("POST", "rest/api/3/project", again).await;
}

#[tokio::test]
async fn former_key_leads_to_the_project_until_it_is_released() {
    let site = TestSite::empty().await;
    let id = site.project("SEA").await;
    site.ok("PUT", "rest/api/3/project/SEA", json!({ "key": "MER" })).await;
    assert_eq!(site.get("rest/api/3/project/SEA").await["key"], "MER");
    let list = site.get("rest/api/3/project/search?expand=projectKeys").await;
    assert_eq!(list["values"][0]["projectKeys"], json!(["MER", "SEA"]));
    site.ok("PUT", &format!("rest/api/3/project/{id}"), json!({ "releasedProjectKeys": ["SEA"], "name": "Mer" })).await;
    site.refused("GET", "rest/api/3/project/SEA", json!(null), 404).await;
    site.project("SEA").await;
}

#[tokio::test]
async fn project_in_the_bin_takes_its_issues_along_and_deletion_leaves_one_record() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let issue = site.issue(&project, "Leak").await;
    site.ok("DELETE", "rest/api/3/project/SEA", json!(null)).await;
    site.refused("GET", &format!("rest/api/3/issue/{issue}"), json!(null), 404).await;
    site.ok("POST", "rest/api/3/project/SEA/restore", json!(null)).await;
    site.get(&format!("rest/api/3/issue/{issue}")).await;
    site.ok("DELETE", "rest/api/3/project/SEA?enableUndo=false", json!(null)).await;
    assert_eq!(site.handle().inspect(|state| state.issues.len()), 0);
    let records = site.get("rest/api/3/auditing/record").await;
    assert_eq!(each(&records["records"], "summary")[0], "Project deleted");
    assert_eq!(site.get("rest/api/3/auditing/record?filter=deleted issue SEA-").await["total"], 0);
}

#[tokio::test]
async fn template_brings_a_board_and_excludes_schemes() {
    let site = TestSite::empty().await;
    let template = "com.pyxis.greenhopper.jira:gh-simplified-scrum-classic";
    let body = json!({ "key": "SEA", "name": "Sea", "projectTemplateKey": template, "leadAccountId": site.me().await });
    let mut with_scheme = body.clone();
    with_scheme["workflowScheme"] = site.get("rest/api/3/workflowscheme").await["values"][0]["id"].clone();
    site.refused("POST", "rest/api/3/project", with_scheme, 400).await;
    site.ok("POST", "rest/api/3/project", body).await;
    let boards = site.get("rest/agile/1.0/board?projectKeyOrId=SEA").await;
    assert_eq!(boards["values"][0]["type"], "scrum");
    assert_eq!(boards["values"][0]["location"]["projectKey"], "SEA");
}

#[tokio::test]
async fn role_actors_are_added_once_set_as_a_whole_and_removed() {
    let site = TestSite::empty().await;
    let (project, me) = (site.project("SEA").await, site.me().await);
    let roles = site.get(&format!("rest/api/3/project/{project}/role")).await;
    let role = text(&roles["Developers"]);
    let path = role.split_once("/rest/").map(|(_, path)| format!("rest/{path}")).unwrap();
    site.ok("POST", &path, json!({ "user": [me] })).await;
    site.refused("POST", &path, json!({ "user": [me] }), 400).await;
    site.refused("POST", &path, json!({ "user": ["nobody"] }), 404).await;
    let set = json!({ "categorisedActors": { "atlassian-group-role-actor": ["site-admins"] } });
    let role = site.ok("PUT", &path, set).await;
    assert_eq!(each(&role["actors"], "name"), ["site-admins"]);
    let group = text(&role["actors"][0]["actorGroup"]["groupId"]);
    site.ok("DELETE", &format!("{path}?groupId={group}"), json!(null)).await;
    assert_eq!(site.get(&path).await["actors"], json!([]));
    let apps = text(&roles["atlassian-addons-project-access"]);
    let apps = apps.split_once("/rest/").map(|(_, path)| format!("rest/{path}")).unwrap();
    site.refused("POST", &apps, json!({ "user": [me] }), 400).await;
}

#[tokio::test]
async fn versions_keep_the_order_they_are_put_in() {
    let site = TestSite::empty().await;
    let project: u64 = site.project("SEA").await.parse().unwrap();
    let mut addresses = Vec::new();
    for name in ["1", "2", "3"] {
        let version = site.ok("POST", "rest/api/3/version", json!({ "projectId": project, "name": name })).await;
        addresses.push((text(&version["id"]), text(&version["self"])));
    }
    site.refused("POST", "rest/api/3/version", json!({ "projectId": project, "name": "3" }), 400).await;
    let shift = format!("rest/api/3/version/{}/move", addresses[0].0);
    for (place, expected) in [
        (json!({ "after": addresses[2].1 }), ["2", "3", "1"]),
        (json!({ "position": "Earlier" }), ["2", "1", "3"]),
        (json!({ "position": "First" }), ["1", "2", "3"]),
    ] {
        site.ok("POST", &shift, place).await;
        assert_eq!(each(&site.get("rest/api/3/project/SEA/versions").await, "name"), expected);
    }
}

#[tokio::test]
async fn deleted_component_is_replaced_on_its_issues() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let component = async |name: &str| {
        text(&site.ok("POST", "rest/api/3/component", json!({ "project": "SEA", "name": name })).await["id"])
    };
    let (hull, keel) = (component("Hull").await, component("Keel").await);
    let issue = site.issue(&project, "Leak").await;
    let path = format!("rest/api/3/issue/{issue}");
    site.ok("PUT", &path, json!({ "fields": { "components": [{ "id": hull }] } })).await;
    site.ok("DELETE", &format!("rest/api/3/component/{hull}?moveIssuesTo={keel}"), json!(null)).await;
    assert_eq!(each(&site.get(&path).await["fields"]["components"], "name"), ["Keel"]);
}
