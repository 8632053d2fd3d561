//! Which requests a site got.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;

/// How many single requests are remembered; counts go on for ever.
const REMEMBERED: usize = 10_000;

/// What became of the requests to one endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct EndpointCount {
    /// Requests.
    pub requests: u64,
    /// Answers by status code; 0 counts connections that were cut.
    pub statuses: BTreeMap<u16, u64>,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoggedRequest {
    /// When it came in.
    pub at: Timestamp,
    /// Method and path template, as `GET /rest/api/3/issue/{issueIdOrKey}`.
    pub endpoint: String,
    /// Path and query as sent.
    pub path: String,
    /// Status code answered; 0 when the connection was cut.
    pub status: u16,
}

/// Counts of a site's requests since the start or the last reset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// All requests.
    pub requests: u64,
    /// By endpoint.
    pub endpoints: BTreeMap<String, EndpointCount>,
}

#[derive(Debug, Default)]
pub(crate) struct RequestLog(Mutex<(Statistics, VecDeque<LoggedRequest>)>);

impl RequestLog {
    pub(crate) fn record(&self, request: LoggedRequest) {
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (statistics, recent) = &mut *guard;
        statistics.requests += 1;
        let count = statistics.endpoints.entry(request.endpoint.clone()).or_default();
        count.requests += 1;
        *count.statuses.entry(request.status).or_default() += 1;
        if recent.len() == REMEMBERED {
            recent.pop_front();
        }
        recent.push_back(request);
    }

    pub(crate) fn statistics(&self) -> Statistics {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    pub(crate) fn recent(&self) -> Vec<LoggedRequest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Default::default();
    }
}
