//! What every command works with: settings, database, keys, and who is acting. Wiring only; nothing is decided here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ambient::Ambient;
use anyhow::{Context as _, Result};
use control::id::TenantId;
use jira::{Credentials, Jira};
use secrecy::SecretString;
use store::{Person, Sealed, Site, Store, VaultHead};
use vault::{Head, KeyService, LocalKeyFile, Storage, Vault};

use crate::cli::Global;
use crate::exit::{Exit, Fault};
use crate::output::Output;
use crate::secret;
use crate::settings::{self, Settings};

/// A command's surroundings.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) home: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) ambient: Ambient,
    pub(crate) output: Output,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) keys: Arc<dyn KeyService>,
    pub(crate) tenant: TenantId,
    /// Secrets handed over by the program itself (the demo), by the name of their environment variable.
    pub(crate) given: BTreeMap<&'static str, SecretString>,
    pub(crate) acting: Option<String>,
}

impl App {
    /// Opens the home folder, making it with a database and a key file the first time.
    pub(crate) async fn open(global: &Global, ambient: Ambient) -> Result<Self> {
        let home = home(global)?;
        private_folder(&home)?;
        let settings = settings::load(global, &home)?;
        let keys = open_keys(&home.join("keys/tenant.key"), &ambient)?;
        let store = store_sqlite::SqliteStore::open(&home.join("lifeboat.db")).await?;
        let store: Arc<dyn Store> = Arc::new(store);
        let mut repository = store.write().await?;
        let tenant = repository.only_tenant(store::new_id(&ambient)).await?;
        repository.save().await?;
        let output = Output::new(global);
        let acting = global.acting.clone();
        Ok(Self { home, settings, ambient, output, store, keys, tenant, given: BTreeMap::new(), acting })
    }

    /// The same surroundings with another person acting.
    pub(crate) fn acting_as(&self, email: Option<String>) -> Self {
        Self { acting: email.or_else(|| self.acting.clone()), ..self.clone() }
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
            let message = "say who is acting: --as EMAIL, or LIFEBOAT_AS; people are added with `lifeboat person add`";
            return Err(Fault::usage(message).into());
        };
        let mut repository = self.store.read().await?;
        repository.people().by_email(self.tenant, email).await?.ok_or_else(|| {
            Fault::refused(format!("nobody here has the address {email}: add them with `lifeboat person add`")).into()
        })
    }

    /// A client of a site, with the credentials that were sealed when it was added.
    pub(crate) async fn jira(&self, site: &Site) -> Result<Jira> {
        let Some(Sealed(sealed)) = &site.credentials else {
            let message = format!("no credentials are stored for `{0}`: `lifeboat site add {0} …`", site.name);
            return Err(Fault::usage(message).into());
        };
        let sealed = std::str::from_utf8(sealed).context("the sealed credentials are not text")?;
        let token = self.keys.open(sealed, &credentials_context(site)).await.map_err(|_| {
            let key = self.home.join("keys/tenant.key");
            let message = format!(
                "{} does not open what is stored of `{}`: put back the key file that it was stored with",
                key.display(),
                site.name
            );
            Fault { exit: Exit::Vault, message }
        })?;
        let token = std::str::from_utf8(token.expose()).context("the stored token is not text")?.to_owned();
        self.client(&site.url, &site.account, SecretString::from(token))
    }

    /// A client of an address.
    pub(crate) fn client(&self, url: &str, email: &str, token: SecretString) -> Result<Jira> {
        let credentials = Credentials::Basic { email: email.to_owned(), token };
        let mut settings = jira::Settings::new(url.parse()?, credentials);
        settings.timeout = Duration::from_secs(self.settings.jira.timeout_seconds);
        settings.patience = Duration::from_secs(self.settings.jira.patience_seconds);
        settings.concurrency = self.settings.jira.concurrency;
        Ok(Jira::new(settings, self.ambient.clone())?)
    }

    /// The storage of a site's vault, by the settings.
    pub(crate) fn storage(&self, site: &Site) -> Result<Storage> {
        if let Some(s3) = &self.settings.vault.s3 {
            let prefix = [s3.prefix.trim_matches('/'), &site.cloud_id].into_iter().filter(|part| !part.is_empty());
            let settings = vault::S3Settings {
                bucket: s3.bucket.clone(),
                prefix: prefix.collect::<Vec<_>>().join("/"),
                region: s3.region.clone(),
                endpoint: s3.endpoint.clone(),
                access_key: None,
                secret_key: None,
                allow_http: s3.allow_http,
            };
            return Ok(Storage::s3(&settings)?);
        }
        let root = self.settings.vault.directory.clone().unwrap_or_else(|| self.home.join("vaults"));
        Ok(Storage::directory(&root.join(&site.cloud_id))?)
    }

    /// A site's vault, refused if it is older than what was seen before.
    pub(crate) async fn vault(&self, site: &Site) -> Result<Vault> {
        let storage = self.storage(site)?;
        let known = self.known_head(site).await?;
        let options = self.vault_options(site);
        let vault = Vault::open(storage, self.keys.clone(), self.ambient.clone(), known, options).await?;
        self.remember_head(site, &vault).await?;
        Ok(vault)
    }

    /// A site's vault, made the first time.
    pub(crate) async fn vault_for_backup(&self, site: &Site) -> Result<Vault> {
        match self.vault(site).await {
            Err(error) if matches!(error.downcast_ref(), Some(vault::Error::NoVault { .. })) => {
                if self.known_head(site).await?.is_some() {
                    return Err(error.context(format!(
                        "the vault of `{}` was there before: check the settings before a new one is begun",
                        site.name
                    )));
                }
                let identity = vault::Identity {
                    tenant: self.tenant.to_string(),
                    site: site.cloud_id.clone(),
                    site_url: site.url.clone(),
                };
                let storage = self.storage(site)?;
                let options = self.vault_options(site);
                let vault = Vault::create(storage, self.keys.clone(), self.ambient.clone(), identity, options).await?;
                self.remember_head(site, &vault).await?;
                Ok(vault)
            }
            result => result,
        }
    }

    /// Remembers the newest commit, so that an older vault is refused from now on.
    pub(crate) async fn remember_head(&self, site: &Site, vault: &Vault) -> Result<()> {
        let Head { number, mac } = vault.head();
        let head = VaultHead { number, mac: mac.into_bytes() };
        let mut repository = self.store.write().await?;
        repository.sites().advance_vault_head(self.tenant, site.id, &head).await?;
        repository.save().await?;
        Ok(())
    }

    pub(crate) async fn known_head(&self, site: &Site) -> Result<Option<Head>> {
        let mut repository = self.store.read().await?;
        let head = repository.sites().vault_head(self.tenant, site.id).await?;
        head.map(|head| Ok(Head { number: head.number, mac: String::from_utf8(head.mac)? })).transpose()
    }

    fn vault_options(&self, site: &Site) -> vault::Options {
        let index = self.home.join("cache").join(format!("{}.index", site.cloud_id));
        vault::Options { index: Some(index), ..vault::Options::default() }
    }
}

/// What a site's sealed token is bound to: it opens for no other site.
pub(crate) fn credentials_context(site: &Site) -> String {
    format!("lifeboat/site-credentials/{}/{}", site.tenant, site.id)
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
