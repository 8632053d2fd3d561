//! What can go wrong with the store.

/// What went wrong, and what to do. `database` is what people know it by: the path of a file, or a server's address with user
/// and database, never with a password.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process is writing, and did not finish in time.
    #[error("the database {database} is in use by another process; wait for it to finish, or stop it, and try again")]
    Busy {
        /// The database.
        database: String,
    },
    /// There is no room left. What was not confirmed was not written.
    #[error("the disk that holds the database {database} is full; free some space and try again: nothing was lost")]
    Full {
        /// The database.
        database: String,
    },
    /// The disk does not do what it should. What was not confirmed may or may not have been written.
    #[error(
        "the disk that holds the database {database} does not work: {reason}; check the disk and its free space, and try \
         again: nothing that was confirmed is lost"
    )]
    Disk {
        /// The database.
        database: String,
        /// What the database said.
        reason: String,
    },
    /// It takes no writes: the file or its folder, or a server that only follows another one.
    #[error(
        "the database {database} cannot be written to; check the permissions of the file and of its folder, or on a \
         server that it is the one that takes writes"
    )]
    ReadOnly {
        /// The database.
        database: String,
    },
    /// The file cannot be opened.
    #[error(
        "the database {database} cannot be opened: {reason}; check the file, its folder, their permissions and the free \
         space, or on a server that the database was made"
    )]
    Unopenable {
        /// The database.
        database: String,
        /// Why.
        reason: String,
    },
    /// The server does not answer, or ended the connection. What was not confirmed may or may not have been written.
    #[error(
        "the database {database} cannot be reached: {reason}; check that its server runs and can be reached from here, and \
         try again: nothing that was confirmed is lost"
    )]
    Unreachable {
        /// The database.
        database: String,
        /// What the network or the server said.
        reason: String,
    },
    /// The server does not let this user in, or not do this.
    #[error(
        "the database {database} refuses this user: {reason}; check its name, password and permissions on the server"
    )]
    Denied {
        /// The database.
        database: String,
        /// What the server said.
        reason: String,
    },
    /// A later version of the program has changed the schema.
    #[error(
        "the database {database} was written by a newer version of Lifeboat (schema {found}, this program knows {known}); \
         update Lifeboat"
    )]
    Newer {
        /// The database.
        database: String,
        /// The newest migration in the database.
        found: i64,
        /// The newest migration that this program has.
        known: i64,
    },
    /// What is stored is not what was written.
    #[error("the database {database} is damaged: {reason}; restore it from a copy")]
    Damaged {
        /// The database.
        database: String,
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
