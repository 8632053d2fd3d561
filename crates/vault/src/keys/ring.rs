//! The keys of all epochs of a vault, opened when they are first needed.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::KeyService;
use super::epoch::{self, EpochKeys};
use crate::error::{Error, Result};
use crate::storage::Storage;

/// The keys of a vault's epochs.
#[derive(Debug)]
pub(crate) struct KeyRing {
    vault: String,
    storage: Storage,
    service: Arc<dyn KeyService>,
    epochs: RwLock<BTreeMap<u64, Arc<EpochKeys>>>,
}

impl KeyRing {
    pub(crate) fn new(vault: String, storage: Storage, service: Arc<dyn KeyService>) -> Self {
        Self { vault, storage, service, epochs: RwLock::default() }
    }

    pub(crate) fn service(&self) -> &dyn KeyService {
        &*self.service
    }

    pub(crate) fn vault(&self) -> &str {
        &self.vault
    }

    /// The keys of an epoch.
    pub(crate) async fn epoch(&self, number: u64) -> Result<Arc<EpochKeys>> {
        if let Some(keys) = self.epochs.read().unwrap_or_else(PoisonError::into_inner).get(&number) {
            return Ok(keys.clone());
        }
        let object = epoch::name(number);
        let bytes = self.storage.get(&object).await?.ok_or(Error::Missing { object })?;
        Ok(self.add(EpochKeys::open(&*self.service, &self.vault, number, &bytes).await?))
    }

    /// Takes in the keys of a new epoch.
    pub(crate) fn add(&self, keys: EpochKeys) -> Arc<EpochKeys> {
        let keys = Arc::new(keys);
        self.epochs.write().unwrap_or_else(PoisonError::into_inner).insert(keys.number, keys.clone());
        keys
    }
}
