//! How far a job is: shown where it runs, and remembered for the next renewal of its lease.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use recovery::progress::{Progress, Step, Traffic};
use store::job::Sample;

/// The latest step, for whoever renews the lease.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latest(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    step: Option<store::job::Progress>,
    traffic: Option<store::job::Traffic>,
}

impl Latest {
    /// Goes on from what is known of the job: how fast it was before is not forgotten when another process takes it.
    pub(crate) fn after(before: Option<&store::job::Progress>) -> Self {
        let traffic = before.and_then(|progress| progress.traffic.clone());
        Self(Arc::new(Mutex::new(Known { step: None, traffic })))
    }

    pub(crate) fn get(&self) -> Option<store::job::Progress> {
        let known = self.lock();
        let step = known.step.clone()?;
        Some(store::job::Progress { traffic: known.traffic.clone(), ..step })
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows and remembers.
pub(crate) struct Recorder<'a> {
    pub(crate) shown: &'a dyn Progress,
    pub(crate) latest: Latest,
}

impl Progress for Recorder<'_> {
    fn step(&self, step: &Step) {
        self.shown.step(step);
        let left = step.total.filter(|_| step.rate > 0.0).map(|total| {
            let left = total.saturating_sub(step.done) as f64 / step.rate;
            left.ceil() as u64
        });
        let progress = store::job::Progress {
            phase: step.phase.clone(),
            done: step.done,
            total: step.total,
            rate: step.rate,
            seconds_left: left,
            traffic: None,
        };
        self.latest.lock().step = Some(progress);
    }

    fn note(&self, text: &str) {
        self.shown.note(text);
    }

    fn traffic(&self, traffic: &Traffic) {
        self.shown.traffic(traffic);
        let sample = Sample { at: traffic.at, per_second: traffic.per_second, share: traffic.share };
        self.latest.lock().traffic.get_or_insert_default().add(sample, traffic.held_back);
    }
}
