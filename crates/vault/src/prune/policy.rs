//! Which recovery points are kept.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::KeepPolicy;
use crate::log::entry::HoldEntry;
use crate::log::state::Point;

/// The points that a policy keeps.
pub(super) fn keep(
    points: &BTreeMap<u64, Point>,
    policy: &KeepPolicy,
    now: Timestamp,
    holds: &[&HoldEntry],
) -> BTreeSet<u64> {
    let newest_first: Vec<(u64, Timestamp)> =
        points.iter().rev().map(|(number, point)| (*number, point.taken)).collect();
    let mut kept: BTreeSet<u64> = newest_first.first().map(|(number, _)| *number).into_iter().collect();
    kept.extend(holds.iter().map(|hold| hold.point).filter(|point| points.contains_key(point)));
    for (number, taken) in &newest_first {
        let age = now.duration_since(*taken);
        if age.is_negative() || age.unsigned_abs() < policy.minimum_age {
            kept.insert(*number);
        }
    }
    let date = |taken: Timestamp| -> Date { taken.to_zoned(TimeZone::UTC).date() };
    kept.extend(newest_of_each(&newest_first, policy.hourly, |taken| taken.as_second().div_euclid(3600)));
    kept.extend(newest_of_each(&newest_first, policy.daily, date));
    kept.extend(newest_of_each(&newest_first, policy.weekly, |taken| {
        let week = date(taken).iso_week_date();
        (week.year(), week.week())
    }));
    kept.extend(newest_of_each(&newest_first, policy.monthly, |taken| (date(taken).year(), date(taken).month())));
    kept
}

/// The newest point of each of the newest `count` intervals that have one.
fn newest_of_each<T: PartialEq>(
    newest_first: &[(u64, Timestamp)],
    count: usize,
    interval: impl Fn(Timestamp) -> T,
) -> Vec<u64> {
    let mut kept = Vec::new();
    let mut last = None;
    for (number, taken) in newest_first {
        if kept.len() == count {
            break;
        }
        let current = Some(interval(*taken));
        if current != last {
            kept.push(*number);
            last = current;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::log::state::Sealed;

    /// Points every six hours from 1 January 2026, 00:00; number n is taken n × 6 hours later.
    fn points(count: u64) -> (BTreeMap<u64, Point>, Timestamp) {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let at = |number: u64| start + Duration::from_hours(number * 6);
        let point = |number| Point {
            taken: at(number),
            counts: BTreeMap::new(),
            state: Sealed { number, epoch: 1, run: String::new(), text: String::new() },
            size: None,
        };
        ((0..count).map(|number| (number, point(number))).collect(), at(count - 1))
    }

    fn none() -> KeepPolicy {
        let zero = Duration::ZERO;
        KeepPolicy { hourly: 0, daily: 0, weekly: 0, monthly: 0, minimum_age: zero, grace: zero }
    }

    fn kept(policy: &KeepPolicy) -> Vec<u64> {
        let (points, now) = points(4 * 70);
        keep(&points, policy, now, &[]).into_iter().collect()
    }

    #[test]
    fn each_rule_keeps_the_newest_of_its_intervals() {
        assert_eq!(kept(&none()), [279]);
        assert_eq!(kept(&KeepPolicy { hourly: 3, ..none() }), [277, 278, 279]);
        // The last points of 9, 10 and 11 March.
        assert_eq!(kept(&KeepPolicy { daily: 3, ..none() }), [271, 275, 279]);
        // 11 March is a Wednesday; 8 and 1 March are Sundays.
        assert_eq!(kept(&KeepPolicy { weekly: 3, ..none() }), [239, 267, 279]);
        // 31 January, 28 February, 11 March.
        assert_eq!(kept(&KeepPolicy { monthly: 9, ..none() }), [123, 235, 279]);
        let day = Duration::from_hours(24);
        assert_eq!(kept(&KeepPolicy { minimum_age: day, ..none() }), [276, 277, 278, 279]);
    }

    #[test]
    fn a_held_point_is_kept() {
        let (points, now) = points(10);
        let hold = HoldEntry { id: "h".into(), point: 3, reason: "r".into(), until: now, pin: false };
        let kept: Vec<_> = keep(&points, &none(), now, &[&hold]).into_iter().collect();
        assert_eq!(kept, [3, 9]);
    }
}
