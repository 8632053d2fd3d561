//! Where a vault lies: a directory, an S3 bucket, or memory, under one prefix.
//!
//! The one place that talks to `object_store`. Everything is written by "create only if absent"; nothing is overwritten.

mod directory;
mod failure;
mod s3;
mod upload;

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload};

pub use s3::S3Settings;
pub(crate) use upload::temporary;

use crate::error::{Error, Result};
use failure::failure;

/// A place for one vault. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    place: Arc<str>,
    directory: Option<Arc<PathBuf>>,
}

impl fmt::Debug for Storage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Storage({})", self.place)
    }
}

/// Whether a create made the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Created {
    /// It did.
    New,
    /// The name was taken: the object that was there is unchanged.
    Taken,
}

/// Whether a delete removed the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deleted {
    /// It is not there any more (or was not).
    Gone,
    /// The store keeps it for a retention time (Object Lock) or does not let us delete.
    Retained,
}

/// An object as a listing shows it.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) size: u64,
    pub(crate) modified: Timestamp,
}

impl Storage {
    /// A directory. It is made by the first write if it is not there.
    pub fn directory(path: &Path) -> Result<Self> {
        directory::open(path)
    }

    /// A bucket. Nothing is sent yet.
    pub fn s3(settings: &S3Settings) -> Result<Self> {
        s3::open(settings)
    }

    /// Memory: for tests.
    pub fn memory() -> Self {
        Self::over(Arc::new(object_store::memory::InMemory::new()), "memory")
    }

    /// Any other store, which must have conditional put and conditional copy. `place` describes it in messages.
    pub fn over(store: Arc<dyn ObjectStore>, place: &str) -> Self {
        Self { store, place: place.into(), directory: None }
    }

    /// What to call this place in messages.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Checks what a vault needs before anything is written.
    pub(crate) fn prepare(&self) -> Result<()> {
        match &self.directory {
            Some(path) => directory::probe_hard_links(path),
            None => Ok(()),
        }
    }

    /// Creates an object; leaves one that is there alone.
    pub(crate) async fn create(&self, name: &str, bytes: Bytes) -> Result<Created> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&name.into(), PutPayload::from_bytes(bytes), options).await {
            Ok(_) => Ok(Created::New),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                Ok(Created::Taken)
            }
            Err(error) => Err(failure(&self.place, "writing", name, error)),
        }
    }

    /// Creates an object whose name nobody else uses. When the name is taken, a lost answer is the reason, and what is
    /// there must be the same.
    pub(crate) async fn create_own(&self, name: &str, bytes: Bytes) -> Result<()> {
        if self.create(name, bytes.clone()).await? == Created::New || self.get(name).await? == Some(bytes) {
            return Ok(());
        }
        Err(Error::Damaged { object: name.to_owned(), reason: "its name was taken by another object".to_owned() })
    }

    /// The bytes of an object, if it is there.
    pub(crate) async fn get(&self, name: &str) -> Result<Option<Bytes>> {
        let found = match self.store.get(&name.into()).await {
            Ok(found) => found.bytes().await,
            Err(error) => Err(error),
        };
        match found {
            Ok(bytes) => Ok(Some(bytes)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failure(&self.place, "reading", name, error)),
        }
    }

    /// Some of the bytes of an object.
    pub(crate) async fn range(&self, name: &str, range: Range<u64>) -> Result<Bytes> {
        let bytes = self.store.get_range(&name.into(), range).await;
        bytes.map_err(|error| failure(&self.place, "reading", name, error))
    }

    /// The bytes of an object as a stream.
    pub(crate) async fn stream(&self, name: &str) -> Result<BoxStream<'static, Result<Bytes>>> {
        let place = self.place.clone();
        let found = self.store.get(&name.into()).await.map_err(|error| failure(&place, "reading", name, error))?;
        let name = name.to_owned();
        Ok(found.into_stream().map_err(move |error| failure(&place, "reading", &name, error)).boxed())
    }

    /// The objects whose names begin with `folder` and a slash; all for an empty `folder`.
    pub(crate) fn list(&self, folder: &str) -> BoxStream<'static, Result<Listed>> {
        let place = self.place.clone();
        let shown = if folder.is_empty() { "objects".to_owned() } else { folder.to_owned() };
        let prefix = (!folder.is_empty()).then(|| folder.into());
        self.store
            .list(prefix.as_ref())
            .map(move |found| match found {
                Ok(found) => Ok(Listed {
                    name: found.location.to_string(),
                    size: found.size,
                    modified: Timestamp::from_microsecond(found.last_modified.timestamp_micros())
                        .unwrap_or(Timestamp::UNIX_EPOCH),
                }),
                Err(error) => Err(failure(&place, "listing", &shown, error)),
            })
            .boxed()
    }

    /// Deletes an object. One that is not there, or must stay, is no error.
    pub(crate) async fn delete(&self, name: &str) -> Result<Deleted> {
        // A name from a listing is encoded already: others may have put strange ones here.
        let path = object_store::path::Path::parse(name).unwrap_or_else(|_| name.into());
        match self.store.delete(&path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(Deleted::Gone),
            Err(error) if failure::is_denied(&error) => Ok(Deleted::Retained),
            Err(error) => Err(failure(&self.place, "deleting", name, error)),
        }
    }
}
