//! How many rows a statement changed, and what that means.

use crate::{Result, StoreError};

/// So many rows must have changed.
pub fn changed(action: &'static str, expected: u64, found: u64) -> Result<()> {
    if found == expected { Ok(()) } else { Err(StoreError::RowCount { action, expected, found }) }
}

/// Exactly one row must have changed.
pub fn exactly_one(action: &'static str, found: u64) -> Result<()> {
    changed(action, 1, found)
}

/// One row must have changed, unless it does not exist.
pub fn one_or_missing(action: &'static str, what: &str, found: u64) -> Result<()> {
    match found {
        0 => Err(StoreError::Missing { what: what.to_owned() }),
        _ => exactly_one(action, found),
    }
}

/// One row must have changed, unless the lease was lost.
pub fn one_or_lease_lost(action: &'static str, what: &str, found: u64) -> Result<()> {
    match found {
        0 => Err(StoreError::LeaseLost { what: what.to_owned() }),
        _ => exactly_one(action, found),
    }
}

/// Something with the same name exists: `what` instead of the database's names of columns.
pub fn named<T>(result: Result<T>, what: impl FnOnce() -> String) -> Result<T> {
    match result {
        Err(StoreError::Exists { .. }) => Err(StoreError::Exists { what: what() }),
        other => other,
    }
}
