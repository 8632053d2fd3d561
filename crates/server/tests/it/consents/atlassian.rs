//! Atlassian's sign-in and gateway on this machine, before an emulated site: tokens that are replaced with each renewal.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use jira::{App, AppSettings};
use jira_emulator::SiteHandle;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

pub(crate) const CLIENT: &str = "app-id";
pub(crate) const SECRET: &str = "canary-app-secret";

/// What became of the tokens so far.
#[derive(Debug, Default)]
struct Tokens {
    made: u32,
    /// The one that is taken for a renewal.
    refresh: String,
    /// The one before it, as long as it is still taken.
    before: Option<String>,
    access: String,
    renewals: u32,
    /// Whether the next renewal is done and not answered.
    loses_answer: bool,
}

/// Atlassian, as far as an app meets it.
pub(crate) struct Atlassian {
    pub(crate) address: Url,
    site: SiteHandle,
    account: String,
    tokens: Mutex<Tokens>,
}

impl Atlassian {
    /// Before a site, for an account of it.
    pub(crate) async fn start(site: SiteHandle, account: String) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let atlassian = Arc::new(Self { address, site, account, tokens: Mutex::default() });
        let routes = Router::new()
            .route("/oauth/token", post(token))
            .route("/oauth/token/accessible-resources", get(resources))
            .route("/ex/jira/{cloud}/{*rest}", any(forward))
            .with_state(atlassian.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        atlassian
    }

    pub(crate) fn app(&self) -> App {
        let settings = AppSettings {
            client_id: CLIENT.to_owned(),
            client_secret: SecretString::from(SECRET),
            authorization: self.address.clone(),
            gateway: self.address.clone(),
        };
        App::new(settings).unwrap()
    }

    /// What a browser comes back with after somebody consented at the address that it was sent to.
    pub(crate) fn consented(sent_to: &str) -> (String, String) {
        let url = Url::parse(sent_to).unwrap();
        let asked: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!((asked["client_id"].as_str(), asked["audience"].as_str()), (CLIENT, "api.atlassian.com"));
        assert!(asked["scope"].contains("offline_access"), "{asked:?}");
        assert_eq!(asked["redirect_uri"], "https://lifeboat.example/api/v1/consents/callback");
        ("the-code".to_owned(), asked["state"].clone())
    }

    pub(crate) fn renewals(&self) -> u32 {
        self.tokens.lock().unwrap().renewals
    }

    /// All tokens that were made so far and are good for anything.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let tokens = self.tokens.lock().unwrap();
        vec![tokens.refresh.clone(), tokens.access.clone()]
    }

    /// The next renewal is done, and its answer does not arrive.
    pub(crate) fn loses_an_answer(&self) {
        self.tokens.lock().unwrap().loses_answer = true;
    }

    /// Ten minutes pass: the token before the last one is no longer taken.
    pub(crate) fn forgets_the_one_before(&self) {
        self.tokens.lock().unwrap().before = None;
    }

    fn answer(&self, asked: &Value) -> Response {
        let refused = || {
            let why = json!({ "error": "unauthorized_client", "error_description": "refresh_token is invalid" });
            (StatusCode::FORBIDDEN, Json(why)).into_response()
        };
        let mut tokens = self.tokens.lock().unwrap();
        let text = |member: &str| asked[member].as_str().unwrap_or_default().to_owned();
        let shown = text("refresh_token");
        let fits = match text("grant_type").as_str() {
            "authorization_code" => text("code") == "the-code",
            "refresh_token" => {
                tokens.renewals += 1;
                shown == tokens.refresh || tokens.before.as_ref() == Some(&shown)
            }
            _ => false,
        };
        if !fits || text("client_id") != CLIENT || text("client_secret") != SECRET {
            return refused();
        }
        tokens.made += 1;
        let fresh = format!("refresh-{}", tokens.made);
        tokens.before = Some(std::mem::replace(&mut tokens.refresh, fresh));
        self.site.revoke_token(&tokens.access);
        tokens.access = format!("access-{}", tokens.made);
        self.site.add_bearer_token(&tokens.access, &self.account);
        if std::mem::take(&mut tokens.loses_answer) {
            return StatusCode::BAD_GATEWAY.into_response();
        }
        Json(json!({
            "access_token": tokens.access, "refresh_token": tokens.refresh, "expires_in": 3600, "token_type": "Bearer",
        }))
        .into_response()
    }
}

async fn token(State(atlassian): State<Arc<Atlassian>>, Json(asked): Json<Value>) -> Response {
    atlassian.answer(&asked)
}

async fn resources(State(atlassian): State<Arc<Atlassian>>, headers: HeaderMap) -> Response {
    let expected = format!("Bearer {}", atlassian.tokens.lock().unwrap().access);
    if headers[header::AUTHORIZATION] != expected.as_str() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let url = atlassian.site.url().to_string();
    Json(json!([
        { "id": "another", "url": "https://another.atlassian.net", "name": "another", "scopes": [] },
        { "id": atlassian.site.cloud_id(), "url": url.trim_end_matches('/'), "name": "source", "scopes": [] },
    ]))
    .into_response()
}

/// The gateway: the site's answer to whoever has a token.
async fn forward(
    State(atlassian): State<Arc<Atlassian>>,
    Path((cloud, rest)): Path<(String, String)>,
    request: Request,
) -> Response {
    if cloud != atlassian.site.cloud_id().to_string() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let (parts, body) = request.into_parts();
    let mut url = atlassian.site.url().join(&rest).unwrap();
    url.set_query(parts.uri.query());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut headers = parts.headers;
    headers.remove(header::HOST);
    let bytes = to_bytes(body, 1 << 20).await.unwrap();
    let answer = client.request(parts.method, url).headers(headers).body(bytes).send().await.unwrap();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    response.headers_mut().remove(header::TRANSFER_ENCODING);
    *response.body_mut() = Body::from(answer.bytes().await.unwrap());
    response
}
