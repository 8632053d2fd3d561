//! From what PostgreSQL says to what a person can do about it.

use store::{Result, StoreError};

/// Says what was being done when something failed, and turns it into the store's error.
pub(crate) trait OrFail<T> {
    /// `action` is a participle, as in "the database failed while *adding a site*".
    fn or_fail(self, name: &str, action: &str) -> Result<T>;
}

impl<T> OrFail<T> for std::result::Result<T, sqlx::Error> {
    fn or_fail(self, name: &str, action: &str) -> Result<T> {
        self.map_err(|error| translate(name, action, error))
    }
}

/// Whether the same may be tried again at once, from the beginning of its transaction: it came in the way of others, or the
/// connection was lost.
pub(crate) fn may_pass(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(told) => {
            let code = told.code().unwrap_or_default();
            matches!(&*code, SERIALIZATION_FAILURE | DEADLOCK) || is_of_the_connection(&code)
        }
        _ => false,
    }
}

pub(crate) fn translate(name: &str, action: &str, error: sqlx::Error) -> StoreError {
    let database = name.to_owned();
    match &error {
        sqlx::Error::Io(io) => return StoreError::Unreachable { database, reason: io.to_string() },
        sqlx::Error::Tls(tls) => return StoreError::Unreachable { database, reason: tls.to_string() },
        sqlx::Error::PoolTimedOut => {
            return StoreError::Unreachable { database, reason: "there was no connection in time".to_owned() };
        }
        sqlx::Error::Database(told) => {
            let (code, reason) = (told.code().unwrap_or_default(), told.message().to_owned());
            match &*code {
                SERIALIZATION_FAILURE | DEADLOCK | LOCK_NOT_AVAILABLE | QUERY_CANCELED => {
                    return StoreError::Busy { database };
                }
                DISK_FULL => return StoreError::Full { database },
                IO_ERROR => return StoreError::Disk { database, reason },
                READ_ONLY => return StoreError::ReadOnly { database },
                DATA_CORRUPTED | INDEX_CORRUPTED => return StoreError::Damaged { database, reason },
                NO_SUCH_DATABASE => return StoreError::Unopenable { database, reason },
                UNIQUE_VIOLATION => return StoreError::Exists { what: reason },
                FOREIGN_KEY_VIOLATION => {
                    return StoreError::Missing { what: format!("such thing to refer to while {action}") };
                }
                INSUFFICIENT_PRIVILEGE => return StoreError::Denied { database, reason },
                code if code.starts_with(INVALID_AUTHORIZATION) => return StoreError::Denied { database, reason },
                code if is_of_the_connection(code) => return StoreError::Unreachable { database, reason },
                _ => {}
            }
        }
        _ => {}
    }
    StoreError::Driver { action: action.to_owned(), source: Box::new(error) }
}

/// The server ends connections, or takes none.
fn is_of_the_connection(code: &str) -> bool {
    code.starts_with(CONNECTION_EXCEPTION)
        || matches!(
            code,
            ADMIN_SHUTDOWN
                | CRASH_SHUTDOWN
                | CANNOT_CONNECT_NOW
                | DATABASE_DROPPED
                | TOO_MANY_CONNECTIONS
                | STOOD_STILL
        )
}

// PostgreSQL's codes, <https://www.postgresql.org/docs/15/errcodes-appendix.html>; two characters are a class.
const CONNECTION_EXCEPTION: &str = "08";
const INVALID_AUTHORIZATION: &str = "28";
const FOREIGN_KEY_VIOLATION: &str = "23503";
const UNIQUE_VIOLATION: &str = "23505";
const READ_ONLY: &str = "25006";
const STOOD_STILL: &str = "25P03";
const NO_SUCH_DATABASE: &str = "3D000";
const SERIALIZATION_FAILURE: &str = "40001";
const DEADLOCK: &str = "40P01";
const INSUFFICIENT_PRIVILEGE: &str = "42501";
const DISK_FULL: &str = "53100";
const TOO_MANY_CONNECTIONS: &str = "53300";
const LOCK_NOT_AVAILABLE: &str = "55P03";
const QUERY_CANCELED: &str = "57014";
const ADMIN_SHUTDOWN: &str = "57P01";
const CRASH_SHUTDOWN: &str = "57P02";
const CANNOT_CONNECT_NOW: &str = "57P03";
const DATABASE_DROPPED: &str = "57P04";
const IO_ERROR: &str = "58030";
const DATA_CORRUPTED: &str = "XX001";
const INDEX_CORRUPTED: &str = "XX002";
