//! How far a step is: for whoever shows it.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ambient::{Ambient, Clock};
use futures::future::{Either, select};
use jira::Jira;

use crate::traffic::Gauge;
pub use crate::traffic::Traffic;

/// Where a step stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What is being done: `issues`, `comments`.
    pub phase: String,
    /// How many objects are done.
    pub done: u64,
    /// How many there are, where that is known.
    pub total: Option<u64>,
    /// Objects per second since the phase began.
    pub rate: f64,
}

/// Is told how far a step is. Called often: must return at once.
pub trait Progress: Send + Sync {
    /// The step has come this far.
    fn step(&self, step: &Step);

    /// Something that a person should read while it runs.
    fn note(&self, text: &str);

    /// What went to Jira in the last seconds.
    fn traffic(&self, _traffic: &Traffic) {}
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn step(&self, _step: &Step) {}
    fn note(&self, _text: &str) {}
}

/// How often traffic is measured.
const MEASURED: Duration = Duration::from_secs(5);

/// Does some work, and tells meanwhile how fast it goes, and when nothing can be sent because Jira's hourly quota is used up.
pub(crate) async fn telling<T>(
    jira: &Jira,
    ambient: &Ambient,
    progress: &dyn Progress,
    work: impl Future<Output = T>,
) -> T {
    let mut rests = jira.rests();
    let mut gauge = Gauge::new(jira.statistics(), ambient.clock.elapsed());
    let told = async {
        loop {
            let heard = match select(pin!(rests.changed()), ambient.clock.sleep(MEASURED)).await {
                Either::Left((changed, _)) => Some(changed),
                Either::Right(_) => None,
            };
            match heard {
                Some(Ok(())) => {
                    let rest = rests.borrow_and_update().clone();
                    if let Some(rest) = rest {
                        gauge.rests(rest.wait, ambient.clock.elapsed());
                        let minutes = rest.wait.as_secs().div_ceil(60);
                        let text =
                            format!("Jira's hourly quota is used up ({}): waiting {minutes} minutes", rest.reason);
                        progress.note(&text);
                    }
                }
                // The sender lives as long as the client: this never ends.
                Some(Err(_)) => std::future::pending().await,
                None => progress.traffic(&gauge.read(jira.statistics(), ambient.clock.elapsed(), ambient.now())),
            }
        }
    };
    match select(pin!(work), pin!(told)).await {
        Either::Left((done, _)) | Either::Right((done, _)) => done,
    }
}

/// Counts one phase and tells a [`Progress`].
pub(crate) struct Meter<'a> {
    progress: &'a dyn Progress,
    clock: Arc<dyn Clock>,
    phase: String,
    total: Option<u64>,
    done: AtomicU64,
    began: Duration,
}

impl<'a> Meter<'a> {
    pub(crate) fn new(
        progress: &'a dyn Progress,
        clock: &Arc<dyn Clock>,
        phase: impl Into<String>,
        total: Option<u64>,
    ) -> Self {
        let meter = Self {
            progress,
            clock: clock.clone(),
            phase: phase.into(),
            total,
            done: AtomicU64::new(0),
            began: clock.elapsed(),
        };
        meter.advance(0);
        meter
    }

    pub(crate) fn advance(&self, count: u64) {
        let done = self.done.fetch_add(count, Ordering::Relaxed) + count;
        let seconds = (self.clock.elapsed().saturating_sub(self.began)).as_secs_f64();
        let rate = if seconds > 0.0 { done as f64 / seconds } else { 0.0 };
        self.progress.step(&Step { phase: self.phase.clone(), done, total: self.total, rate });
    }
}
