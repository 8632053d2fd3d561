//! Simulated worlds, and properties of generated sites.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod properties;
mod stories;
mod support;
