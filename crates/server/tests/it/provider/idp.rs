//! A provider of sign-ins on this machine, which says what a test wants it to say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use ambient::Clock;
use aws_lc_rs::digest;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

use super::signer::Signer;

pub(crate) const CLIENT: &str = "lifeboat";
pub(crate) const SECRET: &str = "canary-client-secret";

/// Changes what an ID token says: its header and its claims.
type Change = Box<dyn Fn(&mut Value, &mut Value) + Send>;

/// What a code stands for.
#[derive(Clone, Debug)]
struct Grant {
    nonce: String,
    challenge: String,
    callback: String,
    email: String,
}

/// The provider.
pub(crate) struct Provider {
    pub(crate) issuer: String,
    clock: Arc<dyn Clock>,
    signer: Mutex<Signer>,
    grants: Mutex<BTreeMap<String, Grant>>,
    /// Codes that were used.
    spent: Mutex<BTreeSet<String>>,
    change: Mutex<Change>,
    made: Mutex<u32>,
}

impl Provider {
    pub(crate) async fn start(clock: Arc<dyn Clock>) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let provider = Arc::new(Self {
            issuer,
            clock,
            signer: Mutex::new(Signer::new("first")),
            grants: Mutex::default(),
            spent: Mutex::default(),
            change: Mutex::new(Box::new(|_, _| {})),
            made: Mutex::default(),
        });
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        provider
    }

    /// From now on tokens are changed like this before they are signed.
    pub(crate) fn says(&self, change: impl Fn(&mut Value, &mut Value) + Send + 'static) {
        *self.change.lock().unwrap() = Box::new(change);
    }

    /// From now on another key signs.
    pub(crate) fn changes_its_key(&self, name: &str) {
        *self.signer.lock().unwrap() = Signer::new(name);
    }

    /// What a browser comes back with after somebody signed in at the address that it was sent to: the code and the state.
    pub(crate) fn signed_in(&self, sent_to: &str, email: &str) -> (String, String) {
        let url = Url::parse(sent_to).unwrap();
        assert_eq!(url.as_str().split('?').next().unwrap(), format!("{}/authorize", self.issuer));
        let asked: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!((asked["client_id"].as_str(), asked["response_type"].as_str()), (CLIENT, "code"));
        assert_eq!((asked["code_challenge_method"].as_str(), asked["scope"].as_str()), ("S256", "openid email"));
        let grant = Grant {
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
            callback: asked["redirect_uri"].clone(),
            email: email.to_owned(),
        };
        let mut made = self.made.lock().unwrap();
        *made += 1;
        let code = format!("code-{made}");
        self.grants.lock().unwrap().insert(code.clone(), grant);
        (code, asked["state"].clone())
    }

    /// The grant of a code that is used for the first time, by whom it was given to, at the address that it was given for.
    fn redeemed(&self, headers: &HeaderMap, form: &BTreeMap<String, String>) -> Option<Grant> {
        let expected = format!("Basic {}", BASE64_STANDARD.encode(format!("{CLIENT}:{SECRET}")));
        let shown = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let code = form.get("code")?;
        let grant = self.grants.lock().unwrap().get(code)?.clone();
        let is_first = self.spent.lock().unwrap().insert(code.clone());
        let verifier = digest::digest(&digest::SHA256, form.get("code_verifier")?.as_bytes());
        let fits = BASE64_URL_SAFE_NO_PAD.encode(verifier) == grant.challenge && form["redirect_uri"] == grant.callback;
        (shown == expected && is_first && fits && form["grant_type"] == "authorization_code").then_some(grant)
    }

    fn id_token(&self, grant: &Grant) -> String {
        let signer = self.signer.lock().unwrap();
        let now = self.clock.now().as_second();
        let mut head = signer.header();
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT, "sub": "person-1", "iat": now, "exp": now + 300, "auth_time": now,
            "nonce": grant.nonce, "email": grant.email, "email_verified": true,
        });
        (self.change.lock().unwrap())(&mut head, &mut claims);
        signer.signed(&head, &claims)
    }
}

async fn configuration(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", provider.issuer);
    Json(json!({
        "issuer": provider.issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
    }))
}

async fn keys(State(provider): State<Arc<Provider>>) -> Json<Value> {
    Json(json!({ "keys": [provider.signer.lock().unwrap().public()] }))
}

async fn token(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    match provider.redeemed(&headers, &form) {
        Some(grant) => {
            let id_token = provider.id_token(&grant);
            Json(json!({ "access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": id_token }))
                .into_response()
        }
        None => (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response(),
    }
}
