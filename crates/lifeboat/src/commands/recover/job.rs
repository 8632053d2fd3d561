//! What a recovery needs, put together from the control plane, the vault and the command line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use control::connection::State;
use control::id::RecoveryId;
use recovery::{Kinds, People, Recovery, Settings};
use serde::{Deserialize, Serialize};
use site::marks::Marks;
use store::{RecoveryRun, RunState, Site};
use uuid::Uuid;

use crate::app::App;
use crate::cli::recover::Options;
use crate::commands::points;
use crate::exit::Fault;
use crate::journal::StoredJournal;

/// What a run remembers of how it was started.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Remembered {
    settings: Settings,
    without_attachments: bool,
    /// The key of this recovery's marks, sealed.
    marks: String,
}

/// A run that would recover what the options say. Nothing is stored yet.
pub(super) async fn new_run(app: &App, state: &State, options: &Options) -> Result<RecoveryRun> {
    let connection = state.connection.as_ref().context("the connection is there")?;
    let bound = connection.bound.as_ref().ok_or_else(|| Fault::refused("the connection is not active"))?;
    let source = site(app, connection.source).await?;
    let vault = app.vault(&source).await?;
    let point = points::find(&vault, &source.name, options.point)?;
    check_projects(&vault, point.number, &options.projects).await?;
    let id: RecoveryId = store::new_id(&app.ambient);
    let key = app.ambient.entropy.bytes::<32>();
    let remembered = Remembered {
        settings: settings(app, options)?,
        without_attachments: options.without_attachments,
        marks: app.keys.seal(&key, &marks_context(id)).await?,
    };
    Ok(RecoveryRun {
        id,
        tenant: app.tenant,
        connection: Some(connection.id),
        request: state.request.as_ref().map(|request| request.id),
        source: source.id,
        standby: bound.site,
        point: point.number,
        options: serde_json::to_value(remembered)?,
        state: RunState::Running,
        stop: None,
        lease: None,
        phase: "plan".to_owned(),
        progress: serde_json::Value::Null,
        report: None,
        started_by: None,
        started: app.ambient.now(),
        ended: None,
    })
}

/// A misspelt project is told before anything is done.
async fn check_projects(vault: &vault::Vault, point: u64, wanted: &[String]) -> Result<()> {
    use futures::TryStreamExt as _;
    if wanted.is_empty() {
        return Ok(());
    }
    let records: Vec<vault::Record> = vault.at(point)?.scan("project", "").try_collect().await?;
    let known: BTreeSet<String> = records
        .iter()
        .filter_map(|record| serde_json::from_slice::<serde_json::Value>(&record.body).ok())
        .filter_map(|project| project["key"].as_str().map(str::to_owned))
        .collect();
    match wanted.iter().find(|key| !known.contains(*key)) {
        None => Ok(()),
        Some(key) => {
            let known: Vec<String> = known.into_iter().collect();
            let message = format!("recovery point {point} has no project {key}; it has {}", known.join(", "));
            Err(Fault::usage(message).into())
        }
    }
}

fn settings(app: &App, options: &Options) -> Result<Settings> {
    let map = options.users.as_deref().map(read_users).transpose()?.unwrap_or_default();
    let projects = (!options.projects.is_empty()).then(|| options.projects.iter().cloned().collect());
    Ok(Settings {
        people: People { map, fallback: options.fallback_user.clone() },
        projects,
        first: options.projects.clone(),
        issues_at_once: app.settings.recovery.issues_at_once,
        ambiguity_wait: Duration::from_secs(app.settings.recovery.settle_seconds),
        ..Settings::default()
    })
}

/// Two accountIds a line, separated by a comma; a first line of titles is passed over.
fn read_users(path: &Path) -> Result<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the users in {}", path.display()))?;
    let mut users = BTreeMap::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let pair = line.split_once(',').map(|(source, standby)| (source.trim(), standby.trim()));
        let usable =
            pair.filter(|(source, standby)| !source.is_empty() && !standby.is_empty() && !standby.contains(','));
        let Some((source, standby)) = usable else {
            let message =
                format!("line {} of {} is not two accountIds with a comma between", number + 1, path.display());
            return Err(Fault::usage(message).into());
        };
        if number == 0 && source.to_lowercase().contains("account") {
            continue;
        }
        users.insert(source.to_owned(), standby.to_owned());
    }
    Ok(users)
}

/// The recovery of a run, under a lease.
pub(super) async fn recovery(app: &App, run: &RecoveryRun, lease: u64) -> Result<Recovery> {
    let source = site(app, run.source).await?;
    let standby = site(app, run.standby).await?;
    let remembered: Remembered =
        serde_json::from_value(run.options.clone()).context("the run is of another version")?;
    let view = app.vault(&source).await?.at(run.point)?;
    let mut kinds = Kinds::registry();
    if remembered.without_attachments {
        kinds.hanging.retain(|kind| kind.name() != "attachment");
    }
    Ok(Recovery {
        id: run.id.into(),
        lease,
        marks: marks(app, run.id, &remembered).await?,
        earlier: earlier(app, run).await?,
        view,
        source: source.cloud_id,
        source_address: source.url,
        standby: app.jira(&standby).await?,
        standby_address: standby.url,
        journal: Arc::new(StoredJournal(app.store.journal(app.tenant))),
        kinds,
        ambient: app.ambient.clone(),
        settings: remembered.settings,
    })
}

/// The marks of earlier recoveries of the same source onto the same standby.
async fn earlier(app: &App, run: &RecoveryRun) -> Result<Vec<Marks>> {
    let mut repository = app.store.read().await?;
    let runs = repository.recoveries().list(app.tenant).await?;
    drop(repository);
    let mut earlier = Vec::new();
    for other in
        runs.iter().filter(|other| other.id != run.id && (other.source, other.standby) == (run.source, run.standby))
    {
        let remembered: Remembered =
            serde_json::from_value(other.options.clone()).context("a run is of another version")?;
        earlier.push(marks(app, other.id, &remembered).await?);
    }
    Ok(earlier)
}

async fn marks(app: &App, id: RecoveryId, remembered: &Remembered) -> Result<Marks> {
    let key = app.keys.open(&remembered.marks, &marks_context(id)).await?;
    let key: [u8; 32] = key.expose().try_into().context("the key of the recovery's marks has another length")?;
    Ok(Marks::new(Uuid::from(id).to_string(), key))
}

fn marks_context(id: RecoveryId) -> String {
    format!("lifeboat/recovery-marks/{id}")
}

pub(super) async fn site(app: &App, id: control::id::SiteId) -> Result<Site> {
    let mut repository = app.store.read().await?;
    repository.sites().get(app.tenant, id).await?.context("a site of the connection is no longer known")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_read_and_a_broken_line_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "source accountId,standby accountId\na:1 , b:2\n\n").unwrap();
        assert_eq!(read_users(file.path()).unwrap(), BTreeMap::from([("a:1".to_owned(), "b:2".to_owned())]));
        std::fs::write(file.path(), "a:1,b:2\njust one\n").unwrap();
        assert!(read_users(file.path()).unwrap_err().to_string().starts_with("line 2 of"));
    }
}
