//! `lifeboat vault …`: verify, prune, history of one item.

use std::fmt::Write as _;

use anyhow::Result;
use futures::TryStreamExt as _;
use serde_json::{Value, json};
use store::Site;
use vault::{Depth, Vault, VerifyReport, VersionInfo, verify_keyless};
use worker::kinds::prune::{self, Keep};
use worker::kinds::verify;
use worker::{CameTo, Finished};

use crate::app::App;
use crate::cli::vault::VaultCommand;
use crate::commands::interrupt;
use crate::exit::{Exit, Fault};
use crate::jobs;

pub(crate) async fn run(app: &App, command: VaultCommand) -> Result<()> {
    match command {
        VaultCommand::Verify { site, without_key } => verified(app, &site, without_key).await,
        VaultCommand::Prune { site, keep_hourly, keep_daily, keep_weekly, keep_monthly, dry_run } => {
            let keep = Keep { hourly: keep_hourly, daily: keep_daily, weekly: keep_weekly, monthly: keep_monthly };
            keep.check().map_err(|(name, wrong)| Fault::usage(format!("--keep-{name}: {wrong}")))?;
            prune_vault(app, &site, keep, dry_run).await
        }
        VaultCommand::History { site, kind, key, show } => history(app, &site, &kind, &key, show).await,
    }
}

async fn verified(app: &App, name: &str, without_key: bool) -> Result<()> {
    let site = app.site(name).await?;
    let (report, without_key) = if without_key {
        (without_any_key(app, &site).await?, true)
    } else {
        match app.vault(&site).await {
            Ok(vault) => (vault.verify(Depth::Full).await?, false),
            // A damaged vault that does not open is looked through all the same: what is wrong with it is the question.
            Err(error) if may_be_damage(&error) => match without_any_key(app, &site).await {
                Ok(report) if !report.problems.is_empty() => (report, true),
                _ => return Err(error),
            },
            Err(error) => return Err(error),
        }
    };
    app.output.result(&verify::describe(&report), || told(name, &report, without_key))?;
    if report.problems.is_empty() {
        return Ok(());
    }
    let message = format!("the vault of `{name}` has {} damaged or missing objects", report.problems.len());
    Err(Fault { exit: Exit::Vault, message }.into())
}

/// Whether a flipped bit can be behind it: one in the id of the key, too.
fn may_be_damage(error: &anyhow::Error) -> bool {
    use vault::Error as E;
    let Some(worker::Error::Vault(error)) = error.downcast_ref() else { return false };
    matches!(error, E::Damaged { .. } | E::Missing { .. } | E::WrongKey { .. } | E::KeyService(_))
}

async fn without_any_key(app: &App, site: &Site) -> Result<VerifyReport> {
    let known = app.known_head(site).await?;
    Ok(verify_keyless(&app.storage(site)?, known.as_ref()).await?)
}

fn told(name: &str, report: &VerifyReport, without_key: bool) -> String {
    let mut text = format!("vault of {name}: {} objects, {} bytes read", report.objects, report.bytes);
    if without_key {
        text.push_str(", checked against the log without a key\n");
    } else {
        let _ = writeln!(text, ", {} records opened and checked", report.records);
    }
    for problem in &report.problems {
        let _ = writeln!(text, "  {}: {}", problem.object, problem.what);
    }
    if !report.unnamed.is_empty() {
        let _ = writeln!(
            text,
            "{} objects belong to no commit (left by an interrupted run; prune removes them)",
            report.unnamed.len()
        );
    }
    if report.problems.is_empty() {
        text.push_str("everything is as it was written\n");
    }
    text
}

async fn prune_vault(app: &App, name: &str, keep: Keep, dry_run: bool) -> Result<()> {
    let site = app.site(name).await?;
    let report = if dry_run {
        let report = app.vault(&site).await?.prune(&keep.policy(), true).await?;
        prune::describe(&report, true)
    } else {
        pruned(app, &site, keep).await?
    };
    app.output.result(&report, || {
        let count = |name: &str| report[name].as_array().map_or(0, Vec::len);
        let would = if dry_run { "would be " } else { "" };
        let mut text = format!(
            "{} recovery points kept, {} {would}retired; {} objects {would}deleted, {} bytes freed\n",
            count("kept"),
            count("retired"),
            report["deleted"],
            report["freed"]
        );
        let holders: Vec<&str> = report["heldBy"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if !holders.is_empty() {
            let _ = writeln!(text, "nothing was deleted while held by: {}", holders.join(", "));
        }
        text
    })
}

/// Prunes, as a job: nothing else writes to the vault meanwhile.
async fn pruned(app: &App, site: &Site, keep: Keep) -> Result<Value> {
    app.vault(site).await?;
    let worker = app.worker()?;
    let new = || prune::job(app.tenant, site.id, keep, None, &app.ambient);
    let what = format!("the vault of `{}`", site.name);
    let job = jobs::begin(app, &worker, &new, &what).await?;
    match jobs::run(app, &worker, &job, None, &interrupt()).await?.came_to {
        CameTo::Finished(Finished { result, .. }) => Ok(result),
        CameTo::Failed(error) => Err(error.into()),
        CameTo::Interrupted => Err(Fault::interrupted("stopped; the same command goes on").into()),
        CameTo::Lost | CameTo::Asked(_) => {
            Err(Fault::refused(format!("the pruning of `{}` was stopped by somebody else", site.name)).into())
        }
    }
}

async fn history(app: &App, name: &str, kind: &str, key: &str, show: Option<u64>) -> Result<()> {
    let vault = app.vault(&app.site(name).await?).await?;
    if site::registry::kind(kind).is_none() {
        let known: Vec<&str> = site::registry::kinds().map(site::Kind::name).collect();
        return Err(Fault::usage(format!("there is no kind `{kind}`; kinds: {}", known.join(", "))).into());
    }
    let key = resolve(&vault, kind, key).await?;
    if let Some(version) = show {
        let record = vault.version(kind, &key, version).await?;
        let body = record.map(|record| serde_json::from_slice::<Value>(&record.body)).transpose()?;
        return app.output.result(&body, || match &body {
            Some(body) => format!("{body:#}"),
            None => format!("{kind} {key} was deleted in version {version}"),
        });
    }
    let versions = vault.history(kind, &key).await?;
    if versions.is_empty() {
        return Err(Fault::usage(format!("the vault of `{name}` has no {kind} {key}")).into());
    }
    let values: Vec<Value> = versions.iter().map(version).collect();
    app.output.result(&values, || {
        let line = |info: &VersionInfo| {
            format!(
                "{:>8}  {}  {}\n",
                info.version,
                info.taken,
                if info.deleted { "deleted" } else { &info.hash[..16] }
            )
        };
        versions.iter().map(line).collect()
    })
}

fn version(info: &VersionInfo) -> Value {
    json!({ "version": info.version, "taken": info.taken.to_string(), "deleted": info.deleted, "hash": info.hash })
}

/// The key in the vault of what may have been typed as an issue key. The newest point is searched.
async fn resolve(vault: &Vault, kind: &str, key: &str) -> Result<String> {
    let looks_like_issue = kind == "issue" && key.rsplit_once('-').is_some();
    let Some(point) = vault.points().pop().filter(|_| looks_like_issue) else { return Ok(key.to_owned()) };
    let mut issues = vault.at(point.number)?.scan("issue", "");
    while let Some(record) = issues.try_next().await? {
        let issue: Value = serde_json::from_slice(&record.body)?;
        if issue["key"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(key)) {
            return Ok(record.key);
        }
    }
    Err(Fault::usage(format!("recovery point {} has no issue {key}", point.number)).into())
}
