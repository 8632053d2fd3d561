//! From what SQLite says to what a person can do about it.

use store::{Result, StoreError};

/// Says what was being done when something failed, and turns it into the store's error.
pub(crate) trait OrFail<T> {
    /// `action` is a participle, as in "the database failed while *adding a site*".
    fn or_fail(self, path: &str, action: &str) -> Result<T>;
}

impl<T> OrFail<T> for std::result::Result<T, sqlx::Error> {
    fn or_fail(self, path: &str, action: &str) -> Result<T> {
        self.map_err(|error| translate(path, action, error))
    }
}

fn translate(path: &str, action: &str, error: sqlx::Error) -> StoreError {
    let database = path.to_owned();
    match &error {
        sqlx::Error::PoolTimedOut => return StoreError::Busy { database },
        sqlx::Error::Database(told) => {
            let reason = told.message().to_owned();
            if told.code().as_deref() == Some(SQLITE_IOERR_SHMSIZE) {
                return StoreError::Full { database };
            }
            match primary_code(told.code().as_deref()) {
                SQLITE_BUSY | SQLITE_LOCKED => return StoreError::Busy { database },
                SQLITE_FULL => return StoreError::Full { database },
                SQLITE_READONLY | SQLITE_PERM => return StoreError::ReadOnly { database },
                SQLITE_IOERR => return StoreError::Disk { database, reason },
                SQLITE_CANTOPEN => return StoreError::Unopenable { database, reason },
                SQLITE_CORRUPT | SQLITE_NOTADB => return StoreError::Damaged { database, reason },
                _ if told.is_unique_violation() => return StoreError::Exists { what: reason },
                _ if told.is_foreign_key_violation() => {
                    return StoreError::Missing { what: format!("such thing to refer to while {action}") };
                }
                _ => {}
            }
        }
        _ => {}
    }
    StoreError::Driver { action: action.to_owned(), source: Box::new(error) }
}

/// SQLite's result codes, <https://www.sqlite.org/rescode.html>: the low byte of an extended code is the primary one.
fn primary_code(code: Option<&str>) -> u32 {
    code.and_then(|code| code.parse::<u32>().ok()).map_or(0, |code| code & 0xff)
}

/// The shared memory beside the database cannot grow: what a full disk is called there. An extended code.
const SQLITE_IOERR_SHMSIZE: &str = "4874";
const SQLITE_PERM: u32 = 3;
const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;
const SQLITE_READONLY: u32 = 8;
const SQLITE_IOERR: u32 = 10;
const SQLITE_CORRUPT: u32 = 11;
const SQLITE_FULL: u32 = 13;
const SQLITE_CANTOPEN: u32 = 14;
const SQLITE_NOTADB: u32 = 26;
