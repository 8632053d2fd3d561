//! A server on a database in a folder, people who are signed in, and two emulated sites.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ambient::Ambient;
use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use control::id::{PersonId, TenantId};
use control::policy::Policy;
use control::token::Pepper;
use jira::{App, Credentials, Jira};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use server::{Components, DomainNames, router};
use store::job::Limits;
use store::{Person, Role, Store};
use store_sqlite::SqliteStore;
use tempfile::TempDir;
use tower::ServiceExt as _;
use url::Url;
use vault::LocalKeyFile;
use worker::{CaptureSettings, Connect, LeaseSettings, Settings, Surroundings, VaultPlace};

/// The password of everybody.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A server and what is around it.
pub(crate) struct Bench {
    pub(crate) components: Components,
    pub(crate) router: Router,
    pub(crate) tenant: TenantId,
    folder: TempDir,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }
}

/// Real clients of emulated sites.
#[derive(Debug)]
pub(crate) struct Clients {
    pub(crate) ambient: Ambient,
    pub(crate) app: Option<Arc<App>>,
}

impl Connect for Clients {
    fn connect(&self, url: &str, credentials: Credentials) -> worker::Result<Jira> {
        let settings = jira::Settings::new(url.parse().unwrap(), credentials);
        Ok(Jira::new(settings, self.ambient.clone())?)
    }

    fn app(&self) -> Option<Arc<App>> {
        self.app.clone()
    }
}

/// The DNS of the test.
#[derive(Debug, Default)]
pub(crate) struct Zone(pub(crate) BTreeMap<String, Vec<String>>);

#[async_trait]
impl DomainNames for Zone {
    async fn text(&self, name: &str) -> Result<Vec<String>, String> {
        Ok(self.0.get(name).cloned().unwrap_or_default())
    }
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Self::with(Ambient::system()).await
    }

    pub(crate) async fn with(ambient: Ambient) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(&folder.path().join("lifeboat.db")).await.unwrap());
        let keys = LocalKeyFile::create(&folder.path().join("key"), &ambient).unwrap();
        let mut repository = store.write().await.unwrap();
        let tenant = repository.only_tenant(store::new_id(&ambient)).await.unwrap();
        repository.save().await.unwrap();
        let around = Surroundings {
            store,
            keys: Arc::new(keys),
            pepper: Arc::new(Pepper::new([7; 32])),
            address: None,
            key_name: "the key".to_owned(),
            vaults: VaultPlace { folder: folder.path().join("vaults"), s3: None, cache: folder.path().join("cache") },
            sites: Arc::new(Clients { ambient: ambient.clone(), app: None }),
            ambient,
            settings: Settings {
                capture: CaptureSettings { overlap: Duration::from_mins(10), reread: 500 },
                policy: Policy::standard(),
                lease: LeaseSettings::default(),
                limits: Limits { writers: 1, tenant: 16 },
            },
        };
        let address = Url::parse("https://lifeboat.example/").unwrap();
        let components = Components::new(around, tenant, address, Arc::new(Zone::default()));
        Self { router: router(&components), components, tenant, folder }
    }

    /// Somebody of a role, in a tenant.
    pub(crate) async fn person(&self, tenant: TenantId, email: &str, role: Role) -> Person {
        let around = &self.components.around;
        let person = Person {
            id: store::new_id(&around.ambient),
            tenant,
            email: email.to_owned(),
            name: email.split('@').next().unwrap().to_owned(),
            role,
            added: around.ambient.now(),
            removed: None,
        };
        let mut repository = around.store.write().await.unwrap();
        repository.people().add(&person).await.unwrap();
        repository.save().await.unwrap();
        person
    }

    /// Somebody of a role who joined by a link, and is signed in.
    pub(crate) async fn joined(&self, email: &str, role: Role) -> Session<'_> {
        let person = self.person(self.tenant, email, role).await;
        self.sign_in_by_link(&person).await
    }

    async fn sign_in_by_link(&self, person: &Person) -> Session<'_> {
        let around = &self.components.around;
        let mut repository = around.store.write().await.unwrap();
        let now = around.ambient.now();
        let secret = server::invitation(&around.ambient, repository.as_mut(), (person.tenant, person.id), now).await;
        repository.save().await.unwrap();
        let body = json!({ "invitation": secret.unwrap().expose_secret(), "password": PASSWORD });
        let answered = self.send(None, "POST", "/api/v1/invitations/acceptance", Some(body)).await;
        assert_eq!(answered.status, 201, "{}", answered.text);
        Session { bench: self, cookie: cookie(&answered), person: person.id }
    }

    pub(crate) async fn send(&self, cookie: Option<&str>, method: &str, path: &str, body: Option<Value>) -> Answered {
        let headers = cookie.map(|cookie| (header::COOKIE, cookie.to_owned()));
        self.send_with(headers, method, path, body).await
    }

    pub(crate) async fn send_with(
        &self,
        headers: impl IntoIterator<Item = (header::HeaderName, String)>,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Answered {
        let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 10_000_000).await.unwrap();
        Answered { status, headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    /// All letters in the outbox to somebody, the latest first: what they would read in their mail.
    pub(crate) async fn letters(&self, person: PersonId) -> Vec<(String, String)> {
        let around = &self.components.around;
        let mut repository = around.store.read().await.unwrap();
        let messages = repository.messages().list(self.tenant, None, 200).await.unwrap();
        let mut letters = vec![];
        for message in messages {
            if message.channel == (store::message::Channel::Mail { person }) {
                let letter = around.letter(&message).await.unwrap();
                letters.push((message.subject.clone(), letter.lines.join("\n")));
            }
        }
        letters
    }
}

/// The cookie that an answer sets.
pub(crate) fn cookie(answered: &Answered) -> String {
    let set = answered.headers[header::SET_COOKIE].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

/// Somebody who is signed in.
pub(crate) struct Session<'b> {
    bench: &'b Bench,
    pub(crate) cookie: String,
    pub(crate) person: PersonId,
}

impl Session<'_> {
    pub(crate) async fn get(&self, path: &str) -> Answered {
        self.bench.send(Some(&self.cookie), "GET", &api(path), None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answered {
        self.bench.send(Some(&self.cookie), "POST", &api(path), Some(body)).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answered {
        self.bench.send(Some(&self.cookie), method, &api(path), body).await
    }
}

fn api(path: &str) -> String {
    format!("/api/v1{path}")
}

impl Bench {
    /// The whole audit log.
    pub(crate) async fn audit(&self) -> Vec<control::audit::AuditEvent> {
        let mut repository = self.components.around.store.read().await.unwrap();
        repository.audit().events(self.tenant, 0, u32::MAX).await.unwrap()
    }

    /// The bytes of the database's files.
    pub(crate) fn database(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|file| file.unwrap().path());
        let files = files.filter(|path| path.to_string_lossy().contains("lifeboat.db"));
        files.flat_map(|path| std::fs::read(path).unwrap()).collect()
    }
}
