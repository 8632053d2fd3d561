//! How fast requests go to Jira, how that compares with what it allows, and who is the limit.

use std::time::Duration;

use jiff::Timestamp;
use jira::{Statistics, allowed_per_second};

/// What is owed of earlier waits counts for no longer than this.
const REMEMBERED: Duration = Duration::from_secs(15);

/// What went to Jira in the last seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Traffic {
    /// When they ended.
    pub at: Timestamp,
    /// Requests a second, over all endpoints.
    pub per_second: f64,
    /// How much it is of what Jira allows, for the endpoint that is closest to its limit: 1 is all.
    pub share: f64,
    /// Whether requests waited for Jira's limits most of the time. Otherwise Lifeboat is the limit, or the way to Jira.
    pub held_back: bool,
}

/// Measures it, from one reading to the next.
pub(crate) struct Gauge {
    before: Statistics,
    at: Duration,
    /// How long requests were told to wait, beyond the time that has passed since.
    owed: Duration,
    rests_until: Duration,
}

impl Gauge {
    /// Begins at `now`, on the monotonic clock.
    pub(crate) fn new(statistics: Statistics, now: Duration) -> Self {
        Self { before: statistics, at: now, owed: Duration::ZERO, rests_until: now }
    }

    /// The whole site rests for so long.
    pub(crate) fn rests(&mut self, wait: Duration, now: Duration) {
        self.rests_until = self.rests_until.max(now + wait);
    }

    /// What went since the last reading.
    pub(crate) fn read(&mut self, statistics: Statistics, now: Duration, at: Timestamp) -> Traffic {
        let span = now.saturating_sub(self.at).max(Duration::from_millis(1));
        let seconds = span.as_secs_f64();
        let (mut requests, mut share) = (0, 0.0_f64);
        for (endpoint, counts) in &statistics.endpoints {
            let before = self.before.endpoints.get(endpoint).map_or(0, |before| before.requests);
            let sent = counts.requests.saturating_sub(before);
            requests += sent;
            if let Some(allowed) = allowed_per_second(endpoint) {
                share = share.max(sent as f64 / seconds / f64::from(allowed));
            }
        }
        let was_throttled = statistics.throttled() > self.before.throttled();
        // A wait is counted as it begins.
        self.owed += statistics.waited.saturating_sub(self.before.waited);
        let held_back = was_throttled || self.owed >= span / 2 || self.rests_until > now;
        self.owed = self.owed.saturating_sub(span).min(REMEMBERED);
        (self.before, self.at) = (statistics, now);
        Traffic { at, per_second: requests as f64 / seconds, share, held_back }
    }
}

#[cfg(test)]
mod tests {
    use jira::EndpointStatistics;

    use super::*;

    fn statistics(gets: u64, posts: u64, waited: u64) -> Statistics {
        let counts = |requests| EndpointStatistics { requests, ..EndpointStatistics::default() };
        let endpoints = [
            ("GET /rest/api/3/issue/{issue}".to_owned(), counts(gets)),
            ("POST /rest/api/3/issue/bulk".to_owned(), counts(posts)),
        ];
        Statistics { endpoints: endpoints.into(), waited: Duration::from_secs(waited), ..Statistics::default() }
    }

    #[test]
    fn the_endpoint_that_is_closest_to_its_limit_counts() {
        let seconds = Duration::from_secs;
        let mut gauge = Gauge::new(statistics(1_000, 0, 7), seconds(10));
        let traffic = gauge.read(statistics(1_300, 450, 7), seconds(15), Timestamp::UNIX_EPOCH);
        // 60 of 150 a second, and 90 of 100.
        assert_eq!((traffic.per_second, traffic.held_back), (150.0, false));
        assert!((traffic.share - 0.9).abs() < 1e-9, "{traffic:?}");
        let idle = gauge.read(statistics(1_300, 450, 7), seconds(20), Timestamp::UNIX_EPOCH);
        assert_eq!((idle.per_second, idle.share, idle.held_back), (0.0, 0.0, false));
    }

    #[test]
    fn whoever_waits_for_jira_is_held_back_until_the_wait_is_over() {
        let seconds = Duration::from_secs;
        let mut gauge = Gauge::new(statistics(0, 0, 0), seconds(0));
        let mut held_back =
            |waited, now| gauge.read(statistics(0, 0, waited), seconds(now), Timestamp::UNIX_EPOCH).held_back;
        assert!(!held_back(2, 5), "less than half of the time");
        assert!(held_back(14, 10), "a wait of twelve seconds began");
        assert!(held_back(14, 15));
        assert!(!held_back(14, 20));
        gauge.rests(seconds(100), seconds(20));
        let mut held_back = |now| gauge.read(statistics(0, 0, 14), seconds(now), Timestamp::UNIX_EPOCH).held_back;
        assert!(held_back(25) && held_back(115) && !held_back(125));
    }
}
