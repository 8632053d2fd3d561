//! PyPI's `jira-project-backup-restore` on the same site.
//!
//! It restores into projects that are there already, so it gets a standby that has the source's whole configuration; Lifeboat
//! gets an empty one and makes the configuration itself. What each loses or has twice is found by the emulator
//! (`emulator/compare.rs`), which knows neither.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::{LATENCY, Size, mebibytes, spoken};
use crate::emulator::{Options, Reached, Serving};
use crate::process;
use crate::table::{Row, Time};
use crate::worker::{self, Task};

const PACKAGE: &str = "jira-project-backup-restore==1.5.1";

struct Outcome {
    seconds: f64,
    peak_bytes: u64,
    requests: u64,
    compared: Value,
}

pub(super) fn measure(size: Size) -> Result<Vec<Row>> {
    let issues = match size {
        Size::Quick => 60,
        Size::Usual => 200,
        Size::Full => 1_000,
    };
    let program = install()?;
    let options = Options { issues, latency: LATENCY.as_millis() as u64, ..Options::default() };
    let own = lifeboat(&options)?;
    let mut rows = vec![lost("Lifeboat", &own)];
    for (delay, target) in [("0.2", 30.0), ("0", 5.0)] {
        let peer = peer(&program, &Options { configured: true, ..options.clone() }, delay)?;
        let ratio = peer.seconds / own.seconds;
        rows.push(Row {
            what: format!("{issues} issues through jira-project-backup-restore, API_DELAY {delay}"),
            measured: format!("{}, {} requests, {}", spoken(peer.seconds), peer.requests, mebibytes(peer.peak_bytes)),
            against: format!(
                "{} of Lifeboat, {} requests (plan and proof included), {}",
                spoken(own.seconds),
                own.requests,
                mebibytes(own.peak_bytes)
            ),
            ratio: Some(ratio),
            target: format!("≥ {target}"),
            met: Some(ratio >= target),
            time: Time::Real,
            figures: json!({ "peer": peer.compared, "lifeboat": own.compared }),
        });
        rows.push(lost(&format!("jira-project-backup-restore, API_DELAY {delay}"), &peer));
    }
    Ok(rows)
}

/// What one of them lost or has twice, by kind.
fn lost(who: &str, result: &Outcome) -> Row {
    let kinds = result.compared.as_object().into_iter().flatten();
    let wrong: Vec<String> = kinds
        .filter_map(|(kind, counts)| {
            let (all, lost) = (counts["source"].as_u64()?, counts["lost"].as_u64()?);
            let twice = counts["twice or more"].as_u64()?;
            let more = if twice > 0 { format!(", {twice} more than once") } else { String::new() };
            (lost + twice > 0).then(|| format!("{kind}: {lost} of {all}{more}"))
        })
        .collect();
    Row {
        what: format!("what {who} loses or has twice"),
        measured: if wrong.is_empty() { "nothing".to_owned() } else { wrong.join("; ") },
        against: String::new(),
        ratio: None,
        target: if who == "Lifeboat" { "nothing".to_owned() } else { String::new() },
        met: (who == "Lifeboat").then_some(wrong.is_empty()),
        time: Time::Real,
        figures: result.compared.clone(),
    }
}

fn lifeboat(options: &Options) -> Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let mut serving = Serving::start(options)?;
    let capture = worker::start(Task::Capture, &serving.source, folder.path())?;
    let recover = worker::start(Task::Recover, &serving.standby, folder.path())?;
    ensure!(recover.holds == Some(true), "the proof does not hold: {}", recover.details);
    Ok(Outcome {
        seconds: capture.seconds + recover.seconds,
        peak_bytes: capture.taken.peak_bytes.max(recover.taken.peak_bytes),
        requests: capture.requests + recover.requests,
        compared: serving.ask("compare")?,
    })
}

/// Backs up each project and restores it, with the statuses, into the project of the same key.
fn peer(program: &Path, options: &Options, delay: &str) -> Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let mut serving = Serving::start(options)?;
    let mut done = Outcome { seconds: 0.0, peak_bytes: 0, requests: 0, compared: Value::Null };
    let mut run = |site: &Reached, arguments: &[&str]| -> Result<()> {
        let mut command = Command::new(program);
        let backups = folder.path().join("backups");
        let settings = folder.path().join("settings");
        std::fs::write(&settings, "")?;
        command.current_dir(folder.path()).arg("--env").arg(&settings).args(arguments);
        command.env("JIRA_URL", &site.url).env("JIRA_EMAIL", &site.email).env("JIRA_API_TOKEN", &site.token);
        command.env("BACKUP_ROOT", &backups).env("API_DELAY", delay);
        let (seconds, peak, succeeded) = process::watched(&mut command)?;
        ensure!(succeeded, "jira-project-backup-restore {arguments:?} failed");
        done.seconds += seconds;
        done.peak_bytes = done.peak_bytes.max(peak);
        Ok(())
    };
    run(&serving.source, &["--backup", &serving.projects.join(",")])?;
    for project in &serving.projects {
        let backup = newest(&folder.path().join("backups"), project)?;
        let backup = backup.to_str().context("a temporary folder's name is text")?;
        run(&serving.standby, &["--restore", backup, "--target", project, "--with-statuses"])?;
    }
    let statistics = serving.ask("statistics")?;
    let count = |site: &str| statistics[site]["requests"].as_u64().unwrap_or_default();
    done.requests = count("source") + count("standby");
    done.compared = serving.ask("compare")?;
    Ok(done)
}

fn newest(backups: &Path, project: &str) -> Result<PathBuf> {
    let folders = std::fs::read_dir(backups)?.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let of_project = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        path.is_dir() && name.starts_with(&format!("{project}_"))
    };
    folders.filter(of_project).max().with_context(|| format!("there is no backup of {project}"))
}

/// Installs it into `target/python-peer`, once.
fn install() -> Result<PathBuf> {
    let home = std::env::current_dir()?.join("target/python-peer");
    let program = home.join("bin/jira-backup");
    if !program.is_file() {
        eprintln!("  installing {PACKAGE} into target/python-peer (once)");
        let made = Command::new("python3").args(["-m", "venv"]).arg(&home).status()?;
        ensure!(made.success(), "python3 -m venv failed");
        let pip = Command::new(home.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE])
            .status()?;
        ensure!(pip.success(), "installing {PACKAGE} failed");
    }
    Ok(program)
}
