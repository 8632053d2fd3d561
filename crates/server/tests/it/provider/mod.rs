//! Signing in by a provider: whoever it vouches for and has an account, and nobody else.

mod idp;
pub(crate) mod signer;

use std::sync::Arc;

use ambient::Ambient;
use axum::http::header;
use jiff::SignedDuration;
use secrecy::SecretString;
use serde_json::{Value, json};
use server::OidcSettings;
use store::Role;

use crate::bench::{Answered, Bench, Session, cookie};
use crate::shifted::Shifted;
use idp::{CLIENT, Provider, SECRET};

const CALLBACK: &str = "/api/v1/sign-in/oidc/callback";
const DASHBOARD: &str = "https://lifeboat.example/";
const REFUSED: &str = "https://lifeboat.example/#sign-in-failed";

/// What a token says that is not so: its header and its claims.
type Lie = (&'static str, fn(&mut Value, &mut Value));

/// A server with a provider, and the clock of both.
async fn bench() -> (Bench, Arc<Provider>, Arc<Shifted>) {
    let clock = Arc::new(Shifted::default());
    let mut bench = Bench::with(Ambient { clock: clock.clone(), ..Ambient::system() }).await;
    let provider = Provider::start(clock.clone()).await;
    let settings = OidcSettings {
        name: "Example ID".to_owned(),
        issuer: provider.issuer.clone(),
        client_id: CLIENT.to_owned(),
        client_secret: SecretString::from(SECRET),
    };
    bench.components = bench.components.clone().with_provider(settings).unwrap();
    bench.router = server::router(&bench.components);
    (bench, provider, clock)
}

/// A browser on its way.
struct Sent {
    to: String,
    cookie: String,
}

async fn sent(bench: &Bench, path: &str, session: Option<&str>) -> Sent {
    let answered = bench.send(session, "GET", path, None).await;
    assert_eq!(answered.status, 303, "{}", answered.text);
    let set = answered.headers[header::SET_COOKIE].to_str().unwrap();
    for part in ["__Host-lifeboat-errand=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=600"] {
        assert!(set.contains(part), "{set}");
    }
    Sent { to: place(&answered), cookie: cookie(&answered) }
}

async fn start(bench: &Bench) -> Sent {
    sent(bench, "/api/v1/sign-in/oidc", None).await
}

fn place(answered: &Answered) -> String {
    answered.headers[header::LOCATION].to_str().unwrap().to_owned()
}

async fn back(bench: &Bench, cookie: Option<&str>, query: &str) -> Answered {
    bench.send(cookie, "GET", &format!("{CALLBACK}?{query}"), None).await
}

/// A whole sign-in as somebody whose address the provider verified.
async fn signed_in(bench: &Bench, provider: &Provider, email: &str) -> Answered {
    let sent = start(bench).await;
    let (code, state) = provider.signed_in(&sent.to, email);
    back(bench, Some(&sent.cookie), &format!("code={code}&state={state}")).await
}

/// What everybody is answered who is not let in.
#[track_caller]
fn is_refused(answered: &Answered, what: &str) {
    assert_eq!((answered.status.as_u16(), place(answered).as_str()), (303, REFUSED), "{what}");
    assert_eq!(answered.text, "", "{what}");
    assert!(!answered.headers.contains_key(header::SET_COOKIE), "{what}");
}

#[tokio::test]
async fn somebody_with_an_account_is_signed_in() {
    let (bench, provider, _) = bench().await;
    bench.person(bench.tenant, "ada@example.com", Role::Administrator).await;
    let ways = bench.send(None, "GET", "/api/v1/sign-in", None).await.expect(200);
    assert_eq!(ways, json!({ "provider": { "name": "Example ID" } }));

    let sent = start(&bench).await;
    let (code, state) = provider.signed_in(&sent.to, "Ada@Example.com");
    let answered =
        back(&bench, Some(&sent.cookie), &format!("code={code}&state={state}&iss={}", provider.issuer)).await;
    assert_eq!((answered.status.as_u16(), place(&answered).as_str()), (303, DASHBOARD), "{}", answered.text);
    let set = answered.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(set.contains("__Host-lifeboat=") && set.contains("SameSite=Strict"), "{set}");
    let me = bench.send(Some(&cookie(&answered)), "GET", "/api/v1/session", None).await.expect(200);
    assert_eq!((&me["email"], &me["role"]), (&json!("ada@example.com"), &json!("administrator")));
    let happening = bench.audit().await.pop().unwrap().happening;
    assert_eq!(happening.action, "session.begin");
    assert!(format!("{happening:?}").contains("provider"), "{happening:?}");
}

#[tokio::test]
async fn what_a_browser_was_sent_with_is_not_in_the_database() {
    let (bench, provider, _) = bench().await;
    let sent = start(&bench).await;
    let (_, state) = provider.signed_in(&sent.to, "ada@example.com");
    let nonce = sent.to.split("nonce=").nth(1).unwrap().split('&').next().unwrap();
    let stored = bench.database();
    for secret in [state.as_str(), nonce, sent.cookie.split('=').nth(1).unwrap(), SECRET] {
        assert!(!stored.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()), "{secret}");
    }
}

#[tokio::test]
async fn no_account_is_made_by_signing_in() {
    let (bench, provider, _) = bench().await;
    let owner = bench.joined("olga@example.com", Role::Owner).await;
    is_refused(&signed_in(&bench, &provider, "nobody@example.com").await, "somebody without an account");
    let new = json!({ "email": "otto@example.com", "name": "Otto", "role": "operator" });
    let invited = owner.post("/members", new).await.expect(201);
    assert_eq!(place(&signed_in(&bench, &provider, "otto@example.com").await), DASHBOARD);
    let path = format!("/members/{}", invited["id"].as_str().unwrap());
    assert_eq!(owner.send("DELETE", &path, None).await.status, 204);
    is_refused(&signed_in(&bench, &provider, "otto@example.com").await, "somebody who was removed");
    assert_eq!(owner.get("/members").await.expect(200).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_token_that_is_wrong_in_anything_is_refused() {
    let (bench, provider, _) = bench().await;
    bench.person(bench.tenant, "ada@example.com", Role::Owner).await;
    let lies: [Lie; 14] = [
        ("another nonce", |_, claims| claims["nonce"] = json!("another")),
        ("no nonce", |_, claims| drop(claims.as_object_mut().unwrap().remove("nonce"))),
        ("for somebody else", |_, claims| claims["aud"] = json!("another")),
        ("for somebody else too", |_, claims| claims["aud"] = json!(["lifeboat", "another"])),
        ("by somebody else", |_, claims| claims["iss"] = json!("https://evil.example")),
        ("of a path of the issuer", |_, claims| claims["iss"] = json!(format!("{}/", claims["iss"].as_str().unwrap()))),
        ("expired", |_, claims| claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 1)),
        ("without an end", |_, claims| drop(claims.as_object_mut().unwrap().remove("exp"))),
        ("not verified", |_, claims| claims["email_verified"] = json!(false)),
        ("nothing about verification", |_, claims| drop(claims.as_object_mut().unwrap().remove("email_verified"))),
        ("no address", |_, claims| drop(claims.as_object_mut().unwrap().remove("email"))),
        ("unsigned", |head, _| head["alg"] = json!("none")),
        ("signed with the shared secret", |head, _| head["alg"] = json!("HS256")),
        ("signed by an unknown key", |head, _| head["kid"] = json!("unknown")),
    ];
    for (what, lie) in lies {
        provider.says(lie);
        is_refused(&signed_in(&bench, &provider, "ada@example.com").await, what);
        let happening = bench.audit().await.pop().unwrap().happening;
        assert_eq!(happening.action, "session.begin", "{what}");
        assert!(format!("{happening:?}").contains("Refused"), "{what}: {happening:?}");
    }
    provider.says(|_, _| {});
    assert_eq!(place(&signed_in(&bench, &provider, "ada@example.com").await), DASHBOARD, "only the lies were refused");
}

#[tokio::test]
async fn an_answer_is_good_once_in_the_browser_that_was_sent() {
    let (bench, provider, clock) = bench().await;
    bench.person(bench.tenant, "ada@example.com", Role::Owner).await;
    let fresh = async || {
        let sent = start(&bench).await;
        let (code, state) = provider.signed_in(&sent.to, "ada@example.com");
        (sent, code, state)
    };
    let (sent, code, state) = fresh().await;
    let query = format!("code={code}&state={state}");
    is_refused(&back(&bench, None, &query).await, "another browser");
    let (other, ..) = fresh().await;
    is_refused(&back(&bench, Some(&other.cookie), &query).await, "a browser that was sent for something else");
    is_refused(
        &back(&bench, Some(&sent.cookie), &format!("code={code}&state={}", "0".repeat(64))).await,
        "another state",
    );
    is_refused(&back(&bench, Some(&sent.cookie), &format!("code={code}")).await, "no state");
    assert_eq!(place(&back(&bench, Some(&sent.cookie), &query).await), DASHBOARD);
    is_refused(&back(&bench, Some(&sent.cookie), &query).await, "the same again");

    let (sent, _, state) = fresh().await;
    is_refused(&back(&bench, Some(&sent.cookie), &format!("code={code}&state={state}")).await, "a code that was used");
    let ((sent, _, state), (_, theirs, _)) = (fresh().await, fresh().await);
    is_refused(
        &back(&bench, Some(&sent.cookie), &format!("code={theirs}&state={state}")).await,
        "somebody else's code",
    );
    let (sent, code, state) = fresh().await;
    let query = format!("code={code}&state={state}&iss=https%3A%2F%2Fevil.example");
    is_refused(&back(&bench, Some(&sent.cookie), &query).await, "another provider's answer");
    let (sent, _, state) = fresh().await;
    is_refused(&back(&bench, Some(&sent.cookie), &format!("error=access_denied&state={state}")).await, "no consent");
    let (sent, code, state) = fresh().await;
    *clock.ahead.lock().unwrap() = SignedDuration::from_mins(11);
    is_refused(&back(&bench, Some(&sent.cookie), &format!("code={code}&state={state}")).await, "too late");
}

#[tokio::test]
async fn two_tabs_at_once_both_come_in() {
    let (bench, provider, _) = bench().await;
    bench.person(bench.tenant, "ada@example.com", Role::Owner).await;
    let first = start(&bench).await;
    let second = sent(&bench, "/api/v1/sign-in/oidc", Some(&first.cookie)).await;
    assert_eq!(first.cookie, second.cookie);
    for sent in [second, first] {
        let (code, state) = provider.signed_in(&sent.to, "ada@example.com");
        assert_eq!(place(&back(&bench, Some(&sent.cookie), &format!("code={code}&state={state}")).await), DASHBOARD);
    }
}

#[tokio::test]
async fn a_provider_that_changes_its_key_is_asked_again() {
    let (bench, provider, _) = bench().await;
    bench.person(bench.tenant, "ada@example.com", Role::Owner).await;
    assert_eq!(place(&signed_in(&bench, &provider, "ada@example.com").await), DASHBOARD);
    provider.changes_its_key("second");
    assert_eq!(place(&signed_in(&bench, &provider, "ada@example.com").await), DASHBOARD);
    provider.changes_its_key("second");
    is_refused(&signed_in(&bench, &provider, "ada@example.com").await, "another key of the same name");
}

/// Sends somebody who is signed in to the provider again, and what comes of it.
async fn proven(bench: &Bench, provider: &Provider, session: &Session<'_>, email: &str) -> Answered {
    let sent = sent(bench, "/api/v1/session/proof/oidc", Some(&session.cookie)).await;
    assert!(sent.to.contains("max_age=0") && sent.to.contains("prompt=login"), "{}", sent.to);
    let (code, state) = provider.signed_in(&sent.to, email);
    back(bench, Some(&sent.cookie), &format!("code={code}&state={state}")).await
}

#[tokio::test]
async fn somebody_proves_again_who_they_are() {
    let (bench, provider, clock) = bench().await;
    let mut ada = bench.joined("ada@example.com", Role::Owner).await;
    bench.person(bench.tenant, "bob@example.com", Role::Owner).await;
    *clock.ahead.lock().unwrap() = SignedDuration::from_mins(15);
    let asked = async |session: &Session<'_>| session.post("/api-keys", json!({ "name": "ci" })).await.status.as_u16();
    assert_eq!(asked(&ada).await, 403);
    is_refused(&proven(&bench, &provider, &ada, "bob@example.com").await, "somebody else at the provider");
    provider.says(|_, claims| claims["auth_time"] = json!(claims["iat"].as_i64().unwrap() - 600));
    is_refused(&proven(&bench, &provider, &ada, "ada@example.com").await, "not signed in anew");
    provider.says(|_, claims| drop(claims.as_object_mut().unwrap().remove("auth_time")));
    is_refused(&proven(&bench, &provider, &ada, "ada@example.com").await, "nothing about when");
    assert_eq!(asked(&ada).await, 403);

    provider.says(|_, _| {});
    let answered = proven(&bench, &provider, &ada, "ada@example.com").await;
    assert_eq!(place(&answered), "https://lifeboat.example/#proven");
    let old = std::mem::replace(&mut ada.cookie, cookie(&answered));
    assert_eq!(asked(&ada).await, 201);
    assert_eq!(bench.send(Some(&old), "GET", "/api/v1/session", None).await.status, 401, "the old cookie dies");
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_does_not_go_on() {
    let (bench, provider, _) = bench().await;
    let ada = bench.joined("ada@example.com", Role::Owner).await;
    let sent = sent(&bench, "/api/v1/session/proof/oidc", Some(&ada.cookie)).await;
    assert_eq!(ada.send("DELETE", "/session", None).await.status, 204);
    let (code, state) = provider.signed_in(&sent.to, "ada@example.com");
    is_refused(&back(&bench, Some(&sent.cookie), &format!("code={code}&state={state}")).await, "an ended session");
}

#[tokio::test]
async fn without_a_provider_there_is_nothing_to_go_to() {
    let bench = Bench::new().await;
    assert_eq!(bench.send(None, "GET", "/api/v1/sign-in", None).await.expect(200), json!({}));
    for path in ["/api/v1/sign-in/oidc", CALLBACK] {
        assert_eq!(bench.send(None, "GET", path, None).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_provider_that_is_away_lets_nobody_in() {
    let mut bench = Bench::new().await;
    let settings = OidcSettings {
        name: "Away".to_owned(),
        issuer: "http://127.0.0.1:9".to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: SecretString::from(SECRET),
    };
    bench.components = bench.components.clone().with_provider(settings).unwrap();
    bench.router = server::router(&bench.components);
    is_refused(&bench.send(None, "GET", "/api/v1/sign-in/oidc", None).await, "a provider that is away");
}
