//! The pace of one endpoint: a token bucket that can be told to go slower.

use std::time::Duration;

/// How much of the allowed rate is used. What is left over pays for clocks that differ.
const USED: f64 = 0.98;
/// How many seconds' worth of tokens the bucket holds. Jira's holds a second's worth (an assumption: the size is not
/// published); a smaller one here leaves room for requests that bunch up on their way.
const BURST_SECONDS: f64 = 0.1;
/// How much of the full rate a slowed endpoint gets back in a second.
const CREEP_PER_SECOND: f64 = 0.02;
/// Answers that were under way together count as one sign.
const ONE_SIGN: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Bucket {
    /// Tokens per second at full pace.
    full: f64,
    capacity: f64,
    tokens: f64,
    /// When `tokens` was right.
    at: Duration,
    /// The part of the full pace that `slowed` left.
    factor: f64,
    slowed: Option<Duration>,
}

impl Bucket {
    /// A full bucket for so many requests per second.
    pub(super) fn new(per_second: f64, now: Duration) -> Self {
        let full = per_second * USED;
        let capacity = (per_second * BURST_SECONDS).max(1.0);
        Self { full, capacity, tokens: capacity, at: now, factor: 1.0, slowed: None }
    }

    /// How long until there is a token; zero when there is one.
    pub(super) fn ready_in(&mut self, now: Duration) -> Duration {
        self.refill(now);
        if self.tokens >= 1.0 {
            return Duration::ZERO;
        }
        let drained = self.at.saturating_sub(now);
        drained + Duration::from_secs_f64((1.0 - self.tokens) / self.rate(now)) + Duration::from_nanos(1)
    }

    /// Takes a token; only after [`Self::ready_in`] gave zero.
    pub(super) fn take(&mut self, now: Duration) {
        self.refill(now);
        self.tokens -= 1.0;
    }

    /// Goes on at this part of the present pace, but not below a part of the full one, and creeps back from there.
    pub(super) fn slow(&mut self, now: Duration, part: f64, slowest: f64) {
        if self.slowed.is_some_and(|slowed| now.saturating_sub(slowed) < ONE_SIGN) {
            return;
        }
        self.refill(now);
        // A sign never makes it faster, even one with a higher floor.
        let present = self.part(now);
        self.factor = (present * part).max(slowest).min(present);
        self.slowed = Some(now);
    }

    /// Empties the bucket; it begins to fill at `until`.
    pub(super) fn drain(&mut self, until: Duration) {
        self.tokens = 0.0;
        self.at = self.at.max(until);
    }

    fn refill(&mut self, now: Duration) {
        let Some(span) = now.checked_sub(self.at) else { return };
        // The rate at the beginning of the span: it only grows, so this is never too much.
        self.tokens = (self.tokens + span.as_secs_f64() * self.rate(self.at)).min(self.capacity);
        self.at = now;
    }

    fn rate(&self, now: Duration) -> f64 {
        self.full * self.part(now)
    }

    fn part(&self, now: Duration) -> f64 {
        let since = self.slowed.map_or(0.0, |slowed| now.saturating_sub(slowed).as_secs_f64());
        (self.factor + since * CREEP_PER_SECOND).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Takes as fast as the bucket lets it, from `start`, for `span`; gives the times.
    fn greedy(bucket: &mut Bucket, start: Duration, span: Duration) -> Vec<Duration> {
        let (mut now, mut times) = (start, Vec::new());
        while now < start + span {
            match bucket.ready_in(now) {
                Duration::ZERO => {
                    bucket.take(now);
                    times.push(now);
                }
                wait => now += wait,
            }
        }
        times
    }

    #[test]
    fn a_minute_uses_at_least_95_percent_of_what_is_allowed() {
        let sent = greedy(&mut Bucket::new(100.0, Duration::ZERO), Duration::ZERO, 60 * SECOND).len();
        assert!((5700..=6000).contains(&sent), "{sent}");
    }

    #[test]
    fn a_slow_endpoint_still_gets_its_turn() {
        let sent = greedy(&mut Bucket::new(5.0, Duration::ZERO), Duration::ZERO, 60 * SECOND).len();
        assert!((285..=300).contains(&sent), "{sent}");
    }

    #[test]
    fn a_slowed_bucket_creeps_back() {
        let mut bucket = Bucket::new(100.0, Duration::ZERO);
        bucket.slow(Duration::ZERO, 0.5, 0.0);
        let first = greedy(&mut bucket, Duration::ZERO, 5 * SECOND).len();
        assert!((240..=320).contains(&first), "{first}");
        let later = greedy(&mut bucket, 60 * SECOND, 5 * SECOND).len();
        assert!(later >= 480, "{later}");
    }

    #[test]
    fn signs_that_come_together_count_once() {
        let mut bucket = Bucket::new(100.0, Duration::ZERO);
        for _ in 0..10 {
            bucket.slow(SECOND, 0.5, 0.0);
        }
        assert!(bucket.part(SECOND) >= 0.5);
    }

    #[test]
    fn a_bucket_is_not_slowed_below_the_floor() {
        let mut bucket = Bucket::new(100.0, Duration::ZERO);
        for second in 1..100 {
            bucket.slow(second * SECOND, 0.8, 0.25);
            assert!(bucket.part(second * SECOND) >= 0.25);
        }
    }

    #[test]
    fn a_drained_bucket_fills_from_the_end_of_the_pause() {
        let mut bucket = Bucket::new(10.0, Duration::ZERO);
        bucket.drain(7 * SECOND);
        let wait = bucket.ready_in(SECOND);
        assert!(wait > 6 * SECOND && wait < 7 * SECOND, "{wait:?}");
        assert!(bucket.ready_in(7 * SECOND) > Duration::ZERO);
    }

    proptest! {
        /// Whoever asks, whenever: no window holds more than the burst and the rate allow.
        #[test]
        fn no_window_holds_more_than_allowed(
            per_second in 1.0..400.0_f64,
            gaps in prop::collection::vec((0u64..300_000, any::<bool>(), 0u8..20), 1..100),
        ) {
            let mut bucket = Bucket::new(per_second, Duration::ZERO);
            let (mut now, mut times) = (Duration::ZERO, Vec::new());
            for (gap, patient, sign) in gaps {
                now += Duration::from_micros(gap);
                if sign == 0 {
                    bucket.slow(now, 0.5, 0.02);
                }
                if patient {
                    now += bucket.ready_in(now);
                }
                while bucket.ready_in(now).is_zero() {
                    bucket.take(now);
                    times.push(now);
                }
            }
            // Of all windows that end with a request, the worst begins where requests were furthest ahead of the rate.
            let burst = (per_second * BURST_SECONDS).max(1.0);
            let mut ahead = f64::INFINITY;
            for (sent, time) in times.iter().enumerate() {
                let lead = sent as f64 - per_second * time.as_secs_f64();
                ahead = ahead.min(lead);
                prop_assert!(lead + 1.0 - ahead <= burst + 1e-6, "{} over the burst of {burst}", lead + 1.0 - ahead);
            }
        }

        /// A wait that was told is long enough.
        #[test]
        fn after_the_wait_there_is_a_token(per_second in 1.0..400.0_f64, taken in 1usize..50, part in 0.1..1.0_f64) {
            let mut bucket = Bucket::new(per_second, Duration::ZERO);
            bucket.slow(Duration::ZERO, part, 0.0);
            let mut now = Duration::ZERO;
            for _ in 0..taken {
                let wait = bucket.ready_in(now);
                prop_assert!(wait <= Duration::from_mins(1));
                now += wait;
                prop_assert_eq!(bucket.ready_in(now), Duration::ZERO);
                bucket.take(now);
            }
        }
    }
}
