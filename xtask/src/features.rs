//! One build of the dependencies for everything.
//!
//! Cargo builds a dependency again for every other set of its features, and tests ask for more of them than the program
//! does. `crates/lifeboat/Cargo.toml` therefore asks for the same; this says when it no longer does.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::steps::{cargo, root};

/// Fails when `cargo run` would build a dependency with other features than `cargo xtask test`.
pub(crate) fn check() -> Result<()> {
    let tests = built(&["--workspace", "--edges", "normal,build,dev,features"])?;
    let program = built(&["--package", "lifeboat", "--edges", "normal,build,features"])?;
    let twice: Vec<&str> = program.difference(&tests).map(String::as_str).collect();
    ensure!(
        twice.is_empty(),
        "the tests want these with other features than the program, so they are built twice; name them in \
         crates/lifeboat/Cargo.toml with the features that `cargo tree --workspace --edges features` shows:\n  {}",
        twice.join("\n  ")
    );
    Ok(())
}

/// The dependencies from registries, each with its version and features.
fn built(selection: &[&str]) -> Result<BTreeSet<String>> {
    let output = command(selection).output().context("cannot start `cargo tree`")?;
    ensure!(output.status.success(), "`cargo tree` failed: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).context("`cargo tree` did not write text")?;
    Ok(text.lines().filter(|line| is_dependency(line)).map(|line| line.trim_end_matches(" (*)").to_owned()).collect())
}

fn command(selection: &[&str]) -> Command {
    let mut command = cargo();
    command.current_dir(root()).arg("tree").args(selection).args(["--prefix", "none", "--format", "{p} {f}"]);
    command
}

/// Not a line about a feature, and not a crate of the workspace (whose line has its folder).
fn is_dependency(line: &str) -> bool {
    line.contains(" v") && !line.contains(" feature \"") && !line.contains('/')
}
