//! The machine's clock, put ahead.

use std::sync::Mutex;
use std::time::Duration;

use ambient::{Clock, SystemClock};
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

/// The machine's clock, put ahead.
#[derive(Debug, Default)]
pub(crate) struct Shifted {
    real: SystemClock,
    pub(crate) ahead: Mutex<SignedDuration>,
}

impl Clock for Shifted {
    fn now(&self) -> Timestamp {
        self.real.now() + *self.ahead.lock().unwrap()
    }

    fn elapsed(&self) -> Duration {
        self.real.elapsed() + self.ahead.lock().unwrap().unsigned_abs()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        self.real.sleep(span)
    }
}
