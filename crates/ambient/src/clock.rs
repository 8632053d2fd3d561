//! What time it is, and how to wait.

use std::fmt::Debug;
use std::sync::Mutex;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;

/// A clock: wall time for people, monotonic time for waiting, and sleep.
pub trait Clock: Send + Sync + Debug {
    /// Wall time, truncated to microseconds so that it survives every store unchanged.
    fn now(&self) -> Timestamp;
    /// Monotonic time since an arbitrary start. Never goes back, whatever is done to the wall clock.
    fn elapsed(&self) -> Duration;
    /// Completes when `span` has passed on this clock.
    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()>;
}

/// The machine's clock. The only code of the project that reads it.
#[derive(Debug)]
pub struct SystemClock {
    start: std::time::Instant,
}

impl SystemClock {
    /// Starts the monotonic count at zero.
    #[expect(clippy::disallowed_methods, reason = "this is where the real clock is read")]
    pub fn new() -> Self {
        Self { start: std::time::Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the real clock is read")]
    fn now(&self) -> Timestamp {
        microseconds(Timestamp::now())
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    #[expect(clippy::disallowed_methods, reason = "this is where the program really sleeps")]
    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(span))
    }
}

/// A clock that is turned by hand, or by whoever sleeps on it: a sleep advances the clock by its span and returns after
/// giving other tasks a turn, so that waiting costs no real time.
#[derive(Debug)]
pub struct ManualClock {
    start: Timestamp,
    elapsed: Mutex<Duration>,
}

impl ManualClock {
    /// A clock that shows `start`.
    pub fn new(start: Timestamp) -> Self {
        Self { start: microseconds(start), elapsed: Mutex::new(Duration::ZERO) }
    }

    /// Turns the clock forward.
    pub fn advance(&self, span: Duration) {
        *self.lock() += span;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Duration> {
        self.elapsed.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.start + *self.lock()
    }

    fn elapsed(&self) -> Duration {
        *self.lock()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        self.advance(span);
        Box::pin(tokio::task::yield_now())
    }
}

fn microseconds(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sleeping_on_a_manual_clock_turns_it() {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
        clock.sleep(Duration::from_secs(90)).await;
        assert_eq!(clock.now().to_string(), "1970-01-01T00:01:30Z");
        assert_eq!(clock.elapsed(), Duration::from_secs(90));
    }

    #[test]
    fn the_system_clock_has_whole_microseconds() {
        assert_eq!(SystemClock::new().now().as_nanosecond() % 1000, 0);
    }
}
