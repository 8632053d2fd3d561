//! `lifeboat db …`

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    /// Copy the database, sealed, to where the vaults lie
    ///
    /// `lifeboat serve` and `lifeboat worker` do this by themselves (setting `database.copy_every_hours`). With the storage of
    /// the vaults and the key file, `lifeboat db restore` brings everything back on a new machine.
    Backup,
    /// Copies of the database: when they were made, and how many rows they have
    List,
    /// Bring a copy back into an empty home folder that has the key file and the settings
    ///
    /// Sessions, one-time links and codes are not in a copy. Requests that were open are closed, and jobs that had not ended
    /// do not go on.
    Restore {
        /// Which copy (default: the newest)
        #[arg(long, value_name = "NUMBER")]
        point: Option<u64>,
    },
}
