//! Site-wide settings.

use std::collections::BTreeMap;
use std::sync::Arc;

/// What an administrator sets for the whole site.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Title shown by `serverInfo`.
    pub title: Arc<str>,
    /// IANA name of the time zone used when a user has none.
    pub time_zone: Arc<str>,
    /// Whether the issue link feature is on.
    pub issue_linking: bool,
    /// Whether time tracking is on.
    pub time_tracking: bool,
    /// Whether watching is on.
    pub watching: bool,
    /// Whether people watch what they make and comment on, unless their preferences say otherwise.
    pub autowatch: bool,
    /// Whether voting is on.
    pub voting: bool,
    /// Whether attachments are on.
    pub attachments: bool,
    /// Working hours of a day, for durations such as `1d`.
    pub hours_per_day: u32,
    /// Working days of a week, for durations such as `1w`.
    pub days_per_week: u32,
    /// Largest attachment in bytes.
    pub upload_limit: u64,
    /// Advanced settings by key.
    pub application_properties: BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            title: "Jira".into(),
            time_zone: "Etc/UTC".into(),
            issue_linking: true,
            time_tracking: true,
            watching: true,
            autowatch: true,
            voting: true,
            attachments: true,
            hours_per_day: 8,
            days_per_week: 5,
            upload_limit: 1024 * 1024 * 1024,
            application_properties: BTreeMap::new(),
        }
    }
}
