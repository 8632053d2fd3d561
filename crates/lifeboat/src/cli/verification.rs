//! `lifeboat verification …`

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum VerificationCommand {
    /// Ask for verification of a recovery over an active connection (standby administrator)
    Request {
        /// The connection
        connection: String,
        /// Which recovery point of the source (default: the newest one at the start); nothing else can be recovered then
        #[arg(long, value_name = "N")]
        point: Option<u64>,
        /// Only these projects, first the first; give it several times; nothing else can be recovered then
        #[arg(long = "project", value_name = "KEY")]
        projects: Vec<String>,
    },
    /// Confirm a request with the code that was sent to a contact
    ///
    /// The code is read from LIFEBOAT_CODE, from --code-file, or from a prompt.
    Confirm {
        /// The connection
        connection: String,
        /// File that holds the code
        #[arg(long, value_name = "FILE")]
        code_file: Option<PathBuf>,
    },
    /// Approve a request (support; never the person who asked)
    Approve {
        /// The connection
        connection: String,
        /// What was checked to be sure of who owns the source site
        #[arg(long, value_name = "TEXT")]
        checked: String,
    },
    /// Deny a request (support)
    Deny {
        /// The connection
        connection: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Stop a request, or the recovery that it unlocked, at once (recovery contact); the connection is suspended
    Veto {
        /// The connection
        connection: String,
    },
    /// Withdraw a request
    Cancel {
        /// The connection
        connection: String,
    },
    /// List requests, and what each still needs
    List,
}
