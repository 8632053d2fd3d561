//! `kill -9` of the program at numbered moments, then the same command again: it goes on in time, and comes to the same.
//!
//! [`requests`]: at each request, before it is applied and before it is answered. [`writes`]: at each write to the disk,
//! before it and in the middle of it. [`twice`]: again while it goes on, at random. [`moments`]: where people are at work
//! too. The default run tries a few of each, the long one (`cargo xtask test --all`) all.

mod moments;
mod requests;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod twice;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod writes;

use std::time::Duration;

use crate::stage::GOES_ON_WITHIN;

/// What became of one attempt.
struct Attempt {
    /// How often the program was killed before it was through.
    killed: usize,
    /// How long the last start took to go on.
    went_on: Duration,
}

/// Prints the figures, and holds them to what was meant.
fn tell(what: &str, attempts: &[Attempt]) {
    let killed: usize = attempts.iter().map(|attempt| attempt.killed).sum();
    let longest = attempts.iter().map(|attempt| attempt.went_on).max().unwrap_or_default();
    let tried = attempts.len();
    println!("{what}: {tried} attempts, {killed} kills; the slowest went on after {:.1} s", longest.as_secs_f64());
    assert!(longest < GOES_ON_WITHIN, "{what}");
    // Writes and requests are gathered as they come, so that no two runs have quite as many: a last one may not be reached.
    assert!(killed * 10 >= tried * 6, "{what}: {killed} of {tried} were killed");
}
