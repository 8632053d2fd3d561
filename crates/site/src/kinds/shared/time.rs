//! Jira's ways to write a moment (quirks §4).

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

/// The moment that a value tells: text with or without a colon in the offset, or milliseconds since 1970.
pub(crate) fn instant(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => parse(text),
        Value::Number(number) => Timestamp::from_millisecond(number.as_i64()?).ok(),
        _ => None,
    }
}

/// See [`instant`].
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok())
}

/// The moment in one spelling whatever the site's time zone, or the value itself when it is none.
pub(crate) fn normal(value: &Value) -> Value {
    instant(value).map_or_else(|| value.clone(), |instant| Value::String(instant.to_string()))
}

/// See [`normal`].
pub(crate) fn normal_text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, |text| normal(&Value::String(text.to_owned())))
}

/// The moment as `2024-01-31 17:05 UTC`.
pub(crate) fn readable(text: &str) -> String {
    match parse(text) {
        Some(instant) => instant.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC").to_string(),
        None => text.to_owned(),
    }
}

/// The one spelling that Jira takes for the start of a worklog.
pub(crate) fn jira(instant: Timestamp) -> String {
    instant.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_moment_is_the_same_moment() {
        let spellings: [Value; 4] = [
            "2015-12-02T07:39:15.000-0800".into(),
            "2015-12-02T15:39:15.000+0000".into(),
            "2015-12-02T15:39:15Z".into(),
            1_449_070_755_000_i64.into(),
        ];
        for spelling in spellings {
            assert_eq!(normal(&spelling), Value::String("2015-12-02T15:39:15Z".to_owned()), "{spelling}");
        }
        assert_eq!(readable("2015-12-02T07:39:15.000-0800"), "2015-12-02 15:39 UTC");
    }

    #[test]
    fn a_worklogs_start_is_spelled_as_jira_wants_it() {
        let instant = parse("2015-12-02T07:39:15.123-0800").unwrap();
        assert_eq!(jira(instant), "2015-12-02T15:39:15.123+0000");
    }
}
