//! What the commands do: one file for each group.

mod backup;
mod connection;
mod demo;
pub(crate) mod person;
mod points;
mod recover;
mod site;
mod vault;
mod verification;

use ambient::Ambient;
use anyhow::Result;
use clap::CommandFactory as _;

use crate::app::App;
use crate::cli::{Cli, Command};

/// Does what was typed.
pub(crate) async fn run(cli: Cli, ambient: Ambient) -> Result<()> {
    match cli.command {
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "lifeboat", &mut std::io::stdout());
            Ok(())
        }
        Command::Demo(arguments) => demo::run(cli.global, arguments, ambient).await,
        command => dispatch(&App::open(&cli.global, ambient).await?, command).await,
    }
}

/// Does a command in surroundings that are open already.
async fn dispatch(app: &App, command: Command) -> Result<()> {
    match command {
        Command::Person(command) => person::run(app, command).await,
        Command::Site(command) => site::run(app, command).await,
        Command::Backup(command) => backup::run(app, command).await,
        Command::Points(command) => points::run(app, command).await,
        Command::Vault(command) => vault::run(app, command).await,
        Command::Connection(command) => connection::run(app, command).await,
        Command::Verification(command) => verification::run(app, command).await,
        Command::Recover(command) => recover::run(app, command).await,
        Command::Demo(_) | Command::Completions { .. } => unreachable!("these need no home folder: see `run`"),
    }
}

/// Cancelled by Ctrl-C or a termination signal: work then stops at the next safe point. A second one ends the program.
fn interrupt() -> tokio_util::sync::CancellationToken {
    let cancel = tokio_util::sync::CancellationToken::new();
    let signalled = cancel.clone();
    tokio::spawn(async move {
        wait_for_signal().await;
        eprintln!("lifeboat: stopping at the next safe point; press Ctrl-C again to stop at once");
        signalled.cancel();
        wait_for_signal().await;
        std::process::exit(crate::exit::Exit::Interrupted as i32);
    });
    cancel
}

async fn wait_for_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
