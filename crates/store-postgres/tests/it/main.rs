//! The tests of the PostgreSQL adapter: the suite that all adapters share, and what only a server can do.
//!
//! They need a server, whose address is in `LIFEBOAT_TEST_POSTGRES` with a user who may make databases and roles
//! (`cargo xtask test` starts one); without it they say that they are skipped. Most work in a schema of their own, those
//! that do something to the whole database in one of their own.

#![expect(clippy::unwrap_used, reason = "a test panics to say that it failed")]

mod failures;
mod full;
mod journal_speed;
mod lost;
mod opening;
mod server;
mod statements;
mod turns;

use crate::server::bench;

store::conformance_suite!(crate::bench);
