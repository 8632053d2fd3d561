//! `lifeboat site …`

use std::path::PathBuf;

use clap::Subcommand;
use url::Url;

#[derive(Debug, Subcommand)]
pub(crate) enum SiteCommand {
    /// Add a site, or give a known one new credentials
    ///
    /// The API token is read from LIFEBOAT_API_TOKEN, from --token-file, or from a prompt; never from an argument. It is
    /// kept sealed with the key file.
    Add {
        /// What to call it here
        name: String,
        /// Its address: https://example.atlassian.net
        #[arg(long)]
        url: Url,
        /// E-mail address of the account that the token belongs to; it must administer Jira
        #[arg(long)]
        email: String,
        /// File that holds the API token
        #[arg(long, value_name = "FILE")]
        token_file: Option<PathBuf>,
    },
    /// List the sites
    List,
    /// Remove a site; its recovery points stay in the vault
    ///
    /// Its API token is forgotten, its schedules end, and its name is free for another site. Adding the site again brings its
    /// recovery points back; for that it must answer, so keep a site that is down. Refused while a connection names it or a job
    /// on it is not over.
    Remove {
        /// Which site
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Check that a site answers, that the credentials work, and which permissions are missing
    Check {
        /// Which site
        name: String,
    },
}
