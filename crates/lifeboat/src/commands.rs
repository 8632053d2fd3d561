//! What the commands do: one file for each group.
//!
//! What goes through the API is `ask` in each, and works the same over the network and on the machine itself ([`crate::client`]).
//! What moves data (captures, recoveries, vaults) runs in this process on the machine itself, and as a job of the server's
//! elsewhere; [`afar`] has the way there.

mod afar;
mod api_key;
mod audit;
mod backup;
mod connection;
mod contacts;
mod db;
mod demo;
mod job;
pub(crate) mod person;
mod points;
mod policy;
mod recover;
mod schedule;
mod serve;
mod site;
mod vault;
mod verification;
mod worker;

use std::sync::OnceLock;

use ambient::Ambient;
use anyhow::Result;
use clap::CommandFactory as _;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::cli::audit::AuditCommand;
use crate::cli::{Cli, Command};
use crate::client::Client;
use crate::output::{self, Output};

/// Does what was typed.
pub(crate) async fn run(cli: Cli, ambient: Ambient) -> Result<()> {
    let Cli { global, command } = cli;
    match command {
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "lifeboat", &mut script);
            output::print(&script)
        }
        Command::Audit(AuditCommand::Verify(arguments)) => audit::verify::run(&Output::new(&global), &arguments),
        command if global.server.is_some() => afar::run(&global, command, ambient).await,
        Command::Demo(arguments) => Box::pin(demo::run(global, arguments, ambient)).await,
        command => {
            let app = App::open(&global, ambient).await?;
            // These do what others asked for: what happens there is not the doing of whoever started them.
            let is_a_service = matches!(command, Command::Worker(_) | Command::Serve(_));
            let app = if is_a_service { app } else { app.at_this_machine() };
            dispatch(&app, command).await
        }
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
        Command::Contacts(command) => contacts::ask(&Client::here(app).await?, command).await,
        Command::Policy(command) => policy::ask(&Client::here(app).await?, command).await,
        Command::Verification(command) => verification::run(app, command).await,
        Command::Recover(command) => Box::pin(recover::run(app, command)).await,
        Command::Worker(arguments) => worker::run(app, &arguments).await,
        Command::Job(command) => job::run(app, command).await,
        Command::Schedule(command) => schedule::run(app, command).await,
        Command::Audit(command) => audit::ask(&Client::here(app).await?, command).await,
        Command::ApiKey(command) => api_key::ask(&Client::here(app).await?, command).await,
        Command::Db(command) => db::run(app, command).await,
        Command::Serve(arguments) => Box::pin(serve::run(app, &arguments)).await,
        Command::Demo(_) | Command::Completions { .. } => unreachable!("these need no home folder: see `run`"),
    }
}

/// How recoveries work, by the settings.
pub(crate) fn usual_recovery(app: &App) -> recovery::Settings {
    recover::options::usual(app)
}

/// Cancelled by Ctrl-C or a termination signal: work then stops at the next safe point. A second one ends the program.
fn interrupt() -> CancellationToken {
    static SIGNALLED: OnceLock<CancellationToken> = OnceLock::new();
    let signalled = SIGNALLED.get_or_init(|| {
        let signalled = CancellationToken::new();
        tokio::spawn(watch_signals(signalled.clone()));
        signalled
    });
    signalled.child_token()
}

async fn watch_signals(signalled: CancellationToken) {
    wait_for_signal().await;
    eprintln!("lifeboat: stopping at the next safe point; press Ctrl-C again to stop at once");
    signalled.cancel();
    wait_for_signal().await;
    std::process::exit(crate::exit::Exit::Interrupted as i32);
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
