//! Recovery points on object storage.
//!
//! A vault keeps the records of one site, encrypted, with all their versions, in a directory or an S3 bucket. Nothing in
//! it is ever overwritten: *segments* (encrypted Parquet files) hold versions of records, and a *log* of commits says
//! which segments count. A recovery point is a commit. The file format is described in `docs/vault-format.md`, well enough
//! to write another reader.
//!
//! This crate knows nothing of Jira: a record is a kind, a key, a JSON text and perhaps an attachment.
//!
//! Start at [`Vault`], then [`Writer`] (how a capture writes), [`View`] (how a recovery reads) and [`Storage`] (where it
//! all lies).

mod blob;
mod error;
mod hash;
mod hex;
mod index;
mod keys;
mod log;
mod names;
mod point;
mod prune;
mod record;
mod segment;
mod storage;
mod vault;
mod verify;
mod view;
mod writer;

pub use error::{Error, Result};
pub use keys::{KeyService, LocalKeyFile, Secret};
pub use point::{Counts, Head, Identity, Progress, RecoveryPoint};
pub use prune::{Hold, KeepPolicy, PruneReport};
pub use record::{Change, Content, NewRecord, Record};
pub use storage::{S3Settings, Storage};
pub use vault::{DiffEntry, Difference, Options, Vault, VersionInfo};
pub use verify::{Depth, Problem, VerifyReport, verify_keyless};
pub use view::View;
pub use writer::Writer;
