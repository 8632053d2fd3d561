//! The dashboard's own checks, and what its tests in a browser need.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::steps::{self, cargo, has, root, run};

/// What `crates/lifeboat/tests/it/dashboard.rs` runs, in `web/`.
const BROWSER_TESTS: &str = "npm run --silent e2e";

/// Types against the API document, the compiler, lints, tests, and the budget of the build.
const CHECKS: [&str; 5] = ["check:types", "check", "lint", "test", "budget"];

/// The least npm that the dashboard is built with.
const NPM: u32 = 11;

/// Builds the dashboard and checks it. Without npm it says that it is skipped.
pub(crate) fn check() -> Result<()> {
    if !has("npm") {
        println!("npm is not installed: the checks of the dashboard are skipped");
        return Ok(());
    }
    if npm_version() < NPM {
        // The bundler's own programs are not installed by an older one.
        run(Command::new("npm").args(["install", "--global", "--no-audit", "--no-fund", "npm@11"]), "updating npm")?;
    }
    // The crate's build script installs the packages and builds, where something changed.
    run(cargo().args(["build", "--release", "-p", "web-assets"]), "building the dashboard")?;
    for check in CHECKS {
        run(npm().args(["run", "--silent", check]), &format!("the dashboard's {check}"))?;
    }
    Ok(())
}

/// Lets the tests in a browser run, with Chromium. `LIFEBOAT_UI` stays as it is: another value would build the program twice.
pub(crate) fn browser(tests: &mut Command) {
    if !has("npm") {
        return;
    }
    if !has("chromium")
        && let Err(error) = steps::install("chromium")
    {
        println!("{error:#}: the tests in a browser say that they are skipped");
        return;
    }
    tests.env("LIFEBOAT_TEST_BROWSER", BROWSER_TESTS);
}

/// The first number of npm's version; 0 if it does not say.
fn npm_version() -> u32 {
    let asked = Command::new("npm").arg("--version").output();
    let version = asked.map(|asked| String::from_utf8_lossy(&asked.stdout).into_owned()).unwrap_or_default();
    version.split('.').next().and_then(|major| major.trim().parse().ok()).unwrap_or_default()
}

fn npm() -> Command {
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.arg("--prefix").arg(folder());
    npm
}

fn folder() -> PathBuf {
    root().join("web")
}
