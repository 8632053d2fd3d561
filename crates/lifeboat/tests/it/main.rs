//! The real program, run as a user runs it, against emulated sites.
//!
//! [`home`] runs commands in a home folder of their own, [`served`] serves one to commands with `--server`, [`world`] has the sites and plays the steps that come before what
//! is tested, [`census`] counts on a site itself what is there. Default tests take seconds; the ones that take minutes run
//! with `cargo xtask test --all`. [`stage`] is a world that is put back again and again, for tests that try hundreds of moments.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod afar;
mod audit;
mod backups;
mod census;
mod connections;
mod copies;
mod damage;
mod dashboard;
mod home;
mod index;
mod journal;
mod killed;
mod played;
mod postgres;
mod recoveries;
mod removals;
mod seeds;
mod served;
mod sites;
mod stage;
mod storage;
mod telemetry;
mod terminal;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod traced;
mod usage;
mod workers;
mod world;
