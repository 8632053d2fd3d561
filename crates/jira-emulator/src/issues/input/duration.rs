//! Durations as people write them: `1w 2d 3h 30m`.

use crate::state::Settings;

/// Seconds of a duration in working time. A number without a unit is minutes. None for anything else.
pub(crate) fn seconds(settings: &Settings, text: &str) -> Option<u64> {
    let day = u64::from(settings.hours_per_day.max(1)) * 3600;
    let week = u64::from(settings.days_per_week.max(1)) * day;
    let mut total = 0;
    let mut parts = 0;
    for word in text.split_whitespace() {
        let (number, length) = match word.strip_suffix(['w', 'd', 'h', 'm']) {
            Some(number) if word.ends_with('w') => (number, week),
            Some(number) if word.ends_with('d') => (number, day),
            Some(number) if word.ends_with('h') => (number, 3600),
            Some(number) => (number, 60),
            None => (word, 60),
        };
        let number: f64 = number.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)?;
        total += (number * length as f64).round() as u64;
        parts += 1;
    }
    (parts > 0).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_working_time() {
        let read = |text| seconds(&Settings::default(), text);
        assert_eq!(read("1w 1d 1h 1m"), Some((48 + 1) * 3600 + 60));
        assert_eq!(read("1.5h"), Some(5400));
        assert_eq!(read("30"), Some(1800));
        for broken in ["", "soon", "-1h", "h"] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }
}
