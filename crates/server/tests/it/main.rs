//! The API as people and programs meet it: over HTTP, on a real database, with emulated sites.
//!
//! [`bench`] has a server with people who are signed in; [`flow`] plays both cases of the design; [`access`] asks every route.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod access;
mod bench;
mod conformance;
mod consents;
mod console;
mod flow;
mod forge;
mod manners;
mod organisation;
mod passkeys;
mod provider;
mod removal;
mod runs;
mod shifted;
mod ui;
mod upkeep;
