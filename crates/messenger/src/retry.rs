//! When a message that did not arrive is tried again.

use jiff::SignedDuration;

/// Seconds from one attempt to the next, as Standard Webhooks recommends: 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h.
const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// How long to wait after so many attempts before the one that failed just now; nothing when it is given up.
pub(crate) fn after(attempts: u32) -> Option<SignedDuration> {
    WAITS.get(attempts as usize).copied().map(SignedDuration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_after_three_days() {
        let waits: Vec<_> = (0..20).map_while(after).collect();
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1]));
        let all = waits.iter().fold(SignedDuration::ZERO, |sum, wait| sum + *wait);
        assert!(all > SignedDuration::from_hours(72) && after(9).is_none(), "{all:?}");
    }
}
