//! `lifeboat backup …`: capture of a site into its vault.

use std::time::Duration;

use anyhow::{Context as _, Result};
use recovery::capture::CaptureReport;
use serde_json::json;
use store::Site;
use tokio_util::sync::CancellationToken;
use worker::kinds::capture::{self, Wanted};
use worker::{CameTo, Finished};

use crate::app::App;
use crate::cli::points::BackupCommand;
use crate::client::Client;
use crate::client::views;
use crate::client::wait::Job;
use crate::commands::interrupt;
use crate::exit::Fault;
use crate::jobs;

pub(crate) async fn run(app: &App, command: BackupCommand) -> Result<()> {
    match command {
        BackupCommand::Run { site, full } => {
            let site = app.site(&site).await?;
            let report = once(app, &site, full, &interrupt()).await?;
            app.output.result(&report, || report.to_string())
        }
        BackupCommand::Watch { site, every, times } => watch(app, &app.site(&site).await?, every, times).await,
    }
}

/// Lets the server make a recovery point, and waits for it.
pub(crate) async fn ask(client: &Client, command: BackupCommand) -> Result<()> {
    let BackupCommand::Run { site, full } = command else {
        return Err(Fault::usage("`lifeboat backup watch` works on the machine itself").into());
    };
    let known = client.site(&site).await?;
    let begun: Job = views::read(&client.post(["sites", &known.id, "backups"], &json!({ "full": full })).await?)?;
    let look = format!("`lifeboat job show {}`", begun.id);
    let result = client.wait_for(&begun.id, &interrupt(), &look).await?.outcome()?;
    let report: CaptureReport = serde_json::from_value(result).context("the server is of another version")?;
    client.output.result(&report, || report.to_string())
}

/// Captures again and again. A capture that fails is told, and tried again at the next turn: the point of watching is to
/// outlive an outage.
async fn watch(app: &App, site: &Site, every: u32, times: Option<u32>) -> Result<()> {
    let cancel = interrupt();
    let mut turn = 0;
    loop {
        turn += 1;
        match once(app, site, false, &cancel).await {
            Ok(report) => app.output.result(&report, || report.to_string())?,
            Err(error) if cancel.is_cancelled() || times.is_some_and(|times| turn >= times) => return Err(error),
            Err(error) => app.output.note(&format!("{error:#}; trying again in {every} min")),
        }
        if times.is_some_and(|times| turn >= times) {
            return Ok(());
        }
        tokio::select! {
            () = app.ambient.clock.sleep(Duration::from_secs(u64::from(every) * 60)) => {}
            () = cancel.cancelled() => return Ok(()),
        }
    }
}

/// Makes one recovery point.
pub(crate) async fn once(app: &App, site: &Site, full: bool, cancel: &CancellationToken) -> Result<CaptureReport> {
    let worker = app.worker()?;
    app.jira(site).await?;
    let new = || capture::job(app.tenant, site.id, Wanted { full }, None, &app.ambient);
    let mut job = jobs::begin(app, &worker, &new, &format!("the capture of `{}`", site.name)).await?;
    if full {
        // One that was begun without, and died, goes on with it.
        let mut repository = app.store.write().await?;
        jobs::checkpoint(repository.as_mut(), &mut job, json!({ "full": true })).await?;
        repository.save().await?;
    }
    match jobs::run(app, &worker, &job, None, cancel).await?.came_to {
        CameTo::Finished(Finished { result, .. }) => Ok(serde_json::from_value(result)?),
        CameTo::Failed(error) => Err(error.into()),
        CameTo::Lost | CameTo::Asked(_) => {
            let message = format!("the capture of `{}` was taken over or stopped by somebody else", site.name);
            Err(Fault::refused(message).into())
        }
        CameTo::Interrupted => {
            let message = format!("stopped; `lifeboat backup run {}` goes on where it was", site.name);
            Err(Fault::interrupted(message).into())
        }
    }
}
