//! Custom fields, contexts, options, defaults, screens.

use serde_json::{Value, json};

use crate::support::{TestSite, each, text};

const TYPES: &str = "com.atlassian.jira.plugin.system.customfieldtypes";

async fn field(site: &TestSite, kind: &str) -> String {
    let body = json!({ "name": "Cargo", "type": format!("{TYPES}:{kind}") });
    text(&site.ok("POST", "rest/api/3/field", body).await["id"])
}

async fn global_context(site: &TestSite, field: &str) -> String {
    let contexts = site.get(&format!("rest/api/3/field/{field}/context")).await;
    assert_eq!(each(&contexts["values"], "isGlobalContext"), [true]);
    text(&contexts["values"][0]["id"])
}

#[tokio::test]
async fn field_is_born_with_one_global_context_that_cannot_be_narrowed_or_deleted() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let field = field(&site, "select").await;
    let context = global_context(&site, &field).await;
    let base = format!("rest/api/3/field/{field}/context");
    site.refused("DELETE", &format!("{base}/{context}"), json!(null), 400).await;
    site.refused("PUT", &format!("{base}/{context}/project"), json!({ "projectIds": [project] }), 400).await;
    site.refused("POST", &base, json!({ "name": "Another for all" }), 409).await;
    site.ok("POST", &base, json!({ "name": "At sea", "projectIds": [project] })).await;
    let mapping = site.get(&format!("{base}/projectmapping")).await;
    assert_eq!(mapping["values"][0], json!({ "contextId": context, "isGlobalContext": true }));
    assert_eq!(mapping["values"][1]["projectId"], json!(project));
}

#[tokio::test]
async fn options_are_made_all_or_none_with_children_and_an_order() {
    let site = TestSite::empty().await;
    let field = field(&site, "cascadingselect").await;
    let context = global_context(&site, &field).await;
    let path = format!("rest/api/3/field/{field}/context/{context}/option");
    let values = |values: &[&str]| json!({ "options": values.iter().map(|value| json!({ "value": value })).collect::<Vec<Value>>() });
    site.refused("POST", &path, values(&["Grain", "Grain"]), 400).await;
    assert_eq!(site.get(&path).await["total"], 0);
    let made = site.ok("POST", &path, values(&["Grain", "Ore"])).await;
    let (grain, ore) = (text(&made["options"][0]["id"]), text(&made["options"][1]["id"]));
    site.ok("POST", &path, json!({ "options": [{ "value": "Ore", "optionId": grain }] })).await;
    site.ok("PUT", &format!("{path}/move"), json!({ "customFieldOptionIds": [ore], "position": "First" })).await;
    let page = site.get(&path).await;
    assert_eq!(each(&page["values"], "value"), ["Ore", "Grain", "Ore"]);
    assert_eq!(page["values"][2]["optionId"], json!(grain));
    site.ok("DELETE", &format!("{path}/{grain}"), json!(null)).await;
    assert_eq!(each(&site.get(&path).await["values"], "value"), ["Ore"]);
    let many: Vec<String> = (0..1001).map(|number| number.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    site.refused("POST", &path, values(&many), 400).await;
}

#[tokio::test]
async fn default_value_names_an_option_of_its_context() {
    let site = TestSite::empty().await;
    let field = field(&site, "select").await;
    let context = global_context(&site, &field).await;
    let options = format!("rest/api/3/field/{field}/context/{context}/option");
    let made = site.ok("POST", &options, json!({ "options": [{ "value": "Grain" }] })).await;
    let path = format!("rest/api/3/field/{field}/context/defaultValue");
    let default = |option: &Value| json!({ "defaultValues": [{ "type": "option.single", "contextId": context, "optionId": option }] });
    site.refused("PUT", &path, default(&json!("1")), 400).await;
    site.ok("PUT", &path, default(&made["options"][0]["id"])).await;
    let value = &site.get(&path).await["values"][0];
    assert_eq!(value, &json!({ "type": "option.single", "contextId": context, "optionId": made["options"][0]["id"] }));
}

#[tokio::test]
async fn new_field_can_be_filled_in_once_it_is_on_the_screen() {
    let site = TestSite::empty().await;
    let project = site.project("SEA").await;
    let field = field(&site, "float").await;
    let types = site.get("rest/api/3/project/SEA").await["issueTypes"].clone();
    let task = types.as_array().unwrap().iter().find(|kind| kind["name"] == "Task").unwrap()["id"].clone();
    let create = json!({ "fields": {
        "project": { "id": project }, "issuetype": { "id": task }, "summary": "Load", (field.clone()): 12.5,
    } });
    site.refused("POST", "rest/api/3/issue", create.clone(), 400).await;
    site.ok("POST", &format!("rest/api/3/screens/addToDefault/{field}"), json!({})).await;
    site.refused("POST", &format!("rest/api/3/screens/addToDefault/{field}"), json!({}), 400).await;
    let issue = text(&site.ok("POST", "rest/api/3/issue", create).await["id"]);
    assert_eq!(site.get(&format!("rest/api/3/issue/{issue}")).await["fields"][field], json!(12.5));
}

#[tokio::test]
async fn locked_fields_can_only_be_matched() {
    let site = TestSite::empty().await;
    let page = site.get("rest/api/3/field/search?query=Sprint&expand=isLocked").await;
    assert_eq!(page["values"][0]["isLocked"], json!(true));
    let id = text(&page["values"][0]["id"]);
    site.refused("PUT", &format!("rest/api/3/field/{id}"), json!({ "name": "Watch" }), 400).await;
}
