//! What the headers of an answer say about Jira's limits (`rate-limits.md` §5). The body of a 429 is never looked at.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::header::HeaderMap;

/// Nothing that Jira limits takes longer than an hour to come back; a longer wait is a mistake of somebody's clock.
const LONGEST: Duration = Duration::from_hours(2);

/// What must wait after an answer 429.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Everything: an hourly quota is used up.
    Site,
    /// One method and path.
    #[default]
    Endpoint,
    /// Writes to one issue.
    Issue,
}

/// What the headers of an answer say about Jira's limits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signals {
    /// Less than a fifth of a limit is left.
    pub(crate) near_limit: bool,
    /// How long to wait, where Jira says so.
    pub(crate) wait: Option<Duration>,
    /// The header `RateLimit-Reason`.
    pub(crate) reason: Option<String>,
    /// What must wait.
    pub(crate) scope: Scope,
}

impl Signals {
    pub(crate) fn read(headers: &HeaderMap, now: Timestamp) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let reason = text("ratelimit-reason").map(str::to_owned);
        let scope = reason.as_deref().map_or(Scope::Endpoint, scope);
        let wait = ["retry-after", "beta-retry-after"].into_iter().find_map(|name| retry_after(text(name)?, now));
        let reset =
            ["x-ratelimit-reset", "x-beta-ratelimit-reset"].into_iter().find_map(|name| until(text(name)?, now));
        let quota = || (scope == Scope::Site).then(|| next_hour(now));
        Self {
            near_limit: ["x-ratelimit-nearlimit", "x-beta-ratelimit-nearlimit"]
                .into_iter()
                .any(|name| text(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))),
            wait: wait.or(reset).or_else(quota).map(|wait| wait.min(LONGEST)),
            reason,
            scope,
        }
    }
}

/// The reasons are matched loosely: other Atlassian products send theirs with other prefixes.
fn scope(reason: &str) -> Scope {
    let reason = reason.to_ascii_lowercase();
    if reason.contains("per-issue") {
        Scope::Issue
    } else if reason.contains("quota") || reason.contains("global") {
        Scope::Site
    } else {
        Scope::Endpoint
    }
}

/// Seconds, or a date as HTTP writes it.
fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(span(now, date.timestamp()))
}

fn until(text: &str, now: Timestamp) -> Option<Duration> {
    text.parse().ok().map(|instant| span(now, instant))
}

/// Quotas are counted by the hour of UTC.
fn next_hour(now: Timestamp) -> Duration {
    let time = now.to_zoned(TimeZone::UTC).time();
    Duration::from_secs(3600 - (time.minute() as u64 * 60 + time.second() as u64))
}

fn span(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn read(headers: &[(&'static str, &'static str)]) -> Signals {
        let pairs =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        Signals::read(&pairs.collect(), "2026-11-02T10:59:30Z".parse().unwrap())
    }

    fn wait(headers: &[(&'static str, &'static str)]) -> Option<u64> {
        read(headers).wait.map(|wait| wait.as_secs())
    }

    #[test]
    fn the_wait_is_found_wherever_jira_puts_it() {
        assert_eq!(wait(&[("retry-after", "7")]), Some(7));
        assert_eq!(wait(&[("beta-retry-after", "8")]), Some(8));
        assert_eq!(wait(&[("retry-after", "Mon, 02 Nov 2026 10:59:42 GMT")]), Some(12));
        assert_eq!(wait(&[("x-ratelimit-reset", "2026-11-02T11:00:00Z")]), Some(30));
        assert_eq!(wait(&[("x-ratelimit-reset", "2026-11-02T10:00:00Z")]), Some(0));
        assert_eq!(wait(&[("ratelimit-reason", "jira-quota-tenant-based")]), Some(30));
        assert_eq!(wait(&[]), None);
    }

    #[test]
    fn nonsense_is_passed_over() {
        assert_eq!(wait(&[("retry-after", "soon")]), None);
        assert_eq!(wait(&[("retry-after", "-5")]), None);
        assert_eq!(wait(&[("retry-after", "NaN"), ("x-ratelimit-reset", "tomorrow")]), None);
        assert_eq!(wait(&[("retry-after", "99999999")]), Some(7200));
    }

    #[test]
    fn the_reason_says_what_must_wait() {
        let scope = |reason| read(&[("ratelimit-reason", reason)]).scope;
        assert_eq!(scope("jira-quota-global-based"), Scope::Site);
        assert_eq!(scope("conf-global-based"), Scope::Site);
        assert_eq!(scope("jira-burst-based"), Scope::Endpoint);
        assert_eq!(scope("jira-per-issue-on-write"), Scope::Issue);
        assert_eq!(scope("something new"), Scope::Endpoint);
    }

    #[test]
    fn a_limit_that_is_near_shows_in_good_answers_too() {
        assert!(read(&[("x-ratelimit-nearlimit", "true")]).near_limit);
        assert!(!read(&[("x-ratelimit-nearlimit", "false")]).near_limit);
        assert!(!read(&[]).near_limit);
    }
}
