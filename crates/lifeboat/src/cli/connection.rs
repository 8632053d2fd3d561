//! `lifeboat connection …`

use std::path::PathBuf;

use clap::{ArgGroup, Subcommand};
use jiff::Timestamp;

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
    /// Show one connection: its status, its token's age, what waits, what its request still needs
    Show {
        /// The connection
        name: String,
    },
    /// Give a connection another name
    Rename {
        /// The connection
        name: String,
        /// The new name: 3 to 65 letters, digits, spaces, _ and -
        to: String,
    },
    /// Replace a token that was never used by a new one, within a day of its making; prints it once
    Refresh {
        /// The connection
        name: String,
    },
    /// Ask for a new token for a connection whose token is lost
    ///
    /// The old token dies and the standby is unbound when the recovery contacts have confirmed it, or after three days in which
    /// nobody objected. Then `lifeboat connection token` shows the new one.
    Reset {
        /// The connection
        name: String,
    },
    /// Take the token that a reset promised; prints it once
    Token {
        /// The connection
        name: String,
        /// From when on it shall activate nothing, such as 2027-12-31T00:00:00Z (default: never)
        #[arg(long, value_name = "TIME")]
        expires: Option<Timestamp>,
    },
    /// Ask for the end of a connection, when the recovery contacts have confirmed it, or after three days without objection
    Revoke {
        /// The connection
        name: String,
    },
    /// Release a connection from its standby
    #[command(group(ArgGroup::new("token").required(true).args(["keep_token", "reset_token"])))]
    Release {
        /// The connection
        name: String,
        /// The token may be used again, on this standby or another one
        #[arg(long)]
        keep_token: bool,
        /// The token may not be used again: ask for a reset, too
        #[arg(long)]
        reset_token: bool,
    },
    /// Confirm the reset, revocation or end of a ban that waits (recovery contact)
    Confirm {
        /// The connection
        name: String,
    },
    /// Object to the reset, revocation or end of a ban that waits: nothing changes then
    Object {
        /// The connection
        name: String,
    },
    /// Ask for the end of a contact's ban, after what they suspended was reviewed
    Reinstate {
        /// The connection
        name: String,
        /// The contact's e-mail address
        #[arg(long, value_name = "EMAIL")]
        person: String,
    },
    /// Stop a connection at once: a recovery over it stands still and reads nothing any more
    Suspend {
        /// The connection
        name: String,
    },
    /// Vote for taking a stopped connection up again (recovery contact)
    Vote {
        /// The connection
        name: String,
    },
    /// Take a stopped connection up again: an administrator with a contact's vote, or with two contacts' votes
    Resume {
        /// The connection
        name: String,
    },
    /// End a cross-site connection
    Deactivate {
        /// The connection
        name: String,
    },
    /// Prove that the recovery token is still at hand; changes nothing
    ///
    /// The token is read from LIFEBOAT_RECOVERY_TOKEN, from --token-file, or from a prompt; never from an argument.
    CheckToken {
        /// The connection
        name: String,
        /// File that holds the recovery token
        #[arg(long, value_name = "FILE")]
        token_file: Option<PathBuf>,
    },
}
