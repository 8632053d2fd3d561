//! `npm ci` and `vite build`, each only when what it works on changed.

use std::error::Error;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the build reads, below `web/`.
pub(crate) const INPUTS: [&str; 7] =
    ["build", "index.html", "package-lock.json", "package.json", "public", "src", "vite.config.mts"];

/// What the installed packages follow from.
const PACKAGES: [&str; 2] = ["package.json", "package-lock.json"];

/// The least npm: with version 10, the bundler's own programs are not installed.
const NPM: u32 = 11;

/// The folder of the built dashboard.
pub(crate) fn built(web: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let dist = web.join("dist");
    // Cargo may build two profiles at once, which share the folder.
    let lock = File::create(web.join("dist.lock"))?;
    lock.lock()?;
    let inputs = digest(web, &INPUTS)?;
    if stamped(&dist.join(".inputs"), &inputs) {
        return Ok(dist);
    }
    let npm = npm()?;
    let packages = digest(web, &PACKAGES)?;
    let installed = web.join("node_modules/.lifeboat-packages");
    if !stamped(&installed, &packages) {
        run(Command::new(npm).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(web))?;
        fs::write(&installed, &packages)?;
    }
    run(Command::new(npm).args(["run", "build"]).current_dir(web))?;
    fs::write(dist.join(".inputs"), &inputs)?;
    Ok(dist)
}

fn npm() -> Result<&'static str, Box<dyn Error>> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let needed = "Node.js 20.19 or newer with npm 11 or newer is needed (`npm install --global npm@11`)";
    let asked = Command::new(npm).arg("--version").output().map_err(|_| needed)?;
    let version = String::from_utf8(asked.stdout)?;
    let major: u32 = version.split('.').next().unwrap_or_default().trim().parse().map_err(|_| needed)?;
    if major < NPM {
        return Err(format!("{needed}; this is npm {}", version.trim()).into());
    }
    Ok(npm)
}

fn run(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).trim().lines().rev().take(20).collect::<Vec<_>>().join(" | ");
    Err(format!("{command:?} failed: {said}").into())
}

fn stamped(stamp: &Path, wanted: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|found| found == wanted)
}

/// Stands for the content of files and folders.
fn digest(web: &Path, inputs: &[&str]) -> Result<String, Box<dyn Error>> {
    let mut hasher = DefaultHasher::new();
    for input in inputs {
        add(&web.join(input), &mut hasher)?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn add(path: &Path, hasher: &mut DefaultHasher) -> Result<(), Box<dyn Error>> {
    hasher.write(path.as_os_str().as_encoded_bytes());
    if path.is_dir() {
        let mut inside = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
        inside.sort();
        return inside.iter().try_for_each(|path| add(path, hasher));
    }
    let content = fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    hasher.write_usize(content.len());
    hasher.write(&content);
    Ok(())
}
