//! What the tests of several crates share: emulated sites with clients, virtual time, and the way to the real data.
//!
//! Start at [`Sites`]; with [`Sites::in_process`] and a [`VirtualClock`] hours of pacing and waiting take no time at all. Real issues lie beside the project (`../shared/data/jira`, or wherever `LIFEBOAT_SHARED` says);
//! [`shared`] finds them, and a test goes on with generated data when they are not there.

mod in_process;
mod virtual_clock;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ambient::Ambient;
use jira::{Credentials, Jira};
use jira_emulator::{Emulator, EmulatorClock, Limits, Options, Seed, SiteHandle, SiteOptions};
use secrecy::SecretString;

pub use in_process::InProcessExchange;
pub use virtual_clock::VirtualClock;

/// Two emulated sites: `source`, filled, and `standby`, as a new Jira site is.
#[derive(Debug)]
pub struct Sites {
    emulator: Emulator,
    ambient: Ambient,
}

impl Sites {
    /// Starts both, without rate limits: what is tested with them sets them.
    ///
    /// # Panics
    /// When the sites cannot be started: no test can go on then.
    pub async fn start(seed: Seed) -> Self {
        Self::start_with(seed, Limits::off(), Ambient::system()).await
    }

    /// Starts both with these limits; clients work with `ambient`.
    ///
    /// # Panics
    /// When the sites cannot be started: no test can go on then.
    pub async fn start_with(seed: Seed, limits: Limits, ambient: Ambient) -> Self {
        let options = Options { sites: pair(seed), limits, ..Options::default() };
        let emulator = Emulator::start(options).await.expect("emulated sites start on free ports");
        Self { emulator, ambient }
    }

    /// Makes both without sockets; they and their clients go by the clock of `ambient`.
    ///
    /// # Panics
    /// When the sites cannot be filled: no test can go on then.
    pub fn in_process(seed: Seed, limits: Limits, ambient: Ambient) -> Self {
        let clock = EmulatorClock::following(ambient.clock.clone());
        let emulator = Emulator::in_process(Options { sites: pair(seed), limits, clock }).expect("seeds can be loaded");
        Self { emulator, ambient }
    }

    /// The filled site.
    pub fn source(&self) -> &SiteHandle {
        self.emulator.site("source")
    }

    /// The new site.
    pub fn standby(&self) -> &SiteHandle {
        self.emulator.site("standby")
    }

    /// A client of the filled site, signed in as its administrator.
    pub fn source_client(&self) -> Jira {
        client(self.source(), &self.ambient)
    }

    /// A client of the new site, signed in as its administrator.
    pub fn standby_client(&self) -> Jira {
        client(self.standby(), &self.ambient)
    }
}

fn pair(seed: Seed) -> Vec<SiteOptions> {
    vec![SiteOptions::new("source", seed), SiteOptions::new("standby", Seed::Empty)]
}

/// A client of an emulated site, signed in as its administrator.
///
/// # Panics
/// Never with a running site: its address is well formed.
pub fn client(site: &SiteHandle, ambient: &Ambient) -> Jira {
    let credentials = Credentials::Basic {
        email: site.admin_email().to_owned(),
        token: SecretString::from(site.admin_token().to_owned()),
    };
    let mut settings = jira::Settings::new(site.url(), credentials);
    if site.is_in_process() {
        settings.exchange = Some(Arc::new(InProcessExchange::new(site.service(), ambient.clock.clone())));
    }
    Jira::new(settings, ambient.clone()).expect("an emulated site has a usable address")
}

/// The team's shared folder, where it is at hand.
pub fn shared() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).map(|parent| parent.join("shared"));
    std::env::var_os("LIFEBOAT_SHARED").map(PathBuf::from).or_else(beside).filter(|path| path.is_dir())
}

/// A folder of real issues by size (`small`, `medium`, `large`), where it is at hand.
pub fn real_issues(size: &str) -> Option<PathBuf> {
    shared()
        .map(|shared| shared.join("data/jira").join(size))
        .filter(|folder| folder.join("issues.ndjson.zst").is_file())
}

/// Whether long tests were asked for (`cargo xtask test --all`).
pub fn long_tests() -> bool {
    std::env::var_os("LIFEBOAT_TEST_LONG").is_some()
}
