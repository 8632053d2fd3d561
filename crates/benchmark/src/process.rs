//! What a process took, as Linux tells it, and children that tell it of themselves.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a process took.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Taken {
    /// The most memory that was resident.
    pub peak_bytes: u64,
    /// Seconds of CPU, user and system.
    pub cpu_seconds: f64,
}

impl Taken {
    /// By this process so far. Zero where there is no `/proc`.
    pub(crate) fn so_far() -> Self {
        Self { peak_bytes: peak("self").unwrap_or_default(), cpu_seconds: cpu_seconds().unwrap_or_default() }
    }
}

/// The most memory that was resident in a process (`self` or its id).
pub(crate) fn peak(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// Ticks are hundredths of a second on every Linux that counts.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let after_name = stat.rsplit_once(')')?.1;
    let ticks: Vec<u64> =
        after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
    Some(ticks.iter().sum::<u64>() as f64 / 100.0)
}

/// A runtime as the program has one.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// This program, to be run as one of its parts.
pub(crate) fn own(part: &str) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe().context("where is this program?")?);
    command.arg(part);
    Ok(command)
}

/// Runs a child whose last line of output is JSON.
pub(crate) fn told(command: &mut Command) -> Result<Value> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{command:?} failed: {}", output.status);
    let text = String::from_utf8(output.stdout)?;
    Ok(serde_json::from_str(text.lines().last().unwrap_or_default())?)
}

/// Runs a foreign program and measures it from outside: seconds, and the most memory that was seen resident.
#[expect(clippy::disallowed_methods, reason = "another program's time is by the clock on the wall")]
pub(crate) fn watched(command: &mut Command) -> Result<(f64, u64, bool)> {
    let begun = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let id = child.id().to_string();
    let mut most = 0;
    loop {
        most = most.max(peak(&id).unwrap_or_default());
        if let Some(status) = child.try_wait()? {
            return Ok((begun.elapsed().as_secs_f64(), most, status.success()));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
