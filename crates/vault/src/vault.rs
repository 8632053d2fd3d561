//! The vault as a whole.
use crate::{
    error::Result,
    keys::KeyService,
    point::*,
    prune::{Hold, KeepPolicy, PruneReport},
    record::Record,
    storage::Storage,
    verify::{Depth, VerifyReport},
    view::View,
    writer::Writer,
};
use ambient::Ambient;
use futures::stream::BoxStream;
use jiff::Timestamp;
use std::{path::PathBuf, sync::Arc};

/// How a vault is worked with; nothing of it is stored.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The local index: a cache that may be deleted. `None` makes a temporary one, rebuilt each time.
    pub index: Option<PathBuf>,
}

/// One site's recovery points. Cheap to clone; clones are the same vault.
#[derive(Clone, Debug)]
pub struct Vault {}

/// What happened to a record between two points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffEntry {
    /// What it is.
    pub kind: String,
    /// Its id on the site.
    pub key: String,
    /// What happened to it.
    pub change: Difference,
}

/// The way in which a record differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Only in the second point.
    Added,
    /// In both, not the same.
    Changed,
    /// Only in the first point.
    Deleted,
}

/// One version of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionInfo {
    /// The commit's number.
    pub version: u64,
    /// When it was committed.
    pub taken: Timestamp,
    /// Whether this version says that the record is gone.
    pub deleted: bool,
    /// The keyed hash, in hex: equal for equal contents.
    pub hash: String,
}

impl Vault {
    /// Makes a new vault in an empty place.
    pub async fn create(
        _storage: Storage,
        _keys: Arc<dyn KeyService>,
        _ambient: Ambient,
        _identity: Identity,
        _options: Options,
    ) -> Result<Self> {
        unimplemented!()
    }
    /// Opens a vault; refuses one that is older than `known_head`.
    pub async fn open(
        _storage: Storage,
        _keys: Arc<dyn KeyService>,
        _ambient: Ambient,
        _known_head: Option<Head>,
        _options: Options,
    ) -> Result<Self> {
        unimplemented!()
    }
    /// Reads commits that others made since.
    pub async fn refresh(&self) -> Result<()> {
        unimplemented!()
    }
    /// The newest commit.
    pub fn head(&self) -> Head {
        unimplemented!()
    }
    /// Whose data this is.
    pub fn identity(&self) -> &Identity {
        unimplemented!()
    }
    /// The recovery points, oldest first.
    pub fn points(&self) -> Vec<RecoveryPoint> {
        unimplemented!()
    }
    /// The last progress of a capture that did not reach its recovery point.
    pub fn unfinished(&self) -> Option<Progress> {
        unimplemented!()
    }
    /// Takes the vault over from whoever wrote before: a new epoch, after which the former cannot commit any more.
    pub async fn take_over(&self, _run: &str) -> Result<()> {
        unimplemented!()
    }
    /// Begins to write; one at a time ([`Error::Busy`](crate::Error::Busy)).
    pub async fn writer(&self, _run: &str) -> Result<Writer> {
        unimplemented!()
    }
    /// The site as it was at a recovery point.
    pub fn at(&self, _point: u64) -> Result<View> {
        unimplemented!()
    }
    /// What changed from point `a` to point `b`, by kind and key.
    pub fn diff(&self, _a: u64, _b: u64) -> BoxStream<'static, Result<DiffEntry>> {
        unimplemented!()
    }
    /// The versions of one record, oldest first.
    pub async fn history(&self, _kind: &str, _key: &str) -> Result<Vec<VersionInfo>> {
        unimplemented!()
    }
    /// One version of a record; `None` if that version is a deletion.
    pub async fn version(&self, _kind: &str, _key: &str, _version: u64) -> Result<Option<Record>> {
        unimplemented!()
    }
    /// Checks everything that is stored.
    pub async fn verify(&self, _depth: Depth) -> Result<VerifyReport> {
        unimplemented!()
    }
    /// Applies a retention policy.
    pub async fn prune(&self, _policy: &KeepPolicy, _dry_run: bool) -> Result<PruneReport> {
        unimplemented!()
    }
    /// Keeps a point and blocks every deletion until released or `until`: for a running recovery.
    pub async fn hold(&self, _point: u64, _reason: &str, _until: Timestamp) -> Result<Hold> {
        unimplemented!()
    }
    /// Ends a hold. Ending one that has ended already is no error.
    pub async fn release(&self, _hold: &Hold) -> Result<()> {
        unimplemented!()
    }
}
