//! Two emulated sites as a process of their own: their memory and CPU are not Lifeboat's.

use std::io::BufRead as _;
use std::io::{BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use jira_emulator::{Emulator, Limits, Seed, SiteHandle, SiteOptions};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::process;

mod compare;

/// What to serve.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Options {
    /// How many issues to invent
    #[arg(long, default_value_t = 0)]
    pub(crate) issues: u32,
    /// A folder of issues instead
    #[arg(long)]
    pub(crate) folder: Option<PathBuf>,
    /// Delay of every answer in milliseconds
    #[arg(long, default_value_t = 0)]
    pub(crate) latency: u64,
    /// Without rate limits
    #[arg(long)]
    pub(crate) no_limits: bool,
    /// The standby has the source's configuration already, and no issues
    #[arg(long)]
    pub(crate) configured: bool,
}

impl Options {
    pub(crate) fn seed(&self) -> Seed {
        match &self.folder {
            Some(folder) => Seed::Folder(folder.clone()),
            None => Seed::Generated { issues: self.issues, seed: 7 },
        }
    }
}

/// How to reach a site.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reached {
    pub url: String,
    pub email: String,
    pub token: String,
    pub cloud_id: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Sites {
    source: Reached,
    standby: Reached,
    projects: Vec<String>,
}

/// Serves until the input ends. A line `compare` is answered with what the standby lacks of the source; `statistics` with
/// the requests of both, which are then forgotten; `log` with the latest of them, each with the milliseconds since the first.
pub(crate) async fn serve(options: Options) -> Result<()> {
    let standby = if options.configured { options.seed() } else { Seed::Empty };
    let emulator = Emulator::start(jira_emulator::Options {
        sites: vec![SiteOptions::new("source", options.seed()), SiteOptions::new("standby", standby)],
        limits: if options.no_limits { Limits::off() } else { Limits::default() },
        ..jira_emulator::Options::default()
    })
    .await?;
    let (source, standby) = (emulator.site("source"), emulator.site("standby"));
    if options.configured {
        standby.alter(without_issues);
    }
    give_access(source, standby);
    for site in [source, standby] {
        site.latency(Duration::from_millis(options.latency));
    }
    let projects = source.inspect(|state| state.projects.values().map(|project| project.key.to_string()).collect());
    let sites = Sites { source: reached(source), standby: reached(standby), projects };
    say(&serde_json::to_value(sites)?)?;
    let (source, standby) = (source.clone(), standby.clone());
    tokio::task::spawn_blocking(move || listen(&source, &standby)).await??;
    drop(emulator);
    Ok(())
}

fn listen(source: &SiteHandle, standby: &SiteHandle) -> Result<()> {
    for line in std::io::stdin().lock().lines() {
        match line?.as_str() {
            "compare" => say(&source.inspect(|source| standby.inspect(|standby| compare::sites(source, standby))))?,
            "statistics" => {
                say(&serde_json::json!({ "source": source.statistics(), "standby": standby.statistics() }))?;
                source.clear_requests();
                standby.clear_requests();
            }
            "log" => say(&serde_json::json!({ "source": log(source), "standby": log(standby) }))?,
            _ => {}
        }
    }
    Ok(())
}

fn log(site: &SiteHandle) -> Vec<(i64, String)> {
    let requests = site.requests();
    let first = requests.first().map_or(0, |request| request.at.as_millisecond());
    requests.into_iter().map(|request| (request.at.as_millisecond() - first, request.endpoint)).collect()
}

fn say(value: &Value) -> Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{value}")?;
    Ok(output.flush()?)
}

fn reached(site: &SiteHandle) -> Reached {
    Reached {
        url: site.url().to_string().trim_end_matches('/').to_owned(),
        email: site.admin_email().to_owned(),
        token: site.admin_token().to_owned(),
        cloud_id: site.cloud_id().to_string(),
    }
}

/// Everybody on the source has an account on the standby.
pub(crate) fn give_access(source: &SiteHandle, standby: &SiteHandle) {
    let people = source.inspect(|state| state.users.clone());
    standby.alter(|state| {
        for (account, user) in people {
            state.users.entry(account).or_insert(user);
        }
    });
}

fn without_issues(state: &mut jira_emulator::state::SiteState) {
    state.issues.clear();
    state.comments.clear();
    state.worklogs.clear();
    state.attachments.clear();
    state.links.clear();
    state.remote_links.clear();
    state.issue_numbers.clear();
    state.children.clear();
    state.media.clear();
    state.updates = jira_emulator::state::Updates::default();
    for project in state.projects.values_mut() {
        project.last_issue_number = 0;
    }
}

/// A child that serves two sites; it ends when this is dropped.
pub(crate) struct Serving {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    pub(crate) source: Reached,
    pub(crate) standby: Reached,
    pub(crate) projects: Vec<String>,
}

impl Serving {
    pub(crate) fn start(options: &Options) -> Result<Self> {
        let mut command = process::own("emulator")?;
        command.args(["--issues", &options.issues.to_string(), "--latency", &options.latency.to_string()]);
        if let Some(folder) = &options.folder {
            command.arg("--folder").arg(folder);
        }
        if options.no_limits {
            command.arg("--no-limits");
        }
        if options.configured {
            command.arg("--configured");
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().context("its output is piped")?);
        let sites: Sites = serde_json::from_value(heard(&mut output)?)?;
        Ok(Self { child, input, output, source: sites.source, standby: sites.standby, projects: sites.projects })
    }

    /// Asks it something; see [`serve`].
    pub(crate) fn ask(&mut self, what: &str) -> Result<Value> {
        writeln!(self.input.as_mut().context("it still listens")?, "{what}")?;
        heard(&mut self.output)
    }
}

fn heard(output: &mut BufReader<ChildStdout>) -> Result<Value> {
    let mut line = String::new();
    output.read_line(&mut line)?;
    serde_json::from_str(&line).context("the emulated sites do not answer")
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.input.take());
        drop(self.child.wait());
    }
}
