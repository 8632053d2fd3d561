//! Every route, for every role, with own and with foreign ids: who may not is told so, and what is foreign looks missing.

use axum::http::header;
use control::api_key::{ApiKey, ApiKeyRecord};
use control::authority::may;
use control::id::TenantId;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use server::access::{ACCESS, Access, Row};
use store::Role;

use crate::bench::{Answered, Bench};

/// An API key of a person of a role.
async fn key(bench: &Bench, tenant: TenantId, role: Role) -> String {
    let around = &bench.components.around;
    let email = format!("{}@{tenant}.example.com", role.title().replace(' ', "-"));
    let person = bench.person(tenant, &email, role).await;
    let key = ApiKey::generate(around.ambient.entropy.bytes(), around.ambient.entropy.bytes());
    let now = around.ambient.now();
    let record = ApiKeyRecord::new(&around.pepper, &key, (tenant, person.id), "matrix".to_owned(), (now, None));
    let mut repository = around.store.write().await.unwrap();
    repository.api_keys().add(&record).await.unwrap();
    repository.save().await.unwrap();
    key.reveal().expose_secret().to_owned()
}

/// A body that each route can read, as far as that does not depend on what exists.
fn body(row: &Row) -> Option<Value> {
    const ID: &str = "01939000-0000-7000-8000-000000000001";
    let digest = "0000-0000-0000-0000-0000-0000-0000-0000";
    let body = match (row.method, row.path) {
        ("GET" | "DELETE", _) => return None,
        (_, "/members") => json!({ "email": "new@example.com", "name": "New", "role": "auditor" }),
        ("PATCH", "/connections/{connection}") => json!({ "name": "Another name" }),
        ("PATCH", "/schedules/{schedule}" | "/webhooks/{webhook}") => json!({ "enabled": false }),
        (_, "/connections/{connection}/release") => json!({ "keepToken": true }),
        (
            _,
            "/connections/{connection}/reinstatement" | "/sites/{site}/contacts" | "/sites/{site}/safeguards/removal",
        ) => {
            json!({ "person": ID })
        }
        (_, "/connections/{connection}/token-check") => {
            json!({ "token": control::token::Token::generate([9; 8], [9; 32]).reveal().expose_secret() })
        }
        (_, "/connections/{connection}/request/confirmation") => json!({ "digest": digest, "code": "123456" }),
        (_, "/connections/{connection}/request/approval") => json!({ "digest": digest, "note": "seen" }),
        (_, "/connections/{connection}/request/denial") => json!({ "note": "no" }),
        (_, "/connections/{connection}/request/proof") => {
            json!({ "kind": "attestation", "digest": digest, "note": "x" })
        }
        (_, "/sites/{site}/prunings" | "/sites/{site}/prunings/preview") => {
            json!({ "hourly": 1, "daily": 1, "weekly": 1, "monthly": 1 })
        }
        (_, "/consents") => json!({ "name": "a", "url": "https://example.atlassian.net" }),
        (_, "/sites/{site}/credentials") => json!({ "account": "a@example.com", "token": "t" }),
        (_, "/sites/{site}/safeguards/policy") => json!({
            "name": "ours", "supportApprovals": 1, "contactConfirmations": 1, "requesterConfirms": true, "proofs": 1,
            "acceptedProofs": ["dns-record"], "passkeys": false, "coolDown": [], "unlockHours": 24,
            "contactsOptional": false,
        }),
        _ => json!({}),
    };
    Some(body)
}

async fn ask(bench: &Bench, row: &Row, key: Option<&str>, id: &str) -> Answered {
    let mut path = row.whole_path();
    while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
        let value = if &path[from..=to] == "{point}" { "1" } else { id };
        path.replace_range(from..=to, value);
    }
    let query = match row.path.rsplit('/').next() {
        Some("changes") => "?from=1",
        Some("object") => "?kind=issue&key=1",
        _ => "",
    };
    let path = path + query;
    let headers = key.map(|key| (header::AUTHORIZATION, format!("Bearer {key}")));
    bench.send_with(headers, row.method, &path, body(row)).await
}

#[tokio::test]
async fn every_route_tells_strangers_and_wrong_roles_the_same_and_nothing_more() {
    let bench = Bench::new().await;
    let unknown = "01939000-0000-7000-8000-00000000ffff";
    let mut asked = 0;
    for role in Role::ALL {
        let key = key(&bench, bench.tenant, role).await;
        for row in ACCESS.iter().filter(|row| row.access != Access::Open) {
            let stranger = ask(&bench, row, None, unknown).await;
            assert_eq!(stranger.status, 401, "{row:?}: {}", stranger.text);
            let answered = ask(&bench, row, Some(&key), unknown).await;
            asked += 1;
            assert!(!answered.status.is_server_error(), "{row:?} for {role:?}: {}", answered.text);
            let Access::For(action) = row.access else { continue };
            let is_forbidden = answered.text.contains("urn:lifeboat:problem:forbidden");
            assert_eq!(is_forbidden, !may(role, action), "{row:?} for {role:?}: {}", answered.text);
            if is_forbidden {
                assert_eq!(answered.status, 403, "{row:?} for {role:?}");
            }
        }
    }
    println!("{asked} requests of {} roles to {} routes", Role::ALL.len(), ACCESS.len());
}

#[tokio::test]
async fn what_belongs_to_another_tenant_looks_as_if_it_were_not_there() {
    let bench = Bench::new().await;
    let foreign = Foreign::new(&bench).await;
    let unknown = "01939000-0000-7000-8000-00000000ffff";
    let mut compared = 0;
    for role in Role::ALL {
        let key = key(&bench, bench.tenant, role).await;
        for row in ACCESS.iter().filter(|row| row.path.contains('{') && row.access != Access::Open) {
            for id in foreign.ids(row) {
                let theirs = ask(&bench, row, Some(&key), &id).await;
                let missing = ask(&bench, row, Some(&key), unknown).await;
                assert_eq!((theirs.status, &theirs.text), (missing.status, &missing.text), "{row:?} for {role:?}");
                compared += 1;
            }
        }
    }
    println!("{compared} pairs of answers, each the same byte for byte");
}

/// What another tenant has.
struct Foreign {
    site: String,
    connection: String,
    person: String,
    job: String,
    key: String,
}

impl Foreign {
    async fn new(bench: &Bench) -> Self {
        let around = &bench.components.around;
        let tenant: TenantId = store::new_id(&around.ambient);
        let person = bench.person(tenant, "owner@elsewhere.example", Role::Owner).await;
        let site = store::Site {
            id: store::new_id(&around.ambient),
            tenant,
            name: "theirs".to_owned(),
            url: "https://theirs.example".to_owned(),
            cloud_id: "theirs".to_owned(),
            account: "a@theirs.example".to_owned(),
            credentials: None,
            added: around.ambient.now(),
            rpo_target: None,
            removed: None,
        };
        let mut repository = around.store.write().await.unwrap();
        repository.sites().add(&site).await.unwrap();
        let wanted = worker::kinds::capture::Wanted::default();
        let job = worker::kinds::capture::job(tenant, site.id, wanted, None, &around.ambient);
        repository.jobs().enqueue(&job).await.unwrap();
        let contact = control::connection::Contact { person: person.id, registered: around.ambient.now() };
        repository.people().add_contact(tenant, site.id, &contact).await.unwrap();
        let connection: control::id::ConnectionId = store::new_id(&around.ambient);
        let token = control::token::Token::generate([3; 8], [3; 32]);
        let context =
            control::token::VerifierContext { tenant, connection, generation: 0, source_cloud: &site.cloud_id };
        let verifier = control::token::Verifier::new(&around.pepper, context, &token);
        let event = control::connection::Event::Create(Box::new(control::connection::NewConnection {
            id: connection,
            tenant,
            kind: control::connection::Kind::DisasterRecovery,
            name: control::name::ConnectionName::parse("Theirs").unwrap(),
            applies_to: control::connection::AppliesTo::EVERYTHING,
            source: site.id,
            source_cloud: site.cloud_id.clone(),
            by: person.id,
            fresh: control::connection::FreshToken { id: token.id().clone(), verifier, expires: None },
        }));
        around.happen(repository.as_mut(), tenant, connection, &event).await.unwrap().unwrap();
        repository.save().await.unwrap();
        let key = key(bench, tenant, Role::Administrator).await;
        Self {
            site: site.id.to_string(),
            connection: connection.to_string(),
            person: person.id.to_string(),
            job: job.id.to_string(),
            key: key.split('_').nth(1).unwrap().to_owned(),
        }
    }

    /// The foreign ids that could stand in a route.
    fn ids(&self, row: &Row) -> Vec<String> {
        let named = |part: &str, id: &String| row.path.contains(part).then(|| id.clone());
        let ids = [
            named("{site}", &self.site),
            named("{connection}", &self.connection),
            named("{member}", &self.person),
            named("{job}", &self.job),
            named("{key}", &self.key),
        ];
        ids.into_iter().flatten().collect()
    }
}
