//! Whether to try again, and when.
//!
//! What certainly did not happen (429, 503 with `Retry-After`, no connection) may always be sent again. What may have
//! happened is sent again only if the call says that twice is as good as once; otherwise the caller is told.

use std::time::Duration;

use ambient::Ambient;
use tracing::field::Empty;
use tracing::{Instrument as _, info_span};

use crate::answer::Setback;
use crate::client::Shared;
use crate::pacing::{Scope, Signals};
use crate::{Call, Error, Result, Safety};

/// How often a call is repeated after a failure (pauses that Jira asks for are not counted, only timed).
const REPETITIONS: u32 = 4;
/// The first wait, doubled each time up to the longest: Atlassian's own advice (`rate-limits.md` §6).
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// Waits are spread over 0.7 to 1.3 of their length.
const JITTER: (f64, f64) = (0.7, 0.6);

/// How much more effort one call is worth.
#[derive(Debug)]
pub(crate) struct Effort {
    repetitions: u32,
    failures: u32,
    throttled: u32,
    patience: Duration,
}

impl Effort {
    /// Repetitions as far as patience reaches.
    pub(crate) fn repeated(patience: Duration) -> Self {
        Self { repetitions: REPETITIONS, failures: 0, throttled: 0, patience }
    }

    /// One attempt, for a body that can be sent only once.
    pub(crate) fn single() -> Self {
        Self { repetitions: 0, failures: 0, throttled: 0, patience: Duration::ZERO }
    }

    /// The wait before the next repetition after a failure, or nothing when it was the last.
    fn after_failure(&mut self, ambient: &Ambient) -> Option<Duration> {
        if self.failures >= self.repetitions {
            return None;
        }
        let wait = backoff(self.failures, ambient);
        self.failures += 1;
        self.spend(wait).then_some(wait)
    }

    fn is_repeatable(&self) -> bool {
        self.repetitions > 0
    }

    fn spend(&mut self, wait: Duration) -> bool {
        match self.patience.checked_sub(wait) {
            Some(left) => self.patience = left,
            None => return false,
        }
        true
    }
}

fn backoff(failures: u32, ambient: &Ambient) -> Duration {
    let wait = FIRST_WAIT.saturating_mul(1 << failures.min(10)).min(LONGEST_WAIT);
    wait.mul_f64(JITTER.0 + JITTER.1 * ambient.entropy.fraction())
}

impl Shared {
    /// Makes attempts until one of them settles the call.
    pub(crate) async fn settle<T, F>(&self, call: &Call, effort: Effort, attempt: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<T, Setback>>,
    {
        let span = info_span!("jira", otel.name = call.label(), otel.kind = "client", otel.status_code = Empty);
        let result = self.settle_traced(call, effort, attempt).instrument(span.clone()).await;
        if result.is_err() {
            span.record("otel.status_code", "ERROR");
        }
        result
    }

    async fn settle_traced<T, F>(&self, call: &Call, mut effort: Effort, mut attempt: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<T, Setback>>,
    {
        let label = call.label();
        let mut attempts = 0;
        loop {
            let slot = self.pacer.admit(call, self.settings.patience).await?;
            self.counters.endpoint(&label, |endpoint| {
                endpoint.requests += 1;
                endpoint.repeated += u64::from(attempts > 0);
            });
            attempts += 1;
            let start = self.ambient.clock.elapsed();
            let result = attempt().await;
            self.counters.answered_after(self.ambient.clock.elapsed().saturating_sub(start));
            drop(slot);
            let error = match result {
                Ok(value) => return Ok(value),
                Err(Setback::Refused(error)) => error,
                Err(Setback::Throttled(signals)) => match self.give_way(call, &signals, &mut effort) {
                    None => continue,
                    Some(error) => error,
                },
                Err(Setback::Unreached(reason)) => {
                    if self.rest(&label, &reason, &mut effort).await {
                        continue;
                    }
                    Error::Unreachable { site: self.settings.site_name(), reason }
                }
                Err(Setback::Unclear { reason, refusal }) => {
                    if call.safety == Safety::Repeatable && self.rest(&label, &reason, &mut effort).await {
                        continue;
                    }
                    self.unclear(call, reason, refusal)
                }
            };
            self.counters.endpoint(&label, |endpoint| endpoint.failed += 1);
            return Err(error);
        }
    }

    /// Holds back what Jira wants held back; the wait itself happens at the next admission. Gives an error when it is too
    /// long.
    fn give_way(&self, call: &Call, signals: &Signals, effort: &mut Effort) -> Option<Error> {
        self.counters.endpoint(&call.label(), |endpoint| endpoint.throttled += 1);
        let wait =
            signals.wait.filter(|wait| !wait.is_zero()).unwrap_or_else(|| backoff(effort.throttled, &self.ambient));
        effort.throttled += 1;
        let reason = signals.reason.as_deref().unwrap_or("no reason given");
        self.pacer.pause(call, signals.scope, wait, reason);
        // The end of a quota's hour has a patience of its own, and is waited for at the next admission.
        let is_rest = signals.scope == Scope::Site && wait <= self.settings.quota_patience;
        if effort.is_repeatable() && (is_rest || effort.spend(wait)) {
            return None;
        }
        Some(Error::Throttled { call: call.label(), wait, reason: reason.to_owned() })
    }

    /// Waits before a repetition; tells whether there is to be one.
    async fn rest(&self, label: &str, reason: &str, effort: &mut Effort) -> bool {
        let Some(wait) = effort.after_failure(&self.ambient) else { return false };
        tracing::debug!(call = label, reason, wait_seconds = wait.as_secs_f64(), "a request is to be repeated");
        self.counters.waited(wait);
        self.ambient.clock.sleep(wait).await;
        true
    }

    /// What to say in the end of a call without a clear answer.
    fn unclear(&self, call: &Call, reason: String, refusal: Option<Error>) -> Error {
        match refusal {
            Some(error) if call.safety == Safety::Repeatable => error,
            _ if call.reads => Error::Unreachable { site: self.settings.site_name(), reason },
            _ => Error::Ambiguous { call: call.label(), reason },
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn waits_double_up_to_half_a_minute_and_are_spread() {
        let (ambient, _) = Ambient::manual(Timestamp::UNIX_EPOCH, 1);
        for (failures, seconds) in [(0, 2.0), (1, 4.0), (2, 8.0), (3, 16.0), (4, 30.0), (40, 30.0)] {
            for _ in 0..50 {
                let wait = backoff(failures, &ambient).as_secs_f64();
                assert!((0.7 * seconds..=1.3 * seconds).contains(&wait), "{failures}: {wait}");
            }
        }
    }

    #[test]
    fn effort_ends_with_the_repetitions_or_with_patience() {
        let (ambient, _) = Ambient::manual(Timestamp::UNIX_EPOCH, 1);
        let count = |mut effort: Effort| std::iter::from_fn(|| effort.after_failure(&ambient)).count();
        assert_eq!(count(Effort::repeated(Duration::from_mins(5))), 4);
        assert_eq!(count(Effort::repeated(Duration::from_secs(4))), 1);
        assert_eq!(count(Effort::single()), 0);
    }
}
