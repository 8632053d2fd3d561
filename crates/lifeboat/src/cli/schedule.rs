//! `lifeboat schedule …`

use clap::{Subcommand, ValueEnum};
use worker::kinds::prune::Keep;

#[derive(Debug, Subcommand)]
pub(crate) enum ScheduleCommand {
    /// Do something on a site again and again; `lifeboat worker` does it
    Add {
        /// Which site
        site: String,
        /// When: minute, hour, day of month, month, day of week, such as "*/5 * * * *" or "0 3 * * MON-FRI"
        #[arg(long, value_name = "EXPRESSION")]
        cron: String,
        /// The time zone of it, such as Europe/Vienna
        #[arg(long, value_name = "ZONE", default_value = "UTC")]
        zone: String,
        /// Over how many seconds to scatter the beginnings
        #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=86_400))]
        jitter: u32,
        /// What to do
        #[arg(long, value_enum, default_value_t = Task::Capture)]
        kind: Task,
        /// Read everything again each time, whatever the last recovery point has (captures)
        #[arg(long)]
        full: bool,
        /// Which recovery points a pruning keeps: the newest of each of so many hours, days, weeks and months
        #[arg(long, value_name = "HOURS-DAYS-WEEKS-MONTHS")]
        keep: Option<Keep>,
    },
    /// List the schedules
    List,
    /// Take a schedule away; jobs that it made stay
    Remove {
        /// Its id, or the beginning of it
        id: String,
    },
    /// Put a schedule out of force
    Pause {
        /// Its id, or the beginning of it
        id: String,
    },
    /// Put a schedule in force again
    Resume {
        /// Its id, or the beginning of it
        id: String,
    },
}

/// What can be done again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Task {
    /// Make a recovery point
    Capture,
    /// Remove recovery points that the retention does not keep
    Prune,
    /// Check every byte and record of the vault
    Verify,
}
