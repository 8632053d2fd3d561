//! Rate limits: bursts for each method and endpoint, writes for each issue, and the hourly points of apps ([`Quota`]).

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::JiraError;
use super::quota::{Points, Quota};

/// The limits of a site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Whether limits apply at all.
    pub enabled: bool,
    /// Requests a second by method.
    pub default_rates: HashMap<String, u32>,
    /// Requests a second by `METHOD /path/{template}`, where they differ from the default.
    pub endpoint_rates: HashMap<String, u32>,
    /// Writes on one issue: at most `.0` in `.1` milliseconds.
    pub issue_writes: Vec<(usize, u64)>,
    /// Points in an hour; none where everybody signs in with an API token. It applies even when `enabled` is not set.
    pub quota: Option<Quota>,
}

impl Default for Limits {
    fn default() -> Self {
        let rates = [("GET", 100), ("POST", 100), ("PUT", 50), ("DELETE", 50)];
        let endpoints = [
            ("GET /rest/api/3/issue/{issueIdOrKey}", 150),
            ("GET /rest/api/3/issue/{issueIdOrKey}/changelog", 200),
            ("GET /rest/api/3/attachment/content/{id}", 300),
            ("GET /rest/api/3/attachment/thumbnail/{id}", 200),
            ("GET /rest/api/3/user", 150),
            ("POST /rest/api/3/search/approximate-count", 150),
            ("POST /rest/api/3/expression/evaluate", 150),
            ("GET /rest/api/3/component/{id}", 200),
            ("PUT /rest/api/3/component/{id}", 500),
            ("GET /rest/api/3/issuesecurityschemes/{id}", 200),
            ("GET /rest/api/3/project/{projectIdOrKey}/role/{id}", 200),
            ("POST /rest/api/3/permissionscheme/{schemeId}/permission", 100),
            ("GET /rest/api/3/issuetype/{issueTypeId}/properties/{propertyKey}", 200),
            ("PUT /rest/api/3/issuetype/{issueTypeId}/properties/{propertyKey}", 300),
            ("DELETE /rest/api/3/issuetype/{issueTypeId}/properties/{propertyKey}", 300),
            ("GET /rest/servicedeskapi/servicedesk/{serviceDeskId}/customer", 5),
        ];
        Self {
            enabled: true,
            default_rates: rates.map(|(method, rate)| (method.into(), rate)).into(),
            endpoint_rates: endpoints.map(|(endpoint, rate)| (endpoint.into(), rate)).into(),
            issue_writes: vec![(20, 2_000), (100, 30_000)],
            quota: None,
        }
    }
}

impl Limits {
    /// No limits.
    pub fn off() -> Self {
        Self { enabled: false, ..Self::default() }
    }

    fn rate(&self, method: &str, endpoint: &str) -> u32 {
        let custom = self.endpoint_rates.get(&format!("{method} {endpoint}"));
        custom.or_else(|| self.default_rates.get(method)).copied().unwrap_or(50)
    }
}

/// What a request may know of the limit it was counted against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
}

impl Budget {
    /// Less than a fifth is left.
    pub(crate) fn is_near_limit(self) -> bool {
        self.remaining * 5 < self.limit
    }
}

/// Counts requests against the limits of one site.
#[derive(Debug)]
pub(crate) struct Limiter {
    limits: Mutex<Limits>,
    counts: Mutex<Counts>,
    pub(crate) points: Points,
}

#[derive(Debug, Default)]
struct Counts {
    buckets: HashMap<String, Bucket>,
    issue_writes: HashMap<u64, VecDeque<i64>>,
}

/// A token bucket that holds one second's worth of requests.
#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled: Timestamp,
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits: Mutex::new(limits), counts: Mutex::default(), points: Points::default() }
    }

    pub(crate) fn set(&self, limits: Limits) {
        *self.limits.lock().unwrap_or_else(PoisonError::into_inner) = limits;
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner) = Counts::default();
        self.points.forget();
    }

    pub(crate) fn quota(&self) -> Option<Quota> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner).quota
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts a request to an endpoint; refuses it with 429 when the burst limit is used up.
    pub(crate) fn admit(&self, method: &str, endpoint: &str, now: Timestamp) -> Result<Option<Budget>, JiraError> {
        let limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        if !limits.enabled {
            return Ok(None);
        }
        let limit = limits.rate(method, endpoint);
        drop(limits);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let rate = f64::from(limit);
        let bucket =
            counts.buckets.entry(format!("{method} {endpoint}")).or_insert(Bucket { tokens: rate, filled: now });
        let elapsed = now.duration_since(bucket.filled).as_secs_f64().max(0.0);
        bucket.tokens = (bucket.tokens + elapsed * rate).min(rate);
        bucket.filled = now;
        if bucket.tokens < 1.0 {
            return Err(limit_exceeded(Some("jira-burst-based"), limit, Some(1), now));
        }
        bucket.tokens -= 1.0;
        Ok(Some(Budget { limit, remaining: bucket.tokens as u32 }))
    }

    /// Counts a write on an issue; refuses it with 429 when the issue has had too many.
    pub(crate) fn admit_issue_write(&self, issue: u64, now: Timestamp) -> Result<(), JiraError> {
        let limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        if !limits.enabled {
            return Ok(());
        }
        let windows = limits.issue_writes.clone();
        drop(limits);
        let longest = windows.iter().map(|(_, window)| *window as i64).max().unwrap_or(0);
        let now_ms = now.as_millisecond();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let writes = counts.issue_writes.entry(issue).or_default();
        while writes.front().is_some_and(|at| at + longest <= now_ms) {
            writes.pop_front();
        }
        for (limit, window) in windows {
            let since = now_ms - window as i64;
            let recent = writes.iter().rev().take_while(|at| **at > since).count();
            if recent >= limit {
                let freed_at = writes[writes.len() - limit] + window as i64;
                let seconds = ((freed_at - now_ms) as u64).div_ceil(1000).max(1);
                let reason = Some("jira-per-issue-on-write");
                return Err(limit_exceeded(reason, limit as u32, Some(seconds), now));
            }
        }
        writes.push_back(now_ms);
        Ok(())
    }
}

/// The 429 answer with its headers. Without a time to wait it has none of those that tell one.
pub(crate) fn limit_exceeded(reason: Option<&str>, limit: u32, retry_after: Option<u64>, now: Timestamp) -> JiraError {
    let mut refusal = JiraError::message(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded.")
        .with_header("x-ratelimit-limit", &limit.to_string())
        .with_header("x-ratelimit-remaining", "0")
        .with_header("x-ratelimit-nearlimit", "true");
    if let Some(reason) = reason {
        refusal = refusal.with_header("ratelimit-reason", reason);
    }
    if let Some(seconds) = retry_after {
        let reset = now + jiff::SignedDuration::from_secs(seconds as i64);
        refusal = refusal
            .with_header("retry-after", &seconds.to_string())
            .with_header("x-ratelimit-reset", &reset.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    }
    refusal
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    const ISSUE: &str = "/rest/api/3/issue/{issueIdOrKey}";

    fn admitted(limiter: &Limiter, method: &str, now: Timestamp, attempts: usize) -> usize {
        (0..attempts).filter(|_| limiter.admit(method, ISSUE, now).is_ok()).count()
    }

    #[test]
    fn burst_is_one_second_of_the_rate_and_refills_with_time() {
        let limiter = Limiter::new(Limits::default());
        let start = Timestamp::UNIX_EPOCH;
        assert_eq!(admitted(&limiter, "GET", start, 200), 150);
        assert_eq!(admitted(&limiter, "PUT", start, 200), 50, "methods have their own budgets");
        let later = start + SignedDuration::from_millis(100);
        assert_eq!(admitted(&limiter, "GET", later, 200), 15);
    }

    #[test]
    fn near_limit_is_told_when_less_than_a_fifth_is_left() {
        let limiter = Limiter::new(Limits::default());
        let near: Vec<bool> = (0..150)
            .map(|_| limiter.admit("GET", ISSUE, Timestamp::UNIX_EPOCH).unwrap().unwrap().is_near_limit())
            .collect();
        assert_eq!(near.iter().position(|near| *near), Some(120));
    }

    #[test]
    fn writes_on_one_issue_are_limited_in_both_windows() {
        let limiter = Limiter::new(Limits::default());
        let mut written = 0;
        for half_second in 0..60 {
            let now = Timestamp::UNIX_EPOCH + SignedDuration::from_millis(500 * half_second);
            written += (0..20).filter(|_| limiter.admit_issue_write(1, now).is_ok()).count();
            if half_second == 3 {
                assert_eq!(written, 20);
            }
        }
        assert_eq!(written, 100);
        assert!(limiter.admit_issue_write(2, Timestamp::UNIX_EPOCH).is_ok());
    }

    #[test]
    fn limits_that_are_off_admit_everything() {
        let limiter = Limiter::new(Limits::off());
        assert_eq!(admitted(&limiter, "GET", Timestamp::UNIX_EPOCH, 1000), 1000);
    }
}
