//! `lifeboat backup …`: capture of a site into its vault.

use std::time::Duration;

use anyhow::Result;
use control::id::CaptureId;
use recovery::Kinds;
use recovery::capture::{self, CaptureReport, CaptureSettings};
use store::{CaptureRun, RunState, Site};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::cli::points::BackupCommand;
use crate::commands::interrupt;
use crate::exit::Fault;
use crate::lease::{self, Keeper};

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
    let jira = app.jira(site).await?;
    let run = claim(app, site).await?;
    let keeper = Keeper::capture(app, run.id, run.lease.as_ref().map_or(0, |lease| lease.token), cancel.clone());
    let result = capture(app, site, jira, &run, full, keeper.cancelled()).await;
    let lost = keeper.stop().await;
    let (state, point) = match &result {
        Ok(report) => (RunState::Done, Some(report.point.number)),
        Err(_) => (RunState::Paused, None),
    };
    if !lost {
        let released = release(app, &run, state, point).await;
        // Why the capture failed says more than that its end could not be noted.
        if result.is_ok() {
            released?;
        }
    }
    result
}

/// Notes how a capture ended, and lets its lease go.
async fn release(app: &App, run: &CaptureRun, state: RunState, point: Option<u64>) -> Result<()> {
    let token = run.lease.as_ref().map_or(0, |lease| lease.token);
    let mut repository = app.store.write().await?;
    repository.captures().release(app.tenant, run.id, token, state, point, app.ambient.now()).await?;
    Ok(repository.save().await?)
}

/// Takes the capture's lease. One that a process left behind which died elsewhere ends by itself: that is waited for.
async fn claim(app: &App, site: &Site) -> Result<CaptureRun> {
    let attempt = async || {
        let now = app.ambient.now();
        let fresh: CaptureId = store::new_id(&app.ambient);
        let until = now + lease::LENGTH;
        let mut repository = app.store.write().await?;
        let latest = repository.captures().list(app.tenant, site.id, 1).await?.pop();
        let held = latest.and_then(|run| run.lease.filter(|_| !run.state.is_final()));
        let free = lease::free_from(held.as_ref(), now);
        let run = repository.captures().claim(app.tenant, site.id, fresh, &lease::holder(), free, until).await?;
        repository.save().await?;
        Ok(run)
    };
    lease::wait_for(app, &format!("the capture of `{}`", site.name), attempt).await
}

async fn capture(
    app: &App,
    site: &Site,
    jira: jira::Jira,
    run: &CaptureRun,
    full: bool,
    cancel: &CancellationToken,
) -> Result<CaptureReport> {
    let vault = app.vault_for_backup(site).await?;
    let settings = CaptureSettings {
        run: run.id.to_string(),
        full,
        overlap: Duration::from_secs(u64::from(app.settings.capture.overlap_minutes) * 60),
        reread: app.settings.capture.deep_issues as usize,
        ..CaptureSettings::default()
    };
    let progress = app.output.progress(&app.ambient);
    let source = capture::Source { jira, vault: vault.clone(), kinds: Kinds::registry(), ambient: app.ambient.clone() };
    let result = capture::run(&settings, &source, &progress, cancel).await;
    progress.finish();
    app.remember_head(site, &vault).await?;
    match result {
        Err(recovery::Error::Stopped) => {
            let message = format!("stopped; `lifeboat backup run {}` goes on where it was", site.name);
            Err(Fault::interrupted(message).into())
        }
        result => Ok(result?),
    }
}
