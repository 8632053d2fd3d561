//! Lifeboat's figures on emulated sites, with Jira's rate limits and 50 ms of latency: `cargo xtask bench`.
//!
//! Where time is measured, sites and pipeline share a process and a clock that jumps over idle time ([`clock`]): hours of
//! pacing take minutes. Where memory or CPU is measured, the emulated sites are another process ([`emulator`]) and the
//! pipeline is a child of its own ([`worker`]), talking over sockets as it does to Jira. Each row of the table says which.
//!
//! Start at [`main`]; each module in [`rows`] measures one thing.

mod clock;
mod emulator;

mod least;
mod pipeline;
mod process;
mod rows;
mod table;
mod worker;

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

use rows::Size;
use table::Table;

/// Measures Lifeboat on emulated Jira sites
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    /// What to measure: requests, increment, scale, memory, size, queue, routes, cpu, peer, timeline; all but the last two when nothing is
    /// named
    names: Vec<String>,
    /// Small sizes, for a look: under three minutes
    #[arg(long)]
    quick: bool,
    /// The full sizes: 100,000 issues against the clock, 200,000 against memory; takes an hour
    #[arg(long, conflicts_with = "quick")]
    full: bool,
    /// Also runs PyPI's jira-project-backup-restore on the same site
    #[arg(long)]
    peer: bool,
    /// Where to write the table as JSON
    #[arg(long, default_value = "target/bench/latest.json")]
    json: PathBuf,
}

/// Parts that run as processes of their own.
#[derive(Subcommand)]
enum Part {
    /// Serves two emulated sites until its input ends
    #[command(hide = true)]
    Emulator(emulator::Options),
    /// Captures or recovers, and tells what it took
    #[command(hide = true)]
    Worker(worker::Options),
}

/// The program's own, since memory is measured here.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    match arguments.part {
        Some(Part::Emulator(options)) => process::runtime()?.block_on(emulator::serve(options)),
        Some(Part::Worker(options)) => process::runtime()?.block_on(worker::run(options)),
        None => measure(&arguments),
    }
}

fn measure(arguments: &Arguments) -> Result<()> {
    let size = if arguments.quick {
        Size::Quick
    } else if arguments.full {
        Size::Full
    } else {
        Size::Usual
    };
    let named = |name: &str| arguments.names.iter().any(|chosen| chosen == name);
    let chosen = |name: &str| match name {
        "peer" => arguments.peer || named(name),
        "timeline" => named(name),
        _ => arguments.names.is_empty() || named(name),
    };
    let mut table = Table::new(size);
    for (name, row) in rows::ALL {
        if chosen(name) {
            eprintln!("measuring {name} …");
            let measured = row(size).with_context(|| format!("measuring {name}"))?;
            for row in measured {
                println!("{row}");
                table.rows.push(row);
            }
            table.save(&arguments.json)?;
        }
    }
    println!("\n{table}\nSaved as {}", arguments.json.display());
    Ok(())
}
