//! What the suites share.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// A number from the environment.
pub(crate) fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// `usual`, or `long` when long tests were asked for.
pub(crate) fn by_length(usual: u64, long: u64) -> u64 {
    if testkit::long_tests() { long } else { usual }
}

/// Tries seeds from `first` on, side by side; what was wrong, by seed.
///
/// A world waits half of its time for one of its own threads to be woken by another, so there are two worlds for each core.
pub(crate) fn side_by_side(
    first: u64,
    seeds: u64,
    attempt: impl Fn(u64) -> Option<String> + Sync,
) -> BTreeMap<u64, String> {
    let worlds = 2 * std::thread::available_parallelism().map_or(1, usize::from);
    let (next, failures) = (AtomicU64::new(first), Mutex::new(BTreeMap::new()));
    std::thread::scope(|threads| {
        for _ in 0..worlds {
            threads.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= first + seeds {
                        return;
                    }
                    let wrong = catch_unwind(AssertUnwindSafe(|| attempt(seed)))
                        .unwrap_or_else(|_| Some("it panicked, see above".to_owned()));
                    failures.lock().unwrap().extend(wrong.map(|wrong| (seed, wrong)));
                }
            });
        }
    });
    failures.into_inner().unwrap()
}
