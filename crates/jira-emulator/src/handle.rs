//! Driving a site from the same process.

use std::time::Duration;

use url::Url;
use uuid::Uuid;

use crate::clock::EmulatorClock;
use crate::http::events::{self, Scheduled, SiteEvent};
use crate::http::faults::Fault;
use crate::http::gate::{HeldAt, Hold};
use crate::http::limits::Limits;
use crate::http::log::{LoggedRequest, Statistics};
use crate::http::outage::{Outage, OutageEnd};
use crate::in_process::InProcess;
use crate::seed::SeedError;
use crate::site::SharedSite;
use crate::state::SiteState;

/// A running site as tests and the demo hold it. Clones are the same site.
#[derive(Debug, Clone)]
pub struct SiteHandle(SharedSite);

impl SiteHandle {
    pub(crate) fn new(site: SharedSite) -> Self {
        Self(site)
    }

    /// Root address, as `http://127.0.0.1:40123/`.
    pub fn url(&self) -> Url {
        self.0.url.clone()
    }

    /// Whether it has no ports: then only [`SiteHandle::service`] answers.
    pub fn is_in_process(&self) -> bool {
        self.0.url.port().is_none()
    }

    /// The site's hosts without sockets.
    pub fn service(&self) -> InProcess {
        InProcess::new(&self.0)
    }

    /// Cloud id.
    pub fn cloud_id(&self) -> Uuid {
        self.0.cloud_id
    }

    /// E-mail address of the administrator.
    pub fn admin_email(&self) -> &str {
        &self.0.admin.email
    }

    /// API token of the administrator.
    pub fn admin_token(&self) -> &str {
        &self.0.admin.token
    }

    /// The clock, shared by all sites of the emulator.
    pub fn clock(&self) -> &EmulatorClock {
        &self.0.clock
    }

    /// Begins an outage, or ends it with [`Outage::None`].
    pub fn outage(&self, outage: Outage) {
        self.0.outage.set(outage, None);
    }

    /// Begins an outage that ends by itself.
    pub fn outage_until(&self, outage: Outage, end: OutageEnd) {
        self.0.outage.set(outage, Some(end));
    }

    /// Delays every answer.
    pub fn latency(&self, latency: Duration) {
        self.0.set_latency(latency);
    }

    /// Lets the search index lag behind the state.
    pub fn search_lag(&self, lag: Duration) {
        self.0.set_search_lag(lag);
    }

    /// Lets every other search see an index that lags twice as long: what was there is gone, and comes back.
    pub fn search_flicker(&self, flickering: bool) {
        self.0.searches.flicker(flickering);
    }

    /// Injects a fault.
    pub fn fault(&self, fault: Fault) {
        self.0.faults.add(fault);
    }

    /// Takes back all faults that have not struck.
    pub fn clear_faults(&self) {
        self.0.faults.clear();
    }

    /// Lets something happen to the site after a number of requests.
    pub fn schedule(&self, scheduled: Scheduled) {
        self.0.events.add(scheduled);
    }

    /// Does something to the site after so many requests of this method to this endpoint (as in a fault), before the next.
    pub fn when(&self, method: &str, endpoint: &str, after: u32, act: impl FnOnce(&Self) + Send + 'static) {
        self.0.events.add_act(method, endpoint, after, Box::new(act));
    }

    /// Lets something happen to the site now.
    pub async fn happen(&self, event: SiteEvent) {
        events::carry_out(&self.0, event).await;
    }

    /// Takes back all events that have not happened.
    pub fn clear_events(&self) {
        self.0.events.clear();
    }

    /// Faults that have not struck, or not for the last time.
    pub fn pending_faults(&self) -> Vec<Fault> {
        self.0.faults.pending()
    }

    /// Holds the `nth` request from now on, counted from 1, and all that come after it, until the hold is dropped.
    pub fn hold(&self, nth: u64, at: HeldAt) -> Hold {
        self.0.gate.hold(nth, at)
    }

    /// Sets the rate limits and forgets what was counted.
    pub fn limits(&self, limits: Limits) {
        self.0.limiter.set(limits);
    }

    /// Adds an API token for an account of the site.
    pub fn add_token(&self, email: &str, token: &str, account_id: &str) {
        self.0.change_credentials(|credentials| credentials.add_basic(email, token, account_id.into()));
    }

    /// Adds a bearer token for an account of the site.
    pub fn add_bearer_token(&self, token: &str, account_id: &str) {
        self.0.change_credentials(|credentials| credentials.add_bearer(token, account_id.into()));
    }

    /// Ends a token.
    pub fn revoke_token(&self, token: &str) {
        self.0.change_credentials(|credentials| credentials.revoke(token));
    }

    /// Counts of requests by endpoint.
    pub fn statistics(&self) -> Statistics {
        self.0.log.statistics()
    }

    /// The latest requests, oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.0.log.recent()
    }

    /// Forgets the requests.
    pub fn clear_requests(&self) {
        self.0.log.clear();
    }

    /// Reads the state directly, past the API.
    pub fn inspect<T>(&self, read: impl FnOnce(&SiteState) -> T) -> T {
        read(&self.0.read())
    }

    /// Changes the state directly, past the API and its rules.
    pub fn alter<T>(&self, change: impl FnOnce(&mut SiteState) -> T) -> T {
        change(&mut self.0.write())
    }

    /// Puts the site back to its seed.
    pub fn reset(&self) -> Result<(), SeedError> {
        self.0.reset()
    }
}
