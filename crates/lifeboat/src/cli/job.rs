//! `lifeboat job …` and `lifeboat worker`

use clap::{Args, Subcommand, ValueEnum};

#[derive(Args, Clone, Debug)]
pub(crate) struct WorkerArguments {
    /// How many jobs to do at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) jobs: u16,
    /// End when nothing is due any more
    #[arg(long)]
    pub(crate) once: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum JobCommand {
    /// List the latest jobs
    List {
        /// Only those in this state
        #[arg(long, value_enum)]
        state: Option<State>,
        /// Only those of this kind: capture, recovery, prune, verify
        #[arg(long)]
        kind: Option<String>,
        /// Only those on this site
        #[arg(long, value_name = "SITE")]
        site: Option<String>,
        /// Only those that were enqueued before this one, for the next page
        #[arg(long, value_name = "ID")]
        before: Option<String>,
        /// Show at most this many
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Show one job
    Show {
        /// Its id, or the beginning of it
        id: String,
    },
    /// Let a job rest at its next safe point
    Pause {
        /// Its id, or the beginning of it
        id: String,
    },
    /// Let a job that rests go on
    Resume {
        /// Its id, or the beginning of it
        id: String,
    },
    /// End a job at its next safe point; what it made is kept
    Cancel {
        /// Its id, or the beginning of it
        id: String,
    },
    /// Let a job that failed, or waits for its next attempt, be tried now
    Retry {
        /// Its id, or the beginning of it
        id: String,
    },
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    Waiting,
    Running,
    Paused,
    Done,
    Cancelled,
    Failed,
}
