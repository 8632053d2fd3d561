//! What holds for all routes: sign-in, doing things once, pages, tags, headers.

use axum::http::header;
use jira_emulator::Seed;
use serde_json::json;
use store::Role;
use testkit::Sites;

use crate::bench::{Bench, PASSWORD, cookie};

#[tokio::test]
async fn people_sign_in_and_out_and_prove_themselves_again() {
    let bench = Bench::new().await;
    let ada = bench.joined("ada@example.com", Role::Owner).await;
    let body = json!({ "email": "ADA@example.com", "password": PASSWORD });
    let again = bench.send(None, "POST", "/api/v1/sessions", Some(body)).await;
    assert_eq!(again.status, 201, "{}", again.text);
    let set = again.headers[header::SET_COOKIE].to_str().unwrap();
    for part in ["__Host-lifeboat=", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    let second = cookie(&again);
    let me = bench.send(Some(&second), "GET", "/api/v1/session", None).await.expect(200);
    assert_eq!((&me["role"], &me["email"]), (&json!("owner"), &json!("ada@example.com")));
    let proof = Some(json!({ "password": PASSWORD }));
    let proven = bench.send(Some(&second), "POST", "/api/v1/session/proof", proof).await;
    assert_eq!(proven.status, 200);
    let third = cookie(&proven);
    assert_eq!(bench.send(Some(&second), "GET", "/api/v1/session", None).await.status, 401, "the old cookie dies");
    assert_eq!(ada.get("/sessions").await.expect(200).as_array().unwrap().len(), 2);
    assert_eq!(bench.send(Some(&third), "DELETE", "/api/v1/session", None).await.status, 204);
    assert_eq!(bench.send(Some(&third), "GET", "/api/v1/session", None).await.status, 401);

    let wrong = json!({ "email": "ada@example.com", "password": "wrong wrong wrong" });
    let nobody = json!({ "email": "nobody@example.com", "password": PASSWORD });
    let wrong = bench.send(None, "POST", "/api/v1/sessions", Some(wrong)).await;
    let nobody = bench.send(None, "POST", "/api/v1/sessions", Some(nobody)).await;
    assert_eq!((wrong.status.as_u16(), &wrong.text), (401, &nobody.text));
}

#[tokio::test]
async fn a_link_is_good_once_and_a_removed_person_is_out_at_once() {
    let bench = Bench::new().await;
    let owner = bench.joined("olga@example.com", Role::Owner).await;
    let new = json!({ "email": "otto@example.com", "name": "Otto", "role": "operator" });
    let invited = owner.post("/members", new).await.expect(201);
    let secret = invited["link"].as_str().unwrap().split('#').nth(1).unwrap().to_owned();
    let accept = || json!({ "invitation": secret, "password": PASSWORD });
    let joined = bench.send(None, "POST", "/api/v1/invitations/acceptance", Some(accept())).await;
    assert_eq!(joined.status, 201, "{}", joined.text);
    let otto = cookie(&joined);
    assert_eq!(bench.send(None, "POST", "/api/v1/invitations/acceptance", Some(accept())).await.status, 409);
    assert_eq!(bench.send(Some(&otto), "GET", "/api/v1/sites", None).await.status, 200);
    let path = format!("/members/{}", invited["id"].as_str().unwrap());
    assert_eq!(owner.send("DELETE", &path, None).await.status, 204);
    assert_eq!(bench.send(Some(&otto), "GET", "/api/v1/sites", None).await.status, 401);
    let last = owner.send("DELETE", &format!("/members/{}", owner.person), None).await;
    assert_eq!(last.status, 409, "the last owner stays: {}", last.text);
}

#[tokio::test]
async fn a_request_that_is_sent_twice_is_done_once() {
    let bench = Bench::new().await;
    let owner = bench.joined("olga@example.com", Role::Owner).await;
    let send = async |key: &str, name: &str| {
        let headers = [(header::COOKIE, owner.cookie.clone()), ("idempotency-key".parse().unwrap(), key.to_owned())];
        bench.send_with(headers, "POST", "/api/v1/api-keys", Some(json!({ "name": name }))).await
    };
    let first = send("one", "ci").await;
    assert_eq!(first.status, 201, "{}", first.text);
    let second = send("one", "ci").await;
    assert_eq!(second.status, 409, "a secret is not shown twice: {}", second.text);
    assert_eq!(send("one", "other").await.status, 422, "another request under the same key");
    assert_eq!(send("two", "ci").await.status, 201);
    assert_eq!(owner.get("/api-keys").await.expect(200).as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn long_lists_come_in_pages_that_miss_nothing() {
    let bench = Bench::new().await;
    let owner = bench.joined("olga@example.com", Role::Owner).await;
    for name in ["one", "two", "three"] {
        owner.post("/api-keys", json!({ "name": name })).await.expect(201);
    }
    let (mut numbers, mut after) = (vec![], String::new());
    loop {
        let page = owner.get(&format!("/audit?limit=2{after}")).await.expect(200);
        numbers.extend(page["items"].as_array().unwrap().iter().map(|event| event["number"].as_u64().unwrap()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let whole: Vec<u64> = (1..=bench.audit().await.len() as u64).rev().collect();
    assert_eq!(numbers, whole);
    assert_eq!(owner.get("/audit?limit=0").await.status, 400);
    assert_eq!(owner.get("/audit?after=x").await.status, 400);
}

#[tokio::test]
async fn the_log_is_searched_by_who_what_when_and_how() {
    let bench = Bench::new().await;
    let owner = bench.joined("olga@example.com", Role::Owner).await;
    let other = bench.joined("otto@example.com", Role::Administrator).await;
    owner.post("/api-keys", json!({ "name": "one" })).await.expect(201);
    let between = bench.components.around.ambient.now();
    other.post("/api-keys", json!({ "name": "two" })).await.expect(201);
    let events = bench.audit().await;
    let found = async |query: &str| {
        let page = owner.get(&format!("/audit?{query}")).await.expect(200);
        let numbers = page["items"].as_array().unwrap().iter().map(|event| event["number"].as_u64().unwrap());
        numbers.collect::<Vec<_>>()
    };
    let last = events.len() as u64;
    assert_eq!(found(&format!("by={}", other.person)).await[0], last);
    assert!(!found(&format!("by={}", owner.person)).await.contains(&last));
    let keys = found("action=api-key").await;
    assert!(keys.len() == 2 && keys[0] == last, "{keys:?}");
    assert_eq!(found(&format!("from={between}")).await, [last]);
    assert!(!found(&format!("until={between}")).await.contains(&last));
    assert_eq!(found("result=refused").await, [0; 0]);
    assert_eq!(found("connection=01939000-0000-7000-8000-00000000ffff").await, [0; 0]);
    assert_eq!(found("action=&limit=1").await, [last]);
    for wrong in ["by=nobody", "connection=1", "from=yesterday", "result=maybe"] {
        assert_eq!(owner.get(&format!("/audit?{wrong}")).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn what_was_read_is_not_sent_again_and_what_changed_is_not_overwritten() {
    let bench = Bench::new().await;
    let owner = bench.joined("olga@example.com", Role::Owner).await;
    let path = format!("/api/v1/members/{}", owner.person);
    let read = bench.send(Some(&owner.cookie), "GET", &path, None).await;
    let tag = read.headers[header::ETAG].to_str().unwrap().to_owned();
    let headers = [(header::COOKIE, owner.cookie.clone()), (header::IF_NONE_MATCH, tag.clone())];
    let same = bench.send_with(headers, "GET", &path, None).await;
    assert_eq!((same.status.as_u16(), same.text.as_str()), (304, ""));
    let change = async |name: &str| {
        let headers = [(header::COOKIE, owner.cookie.clone()), (header::IF_MATCH, tag.clone())];
        bench.send_with(headers, "PATCH", &path, Some(json!({ "name": name }))).await.status.as_u16()
    };
    assert_eq!(change("Olga O.").await, 200);
    assert_eq!(change("Somebody").await, 412);
}

#[tokio::test]
async fn pages_of_other_sites_send_nothing_and_answers_load_nothing() {
    let bench = Bench::new().await;
    let owner = bench.joined("olga@example.com", Role::Owner).await;
    let foreign = [
        (header::COOKIE, owner.cookie.clone()),
        ("sec-fetch-site".parse().unwrap(), "cross-site".to_owned()),
        (header::ORIGIN, "https://evil.example".to_owned()),
    ];
    let body = Some(json!({ "name": "stolen" }));
    let refused = bench.send_with(foreign, "POST", "/api/v1/api-keys", body).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    for answered in [refused, owner.get("/sites").await, bench.send(None, "GET", "/api/nowhere", None).await] {
        let value = |name: &str| answered.headers[name].to_str().unwrap();
        assert!(value("content-security-policy").contains("default-src 'none'"));
        assert_eq!((value("x-content-type-options"), value("cache-control")), ("nosniff", "no-store"));
        assert_eq!(value("referrer-policy"), "no-referrer");
    }
    assert_eq!(owner.get("/audit").await.headers["x-content-type-options"], "nosniff");
}

#[tokio::test]
async fn secrets_are_in_no_answer_no_error_and_not_in_the_database() {
    let bench = Bench::new().await;
    let owner = bench.joined("olga@example.com", Role::Owner).await;
    let canary = "canary-canary-canary";
    let sites = Sites::start(Seed::Empty).await;
    let site = sites.source();
    let body = json!({ "name": "x", "url": site.url(), "account": site.admin_email(), "token": canary });
    let failed = owner.post("/sites", body).await;
    assert_eq!(failed.status, 502, "{}", failed.text);
    assert!(!failed.text.contains(canary));
    let wrong = json!({ "invitation": canary, "password": PASSWORD });
    let wrong = bench.send(None, "POST", "/api/v1/invitations/acceptance", Some(wrong)).await;
    assert!(!wrong.text.contains(canary) && !wrong.text.contains(PASSWORD), "{}", wrong.text);
    let made = owner.post("/api-keys", json!({ "name": "ci" })).await.expect(201);
    let key = made["secret"].as_str().unwrap().to_owned();
    let listed = owner.get("/api-keys").await.text;
    assert!(!listed.contains(&key), "{listed}");
    let headers = [(header::AUTHORIZATION, format!("Bearer {key}"))];
    assert_eq!(bench.send_with(headers, "GET", "/api/v1/sites", None).await.status, 200);
    let stored = bench.database();
    for secret in [PASSWORD, key.split('_').nth(2).unwrap(), owner.cookie.split('=').nth(1).unwrap()] {
        assert!(!stored.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()), "a secret lies in the database");
    }
}
