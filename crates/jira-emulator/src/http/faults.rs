//! Faults that tests inject by endpoint and count.
//!
//! The ones that apply a request and then fail are the ones that find duplicates.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum FaultAction {
    /// The request is refused with this status and nothing is applied.
    FailBefore {
        /// Status code.
        status: u16,
    },
    /// The request is applied, but answered with this status.
    ApplyThenFail {
        /// Status code.
        status: u16,
    },
    /// The connection is closed and nothing is applied.
    ResetBefore,
    /// The request is applied, then the connection is closed without an answer.
    ApplyThenReset,
    /// The request is applied; the answer stops half way.
    HalfBody,
    /// No answer ever comes; the request is applied after the delay.
    HangThenApply {
        /// Delay on the emulator's clock.
        milliseconds: u64,
    },
    /// 429 with `Retry-After`, nothing is applied.
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
    },
}

/// A fault for requests to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Method; none is every method.
    #[serde(default)]
    pub method: Option<String>,
    /// Path template, as `/rest/api/3/issue/{issueIdOrKey}/comment`. A `*` at the end matches every continuation.
    pub endpoint: String,
    /// How many matching requests pass first.
    #[serde(default)]
    pub skip: u32,
    /// How many requests fail after that.
    #[serde(default = "once")]
    pub times: u32,
    /// What happens to them.
    pub action: FaultAction,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// A fault for the first request of a method to an endpoint.
    pub fn once(method: &str, endpoint: &str, action: FaultAction) -> Self {
        Self { method: Some(method.into()), endpoint: endpoint.into(), skip: 0, times: 1, action }
    }

    fn matches(&self, method: &str, endpoint: &str) -> bool {
        let same_method = self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
        let same_endpoint = match self.endpoint.strip_suffix('*') {
            Some(prefix) => endpoint.starts_with(prefix),
            None => endpoint == self.endpoint,
        };
        same_method && same_endpoint
    }
}

/// The faults that wait for requests.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn pending(&self) -> Vec<Fault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts a request against the faults and gives the action of the first one that is due.
    pub(crate) fn strike(&self, method: &str, endpoint: &str) -> Option<FaultAction> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = None;
        for fault in faults.iter_mut().filter(|fault| fault.matches(method, endpoint)) {
            if fault.skip > 0 {
                fault.skip -= 1;
            } else if due.is_none() {
                fault.times = fault.times.saturating_sub(1);
                due = Some(fault.action);
            }
        }
        faults.retain(|fault| fault.times > 0);
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_strikes_after_what_it_skips_and_then_is_spent() {
        let faults = Faults::default();
        let action = FaultAction::FailBefore { status: 500 };
        faults.add(Fault { skip: 1, times: 2, ..Fault::once("POST", "/rest/api/3/issue*", action) });
        let strikes: Vec<bool> = (0..5).map(|_| faults.strike("POST", "/rest/api/3/issue/bulk").is_some()).collect();
        assert_eq!(strikes, [false, true, true, false, false]);
        assert!(faults.pending().is_empty());
    }

    #[test]
    fn other_methods_and_endpoints_pass() {
        let faults = Faults::default();
        faults.add(Fault::once("POST", "/rest/api/3/issue", FaultAction::ResetBefore));
        assert_eq!(faults.strike("GET", "/rest/api/3/issue"), None);
        assert_eq!(faults.strike("POST", "/rest/api/3/issue/bulk"), None);
        assert_eq!(faults.strike("POST", "/rest/api/3/issue"), Some(FaultAction::ResetBefore));
    }
}
