//! `lifeboat policy …`

use std::path::PathBuf;

use clap::{ArgGroup, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// List the verification policies that come with Lifeboat
    Presets,
    /// Show the verification policy of a source, and the change of it that waits
    Show {
        /// The source site
        site: String,
    },
    /// Ask for another policy (owner)
    ///
    /// What makes a recovery harder applies at once where there are contacts and supporters enough for it; the rest when the
    /// recovery contacts have confirmed it, or after three days in which nobody objected.
    #[command(group(ArgGroup::new("which").required(true).args(["preset", "file"])))]
    Set {
        /// The source site
        site: String,
        /// One that comes with Lifeboat: standard, strict or solo
        #[arg(long, value_name = "NAME")]
        preset: Option<String>,
        /// File with a policy of your own: JSON, as `lifeboat policy show --json` prints it
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Confirm the change that waits (recovery contact)
    Confirm {
        /// The source site
        site: String,
    },
    /// Object to the change that waits: nothing changes then
    Object {
        /// The source site
        site: String,
    },
}
