//! How far a job is: shown where it runs, and remembered for the next renewal of its lease.

use std::sync::{Arc, Mutex, PoisonError};

use recovery::progress::{Progress, Step};

/// The latest step, for whoever renews the lease.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latest(Arc<Mutex<Option<store::job::Progress>>>);

impl Latest {
    pub(crate) fn get(&self) -> Option<store::job::Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
        };
        *self.latest.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    }

    fn note(&self, text: &str) {
        self.shown.note(text);
    }
}
