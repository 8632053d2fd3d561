//! Throws made-up bytes at everything that reads foreign ones (`fuzz/`).
//!
//! It works on a stable toolchain: no sanitizer (there is no unsafe code to watch), only the compiler's coverage counters,
//! and `RUSTC_BOOTSTRAP` for the flags that cargo-fuzz passes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use anyhow::{Context as _, Result, ensure};

use crate::steps;

/// A target and what it begins with.
struct Target {
    name: &'static str,
    seeds: &'static [&'static str],
}

/// How hard it is tried.
#[derive(Clone, Copy)]
struct Effort {
    /// For each target.
    seconds: u32,
    /// From where made-up bytes come; 0 for others each time.
    seed: u32,
}

/// Without a time. What a submission must pass asks the same of the same code each time; whoever names a time has new bytes.
const GATE: Effort = Effort { seconds: 60, seed: 1 };

/// How many run at once.
const AT_ONCE: usize = 2;
/// The most memory that one run may take, in MiB, and the longest time for one input, in seconds.
const MEMORY: u32 = 1024;
const SLOWEST: u32 = 10;
/// The longest input, in bytes.
const LONGEST: u32 = 8192;
/// So many lines of a target that found something are shown.
const LINES: usize = 60;

/// Each thing that reads foreign bytes. Those of the vault change real objects and need nothing to begin with.
const TARGETS: [Target; 17] = [
    Target { name: "token", seeds: &["lfb_"] },
    Target { name: "source_url", seeds: &["https://Example.atlassian.net:443/", "Our standby"] },
    Target { name: "audit_export", seeds: &["[]"] },
    Target {
        name: "pages",
        seeds: &[
            "\u{0}\0\0{\"issues\":[{\"id\":\"1\"}],\"nextPageToken\":\"t\"}\n\n\0\0{\"issues\":[],\"isLast\":true}",
            "\u{1}\0\0{\"startAt\":0,\"maxResults\":1,\"total\":2,\"values\":[{}]}",
            "\u{2}\0\0[{},{}]\n\n\0\0[]",
            "\u{3}\0\0{\"offset\":0,\"limit\":1,\"total\":2,\"records\":[{\"id\":1,\"created\":\"2026-01-01T00:00:00.000+0000\"}]}",
        ],
    },
    Target {
        name: "limits",
        seeds: &[
            "\u{0}\u{e}\u{3}60\n{\"errorMessages\":[\"no\"],\"errors\":{\"a\":\"b\"}}",
            "\u{0}\u{e}\u{5}2026-01-01T00:00Z\n{}",
            "\u{5}\0\0{\"status\":\"COMPLETE\",\"progress\":100}",
            "\u{4}\u{8}\u{1}/rest/api/3/task/1\n\n\n\0\0{\"status\":\"COMPLETE\"}",
        ],
    },
    Target {
        name: "issues",
        seeds: &[
            "\u{0}\0\0{\"issues\":[{\"id\":\"1\",\"key\":\"A-1\"}],\"issueErrors\":[{\"id\":\"2\"}]}",
            "\u{1}\u{a}\0{\"issues\":[],\"errors\":[{\"status\":400,\"failedElementNumber\":0}]}",
            "{\"id\":\"1\",\"key\":\"AB-1\",\"fields\":{\"summary\":\"s\",\"project\":{\"id\":\"1\"},\"issuetype\":{\"id\":\"1\"},\"parent\":{\"key\":\"AB-2\"}}}",
        ],
    },
    Target {
        name: "hanging",
        seeds: &[
            "\u{0}\0\0{\"issueChangeLogs\":[{\"issueId\":\"1\",\"changeHistories\":[{\"id\":\"2\"}]}]}",
            "\u{1}\0\0{\"values\":[{\"worklogId\":1,\"updatedTime\":2}],\"until\":3,\"lastPage\":true}",
            "\u{4}\u{8}\u{1}https://media.example/file/0a1b2c3d-0000-4000-8000-00000000000f/binary\n\n\0\0bytes",
        ],
    },
    Target {
        name: "documents",
        seeds: &[
            "{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"AB-1\",\"marks\":[{\"type\":\"link\",\"attrs\":{\"href\":\"https://source.example/browse/AB-1\"}}]},{\"type\":\"mention\",\"attrs\":{\"id\":\"ann\"}}]}]}",
        ],
    },
    Target {
        name: "queries",
        seeds: &[
            "project = AB AND \"Epic Link\" in (AB-1, 'x') ORDER BY key DESC",
            "see https://source.example/browse/AB-1 [~accountid:ann]",
        ],
    },
    Target {
        name: "objects",
        seeds: &["\u{3}{\"id\":1,\"name\":\"n\",\"scope\":{\"type\":\"PROJECT\",\"project\":{\"id\":\"1\"}}}"],
    },
    Target { name: "vault_log", seeds: &[] },
    Target { name: "vault_checkpoint", seeds: &[] },
    Target { name: "vault_segment", seeds: &[] },
    Target { name: "vault_index", seeds: &[] },
    Target { name: "vault_blob", seeds: &[] },
    Target { name: "vault_description", seeds: &[] },
    Target { name: "vault_keys", seeds: &[] },
];

/// Runs every target for so many seconds; fails when one of them finds something, and says how to see it again.
pub(crate) fn fuzz(arguments: &[String]) -> Result<()> {
    let effort = match arguments.first() {
        Some(number) => Effort { seconds: number.parse().context("the time is a number of seconds")?, seed: 0 },
        None => GATE,
    };
    if !steps::has("cargo-fuzz") {
        steps::run(steps::cargo().args(["install", "--locked", "cargo-fuzz"]), "installing cargo-fuzz")?;
    }
    steps::run(cargo_fuzz("build").args(["--sanitizer", "none"]), "building the fuzz targets")?;
    let mut found = Vec::new();
    for pair in TARGETS.chunks(AT_ONCE) {
        let running = pair.iter().map(|target| Ok((target.name, start(target, effort)?)));
        for (name, mut running) in running.collect::<Result<Vec<_>>>()? {
            let clean = running.wait().with_context(|| format!("{name} was lost"))?.success();
            println!("{name}: {}", if clean { "nothing found" } else { "found something" });
            if !clean {
                found.push(name);
            }
        }
    }
    // At the end, where whoever reads a long log looks first.
    for name in &found {
        println!("--- {name}\n{}", finding(name)?);
    }
    ensure!(
        found.is_empty(),
        "{} found something: the input is above and in fuzz/artifacts; `cargo fuzz run --sanitizer none TARGET FILE` shows it again",
        found.join(", ")
    );
    println!("{} targets, {} s each, nothing found", TARGETS.len(), effort.seconds);
    Ok(())
}

/// Where a target's output goes: thousands of lines of progress, which nobody reads.
fn log_of(name: &str) -> PathBuf {
    steps::root().join("target/fuzz").join(name).with_extension("log")
}

/// The end of a target's output, without its progress: the panic, the input and where it was saved.
fn finding(name: &str) -> Result<String> {
    let bytes = fs::read(log_of(name)).with_context(|| format!("the output of {name} cannot be read"))?;
    let text = String::from_utf8_lossy(&bytes);
    let told: Vec<&str> =
        text.lines().filter(|line| !line.starts_with('#') && !line.starts_with("\tNEW_FUNC")).collect();
    Ok(told[told.len().saturating_sub(LINES)..].join("\n"))
}

fn start(target: &Target, Effort { seconds, seed }: Effort) -> Result<Child> {
    let corpus = Path::new("fuzz/corpus").join(target.name);
    fs::create_dir_all(&corpus).context("the folder for inputs cannot be made")?;
    for (number, seed) in target.seeds.iter().enumerate() {
        fs::write(corpus.join(format!("seed-{number}")), seed).context("an input cannot be written")?;
    }
    let log = log_of(target.name);
    fs::create_dir_all(log.with_file_name("")).context("the folder for output cannot be made")?;
    let log = File::create(&log).with_context(|| format!("{} cannot be written", log.display()))?;
    let copy = log.try_clone().context("the output cannot be shared")?;
    cargo_fuzz("run")
        .args(["--sanitizer", "none", target.name, "--"])
        .args([format!("-max_total_time={seconds}"), format!("-seed={seed}"), format!("-rss_limit_mb={MEMORY}")])
        .args([format!("-timeout={SLOWEST}"), format!("-max_len={LONGEST}"), "-print_final_stats=1".to_owned()])
        .stdout(log)
        .stderr(copy)
        .spawn()
        .with_context(|| format!("{} cannot be started", target.name))
}

fn cargo_fuzz(command: &str) -> Command {
    let mut cargo = steps::cargo();
    cargo.args(["fuzz", command]).env("RUSTC_BOOTSTRAP", "1");
    cargo
}
