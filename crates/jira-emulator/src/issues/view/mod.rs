//! How issues and what hangs on them look in answers, to one caller. Start at [`View`] and [`View::issue`].

mod activity;
mod custom;
mod fields;
mod issue;
mod words;

use std::cell::RefCell;
use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Value, json};

use crate::http::render;
use crate::http::time::{platform_time, zone};
use crate::site::Site;
use crate::state::{AccountId, RawJson, SiteState};

pub(crate) use activity::worklog_duration;
pub(crate) use custom::rank;
pub(crate) use issue::{Embedding, Extras, IssueBean, schema};

/// Renders the state of a site for one caller: times in their zone, e-mail addresses as far as they may see them. What many
/// issues name (accounts, statuses…) is put together once for each view.
pub(crate) struct View<'a> {
    pub(crate) site: &'a Site,
    pub(crate) state: &'a SiteState,
    viewer: Option<AccountId>,
    zone: TimeZone,
    users: RefCell<HashMap<AccountId, RawJson>>,
    words: RefCell<HashMap<(&'static str, u64), RawJson>>,
}

impl<'a> View<'a> {
    pub(crate) fn new(site: &'a Site, state: &'a SiteState, viewer: Option<&AccountId>) -> Self {
        let profile = viewer.and_then(|account| state.users.get(account));
        let zone = zone(profile.map_or(&state.settings.time_zone, |user| &user.time_zone));
        Self { site, state, viewer: viewer.cloned(), zone, users: RefCell::default(), words: RefCell::default() }
    }

    /// The caller's time zone.
    pub(crate) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The caller.
    pub(crate) fn viewer(&self) -> Option<&AccountId> {
        self.viewer.as_ref()
    }

    /// A time as the platform API writes it.
    pub(crate) fn time(&self, at: Timestamp) -> String {
        platform_time(at, &self.zone)
    }

    /// An address on the site.
    pub(crate) fn link(&self, path: &str) -> String {
        self.site.link(path)
    }

    /// An account; `null` when there is none.
    pub(crate) fn user(&self, account: Option<&AccountId>) -> RawJson {
        let Some(account) = account else { return raw(&()) };
        if let Some(known) = self.users.borrow().get(account) {
            return known.clone();
        }
        let shown = match self.state.users.get(account) {
            Some(user) => render::user(self.site, user, self.viewer.as_deref()),
            None => self.former_user(account),
        };
        let shown = RawJson::from(shown);
        self.users.borrow_mut().insert(account.clone(), shown.clone());
        shown
    }

    fn former_user(&self, account: &str) -> Value {
        json!({
            "self": self.link(&format!("/rest/api/3/user?accountId={account}")),
            "accountId": account,
            "accountType": "unknown",
            "avatarUrls": render::avatars(self.site, "/avatar/default"),
            "displayName": "Former user",
            "active": false,
            "timeZone": self.state.settings.time_zone,
        })
    }

    /// Gives what was put together before for the same word, or puts it together.
    fn word(&self, kind: &'static str, id: u64, make: impl FnOnce() -> Value) -> RawJson {
        if let Some(known) = self.words.borrow().get(&(kind, id)) {
            return known.clone();
        }
        let made = RawJson::from(make());
        self.words.borrow_mut().insert((kind, id), made.clone());
        made
    }
}

/// A value as JSON text.
fn raw(value: &impl Serialize) -> RawJson {
    RawJson::of(value).expect("answers have string keys only")
}
