//! Names that nobody else uses.

use ambient::Ambient;
use ulid::Ulid;

/// A new ULID: sorts by time.
pub(crate) fn ulid(ambient: &Ambient) -> String {
    let milliseconds = ambient.now().as_millisecond().max(0).unsigned_abs();
    let random = u128::from_le_bytes(ambient.entropy.bytes());
    Ulid::from_parts(milliseconds, random).to_string()
}
