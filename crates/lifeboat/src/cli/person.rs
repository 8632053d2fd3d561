//! `lifeboat person …`

use clap::{Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum PersonCommand {
    /// Add somebody who acts: makes connections, or verifies requests
    ///
    /// Recovery contacts are added with their connection.
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
    /// Verifies and approves requests of others
    Support,
    /// Leads the supporters
    SupportLead,
}
