//! What tests of several modules share.

/// Whether the long tests run: all of what a short run samples.
pub(crate) fn long_tests() -> bool {
    std::env::var_os("LIFEBOAT_TEST_LONG").is_some()
}

/// A small seeded generator: hundreds of thousands of cases through a shrinking test runner would take minutes.
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice that always fall the same way.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}
