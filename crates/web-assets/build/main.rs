//! Builds the dashboard when its inputs changed, and embeds it.

mod dashboard;
mod embed;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Embedded where the dashboard could not be built.
const INSTEAD: &str = include_str!("instead.html");

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let web = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../web");
    println!("cargo::rerun-if-env-changed=LIFEBOAT_UI");
    println!("cargo::rerun-if-changed=build");
    let wanted = env::var("LIFEBOAT_UI").unwrap_or_else(|_| "auto".to_owned());
    if wanted != "skip" {
        for input in dashboard::INPUTS {
            println!("cargo::rerun-if-changed={}", web.join(input).display());
        }
    }
    let files = match wanted.as_str() {
        "skip" => None,
        "require" => Some(dashboard::built(&web)?),
        "auto" => match dashboard::built(&web) {
            Ok(folder) => Some(folder),
            Err(error) => {
                println!("cargo::warning=the dashboard is not built, a page that says so is embedded: {error}");
                None
            }
        },
        other => return Err(format!("LIFEBOAT_UI is auto, require or skip, not {other}").into()),
    };
    let embedded = out.join("ui");
    if embedded.exists() {
        fs::remove_dir_all(&embedded)?;
    }
    fs::create_dir_all(&embedded)?;
    match files {
        Some(folder) => embed::copy(&folder, &embedded)?,
        None => fs::write(embedded.join("index.html"), INSTEAD)?,
    }
    fs::write(out.join("assets.rs"), embed::table(&embedded)?)?;
    Ok(())
}
