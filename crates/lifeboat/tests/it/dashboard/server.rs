//! `lifeboat serve` at an address that stays the same when it is killed and started again.

use std::fs::{self, OpenOptions};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use crate::home::{Home, program};
use crate::world::{pause, until};

/// How long nothing answers when it is killed: a page asks four times before it says so.
const DOWN: u64 = 13_000;

/// Passkeys vouch 72 hours after they were added, and no command turns the clock.
const A_WEEK: i64 = 7 * 24 * 3_600 * 1_000_000;

/// A server that is killed when the test ends, however it ends.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) address: String,
    pub(super) log: PathBuf,
    home: Arc<Home>,
    port: u16,
    child: Arc<Mutex<Running>>,
}

struct Running(Option<Child>);

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Server {
    /// Starts it, for a first owner. Browsers offer passkeys to a name.
    pub(super) async fn start(home: Arc<Home>, owner: &str) -> Self {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let log = home.beside("serve.log");
        let address = format!("http://localhost:{port}/");
        let server = Self { address, log, home, port, child: Arc::new(Mutex::new(Running(None))) };
        server.spawn(&["--owner", owner]);
        until(|| server.said().contains("serving ")).await;
        server
    }

    fn spawn(&self, more: &[&str]) {
        let mut command = Command::new(program());
        command.args(["serve", "--listen", &format!("127.0.0.1:{}", self.port), "--address", &self.address]).args(more);
        self.home.environment(&mut command);
        let log = OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        let child = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        *self.child.lock().unwrap() = Running(Some(child));
    }

    /// What it wrote.
    pub(super) fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The link by which the first owner comes in.
    pub(super) async fn owner_link(&self) -> String {
        let link = || {
            let said = self.said();
            said.lines().find_map(|line| line.split_once("within 7 days: ").map(|(_, link)| link.trim().to_owned()))
        };
        until(|| link().is_some()).await;
        link().unwrap()
    }

    /// What the test in the browser may do to it; the address.
    pub(super) async fn control(&self) -> String {
        let routes = Router::new()
            .route("/restart", post(restart))
            .route("/age-passkeys", post(age_passkeys))
            .with_state(self.clone());
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        address
    }
}

/// Kills it as it stands, and starts it again after a while.
async fn restart(State(server): State<Server>) -> StatusCode {
    *server.child.lock().unwrap() = Running(None);
    pause(DOWN).await;
    server.spawn(&[]);
    StatusCode::NO_CONTENT
}

/// Every passkey was added a week before.
async fn age_passkeys(State(server): State<Server>) -> StatusCode {
    let options = SqliteConnectOptions::new().filename(server.home.database());
    let mut connection = options.connect().await.unwrap();
    let aged =
        sqlx::query("UPDATE passkeys SET added = added - $1").bind(A_WEEK).execute(&mut connection).await.unwrap();
    if aged.rows_affected() > 0 { StatusCode::NO_CONTENT } else { StatusCode::CONFLICT }
}
