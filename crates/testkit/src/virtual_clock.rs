//! Time that passes only while everybody waits.

use std::time::Duration;

use ambient::Clock;
use futures::future::BoxFuture;
use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::time::Instant;

/// A clock over tokio's paused time: when nothing can go on, it jumps to when the first sleeper wakes. For runtimes of one
/// thread with `start_paused`; work on other threads that tokio does not know of (a database's) is not waited for.
#[derive(Debug)]
pub struct VirtualClock {
    start: Timestamp,
    origin: Instant,
    runtime: Handle,
}

impl VirtualClock {
    /// A clock that shows `start` now.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn new(start: Timestamp) -> Self {
        Self { start, origin: Instant::now(), runtime: Handle::current() }
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.start + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        // Work elsewhere may be entered into a runtime with a time of its own.
        let _here = self.runtime.enter();
        // Whole microseconds, as other clocks have them.
        Duration::from_micros(self.origin.elapsed().as_micros() as u64)
    }

    #[expect(clippy::disallowed_methods, reason = "tokio's time is what this clock shows")]
    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(span))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ambient::{Ambient, SeededEntropy};
    use jira::Call;
    use jira_emulator::{Fault, FaultAction, Limits, Outage, Seed};

    use super::*;
    use crate::Sites;

    fn sites(limits: Limits) -> Sites {
        let clock = Arc::new(VirtualClock::new("2026-11-02T08:00:00Z".parse().unwrap()));
        let ambient = Ambient { clock, entropy: Arc::new(SeededEntropy::new(1)) };
        Sites::in_process(Seed::Generated { issues: 3, seed: 1 }, limits, ambient)
    }

    #[tokio::test(start_paused = true)]
    async fn hours_of_pacing_take_no_time() {
        let sites = sites(Limits::default());
        let jira = sites.source_client();
        let start = Instant::now();
        for _ in 0..4_000 {
            jira.raw(Call::get("/rest/api/3/myself")).await.unwrap();
        }
        assert!(start.elapsed() > Duration::from_secs(30), "{:?}", start.elapsed());
        let answers = &sites.source().statistics().endpoints["GET /rest/api/3/myself"].statuses;
        assert!(answers.get(&429).copied().unwrap_or(0) < 40, "{answers:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_hang_ends_with_the_time_out() {
        let sites = sites(Limits::off());
        sites.source().outage(Outage::Hang);
        let start = Instant::now();
        let error = sites.source_client().raw(Call::get("/rest/api/3/myself")).await.unwrap_err();
        assert!(matches!(error, jira::Error::Unreachable { .. }), "{error}");
        assert!(start.elapsed() > Duration::from_mins(5), "five attempts: {:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn half_a_body_is_no_answer() {
        let sites = sites(Limits::off());
        sites.source().fault(Fault::once("GET", "/rest/api/3/myself", FaultAction::HalfBody));
        sites.source_client().raw(Call::get("/rest/api/3/myself")).await.unwrap();
        assert_eq!(sites.source().statistics().requests, 2);
    }
}
