//! What a client has done so far: for progress lines, reports, and for choosing how long to wait.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use crate::{Method, pacing};

/// What a client and its clones have done since the client was made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statistics {
    /// By endpoint: method and path template.
    pub endpoints: BTreeMap<String, EndpointStatistics>,
    /// How long calls were held back in all, by pacing and by waits before repetitions. Calls side by side add up.
    pub waited: Duration,
    /// Bytes of request bodies.
    pub sent_bytes: u64,
    /// Bytes of answers, attachments included.
    pub received_bytes: u64,
    /// The longest time from a request to its answer.
    pub slowest_answer: Duration,
}

/// What was asked of one endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndpointStatistics {
    /// Requests sent, repetitions included.
    pub requests: u64,
    /// Answers 429, and 503 that say when to come again.
    pub throttled: u64,
    /// Requests that were repetitions.
    pub repeated: u64,
    /// Calls that gave no result in the end.
    pub failed: u64,
}

/// Requests per second that Jira allows to an endpoint, which is named as [`Statistics::endpoints`] names it.
pub fn allowed_per_second(endpoint: &str) -> Option<u32> {
    let (method, template) = endpoint.split_once(' ')?;
    let method = match method {
        "GET" => Method::Get,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        _ => return None,
    };
    Some(pacing::per_second(method, template))
}

impl Statistics {
    /// Requests sent, over all endpoints.
    pub fn requests(&self) -> u64 {
        self.endpoints.values().map(|endpoint| endpoint.requests).sum()
    }

    /// Answers that ask to wait, over all endpoints.
    pub fn throttled(&self) -> u64 {
        self.endpoints.values().map(|endpoint| endpoint.throttled).sum()
    }
}

/// The counters that a client and its clones share.
#[derive(Debug, Default)]
pub(crate) struct Counters(Mutex<Statistics>);

impl Counters {
    pub(crate) fn snapshot(&self) -> Statistics {
        self.lock().clone()
    }

    pub(crate) fn endpoint(&self, label: &str, count: impl FnOnce(&mut EndpointStatistics)) {
        let mut statistics = self.lock();
        if let Some(endpoint) = statistics.endpoints.get_mut(label) {
            count(endpoint);
        } else {
            count(statistics.endpoints.entry(label.to_owned()).or_default());
        }
    }

    pub(crate) fn waited(&self, span: Duration) {
        self.lock().waited += span;
    }

    pub(crate) fn sent(&self, bytes: u64) {
        self.lock().sent_bytes += bytes;
    }

    pub(crate) fn received(&self, bytes: u64) {
        self.lock().received_bytes += bytes;
    }

    pub(crate) fn answered_after(&self, span: Duration) {
        let mut statistics = self.lock();
        statistics.slowest_answer = statistics.slowest_answer.max(span);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Statistics> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
