//! What can be typed. One file for each group of commands under `cli/`; what they do is under `commands/`.

pub(crate) mod api_key;
pub(crate) mod audit;
pub(crate) mod connection;
pub(crate) mod contacts;
pub(crate) mod db;
pub(crate) mod demo;
pub(crate) mod job;
pub(crate) mod person;
pub(crate) mod points;
pub(crate) mod policy;
pub(crate) mod recover;
pub(crate) mod schedule;
pub(crate) mod serve;
pub(crate) mod site;
pub(crate) mod vault;
pub(crate) mod verification;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use url::Url;

/// Disaster recovery for Jira Cloud that you run yourself.
///
/// Captures a Jira Cloud site into an encrypted vault outside Atlassian and brings it back onto a standby site: keys kept,
/// nothing duplicated, what cannot be restored named before the run, what was restored proven after it.
#[derive(Debug, Parser)]
#[command(name = "lifeboat", version, after_long_help = EXIT_CODES, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    failed; the message says what to do
  2    the command line or the settings are wrong
  3    refused: locked, not approved, or not allowed to this person
  4    finished, but the proof does not hold, or objects failed
  5    a site refused the credentials, or the account lacks a permission
  6    a site, the vault's storage or the database cannot be used; nothing was lost, run the command again
  7    the vault is damaged, was rolled back, or cannot be opened with this key
  130  interrupted; the same command goes on where it was";

/// What every command takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Global {
    /// Where Lifeboat keeps its database, keys and (by default) vaults
    #[arg(long, global = true, env = "LIFEBOAT_HOME", value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// Settings file (default: lifeboat.toml in the home folder)
    #[arg(long, global = true, env = "LIFEBOAT_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print results as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Show no progress
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Who is acting: an e-mail address known to Lifeboat
    #[arg(long = "as", global = true, env = "LIFEBOAT_AS", value_name = "EMAIL")]
    pub(crate) acting: Option<String>,
    /// Ask the Lifeboat server at this address, instead of working on this machine's own files
    ///
    /// Signed in by an API key (LIFEBOAT_API_KEY), or with --as by a password (LIFEBOAT_PASSWORD, or a prompt) for what a person
    /// must sign in for.
    #[arg(long, global = true, env = "LIFEBOAT_SERVER", value_name = "URL")]
    pub(crate) server: Option<Url>,
    /// File that holds the API key for --server
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) api_key_file: Option<PathBuf>,
    /// File that holds the password for --server and --as
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// People who act: administrators and support
    #[command(subcommand)]
    Person(person::PersonCommand),
    /// Jira sites: add, list, check, remove
    #[command(subcommand)]
    Site(site::SiteCommand),
    /// Capture a site into its vault
    #[command(subcommand)]
    Backup(points::BackupCommand),
    /// Recovery points: list, show, compare
    #[command(subcommand)]
    Points(points::PointsCommand),
    /// The vault itself: verify, prune, history of one item
    #[command(subcommand)]
    Vault(vault::VaultCommand),
    /// Recovery connections between a source and a standby
    #[command(subcommand)]
    Connection(connection::ConnectionCommand),
    /// Recovery contacts of a source: who confirms, objects and stops
    #[command(subcommand)]
    Contacts(contacts::ContactsCommand),
    /// Verification policies: how much it takes to unlock a recovery of a source
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Verification of a recovery: ask, confirm, approve, deny
    #[command(subcommand)]
    Verification(verification::VerificationCommand),
    /// Recover a site onto its standby
    #[command(subcommand)]
    Recover(recover::RecoverCommand),
    /// Do whatever is due: what was scheduled, what waits, and what other workers left behind
    ///
    /// Any number of workers may run. Interrupted or killed, another one goes on with what it was doing.
    Worker(job::WorkerArguments),
    /// Jobs: list, show, pause, resume, cancel, retry
    #[command(subcommand)]
    Job(job::JobCommand),
    /// What is done again and again: add, list, remove, pause, resume
    #[command(subcommand)]
    Schedule(schedule::ScheduleCommand),
    /// The audit log: list, head, export, verify
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// API keys: what programs sign in with on your behalf
    #[command(subcommand)]
    ApiKey(api_key::ApiKeyCommand),
    /// The database of connections, people and jobs: copy it to where the vaults lie, and bring it back
    #[command(subcommand)]
    Db(db::DbCommand),
    /// Serve the HTTP API to people and programs, and do what is due
    Serve(serve::ServeArguments),
    /// The whole story on two emulated sites, ending in a proof
    Demo(demo::DemoArguments),
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}
