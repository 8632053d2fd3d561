//! The program: command line, settings, wiring, and the demo.
//!
//! Nothing is decided here: `worker` does the jobs, `control` decides who may do what, `store` remembers. Start at [`cli`] (what can be typed), then [`commands`] (one file for each group), [`app`] (wiring).

mod app;
mod cli;
mod client;
mod commands;
mod confirm;
mod database;
mod dns;
mod exit;
mod files;
mod jobs;
mod machine;
mod output;
mod plane;
mod secret;
mod settings;
mod telemetry;

use std::process::ExitCode;

use ambient::Ambient;
use clap::Parser as _;

use crate::cli::Cli;
use crate::exit::Exit;

/// Gives back at once what many threads took for pages that they decoded; the system's own keeps most of it
/// (`docs/adr/0008-allocator.md`).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is no reason to fail while printing help.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() };
        }
    };
    let telemetry = telemetry::begin();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("lifeboat: cannot start: {error}");
            return Exit::Failed.into();
        }
    };
    let exit = match runtime.block_on(commands::run(cli, Ambient::system())) {
        Ok(()) => Exit::Done,
        Err(error) => {
            eprintln!("lifeboat: {}", sentence(&error));
            exit::of(&error)
        }
    };
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    telemetry.end();
    exit.into()
}

/// The error and what it comes from, without saying anything twice.
fn sentence(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&cause);
        }
    }
    output::lines(&text)
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_is_said_twice() {
        let error = anyhow::anyhow!("the disk is full").context("cannot write: the disk is full");
        assert_eq!(super::sentence(&error), "cannot write: the disk is full");
    }

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory as _;
        crate::cli::Cli::command().debug_assert();
    }
}
