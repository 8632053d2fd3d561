//! Descriptions of all SQL statements, from a database with the newest schema: builds check the code against these, and need
//! no database.
//!
//! The compiler makes them: with the address of a database in the variable that an adapter's `sqlx.toml` names, the macros ask
//! that database, and write what it says into `SQLX_OFFLINE_DIR`. A test of each adapter says when they are out of date.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::postgres::Cluster;
use crate::steps::{cargo, root, run};

/// Describes the statements of both adapters.
pub(crate) fn prepare() -> Result<()> {
    let file = root().join("target/queries/schema.db");
    make_file(&file)?;
    describe("store-sqlite", "LIFEBOAT_SQLITE_URL", &format!("sqlite://{}", file.display()))?;
    let cluster = Cluster::start()?;
    let url = cluster.database("schema", &migrations("store-postgres")?)?;
    describe("store-postgres", "LIFEBOAT_POSTGRES_URL", &url)
}

/// An adapter's migrations, the oldest first.
fn migrations(adapter: &str) -> Result<Vec<PathBuf>> {
    let folder = root().join("crates").join(adapter).join("migrations");
    let entries = fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

/// An SQLite file with the newest schema. Python has SQLite built in.
fn make_file(file: &Path) -> Result<()> {
    const SCRIPT: &str =
        "import sqlite3, sys; [sqlite3.connect(sys.argv[1]).executescript(open(file).read()) for file in sys.argv[2:]]";
    fs::create_dir_all(file.parent().context("a file lies in a folder")?)?;
    if fs::exists(file)? {
        fs::remove_file(file)?;
    }
    run(Command::new("python3").args(["-c", SCRIPT]).arg(file).args(migrations("store-sqlite")?), "making the schema")
}

/// Compiles an adapter against a database, and puts what the database said in the place of what is there.
fn describe(adapter: &str, variable: &str, url: &str) -> Result<()> {
    let adapter_folder = root().join("crates").join(adapter);
    let fresh = root().join("target/queries").join(adapter);
    if fs::exists(&fresh)? {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(&fresh)?;
    touch(&adapter_folder.join("src/lib.rs"))?;
    let mut check = cargo();
    check.args(["check", "--release", "--package", adapter, "--lib"]);
    run(check.env(variable, url).env("SQLX_OFFLINE_DIR", &fresh), "compiling against the database")?;
    replace(&adapter_folder.join(".sqlx"), &fresh)?;
    // What was compiled now was compiled without `.sqlx`.
    touch(&adapter_folder.join("src/lib.rs"))
}

/// Makes cargo compile a file again.
#[expect(clippy::disallowed_methods, reason = "cargo compares with the machine's clock")]
fn touch(file: &Path) -> Result<()> {
    let opened = fs::File::options().append(true).open(file).with_context(|| format!("opening {}", file.display()))?;
    Ok(opened.set_modified(std::time::SystemTime::now())?)
}

/// Replaces the files of a folder by those of another.
fn replace(old: &Path, fresh: &Path) -> Result<()> {
    fs::create_dir_all(old)?;
    for entry in fs::read_dir(old)? {
        fs::remove_file(entry?.path())?;
    }
    let mut count = 0;
    for entry in fs::read_dir(fresh)? {
        let entry = entry?;
        fs::copy(entry.path(), old.join(entry.file_name()))?;
        count += 1;
    }
    println!("{count} statements described in {}", old.strip_prefix(root()).unwrap_or(old).display());
    Ok(())
}
