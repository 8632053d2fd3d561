//! Users, groups, and what the audit log says of changes.

use jira_emulator::Seed;
use serde_json::json;

use crate::support::{TestSite, each, text};

#[tokio::test]
async fn group_members_are_listed_with_inactive_ones_on_demand() {
    let site = TestSite::seeded(Seed::Generated { issues: 20, seed: 1 }).await;
    let inactive = site.handle().inspect(|state| {
        let user = state.users.values().find(|user| !user.active && &*user.account_type == "atlassian");
        user.map(|user| user.account_id.to_string()).unwrap()
    });
    let group = site.ok("POST", "rest/api/3/group", json!({ "name": "crew" })).await;
    let id = text(&group["groupId"]);
    site.ok("POST", &format!("rest/api/3/group/user?groupId={id}"), json!({ "accountId": inactive })).await;
    site.refused("POST", &format!("rest/api/3/group/user?groupId={id}"), json!({ "accountId": inactive }), 400).await;
    let members = async |query: &str| site.get(&format!("rest/api/3/group/member?groupId={id}{query}")).await;
    assert_eq!(members("").await["total"], 0);
    assert_eq!(each(&members("&includeInactiveUsers=true").await["values"], "accountId"), [&json!(inactive)]);
}

#[tokio::test]
async fn hidden_address_is_not_shown_to_others() {
    let site = TestSite::seeded(Seed::Generated { issues: 20, seed: 1 }).await;
    let hidden = site.handle().inspect(|state| {
        let user = state.users.values().find(|user| !user.email_visible);
        user.map(|user| user.account_id.to_string()).unwrap()
    });
    let user = site.get(&format!("rest/api/3/user?accountId={hidden}")).await;
    assert_eq!(user.get("emailAddress"), None);
    let me = site.get(&format!("rest/api/3/user?accountId={}", site.me().await)).await;
    assert_eq!(me["emailAddress"], site.handle().admin_email());
}

#[tokio::test]
async fn pages_of_users_are_cut_at_the_cap() {
    let site = TestSite::empty().await;
    let me = site.me().await;
    let page = site.get(&format!("rest/api/3/user/bulk?accountId={me}&maxResults=5000")).await;
    assert_eq!(page["maxResults"], 200);
    site.refused("GET", "rest/api/3/user/bulk", json!(null), 400).await;
}

#[tokio::test]
async fn audit_log_tells_changes_latest_first_from_a_time_on() {
    let site = TestSite::empty().await;
    site.project("SEA").await;
    site.handle().clock().advance(std::time::Duration::from_mins(5));
    site.ok("POST", "rest/api/3/group", json!({ "name": "crew" })).await;
    let all = site.get("rest/api/3/auditing/record").await;
    assert_eq!(each(&all["records"], "summary"), ["Group created", "Project created"]);
    let later = site.get("rest/api/3/auditing/record?from=2026-03-01T09:01:00.000%2B0000").await;
    assert_eq!(each(&later["records"], "summary"), ["Group created"]);
    let some = site.get("rest/api/3/auditing/record?filter=project sea&limit=1").await;
    assert_eq!(some["total"], 1);
    assert_eq!(some["records"][0]["objectItem"]["typeName"], "PROJECT");
    let second = site.get("rest/api/3/auditing/record?offset=1").await;
    assert_eq!(each(&second["records"], "summary"), ["Project created"]);
}

#[tokio::test]
async fn only_administrators_change_configuration() {
    let site = TestSite::empty().await;
    site.handle().alter(|state| state.groups.values_mut().for_each(|group| group.administers = false));
    site.refused("POST", "rest/api/3/group", json!({ "name": "crew" }), 403).await;
    site.refused("GET", "rest/api/3/auditing/record", json!(null), 403).await;
    site.get("rest/api/3/role").await;
}

#[tokio::test]
async fn those_who_can_be_assigned_are_active_and_no_customers() {
    let site = TestSite::seeded(Seed::Generated { issues: 20, seed: 1 }).await;
    let project = site.handle().inspect(|state| state.projects.values().next().unwrap().key.to_string());
    let found = site.get(&format!("rest/api/3/user/assignable/search?project={project}&maxResults=1000")).await;
    let expected: Vec<_> = site.handle().inspect(|state| {
        let users = state.users.values();
        users.filter(|user| user.is_assignable()).map(|user| json!(*user.account_id)).collect()
    });
    assert!(!expected.is_empty() && expected.len() < site.handle().inspect(|state| state.users.len()));
    assert_eq!(each(&found, "accountId"), expected.iter().collect::<Vec<_>>());
    site.refused("GET", "rest/api/3/user/assignable/search?project=NONE", json!(null), 404).await;
}
