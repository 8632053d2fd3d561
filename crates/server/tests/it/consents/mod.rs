//! Sites that are connected by consent: connected, worked on with tokens that are renewed, and what a lost answer costs.

mod atlassian;

use std::sync::Arc;

use ambient::Ambient;
use axum::http::header;
use jiff::SignedDuration;
use jira_emulator::Seed;
use serde_json::{Value, json};
use store::Role;
use testkit::Sites;

use crate::bench::{Answered, Bench, Clients, Session, cookie};
use crate::shifted::Shifted;
use atlassian::{Atlassian, SECRET};

const CALLBACK: &str = "/api/v1/consents/callback";
const REFUSED: &str = "https://lifeboat.example/sites#consent-failed";

/// A server with an app, a site at Atlassian's, and the clock of the server.
struct World {
    bench: Bench,
    sites: Sites,
    atlassian: Arc<Atlassian>,
    clock: Arc<Shifted>,
}

impl World {
    async fn new() -> Self {
        let clock = Arc::new(Shifted::default());
        let ambient = Ambient { clock: clock.clone(), ..Ambient::system() };
        let mut bench = Bench::with(ambient.clone()).await;
        let sites = Sites::start(Seed::Empty).await;
        let account = sites.source_client().myself().await.unwrap().account_id;
        let atlassian = Atlassian::start(sites.source().clone(), account).await;
        bench.components.around.sites = Arc::new(Clients { ambient, app: Some(Arc::new(atlassian.app())) });
        bench.router = server::router(&bench.components);
        Self { bench, sites, atlassian, clock }
    }

    fn url(&self) -> String {
        self.sites.source().url().to_string().trim_end_matches('/').to_owned()
    }

    /// Sends somebody's browser to Atlassian: where to, and with which cookie.
    async fn sent(&self, ada: &Session<'_>, url: &str) -> (String, String) {
        let answered = ada.post("/consents", json!({ "name": "production", "url": url })).await;
        let set = answered.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
        assert!(set.contains("__Host-lifeboat-errand=") && set.contains("SameSite=Lax"), "{set}");
        let cookie = cookie(&answered);
        (answered.expect(200)["location"].as_str().unwrap().to_owned(), cookie)
    }

    async fn back(&self, cookie: Option<&str>, query: &str) -> Answered {
        self.bench.send(cookie, "GET", &format!("{CALLBACK}?{query}"), None).await
    }

    /// Connects the site; its id.
    async fn connected(&self, ada: &Session<'_>) -> String {
        let (location, cookie) = self.sent(ada, &self.url()).await;
        let (code, state) = Atlassian::consented(&location);
        let answered = self.back(Some(&cookie), &format!("code={code}&state={state}")).await;
        let place = place(&answered);
        let id = place.strip_prefix("https://lifeboat.example/sites/");
        id.unwrap_or_else(|| panic!("{place}")).to_owned()
    }

    fn later(&self, minutes: i64) {
        let mut ahead = self.clock.ahead.lock().unwrap();
        *ahead += SignedDuration::from_mins(minutes);
    }
}

fn place(answered: &Answered) -> String {
    assert_eq!(answered.status, 303, "{}", answered.text);
    answered.headers[header::LOCATION].to_str().unwrap().to_owned()
}

async fn site(ada: &Session<'_>, id: &str) -> Value {
    ada.get(&format!("/sites/{id}")).await.expect(200)
}

async fn check(ada: &Session<'_>, id: &str) -> Answered {
    ada.post(&format!("/sites/{id}/check"), json!({})).await
}

#[tokio::test]
async fn a_site_is_connected_by_consent_and_its_tokens_are_nobodys() {
    let world = World::new().await;
    let ada = world.bench.joined("ada@example.com", Role::Administrator).await;
    let id = world.connected(&ada).await;
    let site = site(&ada, &id).await;
    assert_eq!((&site["name"], &site["connectedBy"]), (&json!("production"), &json!("consent")));
    assert_eq!(site["cloudId"], json!(world.sites.source().cloud_id()));
    assert_eq!(check(&ada, &id).await.expect(200)["missing"], json!([]));
    assert!(world.bench.audit().await.iter().any(|event| event.happening.action == "site.add"));
    let stored = world.bench.database();
    for secret in world.atlassian.secrets().iter().chain([&SECRET.to_owned()]) {
        assert!(!stored.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()), "{secret}");
        assert!(!site.to_string().contains(secret.as_str()));
    }
}

#[tokio::test]
async fn a_consent_counts_once_in_the_browser_that_was_sent_for_the_site_that_was_meant() {
    let world = World::new().await;
    let ada = world.bench.joined("ada@example.com", Role::Administrator).await;
    let (location, cookie) = world.sent(&ada, &world.url()).await;
    let (code, state) = Atlassian::consented(&location);
    let query = format!("code={code}&state={state}");
    assert_eq!(place(&world.back(None, &query).await), REFUSED, "another browser");
    let wrong = format!("code={code}&state={}", "0".repeat(64));
    assert_eq!(place(&world.back(Some(&cookie), &wrong).await), REFUSED, "another state");
    assert_ne!(place(&world.back(Some(&cookie), &query).await), REFUSED);
    assert_eq!(place(&world.back(Some(&cookie), &query).await), REFUSED, "the same again");

    let (location, cookie) = world.sent(&ada, "https://elsewhere.atlassian.net").await;
    let (code, state) = Atlassian::consented(&location);
    assert_eq!(place(&world.back(Some(&cookie), &format!("code={code}&state={state}")).await), REFUSED, "another site");
    let last = world.bench.audit().await.pop().unwrap().happening;
    assert!(format!("{last:?}").contains("cannot reach https://elsewhere.atlassian.net"), "{last:?}");

    let (location, cookie) = world.sent(&ada, &world.url()).await;
    let (_, state) = Atlassian::consented(&location);
    assert_eq!(place(&world.back(Some(&cookie), &format!("error=access_denied&state={state}")).await), REFUSED);

    let (location, cookie) = world.sent(&ada, &world.url()).await;
    let (code, state) = Atlassian::consented(&location);
    assert_eq!(ada.send("DELETE", "/session", None).await.status, 204);
    let query = format!("code={code}&state={state}");
    assert_eq!(place(&world.back(Some(&cookie), &query).await), REFUSED, "who asked signed out");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_renewed_once_however_many_want_them() {
    let world = World::new().await;
    let ada = world.bench.joined("ada@example.com", Role::Administrator).await;
    let id = world.connected(&ada).await;
    let before = world.atlassian.secrets();
    world.later(20);
    check(&ada, &id).await.expect(200);
    assert_eq!(world.atlassian.renewals(), 0, "it lasts for an hour");
    for later in [20, 16] {
        world.later(later);
        ada.get("/session").await.expect(200);
    }
    let checks = futures::future::join_all((0..6).map(|_| check(&ada, &id))).await;
    for checked in checks {
        checked.expect(200);
    }
    assert_eq!(world.atlassian.renewals(), 1);
    assert_ne!(world.atlassian.secrets(), before);
    world.atlassian.forgets_the_one_before();
    for later in [25, 25, 10] {
        world.later(later);
        ada.get("/session").await.expect(200);
    }
    check(&ada, &id).await.expect(200);
    assert_eq!(world.atlassian.renewals(), 2, "with the token that was saved");
}

/// Half an hour and half an hour later, with somebody who stays.
async fn an_hour_later(world: &World, ada: &Session<'_>) {
    for _ in 0..3 {
        world.later(20);
        ada.get("/session").await.expect(200);
    }
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_as_long_as_the_old_token_is_taken() {
    let world = World::new().await;
    let ada = world.bench.joined("ada@example.com", Role::Administrator).await;
    let id = world.connected(&ada).await;
    an_hour_later(&world, &ada).await;
    world.atlassian.loses_an_answer();
    // The client tries again by itself.
    check(&ada, &id).await.expect(200);
    assert_eq!(world.atlassian.renewals(), 2);
    assert_eq!(site(&ada, &id).await["connectedBy"], "consent");
}

#[tokio::test]
async fn a_consent_that_is_lost_is_told_and_given_anew() {
    let world = World::new().await;
    let mut ada = world.bench.joined("ada@example.com", Role::Administrator).await;
    let id = world.connected(&ada).await;
    an_hour_later(&world, &ada).await;
    // Another process renewed, and died before it saved anything.
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = json!({
        "grant_type": "refresh_token", "refresh_token": world.atlassian.secrets()[0], "client_id": atlassian::CLIENT,
        "client_secret": SECRET,
    });
    client.post(world.atlassian.address.join("/oauth/token").unwrap()).json(&body).send().await.unwrap();
    world.atlassian.forgets_the_one_before();

    let told = check(&ada, &id).await;
    assert_eq!(told.status, 502);
    assert!(
        told.text.contains("the consent has ended") && told.text.contains("connect the site anew"),
        "{}",
        told.text
    );
    assert_eq!(site(&ada, &id).await["connectedBy"], "ended-consent");
    let last = world.bench.audit().await.pop().unwrap().happening;
    assert_eq!(last.action, "credential.end");
    let renewals = world.atlassian.renewals();
    assert_eq!(check(&ada, &id).await.status, 502);
    assert_eq!(world.atlassian.renewals(), renewals, "what has ended is not asked for again");

    let proof = Some(json!({ "password": crate::bench::PASSWORD }));
    let proven = world.bench.send(Some(&ada.cookie), "POST", "/api/v1/session/proof", proof).await;
    ada.cookie = cookie(&proven);
    assert_eq!(world.connected(&ada).await, id, "the same site");
    check(&ada, &id).await.expect(200);
    assert_eq!(site(&ada, &id).await["connectedBy"], "consent");
}

#[tokio::test]
async fn without_an_app_nobody_is_sent_anywhere() {
    let bench = Bench::new().await;
    let ada = bench.joined("ada@example.com", Role::Administrator).await;
    let asked = ada.post("/consents", json!({ "name": "a", "url": "https://example.atlassian.net" })).await;
    assert_eq!(asked.status, 409, "{}", asked.text);
}
