//! A captured source, and recoveries of it onto fresh standbys, each in virtual time.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use ambient::{Ambient, SeededEntropy};
use futures::future::Either;
use jira_emulator::{Limits, Scheduled, Seed, SiteEvent, SiteHandle, Statistics};
use recovery::capture::{self, CaptureSettings};
use recovery::journal::{Journal, MemoryJournal};
use recovery::progress::{Progress, Silent};
use recovery::prove::Report;
use recovery::{Kinds, Recovery, Safeguards};
use tempfile::TempDir;
use testkit::{Sites, VirtualClock};
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;
use vault::Vault;

use super::census::Census;
use crate::bench;

/// A site of the fewest issues with which every call is used.
const ISSUES: u32 = 12;
const SEED: u64 = 3;

/// After so many requests, several times those of an undisturbed recovery, the token dies: a run without an end has one.
const MOST_REQUESTS: u32 = 5_000;

/// What was captured of a generated site.
pub(crate) struct Source {
    vault: Vault,
    _folder: TempDir,
}

/// What became of a recovery, ten minutes after it ended.
pub(crate) struct Disturbed {
    pub report: recovery::Result<Report>,
    pub census: Census,
    pub requests: Statistics,
    /// Faults that did not strike.
    pub pending: usize,
}

/// Where the vault's own threads are waited for, in real time.
fn elsewhere() -> &'static Runtime {
    static ELSEWHERE: LazyLock<Runtime> =
        LazyLock::new(|| Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap());
    &ELSEWHERE
}

/// Does something in a runtime of its own, where time passes only while everybody waits.
pub(crate) fn in_virtual_time<T>(work: impl AsyncFnOnce(Ambient) -> T) -> T {
    let _still = ambient::stand_still(elsewhere().handle().clone());
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let clock = Arc::new(VirtualClock::new("2026-11-02T08:00:00Z".parse().unwrap()));
        work(Ambient { clock, entropy: Arc::new(SeededEntropy::new(1)) }).await
    })
}

impl Source {
    /// The small site of the matrix.
    pub(crate) fn captured() -> &'static Self {
        static CAPTURED: LazyLock<Source> = LazyLock::new(|| Source::of(ISSUES, SEED));
        &CAPTURED
    }

    pub(crate) fn of(issues: u32, seed: u64) -> Self {
        elsewhere().block_on(async {
            let ambient = Ambient::system();
            let sites = Sites::in_process(Seed::Generated { issues, seed }, Limits::off(), ambient.clone());
            let (vault, folder) = bench::vault(&sites, &ambient).await;
            let source = capture::Source {
                jira: sites.source_client(),
                vault: vault.clone(),
                kinds: Kinds::registry(),
                ambient,
            };
            let captured =
                capture::run(&CaptureSettings::default(), &source, &Silent, &CancellationToken::new()).await.unwrap();
            assert_eq!(captured.unread, []);
            Self { vault, _folder: folder }
        })
    }

    /// A recovery onto a new standby, to which something was done before.
    pub(crate) fn recover(&self, disturb: impl FnOnce(&SiteHandle)) -> Disturbed {
        self.recover_with(Safeguards::default(), disturb)
    }

    pub(crate) fn recover_with(&self, safeguards: Safeguards, disturb: impl FnOnce(&SiteHandle)) -> Disturbed {
        in_virtual_time(async |ambient| {
            let sites = Sites::in_process(Seed::Empty, Limits::off(), ambient.clone());
            let standby = sites.standby();
            disturb(standby);
            standby.schedule(Scheduled::after(MOST_REQUESTS, SiteEvent::RevokeToken));
            let mut recovery = self.recovery(standby, &ambient, Arc::new(MemoryJournal::default()));
            recovery.settings.safeguards = safeguards;
            let applied = within_a_day(&ambient, bench::apply(&recovery)).await;
            settle(&ambient).await;
            let (requests, pending) = (standby.statistics(), standby.pending_faults().len());
            standby.clear_faults();
            standby.clear_events();
            let report = match applied {
                Ok(_) => Ok(bench::prove(&recovery).await),
                Err(error) => Err(error),
            };
            Disturbed { report, census: Census::of(standby), requests, pending }
        })
    }

    /// A recovery of the newest point onto a standby.
    pub(crate) fn recovery(&self, standby: &SiteHandle, ambient: &Ambient, journal: Arc<dyn Journal>) -> Recovery {
        bench::recovery(&self.vault, standby, ambient, journal)
    }
}

/// Ends what does not end by itself.
async fn within_a_day<T>(ambient: &Ambient, work: impl Future<Output = recovery::Result<T>>) -> recovery::Result<T> {
    let day = ambient.clock.sleep(Duration::from_hours(24));
    match futures::future::select(Box::pin(work), Box::pin(day)).await {
        Either::Left((done, _)) => done,
        Either::Right(_) => {
            let reason = "it did not end within a day".to_owned();
            Err(recovery::Error::Answer { what: "the recovery".to_owned(), reason })
        }
    }
}

/// Waits until everything that hangs has happened.
pub(crate) async fn settle(ambient: &Ambient) {
    ambient.clock.sleep(Duration::from_mins(10)).await;
}

/// Remembers what people were told.
#[derive(Default)]
pub(crate) struct Notes(std::sync::Mutex<Vec<String>>);

impl Notes {
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Progress for Notes {
    fn step(&self, _step: &recovery::progress::Step) {}

    fn note(&self, text: &str) {
        self.0.lock().unwrap().push(text.to_owned());
    }
}
