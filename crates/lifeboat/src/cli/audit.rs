//! `lifeboat audit …`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// List the latest events
    List {
        /// Show at most this many
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
    },
    /// Show how many events there are and the hash that stands for all of them: keep it elsewhere
    Head,
    /// Export the whole log; that somebody took it away is an event, too
    Export {
        /// In which form; only JSON lines can be verified
        #[arg(long, value_enum, default_value_t = Form::JsonLines)]
        form: Form,
        /// Write it to this file (default: standard output)
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Check an export, offline: that nothing in it was changed, left out, put in or moved
    ///
    /// An export alone shows no more than any change inside it. That its end was cut off, or that it was written anew from some
    /// event on, is shown by what was kept elsewhere: --head, or --checkpoint with --key.
    Verify(VerifyArguments),
}

/// What to check, and by what.
#[derive(Args, Debug)]
pub(crate) struct VerifyArguments {
    /// The export, as JSON lines
    pub(crate) file: PathBuf,
    /// Where the log stood, as `lifeboat audit head` said: number and hash; give it several times
    #[arg(long = "head", value_name = "NUMBER:HASH")]
    pub(crate) heads: Vec<String>,
    /// File with a signed checkpoint; give it several times
    #[arg(long = "checkpoint", value_name = "FILE", requires = "key")]
    pub(crate) checkpoints: Vec<PathBuf>,
    /// The key that checkpoints are signed with, as it was noted: 64 hexadecimal digits
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
}

/// A form of export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// The log itself, an event a line
    JsonLines,
    /// OCSF 1.3, for a SIEM
    Ocsf,
    /// For a spreadsheet
    Csv,
}
