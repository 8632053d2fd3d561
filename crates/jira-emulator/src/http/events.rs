//! What happens to a site while somebody works on it: others edit it, a token dies, a permission is taken away, it goes down.
//!
//! An event waits for a number of requests and then happens once, before the next one is looked at.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower::ServiceExt;

use super::auth::Identity;
use super::faults;
use super::outage::{Outage, OutageEnd};
use crate::api;
use crate::handle::SiteHandle;
use crate::site::SharedSite;

/// Something that happens to a site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SiteEvent {
    /// Somebody else sends a request: changes a summary, adds a comment, takes a project key or the next number. It goes past
    /// limits, faults and the log.
    Edit {
        /// Method.
        method: String,
        /// Path, as `/rest/api/3/issue/ABC-1/comment`.
        path: String,
        /// JSON body.
        #[serde(default)]
        body: Value,
        /// Their account; none is the administrator's.
        #[serde(default)]
        account: Option<String>,
    },
    /// The administrator's token ends.
    RevokeToken,
    /// The administrator's token holds again.
    RestoreToken,
    /// The administrator may no longer write, nor administer: 403.
    WithdrawPermissions,
    /// The administrator may do everything again.
    GrantPermissions,
    /// The site goes down, or comes back.
    Outage {
        /// How.
        outage: Outage,
        /// For how many requests; all when neither this nor a time is given.
        #[serde(default)]
        requests: Option<u32>,
        /// For how long on the emulator's clock.
        #[serde(default)]
        milliseconds: Option<u64>,
    },
    /// The search index begins to lag.
    SearchLag {
        /// By how much.
        milliseconds: u64,
        /// Whether every other search sees an index that lags twice as long.
        #[serde(default)]
        flickering: bool,
    },
    /// The clock moves.
    Advance {
        /// By how much.
        milliseconds: u64,
    },
}

/// An event and when it happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scheduled {
    /// Method of the requests that count; none is every method.
    #[serde(default)]
    pub method: Option<String>,
    /// Path template of the requests that count, as in a fault.
    #[serde(default = "everything")]
    pub endpoint: String,
    /// How many of them pass first.
    #[serde(default)]
    pub after: u32,
    /// What happens then.
    pub event: SiteEvent,
}

fn everything() -> String {
    "*".to_owned()
}

impl Scheduled {
    /// An event after so many requests of any kind.
    pub fn after(requests: u32, event: SiteEvent) -> Self {
        Self { method: None, endpoint: everything(), after: requests, event }
    }

    /// Counts only requests of this method to this endpoint.
    pub fn at(self, method: &str, endpoint: &str) -> Self {
        Self { method: Some(method.to_owned()), endpoint: endpoint.to_owned(), ..self }
    }
}

/// What a test does to a site itself.
pub(crate) type Act = Box<dyn FnOnce(&SiteHandle) + Send>;

enum What {
    Event(SiteEvent),
    Act(Act),
}

struct Waiting {
    method: Option<String>,
    endpoint: String,
    after: u32,
    what: What,
}

/// The events that wait for requests.
#[derive(Default)]
pub(crate) struct Events(Mutex<Vec<Waiting>>);

impl fmt::Debug for Events {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Events").field(&self.pending()).finish()
    }
}

impl Events {
    fn lock(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, scheduled: Scheduled) {
        let Scheduled { method, endpoint, after, event } = scheduled;
        self.lock().push(Waiting { method, endpoint, after, what: What::Event(event) });
    }

    /// Adds what a test does itself after so many requests to an endpoint.
    pub(crate) fn add_act(&self, method: &str, endpoint: &str, after: u32, act: Act) {
        let (method, endpoint) = (Some(method.to_owned()), endpoint.to_owned());
        self.lock().push(Waiting { method, endpoint, after, what: What::Act(act) });
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Those that have not happened, apart from what tests do themselves.
    pub(crate) fn pending(&self) -> Vec<Scheduled> {
        let waiting = self.lock();
        let events = waiting.iter().filter_map(|waiting| match &waiting.what {
            What::Act(_) => None,
            What::Event(event) => Some(Scheduled {
                method: waiting.method.clone(),
                endpoint: waiting.endpoint.clone(),
                after: waiting.after,
                event: event.clone(),
            }),
        });
        events.collect()
    }

    /// Counts a request; those that are due.
    fn due(&self, method: &str, endpoint: &str) -> Vec<What> {
        let mut waiting = self.lock();
        if waiting.is_empty() {
            return Vec::new();
        }
        let (mut due, mut left) = (Vec::new(), Vec::new());
        for mut event in waiting.drain(..) {
            let counts = faults::matches(event.method.as_deref(), &event.endpoint, method, endpoint);
            match counts {
                true if event.after == 0 => due.push(event.what),
                true => {
                    event.after -= 1;
                    left.push(event);
                }
                false => left.push(event),
            }
        }
        *waiting = left;
        due
    }
}

/// Lets happen what is due before a request.
pub(crate) async fn happen(site: &SharedSite, method: &str, endpoint: &str) {
    for what in site.events.due(method, endpoint) {
        match what {
            What::Event(event) => carry_out(site, event).await,
            What::Act(act) => act(&SiteHandle::new(site.clone())),
        }
    }
}

/// Makes an event happen now.
pub(crate) async fn carry_out(site: &SharedSite, event: SiteEvent) {
    let (email, token, account) = (&site.admin.email, &site.admin.token, &site.admin.account);
    match event {
        SiteEvent::Edit { method, path, body, account } => edit(site, &method, &path, &body, account).await,
        SiteEvent::RevokeToken => site.change_credentials(|credentials| credentials.revoke(token)),
        SiteEvent::RestoreToken => {
            site.change_credentials(|credentials| credentials.add_basic(email, token, account.clone()));
        }
        SiteEvent::WithdrawPermissions => site.withdraw_permissions(true),
        SiteEvent::GrantPermissions => site.withdraw_permissions(false),
        SiteEvent::Outage { outage, requests, milliseconds } => {
            let time = milliseconds.map(|span| OutageEnd::After(Duration::from_millis(span)));
            site.outage.set(outage, time.or(requests.map(OutageEnd::Requests)));
        }
        SiteEvent::SearchLag { milliseconds, flickering } => {
            site.set_search_lag(Duration::from_millis(milliseconds));
            site.searches.flicker(flickering);
        }
        SiteEvent::Advance { milliseconds } => site.clock.advance(Duration::from_millis(milliseconds)),
    }
}

async fn edit(site: &SharedSite, method: &str, path: &str, body: &Value, account: Option<String>) {
    let account = account.map_or_else(|| site.admin.account.clone(), Into::into);
    let request = axum::extract::Request::builder()
        .method(method.parse().unwrap_or(Method::GET))
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .extension(Identity::Account(account))
        .body(Body::from(body.to_string()));
    let status = match request {
        Ok(request) => {
            let Ok(response) = api::handlers(site.clone()).oneshot(request).await;
            response.status()
        }
        Err(_) => StatusCode::BAD_REQUEST,
    };
    if !status.is_success() {
        tracing::warn!(site = site.name, method, path, %status, "an edit by somebody else was refused");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::site::test_site;

    #[tokio::test]
    async fn event_happens_once_after_the_requests_that_count() {
        let site = test_site();
        let event = SiteEvent::Advance { milliseconds: 1000 };
        site.events.add(Scheduled::after(1, event).at("POST", "/rest/api/3/issue*"));
        for (method, endpoint, seconds) in [
            ("GET", "/rest/api/3/issue", 0),
            ("POST", "/rest/api/3/issue/bulk", 0),
            ("POST", "/rest/api/3/issue", 1),
            ("POST", "/rest/api/3/issue", 1),
        ] {
            happen(&site, method, endpoint).await;
            assert_eq!(site.now().as_second(), seconds, "{method} {endpoint}");
        }
        assert_eq!(site.events.pending(), []);
    }

    #[tokio::test]
    async fn somebody_else_edits_by_the_api_itself() {
        let site = test_site();
        let body = json!({ "key": "SEA", "name": "Sea", "projectTypeKey": "business", "leadAccountId": "admin" });
        let path = "/rest/api/3/project".to_owned();
        let edit = SiteEvent::Edit { method: "POST".to_owned(), path, body, account: None };
        site.events.add(Scheduled::after(0, edit));
        happen(&site, "GET", "/rest/api/3/field").await;
        assert!(site.read().project_by_key("SEA").is_some());
        assert_eq!(site.log.statistics().requests, 0);
    }

    #[tokio::test]
    async fn a_test_does_what_it_likes() {
        let site = test_site();
        site.events.add_act("GET", "*", 0, Box::new(|site| site.alter(|state| state.users.clear())));
        happen(&site, "GET", "/rest/api/3/field").await;
        assert!(site.read().users.is_empty());
    }

    #[test]
    fn events_are_written_as_json() {
        let read: Scheduled = serde_json::from_value(
            json!({ "after": 3, "event": { "kind": "outage", "outage": "hang", "requests": 2 } }),
        )
        .unwrap();
        let outage = SiteEvent::Outage { outage: Outage::Hang, requests: Some(2), milliseconds: None };
        assert_eq!(read, Scheduled::after(3, outage));
    }
}
