//! The vault as a whole.

mod commit;
mod compare;
mod description;
mod inner;
mod open;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use ambient::Ambient;
use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::keys::KeyService;
use crate::point::{Head, Identity, Progress, RecoveryPoint};
use crate::prune::{Hold, KeepPolicy, PruneReport};
use crate::storage::Storage;
use crate::verify::{Depth, VerifyReport};
use crate::view::View;
use crate::writer::Writer;

pub(crate) use commit::Draft;
pub use compare::{DiffEntry, Difference, VersionInfo};
pub(crate) use description::Description;
pub(crate) use inner::Inner;
pub(crate) use open::{LogReader, object};

/// How a vault is worked with; nothing of it is stored.
#[derive(Clone, Debug)]
pub struct Options {
    /// The local index: a cache that may be deleted. `None` makes a temporary one, rebuilt each time.
    pub index: Option<PathBuf>,
    /// How many bytes of records a writer holds before it stores a segment.
    pub segment_bytes: usize,
    /// How many records a writer stores before it makes a commit of progress by itself, to bound its memory.
    pub uncommitted_records: usize,
    /// Attachments up to this size are sent in one request, larger ones in parts.
    pub single_request_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { index: None, segment_bytes: 32 << 20, uncommitted_records: 100_000, single_request_bytes: 8 << 20 }
    }
}

/// One site's recovery points. Cheap to clone; clones are the same vault.
#[derive(Clone, Debug)]
pub struct Vault {
    pub(crate) inner: Arc<Inner>,
}

impl Vault {
    /// Makes a new vault in an empty place.
    pub async fn create(
        storage: Storage,
        keys: Arc<dyn KeyService>,
        ambient: Ambient,
        identity: Identity,
        options: Options,
    ) -> Result<Self> {
        Ok(Self { inner: Arc::new(open::create(storage, keys, ambient, identity, options).await?) })
    }

    /// Opens a vault. Refuses one that is older than `known_head`, or whose log is not whole.
    pub async fn open(
        storage: Storage,
        keys: Arc<dyn KeyService>,
        ambient: Ambient,
        known_head: Option<Head>,
        options: Options,
    ) -> Result<Self> {
        Ok(Self { inner: Arc::new(open::open(storage, keys, ambient, known_head, options).await?) })
    }

    /// Reads commits that others made since this vault was opened.
    pub async fn refresh(&self) -> Result<()> {
        self.inner.refresh().await
    }

    /// The newest commit. Keep it elsewhere: [`Vault::open`] then notices a rollback.
    pub fn head(&self) -> Head {
        self.inner.state().log.head.clone()
    }

    /// Whose data this is.
    pub fn identity(&self) -> &Identity {
        &self.inner.description.identity
    }

    /// The recovery points, oldest first.
    pub fn points(&self) -> Vec<RecoveryPoint> {
        self.inner.state().points.values().cloned().collect()
    }

    /// The last progress of a capture that did not reach its recovery point.
    pub fn unfinished(&self) -> Option<Progress> {
        self.inner.state().progress.clone()
    }

    /// Takes the vault over from whoever wrote before, by a new epoch: the former cannot commit any more. The caller has
    /// made sure, by its lease, that it is the only one to do so.
    pub async fn take_over(&self, run: &str) -> Result<()> {
        self.inner.take_over(run).await
    }

    /// Begins to write; one at a time ([`Error::Busy`]).
    pub async fn writer(&self, run: &str) -> Result<Writer> {
        Writer::begin(self.inner.clone(), run).await
    }

    /// The site as it was at a recovery point.
    pub fn at(&self, point: u64) -> Result<View> {
        if !self.inner.state().points.contains_key(&point) {
            return Err(Error::NoSuchPoint(point));
        }
        Ok(View::new(self.inner.clone(), point))
    }

    /// Checks everything that is stored.
    pub async fn verify(&self, depth: Depth) -> Result<VerifyReport> {
        crate::verify::verify(&self.inner, depth).await
    }

    /// Applies a retention policy, or says what that would do.
    pub async fn prune(&self, policy: &KeepPolicy, dry_run: bool) -> Result<PruneReport> {
        Box::pin(crate::prune::prune(&self.inner, policy, dry_run)).await
    }

    /// Keeps a point and blocks every deletion until released, or until `until`: for a running recovery.
    pub async fn hold(&self, point: u64, reason: &str, until: Timestamp) -> Result<Hold> {
        crate::prune::hold(&self.inner, point, reason, until).await
    }

    /// Keeps a point whatever a retention policy says, until [`Vault::unpin`]. What other points needed may go. Pinning a
    /// pinned one is no error.
    pub async fn pin(&self, point: u64) -> Result<()> {
        crate::prune::pin(&self.inner, point).await
    }

    /// Lets a pinned point go: the next pruning treats it as the others.
    pub async fn unpin(&self, point: u64) -> Result<()> {
        crate::prune::unpin(&self.inner, point).await
    }

    /// The points that are pinned.
    pub fn pinned(&self) -> BTreeSet<u64> {
        self.inner.state().log.holds.values().filter(|hold| hold.pin).map(|hold| hold.point).collect()
    }

    /// Ends a hold. Ending one that has ended already is no error.
    pub async fn release(&self, hold: &Hold) -> Result<()> {
        crate::prune::release(&self.inner, hold).await
    }
}
