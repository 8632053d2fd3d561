//! A server that is full: ten thousand recovery points, a hundred thousand events, five thousand failures, and a text that means
//! harm wherever somebody may choose a text. All of it is written into the database and the vault directly.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use ambient::{Ambient, Clock};
use control::audit::{Actor, Happening};
use control::id::{JobId, RecoveryId, TenantId};
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use store::job::{Claim, Ending, ErrorClass, JobError, Limits};
use store::{JournalRow, JournalState, NewJob, Person, RecoveryRun, Repository, Role, Site, Store as _, Subject};
use store_sqlite::SqliteStore;
use vault::{Identity, LocalKeyFile, NewRecord, Options, Storage, Vault};

use super::hostile::texts;
use super::server::Server;
use crate::home::Home;

const POINTS: i64 = 10_000;
const EVENTS: usize = 100_000;
const FAILURES: usize = 5_000;
/// How many events are written in one transaction.
const AT_ONCE: usize = 10_000;
/// How many sites have a name that means harm.
const SITES: usize = 12;
/// One of so many points has something new: most of a file is written for each.
const CHANGED: i64 = 20;
/// From point to point.
const QUARTER: SignedDuration = SignedDuration::from_mins(15);

/// The full server, and what its test must know.
pub(super) struct Seeded {
    server: Server,
    texts: PathBuf,
    recovery: RecoveryId,
}

impl Seeded {
    pub(super) async fn told(&self) -> Value {
        json!({
            "address": self.server.address, "ownerLink": self.server.owner_link().await,
            "texts": self.texts, "recovery": self.recovery.to_string(),
            "points": POINTS, "events": EVENTS, "failures": FAILURES,
        })
    }
}

/// Fills a home and serves it.
pub(super) async fn serve(home: Arc<Home>, owner: &str) -> Seeded {
    home.run(&["person", "add", owner, "--role", "owner"]).done();
    let texts = texts();
    let file = home.beside("texts.json");
    fs::write(&file, serde_json::to_vec(&texts).unwrap()).unwrap();
    let recovery = fill(&home, &texts).await;
    Seeded { server: Server::start(home, owner).await, texts: file, recovery }
}

async fn fill(home: &Home, texts: &[String]) -> RecoveryId {
    let ambient = Ambient::system();
    let store = SqliteStore::open(&home.database()).await.unwrap();
    let mut repository = store.write().await.unwrap();
    let tenant = repository.only_tenant(store::new_id(&ambient)).await.unwrap();
    for (number, name) in texts.iter().enumerate() {
        let email = format!("person-{number}@example.com");
        let added = ambient.now();
        let (id, role) = (store::new_id(&ambient), Role::Auditor);
        let person = Person { id, tenant, email, name: name.clone(), role, added, removed: None };
        repository.people().add(&person).await.unwrap();
    }
    let mut sites = vec![site(&ambient, tenant, "production".to_owned(), "full")];
    for (number, name) in texts.iter().take(SITES).enumerate() {
        sites.push(site(&ambient, tenant, name.clone(), &format!("cloud-{number}")));
    }
    for site in &sites {
        repository.sites().add(site).await.unwrap();
    }
    let run = recovery(&ambient, repository.as_mut(), &sites, texts).await;
    repository.save().await.unwrap();
    store.journal(tenant).record(&failures(&run, texts)).await.unwrap();
    rest(&ambient, &store, &run).await;
    events(&ambient, &store, tenant, texts).await;
    store.close().await;
    points(home, &sites[0]).await;
    run.id
}

fn site(ambient: &Ambient, tenant: TenantId, name: String, cloud_id: &str) -> Site {
    Site {
        id: store::new_id(ambient),
        tenant,
        name,
        url: format!("https://{cloud_id}.example"),
        cloud_id: cloud_id.to_owned(),
        account: "lifeboat@example.com".to_owned(),
        credentials: None,
        added: ambient.now(),
        rpo_target: Some(1_000),
        removed: None,
    }
}

/// A recovery that somebody works on.
async fn recovery(ambient: &Ambient, repository: &mut dyn Repository, sites: &[Site], texts: &[String]) -> RecoveryRun {
    let (tenant, now, job): (_, _, JobId) = (sites[0].tenant, ambient.now(), store::new_id(ambient));
    let new = NewJob {
        id: job,
        tenant,
        kind: "recovery".to_owned(),
        subject: Subject::Site(sites[1].id),
        payload: json!({}),
        writes: None,
        dedup: None,
        priority: 0,
        run_at: now,
        max_attempts: 10,
        created_by: None,
        created: now,
    };
    let cannot: serde_json::Map<_, _> = texts.iter().map(|text| (format!("issue: {text}"), json!(1))).collect();
    let run = RecoveryRun {
        id: store::new_id(ambient),
        tenant,
        job,
        connection: None,
        request: None,
        source: sites[0].id,
        standby: sites[1].id,
        point: 7,
        options: json!({}),
        report: Some(json!({ "holds": false, "cannot": cannot, "problems_count": FAILURES })),
        started: now,
    };
    repository.jobs().enqueue(&new).await.unwrap();
    let claim = Claim { holder: "test", now, until: now + SignedDuration::from_mins(5), limits: Limits::default() };
    repository.jobs().take(tenant, job, &claim).await.unwrap().unwrap();
    repository.recoveries().add(&run).await.unwrap();
    run
}

/// Attachments that are called something that means harm, each refused in words that do; the rest are comments with one cause.
fn failures(run: &RecoveryRun, texts: &[String]) -> Vec<JournalRow> {
    let row = |number: usize| {
        let text = texts.get(number);
        let plain =
            || format!("POST /rest/api/3/issue/{{issue}}/comment: Jira refused (400): issue FULL-{number} is locked");
        JournalRow {
            recovery: run.id,
            operation: (number as u128).to_be_bytes(),
            kind: if text.is_some() { "attachment" } else { "comment" }.to_owned(),
            source: text.cloned().unwrap_or_else(|| number.to_string()),
            state: JournalState::Failed,
            attempt: 3,
            expected: None,
            target: None,
            target_key: None,
            reason: Some(text.cloned().unwrap_or_else(plain)),
            lease: 1,
        }
    };
    (0..FAILURES).map(row).collect()
}

async fn rest(ambient: &Ambient, store: &SqliteStore, run: &RecoveryRun) {
    let text = "what was recovered is not what was backed up: <b data-hostile>see the report</b>".to_owned();
    let ending = Ending::Rests(Some(JobError { class: ErrorClass::Person, text }));
    let mut repository = store.write().await.unwrap();
    repository.jobs().end(run.tenant, run.job, 1, &ending, None, ambient.now()).await.unwrap();
    repository.save().await.unwrap();
}

async fn events(ambient: &Ambient, store: &SqliteStore, tenant: TenantId, texts: &[String]) {
    let began = ambient.now() - SignedDuration::from_secs(60 * EVENTS as i64);
    let numbers: Vec<usize> = (0..EVENTS).collect();
    for numbers in numbers.chunks(AT_ONCE) {
        let mut repository = store.write().await.unwrap();
        for &number in numbers {
            let at = began + SignedDuration::from_secs(60 * number as i64);
            let action = if number % 1_000 == 0 { "site.change" } else { "session.end" };
            let happening = Happening::done(at, Actor::Lifeboat, action, format!("site/{number}"));
            let happening = happening.with("name", &texts[number % texts.len()]);
            repository.audit().append(tenant, happening).await.unwrap();
        }
        repository.save().await.unwrap();
    }
}

/// A clock that goes on by a quarter of an hour when it is told.
#[derive(Debug)]
struct Quarters {
    begun: Timestamp,
    gone: AtomicI64,
}

impl Clock for Quarters {
    fn now(&self) -> Timestamp {
        self.begun + SignedDuration::from_secs(QUARTER.as_secs() * self.gone.load(Ordering::Relaxed))
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(u64::try_from(self.gone.load(Ordering::Relaxed)).unwrap())
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// A vault with a recovery point for each quarter of an hour until now; every hundredth is late.
async fn points(home: &Home, site: &Site) {
    let system = Ambient::system();
    let late = POINTS / 100;
    let begun = system.now() - SignedDuration::from_secs(QUARTER.as_secs() * (POINTS + late));
    let clock = Arc::new(Quarters { begun, gone: AtomicI64::new(0) });
    let ambient = Ambient { clock: clock.clone(), ..system };
    let keys = Arc::new(LocalKeyFile::load(&home.path().join("keys/tenant.key"), &ambient).unwrap());
    let folder = home.path().join("vaults").join(&site.cloud_id);
    fs::create_dir_all(&folder).unwrap();
    let identity =
        Identity { tenant: site.tenant.to_string(), site: site.cloud_id.clone(), site_url: site.url.clone() };
    let storage = Storage::directory(&folder).unwrap();
    let vault = Vault::create(storage, keys, ambient, identity, Options::default()).await.unwrap();
    let mut writer = vault.writer("full").await.unwrap();
    for number in 1..=POINTS {
        clock.gone.fetch_add(if number % 100 == 0 { 2 } else { 1 }, Ordering::Relaxed);
        if number % CHANGED == 1 {
            let key = (number % 500).to_string();
            let body = json!({ "id": key, "fields": { "summary": format!("{number}") } }).to_string().into();
            writer.put(NewRecord { kind: "issue", key, updated: None, body, content: None }).await.unwrap();
        }
        writer.commit("increment", json!({})).await.unwrap();
    }
}
