//! The log's state, stored every 256 commits: opening a vault reads the newest one and the commits after it.

use serde::{Deserialize, Serialize};

use super::entry::{FORMAT, parse};
use super::envelope;
use super::state::LogState;
use crate::error::{Error, Result};
use crate::keys::epoch::EpochKeys;

/// Commits between two checkpoints.
pub(crate) const INTERVAL: u64 = 256;

/// Decompressed checkpoints are not allowed to be larger: a damaged length must not fill the memory.
const LARGEST: usize = 2 << 30;

#[derive(Serialize, Deserialize)]
struct Checkpoint {
    format: u32,
    vault: String,
    state: LogState,
}

/// The name of a checkpoint's object.
pub(crate) fn name(number: u64) -> String {
    format!("checkpoints/{number:020}.json.zst")
}

/// The number in the name of a checkpoint's object.
pub(crate) fn number(name: &str) -> Option<u64> {
    name.strip_prefix("checkpoints/")?.strip_suffix(".json.zst")?.parse().ok()
}

/// The bytes of a checkpoint.
pub(crate) fn write(vault: &str, keys: &EpochKeys, state: &LogState) -> Result<Vec<u8>> {
    let failed = |reason: String| Error::Encode { what: "a checkpoint".to_owned(), reason };
    let checkpoint = Checkpoint { format: FORMAT, vault: vault.to_owned(), state: state.clone() };
    let text = serde_json::to_string(&checkpoint).map_err(|error| failed(error.to_string()))?;
    let sealed = envelope::seal(&text, |entry| keys.mac(entry));
    zstd::bulk::compress(sealed.as_bytes(), 3).map_err(|error| failed(error.to_string()))
}

/// A checkpoint that was read; its MAC is not checked yet.
pub(crate) struct Read {
    pub(crate) state: LogState,
    text: Vec<u8>,
}

impl Read {
    /// Whether it was written with these keys.
    pub(crate) fn has_mac(&self, keys: &EpochKeys) -> bool {
        envelope::open(&self.text).is_some_and(|opened| keys.has_mac(opened.entry.as_bytes(), &opened.mac))
    }
}

/// Reads a checkpoint's bytes.
pub(crate) fn read(vault: &str, object: &str, bytes: &[u8]) -> Result<Read> {
    let damaged = |reason: &str| Error::Damaged { object: object.to_owned(), reason: reason.to_owned() };
    let size = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten().unwrap_or(u64::MAX);
    if size > LARGEST as u64 {
        return Err(damaged("it does not decompress"));
    }
    let text = zstd::bulk::decompress(bytes, size as usize).map_err(|_| damaged("it does not decompress"))?;
    let opened = envelope::open(&text).ok_or_else(|| damaged("its checksum does not match"))?;
    let checkpoint: Checkpoint = parse(object, opened.entry)?;
    if checkpoint.vault != vault || number(object) != Some(checkpoint.state.head.number) {
        return Err(damaged("it belongs to another vault or place"));
    }
    Ok(Read { state: checkpoint.state, text })
}
