//! The pipeline: what is done to a site is always some of the same five steps, over the same records.
//!
//! [`capture`] reads a site into a vault and makes a recovery point; [`compare`] says in what two objects differ; [`plan`]
//! says what a recovery would do, before anything is written; [`apply`] does it, exactly once over an API that knows no
//! idempotency, with a [`journal`]; [`prove`] reads the standby back and compares it with the recovery point.
//!
//! This crate knows the kinds of a site only through their traits (crate `site`), with one exception: issues, whose keys
//! must be kept. It has no terminal, no database and no clock of its own: it is given [`progress`], a
//! [`journal::Journal`] and an `ambient::Ambient`.
//!
//! Start at [`capture::run`] and [`apply::run`].

pub mod apply;
mod bundles;
pub mod capture;
pub mod cause;
pub mod compare;
mod error;
mod grouped;
pub mod journal;
mod kinds;
mod losses;
mod memory;
mod objects;
mod orphans;
pub mod plan;
pub mod progress;
pub mod prove;
mod room;
mod scope;
mod side;
mod traffic;

pub use error::{Error, Result};
pub use kinds::Kinds;
pub use losses::{LossCount, Losses};
pub use memory::MemorySink;
pub use scope::{People, Recovery, Safeguards, Settings};
pub use side::Side;
