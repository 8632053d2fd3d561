//! Two emulated sites, a vault, a journal: what every test here works with.

use std::sync::Arc;
use std::time::Duration;

use ambient::{Ambient, Clock, SystemClock};
use futures::future::BoxFuture;
use jiff::Timestamp;
use jira_emulator::{Limits, Seed, SiteHandle};
use recovery::apply::{self, ApplyReport};
use recovery::capture::{self, CaptureReport, CaptureSettings, Source};
use recovery::journal::{Journal, MemoryJournal};
use recovery::progress::Silent;
use recovery::prove::{self, Report};
use recovery::{Kinds, Recovery, Settings};
use site::marks::Marks;
use tempfile::TempDir;
use testkit::Sites;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vault::{Identity, LocalKeyFile, Options, Storage, Vault};

/// See the module.
pub(crate) struct Bench {
    pub sites: Sites,
    pub vault: Vault,
    pub ambient: Ambient,
    _folder: TempDir,
}

impl Bench {
    /// A generated source, an empty standby, an empty vault.
    pub(crate) async fn generated(issues: u32, seed: u64) -> Self {
        Self::seeded(Seed::Generated { issues, seed }).await
    }

    pub(crate) async fn seeded(seed: Seed) -> Self {
        let ambient = Ambient::system();
        Self::on(Sites::start_with(seed, Limits::off(), ambient.clone()).await, ambient).await
    }

    /// These sites, and an empty vault.
    pub(crate) async fn on(sites: Sites, ambient: Ambient) -> Self {
        let (vault, folder) = vault(&sites, &ambient).await;
        Self { sites, vault, ambient, _folder: folder }
    }

    pub(crate) fn source(&self) -> Source {
        self.source_into(&self.vault)
    }

    pub(crate) fn source_into(&self, vault: &Vault) -> Source {
        Source {
            jira: self.sites.source_client(),
            vault: vault.clone(),
            kinds: Kinds::registry(),
            ambient: self.ambient.clone(),
        }
    }

    pub(crate) async fn capture(&self) -> CaptureReport {
        self.capture_with(&CaptureSettings::default()).await
    }

    pub(crate) async fn capture_with(&self, settings: &CaptureSettings) -> CaptureReport {
        capture::run(settings, &self.source(), &Silent, &CancellationToken::new()).await.unwrap()
    }

    /// A recovery of the newest point.
    pub(crate) fn recovery(&self, journal: Arc<dyn Journal>) -> Recovery {
        let clock = Arc::new(HastyClock(SystemClock::new()));
        let ambient = Ambient { clock, entropy: self.ambient.entropy.clone() };
        // The emulator finishes a request before it loses the answer: nothing has to settle.
        let settings = Settings { ambiguity_wait: Duration::from_secs(1), ..Settings::default() };
        Recovery { settings, ..recovery(&self.vault, self.sites.standby(), &ambient, journal) }
    }
}

/// A recovery of a vault's newest point onto a standby, with the usual settings.
pub(crate) fn recovery(vault: &Vault, standby: &SiteHandle, ambient: &Ambient, journal: Arc<dyn Journal>) -> Recovery {
    let point = vault.points().last().unwrap().number;
    let id = Uuid::from_u128(7);
    Recovery {
        id,
        lease: 1,
        marks: Marks::new(id.to_string(), [7; 32]),
        earlier: Vec::new(),
        view: vault.at(point).unwrap(),
        source: vault.identity().site.clone(),
        source_address: vault.identity().site_url.clone(),
        standby: testkit::client(standby, ambient),
        standby_address: address(&standby.url()),
        journal,
        kinds: Kinds::registry(),
        ambient: ambient.clone(),
        settings: Settings::default(),
    }
}

/// A clock on which waiting takes a fiftieth of the time: pacing and polling are not what is tested here.
#[derive(Debug)]
struct HastyClock(SystemClock);

const HASTE: u32 = 50;

impl Clock for HastyClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed() * HASTE
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        self.0.sleep(span / HASTE)
    }
}

/// A new vault for the source, in memory.
pub(crate) async fn vault(sites: &Sites, ambient: &Ambient) -> (Vault, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(LocalKeyFile::create(&folder.path().join("key.json"), ambient).unwrap());
    let identity = Identity {
        tenant: "test".to_owned(),
        site: sites.source().cloud_id().to_string(),
        site_url: address(&sites.source().url()),
    };
    let vault = Vault::create(Storage::memory(), keys, ambient.clone(), identity, Options::default()).await.unwrap();
    (vault, folder)
}

fn address(url: &impl ToString) -> String {
    url.to_string().trim_end_matches('/').to_owned()
}

pub(crate) async fn apply(recovery: &Recovery) -> recovery::Result<ApplyReport> {
    apply::run(recovery, &Silent, &CancellationToken::new()).await
}

pub(crate) async fn prove(recovery: &Recovery) -> Report {
    prove::run(recovery, None, &Silent, &CancellationToken::new()).await.unwrap()
}

/// A journal in memory.
pub(crate) fn journal() -> Arc<MemoryJournal> {
    Arc::new(MemoryJournal::default())
}
