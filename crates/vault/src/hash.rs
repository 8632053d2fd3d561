//! The two hashes: keyed BLAKE3 for what only the owner may compare, SHA-256 for what anyone may check.

use sha2::{Digest as _, Sha256};

use crate::record::Content;

/// A digest of 32 bytes.
pub(crate) type Digest = [u8; 32];

/// What tells versions of records apart: half a digest. Two of 10¹² different versions share one with a probability of
/// 10⁻¹⁵, and nobody without the key can look for such a pair; the other half would only be bytes that no compression
/// makes smaller. What is stored is authenticated by its encryption, not by this.
pub(crate) type RecordHash = [u8; 16];

/// SHA-256 of `bytes`.
pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).into()
}

/// The key of the vault's content hashes: without it, nobody can guess at what is stored by hashing candidates.
#[derive(Clone)]
pub(crate) struct HashKey([u8; 32]);

impl std::fmt::Debug for HashKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("HashKey(…)")
    }
}

impl HashKey {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The hash of one version of a record. Each part is preceded by its length, so that no two records share an input.
    pub(crate) fn record(&self, kind: &str, key: &str, body: Option<&[u8]>, content: Option<&Content>) -> RecordHash {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        let mut part = |tag: u8, bytes: &[u8]| {
            hasher.update(&[tag]).update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
        };
        part(b'k', kind.as_bytes());
        part(b'i', key.as_bytes());
        match body {
            Some(body) => part(b'b', body),
            None => part(b'd', b""),
        }
        match content {
            Some(Content::Inline(bytes)) => part(b'c', bytes),
            Some(Content::Blob { id, .. }) => part(b'f', id.as_bytes()),
            None => {}
        }
        let mut hash = RecordHash::default();
        hasher.finalize_xof().fill(&mut hash);
        hash
    }

    /// A hasher for the content of a blob.
    pub(crate) fn blob(&self) -> blake3::Hasher {
        blake3::Hasher::new_keyed(&self.0)
    }
}
