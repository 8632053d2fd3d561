//! The points that apps may use in an hour (the first of Jira's three limits).
//!
//! Every request costs a point. A read also costs one for each object that it answers, two where the objects are people,
//! groups, roles or permissions. The hour is that of the clock, in UTC. Jira counts apps only; callers with API tokens have
//! no quota there, and here unless it is said otherwise.

use std::sync::{Mutex, PoisonError};

use axum::http::HeaderMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::JiraError;
use super::limits::limit_exceeded;

const HOUR: i64 = 3600;

/// An hourly quota of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quota {
    /// Points in an hour.
    pub points: u64,
    /// What shares them.
    #[serde(default)]
    pub tier: QuotaTier,
    /// Whether callers with API tokens are counted too, as no Jira does so far.
    #[serde(default)]
    pub everybody: bool,
}

/// What shares a quota.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaTier {
    /// All sites of an app.
    #[default]
    Global,
    /// An app on one site.
    Tenant,
}

impl QuotaTier {
    fn reason(self) -> &'static str {
        match self {
            Self::Global => "jira-quota-global-based",
            Self::Tenant => "jira-quota-tenant-based",
        }
    }

    fn policy(self) -> &'static str {
        match self {
            Self::Global => "global-app-quota",
            Self::Tenant => "tenant-app-quota",
        }
    }
}

impl Quota {
    /// Whether it counts a caller, by how they sign in.
    pub(crate) fn concerns(self, headers: &HeaderMap) -> bool {
        let authorization = headers.get("authorization").and_then(|value| value.to_str().ok());
        let is_app = authorization.is_some_and(|value| value.to_ascii_lowercase().starts_with("bearer "));
        self.everybody || is_app
    }
}

/// The points used in the current hour.
#[derive(Debug, Default)]
pub(crate) struct Points(Mutex<Used>);

#[derive(Debug, Default, Clone, Copy)]
struct Used {
    hour: i64,
    points: u64,
}

/// What an answer tells of a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Balance {
    quota: Quota,
    remaining: u64,
    /// Seconds until the next hour.
    reset: u64,
}

impl Points {
    fn used(&self, now: Timestamp, add: u64) -> u64 {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let hour = now.as_second().div_euclid(HOUR);
        if used.hour != hour {
            *used = Used { hour, points: 0 };
        }
        used.points += add;
        used.points
    }

    /// Lets a request in as long as there are points; 429 until the next hour when there are none.
    pub(crate) fn admit(&self, quota: Quota, now: Timestamp) -> Result<(), JiraError> {
        if self.used(now, 0) < quota.points {
            return Ok(());
        }
        let limit = u32::try_from(quota.points).unwrap_or(u32::MAX);
        let refusal = limit_exceeded(Some(quota.tier.reason()), limit, Some(until_next_hour(now)), now);
        Err(Balance { quota, remaining: 0, reset: until_next_hour(now) }.tell_refusal(refusal))
    }

    /// Takes what a request cost.
    pub(crate) fn charge(&self, quota: Quota, points: u64, now: Timestamp) -> Balance {
        let remaining = quota.points.saturating_sub(self.used(now, points));
        Balance { quota, remaining, reset: until_next_hour(now) }
    }

    pub(crate) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Used::default();
    }
}

impl Balance {
    /// The headers, by name.
    pub(crate) fn headers(self) -> Vec<(&'static str, String)> {
        let policy = self.quota.tier.policy();
        let mut headers = vec![
            ("beta-ratelimit-policy", format!("\"{policy}\";q={};w={HOUR}", self.quota.points)),
            ("beta-ratelimit", format!("\"{policy}\";r={};t={}", self.remaining, self.reset)),
        ];
        if self.remaining * 5 < self.quota.points {
            headers.push(("x-ratelimit-nearlimit", "true".to_owned()));
        }
        headers
    }

    fn tell_refusal(self, refusal: JiraError) -> JiraError {
        self.headers().into_iter().fold(refusal, |refusal, (name, value)| refusal.with_header(name, &value))
    }
}

fn until_next_hour(now: Timestamp) -> u64 {
    (HOUR - now.as_second().rem_euclid(HOUR)) as u64
}

/// Whether a request only reads.
pub(crate) fn reads(method: &str, template: &str) -> bool {
    const READING_POSTS: [&str; 6] =
        ["/search/jql", "/bulkfetch", "/comment/list", "/worklog/list", "/approximate-count", "/expression/evaluate"];
    method == "GET" || method == "POST" && READING_POSTS.iter().any(|end| template.ends_with(end))
}

/// What a request costs, by its answer. A POST that only reads is counted as a read: nobody says otherwise, and it is dearer.
pub(crate) fn cost(method: &str, template: &str, answer: &[u8]) -> u64 {
    if !reads(method, template) {
        return 1;
    }
    let people = ["/user", "/group", "/role", "/permission", "/myself", "/mypermissions"];
    let each = if people.iter().any(|part| template.contains(part)) { 2 } else { 1 };
    1 + each * objects(answer)
}

/// How many objects an answer holds: the elements of its longest list of objects, or itself.
fn objects(answer: &[u8]) -> u64 {
    let list = |value: &Value| value.as_array().filter(|list| list.iter().all(Value::is_object)).map(Vec::len);
    let count = match serde_json::from_slice::<Value>(answer) {
        Ok(Value::Object(members)) => members.values().filter_map(list).max().unwrap_or(1),
        Ok(value) => list(&value).unwrap_or(1),
        Err(_) => 1,
    };
    count as u64
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    const QUOTA: Quota = Quota { points: 100, tier: QuotaTier::Tenant, everybody: false };

    #[test]
    fn reads_cost_by_their_objects_and_writes_do_not() {
        assert_eq!(cost("GET", "/rest/api/3/field", br"[{},{},{}]"), 4);
        assert_eq!(cost("POST", "/rest/api/3/search/jql", br#"{"issues":[{},{}],"isLast":true}"#), 3);
        assert_eq!(cost("GET", "/rest/api/3/users/search", br"[{},{},{}]"), 7);
        assert_eq!(cost("GET", "/rest/api/3/issue/{issueIdOrKey}", br#"{"id":"1"}"#), 2);
        assert_eq!(cost("POST", "/rest/api/3/issue/bulk", br#"{"issues":[{},{}],"errors":[]}"#), 1);
    }

    #[test]
    fn points_come_back_with_the_hour_of_the_clock() {
        let points = Points::default();
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(50);
        assert_eq!(points.charge(QUOTA, 70, now).remaining, 30);
        assert!(points.admit(QUOTA, now).is_ok());
        assert_eq!(points.charge(QUOTA, 70, now).remaining, 0);
        let refusal = points.admit(QUOTA, now).unwrap_err();
        assert_eq!(refusal.header("retry-after"), Some("600"));
        assert_eq!(refusal.header("ratelimit-reason"), Some("jira-quota-tenant-based"));
        assert_eq!(refusal.header("beta-ratelimit-policy"), Some("\"tenant-app-quota\";q=100;w=3600"));
        assert_eq!(refusal.header("beta-ratelimit"), Some("\"tenant-app-quota\";r=0;t=600"));
        assert!(points.admit(QUOTA, now + SignedDuration::from_mins(10)).is_ok());
    }

    #[test]
    fn apps_are_counted_and_people_are_not() {
        let signed = |value: &'static str| {
            HeaderMap::from_iter([(axum::http::header::AUTHORIZATION, axum::http::HeaderValue::from_static(value))])
        };
        assert!(QUOTA.concerns(&signed("Bearer abc")));
        assert!(!QUOTA.concerns(&signed("Basic abc")));
        assert!(Quota { everybody: true, ..QUOTA }.concerns(&signed("Basic abc")));
    }
}
