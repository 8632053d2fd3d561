//! What time it is for the site that is captured.
//!
//! An increment asks for what changed since the last capture began. Both moments are the site's own: a machine whose clock
//! was set between two captures would ask for too little.

use std::sync::Arc;
use std::time::Duration;

use ambient::Clock;
use jiff::{SignedDuration, Timestamp};

use super::Source;
use crate::Result;

/// The site's time, read once; what passes afterwards is measured by the machine's monotonic clock, which nobody sets.
pub(super) struct SiteClock {
    then: Timestamp,
    read: Duration,
    machine: Arc<dyn Clock>,
}

impl SiteClock {
    /// Asks the site. One that does not tell its time is taken to have the machine's.
    pub(super) async fn read(source: &Source) -> Result<Self> {
        let machine = source.ambient.clock.clone();
        let told = match source.jira.site_time().await {
            Ok(told) => told,
            Err(error) if error.concerns_one_object() => {
                tracing::warn!(%error, "the site does not tell its time; the machine's is taken");
                None
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Self { then: told.unwrap_or_else(|| machine.now()), read: machine.elapsed(), machine })
    }

    /// What time it is now.
    pub(super) fn now(&self) -> Timestamp {
        let passed = self.machine.elapsed().saturating_sub(self.read);
        self.then.saturating_add(SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX)).unwrap_or(self.then)
    }
}
