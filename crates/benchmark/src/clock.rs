//! Virtual time: while the whole pipeline waits, the clock jumps to when the first sleeper wakes.
//!
//! Work takes no time by this clock; latency and pacing take all of theirs.

use std::sync::Arc;

use ambient::{Ambient, SeededEntropy};
use anyhow::Result;
use jiff::Timestamp;
use testkit::VirtualClock;
use tokio::runtime::Builder;

/// What the clock shows at first: 2026-11-02T08:00Z.
const START: Timestamp = Timestamp::constant(1_793_606_400, 0);

/// Runs `work` on one thread, in virtual time. What a database or a pool does on threads of its own, it does while the one
/// thread stands still, so that time does not run away from it.
pub(crate) fn with_virtual_time<T>(work: impl AsyncFnOnce(Ambient) -> Result<T>) -> Result<T> {
    let others = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let _still = ambient::stand_still(others.handle().clone());
    let here = Builder::new_current_thread().enable_time().start_paused(true).build()?;
    here.block_on(async {
        let clock = Arc::new(VirtualClock::new(START));
        work(Ambient { clock, entropy: Arc::new(SeededEntropy::new(1)) }).await
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn hours_take_no_time_and_sleepers_wake_in_order() {
        let woken = with_virtual_time(async |ambient| {
            let clock = ambient.clock;
            let nap = async |seconds: u64| {
                clock.sleep(Duration::from_secs(seconds)).await;
                clock.elapsed().as_secs()
            };
            Ok(futures::join!(nap(7200), nap(60), nap(3600)))
        });
        assert_eq!(woken.unwrap(), (7200, 60, 3600));
    }
}
