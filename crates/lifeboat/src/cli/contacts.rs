//! `lifeboat contacts …`

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum ContactsCommand {
    /// List the recovery contacts of a source, and from when on each counts
    List {
        /// The source site
        site: String,
    },
    /// Name a recovery contact; their word counts a week later
    Add {
        /// The source site
        site: String,
        /// E-mail address of somebody who is known: `lifeboat person add EMAIL --role contact`
        email: String,
    },
    /// Strike off a contact whose word does not count yet, at once
    StrikeOff {
        /// The source site
        site: String,
        /// Their e-mail address
        email: String,
    },
    /// Ask for the removal of a contact, when other contacts have confirmed it, or after three days without objection
    Remove {
        /// The source site
        site: String,
        /// Their e-mail address
        email: String,
    },
    /// Confirm the removal, or the change of policy, that waits (recovery contact)
    Confirm {
        /// The source site
        site: String,
    },
    /// Object to the removal, or the change of policy, that waits: nothing changes then
    Object {
        /// The source site
        site: String,
    },
}
