//! Runs the program on a disk on which something goes wrong.

use std::path::Path;

use faulty_disk::{Ended, Plan};

use crate::home::{Home, program};
use crate::world::OWNER;

/// Which files are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Files {
    /// All in the home folder: database, vaults, index, keys.
    All,
    /// The database and its write-ahead log.
    Database,
    /// The local index of a vault.
    Index,
}

impl Files {
    fn hold(self, home: &Path, path: &Path) -> bool {
        let Ok(inside) = path.strip_prefix(home) else { return false };
        // What SQLite shares between processes is made anew when it opens a file: nothing in it is durable.
        let shared = inside.to_string_lossy().ends_with("-shm");
        match self {
            Self::All => !shared,
            Self::Database => !shared && inside.to_string_lossy().starts_with("lifeboat.db"),
            Self::Index => inside.starts_with("cache"),
        }
    }
}

/// Types a line. What it does to these files is numbered; at one of them something goes wrong, if that is planned.
pub(crate) async fn run(home: &Home, words: &[&str], files: Files, plan: Option<Plan>) -> Ended {
    let mut command = faulty_disk::command(&program());
    command.args(words);
    home.environment(&mut command);
    command.env("LIFEBOAT_AS", OWNER);
    let home = home.path();
    let watched = move |path: &Path| files.hold(&home, path);
    tokio::task::spawn_blocking(move || faulty_disk::run(command, watched, plan)).await.unwrap().unwrap()
}
