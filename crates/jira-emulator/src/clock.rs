//! The emulator's clock: real, shifted, driven by hand, or somebody else's.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ambient::{Clock, SystemClock};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// Says what time it is on a site. Time stamps, rate limits, the lag of the search index and latency all follow it.
/// Clones share the same time.
#[derive(Debug, Clone)]
pub struct EmulatorClock {
    base: Arc<dyn Clock>,
    mode: Arc<Mutex<Mode>>,
    changes: Arc<watch::Sender<u64>>,
}

#[derive(Debug, Clone, Copy)]
enum Mode {
    /// The base's time plus a shift.
    Running(SignedDuration),
    /// Stands still until advanced.
    Standing(Timestamp),
}

impl EmulatorClock {
    /// The wall clock.
    pub fn real() -> Self {
        Self::following(Arc::new(SystemClock::new()))
    }

    /// A clock that goes as another does: a test's virtual one, for instance.
    pub fn following(base: Arc<dyn Clock>) -> Self {
        Self::with(base, Mode::Running(SignedDuration::ZERO))
    }

    /// A clock that stands at `start` until it is advanced.
    pub fn manual(start: Timestamp) -> Self {
        Self::with(Arc::new(SystemClock::new()), Mode::Standing(start))
    }

    fn with(base: Arc<dyn Clock>, mode: Mode) -> Self {
        Self { base, mode: Arc::new(Mutex::new(mode)), changes: Arc::new(watch::Sender::new(0)) }
    }

    fn mode(&self) -> Mode {
        *self.mode.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(Mode) -> Mode) {
        let mut mode = self.mode.lock().unwrap_or_else(PoisonError::into_inner);
        *mode = change(*mode);
        drop(mode);
        self.changes.send_modify(|count| *count += 1);
    }

    /// The current time.
    pub fn now(&self) -> Timestamp {
        match self.mode() {
            Mode::Running(shift) => self.base.now() + shift,
            Mode::Standing(at) => at,
        }
    }

    /// Stops the clock at an instant.
    pub fn set(&self, at: Timestamp) {
        self.change(|_| Mode::Standing(at));
    }

    /// Moves the clock forward; whoever sleeps until then wakes up. A duration beyond what a time stamp can hold moves nothing.
    pub fn advance(&self, by: Duration) {
        let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::ZERO);
        self.change(|mode| match mode {
            Mode::Running(shift) => Mode::Running(shift + by),
            Mode::Standing(at) => Mode::Standing(at + by),
        });
    }

    /// Lets the clock go again, at the time it would have without having been stopped or moved.
    pub fn run(&self) {
        self.change(|_| Mode::Running(SignedDuration::ZERO));
    }

    /// Waits until the clock has moved by `duration`.
    pub async fn sleep(&self, duration: Duration) {
        let mut changes = self.changes.subscribe();
        let Ok(duration) = SignedDuration::try_from(duration) else { return std::future::pending().await };
        let deadline = self.now() + duration;
        loop {
            let remaining = deadline.duration_since(self.now());
            let Ok(remaining) = Duration::try_from(remaining) else { return };
            if remaining.is_zero() {
                return;
            }
            match self.mode() {
                Mode::Running(_) => tokio::select! {
                    // In this order, so that what happens does not hang on chance.
                    biased;
                    () = self.base.sleep(remaining) => (),
                    _ = changes.changed() => (),
                },
                Mode::Standing(_) => drop(changes.changed().await),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sleeper_wakes_when_the_clock_is_advanced_far_enough() {
        let clock = EmulatorClock::manual(Timestamp::UNIX_EPOCH);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(10)).await }
        });
        tokio::task::yield_now().await;
        clock.advance(Duration::from_secs(9));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(1));
        sleeper.await.unwrap();
        assert_eq!(clock.now().as_second(), 10);
    }
}
