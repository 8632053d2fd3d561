//! The pipeline against emulated sites: capture, recover, prove.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod autowatch;
mod bench;
mod crashes;
mod faults;
mod finishing;
mod hostile;
mod increments;
mod late;
mod matrix;
mod moves;
mod people;
mod placeholders;
mod removal;
mod round_trip;
mod stopping;
mod twice;
