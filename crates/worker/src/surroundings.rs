//! What a job works with.

use std::sync::Arc;
use std::time::Duration;

use ambient::Ambient;
use control::id::{SiteId, TenantId};
use control::policy::Policy;
use control::token::Pepper;
use store::job::Limits;
use store::{Site, Store};
use vault::KeyService;

use crate::sites::Connect;
use crate::vaults::VaultPlace;
use crate::{Error, Result};

/// What a job works with. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The control plane's database.
    pub store: Arc<dyn Store>,
    /// What seals and opens.
    pub keys: Arc<dyn KeyService>,
    /// Under what tokens, codes and links are kept.
    pub pepper: Arc<Pepper>,
    /// Where people reach the server, for links in letters: `https://lifeboat.example.com`; none without a server.
    pub address: Option<String>,
    /// What people call the key, for messages.
    pub key_name: String,
    /// Where vaults lie.
    pub vaults: VaultPlace,
    /// How a site is talked to.
    pub sites: Arc<dyn Connect>,
    /// Clock and randomness.
    pub ambient: Ambient,
    /// What was chosen.
    pub settings: Settings,
}

/// What an operator chooses.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How captures work.
    pub capture: CaptureSettings,
    /// What must be verified before a recovery of a source that has no policy of its own.
    pub policy: Policy,
    /// How long leases last.
    pub lease: LeaseSettings,
    /// How much runs at once.
    pub limits: Limits,
}

/// How captures work.
#[derive(Clone, Copy, Debug)]
pub struct CaptureSettings {
    /// How far an increment looks back.
    pub overlap: Duration,
    /// How many issues an increment reads again.
    pub reread: usize,
}

/// How long leases last.
#[derive(Clone, Copy, Debug)]
pub struct LeaseSettings {
    /// Unless renewed: a process that died on another host is taken over after this, one that died on this host at once.
    pub length: Duration,
    /// How often they are renewed, and stops are heard of.
    pub renewal: Duration,
    /// How often a worker that is idle looks into the queue.
    pub poll: Duration,
    /// After how many lost leases in a row a job is no longer tried.
    pub most_lost: u32,
    /// How long a worker must live with a job for the losses before it to be forgotten.
    pub long: Duration,
}

impl Default for LeaseSettings {
    fn default() -> Self {
        Self {
            length: Duration::from_secs(20),
            renewal: Duration::from_secs(2),
            poll: Duration::from_millis(500),
            most_lost: 10,
            long: Duration::from_mins(1),
        }
    }
}

impl Surroundings {
    /// A site of a tenant, which a job refers to.
    pub async fn site(&self, tenant: TenantId, id: SiteId) -> Result<Site> {
        let mut repository = self.store.read().await?;
        let site = repository.sites().get(tenant, id).await?;
        site.ok_or(Error::Gone { what: "a site that the job is about" })
    }
}
