//! Names that nobody else uses.

use ambient::Ambient;
use ulid::Ulid;

/// A new ULID: sorts by time.
pub(crate) fn ulid(ambient: &Ambient) -> String {
    let milliseconds = ambient.now().as_millisecond().max(0).unsigned_abs();
    let random = u128::from_le_bytes(ambient.entropy.bytes());
    Ulid::from_parts(milliseconds, random).to_string()
}

/// Whether an object is of a kind that this vault stores and may delete. Its folder may hold other things: another vault
/// below it, a user's notes.
pub(crate) fn is_deletable(name: &str) -> bool {
    let folders = ["segments", "index", "blobs", "checkpoints", "keys", "staging"];
    name.split_once('/').is_some_and(|(folder, _)| folders.contains(&folder))
}
