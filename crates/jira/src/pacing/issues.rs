//! The pace of writes to each issue: 20 in 2 seconds and 100 in 30 (`rate-limits.md` §3).

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// How many writes in how long. The spans are a little longer than Jira's: writes may bunch up on their way.
const LIMITS: [(usize, Duration); 2] = [(20, Duration::from_millis(2_100)), (100, Duration::from_millis(30_500))];
/// As many writes as the longest limit looks back on.
const REMEMBERED: usize = 100;
/// How long a write matters.
const MEMORY: Duration = Duration::from_millis(30_500);
/// Fewer issues than this are not worth a sweep.
const FEW: usize = 1024;

/// The issues that were written to lately. Those that were not are forgotten, so that memory follows the rate of writing
/// and not the size of the site.
#[derive(Debug)]
pub(super) struct Issues {
    issues: HashMap<String, Writes>,
    sweep_at: usize,
}

#[derive(Debug, Default)]
struct Writes {
    times: VecDeque<Duration>,
    paused_until: Duration,
}

impl Default for Issues {
    fn default() -> Self {
        Self { issues: HashMap::new(), sweep_at: FEW }
    }
}

impl Issues {
    /// How long until the issue may be written to; zero when it may.
    pub(super) fn ready_in(&self, now: Duration, issue: &str) -> Duration {
        self.issues.get(issue).map_or(Duration::ZERO, |writes| writes.ready_in(now))
    }

    /// Whether more than half of what an issue may be written to is used up.
    pub(super) fn is_busy(&self, now: Duration, issue: &str) -> bool {
        self.issues.get(issue).is_some_and(|writes| writes.is_busy(now))
    }

    /// Takes note of a write.
    pub(super) fn take(&mut self, now: Duration, issue: &str) {
        let writes = self.entry(now, issue);
        if writes.times.len() == REMEMBERED {
            writes.times.pop_front();
        }
        writes.times.push_back(now);
    }

    /// Holds back writes to the issue.
    pub(super) fn pause(&mut self, now: Duration, issue: &str, until: Duration) {
        let writes = self.entry(now, issue);
        writes.paused_until = writes.paused_until.max(until);
    }

    fn entry(&mut self, now: Duration, issue: &str) -> &mut Writes {
        if self.issues.len() >= self.sweep_at {
            self.issues.retain(|_, writes| writes.matters(now));
            self.sweep_at = (self.issues.len() * 2).max(FEW);
        }
        self.issues.entry(issue.to_owned()).or_default()
    }
}

impl Writes {
    fn ready_in(&self, now: Duration) -> Duration {
        let earliest = LIMITS.iter().filter_map(|(most, span)| {
            let oldest_that_counts = self.times.len().checked_sub(*most)?;
            Some(self.times[oldest_that_counts] + *span)
        });
        earliest.fold(self.paused_until, Duration::max).saturating_sub(now)
    }

    fn is_busy(&self, now: Duration) -> bool {
        LIMITS.iter().any(|(most, span)| {
            let half = self.times.len().checked_sub(most / 2);
            half.is_some_and(|oldest| self.times[oldest] + *span > now)
        })
    }

    fn matters(&self, now: Duration) -> bool {
        self.paused_until > now || self.times.back().is_some_and(|last| *last + MEMORY > now)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sustained_writing_keeps_95_percent_of_what_is_allowed() {
        let (mut issues, mut now, mut written) = (Issues::default(), Duration::ZERO, 0);
        while now < Duration::from_mins(5) {
            now += issues.ready_in(now, "A-1");
            issues.take(now, "A-1");
            written += 1;
        }
        assert!((950..=1101).contains(&written), "{written}");
    }

    #[test]
    fn one_issue_does_not_hold_back_another() {
        let mut issues = Issues::default();
        for _ in 0..20 {
            issues.take(Duration::ZERO, "A-1");
        }
        assert_eq!(issues.ready_in(Duration::ZERO, "A-1"), Duration::from_millis(2_100));
        assert_eq!(issues.ready_in(Duration::ZERO, "A-2"), Duration::ZERO);
    }

    #[test]
    fn an_issue_is_busy_while_half_of_a_limit_is_used() {
        let mut issues = Issues::default();
        for _ in 0..9 {
            issues.take(Duration::ZERO, "A-1");
        }
        assert!(!issues.is_busy(Duration::ZERO, "A-1"));
        issues.take(Duration::ZERO, "A-1");
        assert!(issues.is_busy(Duration::ZERO, "A-1"));
        assert!(!issues.is_busy(Duration::from_secs(3), "A-1"));
        assert!(!issues.is_busy(Duration::ZERO, "A-2"));
    }

    #[test]
    fn a_paused_issue_waits() {
        let mut issues = Issues::default();
        issues.pause(Duration::ZERO, "A-1", Duration::from_secs(9));
        assert_eq!(issues.ready_in(Duration::from_secs(4), "A-1"), Duration::from_secs(5));
    }

    #[test]
    fn memory_follows_the_rate_of_writing() {
        let mut issues = Issues::default();
        for number in 0..200_000_u64 {
            // A hundred a second: about 3,000 matter at any time.
            issues.take(Duration::from_millis(number * 10), &format!("A-{number}"));
            assert!(issues.issues.len() <= 8_000, "{}", issues.issues.len());
        }
    }

    proptest! {
        #[test]
        fn no_window_holds_more_than_jira_allows(gaps in prop::collection::vec(0u64..800, 1..400)) {
            let (mut issues, mut now, mut times) = (Issues::default(), Duration::ZERO, Vec::new());
            for gap in gaps {
                now += Duration::from_millis(gap);
                now += issues.ready_in(now, "A-1");
                prop_assert_eq!(issues.ready_in(now, "A-1"), Duration::ZERO);
                issues.take(now, "A-1");
                times.push(now);
            }
            for (most, span) in [(20, Duration::from_secs(2)), (100, Duration::from_secs(30))] {
                for window in times.windows(most + 1) {
                    prop_assert!(window[most] > window[0] + span);
                }
            }
        }
    }
}
