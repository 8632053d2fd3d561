//! A database, workers on it, and a kind of job whose steps are counted.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ambient::Ambient;
use async_trait::async_trait;
use control::audit::{Actor, Happening};
use control::id::{JobId, SiteId, TenantId};
use control::policy::Policy;
use control::token::Pepper;
use jiff::Timestamp;
use jira::{Credentials, Jira};
use serde_json::{Value, json};
use store::job::Limits;
use store::{Job, NewJob, Schedule, Site, Store, Subject};
use tempfile::TempDir;
use vault::LocalKeyFile;
use worker::{
    CaptureSettings, Connect, Error, Finished, Kind, Kinds, LeaseSettings, Settings, Surroundings, VaultPlace, Work,
    Worker,
};

use crate::still::Still;

pub(crate) const KIND: &str = "steps";

/// A database in a folder that goes away with it.
pub(crate) struct Bench {
    pub(crate) around: Surroundings,
    pub(crate) tenant: TenantId,
    pub(crate) site: SiteId,
    pub(crate) steps: Arc<Steps>,
    _folder: TempDir,
}

/// No site is talked to.
#[derive(Debug)]
struct Nobody;

impl Connect for Nobody {
    fn connect(&self, _url: &str, _credentials: Credentials) -> worker::Result<Jira> {
        Err(Error::Gone { what: "the network" })
    }
}

impl Bench {
    pub(crate) async fn new(ambient: Ambient, dress: impl FnOnce(Arc<dyn Store>) -> Arc<dyn Store>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let still = Still::begin();
        let store = store_sqlite::SqliteStore::open(&folder.path().join("lifeboat.db")).await.unwrap();
        drop(still);
        let store = dress(Arc::new(store));
        let keys = LocalKeyFile::create(&folder.path().join("key"), &ambient).unwrap();
        let tenant: TenantId = store::new_id(&ambient);
        let site = Site {
            id: store::new_id(&ambient),
            tenant,
            name: "production".to_owned(),
            url: "https://production.example".to_owned(),
            cloud_id: "production".to_owned(),
            account: "a@b.c".to_owned(),
            credentials: None,
            added: ambient.now(),
            rpo_target: None,
            removed: None,
        };
        let mut repository = store.write().await.unwrap();
        repository.sites().add(&site).await.unwrap();
        repository.save().await.unwrap();
        let around = Surroundings {
            store,
            keys: Arc::new(keys),
            pepper: Arc::new(Pepper::new([7; 32])),
            address: None,
            key_name: "the key".to_owned(),
            vaults: VaultPlace { folder: folder.path().join("vaults"), s3: None, cache: folder.path().join("cache") },
            sites: Arc::new(Nobody),
            ambient,
            settings: Settings {
                capture: CaptureSettings { overlap: Duration::from_mins(10), reread: 500 },
                policy: Policy::solo(),
                lease: LeaseSettings::default(),
                limits: Limits { writers: 1, tenant: 1000 },
            },
        };
        Self { around, tenant, site: site.id, steps: Arc::default(), _folder: folder }
    }

    pub(crate) fn worker(&self) -> Worker {
        self.worker_in(self.around.clone())
    }

    pub(crate) fn worker_in(&self, around: Surroundings) -> Worker {
        Worker::new(around, Kinds::of(vec![Box::new(StepKind(self.steps.clone()))]))
    }

    /// Enqueues a job of so many steps.
    pub(crate) async fn enqueue(&self, steps: u64, writes: Option<&str>) -> JobId {
        let new =
            new_job(store::new_id(&self.around.ambient), self.tenant, self.site, steps, self.around.ambient.now());
        let mut repository = self.around.store.write().await.unwrap();
        let job = repository.jobs().enqueue(&NewJob { writes: writes.map(str::to_owned), ..new }).await.unwrap();
        repository.save().await.unwrap();
        job.id
    }

    pub(crate) async fn job(&self, id: JobId) -> Job {
        let mut repository = self.around.store.read().await.unwrap();
        repository.jobs().get(self.tenant, id).await.unwrap().unwrap()
    }

    /// How often each step of each job is in the audit log, where each step leaves its mark in the transaction that says
    /// that it is done.
    pub(crate) async fn done(&self) -> BTreeMap<(String, u64), u32> {
        let mut repository = self.around.store.read().await.unwrap();
        let events = repository.audit().events(self.tenant, 0, u32::MAX).await.unwrap();
        let mut done = BTreeMap::new();
        for event in events {
            let step = event.happening.details["step"].parse().unwrap();
            *done.entry((event.happening.subject, step)).or_default() += 1;
        }
        done
    }

    /// Every step of this job happened once, and no other did.
    pub(crate) async fn all_done_once(&self, id: JobId, steps: u64) {
        let done = self.done().await;
        let mut own: Vec<_> = done.iter().filter(|((job, _), _)| *job == id.to_string()).collect();
        own.sort();
        let expected: Vec<_> = (0..steps).map(|step| ((id.to_string(), step), 1)).collect();
        let found: Vec<_> = own.into_iter().map(|(key, count)| (key.clone(), *count)).collect();
        assert_eq!(found, expected);
    }
}

fn new_job(id: JobId, tenant: TenantId, site: SiteId, steps: u64, now: Timestamp) -> NewJob {
    NewJob {
        id,
        tenant,
        kind: KIND.to_owned(),
        subject: Subject::Site(site),
        payload: json!({ "steps": steps }),
        writes: None,
        dedup: None,
        priority: 0,
        run_at: now,
        max_attempts: 3,
        created_by: None,
        created: now,
    }
}

/// What happens at a step.
pub(crate) type Mishap = Box<dyn Fn() -> Error + Send + Sync>;

/// What the steps do beside leaving their marks.
#[derive(Default)]
pub(crate) struct Steps {
    /// How long each takes.
    pub(crate) pause: Mutex<Duration>,
    /// What goes wrong before a step, once.
    pub(crate) mishaps: Mutex<BTreeMap<u64, Mishap>>,
    /// After which step the worker hangs for ever, once: whoever wants can drop it there.
    pub(crate) hang_after: Mutex<Option<u64>>,
    /// When each job was begun, gone on with, or got a step further.
    pub(crate) heard: Mutex<Vec<(JobId, Duration)>>,
}

/// A job of numbered steps. Each is done in the transaction that also moves the checkpoint on.
struct StepKind(Arc<Steps>);

#[async_trait]
impl Kind for StepKind {
    fn name(&self) -> &'static str {
        KIND
    }

    async fn run(&self, work: &Work<'_>) -> worker::Result<Finished> {
        let steps = work.job.payload["steps"].as_u64().unwrap();
        let first = work.job.checkpoint["next"].as_u64().unwrap_or(0);
        self.0.heard.lock().unwrap().push((work.job.id, work.around.ambient.clock.elapsed()));
        for step in first..steps {
            let pause = *self.0.pause.lock().unwrap();
            work.around.ambient.clock.sleep(pause).await;
            if work.cancel.is_cancelled() {
                return Err(recovery::Error::Stopped.into());
            }
            let mishap = self.0.mishaps.lock().unwrap().remove(&step);
            if let Some(mishap) = mishap {
                return Err(mishap());
            }
            take(work, step).await?;
            self.0.heard.lock().unwrap().push((work.job.id, work.around.ambient.clock.elapsed()));
            let hang = self.0.hang_after.lock().unwrap().take_if(|after| *after == step).is_some();
            if hang {
                std::future::pending::<()>().await;
            }
        }
        Ok(Finished { result: json!({ "steps": steps }), shortfall: None })
    }

    fn scheduled(&self, schedule: &Schedule, id: JobId, around: &Surroundings) -> Option<NewJob> {
        let new = new_job(id, schedule.tenant, schedule.site, 1, around.ambient.now());
        Some(NewJob { dedup: Some("steps".to_owned()), ..new })
    }
}

async fn take(work: &Work<'_>, step: u64) -> worker::Result<()> {
    let mut repository = work.around.store.write().await?;
    let checkpoint: Value = json!({ "next": step + 1 });
    repository.jobs().checkpoint(work.job.tenant, work.job.id, work.token, &checkpoint).await?;
    let now = work.around.ambient.now();
    let happening = Happening::done(now, Actor::Lifeboat, "test.step", work.job.id.to_string()).with("step", step);
    repository.audit().append(work.job.tenant, happening).await?;
    Ok(repository.save().await?)
}

impl Debug for Steps {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Steps")
    }
}
