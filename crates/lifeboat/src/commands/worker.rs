//! `lifeboat worker`: does whatever is due.

use std::time::Duration;

use anyhow::Result;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::cli::job::WorkerArguments;
use crate::commands::interrupt;
use crate::plane;

/// Works until it is interrupted, or until nothing is due. What it was doing then, another worker goes on with.
pub(crate) async fn run(app: &App, arguments: &WorkerArguments) -> Result<()> {
    let worker = app.worker()?;
    let cancel = interrupt();
    if !arguments.once {
        app.output.note(&format!("doing up to {} jobs at once; Ctrl-C gives them back and ends", arguments.jobs));
    }
    let copies = cancel.child_token();
    let work = async {
        let worked = worker.serve(usize::from(arguments.jobs), arguments.once, &cancel).await;
        copies.cancel();
        worked
    };
    let (worked, copied) = tokio::join!(work, upkeep(app, arguments.once, &copies));
    worked?;
    copied
}

/// Looks after the database until it is cancelled: copies it to where the vaults lie, as often as the settings say, and forgets
/// what is over.
pub(crate) async fn upkeep(app: &App, once: bool, cancel: &CancellationToken) -> Result<()> {
    if once {
        return Ok(());
    }
    app.pepper()?;
    let (around, pepper) = (app.around()?, plane::sealed_pepper(&app.home)?);
    let hours = app.settings.database.copy_every_hours;
    let copies = async {
        if hours > 0 {
            around.keep_copying(app.tenant, &pepper, Duration::from_secs(u64::from(hours) * 3600), cancel).await;
        }
    };
    tokio::join!(copies, around.keep_house(cancel));
    Ok(())
}
