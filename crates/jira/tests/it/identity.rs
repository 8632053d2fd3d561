//! Who asks, and which site answers.

use jira::{Call, Error};
use serde_json::json;
use wiremock::matchers::{any, path, query_param};
use wiremock::{Mock, ResponseTemplate};

use crate::Site;

#[tokio::test]
async fn a_dead_token_is_seen_through_an_empty_success() {
    let site = Site::start().await;
    let answer = ResponseTemplate::new(200)
        .insert_header("x-seraph-loginreason", "AUTHENTICATED_FAILED")
        .set_body_json(json!([]));
    Mock::given(any()).respond_with(answer).mount(&site.server).await;
    let error = site.jira.array(Call::get("/rest/api/3/field")).await.unwrap_err();
    let error = error.to_string().replace(&site.server.uri(), "SITE");
    insta::assert_snapshot!(error, @"SITE does not accept the credentials of admin@example.com: the answer was made for a stranger (AUTHENTICATED_FAILED); the token may have expired; make a new API token and store it with `lifeboat site add`, or connect the site anew in the dashboard");
    assert_eq!(site.requests().await.len(), 1);
}

#[tokio::test]
async fn an_answer_for_another_account_is_refused() {
    let site = Site::with(|settings| settings.expected_account = Some("5b10".into())).await;
    let answer = ResponseTemplate::new(200).insert_header("x-aaccountid", "other").set_body_json(json!([]));
    Mock::given(any()).respond_with(answer).mount(&site.server).await;
    let error = site.jira.array(Call::get("/rest/api/3/field")).await.unwrap_err();
    assert!(matches!(error, Error::Credentials { .. }), "{error}");
}

#[tokio::test]
async fn a_401_names_the_account_and_not_the_token() {
    let site = Site::start().await;
    let body = json!({ "code": 401, "message": "Unauthorized; scope does not match" });
    Mock::given(any()).respond_with(ResponseTemplate::new(401).set_body_json(body)).mount(&site.server).await;
    let error = site.jira.myself().await.unwrap_err().to_string();
    assert!(error.contains("admin@example.com") && error.contains("scope does not match"), "{error}");
    assert!(!error.contains("very-secret"), "{error}");
}

#[tokio::test]
async fn the_tenant_is_asked_for_without_credentials() {
    let site = Site::start().await;
    Mock::given(path("/_edge/tenant_info"))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({ "cloudId": "11111111-0000-4000-8000-000000000000" })),
        )
        .mount(&site.server)
        .await;
    assert_eq!(site.jira.tenant().await.unwrap(), "11111111-0000-4000-8000-000000000000");
    assert!(!site.requests().await[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn the_account_the_server_and_the_permissions_are_read() {
    let site = Site::start().await;
    let myself = json!({ "accountId": "5b10", "accountType": "atlassian", "displayName": "Ada", "active": true, "timeZone": "Europe/Vienna" });
    let server = json!({ "baseUrl": "https://example.atlassian.net", "serverTitle": "Example", "deploymentType": "Cloud", "version": "1001.0.0" });
    let permissions = json!({ "permissions": {
        "ADMINISTER": { "id": "0", "key": "ADMINISTER", "havePermission": true },
        "BROWSE_PROJECTS": { "id": "10", "key": "BROWSE_PROJECTS", "havePermission": false },
    } });
    let ok = |body| ResponseTemplate::new(200).set_body_json(body);
    Mock::given(path("/rest/api/3/myself")).respond_with(ok(myself)).mount(&site.server).await;
    Mock::given(path("/rest/api/3/serverInfo")).respond_with(ok(server)).mount(&site.server).await;
    Mock::given(path("/rest/api/3/mypermissions"))
        .and(query_param("permissions", "ADMINISTER,BROWSE_PROJECTS"))
        .respond_with(ok(permissions))
        .mount(&site.server)
        .await;
    insta::assert_debug_snapshot!((
        site.jira.myself().await.unwrap(),
        site.jira.server_info().await.unwrap(),
        site.jira.my_permissions(&["ADMINISTER", "BROWSE_PROJECTS"]).await.unwrap(),
    ), @r#"
    (
        Myself {
            account_id: "5b10",
            account_type: Some(
                "atlassian",
            ),
            display_name: "Ada",
            email_address: None,
            time_zone: Some(
                "Europe/Vienna",
            ),
            active: true,
        },
        ServerInfo {
            base_url: "https://example.atlassian.net",
            server_title: Some(
                "Example",
            ),
            deployment_type: Some(
                "Cloud",
            ),
            version: Some(
                "1001.0.0",
            ),
            server_time: None,
        },
        {
            "ADMINISTER": true,
            "BROWSE_PROJECTS": false,
        },
    )
    "#);
}
