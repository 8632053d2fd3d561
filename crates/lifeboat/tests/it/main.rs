//! The real program, run as a user runs it, against emulated sites.
//!
//! [`home`] runs commands in a home folder of their own, [`world`] has the sites and plays the steps that come before what
//! is tested, [`census`] counts on a site itself what is there. Default tests take seconds; the ones that take minutes run
//! with `cargo xtask test --all`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod backups;
mod census;
mod connections;
mod damage;
mod home;
mod killed;
mod recoveries;
mod removals;
mod seeds;
mod sites;
mod storage;
mod usage;
mod world;
