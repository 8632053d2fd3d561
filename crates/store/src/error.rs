//! What can go wrong with the store.

/// What went wrong, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process is writing, and did not finish in time.
    #[error("the database {path} is in use by another process; wait for it to finish, or stop it, and try again")]
    Busy {
        /// The database.
        path: String,
    },
    /// There is no room left. What was not confirmed was not written.
    #[error("the disk that holds the database {path} is full; free some space and try again: nothing was lost")]
    Full {
        /// The database.
        path: String,
    },
    /// The disk does not do what it should. What was not confirmed may or may not have been written.
    #[error(
        "the disk that holds the database {path} does not work: {reason}; check the disk and its free space, and try \
         again: nothing that was confirmed is lost"
    )]
    Disk {
        /// The database.
        path: String,
        /// What the database said.
        reason: String,
    },
    /// The file or its folder cannot be written to.
    #[error("the database {path} cannot be written to; check the permissions of the file and of its folder")]
    ReadOnly {
        /// The database.
        path: String,
    },
    /// The file cannot be opened.
    #[error(
        "the database {path} cannot be opened: {reason}; check the file, its folder, their permissions and the free space"
    )]
    Unopenable {
        /// The database.
        path: String,
        /// Why.
        reason: String,
    },
    /// A later version of the program has changed the schema.
    #[error(
        "the database {path} was written by a newer version of Lifeboat (schema {found}, this program knows {known}); \
         update Lifeboat"
    )]
    Newer {
        /// The database.
        path: String,
        /// The newest migration in the file.
        found: i64,
        /// The newest migration that this program has.
        known: i64,
    },
    /// The file is not what was written.
    #[error("the database {path} is damaged: {reason}; restore it from a copy")]
    Damaged {
        /// The database.
        path: String,
        /// What was found.
        reason: String,
    },
    /// Something with the same name or id exists.
    #[error("{what} exists already")]
    Exists {
        /// What.
        what: String,
    },
    /// What should be changed does not exist.
    #[error("there is no {what}")]
    Missing {
        /// What.
        what: String,
    },
    /// Somebody else has taken over the run. Whoever is told this must stop at once.
    #[error("this process no longer holds {what}: another one has taken it over, or it was stopped")]
    LeaseLost {
        /// What was held.
        what: String,
    },
    /// A statement changed another number of rows than it must.
    #[error("{action} changed {found} rows instead of {expected}; this is a defect of Lifeboat: please report it")]
    RowCount {
        /// What was done.
        action: &'static str,
        /// How many must change.
        expected: u64,
        /// How many did.
        found: u64,
    },
    /// A stored value is none of those that the program writes.
    #[error("the stored {what} cannot be read: {reason}")]
    Unreadable {
        /// What.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// Any other failure of the database.
    #[error("the database failed while {action}")]
    Driver {
        /// What was being done.
        action: String,
        /// What the database said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// The result of whatever the store does.
pub type Result<T> = std::result::Result<T, StoreError>;
