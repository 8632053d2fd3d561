//! `lifeboat connection …`

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum ConnectionCommand {
    /// Make a recovery connection on the source; prints its token once
    Add {
        /// Its name: 3 to 65 letters, digits, spaces, _ and -
        name: String,
        /// The source site
        #[arg(long, value_name = "SITE")]
        source: String,
        /// A recovery contact's e-mail address, outside the source's domain where possible; give it several times
        #[arg(long = "contact", value_name = "EMAIL")]
        contacts: Vec<String>,
    },
    /// Activate a connection on the standby with the source's address and the recovery token
    ///
    /// The token is read from LIFEBOAT_RECOVERY_TOKEN, from --token-file, or from a prompt; never from an argument.
    Activate {
        /// The standby site
        #[arg(long, value_name = "SITE")]
        standby: String,
        /// The source site's address; it is compared, never fetched
        #[arg(long, value_name = "URL")]
        source_url: String,
        /// File that holds the recovery token
        #[arg(long, value_name = "FILE")]
        token_file: Option<PathBuf>,
    },
    /// List the connections
    List,
}
