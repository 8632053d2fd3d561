//! `lifeboat recover …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum RecoverCommand {
    /// Say what a recovery would do, what it cannot do, and how long it takes; writes nothing
    Plan(Options),
    /// Recover: plan, write, prove
    ///
    /// Interrupted or killed, the same command goes on where it was.
    Start(Options),
    /// Bring a running recovery to rest
    Pause {
        /// The connection
        connection: String,
    },
    /// Go on with a recovery that was paused or killed
    Resume {
        /// The connection
        connection: String,
        /// Try the objects that failed once more
        #[arg(long)]
        retry_failed: bool,
    },
    /// End a recovery before its end; what it made is kept, unless `--remove` is said
    ///
    /// Interrupted or killed while it removes, the same command goes on where it was.
    Cancel {
        /// The connection
        connection: String,
        /// Remove from the standby what this recovery made; what others made or took over is kept, and named
        #[arg(long)]
        remove: bool,
        /// Do not ask whether what was made shall really be removed
        #[arg(long, requires = "remove")]
        yes: bool,
    },
    /// Show the report of the last recovery
    Report {
        /// The connection
        connection: String,
        /// Write the report to this file too (JSON)
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// The connection
    pub(crate) connection: String,
    /// Which recovery point of the source (default: the newest)
    #[arg(long, value_name = "N")]
    pub(crate) point: Option<u64>,
    /// Only these projects, first the first; give it several times
    #[arg(long = "project", value_name = "KEY")]
    pub(crate) projects: Vec<String>,
    /// Leave attachments out
    #[arg(long)]
    pub(crate) without_attachments: bool,
    /// Account on the standby that stands for users who are missing there
    #[arg(long, value_name = "ACCOUNT_ID")]
    pub(crate) fallback_user: Option<String>,
    /// CSV file with two columns: accountId on the source, accountId on the standby
    #[arg(long, value_name = "FILE")]
    pub(crate) users: Option<PathBuf>,
}
