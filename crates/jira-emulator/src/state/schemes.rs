//! Screens and notification schemes.

use std::sync::Arc;

use super::RawJson;

/// A screen: the fields that can be filled in when an issue is created or changed.
#[derive(Debug, Clone)]
pub struct Screen {
    /// Id, a number in answers.
    pub id: u64,
    /// Name.
    pub name: Arc<str>,
    /// Description.
    pub description: Arc<str>,
    /// Tabs in order.
    pub tabs: Vec<ScreenTab>,
}

impl Screen {
    /// Whether a field is on one of the tabs.
    pub fn has(&self, field: &str) -> bool {
        self.tabs.iter().any(|tab| tab.fields.iter().any(|on_tab| **on_tab == *field))
    }
}

/// A tab of a screen.
#[derive(Debug, Clone)]
pub struct ScreenTab {
    /// Id.
    pub id: u64,
    /// Name.
    pub name: Arc<str>,
    /// Field ids in order.
    pub fields: Vec<Arc<str>>,
}

/// Whom Jira tells about which event.
#[derive(Debug, Clone)]
pub struct NotificationScheme {
    /// Id.
    pub id: u64,
    /// Name, unique.
    pub name: Arc<str>,
    /// Description.
    pub description: Arc<str>,
    /// Events with their notifications, each as its JSON; empty notifies nobody.
    pub events: Vec<RawJson>,
}
