//! The client against a server that answers as Jira does, on a clock that only sleeping turns: waits cost no time, and can
//! be measured.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod files;
mod hostile;
mod identity;
mod lists;
mod manners;
mod tasks;

use std::sync::Arc;

use ambient::{Ambient, ManualClock};
use jiff::Timestamp;
use jira::{Credentials, Jira, Settings};
use wiremock::MockServer;

/// A client and what a test needs to look behind it.
struct Site {
    server: MockServer,
    jira: Jira,
    clock: Arc<ManualClock>,
}

impl Site {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(adjust: impl FnOnce(&mut Settings)) -> Self {
        let server = MockServer::start().await;
        let (ambient, clock) = Ambient::manual(Timestamp::UNIX_EPOCH, 1);
        let mut settings = settings(&server.uri());
        adjust(&mut settings);
        Self { jira: Jira::new(settings, ambient).unwrap(), server, clock }
    }

    async fn requests(&self) -> Vec<wiremock::Request> {
        self.server.received_requests().await.unwrap()
    }
}

fn settings(site: &str) -> Settings {
    let credentials = Credentials::Basic { email: "admin@example.com".into(), token: "very-secret".into() };
    Settings::new(site.parse().unwrap(), credentials)
}
