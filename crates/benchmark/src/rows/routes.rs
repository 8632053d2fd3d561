//! Requests in a second of the server's main routes, beside a handler that does nothing.
//!
//! Both are asked over sockets by as many clients at once, in this very process: whoever asks takes its share of the processor, from
//! both alike.

use std::sync::Arc;
use std::time::Duration;

use ambient::Ambient;
use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use axum::Router;
use axum::routing::get;
use control::api_key::{ApiKey, ApiKeyRecord};
use control::id::TenantId;
use control::policy::Policy;
use control::token::Pepper;
use jira::{Credentials, Jira};
use reqwest::{Client, Method};
use secrecy::ExposeSecret as _;
use serde_json::json;
use server::{Components, DomainNames};
use store::job::Limits;
use store::{Person, Role, Site, Store};
use store_sqlite::SqliteStore;
use tempfile::TempDir;
use tokio::net::TcpListener;
use url::Url;
use vault::LocalKeyFile;
use worker::{CaptureSettings, Connect, LeaseSettings, Settings, Surroundings, VaultPlace};

use super::Size;
use crate::process;
use crate::table::{Row, Time};

/// So many ask at once, each a person with a key of their own: the server limits how often one person may ask.
const CLIENTS: usize = 32;

/// What is asked, and with which body.
const ROUTES: [(&str, &str); 6] = [
    ("GET", "/api/v1/health"),
    ("GET", "/api/v1/session"),
    ("GET", "/api/v1/sites"),
    ("GET", "/api/v1/connections"),
    ("GET", "/api/v1/audit"),
    ("POST", "/api/v1/schedules"),
];

pub(super) fn measure(size: Size) -> Result<Vec<Row>> {
    let time = match size {
        Size::Quick => Duration::from_secs(1),
        Size::Usual => Duration::from_secs(5),
        Size::Full => Duration::from_secs(10),
    };
    process::runtime()?.block_on(async {
        let ambient = Ambient::system();
        let furnished = Furnished::new(&ambient).await?;
        let bare = serve(Router::new().route("/bare", get(|| async { "{}" }))).await?;
        let served = serve(server::router(&furnished.components)).await?;
        let asker = Asker { ambient, time, furnished };
        let against = asker.rate(&bare, "GET", "/bare").await?;
        let mut rows = vec![];
        for (method, path) in ROUTES {
            let rate = asker.rate(&served, method, path).await?;
            rows.push(Row {
                what: format!("requests in a second, {method} {path}"),
                measured: format!("{rate:.0} /s"),
                against: format!("{against:.0} /s of a handler that does nothing"),
                ratio: Some(rate / against),
                target: "–".to_owned(),
                met: None,
                time: Time::Real,
                figures: json!({ "clients": CLIENTS, "seconds": time.as_secs(), "rate": rate, "bare": against }),
            });
        }
        Ok(rows)
    })
}

/// Gives out routes on a port of this machine; the address.
async fn serve(router: Router) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

struct Asker {
    ambient: Ambient,
    time: Duration,
    furnished: Furnished,
}

impl Asker {
    /// How many requests are answered in a second when all ask at once, one after the other.
    async fn rate(&self, address: &str, method: &str, path: &str) -> Result<f64> {
        let client = Client::builder().no_proxy().tls_certs_only([]).build()?;
        let method = Method::from_bytes(method.as_bytes())?;
        let body = (method == Method::POST).then(|| self.furnished.schedule.clone());
        let begun = self.ambient.clock.elapsed();
        let until = begun + self.time;
        let asking = self.furnished.keys.iter().map(|key| {
            let (client, url, key) = (client.clone(), format!("{address}{path}"), key.clone());
            let (ambient, method, body) = (self.ambient.clone(), method.clone(), body.clone());
            tokio::spawn(async move {
                let mut answered = 0_u64;
                while ambient.clock.elapsed() < until {
                    let mut request = client.request(method.clone(), &url).bearer_auth(&key);
                    if let Some(body) = &body {
                        request = request.header("content-type", "application/json").body(body.clone());
                    }
                    let answer = request.send().await?;
                    ensure!(answer.status().is_success(), "{url} answers {}", answer.status());
                    answer.bytes().await?;
                    answered += 1;
                }
                Ok(answered)
            })
        });
        let mut answered = 0;
        for asker in asking.collect::<Vec<_>>() {
            answered += asker.await??;
        }
        let seconds = self.ambient.clock.elapsed().saturating_sub(begun).as_secs_f64();
        Ok(answered as f64 / seconds)
    }
}

/// A server's insides with a site, and people who have keys.
struct Furnished {
    components: Components,
    keys: Vec<String>,
    /// The body of a schedule for the site.
    schedule: String,
    _folder: TempDir,
}

impl Furnished {
    async fn new(ambient: &Ambient) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let store = Arc::new(SqliteStore::open(&folder.path().join("lifeboat.db")).await?);
        let around = Surroundings {
            keys: Arc::new(LocalKeyFile::create(&folder.path().join("key"), ambient)?),
            pepper: Arc::new(Pepper::new(ambient.entropy.bytes())),
            store: store.clone(),
            address: None,
            key_name: "the key".to_owned(),
            vaults: VaultPlace { folder: folder.path().join("vaults"), s3: None, cache: folder.path().join("cache") },
            sites: Arc::new(Nobody),
            ambient: ambient.clone(),
            settings: Settings {
                capture: CaptureSettings { overlap: Duration::from_mins(10), reread: 500 },
                policy: Policy::standard(),
                lease: LeaseSettings::default(),
                limits: Limits { writers: 1, tenant: 16 },
            },
        };
        let tenant = store::new_id(ambient);
        let site = Site {
            id: store::new_id(ambient),
            tenant,
            name: "production".to_owned(),
            url: "https://example.atlassian.net".to_owned(),
            cloud_id: "cloud".to_owned(),
            account: "admin@example.com".to_owned(),
            credentials: None,
            rpo_target: None,
            removed: None,
            added: ambient.now(),
        };
        let mut repository = store.write().await?;
        let tenant_of_all = repository.only_tenant(tenant).await?;
        ensure!(tenant_of_all == tenant, "the database is not empty");
        repository.sites().add(&site).await?;
        repository.save().await?;
        let mut keys = vec![];
        for number in 0..CLIENTS {
            keys.push(person(&around, tenant, number).await?);
        }
        let address = Url::parse("http://127.0.0.1/").context("an address")?;
        let components = Components::new(around, tenant, address, Arc::new(Nobody));
        let schedule = json!({ "site": site.id, "kind": "capture", "cron": "0 3 * * *" }).to_string();
        Ok(Self { components, keys, schedule, _folder: folder })
    }
}

/// The key of an owner.
async fn person(around: &Surroundings, tenant: TenantId, number: usize) -> Result<String> {
    let now = around.ambient.now();
    let person = Person {
        id: store::new_id(&around.ambient),
        tenant,
        email: format!("person-{number}@example.com"),
        name: format!("Person {number}"),
        role: Role::Owner,
        added: now,
        removed: None,
    };
    let key = ApiKey::generate(around.ambient.entropy.bytes(), around.ambient.entropy.bytes());
    let record = ApiKeyRecord::new(&around.pepper, &key, (tenant, person.id), "benchmark".to_owned(), (now, None));
    let mut repository = around.store.write().await?;
    repository.people().add(&person).await?;
    repository.api_keys().add(&record).await?;
    repository.save().await?;
    Ok(key.reveal().expose_secret().to_owned())
}

/// Nobody is asked anything.
#[derive(Debug)]
struct Nobody;

impl Connect for Nobody {
    fn connect(&self, _url: &str, _credentials: Credentials) -> worker::Result<Jira> {
        Err(worker::Error::Gone { what: "the network" })
    }
}

#[async_trait]
impl DomainNames for Nobody {
    async fn text(&self, _name: &str) -> Result<Vec<String>, String> {
        Ok(vec![])
    }
}
