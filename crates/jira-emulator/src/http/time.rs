//! The time formats of the platform API.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Format of issues, comments and worklogs: milliseconds, and an offset without colon.
const PLATFORM: &str = "%Y-%m-%dT%H:%M:%S%.3f%z";

/// Writes an instant as `2015-12-02T07:39:15.000-0800` in the given zone.
pub(crate) fn platform_time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime(PLATFORM).to_string()
}

/// Writes an instant as the agile API does: `2012-09-27T05:26:46.636Z`.
pub(crate) fn agile_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Reads either format.
pub(crate) fn parse_time(text: &str) -> Option<Timestamp> {
    Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok().or_else(|| text.parse().ok())
}

/// The zone of an IANA name; UTC when it is unknown.
pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platform_times_are_read_and_written_back() {
        let at = parse_time("2015-12-02T07:39:15.000-0800").unwrap();
        assert_eq!(platform_time(at, &zone("America/Los_Angeles")), "2015-12-02T07:39:15.000-0800");
        assert_eq!(platform_time(at, &TimeZone::UTC), "2015-12-02T15:39:15.000+0000");
        assert_eq!(agile_time(at), "2015-12-02T15:39:15.000Z");
        assert_eq!(parse_time("2015-12-02T15:39:15.000Z"), Some(at));
        assert_eq!(parse_time("yesterday"), None);
    }
}
