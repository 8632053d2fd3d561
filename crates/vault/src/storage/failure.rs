//! What a store's error means to the user.

use std::error::Error as StdError;
use std::io::ErrorKind;

use crate::error::Error;

/// Turns a store's error into one that says what to do.
pub(super) fn failure(place: &str, action: &'static str, object: &str, error: object_store::Error) -> Error {
    let (place, object) = (place.to_owned(), object.to_owned());
    if matches!(error, object_store::Error::NotFound { .. }) {
        // Writing needs no object to be there, only the bucket.
        return if action == "writing" { Error::NoPlace { place } } else { Error::Missing { object } };
    }
    if is_full(&error) {
        return Error::Full { place };
    }
    if is_denied(&error) {
        return match action {
            "writing" => Error::ReadOnly { object, place },
            _ => Error::Unreadable { object, place },
        };
    }
    Error::Storage { action, object, place, reason: innermost(&error) }
}

/// Whether the store says that this is not allowed.
pub(super) fn is_denied(error: &object_store::Error) -> bool {
    matches!(error, object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. })
        || matches!(io_kind(error), Some(ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem))
}

fn is_full(error: &object_store::Error) -> bool {
    matches!(io_kind(error), Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
        // MinIO and Ceph say it in the body of a 507 or 403.
        || ["XMinioStorageFull", "507 Insufficient Storage", "QuotaExceeded"].iter().any(|sign| error.to_string().contains(sign))
}

fn io_kind(error: &object_store::Error) -> Option<ErrorKind> {
    causes(error).find_map(|cause| cause.downcast_ref::<std::io::Error>()).map(std::io::Error::kind)
}

/// The store's own words without the wrapping: the cause says more than "Generic LocalFileSystem error".
fn innermost(error: &object_store::Error) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

fn causes(error: &object_store::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(Some(error as &(dyn StdError + 'static)), |cause| (*cause).source())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(kind: ErrorKind) -> object_store::Error {
        object_store::Error::Generic { store: "test", source: Box::new(std::io::Error::from(kind)) }
    }

    #[test]
    fn a_full_disk_and_a_missing_right_are_told_apart_from_other_failures() {
        let of = |kind| failure("/backups", "writing", "log/1.json", generic(kind));
        assert!(matches!(of(ErrorKind::StorageFull), Error::Full { .. }));
        assert!(matches!(of(ErrorKind::ReadOnlyFilesystem), Error::ReadOnly { .. }));
        assert!(matches!(of(ErrorKind::BrokenPipe), Error::Storage { .. }));
        insta::assert_snapshot!(
            of(ErrorKind::StorageFull),
            @"/backups is full: free some space and run the command again; nothing was lost"
        );
    }
}
