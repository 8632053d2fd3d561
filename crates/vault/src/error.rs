//! What can go wrong, said so that its reader knows what to do.

/// The result of the vault's calls.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the vault did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no vault at this place.
    #[error("there is no vault at {place}: check the place, or make the first backup, which creates it")]
    NoVault {
        /// The storage's description of itself.
        place: String,
    },
    /// `create` found a vault.
    #[error("there is already a vault at {place}: open it, or choose an empty place")]
    AlreadyExists {
        /// The storage's description of itself.
        place: String,
    },
    /// The storage cannot be reached or failed in a way that says nothing of the data.
    #[error("{action} {object} failed at {place}: {reason}; nothing is lost, run the command again when it works")]
    Storage {
        /// What was being done: "reading", "writing", "deleting", "listing".
        action: &'static str,
        /// The object's name within the vault.
        object: String,
        /// The storage's description of itself.
        place: String,
        /// The storage's own words.
        reason: String,
    },
    /// The bucket is not there.
    #[error("there is no {place}: make the bucket first, or correct its name")]
    NoPlace {
        /// The storage's description of itself.
        place: String,
    },
    /// No space is left.
    #[error("{place} is full: free some space and run the command again; nothing was lost")]
    Full {
        /// The storage's description of itself.
        place: String,
    },
    /// The storage does not let us write.
    #[error("{place} does not allow writing {object}: give this user the right to create objects there")]
    ReadOnly {
        /// The object's name within the vault.
        object: String,
        /// The storage's description of itself.
        place: String,
    },
    /// The storage does not let us read.
    #[error("{place} does not allow reading {object}: give this user the right to read objects there")]
    Unreadable {
        /// The object's name within the vault.
        object: String,
        /// The storage's description of itself.
        place: String,
    },
    /// The file system lacks hard links, without which "create only if absent" is not atomic.
    #[error(
        "the file system of {place} cannot make hard links ({reason}), which a vault needs to write safely: \
         use another disk (ext4, xfs, btrfs, zfs, apfs, ntfs) or an S3 bucket"
    )]
    NoHardLinks {
        /// The directory.
        place: String,
        /// The operating system's words.
        reason: String,
    },
    /// The bucket ignores "create only if absent".
    #[error(
        "{place} overwrites objects although asked not to (no conditional put), so two writers could destroy each \
         other's backups: use a store that has it, such as S3, MinIO or R2"
    )]
    NoConditionalPut {
        /// The storage's description of itself.
        place: String,
    },
    /// A file was written by a newer program.
    #[error("{object} has format {found}, this program reads up to {known}: install a newer lifeboat")]
    NewerFormat {
        /// The object's name within the vault, or the file's path.
        object: String,
        /// The format's number in the file.
        found: u32,
        /// The newest known format.
        known: u32,
    },
    /// The key does not belong to this vault.
    #[error("the key {given} does not open this vault, which was made with the key {expected}: use that key's file")]
    WrongKey {
        /// The id of the key that was given.
        given: String,
        /// The id of the key that is needed.
        expected: String,
    },
    /// The key file is missing or damaged.
    #[error("the key file {path} cannot be used: {reason}")]
    KeyFile {
        /// The file's path.
        path: String,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// The key service failed.
    #[error("the key service failed: {0}")]
    KeyService(String),
    /// An object is not what was written: a flipped bit, a swapped or cut file.
    #[error(
        "{object} is damaged: {reason}; run `lifeboat vault verify` to see the extent, and restore the object from a \
         second copy of the vault"
    )]
    Damaged {
        /// The object's name within the vault.
        object: String,
        /// What gave it away.
        reason: String,
    },
    /// An object that the log names is not there.
    #[error(
        "{object} is missing; run `lifeboat vault verify` to see the extent, and restore the object from a second copy \
         of the vault"
    )]
    Missing {
        /// The object's name within the vault.
        object: String,
    },
    /// The storage shows an older state than the one last seen.
    #[error(
        "the vault at {place} was rolled back or cut short: commit {known} was seen before, now {found}; refusing to go \
         on, because backups would be lost silently. Restore the missing objects from a second copy or the bucket's \
         versions"
    )]
    RolledBack {
        /// The storage's description of itself.
        place: String,
        /// The number of the commit that was seen before.
        known: u64,
        /// What is there now.
        found: String,
    },
    /// A later epoch has begun: someone took the vault over.
    #[error(
        "another process took this vault over (epoch {epoch}): this one stops; its uncommitted work is repeated by the other"
    )]
    Fenced {
        /// The epoch that took over.
        epoch: u64,
    },
    /// Another run of the same epoch committed in between.
    #[error(
        "the run {other} committed to this vault at the same time (commit {number}): only one may run; start again when it has ended"
    )]
    Conflict {
        /// The run that committed.
        other: String,
        /// The commit's number.
        number: u64,
    },
    /// A writer or a pruning is active in this process.
    #[error("this vault is being written by another task of this process: wait until it has ended")]
    Busy,
    /// A point that does not exist or was retired.
    #[error("there is no recovery point {0}: list them with `lifeboat points list`")]
    NoSuchPoint(u64),
    /// Retention removed what was asked for.
    #[error("version {version} of {kind} {key} is not kept any more: it belongs to no recovery point")]
    NoSuchVersion {
        /// The record's kind.
        kind: String,
        /// The record's key.
        key: String,
        /// The version asked for.
        version: u64,
    },
    /// A record that cannot be stored.
    #[error("{kind} {key} cannot be stored: {reason}")]
    BadRecord {
        /// The record's kind.
        kind: String,
        /// The record's key.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Reading the bytes of an attachment failed on the side that gives them.
    #[error("reading an attachment's bytes failed: {0}")]
    Source(#[source] std::io::Error),
    /// A local temporary file could not be written.
    #[error("the local temporary folder failed ({reason}): free some space there, or set TMPDIR to another folder")]
    Temporary {
        /// The operating system's words.
        reason: String,
    },
    /// The local index failed. It is a cache: it may be deleted.
    #[error("the local index {path} failed: {reason}; it is a cache, delete it and run the command again")]
    Index {
        /// The index file, or `memory`.
        path: String,
        /// The database's words.
        reason: String,
    },
    /// A file could not be produced from sound data: a defect of this program.
    #[error("{what} could not be encoded: {reason}; please report this")]
    Encode {
        /// What was being written.
        what: String,
        /// The library's words.
        reason: String,
    },
}
