//! Times in queries: minute-granular, in the caller's time zone.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Reads `yyyy-MM-dd HH:mm`, `yyyy-MM-dd` (also with `/`), a relative time as `-5m`, or milliseconds since 1970.
pub(super) fn read(text: &str, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    relative(text, now).or_else(|| milliseconds(text)).or_else(|| civil(text, zone))
}

fn relative(text: &str, now: Timestamp) -> Option<Timestamp> {
    let signed = text.strip_prefix(['-', '+'])?;
    let unit = signed.chars().last()?;
    let number: i64 = signed[..signed.len() - unit.len_utf8()].parse().ok()?;
    let minutes = match unit {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        'w' => 7 * 24 * 60,
        _ => return None,
    };
    let by = SignedDuration::from_mins(number.checked_mul(minutes)?);
    if text.starts_with('-') { now.checked_sub(by).ok() } else { now.checked_add(by).ok() }
}

fn milliseconds(text: &str) -> Option<Timestamp> {
    let is_number = text.len() > 4 && text.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten().and_then(|at| Timestamp::from_millisecond(at).ok())
}

fn civil(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.replace('/', "-");
    let formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d"];
    let civil = formats.iter().enumerate().find_map(|(index, format)| {
        let parsed = jiff::fmt::strtime::parse(format, &text).ok()?;
        match index {
            0 => parsed.to_datetime().ok(),
            _ => parsed.to_date().ok().map(DateTime::from),
        }
    });
    civil.and_then(|civil| civil.to_zoned(zone.clone()).ok()).map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_the_callers_zone() {
        let now: Timestamp = "2024-05-01T12:00:30Z".parse().unwrap();
        let oslo = TimeZone::get("Europe/Oslo").unwrap();
        let read = |text| read(text, &oslo, now).map(|at| at.to_string());
        assert_eq!(read("2024-05-01 10:05").as_deref(), Some("2024-05-01T08:05:00Z"));
        assert_eq!(read("2024/05/01").as_deref(), Some("2024-04-30T22:00:00Z"));
        assert_eq!(read("-5m").as_deref(), Some("2024-05-01T11:55:30Z"));
        assert_eq!(read("1714564800000").as_deref(), Some("2024-05-01T12:00:00Z"));
        assert_eq!(read("2024-05-01 10:05:07"), None, "seconds do not exist");
        assert_eq!(read("soon"), None);
    }
}
