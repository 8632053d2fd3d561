//! Python tools that some tests use: readers of the vault's files that are not ours (PyArrow, DuckDB) and an S3 server
//! (moto), a mail server (aiosmtpd), and a stranger to the API (schemathesis). They live in a virtual environment under
//! `target/python`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::steps::{root, run};

const PACKAGES: &[&str] = &["pyarrow", "duckdb", "moto[server]", "boto3", "aiosmtpd", "schemathesis"];

/// Makes the virtual environment if it is not complete; the path of its interpreter.
pub(crate) fn prepare() -> Result<PathBuf> {
    let home = root().join("target/python");
    let interpreter = home.join("bin/python");
    let complete = home.join("complete");
    let wanted = PACKAGES.join(" ");
    if std::fs::read_to_string(&complete).is_ok_and(|installed| installed == wanted) && interpreter.is_file() {
        return Ok(interpreter);
    }
    println!("installing {wanted} into target/python (once)");
    std::fs::create_dir_all(&home)?;
    if run(Command::new("python3").args(["-m", "venv"]).arg(&home), "python3 -m venv").is_err() {
        // Debian keeps venv in a package of its own.
        run(Command::new("apt-get").args(["install", "--yes", "--quiet", "python3-venv"]), "installing python3-venv")?;
        run(Command::new("python3").args(["-m", "venv"]).arg(&home), "python3 -m venv")?;
    }
    run(
        Command::new(&interpreter)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(PACKAGES),
        "installing Python packages",
    )?;
    std::fs::write(complete, wanted)?;
    Ok(interpreter)
}
