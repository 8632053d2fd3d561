//! Everything that is tested through the vault's public interface.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod basics;
mod conformance;
mod damage;
mod disk;
mod faults;
mod faulty;
mod fencing;
mod foreign;
mod model;
mod places;
mod pruning;
mod retention;
mod scale;
mod support;
mod verify;
