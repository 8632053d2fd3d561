//! Random choices that follow from a seed.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

/// A source of choices: the same seed makes the same ones.
#[derive(Debug)]
pub(in crate::seed) struct Chance(ChaCha8Rng);

impl Chance {
    pub(in crate::seed) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `end`; 0 when there is none.
    pub(in crate::seed) fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { self.0.random_range(0..end) }
    }

    /// A number from `low` to `high`, both included.
    pub(in crate::seed) fn between(&mut self, low: u64, high: u64) -> u64 {
        self.0.random_range(low..=high.max(low))
    }

    /// Yes, so many times out of a hundred.
    pub(in crate::seed) fn percent(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    /// One of a list of words.
    pub(in crate::seed) fn word(&mut self, from: &[&'static str]) -> &'static str {
        from.get(self.below(from.len())).copied().unwrap_or_default()
    }

    /// One of a list that may be empty.
    pub(in crate::seed) fn one<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        from.get(self.below(from.len())).cloned()
    }

    /// Up to `most` neighbours of a list, at least one where the list has any.
    pub(in crate::seed) fn some<T: Clone>(&mut self, from: &[T], most: usize) -> Vec<T> {
        let count = (1 + self.below(most)).min(from.len());
        let start = self.below(from.len() + 1 - count);
        from[start..start + count].to_vec()
    }

    /// A random UUID.
    pub(in crate::seed) fn uuid(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.0.random()).into_uuid()
    }
}
