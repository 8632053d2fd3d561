//! `lifeboat vault …`: verify, prune, history of one item.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Result;
use futures::TryStreamExt as _;
use serde_json::{Value, json};
use vault::{Depth, KeepPolicy, Vault, VerifyReport, VersionInfo, verify_keyless};

use crate::app::App;
use crate::cli::vault::VaultCommand;
use crate::exit::{Exit, Fault};

/// How long objects that nothing needs are kept, so that no run that began before misses them.
const GRACE: Duration = Duration::from_hours(36);

pub(crate) async fn run(app: &App, command: VaultCommand) -> Result<()> {
    match command {
        VaultCommand::Verify { site, without_key } => verify(app, &site, without_key).await,
        VaultCommand::Prune { site, keep_hourly, keep_daily, keep_weekly, keep_monthly, dry_run } => {
            let policy = KeepPolicy {
                hourly: keep_hourly as usize,
                daily: keep_daily as usize,
                weekly: keep_weekly as usize,
                monthly: keep_monthly as usize,
                minimum_age: Duration::ZERO,
                grace: GRACE,
            };
            prune(app, &site, &policy, dry_run).await
        }
        VaultCommand::History { site, kind, key, show } => history(app, &site, &kind, &key, show).await,
    }
}

async fn verify(app: &App, name: &str, without_key: bool) -> Result<()> {
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
    app.output.result(&described(&report), || told(name, &report, without_key))?;
    if report.problems.is_empty() {
        return Ok(());
    }
    let message = format!("the vault of `{name}` has {} damaged or missing objects", report.problems.len());
    Err(Fault { exit: Exit::Vault, message }.into())
}

/// Whether a flipped bit can be behind it: one in the id of the key, too.
fn may_be_damage(error: &anyhow::Error) -> bool {
    use vault::Error as E;
    matches!(error.downcast_ref(), Some(E::Damaged { .. } | E::Missing { .. } | E::WrongKey { .. } | E::KeyService(_)))
}

async fn without_any_key(app: &App, site: &store::Site) -> Result<VerifyReport> {
    let known = app.known_head(site).await?;
    Ok(verify_keyless(&app.storage(site)?, known.as_ref()).await?)
}

fn described(report: &VerifyReport) -> Value {
    let problems: Vec<Value> =
        report.problems.iter().map(|problem| json!({ "object": problem.object, "what": problem.what })).collect();
    json!({
        "objects": report.objects, "bytes": report.bytes, "records": report.records,
        "problems": problems, "unnamed": report.unnamed,
    })
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

async fn prune(app: &App, name: &str, policy: &KeepPolicy, dry_run: bool) -> Result<()> {
    let site = app.site(name).await?;
    let vault = app.vault(&site).await?;
    let report = vault.prune(policy, dry_run).await?;
    app.remember_head(&site, &vault).await?;
    let value = json!({
        "dryRun": dry_run, "kept": report.kept, "retired": report.retired, "merged": report.merged,
        "removed": report.removed, "deleted": report.deleted, "freed": report.freed, "heldBy": report.held_by,
    });
    app.output.result(&value, || {
        let would = if dry_run { "would be " } else { "" };
        let mut text = format!(
            "{} recovery points kept, {} {would}retired; {} objects {would}deleted, {} bytes freed\n",
            report.kept.len(),
            report.retired.len(),
            report.deleted,
            report.freed
        );
        if !report.held_by.is_empty() {
            let _ = writeln!(text, "nothing was deleted while held by: {}", report.held_by.join(", "));
        }
        text
    })
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
