//! Starting and stopping.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use crate::clock::EmulatorClock;
use crate::handle::SiteHandle;
use crate::http::limits::{Limiter, Limits};
use crate::seed::{Seed, SeedError};
use crate::site::{Admin, SharedSite, Site, SiteParts};
use crate::{api, in_process, server};

/// What to start.
#[derive(Debug, Clone)]
pub struct Options {
    /// The sites.
    pub sites: Vec<SiteOptions>,
    /// Rate limits of each site.
    pub limits: Limits,
    /// The clock all sites share.
    pub clock: EmulatorClock,
}

impl Default for Options {
    /// One empty site named `source` with Jira's limits, on the wall clock.
    fn default() -> Self {
        Self {
            sites: vec![SiteOptions::new("source", Seed::Empty)],
            limits: Limits::default(),
            clock: EmulatorClock::real(),
        }
    }
}

/// One site to start.
#[derive(Debug, Clone)]
pub struct SiteOptions {
    /// Name by which [`Emulator::site`] finds it; the cloud id follows from it.
    pub name: String,
    /// What it holds at first.
    pub seed: Seed,
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// E-mail address of the administrator. The same address is the same account on every site.
    pub admin_email: String,
    /// API token of the administrator.
    pub admin_token: String,
}

impl SiteOptions {
    /// A site on a free port.
    pub fn new(name: &str, seed: Seed) -> Self {
        Self {
            name: name.into(),
            seed,
            port: 0,
            admin_email: "admin@example.com".into(),
            admin_token: format!("emulated-token-of-{name}"),
        }
    }
}

/// Why the emulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port could not be opened.
    #[error("site `{site}` cannot listen on 127.0.0.1:{port}; choose another port or 0")]
    Listen {
        /// Name of the site.
        site: String,
        /// Port asked for.
        port: u16,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// No directory for uploads could be made.
    #[error("site `{site}` cannot make a directory for uploaded files; check the temporary directory")]
    Spool {
        /// Name of the site.
        site: String,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// The seed could not be loaded.
    #[error("site `{site}` cannot be filled")]
    Seed {
        /// Name of the site.
        site: String,
        /// Cause.
        #[source]
        source: SeedError,
    },
}

/// Running sites. They stop when it is dropped.
#[derive(Debug)]
pub struct Emulator {
    sites: BTreeMap<String, SiteHandle>,
    servers: Vec<JoinHandle<()>>,
}

impl Emulator {
    /// Fills the sites and starts to serve them.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let mut emulator = Self { sites: BTreeMap::new(), servers: Vec::new() };
        for site in options.sites {
            emulator.open(site, options.limits.clone(), options.clock.clone()).await?;
        }
        Ok(emulator)
    }

    /// Fills the sites without serving them: only [`SiteHandle::service`] answers. Their addresses have no ports.
    pub fn in_process(options: Options) -> Result<Self, StartError> {
        let mut emulator = Self { sites: BTreeMap::new(), servers: Vec::new() };
        for site in options.sites {
            let name = site.name.clone();
            let addresses = (in_process::address(&name), in_process::address(&format!("media.{name}")));
            let site = load(parts(site, addresses, options.limits.clone(), options.clock.clone())?)?;
            emulator.sites.insert(name, SiteHandle::new(site));
        }
        Ok(emulator)
    }

    async fn open(&mut self, options: SiteOptions, limits: Limits, clock: EmulatorClock) -> Result<(), StartError> {
        let name = options.name.clone();
        let listener = listen(&name, options.port).await?;
        let media_listener = listen(&name, 0).await?;
        let parts = parts(options, (local_url(&listener), local_url(&media_listener)), limits, clock)?;
        // Seeds take seconds to read: not on a thread that serves.
        let site = tokio::task::spawn_blocking(move || load(parts)).await.expect("loading a seed does not panic")?;
        self.servers.push(tokio::spawn(server::serve(listener, api::router(site.clone()))));
        self.servers.push(tokio::spawn(server::serve(media_listener, api::media::router(site.clone()))));
        self.sites.insert(name, SiteHandle::new(site));
        Ok(())
    }

    /// A site by name.
    ///
    /// # Panics
    /// When no such site was started: that is a mistake in the caller.
    pub fn site(&self, name: &str) -> &SiteHandle {
        self.sites.get(name).unwrap_or_else(|| panic!("no site named `{name}` was started"))
    }

    /// All sites by name.
    pub fn sites(&self) -> impl Iterator<Item = (&str, &SiteHandle)> {
        self.sites.iter().map(|(name, site)| (name.as_str(), site))
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}

fn parts(
    options: SiteOptions,
    (url, media_url): (Url, Url),
    limits: Limits,
    clock: EmulatorClock,
) -> Result<SiteParts, StartError> {
    let spool = tempfile::tempdir().map_err(|source| StartError::Spool { site: options.name.clone(), source })?;
    let admin = administrator(&options);
    let limiter = Limiter::new(limits);
    Ok(SiteParts { name: options.name, url, media_url, admin, clock, limiter, seed: options.seed, spool })
}

fn load(parts: SiteParts) -> Result<SharedSite, StartError> {
    let name = parts.name.clone();
    Site::new(parts).map(Arc::new).map_err(|source| StartError::Seed { site: name, source })
}

fn administrator(options: &SiteOptions) -> Admin {
    let id = crate::site::derived_uuid(&["account", &options.admin_email.to_lowercase()]);
    Admin {
        account: format!("712020:{id}").into(),
        email: options.admin_email.clone(),
        token: options.admin_token.clone(),
    }
}

async fn listen(site: &str, port: u16) -> Result<TcpListener, StartError> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    listener.map_err(|source| StartError::Listen { site: site.into(), port, source })
}

fn local_url(listener: &TcpListener) -> Url {
    let address = listener.local_addr().expect("a bound listener has an address");
    Url::parse(&format!("http://{address}/")).expect("an address makes a URL")
}
