//! Faults that tests inject by endpoint and count.
//!
//! The ones that apply a request and then fail are the ones that find duplicates. What a fault does to a request is done in
//! [`super::inject`]; what happens to the site itself meanwhile is in [`super::events`].

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
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
    /// The request is applied at once; no answer ever comes: the caller runs into its time-out.
    ApplyThenHang,
    /// No answer ever comes; the request is applied after the delay, whether or not its caller is still there.
    HangThenApply {
        /// Delay on the emulator's clock.
        milliseconds: u64,
    },
    /// A page for people with this status, as proxies and sign-in pages send it.
    WebPage {
        /// Status code: 200 as well as 5xx.
        status: u16,
        /// Whether the request is applied first.
        applied: bool,
    },
    /// 429, nothing is applied.
    TooManyRequests {
        /// `Retry-After` in seconds; none for an answer that does not say when to come again.
        #[serde(default)]
        retry_after: Option<u64>,
        /// Which limit it is said to be.
        #[serde(default)]
        reason: LimitReason,
    },
    /// A bulk creation does only a part: the other elements are refused one by one in the answer, with this status. 429 is
    /// a limit that was reached in the middle of the batch. Other requests pass.
    RefuseElements {
        /// Which ones.
        which: Elements,
        /// Status of each refused element.
        status: u16,
    },
    /// A bulk creation is applied whole, but its answer tells only of the first half. Other requests pass.
    AnswerHalf,
}

/// Elements of a bulk request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Elements {
    /// The second, the fourth… The only one of a request of one.
    EverySecond,
    /// Those after the first half. The only one of a request of one.
    SecondHalf,
    /// Those that say nothing but a summary, a type and a parent, as a check of a workflow refuses them.
    Bare,
}

/// The limit that an injected 429 names in `RateLimit-Reason`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitReason {
    /// Requests to the endpoint.
    #[default]
    Burst,
    /// Writes on the issue.
    IssueWrites,
    /// The hourly points of the app.
    GlobalQuota,
    /// The hourly points of the app on this site.
    TenantQuota,
    /// The header is left out.
    Unsaid,
}

impl LimitReason {
    /// The header's value.
    pub(crate) fn header(self) -> Option<&'static str> {
        match self {
            Self::Burst => Some("jira-burst-based"),
            Self::IssueWrites => Some("jira-per-issue-on-write"),
            Self::GlobalQuota => Some("jira-quota-global-based"),
            Self::TenantQuota => Some("jira-quota-tenant-based"),
            Self::Unsaid => None,
        }
    }
}

/// A fault for requests to an endpoint. Made by [`Fault::once`], then adjusted.
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
    /// For how many milliseconds of the emulator's clock all matching requests fail, from the first one that does; `times`
    /// is not asked then. A storm.
    #[serde(default)]
    pub lasting: Option<u64>,
    /// What happens to them.
    pub action: FaultAction,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// A fault for the first request of a method to an endpoint.
    pub fn once(method: &str, endpoint: &str, action: FaultAction) -> Self {
        let (method, endpoint) = (Some(method.into()), endpoint.into());
        Self { method, endpoint, skip: 0, times: 1, lasting: None, action }
    }

    /// A fault for the first request to an endpoint, whatever its method.
    pub fn any(endpoint: &str, action: FaultAction) -> Self {
        Self { method: None, ..Self::once("", endpoint, action) }
    }

    /// Lets so many matching requests pass first.
    pub fn after(self, skip: u32) -> Self {
        Self { skip, ..self }
    }

    /// Strikes so many requests.
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// Strikes all requests for so long on the emulator's clock, from the first on.
    pub fn lasting(self, span: Duration) -> Self {
        Self { lasting: Some(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)), ..self }
    }
}

/// Whether a request is one of those that a method (none is every one) and a template (which may end with `*`) mean.
pub(crate) fn matches(wanted: Option<&str>, template: &str, method: &str, endpoint: &str) -> bool {
    let same_method = wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
    let same_endpoint = match template.strip_suffix('*') {
        Some(prefix) => endpoint.starts_with(prefix),
        None => endpoint == template,
    };
    same_method && same_endpoint
}

/// The faults that wait for requests.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Armed>>);

#[derive(Debug)]
struct Armed {
    fault: Fault,
    /// When a storm ends that has begun.
    ends: Option<Timestamp>,
}

impl Armed {
    /// Counts a request; the action if it is due.
    fn meet(&mut self, now: Timestamp, is_struck: bool) -> Option<FaultAction> {
        let fault = &mut self.fault;
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        if is_struck {
            return None;
        }
        match (fault.lasting, self.ends) {
            (None, _) => fault.times = fault.times.saturating_sub(1),
            (Some(span), None) => {
                let span = SignedDuration::from_millis(i64::try_from(span).unwrap_or(i64::MAX));
                self.ends = Some(now.checked_add(span).unwrap_or(Timestamp::MAX));
            }
            (Some(_), Some(_)) => {}
        }
        Some(fault.action)
    }

    fn is_spent(&self, now: Timestamp) -> bool {
        self.fault.times == 0 || self.ends.is_some_and(|ends| ends <= now)
    }
}

impl Faults {
    fn lock(&self) -> MutexGuard<'_, Vec<Armed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, fault: Fault) {
        self.lock().push(Armed { fault, ends: None });
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    pub(crate) fn pending(&self) -> Vec<Fault> {
        self.lock().iter().map(|armed| armed.fault.clone()).collect()
    }

    /// Counts a request against the faults and gives the action of the first one that is due.
    pub(crate) fn strike(&self, method: &str, endpoint: &str, now: Timestamp) -> Option<FaultAction> {
        let mut faults = self.lock();
        faults.retain(|armed| !armed.is_spent(now));
        let mut due = None;
        for armed in faults.iter_mut() {
            let fault = &armed.fault;
            if matches(fault.method.as_deref(), &fault.endpoint, method, endpoint) {
                due = armed.meet(now, due.is_some()).or(due);
            }
        }
        faults.retain(|armed| !armed.is_spent(now));
        due
    }
}

#[cfg(test)]
mod tests;
