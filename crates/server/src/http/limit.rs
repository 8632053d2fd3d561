//! How often somebody may try: a bucket of tries for each name, refilled steadily. Nothing is ever locked for good, so nobody
//! can lock somebody else out of a recovery.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ambient::Ambient;

use super::problem::Problem;

/// When so many names are known, those that are full again are forgotten.
const MANY: usize = 10_000;

/// Buckets by name.
#[derive(Debug)]
pub(crate) struct Buckets {
    most: f64,
    per_second: f64,
    known: Mutex<HashMap<String, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Duration,
}

impl Buckets {
    /// `most` tries at once, and `most` more in each `within`.
    pub(crate) fn new(most: u32, within: Duration) -> Self {
        let most = f64::from(most);
        Self { most, per_second: most / within.as_secs_f64(), known: Mutex::default() }
    }

    /// Takes a try, or tells for how long there is none.
    pub(crate) fn take(&self, name: &str, ambient: &Ambient) -> Result<(), Problem> {
        let now = ambient.clock.elapsed();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MANY {
            known.retain(|_, bucket| self.refilled(*bucket, now) < self.most);
        }
        let bucket = known.get(name).copied().unwrap_or(Bucket { left: self.most, at: now });
        let left = self.refilled(bucket, now);
        if left < 1.0 {
            let wait = ((1.0 - left) / self.per_second).ceil();
            return Err(Problem::too_many(wait as u64));
        }
        known.insert(name.to_owned(), Bucket { left: left - 1.0, at: now });
        Ok(())
    }

    fn refilled(&self, bucket: Bucket, now: Duration) -> f64 {
        let since = now.saturating_sub(bucket.at).as_secs_f64();
        (bucket.left + since * self.per_second).min(self.most)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn tries_run_out_and_come_back() {
        let (ambient, clock) = Ambient::manual(Timestamp::UNIX_EPOCH, 1);
        let buckets = Buckets::new(3, Duration::from_secs(30));
        for _ in 0..3 {
            buckets.take("ann", &ambient).unwrap();
        }
        assert!(buckets.take("ann", &ambient).is_err());
        buckets.take("bob", &ambient).unwrap();
        clock.advance(Duration::from_secs(10));
        buckets.take("ann", &ambient).unwrap();
        assert!(buckets.take("ann", &ambient).is_err());
    }
}
