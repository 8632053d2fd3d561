//! What every command works with: settings, database, keys, and who is acting. Wiring only; nothing is decided here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ambient::Ambient;
use anyhow::{Context as _, Result};
use control::id::TenantId;
use control::token::Pepper;
use jira::{Credentials, Jira};
use secrecy::SecretString;
use store::job::Limits;
use store::{Person, Site, Store, Witnessed};
use vault::{Head, KeyService, LocalKeyFile, Storage, Vault};
use worker::{Connect, Kinds, LeaseSettings, S3Place, Surroundings, VaultPlace, Worker};

use crate::cli::Global;
use crate::database;
use crate::exit::{Exit, Fault};
use crate::output::Output;
use crate::settings::{self, AtlassianSettings, JiraSettings, Settings};
use crate::{machine, plane, secret};

/// A command's surroundings.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) home: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) ambient: Ambient,
    pub(crate) output: Output,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) keys: Arc<dyn KeyService>,
    /// Under what tokens, keys and codes are kept, or why it cannot be opened: most commands do without.
    pub(crate) opened_pepper: std::result::Result<Arc<Pepper>, String>,
    pub(crate) tenant: TenantId,
    /// Secrets handed over by the program itself (the demo), by the name of their environment variable.
    pub(crate) given: BTreeMap<&'static str, SecretString>,
    pub(crate) acting: Option<String>,
    /// The app that sites can be connected by.
    pub(crate) consents: Option<Arc<jira::App>>,
}

impl App {
    /// Opens the home folder, making it with a database and a key file the first time.
    pub(crate) async fn open(global: &Global, ambient: Ambient) -> Result<Self> {
        let home = home(global)?;
        private_folder(&home)?;
        let settings = settings::load(global, &home)?;
        let keys = open_keys(&home.join("keys/tenant.key"), &ambient)?;
        let opened_pepper = plane::pepper(&home, keys.as_ref(), &ambient).await;
        let opened_pepper = opened_pepper.map(Arc::new).map_err(|error| format!("{error:#}"));
        let store = database::open(&settings.database, &home).await?;
        let mut repository = store.write().await?;
        let tenant = repository.only_tenant(store::new_id(&ambient)).await?;
        repository.save().await?;
        let output = Output::new(global);
        let (acting, consents, given) = (global.acting.clone(), consents(&settings)?, BTreeMap::new());
        Ok(Self { home, settings, ambient, output, store, keys, opened_pepper, tenant, given, acting, consents })
    }

    /// What somebody is told who did not say who they are.
    pub(crate) const NOBODY_ACTS: &str =
        "say who is acting: --as EMAIL, or LIFEBOAT_AS; people are added with `lifeboat person add`";

    /// The same surroundings for somebody at this machine: what they do is written down with who the operating system says that
    /// they are.
    pub(crate) fn at_this_machine(self) -> Self {
        let store: Arc<dyn Store> = Arc::new(Witnessed::new(self.store, &machine::user()));
        Self { store, ..self }
    }

    /// The same surroundings with another person acting.
    pub(crate) fn acting_as(&self, email: Option<String>) -> Self {
        Self { acting: email.or_else(|| self.acting.clone()), ..self.clone() }
    }

    /// Under what tokens, keys and codes are kept.
    pub(crate) fn pepper(&self) -> Result<&Pepper> {
        let key = self.home.join("keys/tenant.key");
        let lost = |error: &String| {
            let message = format!("{error}; put back the key file {} that it was sealed with", key.display());
            Fault { exit: Exit::Vault, message }.into()
        };
        self.opened_pepper.as_deref().map_err(lost)
    }

    /// A secret: handed over, or from a file, the environment or a prompt.
    pub(crate) fn secret(&self, source: secret::Source<'_>) -> Result<SecretString> {
        match self.given.iter().find(|(variable, _)| **variable == source.variable) {
            Some((_, secret)) if source.file.is_none() => Ok(secret.clone()),
            _ => secret::read(source),
        }
    }

    /// The site with this name.
    pub(crate) async fn site(&self, name: &str) -> Result<Site> {
        let mut repository = self.store.read().await?;
        if let Some(site) = repository.sites().by_name(self.tenant, name).await? {
            return Ok(site);
        }
        let known = repository.sites().list(self.tenant).await?;
        let known: Vec<&str> = known.iter().map(|site| site.name.as_str()).collect();
        let message = if known.is_empty() {
            format!("there is no site `{name}`: add it with `lifeboat site add`")
        } else {
            format!("there is no site `{name}`; known sites: {}", known.join(", "))
        };
        Err(Fault::usage(message).into())
    }

    /// Who is acting.
    pub(crate) async fn actor(&self) -> Result<Person> {
        let Some(email) = &self.acting else {
            return Err(Fault::usage(Self::NOBODY_ACTS).into());
        };
        let mut repository = self.store.read().await?;
        repository.people().by_email(self.tenant, email).await?.ok_or_else(|| {
            Fault::refused(format!("nobody here has the address {email}: add them with `lifeboat person add`")).into()
        })
    }

    /// What jobs work with: the same as commands do.
    pub(crate) fn around(&self) -> Result<Surroundings> {
        let s3 = self.settings.vault.s3.as_ref().map(|s3| S3Place {
            bucket: s3.bucket.clone(),
            prefix: s3.prefix.clone(),
            region: s3.region.clone(),
            endpoint: s3.endpoint.clone(),
            allow_http: s3.allow_http,
        });
        let folder = self.settings.vault.directory.clone().unwrap_or_else(|| self.home.join("vaults"));
        let capture = &self.settings.capture;
        let jobs = &self.settings.jobs;
        Ok(Surroundings {
            store: self.store.clone(),
            keys: self.keys.clone(),
            // Links that nobody can check are as good as none.
            pepper: self.opened_pepper.clone().unwrap_or_else(|_| Arc::new(Pepper::new(self.ambient.entropy.bytes()))),
            address: None,
            key_name: self.home.join("keys/tenant.key").display().to_string(),
            vaults: VaultPlace { folder, s3, cache: self.home.join("cache") },
            sites: Arc::new(Clients {
                settings: self.settings.jira.clone(),
                ambient: self.ambient.clone(),
                app: self.consents.clone(),
            }),
            ambient: self.ambient.clone(),
            settings: worker::Settings {
                capture: worker::CaptureSettings {
                    overlap: Duration::from_secs(u64::from(capture.overlap_minutes) * 60),
                    reread: capture.deep_issues as usize,
                },
                policy: plane::policy(self)?,
                lease: LeaseSettings { most_lost: jobs.most_lost_leases, ..LeaseSettings::default() },
                limits: Limits { writers: jobs.writers_at_once, tenant: jobs.tenant_at_once },
            },
        })
    }

    /// Does jobs in this process.
    pub(crate) fn worker(&self) -> Result<Worker> {
        Ok(Worker::new(self.around()?, Kinds::all()))
    }

    /// A client of a site, with the credentials that were sealed when it was added.
    pub(crate) async fn jira(&self, site: &Site) -> Result<Jira> {
        Ok(self.around()?.jira(site).await?)
    }

    /// A client of an address.
    pub(crate) fn client(&self, url: &str, email: &str, token: SecretString) -> Result<Jira> {
        Ok(self.around()?.sites.client(url, email, token)?)
    }

    /// The storage of a site's vault, by the settings.
    pub(crate) fn storage(&self, site: &Site) -> Result<Storage> {
        Ok(self.around()?.storage(site)?)
    }

    /// A site's vault, refused if it is older than what was seen before.
    pub(crate) async fn vault(&self, site: &Site) -> Result<Vault> {
        Ok(self.around()?.vault(site).await?)
    }

    /// The newest commit of a site's vault that was seen.
    pub(crate) async fn known_head(&self, site: &Site) -> Result<Option<Head>> {
        Ok(self.around()?.known_head(site).await?)
    }
}

/// Clients of sites, by the settings.
#[derive(Debug)]
struct Clients {
    settings: JiraSettings,
    ambient: Ambient,
    app: Option<Arc<jira::App>>,
}

/// The app of the settings, if they have one.
fn consents(settings: &Settings) -> Result<Option<Arc<jira::App>>> {
    let Some(AtlassianSettings { client_id, client_secret_file, authorization, gateway }) = settings.atlassian.clone()
    else {
        return Ok(None);
    };
    let client_secret = secret::in_file("client secret", &client_secret_file)?;
    let app = jira::App::new(jira::AppSettings { client_id, client_secret, authorization, gateway });
    let app = app.map_err(|reason| Fault::usage(format!("the settings [atlassian] cannot be used: {reason}")))?;
    Ok(Some(Arc::new(app)))
}

impl Connect for Clients {
    fn connect(&self, url: &str, credentials: Credentials) -> worker::Result<Jira> {
        let url = url.parse().map_err(|error: url::ParseError| worker::Error::Address { reason: error.to_string() })?;
        let mut settings = jira::Settings::new(url, credentials);
        settings.timeout = Duration::from_secs(self.settings.timeout_seconds);
        settings.patience = Duration::from_secs(self.settings.patience_seconds);
        settings.concurrency = self.settings.concurrency;
        Ok(Jira::new(settings, self.ambient.clone())?)
    }

    fn app(&self) -> Option<Arc<jira::App>> {
        self.app.clone()
    }
}

fn home(global: &Global) -> Result<PathBuf> {
    if let Some(home) = &global.home {
        return Ok(home.clone());
    }
    let base = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".local/share")));
    base.map(|base| base.join("lifeboat"))
        .ok_or_else(|| Fault::usage("there is no home folder: say where to keep Lifeboat's files with --home").into())
}

/// Makes the folder for its owner alone: keys lie in it.
fn private_folder(path: &Path) -> Result<()> {
    let make = || -> std::io::Result<()> {
        std::fs::create_dir_all(path.join("keys"))?;
        std::fs::create_dir_all(path.join("cache"))?;
        #[cfg(unix)]
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        Ok(())
    };
    make().with_context(|| format!("cannot make Lifeboat's folder {}", path.display()))
}

fn open_keys(path: &Path, ambient: &Ambient) -> Result<Arc<dyn KeyService>> {
    let keys =
        if path.try_exists()? { LocalKeyFile::load(path, ambient)? } else { LocalKeyFile::create(path, ambient)? };
    Ok(Arc::new(keys))
}
