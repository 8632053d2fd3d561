//! An outbox in a database, and a clock that is turned by hand.

use std::sync::Arc;
use std::time::Duration;

use ambient::{Ambient, ManualClock};
use control::id::{PersonId, TenantId};
use control::policy::Policy;
use control::token::Pepper;
use jira::{Credentials, Jira};
use messenger::{Mail, Messenger};
use store::job::Limits;
use store::message::Message;
use store::{Person, Role, Store as _};
use store_sqlite::SqliteStore;
use tempfile::TempDir;
use vault::LocalKeyFile;
use worker::{CaptureSettings, Connect, Error, LeaseSettings, Settings, Surroundings, VaultPlace};

/// A word in every letter that may be read by its receiver alone.
pub(crate) const SECRET: &str = "code-canary-4711";

pub(crate) struct Bench {
    pub(crate) around: Surroundings,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) tenant: TenantId,
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
    pub(crate) async fn new() -> Self {
        let (ambient, clock) = Ambient::manual("2026-06-01T12:00:00Z".parse().unwrap(), 11);
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
            sites: Arc::new(Nobody),
            ambient,
            settings: Settings {
                capture: CaptureSettings { overlap: Duration::from_mins(10), reread: 500 },
                policy: Policy::solo(),
                lease: LeaseSettings::default(),
                limits: Limits { writers: 1, tenant: 16 },
            },
        };
        Self { around, clock, tenant, _folder: folder }
    }

    pub(crate) fn messenger(&self, mail: impl Mail + 'static) -> Messenger {
        Messenger::new(self.around.clone(), Arc::new(mail)).unwrap()
    }

    pub(crate) async fn person(&self, email: &str) -> PersonId {
        let person = Person {
            id: store::new_id(&self.around.ambient),
            tenant: self.tenant,
            email: email.to_owned(),
            name: "Zoë \"the\" Contact, Ltd.".to_owned(),
            role: Role::Contact,
            added: self.around.ambient.now(),
            removed: None,
        };
        let mut repository = self.around.store.write().await.unwrap();
        repository.people().add(&person).await.unwrap();
        repository.save().await.unwrap();
        person.id
    }

    /// Puts a letter with a secret and a foreign letter in it into the outbox.
    pub(crate) async fn write_to(&self, person: PersonId) {
        let mut repository = self.around.store.write().await.unwrap();
        let lines = vec![format!("Your code is {SECRET}."), ".".to_owned(), "Ærø – 東京".to_owned()];
        let subject = "Somebody asks for Ærø\u{2019}s recovery".to_owned();
        self.around.write_to(&mut *repository, self.tenant, person, subject, lines).await.unwrap();
        repository.save().await.unwrap();
    }

    /// The message that was added last.
    pub(crate) async fn latest(&self) -> Message {
        let mut repository = self.around.store.read().await.unwrap();
        repository.messages().list(self.tenant, None, 1).await.unwrap().remove(0)
    }
}
