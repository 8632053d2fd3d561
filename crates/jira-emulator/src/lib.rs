//! A stateful Jira Cloud for development, tests and the demo.
//!
//! [`Emulator::start`] opens several sites in one process, each with its own port, cloud id and administrator. [`SiteHandle`]
//! drives a site from the same process ([`Emulator::in_process`] opens no ports at all); `/_emulator/` on each site's port does the same over HTTP ([`control`]).
//!
//! Where to look: [`state`] is what a site holds, `http` is what all operations share, `api` has one file for each resource,
//! `seed` fills a site.

mod api;
mod clock;
mod control;
mod emulator;
mod handle;
pub mod http;
mod in_process;
mod issues;
mod searches;
pub mod seed;
mod server;
mod site;
pub mod state;

pub use api::{Operation, operations};
pub use clock::EmulatorClock;
pub use emulator::{Emulator, Options, SiteOptions, StartError};
pub use handle::SiteHandle;
pub use http::events::{Scheduled, SiteEvent};
pub use http::faults::{Elements, Fault, FaultAction, LimitReason};
pub use http::gate::{HeldAt, Hold};
pub use http::limits::Limits;
pub use http::log::{EndpointCount, LoggedRequest, Statistics};
pub use http::outage::{Outage, OutageEnd};
pub use http::quota::{Quota, QuotaTier};
pub use in_process::InProcess;
pub use seed::{Seed, SeedError};
