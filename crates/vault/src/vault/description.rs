//! `vault.json`: what a vault says of itself to whoever opens it, and the note for people beside it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::point::Identity;

/// The object's name.
pub(crate) const NAME: &str = "vault.json";
/// The name of the note for people.
pub(crate) const NOTE_NAME: &str = "README.txt";
/// The note for people.
pub(crate) const NOTE: &str = include_str!("note.txt");

/// `vault.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Description {
    pub(crate) format: u32,
    pub(crate) vault: String,
    pub(crate) identity: Identity,
    /// The tenant's key that the vault is sealed with.
    pub(crate) key_id: String,
    /// What the key of content hashes is sealed for.
    pub(crate) hash_key_context: String,
    pub(crate) wrapped_hash_key: String,
    pub(crate) created: Timestamp,
}
