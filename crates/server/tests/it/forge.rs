//! Requests that come by a Forge app: whoever administers a registered site and has an account, and nobody else.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use ambient::Ambient;
use axum::extract::{Query, State};
use axum::http::header;
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::ForgeSettings;
use store::{Role, Sealed, Site};
use tokio::net::TcpListener;

use crate::bench::{Answered, Bench};
use crate::provider::signer::Signer;
use crate::shifted::Shifted;

const APP: &str = "ari:cloud:ecosystem::app/7f0c1a52-1c1d-4f5e-9f0b-0a1b2c3d4e5f";
const CLOUD: &str = "cloud-of-production";

/// Atlassian's keys, and a site, on this machine.
struct Atlassian {
    signer: Mutex<Signer>,
    administrators: Mutex<BTreeSet<String>>,
    asked: Mutex<u32>,
}

async fn keys(State(atlassian): State<Arc<Atlassian>>) -> Json<Value> {
    Json(json!({ "keys": [atlassian.signer.lock().unwrap().public()] }))
}

async fn permissions(State(atlassian): State<Arc<Atlassian>>, Json(asked): Json<Value>) -> Json<Value> {
    *atlassian.asked.lock().unwrap() += 1;
    let account = asked["accountId"].as_str().unwrap();
    let granted = atlassian.administrators.lock().unwrap().contains(account);
    let granted = if granted { asked["globalPermissions"].clone() } else { json!([]) };
    Json(json!({ "globalPermissions": granted, "projectPermissions": [] }))
}

async fn user(Query(asked): Query<Value>) -> Json<Value> {
    let account = asked["accountId"].as_str().unwrap();
    let email = (account != "hidden").then(|| format!("{account}@example.com"));
    Json(json!({ "accountId": account, "active": account != "gone", "emailAddress": email, "displayName": account }))
}

struct World {
    bench: Bench,
    atlassian: Arc<Atlassian>,
    clock: Arc<Shifted>,
}

impl World {
    async fn new() -> Self {
        let atlassian = Arc::new(Atlassian {
            signer: Mutex::new(Signer::new("first")),
            administrators: Mutex::new(["ada", "hidden", "gone", "stranger"].map(str::to_owned).into()),
            asked: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new()
            .route("/keys", get(keys))
            .route("/rest/api/3/permissions/check", post(permissions))
            .route("/rest/api/3/user", get(user))
            .with_state(atlassian.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });

        let clock = Arc::new(Shifted::default());
        let mut bench = Bench::with(Ambient { clock: clock.clone(), ..Ambient::system() }).await;
        let settings = ForgeSettings { app_id: APP.to_owned(), keys: format!("{address}/keys") };
        bench.components = bench.components.clone().with_forge(settings).unwrap();
        bench.router = server::router(&bench.components);
        register(&bench, &address).await;
        bench.person(bench.tenant, "ada@example.com", Role::Administrator).await;
        bench.person(bench.tenant, "bob@example.com", Role::Administrator).await;
        bench.person(bench.tenant, "gone@example.com", Role::Administrator).await;
        Self { bench, atlassian, clock }
    }

    /// A token that is changed before it is signed.
    fn token(&self, account: &str, change: impl Fn(&mut Value, &mut Value)) -> String {
        let now = self.bench.components.around.ambient.now().as_second();
        let signer = self.atlassian.signer.lock().unwrap();
        let mut head = signer.header();
        let mut claims = json!({
            "iss": "forge/invocation-token", "aud": APP, "iat": now, "nbf": now, "exp": now + 60, "principal": account,
            "context": { "cloudId": CLOUD, "moduleKey": "admin" }, "app": { "id": APP, "version": "1" },
        });
        change(&mut head, &mut claims);
        signer.signed(&head, &claims)
    }

    async fn ask(&self, method: &str, path: &str, token: &str, body: Option<Value>) -> Answered {
        let headers = [(header::AUTHORIZATION, format!("Bearer {token}"))];
        self.bench.send_with(headers, method, path, body).await
    }

    async fn sites(&self, token: &str) -> Answered {
        self.ask("GET", "/api/v1/sites", token, None).await
    }
}

async fn register(bench: &Bench, url: &str) {
    let around = &bench.components.around;
    let mut site = Site {
        id: store::new_id(&around.ambient),
        tenant: bench.tenant,
        name: "production".to_owned(),
        url: url.to_owned(),
        cloud_id: CLOUD.to_owned(),
        account: "admin@example.com".to_owned(),
        credentials: None,
        rpo_target: None,
        removed: None,
        added: around.ambient.now(),
    };
    let sealed = around.keys.seal(b"token", &worker::credentials_context(&site)).await.unwrap();
    site.credentials = Some(Sealed(sealed.into_bytes()));
    let mut repository = around.store.write().await.unwrap();
    repository.sites().add(&site).await.unwrap();
    repository.save().await.unwrap();
}

#[tokio::test]
async fn an_administrator_of_a_registered_site_is_who_they_are_here() {
    let world = World::new().await;
    let token = world.token("ada", |_, _| {});
    let me = world.ask("GET", "/api/v1/session", &token, None).await.expect(200);
    assert_eq!((&me["email"], &me["role"]), (&json!("ada@example.com"), &json!("administrator")));
    world.sites(&token).await.expect(200);
    assert_eq!(*world.atlassian.asked.lock().unwrap(), 1, "the site is not asked each time");
    // What a person must sign in again for needs a person.
    let refused = world.ask("POST", "/api/v1/api-keys", &token, Some(json!({ "name": "ci" }))).await;
    assert_eq!((refused.status.as_u16(), refused.text.contains("sign-in-again")), (403, true), "{}", refused.text);
}

#[tokio::test]
async fn whoever_administers_a_removed_site_is_nobody() {
    let world = World::new().await;
    let around = &world.bench.components.around;
    let mut repository = around.store.write().await.unwrap();
    let site = repository.sites().by_cloud_id(world.bench.tenant, CLOUD).await.unwrap().unwrap();
    store::site::removal::remove(repository.as_mut(), &site, around.ambient.now()).await.unwrap();
    repository.save().await.unwrap();
    assert_eq!(world.sites(&world.token("ada", |_, _| {})).await.status, 401);
    assert_eq!(*world.atlassian.asked.lock().unwrap(), 0, "the site is not asked any more");
}

/// What a token says that is not so: its header and its claims.
type Lie = (&'static str, fn(&mut Value, &mut Value));

#[tokio::test]
async fn a_token_that_is_wrong_in_anything_is_nobodys() {
    let world = World::new().await;
    let lies: [Lie; 13] = [
        ("another issuer", |_, claims| claims["iss"] = json!("forge/other")),
        ("another app", |_, claims| claims["aud"] = json!("ari:cloud:ecosystem::app/another")),
        ("another app too", |_, claims| claims["aud"] = json!([claims["aud"], "another"])),
        ("ended", |_, claims| claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 1)),
        ("without an end", |_, claims| drop(claims.as_object_mut().unwrap().remove("exp"))),
        ("not yet", |_, claims| claims["nbf"] = json!(claims["iat"].as_i64().unwrap() + 600)),
        ("of another site", |_, claims| claims["context"]["cloudId"] = json!("another")),
        ("of no site", |_, claims| drop(claims.as_object_mut().unwrap().remove("context"))),
        ("of nobody", |_, claims| drop(claims.as_object_mut().unwrap().remove("principal"))),
        ("of somebody who does not administer it", |_, claims| claims["principal"] = json!("bob")),
        ("unsigned", |head, _| head["alg"] = json!("none")),
        ("signed in another way", |head, _| head["alg"] = json!("HS256")),
        ("by an unknown key", |head, _| head["kid"] = json!("unknown")),
    ];
    let stranger = world.sites("a.b.c").await;
    for (what, lie) in lies {
        let answered = world.sites(&world.token("ada", lie)).await;
        assert_eq!((answered.status.as_u16(), &answered.text), (401, &stranger.text), "{what}");
    }
    for account in ["hidden", "gone", "stranger"] {
        let answered = world.sites(&world.token(account, |_, _| {})).await;
        assert_eq!((answered.status.as_u16(), &answered.text), (401, &stranger.text), "{account}");
    }
    let other = Signer::new("first");
    let token = world.token("ada", |_, _| {});
    let (signed, _) = token.rsplit_once('.').unwrap();
    assert_eq!(world.sites(&other.sealed(signed)).await.status, 401, "another key of the same name");
    world.sites(&world.token("ada", |_, _| {})).await.expect(200);
}

#[tokio::test]
async fn whoever_administers_no_more_is_out_within_a_minute() {
    let world = World::new().await;
    world.sites(&world.token("ada", |_, _| {})).await.expect(200);
    world.atlassian.administrators.lock().unwrap().remove("ada");
    *world.clock.ahead.lock().unwrap() = SignedDuration::from_secs(61);
    assert_eq!(world.sites(&world.token("ada", |_, _| {})).await.status, 401);
}

#[tokio::test]
async fn without_an_app_no_such_token_is_taken() {
    let world = World::new().await;
    let token = world.token("ada", |_, _| {});
    assert_eq!(world.sites(&token).await.status, 200);
    let mut other = Bench::new().await;
    other.router = server::router(&other.components);
    let headers = [(header::AUTHORIZATION, format!("Bearer {token}"))];
    assert_eq!(other.send_with(headers, "GET", "/api/v1/sites", None).await.status, 401);
}
