//! `lifeboat worker`: does whatever is due.

use anyhow::Result;

use crate::app::App;
use crate::cli::job::WorkerArguments;
use crate::commands::interrupt;

/// Works until it is interrupted, or until nothing is due. What it was doing then, another worker goes on with.
pub(crate) async fn run(app: &App, arguments: &WorkerArguments) -> Result<()> {
    let worker = app.worker()?;
    if !arguments.once {
        app.output.note(&format!("doing up to {} jobs at once; Ctrl-C gives them back and ends", arguments.jobs));
    }
    Ok(worker.serve(usize::from(arguments.jobs), arguments.once, &interrupt()).await?)
}
