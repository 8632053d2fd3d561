//! Decides when a request may go, so that Jira has no reason to refuse it.
//!
//! Jira limits three things (`rate-limits.md` §2, §3): requests to each endpoint ([`bucket`], with the figures in
//! [`rates`]), writes to each issue ([`issues`]), and, by good manners, requests in flight. It also says in its answers
//! when it is getting close and for how long to stay away ([`signals`]): an endpoint that hears so slows down at once and
//! creeps back. Everything goes by the clock that was passed in.
//!
//! A call is admitted only when *all* of its limits allow it at the same moment, so that waiting for one never uses up
//! another.

mod bucket;
mod issues;
mod rates;
mod signals;

pub(crate) use rates::per_second;
pub(crate) use signals::{Scope, Signals};

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ambient::Clock;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::statistics::Counters;
use crate::{Call, Error, Method, Result};
use bucket::Bucket;
use issues::Issues;

/// Answers that were under way together tell of the same rest.
const SAME_REST: Duration = Duration::from_secs(10);
/// The shortest wait worth a sleep.
const TICK: Duration = Duration::from_micros(100);
/// How much slower an endpoint goes when Jira says that it is close to its limit, and the part of its rate that it keeps
/// however often Jira says so: other limits than the endpoint's may be meant.
const NEAR_LIMIT: (f64, f64) = (0.8, 0.25);
/// The same when Jira says that it is over.
const OVER_LIMIT: (f64, f64) = (0.5, 0.02);

/// The pacing of one site, shared by all clones of its client.
#[derive(Debug)]
pub(crate) struct Pacer {
    clock: Arc<dyn Clock>,
    counters: Arc<Counters>,
    in_flight: Arc<Semaphore>,
    state: Mutex<State>,
    quota_patience: Duration,
    rests: watch::Sender<Option<Rest>>,
}

/// A time in which nothing is sent to a site, because Jira's hourly quota is used up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// How long it is from the answer that began it.
    pub wait: Duration,
    /// Jira's reason: `jira-quota-tenant-based`.
    pub reason: String,
}

/// The right to have one request in flight: given back when dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    _permit: OwnedSemaphorePermit,
}

#[derive(Debug, Default)]
struct State {
    site: Pause,
    endpoints: HashMap<(Method, &'static str), Endpoint>,
    issues: Issues,
}

#[derive(Debug)]
struct Endpoint {
    bucket: Bucket,
    pause: Pause,
}

/// A time in which nothing may be sent, because Jira said so.
#[derive(Clone, Debug, Default)]
struct Pause {
    until: Duration,
    reason: String,
}

/// Whether a call may go now.
#[derive(Debug, PartialEq)]
enum Admission {
    Go,
    /// Its own pace holds it back.
    Wait(Duration),
    /// Jira asked for a pause.
    Paused(Duration, String),
    /// The whole site rests.
    Resting(Duration, String),
}

impl Pacer {
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        counters: Arc<Counters>,
        concurrency: usize,
        quota_patience: Duration,
    ) -> Self {
        let in_flight = Arc::new(Semaphore::new(concurrency.clamp(1, Semaphore::MAX_PERMITS)));
        let rests = watch::Sender::default();
        Self { clock, counters, in_flight, state: Mutex::default(), quota_patience, rests }
    }

    /// Tells of each rest of the whole site as it begins.
    pub(crate) fn rests(&self) -> watch::Receiver<Option<Rest>> {
        self.rests.subscribe()
    }

    /// Waits until the call may go.
    ///
    /// # Errors
    /// [`Error::Throttled`] when Jira asked for a pause that is longer than `patience`, or the site rests for too long.
    pub(crate) async fn admit(&self, call: &Call, patience: Duration) -> Result<Slot> {
        loop {
            let admission = self.lock().admission(self.clock.elapsed(), call);
            match admission {
                Admission::Go => {}
                Admission::Paused(wait, reason) if wait > patience => {
                    return Err(Error::Throttled { call: call.label(), wait, reason });
                }
                Admission::Resting(wait, reason) if wait > self.quota_patience => {
                    return Err(Error::Throttled { call: call.label(), wait, reason });
                }
                Admission::Wait(wait) | Admission::Paused(wait, _) | Admission::Resting(wait, _) => {
                    self.sleep(wait.max(TICK)).await;
                    continue;
                }
            }
            let slot = Arc::clone(&self.in_flight).acquire_owned().await.expect("the semaphore is never closed");
            // The wait for a slot may have changed things: what was free then is looked at again, and only now taken.
            if self.lock().take(self.clock.elapsed(), call) {
                return Ok(Slot { _permit: slot });
            }
        }
    }

    /// Takes note of what the headers of an answer say about the limits.
    pub(crate) fn heed(&self, call: &Call, signals: &Signals) {
        if !signals.near_limit {
            return;
        }
        let now = self.clock.elapsed();
        let mut state = self.lock();
        // The header does not say which limit is near. An issue's own pace needs no help, and must not slow the others.
        let about_an_issue =
            signals.scope == Scope::Issue || call.issues.iter().any(|issue| state.issues.is_busy(now, issue));
        if !about_an_issue {
            state.endpoint(now, call).bucket.slow(now, NEAR_LIMIT.0, NEAR_LIMIT.1);
        }
    }

    /// Holds back everything that an answer 429 or 503 concerns.
    pub(crate) fn pause(&self, call: &Call, scope: Scope, wait: Duration, reason: &str) {
        let now = self.clock.elapsed();
        let until = now + wait;
        tracing::debug!(call = call.label(), ?scope, wait_seconds = wait.as_secs_f64(), reason, "Jira asks to wait");
        let mut state = self.lock();
        match scope {
            Scope::Site => {
                let is_new = until > state.site.until.max(now) + SAME_REST;
                state.site.extend(until, reason);
                drop(state);
                if is_new {
                    let waits = wait.as_secs();
                    tracing::warn!(wait_seconds = waits, reason, "Jira's hourly quota is used up; the site rests");
                    self.rests.send_replace(Some(Rest { wait, reason: reason.to_owned() }));
                }
            }
            Scope::Issue if !call.issues.is_empty() => {
                for issue in &call.issues {
                    state.issues.pause(now, issue, until);
                }
            }
            Scope::Issue | Scope::Endpoint => {
                let endpoint = state.endpoint(now, call);
                endpoint.pause.extend(until, reason);
                endpoint.bucket.slow(now, OVER_LIMIT.0, OVER_LIMIT.1);
                endpoint.bucket.drain(until);
            }
        }
    }

    async fn sleep(&self, span: Duration) {
        self.counters.waited(span);
        self.clock.sleep(span).await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn admission(&mut self, now: Duration, call: &Call) -> Admission {
        let endpoint = self.endpoint(now, call);
        let (endpoint_pause, bucket) = (endpoint.pause.clone(), endpoint.bucket.ready_in(now));
        if let Some(wait) = self.site.left(now) {
            return Admission::Resting(wait, self.site.reason.clone());
        }
        if let Some(wait) = endpoint_pause.left(now) {
            return Admission::Paused(wait, endpoint_pause.reason);
        }
        let issue = call.issues.iter().map(|issue| self.issues.ready_in(now, issue)).max().unwrap_or_default();
        match bucket.max(issue) {
            Duration::ZERO => Admission::Go,
            wait => Admission::Wait(wait),
        }
    }

    /// Takes what a call needs, if all of it is there.
    fn take(&mut self, now: Duration, call: &Call) -> bool {
        let free = self.admission(now, call) == Admission::Go;
        if free {
            self.endpoint(now, call).bucket.take(now);
            for issue in &call.issues {
                self.issues.take(now, issue);
            }
        }
        free
    }

    fn endpoint(&mut self, now: Duration, call: &Call) -> &mut Endpoint {
        self.endpoints.entry((call.method, call.template)).or_insert_with(|| Endpoint {
            bucket: Bucket::new(f64::from(rates::per_second(call.method, call.template)), now),
            pause: Pause::default(),
        })
    }
}

impl Pause {
    fn extend(&mut self, until: Duration, reason: &str) {
        if until > self.until {
            *self = Self { until, reason: reason.to_owned() };
        }
    }

    fn left(&self, now: Duration) -> Option<Duration> {
        self.until.checked_sub(now).filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests;
