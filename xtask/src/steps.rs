//! What each command does.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::postgres::Cluster;
use crate::{features, python, web};

/// Where tests find the address of a PostgreSQL server, with a user who may make databases.
const TEST_POSTGRES: &str = "LIFEBOAT_TEST_POSTGRES";

/// Formatting, lints and every test. Tests run on the release profile, as `cargo run --release -- demo` does: the
/// dependencies are then built once for both.
pub(crate) fn test(arguments: &[String]) -> Result<()> {
    let all = arguments.iter().any(|argument| argument == "--all");
    let filter: Vec<&String> = arguments.iter().filter(|argument| *argument != "--all").collect();
    if filter.is_empty() {
        web::check()?;
        lint()?;
    }
    let python = prepare()?;
    let mut command = cargo();
    if has("cargo-nextest") {
        command.args(["nextest", "run", "--no-fail-fast"]);
    } else {
        command.args(["test", "--no-fail-fast"]);
    }
    command.args(["--release", "--workspace"]).args(filter);
    command.env("LIFEBOAT_TEST_PYTHON", python);
    web::browser(&mut command);
    if all {
        command.env("LIFEBOAT_TEST_LONG", "1");
    }
    let _until_the_end = postgres(&mut command);
    run(&mut command, "tests")
}

/// What the tests use beside Rust: Python packages, and the stock `age` tool that opens attachments without Lifeboat. A
/// test says so when it goes without.
pub(crate) fn prepare() -> Result<PathBuf> {
    if !has("age")
        && let Err(error) = install("age")
    {
        println!("{error:#}: the tests that need it say that they are skipped");
    }
    python::prepare()
}

/// A PostgreSQL server for the tests: the one that the environment names, or one of our own. Without one the tests that need
/// it say that they are skipped.
fn postgres(command: &mut Command) -> Option<Cluster> {
    if std::env::var_os(TEST_POSTGRES).is_some() {
        return None;
    }
    match Cluster::start() {
        Ok(cluster) => {
            command.env(TEST_POSTGRES, cluster.url());
            Some(cluster)
        }
        Err(error) => {
            println!("{error:#}: the tests that need PostgreSQL say that they are skipped");
            None
        }
    }
}

/// Installs a package of Debian's.
pub(crate) fn install(package: &str) -> Result<()> {
    ensure!(has("apt-get"), "`{package}` is not installed, and this machine has no apt-get to install it");
    let install = || {
        let mut command = Command::new("apt-get");
        command.args(["install", "--yes", "--quiet", package]).env("DEBIAN_FRONTEND", "noninteractive");
        run(&mut command, &format!("installing {package}"))
    };
    install().or_else(|_| {
        run(Command::new("apt-get").args(["update", "--quiet"]), "asking for Debian's packages")?;
        install()
    })
}

/// Formatting and lints; a warning is an error here.
pub(crate) fn lint() -> Result<()> {
    run(cargo().args(["fmt", "--all", "--check"]), "formatting (run `cargo fmt --all`)")?;
    features::check()?;
    format_kinds()?;
    run(
        cargo().args(["clippy", "--release", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]),
        "lints",
    )
}

/// Formatting of the modules that a macro declares, which `cargo fmt` does not find.
fn format_kinds() -> Result<()> {
    let folder = root().join("crates/site/src/kinds");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        files.extend(path.extension().is_some_and(|extension| extension == "rs").then_some(path));
    }
    run(
        Command::new("rustfmt").args(["--edition", "2024", "--check"]).args(files),
        "formatting (run `rustfmt --edition 2024 crates/site/src/kinds/*.rs`)",
    )
}

/// Licences, sources and bans of the dependencies. Advisories need a database from the network and are not asked for.
pub(crate) fn deny() -> Result<()> {
    if !has("cargo-deny") {
        println!("installing cargo-deny");
        run(cargo().args(["install", "--locked", "cargo-deny"]), "installing cargo-deny")?;
    }
    run(cargo().args(["deny", "check", "bans", "licenses", "sources"]), "dependencies")
}

/// Lifeboat's figures; the arguments are the benchmark's own (`cargo xtask bench --help`).
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--release", "-p", "benchmark", "--"]).args(arguments);
    let names_nothing = arguments.iter().all(|argument| argument.starts_with('-'));
    let measures_queue = names_nothing || arguments.iter().any(|argument| argument == "queue");
    let _until_the_end = if measures_queue { postgres(&mut command) } else { None };
    run(&mut command, "the benchmark")
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    // Cargo says where it runs from; a target folder that was copied with the workspace would say where it was compiled.
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&xtask).parent().expect("xtask lies in the workspace").to_owned()
}

/// Runs a command, saying what it is, and fails with `what` when it fails.
pub(crate) fn run(command: &mut Command, what: &str) -> Result<()> {
    println!("$ {}", spelled(command));
    let status = command.current_dir(root()).status().with_context(|| format!("cannot start: {what}"))?;
    ensure!(status.success(), "failed: {what}");
    Ok(())
}

/// Cargo itself, the one that runs this, without what it told this program of its package: build scripts that look at such
/// variables (ring's does) would run again whenever somebody uses Cargo now by itself and now through here, and two thirds of
/// the workspace would be compiled anew each time.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in names.filter(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
        cargo.env_remove(name);
    }
    cargo
}

pub(crate) fn has(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn spelled(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    std::iter::once(name)
        .chain(command.get_args().map(|argument| argument.to_string_lossy().into_owned()))
        .collect::<Vec<_>>()
        .join(" ")
}
