//! Waiting before looking: after a lost answer Jira may still be at work, and what is not there yet may come.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ambient::Clock;

use crate::Settings;

/// How often something with an unclear outcome is sent in all, before it is given up.
pub(super) const ATTEMPTS: u32 = 4;

/// Knows how long to wait.
pub(super) struct Settling {
    clock: Arc<dyn Clock>,
    least: Duration,
    waits: bool,
    slowest_ms: AtomicU64,
    began: Duration,
}

impl Settling {
    pub(super) fn new(clock: Arc<dyn Clock>, settings: &Settings) -> Self {
        let began = clock.elapsed();
        let (least, waits) = (settings.ambiguity_wait, settings.safeguards.wait);
        Self { clock, least, waits, slowest_ms: AtomicU64::new(0), began }
    }

    /// Performs a request and remembers how long its answer took.
    pub(super) async fn timed<T>(&self, request: impl Future<Output = T>) -> T {
        let before = self.clock.elapsed();
        let answer = request.await;
        let took = self.clock.elapsed().saturating_sub(before).as_millis() as u64;
        self.slowest_ms.fetch_max(took, Ordering::Relaxed);
        answer
    }

    /// Waits after an outcome that is unclear just now.
    pub(super) async fn wait(&self) {
        self.clock.sleep(self.span()).await;
    }

    /// Waits as long as is needed for what an earlier run may have sent before it died: that was before this run began.
    pub(super) async fn since_begin(&self) {
        let passed = self.clock.elapsed().saturating_sub(self.began);
        self.clock.sleep(self.span().saturating_sub(passed)).await;
    }

    fn span(&self) -> Duration {
        if !self.waits {
            return Duration::ZERO;
        }
        self.least.max(Duration::from_millis(2 * self.slowest_ms.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use ambient::ManualClock;

    use super::*;

    #[tokio::test]
    async fn waits_for_twice_the_slowest_answer_when_that_is_longer() {
        let clock = Arc::new(ManualClock::new(jiff::Timestamp::UNIX_EPOCH));
        let settling = Settling::new(clock.clone(), &Settings::default());
        settling.wait().await;
        assert_eq!(clock.elapsed(), Duration::from_mins(2));
        settling.timed(clock.sleep(Duration::from_secs(100))).await;
        // `sleep` of the manual clock advances when it is called, so the slow answer is made by hand.
        settling.timed(async { clock.advance(Duration::from_secs(100)) }).await;
        let before = clock.elapsed();
        settling.wait().await;
        assert_eq!(clock.elapsed().saturating_sub(before), Duration::from_secs(200));
    }

    #[tokio::test]
    async fn what_was_sent_before_the_run_began_needs_no_second_wait() {
        let clock = Arc::new(ManualClock::new(jiff::Timestamp::UNIX_EPOCH));
        let settling = Settling::new(clock.clone(), &Settings::default());
        clock.advance(Duration::from_secs(100));
        settling.since_begin().await;
        assert_eq!(clock.elapsed(), Duration::from_mins(2));
        settling.since_begin().await;
        assert_eq!(clock.elapsed(), Duration::from_mins(2));
    }
}
