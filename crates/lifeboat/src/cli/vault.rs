//! `lifeboat vault …`

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum VaultCommand {
    /// Check every byte of the vault, and every record with the key
    Verify {
        /// Which site's vault
        site: String,
        /// Only what can be checked without any key: every object against the log
        #[arg(long)]
        without_key: bool,
    },
    /// Remove recovery points that the retention does not keep, and what only they needed
    Prune {
        /// Which site's vault
        site: String,
        /// Keep all points of the last hours
        #[arg(long, value_name = "N", default_value_t = 24)]
        keep_hourly: u32,
        /// Keep the last point of each of the last days
        #[arg(long, value_name = "N", default_value_t = 14)]
        keep_daily: u32,
        /// Keep the last point of each of the last weeks
        #[arg(long, value_name = "N", default_value_t = 8)]
        keep_weekly: u32,
        /// Keep the last point of each of the last months
        #[arg(long, value_name = "N", default_value_t = 12)]
        keep_monthly: u32,
        /// Say what would go, and remove nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Show the versions of one item
    History {
        /// Which site's vault
        site: String,
        /// Kind of the item: issue, comment, priority…
        kind: String,
        /// Its key in the vault, or an issue key like ABC-123
        key: String,
        /// Print the body of this version
        #[arg(long, value_name = "VERSION")]
        show: Option<u64>,
    },
}
