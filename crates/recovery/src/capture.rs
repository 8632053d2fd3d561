//! Capture: reads a site into its vault and makes a recovery point.
//!
//! The first capture is *full*. Each later one is an *increment*: it asks the site what changed since the last began, from
//! several feeds, none of which is complete by itself (`incremental`), and its cost follows the change. Both read
//! configuration whole (`configuration`) and issues in batches (`batches`), and both write progress commits, so that a
//! capture which is killed goes on where it was when it is run again.
//!
//! Start at [`run`].

mod batches;
mod clock;
mod configuration;
mod full;
mod incremental;
mod limits;
mod ordered;
mod report;
mod sink;
mod state;
mod sweep;

use std::time::Duration;

use ambient::Ambient;
use clock::SiteClock;
use jira::Jira;
pub use report::{CaptureReport, Mode};
use serde_json::Value;
pub use state::{PointState, ProgressState, Unread};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use vault::{RecoveryPoint, Vault, View, Writer};

use crate::progress::Progress;
use crate::{Error, Kinds, Result};

/// How a capture is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureSettings {
    /// The name of this run in the vault's log.
    pub run: String,
    /// Whether everything is read again although an increment would do.
    pub full: bool,
    /// How many batches of 100 issues are read at once.
    pub batches_in_flight: usize,
    /// After how many batches what was read is made durable.
    pub progress_every: usize,
    /// How far before the last capture's beginning an increment looks back: the search index lags by minutes.
    pub overlap: Duration,
    /// How many issues an increment reads again although nothing says that they changed: watchers, votes and properties
    /// tell nobody when they change.
    pub reread: usize,
    /// How often all ids of the site are compared with the vault's, to find deletions that no feed told.
    pub sweep_every: Duration,
}

impl Default for CaptureSettings {
    fn default() -> Self {
        Self {
            run: "capture".to_owned(),
            full: false,
            batches_in_flight: 4,
            progress_every: 20,
            overlap: Duration::from_mins(10),
            reread: 500,
            sweep_every: Duration::from_hours(24),
        }
    }
}

/// What a capture works with.
#[derive(Clone)]
pub struct Source {
    /// The site.
    pub jira: Jira,
    /// Its vault.
    pub vault: Vault,
    /// The kinds to read.
    pub kinds: Kinds,
    /// The clock.
    pub ambient: Ambient,
}

/// Captures the site: a full capture if the vault has no usable recovery point, else an increment. Goes on with a capture
/// that was interrupted. Objects that cannot be read do not stop it: they are in the report, and tried again next time.
pub async fn run(
    settings: &CaptureSettings,
    source: &Source,
    progress: &dyn Progress,
    cancel: &CancellationToken,
) -> Result<CaptureReport> {
    let began = source.ambient.clock.elapsed();
    let requests = source.jira.statistics().requests();
    let mut capture = Capture::begin(settings, source, progress, cancel).await?;
    let mode = capture.mode();
    tracing::info!(?mode, run = settings.run, "a capture begins");
    configuration::capture(&mut capture).await?;
    let (issues, state) = match capture.base.clone() {
        None => full::capture(&mut capture).await?,
        Some(base) => incremental::capture(&mut capture, &base).await?,
    };
    let point = capture.commit(state).await?;
    tracing::info!(point = point.number, issues, "a capture is complete");
    Ok(CaptureReport {
        mode,
        point,
        issues,
        unread: capture.progress.unread,
        seconds: (source.ambient.clock.elapsed().saturating_sub(began)).as_secs_f64(),
        requests: source.jira.statistics().requests().saturating_sub(requests),
    })
}

/// A capture that is under way.
struct Capture<'a> {
    settings: &'a CaptureSettings,
    source: &'a Source,
    told: &'a dyn Progress,
    cancel: &'a CancellationToken,
    writer: Mutex<Writer>,
    /// The newest recovery point, whose attachments need not be fetched again.
    before: Option<View>,
    /// What an increment continues; `None` in a full capture.
    base: Option<PointState>,
    progress: ProgressState,
    clock: SiteClock,
}

impl<'a> Capture<'a> {
    async fn begin(
        settings: &'a CaptureSettings,
        source: &'a Source,
        told: &'a dyn Progress,
        cancel: &'a CancellationToken,
    ) -> Result<Self> {
        let clock = SiteClock::read(source).await?;
        let last = source.vault.points().pop();
        let resumed = source
            .vault
            .unfinished()
            .and_then(|unfinished| ProgressState::parse(&unfinished.state).map(|state| (unfinished.run, state)));
        let usable = |point: &RecoveryPoint| PointState::parse(&point.state).filter(|_| !settings.full);
        let (run, progress) = match resumed {
            Some((run, state)) if resumable(&state, last.as_ref()) => {
                told.note(&format!("going on with the capture that began at {}", state.started));
                (run, state)
            }
            _ => {
                let base = last.as_ref().filter(|point| usable(point).is_some()).map(|point| point.number);
                (settings.run.clone(), ProgressState::new(base, clock.now()))
            }
        };
        let base = match progress.base {
            Some(_) => last.as_ref().and_then(|point| PointState::parse(&point.state)),
            None => None,
        };
        let before = last.map(|point| source.vault.at(point.number)).transpose()?;
        let writer = Mutex::new(source.vault.writer(&run).await?);
        Ok(Self { settings, source, told, cancel, writer, before, base, progress, clock })
    }

    fn mode(&self) -> Mode {
        if self.base.is_some() { Mode::Increment } else { Mode::Full }
    }

    /// Makes what was read so far durable.
    async fn save(&self, progress: &ProgressState) -> Result<()> {
        Ok(self.writer.lock().await.progress(progress.to_value()).await?)
    }

    async fn commit(&mut self, mut state: PointState) -> Result<RecoveryPoint> {
        self.progress.unread.sort();
        self.progress.unread.dedup();
        state.unread.clone_from(&self.progress.unread);
        let note = match self.mode() {
            Mode::Full => "full capture",
            Mode::Increment => "increment",
        };
        let state = serde_json::to_value(state).unwrap_or(Value::Null);
        Ok(self.writer.lock().await.commit(note, state).await?)
    }

    fn check(&self) -> Result<()> {
        if self.cancel.is_cancelled() { Err(Error::Stopped) } else { Ok(()) }
    }
}

/// An interrupted capture is continued if it stands on what is still the newest point.
fn resumable(state: &ProgressState, last: Option<&RecoveryPoint>) -> bool {
    match (state.base, last) {
        (None, _) => true,
        (Some(base), Some(last)) => base == last.number,
        (Some(_), None) => false,
    }
}
