//! `lifeboat backup …` and `lifeboat points …`

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Make a recovery point: an increment, or everything the first time
    ///
    /// Interrupted or killed, the same command goes on where it was.
    Run {
        /// Which site
        site: String,
        /// Read everything again, whatever the last recovery point has
        #[arg(long)]
        full: bool,
    },
    /// Make a recovery point again and again
    Watch {
        /// Which site
        site: String,
        /// How long to wait between two captures, in minutes
        #[arg(long, value_name = "MINUTES", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1440))]
        every: u32,
        /// Stop after this many captures
        #[arg(long, value_name = "N")]
        times: Option<u32>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PointsCommand {
    /// List the recovery points of a site
    List {
        /// Which site
        site: String,
    },
    /// Show what a recovery point holds
    Show {
        /// Which site
        site: String,
        /// Which point (default: the newest)
        point: Option<u64>,
    },
    /// Show what changed between two recovery points
    Diff {
        /// Which site
        site: String,
        /// The earlier point
        from: u64,
        /// The later point
        to: u64,
        /// Show at most this many objects
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Keep a recovery point whatever the retention says, until it is let go
    Pin {
        /// Which site
        site: String,
        /// Which point
        point: u64,
    },
    /// Let a pinned recovery point go: the next pruning treats it as the others
    Unpin {
        /// Which site
        site: String,
        /// Which point
        point: u64,
    },
}
