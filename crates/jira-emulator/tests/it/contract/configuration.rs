//! Operations on configuration: people, projects, fields, workflows, boards.

use jira_emulator::state::{IdKind, Task, TaskStatus};
use serde_json::{Value, json};

use super::driver::Driver;
use crate::support::text;

/// Drives everything. Later parts use what earlier ones made.
pub(crate) async fn drive(driver: &mut Driver<'_>) {
    site(driver).await;
    let me = people(driver).await;
    roles(driver, &me).await;
    let project = project(driver, &me).await;
    project_roles(driver, &project, &me).await;
    project_contents(driver, &project, &me).await;
    issue_types(driver, &project).await;
    priorities_and_resolutions(driver).await;
    statuses(driver).await;
    link_types(driver).await;
    fields(driver, &project).await;
    screens(driver).await;
    workflows(driver).await;
    filters(driver, &project, &me).await;
    boards(driver, &project).await;
    tasks(driver).await;
    removals(driver).await;
    driver.get("/rest/api/3/auditing/record?limit=5&offset=1", &[]).await;
    end_of_project(driver, &me).await;
}

async fn site(driver: &mut Driver<'_>) {
    driver.get("/rest/api/3/serverInfo", &[]).await;
    driver.get("/rest/api/3/configuration", &[]).await;
    driver.get("/rest/api/3/configuration/timetracking", &[]).await;
    let options = driver.get("/rest/api/3/configuration/timetracking/options", &[]).await;
    driver.put("/rest/api/3/configuration/timetracking/options", &[], options).await;
    driver.get("/rest/api/3/mypermissions?permissions=ADMINISTER,BROWSE_PROJECTS", &[]).await;
    driver.refused("GET", "/rest/api/3/mypermissions", &[], None, 400).await;
    driver.post("/rest/api/3/permissions/project", &[], json!({ "permissions": ["BROWSE_PROJECTS"] })).await;
}

async fn people(driver: &mut Driver<'_>) -> String {
    let me = text(&driver.get("/rest/api/3/myself?expand=groups", &[]).await["accountId"]);
    driver.get("/rest/api/3/users/search?maxResults=2", &[]).await;
    driver.get("/rest/api/3/user?accountId={me}&expand=groups", &[&me]).await;
    driver.refused("GET", "/rest/api/3/user?accountId=nobody", &[], None, 404).await;
    driver.get("/rest/api/3/user/bulk?accountId={me}", &[&me]).await;
    driver.get("/rest/api/3/user/search?query=site", &[]).await;
    let preference = "/rest/api/3/mypreferences?key=user.notifications.mimetype";
    driver.refused("GET", preference, &[], None, 404).await;
    driver.put(preference, &[], json!("text")).await;
    driver.get(preference, &[]).await;
    driver.delete(preference, &[]).await;
    driver.refused("DELETE", preference, &[], None, 404).await;
    let group = driver.post("/rest/api/3/group", &[], json!({ "name": "pilots" })).await;
    let group = text(&group["groupId"]);
    driver.refused("POST", "/rest/api/3/group", &[], Some(json!({ "name": "pilots" })), 400).await;
    driver.get("/rest/api/3/group/bulk", &[]).await;
    driver.post("/rest/api/3/group/user?groupId={group}", &[&group], json!({ "accountId": me })).await;
    driver.get("/rest/api/3/group/member?groupId={group}&includeInactiveUsers=true", &[&group]).await;
    driver.delete("/rest/api/3/group/user?groupId={group}&accountId={me}", &[&group, &me]).await;
    driver.delete("/rest/api/3/group?groupId={group}", &[&group]).await;
    me
}

async fn roles(driver: &mut Driver<'_>, me: &str) {
    driver.get("/rest/api/3/role", &[]).await;
    let body = json!({ "name": "Harbour master", "description": "Says who may moor" });
    let role = text(&driver.post("/rest/api/3/role", &[], body.clone()).await["id"]);
    driver.refused("POST", "/rest/api/3/role", &[], Some(body.clone()), 409).await;
    driver.get("/rest/api/3/role/{id}", &[&role]).await;
    driver.put("/rest/api/3/role/{id}", &[&role], body).await;
    driver.post("/rest/api/3/role/{id}", &[&role], json!({ "name": "Harbour mistress" })).await;
    driver.post("/rest/api/3/role/{id}/actors", &[&role], json!({ "user": [me] })).await;
    driver.get("/rest/api/3/role/{id}/actors", &[&role]).await;
    driver.delete("/rest/api/3/role/{id}/actors?user={me}", &[&role, me]).await;
    driver.delete("/rest/api/3/role/{id}", &[&role]).await;
    let category = json!({ "name": "Sea", "description": "Everything that floats" });
    let id = text(&driver.post("/rest/api/3/projectCategory", &[], category.clone()).await["id"]);
    driver.refused("POST", "/rest/api/3/projectCategory", &[], Some(category.clone()), 409).await;
    driver.get("/rest/api/3/projectCategory", &[]).await;
    driver.get("/rest/api/3/projectCategory/{id}", &[&id]).await;
    driver.put("/rest/api/3/projectCategory/{id}", &[&id], category).await;
    driver.delete("/rest/api/3/projectCategory/{id}", &[&id]).await;
}

async fn project(driver: &mut Driver<'_>, me: &str) -> String {
    let category = driver.post("/rest/api/3/projectCategory", &[], json!({ "name": "Land", "description": "" })).await;
    let category: u64 = text(&category["id"]).parse().unwrap();
    let body = json!({
        "key": "SEA", "name": "Sea", "description": "At sea", "projectTypeKey": "software", "leadAccountId": me,
        "assigneeType": "PROJECT_LEAD", "url": "https://sea.example.com", "categoryId": category,
    });
    let project = text(&driver.post("/rest/api/3/project", &[], body.clone()).await["id"]);
    driver.refused("POST", "/rest/api/3/project", &[], Some(body), 400).await;
    let expand = "description,lead,issueTypes,url,projectKeys,permissions,insight";
    driver
        .get(&format!("/rest/api/3/project/search?status=live&status=archived&status=deleted&expand={expand}"), &[])
        .await;
    driver
        .put("/rest/api/3/project/{projectIdOrKey}", &["SEA"], json!({ "description": "Still at sea", "key": "MER" }))
        .await;
    let property = "/rest/api/3/project/{projectIdOrKey}/properties/{propertyKey}";
    driver.put(property, &[&project, "depth"], json!({ "metres": 40 })).await;
    driver.get(property, &["SEA", "depth"]).await;
    driver.get("/rest/api/3/project/{projectIdOrKey}/properties", &[&project]).await;
    driver.get("/rest/api/3/project/{projectIdOrKey}?properties=*", &["MER"]).await;
    driver.delete(property, &[&project, "depth"]).await;
    driver.refused("GET", property, &[&project, "depth"], None, 404).await;
    project
}

async fn project_roles(driver: &mut Driver<'_>, project: &str, me: &str) {
    let roles = driver.get("/rest/api/3/project/{projectIdOrKey}/role", &[project]).await;
    let role = text(&roles["Developers"]);
    let role = role.rsplit('/').next().unwrap();
    let path = "/rest/api/3/project/{projectIdOrKey}/role/{id}";
    driver.post(path, &[project, role], json!({ "user": [me] })).await;
    driver.refused("POST", path, &[project, role], Some(json!({ "user": [me] })), 400).await;
    driver.get(path, &[project, role]).await;
    let actors = json!({ "categorisedActors": { "atlassian-user-role-actor": [me], "atlassian-group-role-actor": ["site-admins"] } });
    driver.put(path, &[project, role], actors).await;
    driver.get(path, &[project, role]).await;
    driver.delete(&format!("{path}?user={{me}}"), &[project, role, me]).await;
}

async fn project_contents(driver: &mut Driver<'_>, project: &str, me: &str) {
    let component = json!({
        "project": "MER", "name": "Hull", "description": "Below the water", "leadAccountId": me, "assigneeType": "COMPONENT_LEAD",
    });
    let id = text(&driver.post("/rest/api/3/component", &[], component.clone()).await["id"]);
    driver.refused("POST", "/rest/api/3/component", &[], Some(component), 400).await;
    driver.get("/rest/api/3/project/{projectIdOrKey}/components", &[project]).await;
    driver.get("/rest/api/3/project/{projectIdOrKey}/component", &[project]).await;
    driver.get("/rest/api/3/component/{id}", &[&id]).await;
    driver.put("/rest/api/3/component/{id}", &[&id], json!({ "name": "Keel" })).await;
    driver.delete("/rest/api/3/component/{id}", &[&id]).await;
    let number: u64 = project.parse().unwrap();
    let mut versions = Vec::new();
    for name in ["1.0", "2.0"] {
        let version = json!({
            "projectId": number, "name": name, "description": "A voyage", "startDate": "2026-01-05", "releaseDate": "2026-02-05",
        });
        let version = driver.post("/rest/api/3/version", &[], version).await;
        versions.push((text(&version["id"]), version["self"].clone()));
    }
    let (first, second) = (&versions[0], &versions[1]);
    driver.get("/rest/api/3/project/{projectIdOrKey}/versions", &[project]).await;
    driver.get("/rest/api/3/project/{projectIdOrKey}/version", &[project]).await;
    driver.get("/rest/api/3/version/{id}", &[&first.0]).await;
    driver.put("/rest/api/3/version/{id}", &[&first.0], json!({ "released": true, "archived": true })).await;
    driver.post("/rest/api/3/version/{id}/move", &[&first.0], json!({ "after": second.1 })).await;
    driver.post("/rest/api/3/version/{id}/move", &[&first.0], json!({ "position": "First" })).await;
    driver.get("/rest/api/3/project/{projectIdOrKey}", &[project]).await;
    driver.delete("/rest/api/3/version/{id}", &[&second.0]).await;
}

async fn issue_types(driver: &mut Driver<'_>, project: &str) {
    let body = json!({ "name": "Leak", "description": "Water inside", "hierarchyLevel": 0 });
    let id = text(&driver.post("/rest/api/3/issuetype", &[], body.clone()).await["id"]);
    driver.refused("POST", "/rest/api/3/issuetype", &[], Some(body), 409).await;
    driver.get("/rest/api/3/issuetype", &[]).await;
    driver.get("/rest/api/3/issuetype/{id}", &[&id]).await;
    driver.get("/rest/api/3/issuetype/project?projectId={id}", &[project]).await;
    driver.put("/rest/api/3/issuetype/{id}", &[&id], json!({ "name": "Big leak" })).await;
    driver.delete("/rest/api/3/issuetype/{id}", &[&id]).await;
    driver.get("/rest/api/3/issuetypescheme", &[]).await;
    driver.get("/rest/api/3/issuetypescheme/mapping", &[]).await;
    driver.get("/rest/api/3/issuetypescheme/project?projectId={id}", &[project]).await;
}

async fn priorities_and_resolutions(driver: &mut Driver<'_>) {
    let body = json!({ "name": "Mayday", "statusColor": "#ff0000", "description": "Now", "iconUrl": "/images/icons/priorities/highest.png" });
    let id = text(&driver.post("/rest/api/3/priority", &[], body).await["id"]);
    driver
        .refused("POST", "/rest/api/3/priority", &[], Some(json!({ "name": "Red", "statusColor": "red" })), 400)
        .await;
    driver.get("/rest/api/3/priority", &[]).await;
    driver.get("/rest/api/3/priority/search", &[]).await;
    driver.get("/rest/api/3/priority/{id}", &[&id]).await;
    driver.put("/rest/api/3/priority/{id}", &[&id], json!({ "description": "At once" })).await;
    driver.put("/rest/api/3/priority/move", &[], json!({ "ids": [id], "position": "First" })).await;
    driver.put("/rest/api/3/priority/default", &[], json!({ "id": id })).await;
    let id =
        text(&driver.post("/rest/api/3/resolution", &[], json!({ "name": "Sunk", "description": "Gone" })).await["id"]);
    driver.refused("POST", "/rest/api/3/resolution", &[], Some(json!({ "name": "sunk" })), 400).await;
    driver.get("/rest/api/3/resolution/search", &[]).await;
    driver.get("/rest/api/3/resolution/{id}", &[&id]).await;
    driver.put("/rest/api/3/resolution/{id}", &[&id], json!({ "name": "Stranded" })).await;
    driver.put("/rest/api/3/resolution/move", &[], json!({ "ids": [id], "position": "First" })).await;
    driver.put("/rest/api/3/resolution/default", &[], json!({ "id": id })).await;
}

/// What is made here is deleted here: the rest needs what the functions above made.
async fn removals(driver: &mut Driver<'_>) {
    let body = json!({ "name": "Passing", "statusColor": "#00ff00" });
    let priority = text(&driver.post("/rest/api/3/priority", &[], body).await["id"]);
    driver.delete("/rest/api/3/priority/{id}", &[&priority]).await;
    driver.refused("DELETE", "/rest/api/3/priority/{id}", &[&priority], None, 404).await;
    let resolutions = driver.site.get("rest/api/3/resolution/search").await;
    let other = text(&resolutions["values"][0]["id"]);
    let resolution = text(&driver.post("/rest/api/3/resolution", &[], json!({ "name": "Passed" })).await["id"]);
    driver.delete("/rest/api/3/resolution/{id}?replaceWith={other}", &[&resolution, &other]).await;
    let kind = "com.atlassian.jira.plugin.system.customfieldtypes:textfield";
    let field = text(&driver.post("/rest/api/3/field", &[], json!({ "name": "Passage", "type": kind })).await["id"]);
    driver.post("/rest/api/3/field/{id}/trash", &[&field], Value::Null).await;
    driver.refused("POST", "/rest/api/3/field/{id}/trash", &[&field], None, 404).await;
    let scheme = json!({ "name": "Passages", "description": "", "defaultWorkflow": "Harbour" });
    let scheme = text(&driver.post("/rest/api/3/workflowscheme", &[], scheme).await["id"]);
    let workflows = driver.site.get("rest/api/3/workflows/search?queryString=Harbour").await;
    let workflow = text(&workflows["values"][0]["id"]);
    driver.refused("DELETE", "/rest/api/3/workflow/{entityId}", &[&workflow], None, 400).await;
    driver.delete("/rest/api/3/workflowscheme/{id}", &[&scheme]).await;
    // The project and its scheme of `workflows` let it go.
    driver.site.handle().alter(|state| {
        state.projects.values_mut().for_each(|project| project.workflow_scheme = None);
        state.workflow_schemes.retain(|_, scheme| *scheme.name != *"Harbours");
    });
    driver.delete("/rest/api/3/workflow/{entityId}", &[&workflow]).await;
    let body = json!({ "name": "Whisper", "notificationSchemeEvents": [] });
    let scheme = text(&driver.post("/rest/api/3/notificationscheme", &[], body).await["id"]);
    driver.delete("/rest/api/3/notificationscheme/{notificationSchemeId}", &[&scheme]).await;
}

async fn statuses(driver: &mut Driver<'_>) {
    let body = json!({
        "scope": { "type": "GLOBAL" },
        "statuses": [{ "name": "Adrift", "statusCategory": "IN_PROGRESS", "description": "Engine off" }],
    });
    let made = driver.post("/rest/api/3/statuses", &[], body.clone()).await;
    let id = text(&made[0]["id"]);
    driver.refused("POST", "/rest/api/3/statuses", &[], Some(body), 409).await;
    driver.get("/rest/api/3/statuses/search", &[]).await;
    driver.get("/rest/api/3/statuses?id={id}", &[&id]).await;
    let change = json!({ "statuses": [{ "id": id, "name": "Moored", "statusCategory": "DONE" }] });
    driver.put("/rest/api/3/statuses", &[], change).await;
    driver.get("/rest/api/3/status", &[]).await;
    driver.get("/rest/api/3/status/{idOrName}", &["moored"]).await;
    driver.get("/rest/api/3/statuscategory", &[]).await;
    driver.delete("/rest/api/3/statuses?id={id}", &[&id]).await;
}

async fn link_types(driver: &mut Driver<'_>) {
    let body = json!({ "name": "Tows", "inward": "is towed by", "outward": "tows" });
    let id = text(&driver.post("/rest/api/3/issueLinkType", &[], body.clone()).await["id"]);
    driver.refused("POST", "/rest/api/3/issueLinkType", &[], Some(body), 400).await;
    driver.get("/rest/api/3/issueLinkType", &[]).await;
    driver.get("/rest/api/3/issueLinkType/{issueLinkTypeId}", &[&id]).await;
    driver.put("/rest/api/3/issueLinkType/{issueLinkTypeId}", &[&id], json!({ "inward": "hangs on" })).await;
    driver.delete("/rest/api/3/issueLinkType/{issueLinkTypeId}", &[&id]).await;
}

async fn fields(driver: &mut Driver<'_>, project: &str) {
    driver.get("/rest/api/3/field", &[]).await;
    let prefix = "com.atlassian.jira.plugin.system.customfieldtypes";
    let body = json!({
        "name": "Cargo", "description": "What is on board", "type": format!("{prefix}:cascadingselect"),
        "searcherKey": format!("{prefix}:cascadingselectsearcher"),
    });
    let field = text(&driver.post("/rest/api/3/field", &[], body).await["id"]);
    driver.refused("POST", "/rest/api/3/field", &[], Some(json!({ "name": "X", "type": "unknown" })), 400).await;
    driver.get("/rest/api/3/field/search?expand=searcherKey,isLocked,lastUsed,screensCount,contextsCount", &[]).await;
    driver.put("/rest/api/3/field/{fieldId}", &[&field], json!({ "name": "Freight" })).await;
    let contexts = "/rest/api/3/field/{fieldId}/context";
    let body = json!({ "name": "At sea", "description": "", "projectIds": [project], "issueTypeIds": [] });
    let context = text(&driver.post(contexts, &[&field], body).await["id"]);
    driver.refused("POST", contexts, &[&field], Some(json!({ "name": "Everywhere" })), 409).await;
    driver.get(contexts, &[&field]).await;
    driver.put(&format!("{contexts}/{{contextId}}"), &[&field, &context], json!({ "name": "On water" })).await;
    let types = driver.site.get("rest/api/3/issuetype").await;
    driver
        .put(&format!("{contexts}/{{contextId}}/project"), &[&field, &context], json!({ "projectIds": [project] }))
        .await;
    driver
        .put(
            &format!("{contexts}/{{contextId}}/issuetype"),
            &[&field, &context],
            json!({ "issueTypeIds": [types[0]["id"]] }),
        )
        .await;
    driver.get(&format!("{contexts}/projectmapping"), &[&field]).await;
    driver.get(&format!("{contexts}/issuetypemapping"), &[&field]).await;
    options(driver, &field, &context).await;
    driver.delete(&format!("{contexts}/{{contextId}}"), &[&field, &context]).await;
    driver.post("/rest/api/3/screens/addToDefault/{fieldId}", &[&field], Value::Null).await;
    driver.refused("POST", "/rest/api/3/screens/addToDefault/{fieldId}", &[&field], None, 400).await;
}

async fn options(driver: &mut Driver<'_>, field: &str, context: &str) {
    let path = "/rest/api/3/field/{fieldId}/context/{contextId}/option";
    let body = json!({ "options": [{ "value": "Grain", "disabled": false }, { "value": "Ore" }] });
    let made = driver.post(path, &[field, context], body).await;
    let (grain, ore) = (text(&made["options"][0]["id"]), text(&made["options"][1]["id"]));
    driver.post(path, &[field, context], json!({ "options": [{ "value": "Wheat", "optionId": grain }] })).await;
    driver.get(path, &[field, context]).await;
    driver
        .put(path, &[field, context], json!({ "options": [{ "id": ore, "value": "Iron ore", "disabled": true }] }))
        .await;
    driver
        .put(&format!("{path}/move"), &[field, context], json!({ "customFieldOptionIds": [ore], "position": "First" }))
        .await;
    let default = json!({ "type": "option.cascading", "contextId": context, "optionId": grain });
    let path_of_default = "/rest/api/3/field/{fieldId}/context/defaultValue";
    driver.put(path_of_default, &[field], json!({ "defaultValues": [default] })).await;
    driver.get(path_of_default, &[field]).await;
    driver.get("/rest/api/3/field/{fieldId}/context/defaultValues", &[field]).await;
    driver.delete(&format!("{path}/{{optionId}}"), &[field, context, &ore]).await;
}

async fn screens(driver: &mut Driver<'_>) {
    let screens = driver.get("/rest/api/3/screens", &[]).await;
    let screen = text(&screens["values"][0]["id"]);
    let tabs = driver.get("/rest/api/3/screens/{screenId}/tabs", &[&screen]).await;
    let tab = text(&tabs[0]["id"]);
    let path = "/rest/api/3/screens/{screenId}/tabs/{tabId}/fields";
    driver.get(path, &[&screen, &tab]).await;
    driver.post(path, &[&screen, &tab], json!({ "fieldId": "comment" })).await;
}

async fn workflows(driver: &mut Driver<'_>) {
    let statuses = driver.site.get("rest/api/3/statuses/search").await;
    let first = &statuses["values"][0];
    let transition = |id: &str, name: &str, kind: &str, to: &Value| {
        json!({
            "id": id, "name": name, "type": kind, "toStatusReference": to, "links": [], "actions": [], "validators": [],
            "triggers": [], "properties": {}, "description": "",
        })
    };
    let (old, new) = (json!("existing"), json!("new"));
    let payload = json!({
        "scope": { "type": "GLOBAL" },
        "statuses": [
            { "id": first["id"], "name": first["name"], "statusCategory": first["statusCategory"], "statusReference": old },
            { "name": "Docked", "statusCategory": "DONE", "statusReference": new },
        ],
        "workflows": [{
            "name": "Harbour", "description": "In and out",
            "statuses": [
                { "statusReference": old, "properties": {} },
                { "statusReference": new, "properties": {} },
            ],
            "transitions": [
                transition("1", "Create", "INITIAL", &old),
                transition("11", "Back", "GLOBAL", &old),
                transition("21", "Dock", "GLOBAL", &new),
            ],
        }],
    });
    driver.post("/rest/api/3/workflows/create/validation", &[], json!({ "payload": payload })).await;
    driver.post("/rest/api/3/workflows/create", &[], payload.clone()).await;
    driver.post("/rest/api/3/workflows/create/validation", &[], json!({ "payload": payload })).await;
    driver.refused("POST", "/rest/api/3/workflows/create", &[], Some(payload), 400).await;
    let found = driver.get("/rest/api/3/workflows/search?queryString=Har", &[]).await;
    let statuses = payload_statuses(&found["statuses"]);
    let workflow = &found["values"][0];
    let change = json!({ "statuses": statuses, "workflows": [{
        "id": workflow["id"], "version": workflow["version"],
        "statuses": workflow["statuses"], "transitions": workflow["transitions"],
    }] });
    driver.post("/rest/api/3/workflows/update", &[], change.clone()).await;
    driver.refused("POST", "/rest/api/3/workflows/update", &[], Some(change), 409).await;
    let bug = driver.site.get("rest/api/3/issuetype").await[3]["id"].clone();
    let scheme = json!({
        "name": "Harbours", "description": "", "defaultWorkflow": "Harbour",
        "issueTypeMappings": { text(&bug): "Software Simplified Workflow" },
    });
    let scheme = text(&driver.post("/rest/api/3/workflowscheme", &[], scheme).await["id"]);
    driver.get("/rest/api/3/workflowscheme", &[]).await;
    driver.get("/rest/api/3/workflowscheme/{id}", &[&scheme]).await;
    let project = text(&driver.site.get("rest/api/3/project/MER").await["id"]);
    driver
        .put("/rest/api/3/workflowscheme/project", &[], json!({ "projectId": project, "workflowSchemeId": scheme }))
        .await;
    driver.get("/rest/api/3/workflowscheme/project?projectId={id}", &[&project]).await;
    let events = json!([{ "event": { "id": "1" }, "notifications": [{ "notificationType": "Reporter" }] }]);
    let body = json!({ "name": "Foghorn", "description": "Loud", "notificationSchemeEvents": events });
    let id = text(&driver.post("/rest/api/3/notificationscheme", &[], body).await["id"]);
    driver.get("/rest/api/3/notificationscheme?expand=all", &[]).await;
    driver.get("/rest/api/3/notificationscheme/{id}", &[&id]).await;
}

async fn filters(driver: &mut Driver<'_>, project: &str, me: &str) {
    let group = text(&driver.site.get("rest/api/3/group/bulk").await["values"][0]["groupId"]);
    let shares = json!([
        { "type": "project", "project": { "id": project } },
        { "type": "group", "group": { "groupId": group } },
        { "type": "user", "user": { "accountId": me } },
    ]);
    let body =
        json!({ "name": "Moored", "jql": "project = MER", "sharePermissions": shares, "editPermissions": shares });
    let filter = text(&driver.post("/rest/api/3/filter", &[], body).await["id"]);
    driver.get("/rest/api/3/filter/search?expand=sharePermissions,editPermissions", &[]).await;
    driver.refused("GET", "/rest/api/3/filter/search?orderBy=colour", &[], None, 400).await;
    driver.put("/rest/api/3/filter/{id}/favourite", &[&filter], Value::Null).await;
    driver.get("/rest/api/3/filter/favourite", &[]).await;
    driver.get("/rest/api/3/filter/my?includeFavourites=true", &[]).await;
    driver.delete("/rest/api/3/filter/{id}/favourite", &[&filter]).await;
    let columns = "/rest/api/3/filter/{id}/columns";
    driver.refused("GET", columns, &[&filter], None, 404).await;
    driver.put(columns, &[&filter], json!({ "columns": ["summary", "status"] })).await;
    driver.get(columns, &[&filter]).await;
    driver.delete(columns, &[&filter]).await;
    let permissions = "/rest/api/3/filter/{id}/permission";
    let body = json!({ "type": "group", "groupId": group, "rights": 1 });
    let made = driver.post(permissions, &[&filter], body).await;
    let permission = text(&made[0]["id"]);
    driver.get(permissions, &[&filter]).await;
    driver.get(&format!("{permissions}/{{permissionId}}"), &[&filter, &permission]).await;
    driver.delete(&format!("{permissions}/{{permissionId}}"), &[&filter, &permission]).await;
    driver.refused("GET", &format!("{permissions}/{{permissionId}}"), &[&filter, &permission], None, 404).await;
    driver.put("/rest/api/3/filter/{id}/owner", &[&filter], json!({ "accountId": me })).await;
    driver.refused("PUT", "/rest/api/3/filter/{id}/owner", &[&filter], Some(json!({ "accountId": "x" })), 404).await;
    let scope = driver.get("/rest/api/3/filter/defaultShareScope", &[]).await;
    driver.put("/rest/api/3/filter/defaultShareScope", &[], scope).await;
    driver.delete("/rest/api/3/filter/{id}", &[&filter]).await;
}

async fn boards(driver: &mut Driver<'_>, project: &str) {
    let body = json!({ "name": "Afloat", "jql": "project = MER", "description": "Ships", "sharePermissions": [{ "type": "global" }] });
    let filter = text(&driver.post("/rest/api/3/filter", &[], body.clone()).await["id"]);
    driver.refused("POST", "/rest/api/3/filter", &[], Some(body), 400).await;
    driver.get("/rest/api/3/filter/{id}", &[&filter]).await;
    driver.put("/rest/api/3/filter/{id}", &[&filter], json!({ "name": "Still afloat", "jql": "project = MER" })).await;
    let expand = "description,favourite,favouritedCount,jql,owner,searchUrl,sharePermissions,editPermissions,subscriptions,viewUrl";
    driver.get(&format!("/rest/api/3/filter/search?expand={expand}"), &[]).await;
    let location = json!({ "type": "project", "projectKeyOrId": "MER" });
    let number: u64 = filter.parse().unwrap();
    let body = json!({ "name": "Bridge", "type": "scrum", "filterId": number, "location": location });
    let board = text(&driver.post("/rest/agile/1.0/board", &[], body).await["id"]);
    driver.get("/rest/agile/1.0/board?projectKeyOrId=MER", &[]).await;
    driver.get("/rest/agile/1.0/board/{boardId}", &[&board]).await;
    driver.get("/rest/agile/1.0/board/{boardId}/configuration", &[&board]).await;
    sprints(driver, project, &board).await;
    driver.delete("/rest/agile/1.0/board/{boardId}", &[&board]).await;
    driver.delete("/rest/api/3/filter/{id}", &[&filter]).await;
}

async fn sprints(driver: &mut Driver<'_>, project: &str, board: &str) {
    let number: u64 = board.parse().unwrap();
    let body = json!({ "name": "Watch 1", "originBoardId": number, "goal": "Stay awake" });
    let sprint = text(&driver.post("/rest/agile/1.0/sprint", &[], body).await["id"]);
    let path = "/rest/agile/1.0/sprint/{sprintId}";
    driver.refused("POST", path, &[&sprint], Some(json!({ "state": "active" })), 400).await;
    let dates = json!({ "startDate": "2026-03-01T10:00:00.000Z", "endDate": "2026-03-14T10:00:00.000+01:00" });
    driver.post(path, &[&sprint], dates).await;
    let (one, two) = (driver.site.issue(project, "One").await, driver.site.issue(project, "Two").await);
    driver.post("/rest/agile/1.0/sprint/{sprintId}/issue", &[&sprint], json!({ "issues": [one, two] })).await;
    driver.put("/rest/agile/1.0/issue/rank", &[], json!({ "issues": [two], "rankBeforeIssue": one })).await;
    driver.post(path, &[&sprint], json!({ "state": "active" })).await;
    driver.post("/rest/agile/1.0/backlog/issue", &[], json!({ "issues": [one] })).await;
    driver.get(path, &[&sprint]).await;
    let whole = driver.site.get(&format!("rest/agile/1.0/sprint/{sprint}")).await;
    driver.put(path, &[&sprint], whole).await;
    driver.post(path, &[&sprint], json!({ "state": "closed" })).await;
    let closed = Some(json!({ "issues": [one] }));
    driver.refused("POST", "/rest/agile/1.0/sprint/{sprintId}/issue", &[&sprint], closed, 400).await;
    driver.get("/rest/agile/1.0/board/{boardId}/sprint?state=closed,active", &[board]).await;
    driver.delete(path, &[&sprint]).await;
}

/// No operation of this table starts a task, so one is put into the site.
async fn tasks(driver: &mut Driver<'_>) {
    let now = driver.site.handle().clock().now();
    let me = driver.site.me().await;
    let id = driver.site.handle().alter(|state| {
        let id = state.ids.take(IdKind::Task);
        let task = Task {
            id,
            description: "Move ships".into(),
            submitted_by: me.as_str().into(),
            submitted: now,
            finished: now,
            outcome: TaskStatus::Complete,
            message: "Moved".into(),
            result: None,
            bulk: false,
        };
        state.tasks.insert(id, task);
        id
    });
    driver.get("/rest/api/3/task/{taskId}", &[&id.to_string()]).await;
}

async fn end_of_project(driver: &mut Driver<'_>, me: &str) {
    let body = json!({
        "key": "OLD", "name": "Old", "leadAccountId": me,
        "projectTemplateKey": "com.pyxis.greenhopper.jira:gh-simplified-scrum-classic",
    });
    driver.post("/rest/api/3/project", &[], body).await;
    driver.post("/rest/api/3/project/{projectIdOrKey}/archive", &["OLD"], Value::Null).await;
    driver.post("/rest/api/3/project/{projectIdOrKey}/restore", &["OLD"], Value::Null).await;
    driver.delete("/rest/api/3/project/{projectIdOrKey}?enableUndo=true", &["OLD"]).await;
    driver.get("/rest/api/3/project/search?status=deleted", &[]).await;
    driver.delete("/rest/api/3/project/{projectIdOrKey}?enableUndo=false", &["OLD"]).await;
}

/// Statuses as an answer shows them, as a request names them.
fn payload_statuses(shown: &Value) -> Vec<Value> {
    let named = |status: &Value| {
        json!({
            "id": status["id"], "name": status["name"],
            "statusCategory": status["statusCategory"], "statusReference": status["statusReference"],
        })
    };
    shown.as_array().into_iter().flatten().map(named).collect()
}
