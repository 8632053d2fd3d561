//! A PostgreSQL server of our own for as long as the tests run: its own folder, port and password, and nothing of the
//! machine's own servers is touched.
//!
//! PostgreSQL refuses to run as root; then it runs as the system user `postgres`, which Debian's package makes.

use std::fs::DirBuilder;
use std::io::Read as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::steps::{self, run};

/// The user whom the server knows.
const USER: &str = "lifeboat";

/// How long it may take to start, in tenths of a second.
const PATIENCE: u32 = 300;

/// A server that runs until this is dropped, or this process ends.
pub(crate) struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    server: Child,
    port: u16,
    password: String,
}

impl Cluster {
    /// Starts one; PostgreSQL is installed first if it is missing and this machine has `apt-get`.
    pub(crate) fn start() -> Result<Self> {
        let programs = match programs() {
            Some(programs) => programs,
            None => install()?,
        };
        let folder = std::env::temp_dir().join(format!("lifeboat-postgres-{}", std::process::id()));
        DirBuilder::new().mode(0o700).create(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let begun = begin(&programs, &folder);
        if begun.is_err() {
            // What is left says nothing that the error does not.
            let _ = std::fs::remove_dir_all(&folder);
        }
        let (server, port, password) = begun?;
        let cluster = Self { folder, programs, server, port, password };
        cluster.wait()?;
        Ok(cluster)
    }

    /// The address of a database on it, with the password.
    pub(crate) fn url(&self) -> String {
        format!("postgres://{USER}:{}@127.0.0.1:{}/postgres", self.password, self.port)
    }

    /// Runs files of statements in a new database; its address.
    pub(crate) fn database(&self, name: &str, files: &[PathBuf]) -> Result<String> {
        let create = format!("CREATE DATABASE {name}");
        run(self.psql("postgres").args(["--command", &create]), "making a database")?;
        for file in files {
            run(self.psql(name).arg("--single-transaction").arg("--file").arg(file), "making its schema")?;
        }
        Ok(format!("postgres://{USER}:{}@127.0.0.1:{}/{name}", self.password, self.port))
    }

    fn psql(&self, database: &str) -> Command {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.env("PGPASSWORD", &self.password).args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"]);
        psql.args(["--host", "127.0.0.1", "--username", USER, "--port", &self.port.to_string(), "--dbname", database]);
        psql
    }

    fn wait(&self) -> Result<()> {
        for _ in 0..PATIENCE {
            let mut asked = Command::new(self.programs.join("pg_isready"));
            asked.args(["--quiet", "--host", "127.0.0.1", "--port", &self.port.to_string()]);
            if asked.status().is_ok_and(|status| status.success()) {
                return Ok(());
            }
            pause();
        }
        anyhow::bail!("PostgreSQL did not start: {}", last_lines(&self.folder.join("log")))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // A fast shutdown; whatever is wrong with it, the folder goes.
        let _ = Command::new("kill").args(["-INT", &self.server.id().to_string()]).status();
        let _ = self.server.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The folder of PostgreSQL's programs: on Debian each version has its own, and they are not on the path.
fn programs() -> Option<PathBuf> {
    let version = |path: &Path| path.parent()?.file_name()?.to_str()?.parse::<u32>().ok();
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = installed.map(|entry| entry.path().join("bin")).filter(|path| path.join("initdb").is_file());
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    debian
        .max_by_key(|path| version(path))
        .or_else(|| std::env::split_paths(&on_path).find(|path| path.join("initdb").is_file()))
}

fn install() -> Result<PathBuf> {
    println!("PostgreSQL is not installed; installing Debian's package");
    steps::install("postgresql")?;
    programs().context("PostgreSQL was installed, but its programs are not in /usr/lib/postgresql")
}

/// Makes the folder's contents and starts the server: it, its port, and the password of its one user.
fn begin(programs: &Path, folder: &Path) -> Result<(Child, u16, String)> {
    if is_root() {
        let (user, group) = (number("-u")?, number("-g")?);
        chown(folder, Some(user), Some(group)).context("cannot give the folder to the user postgres")?;
    }
    let password = made_up_password().context("cannot make up a password")?;
    std::fs::write(folder.join("password"), &password)?;
    make(programs, folder)?;
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr())?.port();
    let mut server = as_server(&programs.join("postgres"), folder);
    server.arg("-D").arg(folder.join("data")).args(["-p", &port.to_string(), "-h", "127.0.0.1", "-k"]).arg(folder);
    // Many tests at once, each with a few connections.
    server.args(["-c", "max_connections=400"]);
    let log = std::fs::File::create(folder.join("log"))?;
    server.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    Ok((server.spawn().context("cannot start PostgreSQL")?, port, password))
}

fn made_up_password() -> std::io::Result<String> {
    let mut bytes = [0; 16];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Words are ordered as in a dictionary, where this PostgreSQL can do that: what needs the order of bytes must say so.
fn make(programs: &Path, folder: &Path) -> Result<()> {
    let dictionary: &[&str] = &["--locale-provider=icu", "--icu-locale=en"];
    let mut told = String::new();
    for order in [dictionary, &[]] {
        let mut initdb = as_server(&programs.join("initdb"), folder);
        initdb.arg("-D").arg(folder.join("data")).arg("--pwfile").arg(folder.join("password"));
        initdb
            .args(["-U", USER, "--auth=scram-sha-256", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"])
            .args(order);
        let output = initdb.output().context("cannot start initdb")?;
        if output.status.success() {
            return Ok(());
        }
        told = String::from_utf8_lossy(&output.stderr).into_owned();
        let _ = std::fs::remove_dir_all(folder.join("data"));
    }
    anyhow::bail!("PostgreSQL cannot make its files in {}: {told}", folder.display())
}

/// A program of PostgreSQL's, as a user that it accepts. It is told to end when this process does.
fn as_server(program: &Path, folder: &Path) -> Command {
    let mut command;
    if steps::has("setpriv") {
        command = Command::new("setpriv");
        command.args(["--pdeathsig", "INT"]);
        if is_root() {
            command.args(["--reuid", "postgres", "--regid", "postgres", "--init-groups"]);
        }
        command.arg(program);
    } else {
        command = Command::new(program);
    }
    // A folder that it may enter.
    command.current_dir(folder);
    command
}

/// Whether this runs as root.
fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[expect(clippy::disallowed_methods, reason = "no test depends on how long this takes")]
fn pause() {
    std::thread::sleep(Duration::from_millis(100));
}

/// The number of the user `postgres`, or of its group.
fn number(which: &str) -> Result<u32> {
    let output = Command::new("id").args([which, "postgres"]).output().context("cannot start `id`")?;
    ensure!(output.status.success(), "there is no user `postgres`, and PostgreSQL does not run as root");
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn last_lines(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(5)..].join("; ")
}
