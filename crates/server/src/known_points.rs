//! The recovery points of sites, for pages that are looked at again and again: to know them a vault is opened, which reads its
//! log and opens what every point says of itself. Neither keys nor anything else of a vault is kept.
//!
//! They are used as long as the vault's newest commit is the newest that this installation knows of, which whoever commits
//! writes into the database.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use control::id::SiteId;
use serde_json::Value;
use store::Site;
use vault::{Head, RecoveryPoint};
use worker::Surroundings;

/// Of so many sites at most.
const MOST: usize = 64;

/// The recovery points of a vault, by number; without the captures' own states.
#[derive(Debug)]
pub(crate) struct Points {
    head: Head,
    pub(crate) all: BTreeMap<u64, RecoveryPoint>,
    /// Those that stay whatever the retention says.
    pub(crate) pinned: BTreeSet<u64>,
}

/// Those that are known, by site.
#[derive(Default)]
pub(crate) struct KnownPoints(Mutex<HashMap<SiteId, Arc<Points>>>);

impl KnownPoints {
    /// The points of a site as they are now; none before its first backup.
    pub(crate) async fn get(&self, around: &Surroundings, site: &Site) -> worker::Result<Option<Arc<Points>>> {
        let newest = around.known_head(site).await?;
        let known = self.lock().get(&site.id).cloned();
        if let Some(known) = known.filter(|known| newest.as_ref() == Some(&known.head)) {
            return Ok(Some(known));
        }
        let vault = match around.vault(site).await {
            Ok(vault) => vault,
            Err(worker::Error::Vault(vault::Error::NoVault { .. })) => return Ok(None),
            Err(error) => return Err(error),
        };
        let bare = |point: RecoveryPoint| (point.number, RecoveryPoint { state: Value::Null, ..point });
        let all = vault.points().into_iter().map(bare).collect();
        let read = Points { head: vault.head(), all, pinned: vault.pinned() };
        let read = Arc::new(read);
        let mut known = self.lock();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(site.id, read.clone());
        Ok(Some(read))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SiteId, Arc<Points>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for KnownPoints {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KnownPoints({})", self.lock().len())
    }
}
