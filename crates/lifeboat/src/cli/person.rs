//! `lifeboat person …`

use clap::{Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum PersonCommand {
    /// Add somebody who acts: makes connections, or verifies requests
    ///
    /// With --server, prints the one-time link by which they choose a password.
    Add {
        /// E-mail address
        email: String,
        /// What to call them (default: the address)
        #[arg(long)]
        name: Option<String>,
        /// What they may do
        #[arg(long, value_enum)]
        role: RoleName,
    },
    /// Print a one-time link by which somebody chooses a password: the first one, or a new one
    Invite {
        /// Their e-mail address
        email: String,
    },
    /// List everybody and what they may do
    List,
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoleName {
    /// Does what administrators do, and answers for the installation
    Owner,
    /// Makes and activates connections, asks for recoveries, starts them
    Administrator,
    /// Keeps backups and recoveries going
    Operator,
    /// Reads the audit log and every status
    Auditor,
    /// Confirms, objects and stops, as a recovery contact: `lifeboat contacts add`
    Contact,
    /// Verifies and approves requests of others
    Support,
    /// Leads the supporters
    SupportLead,
}
