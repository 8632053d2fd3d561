//! Virtual time: when every thread of the process waits, the clock jumps to when the first sleeper wakes.
//!
//! Work takes no time by this clock; latency and pacing take all of theirs. Whether a thread waits is asked of Linux: the
//! vault's database and disk have threads of their own, of which the runtime knows nothing.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use ambient::{Ambient, Clock, SeededEntropy};
use anyhow::Result;
use futures::future::BoxFuture;
use jiff::Timestamp;

/// What the clock shows at first: 2026-11-02T08:00Z.
const START: Timestamp = Timestamp::constant(1_793_606_400, 0);
/// Sleepers wake in steps of this, so that those who wake at about the same time wake together.
const STEP: Duration = Duration::from_millis(1);
/// How long all threads must be seen to wait.
const QUIET: Duration = Duration::from_micros(20);

/// When a sleeper wakes, and which.
type Wakes = (Duration, u64);

#[derive(Debug, Default)]
struct Shared {
    now: Mutex<Duration>,
    sleepers: Mutex<BTreeMap<Wakes, Waker>>,
    ids: AtomicU64,
    over: AtomicBool,
}

#[derive(Debug)]
struct JumpingClock(Arc<Shared>);

struct Sleep {
    shared: Arc<Shared>,
    wakes: Wakes,
}

/// Runs `work` in virtual time.
pub(crate) fn with_virtual_time<T>(work: impl AsyncFnOnce(Ambient) -> Result<T>) -> Result<T> {
    let shared = Arc::new(Shared::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let driven = shared.clone();
    let driver = std::thread::spawn(move || driven.drive());
    let clock = Arc::new(JumpingClock(shared.clone()));
    let done = runtime.block_on(work(Ambient { clock, entropy: Arc::new(SeededEntropy::new(1)) }));
    shared.over.store(true, Ordering::SeqCst);
    driver.join().map_err(|_| anyhow::anyhow!("what drives the clock failed"))?;
    done
}

impl Shared {
    fn now(&self) -> Duration {
        *lock(&self.now)
    }

    /// Moves time on whenever everybody waits.
    #[expect(clippy::disallowed_methods, reason = "what moves this clock cannot go by it")]
    fn drive(&self) {
        while !self.over.load(Ordering::SeqCst) {
            std::thread::sleep(QUIET);
            if others_wait() && others_wait() {
                self.jump();
            }
        }
    }

    fn jump(&self) {
        let mut sleepers = lock(&self.sleepers);
        let Some((&(until, _), _)) = sleepers.first_key_value() else { return };
        let later = sleepers.split_off(&(until, u64::MAX));
        let woken = std::mem::replace(&mut *sleepers, later);
        let mut now = lock(&self.now);
        *now = until.max(*now);
        drop(now);
        drop(sleepers);
        woken.into_values().for_each(Waker::wake);
    }
}

/// Whether every other thread of this process waits for something: none runs, is about to, or is at the disk.
fn others_wait() -> bool {
    let Ok(own) = std::fs::read_link("/proc/thread-self") else { return false };
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return false };
    threads.flatten().filter(|thread| Some(thread.file_name().as_os_str()) != own.file_name()).all(|thread| {
        let stat = std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        // The name before may hold anything; the state follows it. A thread that is gone by now has none.
        stat.rsplit_once(')').is_none_or(|(_, after)| after.trim_start().starts_with('S'))
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Clock for JumpingClock {
    fn now(&self) -> Timestamp {
        START + self.0.now()
    }

    fn elapsed(&self) -> Duration {
        self.0.now()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        let until = (self.0.now() + span).as_millis() as u64 + u64::from(!span.is_zero());
        let until = STEP.saturating_mul(u32::try_from(until).unwrap_or(u32::MAX));
        let id = self.0.ids.fetch_add(1, Ordering::Relaxed);
        Box::pin(Sleep { shared: self.0.clone(), wakes: (until, id) })
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut sleepers = lock(&self.shared.sleepers);
        if self.shared.now() >= self.wakes.0 {
            return Poll::Ready(());
        }
        sleepers.insert(self.wakes, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        lock(&self.shared.sleepers).remove(&self.wakes);
    }
}

#[cfg(test)]
mod tests {
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
