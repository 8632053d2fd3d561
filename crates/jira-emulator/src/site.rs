//! One running site: its state and everything that stands around it.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use axum::http::HeaderMap;
use jiff::Timestamp;
use tempfile::TempDir;
use url::Url;
use uuid::Uuid;

use crate::clock::EmulatorClock;
use crate::http::auth::{Credentials, Identity};
use crate::http::events::Events;
use crate::http::faults::Faults;
use crate::http::gate::Gate;
use crate::http::limits::Limiter;
use crate::http::log::RequestLog;
use crate::http::outage::OutageSwitch;
use crate::http::quota;
use crate::searches::Searches;
use crate::seed::{Seed, SeedError};
use crate::state::{AccountId, SiteState};

/// The state that handlers get (`State<SharedSite>`).
pub(crate) type SharedSite = Arc<Site>;

/// How long a link to the media host works.
const MEDIA_LINK_LIFE: Duration = Duration::from_mins(10);

/// A running site. [`Site::read`] and [`Site::write`] lock the state; never hold a guard over an `await`.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) name: String,
    pub(crate) cloud_id: Uuid,
    /// `http://127.0.0.1:port/`.
    pub(crate) url: Url,
    /// Root of the site's media host.
    pub(crate) media_url: Url,
    pub(crate) admin: Admin,
    pub(crate) clock: EmulatorClock,
    pub(crate) limiter: Limiter,
    pub(crate) faults: Faults,
    pub(crate) gate: Gate,
    pub(crate) events: Events,
    pub(crate) outage: OutageSwitch,
    pub(crate) log: RequestLog,
    pub(crate) searches: Searches,
    pub(crate) seed: Seed,
    pub(crate) spool: TempDir,
    state: RwLock<SiteState>,
    credentials: RwLock<Credentials>,
    timing: Mutex<Timing>,
    withdrawn: AtomicBool,
}

/// The administrator's credentials.
#[derive(Debug, Clone)]
pub(crate) struct Admin {
    pub(crate) account: AccountId,
    pub(crate) email: String,
    pub(crate) token: String,
}

/// Delays that tests can set.
#[derive(Debug, Clone, Copy, Default)]
struct Timing {
    latency: Duration,
    search_lag: Duration,
}

/// What [`Site::new`] needs beside the seed.
pub(crate) struct SiteParts {
    pub(crate) name: String,
    pub(crate) url: Url,
    pub(crate) media_url: Url,
    pub(crate) admin: Admin,
    pub(crate) clock: EmulatorClock,
    pub(crate) limiter: Limiter,
    pub(crate) seed: Seed,
    pub(crate) spool: TempDir,
}

impl Site {
    pub(crate) fn new(parts: SiteParts) -> Result<Self, SeedError> {
        let state = parts.seed.load(&parts.name, &parts.admin, &parts.url)?;
        let mut credentials = Credentials::default();
        credentials.add_basic(&parts.admin.email, &parts.admin.token, parts.admin.account.clone());
        Ok(Self {
            cloud_id: derived_uuid(&["cloud", &parts.name]),
            name: parts.name,
            url: parts.url,
            media_url: parts.media_url,
            admin: parts.admin,
            limiter: parts.limiter,
            faults: Faults::default(),
            gate: Gate::default(),
            events: Events::default(),
            outage: OutageSwitch::new(parts.clock.clone()),
            clock: parts.clock,
            log: RequestLog::default(),
            searches: Searches::default(),
            seed: parts.seed,
            spool: parts.spool,
            state: RwLock::new(state),
            credentials: RwLock::new(credentials),
            timing: Mutex::default(),
            withdrawn: AtomicBool::new(false),
        })
    }

    /// Locks the state for reading.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, SiteState> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the state for writing.
    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, SiteState> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the site back to its seed and forgets log, faults, events and outage.
    pub(crate) fn reset(&self) -> Result<(), SeedError> {
        let state = self.seed.load(&self.name, &self.admin, &self.url)?;
        *self.write() = state;
        self.faults.clear();
        self.events.clear();
        self.log.clear();
        self.outage.set(crate::http::outage::Outage::None, None);
        self.withdraw_permissions(false);
        self.searches.flicker(false);
        self.limiter.set(self.limiter.limits());
        *self.timing.lock().unwrap_or_else(PoisonError::into_inner) = Timing::default();
        Ok(())
    }

    pub(crate) fn identify(&self, headers: &HeaderMap) -> Identity {
        self.credentials.read().unwrap_or_else(PoisonError::into_inner).identify(headers)
    }

    pub(crate) fn change_credentials(&self, change: impl FnOnce(&mut Credentials)) {
        change(&mut self.credentials.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Takes the administrator's permission to write and to administer away, or gives it back.
    pub(crate) fn withdraw_permissions(&self, withdrawn: bool) {
        self.withdrawn.store(withdrawn, Ordering::Relaxed);
    }

    /// Whether the caller may not do this because their permissions were withdrawn. What they see stays as it was.
    pub(crate) fn lacks_permission(&self, identity: &Identity, method: &str, template: &str) -> bool {
        let Identity::Account(account) = identity else { return false };
        self.withdrew_permissions_of(account) && !quota::reads(method, template)
    }

    /// Whether this account's permissions to write and to administer were taken away.
    pub(crate) fn withdrew_permissions_of(&self, account: &AccountId) -> bool {
        self.withdrawn.load(Ordering::Relaxed) && *account == self.admin.account
    }

    pub(crate) fn latency(&self) -> Duration {
        self.timing.lock().unwrap_or_else(PoisonError::into_inner).latency
    }

    pub(crate) fn set_latency(&self, latency: Duration) {
        self.timing.lock().unwrap_or_else(PoisonError::into_inner).latency = latency;
    }

    /// How far the search index lags behind the state.
    pub(crate) fn search_lag(&self) -> Duration {
        self.timing.lock().unwrap_or_else(PoisonError::into_inner).search_lag
    }

    pub(crate) fn set_search_lag(&self, lag: Duration) {
        self.timing.lock().unwrap_or_else(PoisonError::into_inner).search_lag = lag;
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The address of a path (with its query) on this site, for `self` and the like. The path starts with `/`.
    pub(crate) fn link(&self, path: &str) -> String {
        format!("{}{path}", self.url.as_str().trim_end_matches('/'))
    }

    /// The same as a [`Url`], as page helpers want it: the address of the request at hand.
    pub(crate) fn here(&self, uri: &axum::http::Uri) -> Url {
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        self.url.join(path).unwrap_or_else(|_| self.url.clone())
    }

    /// The address of a file at the media host, good for ten minutes: where `attachment/content/{id}` redirects to.
    pub(crate) fn media_link(&self, media_id: Uuid) -> String {
        let expires = self.now().as_second() + MEDIA_LINK_LIFE.as_secs() as i64;
        let token = self.media_token(media_id, expires);
        format!("{}file/{media_id}/binary?token={token}", self.media_url)
    }

    /// Whether a token of [`Site::media_link`] fits the file and has not expired.
    pub(crate) fn media_token_holds(&self, media_id: Uuid, token: &str) -> bool {
        let expires = token.split_once('.').and_then(|(expires, _)| expires.parse::<i64>().ok());
        expires.is_some_and(|at| at >= self.now().as_second() && self.media_token(media_id, at) == token)
    }

    fn media_token(&self, media_id: Uuid, expires: i64) -> String {
        format!(
            "{expires}.{}",
            derived_uuid(&["media token", &self.admin.token, &format!("{media_id} {expires}")]).simple()
        )
    }

    /// Directory for uploaded files.
    pub(crate) fn spool(&self) -> &Path {
        self.spool.path()
    }
}

/// A UUID that follows from its parts: the same on every start.
pub(crate) fn derived_uuid(parts: &[&str]) -> Uuid {
    let digest = blake3::hash(parts.join("\0").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_bytes()[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// An empty site without a port, for unit tests: its clock stands at the epoch, its limits are off, and the administrator's
/// account is `admin`.
#[cfg(test)]
pub(crate) fn test_site() -> SharedSite {
    let parts = SiteParts {
        name: "test".into(),
        url: Url::parse("http://site.test/").unwrap(),
        media_url: Url::parse("http://media.test/").unwrap(),
        admin: Admin { account: "admin".into(), email: "admin@example.com".into(), token: "token".into() },
        clock: EmulatorClock::manual(Timestamp::UNIX_EPOCH),
        limiter: Limiter::new(crate::Limits::off()),
        seed: Seed::Empty,
        spool: tempfile::tempdir().unwrap(),
    };
    Arc::new(Site::new(parts).unwrap())
}
