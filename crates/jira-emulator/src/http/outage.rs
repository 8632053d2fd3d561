//! Outages of a whole site.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::clock::EmulatorClock;

/// How a site is down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outage {
    /// The site works.
    #[default]
    None,
    /// Connections are closed without an answer.
    Refuse,
    /// Requests get no answer as long as the outage lasts; then their connections are closed. Those that were counted get
    /// none ever.
    Hang,
    /// Every request is answered with 503 and an HTML page.
    Unavailable,
    /// The site is gone: 404 with an HTML page from the edge, also for `_edge/tenant_info`.
    Gone,
}

/// When an outage ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutageEnd {
    /// After so long on the emulator's clock.
    After(Duration),
    /// When so many requests have met it.
    Requests(u32),
}

/// The current outage of a site.
#[derive(Debug)]
pub(crate) struct OutageSwitch {
    clock: EmulatorClock,
    current: Mutex<Current>,
    /// Wakes in the order of waiting, so that a simulation can be repeated.
    changed: Notify,
}

#[derive(Debug, Clone, Copy, Default)]
struct Current {
    outage: Outage,
    ends: Option<Timestamp>,
    requests: Option<u32>,
}

impl Current {
    fn at(self, now: Timestamp) -> Outage {
        let is_over = self.ends.is_some_and(|ends| ends <= now) || self.requests == Some(0);
        if is_over { Outage::None } else { self.outage }
    }
}

impl OutageSwitch {
    pub(crate) fn new(clock: EmulatorClock) -> Self {
        Self { clock, current: Mutex::default(), changed: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self) -> Outage {
        self.lock().at(self.clock.now())
    }

    /// The same for a request, which counts.
    pub(crate) fn meet(&self) -> Outage {
        let outage = self.get();
        if outage != Outage::None {
            let mut current = self.lock();
            current.requests = current.requests.map(|left| left.saturating_sub(1));
            drop(current);
            self.changed.notify_waiters();
        }
        outage
    }

    /// Begins an outage, or ends it.
    pub(crate) fn set(&self, outage: Outage, end: Option<OutageEnd>) {
        let (mut ends, mut requests) = (None, None);
        match end {
            Some(OutageEnd::After(span)) => {
                let span = jiff::SignedDuration::try_from(span).unwrap_or(jiff::SignedDuration::MAX);
                ends = Some(self.clock.now().checked_add(span).unwrap_or(Timestamp::MAX));
            }
            Some(OutageEnd::Requests(count)) => requests = Some(count),
            None => {}
        }
        *self.lock() = Current { outage, ends, requests };
        self.changed.notify_waiters();
    }

    /// Waits while the site hangs.
    pub(crate) async fn until_not_hanging(&self) {
        if self.lock().requests.is_some() {
            // The last of them hangs as those before it did: until its caller gives up.
            return std::future::pending().await;
        }
        loop {
            let changed = self.changed.notified();
            let current = *self.lock();
            let now = self.clock.now();
            if current.at(now) != Outage::Hang {
                return;
            }
            let left = current.ends.and_then(|ends| Duration::try_from(ends.duration_since(now)).ok());
            tokio::select! {
                biased;
                () = changed => {}
                () = self.clock.sleep(left.unwrap_or(Duration::MAX)) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn switch() -> (OutageSwitch, EmulatorClock) {
        let clock = EmulatorClock::manual(Timestamp::UNIX_EPOCH);
        (OutageSwitch::new(clock.clone()), clock)
    }

    #[test]
    fn outage_ends_with_its_time() {
        let (switch, clock) = switch();
        switch.set(Outage::Unavailable, Some(OutageEnd::After(Duration::from_mins(1))));
        clock.advance(Duration::from_secs(59));
        assert_eq!((switch.meet(), switch.meet()), (Outage::Unavailable, Outage::Unavailable));
        clock.advance(Duration::from_secs(1));
        assert_eq!(switch.meet(), Outage::None);
    }

    #[test]
    fn outage_ends_with_its_requests_and_looking_does_not_count() {
        let (switch, _) = switch();
        switch.set(Outage::Refuse, Some(OutageEnd::Requests(2)));
        assert_eq!((switch.get(), switch.get(), switch.get()), (Outage::Refuse, Outage::Refuse, Outage::Refuse));
        let met = [switch.meet(), switch.meet(), switch.meet()];
        assert_eq!(met, [Outage::Refuse, Outage::Refuse, Outage::None]);
    }

    #[tokio::test]
    async fn who_hangs_is_let_go_when_the_time_is_over() {
        let (switch, clock) = switch();
        switch.set(Outage::Hang, Some(OutageEnd::After(Duration::from_secs(5))));
        let hanging = switch.until_not_hanging();
        let ended = async {
            tokio::task::yield_now().await;
            clock.advance(Duration::from_secs(5));
        };
        tokio::join!(hanging, ended);
    }
}
