//! Runs a program and lets one of its writes to the disk go wrong: killed before it, after it or in the middle of it, or
//! refused as a full or broken disk refuses.
//!
//! The program is the one that users run, unchanged: it is traced (`ptrace`), and whatever it does to files that are
//! watched is numbered, over all its threads and all libraries in it. So a test can walk through every boundary that a
//! power cut or `kill -9` can hit, and knows that it has missed none: hooks in the program would only be where somebody
//! thought of them, and would ship. Linux on x86-64 only; elsewhere this crate is empty, and [`SUPPORTED`] says so.
//!
//! ```no_run
//! # #[cfg(all(target_os = "linux", target_arch = "x86_64"))] {
//! let mut command = faulty_disk::command("/usr/bin/touch".as_ref());
//! command.arg("/tmp/watched/file");
//! let watched = |path: &std::path::Path| path.starts_with("/tmp/watched");
//! let plan = faulty_disk::Plan { at: 1, mishap: faulty_disk::Mishap::KillBefore };
//! let ended = faulty_disk::run(command, watched, Some(plan)).unwrap();
//! assert_eq!(ended.code, None, "it was killed before it could make the file");
//! # }
//! ```
//!
//! What is written through a memory map is not seen. SQLite's only one is its `-shm` file, which it makes anew.

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod calls;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod trace;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub use trace::{command, run};

use std::path::PathBuf;

/// Whether this crate can do anything on this machine's kind.
pub const SUPPORTED: bool = cfg!(all(target_os = "linux", target_arch = "x86_64"));

/// Something that a program did to a watched file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// The system call.
    pub call: &'static str,
    /// The file; the new name where there are two.
    pub path: PathBuf,
    /// How many bytes were to be written, for calls that write.
    pub bytes: Option<u64>,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// `kill -9` before it happens.
    KillBefore,
    /// `kill -9` after it happened, before the program learns of it.
    KillAfter,
    /// The first half of the bytes is written, then `kill -9`. A call that writes no bytes does not happen.
    Tear,
    /// This one is refused.
    Refuse(Refusal),
    /// This one and all later ones are refused; removing files is not.
    RefuseFrom(Refusal),
}

/// Why a disk refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No space is left (`ENOSPC`).
    Full,
    /// Input/output error (`EIO`).
    Broken,
    /// The file system is read-only (`EROFS`).
    ReadOnly,
}

/// What goes wrong, and at which touch of the run, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// At which touch.
    pub at: usize,
    /// What.
    pub mishap: Mishap,
}

/// How a run ended, and what it did until then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// All touches, in order; that at which something went wrong is the last or among them.
    pub touches: Vec<Touch>,
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}
