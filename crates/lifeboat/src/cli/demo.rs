//! `lifeboat demo`

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

#[derive(Args, Clone, Debug)]
pub(crate) struct DemoArguments {
    /// Seed the source from a folder of site JSON instead of the generator
    #[arg(long, value_name = "DIR")]
    pub(crate) seed_dir: Option<PathBuf>,
    /// How many issues the generator makes
    #[arg(long, default_value_t = 250, value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
    pub(crate) issues: u32,
    /// Seed of the generator
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Leave the standby and the demo's home folder in place at the end, until Enter or Ctrl-C
    #[arg(long)]
    pub(crate) keep: bool,
    /// Serve the dashboard over the two sites instead, with people to sign in as, to play the story through by hand
    #[arg(long, conflicts_with = "keep")]
    pub(crate) dashboard: bool,
    /// Where the dashboard listens
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8787", requires = "dashboard")]
    pub(crate) listen: SocketAddr,
    /// Switch off the emulated sites' rate limits
    #[arg(long)]
    pub(crate) no_limits: bool,
}
