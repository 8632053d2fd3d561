//! Passkeys: added, used to sign in and to prove again, and what they do not let anybody do.

mod authenticator;

use std::sync::Arc;

use ambient::Ambient;
use control::policy::Policy;
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::Role;

use crate::bench::{Bench, PASSWORD, Session, cookie};
use crate::flow::Company;
use crate::shifted::Shifted;
use authenticator::Authenticator;

/// Adds a passkey to somebody's account, after the password was typed again.
async fn add(session: &mut Session<'_>, device: &mut Authenticator) -> Value {
    let proven = session.post("/session/proof", json!({ "password": PASSWORD })).await;
    session.cookie = cookie(&proven);
    added(session, device).await
}

async fn added(session: &Session<'_>, device: &mut Authenticator) -> Value {
    let asked = session.post("/session/passkeys/challenge", json!({})).await.expect(200);
    let passkey = json!({ "ceremony": asked["ceremony"], "credential": device.create(&asked["options"]) });
    session.post("/session/passkeys", json!({ "name": "Phone", "passkey": passkey })).await.expect(201)
}

/// What is sent to sign in with a device.
async fn signed(bench: &Bench, email: &str, device: &mut Authenticator) -> Value {
    let asked =
        bench.send(None, "POST", "/api/v1/sessions/challenge", Some(json!({ "email": email }))).await.expect(200);
    json!({ "ceremony": asked["ceremony"], "credential": device.sign(&asked["options"]) })
}

async fn prove(session: &mut Session<'_>, device: &mut Authenticator) {
    let asked = session.post("/session/proof/challenge", json!({})).await.expect(200);
    let passkey = json!({ "ceremony": asked["ceremony"], "credential": device.sign(&asked["options"]) });
    let proven = session.post("/session/proof", json!({ "passkey": passkey })).await;
    assert_eq!(proven.status, 200, "{}", proven.text);
    session.cookie = cookie(&proven);
}

#[tokio::test]
async fn a_passkey_signs_in_and_each_answer_is_taken_once() {
    let bench = Bench::new().await;
    let mut ada = bench.joined("ada@example.com", Role::Administrator).await;
    let mut phone = Authenticator::new(1);
    let added = add(&mut ada, &mut phone).await;
    assert_eq!((&added["name"], &added["used"]), (&json!("Phone"), &Value::Null));

    let answer = signed(&bench, "Ada@example.com ", &mut phone).await;
    let signed_in = bench.send(None, "POST", "/api/v1/sessions/passkey", Some(answer.clone())).await;
    assert_eq!((signed_in.status.as_u16(), signed_in.json()["email"].as_str()), (201, Some("ada@example.com")));
    let me = bench.send(Some(&cookie(&signed_in)), "GET", "/api/v1/session/passkeys", None).await.expect(200);
    assert_ne!(me[0]["used"], Value::Null);

    let again = bench.send(None, "POST", "/api/v1/sessions/passkey", Some(answer)).await;
    assert_eq!(again.status, 401, "an answer that was used is worth nothing: {}", again.text);
    let letters = bench.letters(ada.person).await;
    assert!(letters.iter().any(|(subject, _)| subject == "A passkey was added to the account of ada"), "{letters:?}");
}

#[tokio::test]
async fn what_is_not_signed_by_the_passkey_is_refused() {
    let bench = Bench::new().await;
    let mut ada = bench.joined("ada@example.com", Role::Administrator).await;
    let mut phone = Authenticator::new(1);
    add(&mut ada, &mut phone).await;
    let mut others = Authenticator::new(1);
    let refused = [
        signed(&bench, "ada@example.com", &mut others).await,
        signed_as(&bench, &mut phone, |phone| phone.counter = 0).await,
        signed_as(&bench, &mut phone, |phone| phone.verifies = false).await,
        signed_as(&bench, &mut phone, |phone| phone.origin = "https://lifeboat.example.evil.example".to_owned()).await,
    ];
    for answer in refused {
        let answered = bench.send(None, "POST", "/api/v1/sessions/passkey", Some(answer)).await;
        assert_eq!(answered.status, 401, "{}", answered.text);
    }
}

async fn signed_as(bench: &Bench, phone: &mut Authenticator, change: impl FnOnce(&mut Authenticator)) -> Value {
    let (counter, verifies, origin) = (phone.counter, phone.verifies, phone.origin.clone());
    change(phone);
    let answer = signed(bench, "ada@example.com", phone).await;
    (phone.counter, phone.verifies, phone.origin) = (counter, verifies, origin);
    answer
}

#[tokio::test]
async fn an_answer_is_good_only_for_what_it_was_asked_for() {
    let bench = Bench::new().await;
    let mut ada = bench.joined("ada@example.com", Role::Administrator).await;
    let bob = bench.joined("bob@example.com", Role::Operator).await;
    let mut phone = Authenticator::new(1);
    add(&mut ada, &mut phone).await;

    // What was asked for signing in does not prove anything in a session, and the other way round.
    let answer = signed(&bench, "ada@example.com", &mut phone).await;
    assert_eq!(ada.post("/session/proof", json!({ "passkey": answer })).await.status, 403);
    let asked = ada.post("/session/proof/challenge", json!({})).await.expect(200);
    let answer = json!({ "ceremony": asked["ceremony"], "credential": phone.sign(&asked["options"]) });
    let elsewhere = bob.post("/session/proof", json!({ "passkey": answer })).await;
    assert_eq!(elsewhere.status, 403, "{}", elsewhere.text);
    let asked = ada.post("/session/proof/challenge", json!({})).await.expect(200);
    let answer = json!({ "ceremony": asked["ceremony"], "credential": phone.sign(&asked["options"]) });
    assert_eq!(bench.send(None, "POST", "/api/v1/sessions/passkey", Some(answer)).await.status, 401);
}

#[tokio::test]
async fn an_address_without_passkeys_looks_like_one_with() {
    let bench = Bench::new().await;
    let mut ada = bench.joined("ada@example.com", Role::Administrator).await;
    add(&mut ada, &mut Authenticator::new(1)).await;
    let ask = async |email: &str| {
        let body = Some(json!({ "email": email }));
        bench.send(None, "POST", "/api/v1/sessions/challenge", body).await.expect(200)
    };
    let shape = |challenge: &Value| {
        let mut options = challenge["options"]["publicKey"].clone();
        let id = options["allowCredentials"][0]["id"].take();
        let challenge = options["challenge"].take();
        (options, id.as_str().unwrap().len(), challenge.as_str().unwrap().len())
    };
    let (real, nobodys) = (ask("ada@example.com").await, ask("nobody@example.com").await);
    assert_eq!(shape(&real), shape(&nobodys));
    let id = |challenge: &Value| challenge["options"]["publicKey"]["allowCredentials"][0]["id"].clone();
    assert_eq!(id(&nobodys), id(&ask("nobody@example.com").await), "it stays the same");
    assert_ne!(id(&nobodys), id(&ask("somebody@example.com").await));
}

#[tokio::test]
async fn a_password_alone_brings_no_second_passkey() {
    let bench = Bench::new().await;
    let mut ada = bench.joined("ada@example.com", Role::Administrator).await;
    let mut phone = Authenticator::new(1);
    let first = add(&mut ada, &mut phone).await;
    let proven = ada.post("/session/proof", json!({ "password": PASSWORD })).await;
    ada.cookie = cookie(&proven);
    let refused = ada.post("/session/passkeys/challenge", json!({})).await;
    assert_eq!((refused.status.as_u16(), refused.text.contains("passkey")), (403, true), "{}", refused.text);
    let path = format!("/session/passkeys/{}", first["id"].as_str().unwrap());
    assert_eq!(ada.send("DELETE", &path, None).await.status, 403);

    prove(&mut ada, &mut phone).await;
    added(&ada, &mut Authenticator::new(2)).await;
    assert_eq!(ada.send("DELETE", &path, None).await.status, 204);
    assert_eq!(ada.send("DELETE", &path, None).await.status, 404);
    let left = ada.get("/session/passkeys").await.expect(200);
    assert_eq!(left.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_link_removes_the_passkeys_that_were_there() {
    let bench = Bench::new().await;
    let owner = bench.joined("olga@example.com", Role::Owner).await;
    let mut ada = bench.joined("ada@example.com", Role::Administrator).await;
    let mut phone = Authenticator::new(1);
    add(&mut ada, &mut phone).await;
    let path = format!("/members/{}/invitation", ada.person);
    let invited = owner.post(&path, json!({})).await.expect(200);
    let (_, secret) = invited["link"].as_str().unwrap().split_once('#').unwrap();
    let body = json!({ "invitation": secret, "password": PASSWORD });
    let accepted = bench.send(None, "POST", "/api/v1/invitations/acceptance", Some(body)).await;
    ada.cookie = cookie(&accepted);
    assert_eq!(ada.get("/session/passkeys").await.expect(200), json!([]));
    let answer = signed(&bench, "ada@example.com", &mut phone).await;
    assert_eq!(bench.send(None, "POST", "/api/v1/sessions/passkey", Some(answer)).await.status, 401);
}

/// A contact whose account somebody else got into could be made to confirm at once, if a new passkey were enough.
#[tokio::test(flavor = "multi_thread")]
async fn where_the_policy_asks_for_passkeys_a_young_one_does_not_vouch() {
    let clock = Arc::new(Shifted::default());
    let mut bench = Bench::with(Ambient { clock: clock.clone(), ..Ambient::system() }).await;
    bench.components.around.settings.policy = Policy::strict();
    bench.router = server::router(&bench.components);
    let mut company = Company::new(&bench).await;
    let (connection, _) = company.make().await;
    let path = format!("/connections/{connection}/confirmation");
    let confirm = async |contact: &Session<'_>| contact.post(&path, json!({})).await;

    let mut contact = company.contacts.remove(0);
    let without = confirm(&contact).await;
    assert_eq!((without.status.as_u16(), without.text.contains("with a passkey")), (403, true), "{}", without.text);
    let mut phone = Authenticator::new(1);
    add(&mut contact, &mut phone).await;
    prove(&mut contact, &mut phone).await;
    let young = confirm(&contact).await;
    assert_eq!((young.status.as_u16(), young.text.contains("too new")), (403, true), "{}", young.text);

    *clock.ahead.lock().unwrap() = SignedDuration::from_hours(73);
    let answer = signed(&bench, "carol@example.org", &mut phone).await;
    let signed_in = bench.send(None, "POST", "/api/v1/sessions/passkey", Some(answer)).await;
    contact.cookie = cookie(&signed_in);
    let vouches = confirm(&contact).await;
    assert_eq!(vouches.status, 409, "nothing waits to be confirmed, but they may: {}", vouches.text);
}
