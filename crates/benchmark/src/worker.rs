//! The pipeline as a process of its own: as the program runs it, with the journal in SQLite and the vault in a folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ambient::Ambient;
use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use control::id::{RecoveryId, SiteId, TenantId};
use jira::{Credentials, Jira};
use recovery::capture::CaptureSettings;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::job::{Claim, Limits};
use store::{NewJob, RecoveryRun, Site, Store as _, Subject};
use store_sqlite::SqliteStore;

use crate::emulator::Reached;
use crate::pipeline;
use crate::process::{self, Taken};
use ::worker::StoredJournal;

/// What to do.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Task {
    /// Capture the site into the vault.
    Capture,
    /// Recover the newest point onto the site.
    Recover,
}

/// What a worker is told.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    task: Task,
    #[arg(long)]
    url: String,
    #[arg(long)]
    email: String,
    #[arg(long)]
    cloud_id: String,
    /// Folder of the vault and the journal
    #[arg(long)]
    folder: PathBuf,
}

/// What it tells.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Told {
    pub seconds: f64,
    pub requests: u64,
    pub throttled: u64,
    #[serde(flatten)]
    pub taken: Taken,
    /// Whether the proof holds, of a recovery.
    pub holds: Option<bool>,
    pub details: Value,
}

const TOKEN: &str = "LIFEBOAT_BENCH_TOKEN";

/// Runs a worker as a child.
pub(crate) fn start(task: Task, site: &Reached, folder: &Path) -> Result<Told> {
    let task = task.to_possible_value().context("every task has a name")?;
    let mut command = process::own("worker")?;
    command.arg(task.get_name()).args(["--url", &site.url, "--email", &site.email, "--cloud-id", &site.cloud_id]);
    command.arg("--folder").arg(folder).env(TOKEN, &site.token);
    Ok(serde_json::from_value(process::told(&mut command)?)?)
}

/// The child.
pub(crate) async fn run(options: Options) -> Result<()> {
    let ambient = Ambient::system();
    let token = SecretString::from(std::env::var(TOKEN).context("the parent gives the token")?);
    let credentials = Credentials::Basic { email: options.email.clone(), token };
    let jira = Jira::new(jira::Settings::new(options.url.parse()?, credentials), ambient.clone())?;
    let vault = pipeline::vault(&options.folder, &options.cloud_id, &options.url, &ambient).await?;
    let before = Taken::so_far().cpu_seconds;
    let begun = ambient.clock.elapsed();
    let (holds, details) = match options.task {
        Task::Capture => {
            let report = pipeline::capture(&CaptureSettings::default(), &jira, &vault, &ambient).await?;
            (None, json!({ "issues": report.issues, "unread": report.unread.len() }))
        }
        Task::Recover => {
            let (journal, id, lease) = journal(&options.folder, &ambient).await?;
            let recovery = pipeline::recovery(&vault, &jira, &options.url, journal, (id.into(), lease), &ambient)?;
            let done = pipeline::recover(&recovery).await?;
            let details = json!({
                "phases": done.applied.phases, "apply_seconds": done.apply_seconds,
                "apply_requests": done.applied.requests.values().sum::<u64>(), "estimate": done.plan.estimate,
                "proof_requests": done.proof_requests, "problems": done.proof.problems_count,
                "different": done.proof.different, "extras": done.proof.extras_count, "peak_after_plan_and_apply": done.peaks,
            });
            (Some(done.proof.holds), details)
        }
    };
    let statistics = jira.statistics();
    let taken = Taken::so_far();
    let told = Told {
        seconds: ambient.clock.elapsed().saturating_sub(begun).as_secs_f64(),
        requests: statistics.requests(),
        throttled: statistics.throttled(),
        taken: Taken { cpu_seconds: taken.cpu_seconds - before, ..taken },
        holds,
        details,
    };
    println!("{}", serde_json::to_string(&told)?);
    Ok(())
}

/// A journal in a new database, with the run that its rows belong to.
async fn journal(folder: &Path, ambient: &Ambient) -> Result<(Arc<dyn recovery::journal::Journal>, RecoveryId, u64)> {
    let store = SqliteStore::open(&folder.join("control.db")).await?;
    let tenant: TenantId = store::new_id(ambient);
    let (source, standby): (SiteId, SiteId) = (store::new_id(ambient), store::new_id(ambient));
    let id: RecoveryId = store::new_id(ambient);
    let now = ambient.now();
    let mut repository = store.write().await?;
    for (site, name) in [(source, "source"), (standby, "standby")] {
        let site = Site {
            id: site,
            tenant,
            name: name.to_owned(),
            url: format!("https://{name}.example"),
            cloud_id: name.to_owned(),
            account: "admin@example.com".to_owned(),
            credentials: None,
            added: now,
            rpo_target: None,
            removed: None,
        };
        repository.sites().add(&site).await?;
    }
    let job = NewJob {
        id: store::new_id(ambient),
        tenant,
        kind: "recovery".to_owned(),
        subject: Subject::Site(standby),
        payload: Value::Null,
        writes: None,
        dedup: None,
        priority: 0,
        run_at: now,
        max_attempts: 1,
        created_by: None,
        created: now,
    };
    repository.jobs().enqueue(&job).await?;
    let run = RecoveryRun {
        id,
        tenant,
        job: job.id,
        connection: None,
        request: None,
        source,
        standby,
        point: 0,
        options: Value::Null,
        report: None,
        started: now,
    };
    repository.recoveries().add(&run).await?;
    let until = now + Duration::from_hours(24);
    let claim = Claim { holder: "benchmark", now, until, limits: Limits::default() };
    let taken = repository.jobs().take(tenant, job.id, &claim).await?;
    repository.save().await?;
    let lease = taken.and_then(|job| job.lease).context("a new job is free")?.token;
    Ok((Arc::new(StoredJournal::new(store.journal(tenant))), id, lease))
}
