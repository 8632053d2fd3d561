//! Does the jobs of the queue: captures, recoveries, and what a vault needs from time to time.
//!
//! The command line does the very job that was asked for, in its own process; `lifeboat worker` does whatever is due. Both
//! are a [`Worker`]: it takes a job under a lease, keeps the lease while the job's [`Kind`] works, and gives it back in a
//! transaction with all that follows from it. A worker holds no state: any other one goes on with what it left.
//!
//! * [`kinds`]: what can be done, one file each. To add one: implement [`Kind`], and name it in [`Kinds::all`].
//! * [`Surroundings`]: what a job works with; its sites' clients, its vaults, the connection it is done over.
//! * `keeper` renews a lease and hears of stops; `retry` says what follows from an error.
//! * `copies` keeps the control plane where the vaults lie; `housekeeping` forgets what is over.
//!
//! Start at [`Worker::serve`] and [`Worker::run`].

pub mod consents;
mod copies;
mod error;
pub mod holder;
mod housekeeping;
mod journal;
mod keeper;
mod kind;
pub mod kinds;
mod letters;
mod plane;
mod recorder;
mod retry;
mod run;
mod serve;
mod sites;
mod surroundings;
mod vaults;

pub use copies::{FOLDER as COPIES_FOLDER, Restored};
pub use error::{Error, Result};
pub use housekeeping::Forgotten;
pub use journal::StoredJournal;
pub use kind::{Finished, Kind, Work};
pub use kinds::Kinds;
pub use letters::{Letter, webhook_context};
pub use run::{CameTo, Interruption, Ran};
pub use serve::Worker;
pub use sites::{Connect, credentials_context};
pub use surroundings::{CaptureSettings, LeaseSettings, Settings, Surroundings};
pub use vaults::{S3Place, VaultPlace, find_point};
