//! Who works on the machine itself is believed; nothing that comes over the network can pass for them.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use server::Console;
use server::access::{ACCESS, Access};
use store::Role;

use crate::bench::Bench;

async fn answered(console: &Console, method: &str, path: &str, body: &'static str) -> (StatusCode, String) {
    let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    let response = console.send(request.body(Body::from(body)).unwrap()).await;
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn somebody_at_the_machine_needs_no_sign_in_and_has_their_role_alone() {
    let bench = Bench::new().await;
    let owner = bench.person(bench.tenant, "olga@example.com", Role::Owner).await;
    let id = owner.id;
    let console = Console::new(&bench.components, Some(owner));
    // What a person must sign in again for, too.
    let (status, body) = answered(&console, "POST", "/api/v1/api-keys", r#"{"name":"ci"}"#).await;
    assert_eq!(status, 201, "{body}");
    let event = bench.audit().await.pop().unwrap().happening;
    assert_eq!(event.actor, control::audit::Actor::Person(id));

    let support = bench.person(bench.tenant, "sam@example.com", Role::Support).await;
    let console = Console::new(&bench.components, Some(support));
    let (status, body) = answered(&console, "POST", "/api/v1/api-keys", r#"{"name":"ci"}"#).await;
    assert_eq!(status, 403, "{body}");
    assert_eq!(answered(&console, "GET", "/api/v1/sites", "").await.0, 403);
}

#[tokio::test]
async fn whoever_does_not_say_who_they_are_changes_nothing() {
    let bench = Bench::new().await;
    let console = Console::new(&bench.components, None);
    let before = bench.audit().await.len();
    let unknown = "01939000-0000-7000-8000-00000000ffff";
    for row in ACCESS.iter().filter(|row| row.access != Access::Open) {
        let mut path = row.whole_path();
        while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
            path.replace_range(from..=to, unknown);
        }
        let (status, body) = answered(&console, row.method, &path, "{}").await;
        let changes = row.method != "GET" || path.ends_with("/export");
        assert_eq!(status == 403, changes, "{row:?}: {status} {body}");
    }
    assert_eq!(bench.audit().await.len(), before);
}

#[tokio::test]
async fn no_header_makes_a_request_one_from_the_machine() {
    let bench = Bench::new().await;
    bench.person(bench.tenant, "olga@example.com", Role::Owner).await;
    for (name, value) in [
        ("authorization", "Console"),
        ("authorization", "Bearer console"),
        ("cookie", "__Host-lifeboat=console; lifeboat=console"),
        ("forwarded", "for=127.0.0.1;host=localhost"),
        ("host", "localhost"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-lifeboat-console", "olga@example.com"),
        ("x-lifeboat-trusted", "olga@example.com"),
        ("x-real-ip", "::1"),
        ("x-remote-user", "olga@example.com"),
    ] {
        for row in ACCESS.iter().filter(|row| row.access != Access::Open && !row.path.contains('{')) {
            let header = [(name.parse().unwrap(), value.to_owned())];
            let sent = bench.send_with(header, row.method, &row.whole_path(), Some(serde_json::json!({}))).await;
            assert_eq!(sent.status, 401, "{name}: {value} at {row:?}: {}", sent.text);
        }
    }
}
