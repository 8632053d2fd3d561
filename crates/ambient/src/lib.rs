//! Time, sleep and randomness as values that are passed in.
//!
//! Every other crate is forbidden (by `clippy.toml`) to ask the operating system for the time, to sleep, or to draw random
//! bytes: it is given an [`Ambient`] instead. A test gives a clock that it turns by hand and bytes from a seed, and the
//! same code runs the same way each time. This crate is not a place for anything else.
//!
//! Start at [`Ambient`]; [`clock`] and [`entropy`] have the real and the test implementations. [`elsewhere()`]
//! waits for other threads.

pub mod clock;
mod elsewhere;
pub mod entropy;

use std::sync::Arc;

pub use clock::{Clock, ManualClock, SystemClock};
pub use elsewhere::{StandingStill, elsewhere, stand_still};
pub use entropy::{Entropy, SeededEntropy, SystemEntropy};

/// The clock and the source of randomness that a component works with. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ambient {
    /// What time it is, and how to wait.
    pub clock: Arc<dyn Clock>,
    /// Where random bytes come from.
    pub entropy: Arc<dyn Entropy>,
}

impl Ambient {
    /// The machine's own clock and random numbers.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock::new()), entropy: Arc::new(SystemEntropy) }
    }

    /// A real clock with random bytes from `seed`: for runs that must name things the same way each time.
    pub fn seeded(seed: u64) -> Self {
        Self { clock: Arc::new(SystemClock::new()), entropy: Arc::new(SeededEntropy::new(seed)) }
    }

    /// A clock that stands still until it is turned, and random bytes from `seed`. The clock is returned too, to turn it.
    pub fn manual(start: jiff::Timestamp, seed: u64) -> (Self, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(start));
        (Self { clock: clock.clone(), entropy: Arc::new(SeededEntropy::new(seed)) }, clock)
    }

    /// The current time.
    pub fn now(&self) -> jiff::Timestamp {
        self.clock.now()
    }
}
