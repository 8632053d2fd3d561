//! A vault in a directory.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use object_store::local::LocalFileSystem;
use object_store::prefix::PrefixStore;

use super::Storage;
use super::failure::failure;
use crate::error::{Error, Result};

pub(super) fn open(path: &Path) -> Result<Storage> {
    let place = path.display().to_string();
    let storage_error = |error: object_store::Error| failure(&place, "opening", "the directory", error);
    let path = std::path::absolute(path).map_err(|error| Error::Storage {
        action: "opening",
        object: "the directory".to_owned(),
        place: place.clone(),
        reason: error.to_string(),
    })?;
    let prefix = object_store::path::Path::from_absolute_path(&path).map_err(|error| storage_error(error.into()))?;
    // Without fsync, a power cut after a commit could leave the log ahead of the data.
    let files = LocalFileSystem::new().with_fsync(true);
    Ok(Storage {
        store: Arc::new(PrefixStore::new(files, prefix)),
        place: place.as_str().into(),
        directory: Some(Arc::new(path)),
    })
}

/// "Create only if absent" is made of hard links: says so at once if the file system has none, instead of at the first
/// commit.
pub(super) fn probe_hard_links(directory: &Path) -> Result<()> {
    let place = directory.display().to_string();
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::Full { place: place.clone() },
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Error::ReadOnly { object: "files".to_owned(), place: place.clone() }
        }
        _ => Error::Storage {
            action: "writing",
            object: "a probe file".to_owned(),
            place: place.clone(),
            reason: error.to_string(),
        },
    };
    std::fs::create_dir_all(directory).map_err(failed)?;
    let probe = tempfile::Builder::new().prefix(".probe-").tempdir_in(directory).map_err(failed)?;
    let (file, link) = (probe.path().join("file"), probe.path().join("link"));
    std::fs::write(&file, b"probe").map_err(failed)?;
    std::fs::hard_link(&file, &link).map_err(|error| Error::NoHardLinks { place, reason: error.to_string() })
}
