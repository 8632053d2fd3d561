//! What happened, in order: two runs of a seed must give the same lines.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ambient::Clock;

/// A run without an end, which a pipeline without its safeguards may get into, ends here: far more than any other needs.
const MOST_LINES: usize = 100_000;

/// The lines of a run. Clones write to the same.
#[derive(Clone, Debug)]
pub struct Trace {
    clock: Arc<dyn Clock>,
    lines: Arc<Mutex<Vec<String>>>,
    shown: bool,
}

impl Trace {
    /// A trace with the time of this clock. With `LIFEBOAT_TRACE` in the environment it is shown as it grows.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, lines: Arc::default(), shown: std::env::var_os("LIFEBOAT_TRACE").is_some() }
    }

    /// Adds a line.
    ///
    /// # Panics
    /// When there are so many that the run does not seem to end.
    pub fn line(&self, text: impl std::fmt::Display) {
        let at = self.clock.elapsed();
        let line = format!("{:>9} {text}", Milliseconds(at));
        if self.shown {
            eprintln!("{line}");
        }
        let mut lines = self.lock();
        assert!(lines.len() < MOST_LINES, "it does not come to an end: {line}");
        lines.push(line);
    }

    /// The lines so far.
    pub fn lines(&self) -> Vec<String> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Milliseconds(Duration);

impl std::fmt::Display for Milliseconds {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(&format!("{}.{:03}", self.0.as_secs(), self.0.subsec_millis()))
    }
}
