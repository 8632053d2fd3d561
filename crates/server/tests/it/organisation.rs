//! Proof by the organisation: Atlassian's list must have both sites, whether the source is up or not.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse as _;
use axum::routing::post;
use axum::{Json, Router};
use jira::{Organisation, OrganisationSettings};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::bench::Bench;
use crate::flow::Company;

const KEY: &str = "key-of-the-organisation";

/// Atlassian's list of one organisation, a workspace on a page.
#[derive(Default)]
struct Listed {
    workspaces: Mutex<Vec<String>>,
    revoked: Mutex<bool>,
}

async fn workspaces(
    State(listed): State<Arc<Listed>>,
    headers: HeaderMap,
    Json(asked): Json<Value>,
) -> axum::response::Response {
    let authorised = headers.get(header::AUTHORIZATION).is_some_and(|value| value == &format!("Bearer {KEY}"));
    if !authorised || *listed.revoked.lock().unwrap() {
        let body = json!({ "errors": [{ "title": "Unauthorized", "detail": "the key has ended" }] });
        return (StatusCode::UNAUTHORIZED, Json(body)).into_response();
    }
    // With a cursor nothing else may be in the question.
    let known = if asked.get("cursor").is_some() { "cursor" } else { "limit" };
    assert_eq!(asked.as_object().unwrap().keys().collect::<Vec<_>>(), [known]);
    let at: usize = asked["cursor"].as_str().unwrap_or("0").parse().unwrap();
    let workspaces = listed.workspaces.lock().unwrap();
    let data: Vec<Value> =
        workspaces.iter().skip(at).take(1).map(|id| json!({ "id": id, "type": "workspace" })).collect();
    let next = (at + 1 < workspaces.len()).then(|| (at + 1).to_string());
    Json(json!({ "data": data, "links": { "self": "…", "next": next }, "meta": { "pageSize": 1 } })).into_response()
}

impl Listed {
    /// Serves it, and lets the bench ask there.
    async fn at(bench: &mut Bench) -> Arc<Self> {
        let listed = Arc::new(Self::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gateway = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let routes =
            Router::new().route("/admin/v2/orgs/acme-1/workspaces", post(workspaces)).with_state(listed.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        let settings = OrganisationSettings { id: "acme-1".to_owned(), key: KEY.into(), gateway };
        bench.components = bench.components.clone().with_organisation(Organisation::new(settings).unwrap());
        bench.router = server::router(&bench.components);
        listed
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_organisation_that_has_both_sites_proves_anything() {
    let mut bench = Bench::new().await;
    let listed = Listed::at(&mut bench).await;
    let company = Company::new(&bench).await;
    let (connection, token) = company.make().await;
    company.sites.source().outage(jira_emulator::Outage::Unavailable);
    company.activate(&token).await;
    let path = |rest: &str| format!("/connections/{connection}/request{rest}");
    let opened = company.administrator.post(&path(""), json!({})).await.expect(200);
    let asked = json!({ "kind": "same-organisation", "digest": opened["digest"] });
    let prove = async || company.administrator.post(&path("/proof"), asked.clone()).await;
    let settings = company.administrator.get("/settings").await.expect(200);
    assert_eq!(settings["asksOrganisation"], json!(true));

    let cloud = |site: &jira_emulator::SiteHandle| site.cloud_id().to_string();
    let (source, standby) = (cloud(company.sites.source()), cloud(company.sites.standby()));
    let list = |sites: &[String]| *listed.workspaces.lock().unwrap() = sites.to_vec();
    let lacks = async |missing: &str| {
        let refused = prove().await;
        assert_eq!(refused.status, 409, "{}", refused.text);
        assert!(refused.text.contains(missing) && !refused.text.contains(KEY), "{}", refused.text);
    };
    list(&[]);
    lacks(&source).await;
    list(&[format!("ari:cloud:jira-software::site/{source}")]);
    lacks(&standby).await;
    // Another product at the same site says nothing of Jira there.
    list(&[format!("ari:cloud:jira-software::site/{source}"), format!("ari:cloud:confluence::site/{standby}")]);
    lacks(&standby).await;
    list(&[
        format!("ari:cloud:confluence::site/{source}"),
        format!("ari:cloud:jira-software::site/{source}"),
        format!("ari:cloud:jira-servicedesk::site/{standby}"),
    ]);
    *listed.revoked.lock().unwrap() = true;
    lacks("does not take it").await;

    *listed.revoked.lock().unwrap() = false;
    let proven = prove().await.expect(200);
    let proof = &proven["proofs"][0];
    assert_eq!(proof["kind"], "same-organisation");
    assert!(proof["note"].as_str().unwrap().contains("acme-1"), "{proof}");
    assert_eq!(proven["needs"].as_array().unwrap().len(), 3, "{proven}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_of_an_organisation_it_says_so() {
    let bench = Bench::new().await;
    let company = Company::new(&bench).await;
    let (connection, token) = company.make().await;
    company.activate(&token).await;
    let path = format!("/connections/{connection}/request");
    let opened = company.administrator.post(&path, json!({})).await.expect(200);
    let asked = json!({ "kind": "same-organisation", "digest": opened["digest"] });
    let refused = company.administrator.post(&format!("{path}/proof"), asked).await;
    assert!(refused.status == 422 && refused.text.contains("[organisation]"), "{}", refused.text);
}
