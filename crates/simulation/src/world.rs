//! A world: two emulated sites, what is durable of Lifeboat (vault, journal, the head that the control store remembers), and
//! processes that come and go.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ambient::{Ambient, Clock, SeededEntropy};
use jira::{Credentials, Jira};
use jira_emulator::{Limits, Seed, SiteHandle};
use object_store::memory::InMemory;
use testkit::{InProcessExchange, Sites, VirtualClock};
use uuid::Uuid;
use vault::{Head, Identity, KeyService, LocalKeyFile, Options, Storage, Vault};

use crate::exchange::ProcessExchange;
use crate::faults::Plan;
use crate::journal::{Durable, ProcessJournal};
use crate::life::{JumpingClock, Life};
use crate::others::Others;
use crate::store::ProcessStore;
use crate::trace::Trace;

/// See the module.
#[derive(Debug)]
pub struct World {
    /// From which everything follows.
    pub seed: u64,
    /// The sites. Nothing of the product may reach them but through an exchange.
    pub sites: Sites,
    /// The true time.
    pub clock: Arc<dyn Clock>,
    /// The faults.
    pub plan: Plan,
    /// What happened.
    pub trace: Trace,
    /// The journal.
    pub journal: Arc<Durable>,
    /// What others do on the standby.
    pub others: Others,
    ways: [Arc<InProcessExchange>; 2],
    machine: Arc<JumpingClock>,
    objects: Arc<InMemory>,
    keys: Arc<dyn KeyService>,
    head: Mutex<Option<Head>>,
    processes: AtomicU64,
    folder: tempfile::TempDir,
}

impl World {
    /// A world whose source is filled from `site`.
    ///
    /// # Panics
    /// When it cannot be made: nothing can go on then.
    pub fn new(seed: u64, site: Seed, limits: Limits, plan: Plan, journal: Durable) -> Arc<Self> {
        let start = "2026-11-02T08:00:00Z".parse().expect("a time stamp");
        let clock: Arc<dyn Clock> = Arc::new(VirtualClock::new(start));
        let ambient = Ambient { clock: clock.clone(), entropy: Arc::new(SeededEntropy::new(seed)) };
        let sites = Sites::in_process(site, limits, ambient.clone());
        let way = |site: &SiteHandle| Arc::new(InProcessExchange::new(site.service(), clock.clone()));
        let ways = [way(sites.source()), way(sites.standby())];
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let keys = LocalKeyFile::create(&folder.path().join("key.json"), &ambient).expect("a key can be made");
        Arc::new(Self {
            seed,
            sites,
            ways,
            machine: Arc::new(JumpingClock::new(clock.clone())),
            trace: Trace::new(clock.clone()),
            clock,
            plan,
            journal: Arc::new(journal),
            others: Others::default(),
            objects: Arc::new(InMemory::new()),
            keys: Arc::new(keys),
            head: Mutex::default(),
            processes: AtomicU64::new(0),
            folder,
        })
    }

    /// Starts a process.
    pub fn process(self: &Arc<Self>, name: &str) -> Process {
        let number = self.processes.fetch_add(1, Ordering::SeqCst) + 1;
        let life = Life::new(format!("{name}-{number}"), &self.plan, &self.trace, &self.machine);
        let entropy = Arc::new(SeededEntropy::new(self.seed.wrapping_mul(1_000_003).wrapping_add(number)));
        let ambient = Ambient { clock: self.machine.clone(), entropy };
        life.note("begins");
        Process { world: self.clone(), life, ambient }
    }

    /// The way to a site, on which nothing goes wrong by itself.
    pub fn way_to(&self, site: &SiteHandle) -> Arc<InProcessExchange> {
        self.ways[usize::from(site.cloud_id() == self.sites.standby().cloud_id())].clone()
    }

    /// Takes the recovery's lease: whoever had it before is refused from now on.
    pub fn take_lease(&self) -> u64 {
        self.journal.lease.fetch_add(1, Ordering::SeqCst) + 1
    }
}

/// Gives a site's administrator the token back.
pub fn restore_token(site: &SiteHandle) {
    let email = site.admin_email();
    let account = site.inspect(|state| {
        state.users.values().find(|user| &*user.email == email).map(|user| user.account_id.to_string())
    });
    if let Some(account) = account {
        site.add_token(email, site.admin_token(), &account);
    }
}

/// The address of a site as recoveries know it.
pub fn address(site: &SiteHandle) -> String {
    site.url().as_str().trim_end_matches('/').to_owned()
}

/// One process of Lifeboat, with everything that it can reach.
#[derive(Clone, Debug)]
pub struct Process {
    /// Where it lives.
    pub world: Arc<World>,
    /// Whether it lives.
    pub life: Life,
    /// Its clock and chance.
    pub ambient: Ambient,
}

impl Process {
    /// A client of a site.
    ///
    /// # Panics
    /// Never: the sites' addresses are well formed.
    pub fn client(&self, site: &SiteHandle) -> Jira {
        let token = site.admin_token().to_owned().into();
        let credentials = Credentials::Basic { email: site.admin_email().to_owned(), token };
        let mut settings = jira::Settings::new(site.url(), credentials);
        let exchange = ProcessExchange::new(site.clone(), self.world.clone(), self.life.clone());
        settings.exchange = Some(Arc::new(exchange));
        Jira::new(settings, self.ambient.clone()).expect("an emulated site has a usable address")
    }

    /// Opens the vault, or makes it.
    pub async fn vault(&self) -> vault::Result<Vault> {
        let world = &self.world;
        let store = ProcessStore { durable: world.objects.clone(), life: self.life.clone() };
        let storage = Storage::over(Arc::new(store), "simulated");
        let known = world.head.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (keys, ambient) = (world.keys.clone(), self.ambient.clone());
        // All processes of the machine share the index: it need not be filled again and again.
        let options = Options { index: Some(world.folder.path().join("index.sqlite")), ..Options::default() };
        let opened = Vault::open(storage.clone(), keys.clone(), ambient.clone(), known, options.clone()).await;
        match opened {
            Err(vault::Error::NoVault { .. }) => {
                let source = world.sites.source();
                let identity = Identity {
                    tenant: "simulated".to_owned(),
                    site: source.cloud_id().to_string(),
                    site_url: address(source),
                };
                Vault::create(storage, keys, ambient, identity, options).await
            }
            opened => opened,
        }
    }

    /// Keeps the vault's head where the vault's store cannot change it.
    pub fn remember(&self, vault: &Vault) {
        if !self.life.is_dead() {
            *self.world.head.lock().unwrap_or_else(PoisonError::into_inner) = Some(vault.head());
        }
    }

    /// The journal.
    pub fn journal(&self) -> Arc<ProcessJournal> {
        Arc::new(ProcessJournal { durable: self.world.journal.clone(), life: self.life.clone() })
    }
}

/// The recovery that is simulated.
pub const RECOVERY: Uuid = Uuid::from_u128(7);
