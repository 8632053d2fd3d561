//! Where vaults lie, and opening them: a vault that is older than what was seen before is refused.

use std::path::PathBuf;

use store::{Site, VaultHead};
use vault::{Head, RecoveryPoint, Storage, Vault};

use crate::{Error, Result, Surroundings};

/// Where vaults lie. Each site has a folder there, named by its cloudId.
#[derive(Clone, Debug)]
pub struct VaultPlace {
    /// A folder, unless there is a bucket.
    pub folder: PathBuf,
    /// A bucket.
    pub s3: Option<S3Place>,
    /// A folder for the index of each vault.
    pub cache: PathBuf,
}

/// A bucket. Keys come from the environment.
#[derive(Clone, Debug)]
pub struct S3Place {
    /// Its name.
    pub bucket: String,
    /// What stands before every object's name.
    pub prefix: String,
    /// Its region.
    pub region: String,
    /// The store's address, where it is not Amazon's.
    pub endpoint: Option<String>,
    /// Whether plain HTTP is allowed.
    pub allow_http: bool,
}

/// The point with this number, or the newest.
pub fn find_point(vault: &Vault, site: &str, number: Option<u64>) -> Result<RecoveryPoint> {
    let mut points = vault.points();
    match number {
        Some(number) => {
            let found = points.into_iter().find(|point| point.number == number);
            found.ok_or_else(|| vault::Error::NoSuchPoint(number).into())
        }
        None => points.pop().ok_or_else(|| Error::NoPoint { site: site.to_owned() }),
    }
}

impl Surroundings {
    /// The storage of a site's vault.
    pub fn storage(&self, site: &Site) -> Result<Storage> {
        self.storage_of(&site.cloud_id)
    }

    /// The storage of the vault with this name.
    pub(crate) fn storage_of(&self, name: &str) -> Result<Storage> {
        let Some(s3) = &self.vaults.s3 else {
            return Ok(Storage::directory(&self.vaults.folder.join(name))?);
        };
        let prefix = [s3.prefix.trim_matches('/'), name].into_iter().filter(|part| !part.is_empty());
        let settings = vault::S3Settings {
            bucket: s3.bucket.clone(),
            prefix: prefix.collect::<Vec<_>>().join("/"),
            region: s3.region.clone(),
            endpoint: s3.endpoint.clone(),
            access_key: None,
            secret_key: None,
            allow_http: s3.allow_http,
        };
        Ok(Storage::s3(&settings)?)
    }

    /// A site's vault.
    pub async fn vault(&self, site: &Site) -> Result<Vault> {
        let storage = self.storage(site)?;
        let known = self.known_head(site).await?;
        let options = self.index_options(&site.cloud_id);
        let vault = Vault::open(storage, self.keys.clone(), self.ambient.clone(), known, options).await?;
        self.remember_head(site, &vault).await?;
        Ok(vault)
    }

    /// A site's vault, made the first time.
    pub async fn vault_for_backup(&self, site: &Site) -> Result<Vault> {
        match self.vault(site).await {
            Err(Error::Vault(source @ vault::Error::NoVault { .. })) => {
                if self.known_head(site).await?.is_some() {
                    return Err(Error::VaultGone { site: site.name.clone(), source });
                }
                self.create_vault(site).await
            }
            result => result,
        }
    }

    async fn create_vault(&self, site: &Site) -> Result<Vault> {
        let identity = vault::Identity {
            tenant: site.tenant.to_string(),
            site: site.cloud_id.clone(),
            site_url: site.url.clone(),
        };
        let (storage, options) = (self.storage(site)?, self.index_options(&site.cloud_id));
        let vault = Vault::create(storage, self.keys.clone(), self.ambient.clone(), identity, options).await?;
        self.remember_head(site, &vault).await?;
        Ok(vault)
    }

    /// Remembers the newest commit, so that an older vault is refused from now on.
    pub async fn remember_head(&self, site: &Site, vault: &Vault) -> Result<()> {
        let Head { number, mac } = vault.head();
        let head = VaultHead { number, mac: mac.into_bytes() };
        let mut repository = self.store.write().await?;
        repository.sites().advance_vault_head(site.tenant, site.id, &head).await?;
        Ok(repository.save().await?)
    }

    /// The newest commit that was seen.
    pub async fn known_head(&self, site: &Site) -> Result<Option<Head>> {
        let mut repository = self.store.read().await?;
        let Some(head) = repository.sites().vault_head(site.tenant, site.id).await? else { return Ok(None) };
        let mac = String::from_utf8(head.mac)
            .map_err(|error| Error::Unreadable { what: "the known head of a vault", reason: error.to_string() })?;
        Ok(Some(Head { number: head.number, mac }))
    }

    pub(crate) fn index_options(&self, name: &str) -> vault::Options {
        let index = self.vaults.cache.join(format!("{name}.index"));
        vault::Options { index: Some(index), ..vault::Options::default() }
    }
}
