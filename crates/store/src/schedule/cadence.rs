//! When something is done again: a cron expression, a time zone, and how far the times are scattered.

use croner::Cron;
use croner::parser::{CronParser, Seconds};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Why a cadence cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CadenceError {
    /// The expression is none.
    #[error(
        "`{expression}` is not a cron expression ({reason}): write minute, hour, day of month, month and day of week, such \
         as `0 3 * * *` for three o'clock each night"
    )]
    Expression {
        /// What was given.
        expression: String,
        /// Why not.
        reason: String,
    },
    /// No such time comes.
    #[error("`{expression}` never comes")]
    Never {
        /// What was given.
        expression: String,
    },
    /// The time zone is not known.
    #[error("there is no time zone `{zone}`: write one of the IANA database, such as Europe/Vienna, or UTC")]
    Zone {
        /// What was given.
        zone: String,
    },
}

/// When something is done again. Summer time follows the zone: what falls into the hour that is skipped is done right after
/// it, and what falls into the hour that comes twice is done once; what is done every hour or minute keeps its distance.
#[derive(Clone, Debug)]
pub struct Cadence {
    expression: String,
    zone: String,
    jitter: u32,
    cron: Cron,
    time_zone: TimeZone,
}

impl PartialEq for Cadence {
    fn eq(&self, other: &Self) -> bool {
        (&self.expression, &self.zone, self.jitter) == (&other.expression, &other.zone, other.jitter)
    }
}

impl Cadence {
    /// Reads an expression of five fields (minute, hour, day of month, month, day of week) in the zone of a name. Each time
    /// is scattered over `jitter` seconds, so that many schedules do not begin at once.
    pub fn parse(expression: &str, zone: &str, jitter: u32) -> Result<Self, CadenceError> {
        let parser = CronParser::builder().seconds(Seconds::Disallowed).build();
        let cron = parser.parse(expression).map_err(|error| CadenceError::Expression {
            expression: expression.to_owned(),
            reason: error.to_string(),
        })?;
        let time_zone = TimeZone::get(zone).map_err(|_| CadenceError::Zone { zone: zone.to_owned() })?;
        let cadence = Self { expression: expression.to_owned(), zone: zone.to_owned(), jitter, cron, time_zone };
        match cadence.occurrence(Timestamp::UNIX_EPOCH) {
            Some(_) => Ok(cadence),
            None => Err(CadenceError::Never { expression: expression.to_owned() }),
        }
    }

    /// The expression, as it was given.
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// The name of the time zone.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// Over how many seconds each time is scattered.
    pub fn jitter(&self) -> u32 {
        self.jitter
    }

    /// The first time after `now`, scattered by `chance` (from 0 to below 1) of the jitter.
    pub fn next(&self, now: Timestamp, chance: f64) -> Option<Timestamp> {
        let scatter = SignedDuration::from_micros((f64::from(self.jitter) * 1e6 * chance) as i64);
        self.occurrence(now).and_then(|time| time.checked_add(scatter).ok())
    }

    fn occurrence(&self, after: Timestamp) -> Option<Timestamp> {
        let after = after.to_zoned(self.time_zone.clone());
        self.cron.find_next_occurrence(&after, false).ok().map(|time| time.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The next `count` times after a moment.
    fn times(expression: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
        let cadence = Cadence::parse(expression, zone, 0).unwrap();
        let mut time: Timestamp = after.parse().unwrap();
        let mut times = vec![];
        for _ in 0..count {
            time = cadence.next(time, 0.0).unwrap();
            times.push(time.to_string());
        }
        times
    }

    /// Europe/Vienna: 2026-03-29 02:00 becomes 03:00, 2026-10-25 03:00 becomes 02:00. America/New_York: 2026-03-08 and
    /// 2026-11-01. Australia/Lord_Howe turns by half an hour: 2026-10-04 02:00 becomes 02:30.
    #[test]
    fn summer_time_begins_and_ends() {
        #[rustfmt::skip]
        let table: &[(&str, &str, &str, &[&str])] = &[
            ("in the hour that is skipped: right after it, and no second time",
             "30 2 * * *", "Europe/Vienna", &["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]),
            ("before and after the hour that is skipped",
             "30 1,3 * * *", "Europe/Vienna", &["2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T23:30:00Z"]),
            ("in the hour that comes twice: once",
             "30 2 * * *", "Europe/Vienna", &["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
            ("every quarter of an hour keeps its distance when an hour is skipped",
             "*/15 * * * *", "Europe/Vienna", &["2026-03-29T00:45:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:15:00Z"]),
            ("and when one comes twice",
             "*/30 * * * *", "Europe/Vienna", &["2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"]),
            ("elsewhere it is on other days",
             "30 2 * * *", "America/New_York", &["2026-03-07T07:30:00Z", "2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"]),
            ("by half an hour",
             "15 2 * * *", "Australia/Lord_Howe", &["2026-10-02T15:45:00Z", "2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"]),
            ("and where there is none",
             "30 2 * * *", "UTC", &["2026-03-28T02:30:00Z", "2026-03-29T02:30:00Z", "2026-03-30T02:30:00Z"]),
        ];
        for (what, expression, zone, expected) in table {
            let first: Timestamp = expected[0].parse().unwrap();
            let before = (first - SignedDuration::from_secs(1)).to_string();
            assert_eq!(times(expression, zone, &before, expected.len()), *expected, "{what}");
        }
    }

    #[test]
    fn weekdays_and_ends_of_months() {
        assert_eq!(
            times("0 3 * * MON", "UTC", "2026-11-28T00:00:00Z", 2),
            ["2026-11-30T03:00:00Z", "2026-12-07T03:00:00Z"]
        );
        assert_eq!(
            times("0 0 L * *", "UTC", "2028-02-01T00:00:00Z", 2),
            ["2028-02-29T00:00:00Z", "2028-03-31T00:00:00Z"]
        );
    }

    #[test]
    fn times_are_scattered_within_the_jitter() {
        let cadence = Cadence::parse("0 3 * * *", "UTC", 600).unwrap();
        let now: Timestamp = "2026-11-28T00:00:00Z".parse().unwrap();
        assert_eq!(cadence.next(now, 0.0).unwrap().to_string(), "2026-11-28T03:00:00Z");
        assert_eq!(cadence.next(now, 0.5).unwrap().to_string(), "2026-11-28T03:05:00Z");
        let last = cadence.next(now, 0.999_999).unwrap();
        assert!(last < "2026-11-28T03:10:00Z".parse().unwrap(), "{last}");
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        for (expression, zone, told) in [
            ("every night", "UTC", "`every night` is not a cron expression"),
            ("* * * * * *", "UTC", "`* * * * * *` is not a cron expression"),
            ("61 * * * *", "UTC", "`61 * * * *` is not a cron expression"),
            ("0 0 30 2 *", "UTC", "never comes"),
            ("0 3 * * *", "Mars/Base", "there is no time zone `Mars/Base`"),
        ] {
            let error = Cadence::parse(expression, zone, 0).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
