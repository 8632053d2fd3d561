//! Outages of a whole site.

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// How a site is down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outage {
    /// The site works.
    #[default]
    None,
    /// Connections are closed without an answer.
    Refuse,
    /// Requests get no answer as long as the outage lasts; then their connections are closed.
    Hang,
    /// Every request is answered with 503 and an HTML page.
    Unavailable,
    /// The site is gone: 404 with an HTML page from the edge, also for `_edge/tenant_info`.
    Gone,
}

/// The current outage of a site.
#[derive(Debug, Default)]
pub(crate) struct OutageSwitch(watch::Sender<Outage>);

impl OutageSwitch {
    pub(crate) fn get(&self) -> Outage {
        *self.0.borrow()
    }

    pub(crate) fn set(&self, outage: Outage) {
        self.0.send_replace(outage);
    }

    /// Waits while the site hangs.
    pub(crate) async fn until_not_hanging(&self) {
        let mut changes = self.0.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        drop(changes.wait_for(|outage| *outage != Outage::Hang).await);
    }
}
