//! Signed checkpoints: where a log stood at a time, in a few lines that leave the machine by mail or webhook.
//!
//! Whoever kept one can tell later that nothing before it was changed or cut off, with the public key alone:
//!
//! ```text
//! lifeboat audit checkpoint 1
//! tenant 0192f5c8-…
//! event 1234
//! hash 5f3c…
//! at 2026-11-28T10:00:00Z
//! key 8a1d…
//! signature 77e0…
//! ```
//!
//! The signature is Ed25519 over the lines before its own. Line ends and spaces that a mail program changed are forgiven.

use std::fmt;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use jiff::Timestamp;

use super::{AuditHead, hex};
use crate::id::TenantId;

const TITLE: &str = "lifeboat audit checkpoint 1";

/// The public part of a signing key. Publish it where the log cannot be changed: a checkpoint names its key, and whoever forges
/// a log can make a key of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckpointKey([u8; 32]);

impl CheckpointKey {
    /// Reads 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        hex::decode(text.trim()).map(Self)
    }
}

impl fmt::Display for CheckpointKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(&self.0))
    }
}

/// Signs checkpoints. Where its key lies is the business of whoever makes it.
pub struct CheckpointSigner(Ed25519KeyPair);

impl CheckpointSigner {
    /// A signer from 32 secret random bytes.
    ///
    /// # Panics
    /// Never: every 32 bytes are an Ed25519 seed.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(seed).expect("32 bytes are a seed"))
    }

    /// What its signatures are checked with.
    ///
    /// # Panics
    /// Never: an Ed25519 public key has 32 bytes.
    pub fn key(&self) -> CheckpointKey {
        CheckpointKey(self.0.public_key().as_ref().try_into().expect("a public key has 32 bytes"))
    }

    /// Signs where a log stands.
    pub fn sign(&self, tenant: TenantId, head: AuditHead, at: Timestamp) -> Checkpoint {
        let key = self.key();
        let signature = self.0.sign(signed_text(tenant, head, at, key).as_bytes());
        let mut checkpoint = Checkpoint { tenant, head, at, key, signature: [0; 64] };
        checkpoint.signature.copy_from_slice(signature.as_ref());
        checkpoint
    }
}

impl fmt::Debug for CheckpointSigner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CheckpointSigner({})", self.key())
    }
}

/// Where a log stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose log.
    pub tenant: TenantId,
    /// Its last event then.
    pub head: AuditHead,
    /// When.
    pub at: Timestamp,
    /// Who says so.
    pub key: CheckpointKey,
    signature: [u8; 64],
}

/// A text is no checkpoint, or not one to believe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCheckpoint {
    /// Lines are missing or changed.
    #[error("this is not a whole checkpoint: it has seven lines and begins with \"lifeboat audit checkpoint 1\"")]
    Malformed,
    /// Signed by somebody else.
    #[error("the checkpoint is signed with another key than the one given")]
    OtherKey,
    /// The signature is not of these lines.
    #[error("the checkpoint's signature does not fit: the checkpoint was changed")]
    Forged,
}

impl Checkpoint {
    /// Reads a checkpoint and checks its signature with a key that is known from elsewhere.
    pub fn read(text: &str, key: CheckpointKey) -> Result<Self, NoCheckpoint> {
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let checkpoint = Self::from_lines(&lines).ok_or(NoCheckpoint::Malformed)?;
        // There is one way to write it: a time that is spelled otherwise is a change, too.
        if !checkpoint.to_string().lines().eq(lines.iter().copied()) {
            return Err(NoCheckpoint::Malformed);
        }
        if checkpoint.key != key {
            return Err(NoCheckpoint::OtherKey);
        }
        let Self { tenant, head, at, .. } = checkpoint;
        let public = UnparsedPublicKey::new(&ED25519, key.0);
        let signed = signed_text(tenant, head, at, key);
        public.verify(signed.as_bytes(), &checkpoint.signature).map_err(|_| NoCheckpoint::Forged)?;
        Ok(checkpoint)
    }

    fn from_lines(lines: &[&str]) -> Option<Self> {
        let &[TITLE, tenant, number, hash, at, key, signature] = lines else { return None };
        let number = number.strip_prefix("event ")?.parse().ok()?;
        let hash = hex::decode(hash.strip_prefix("hash ")?)?;
        Some(Self {
            tenant: tenant.strip_prefix("tenant ")?.parse().ok()?,
            head: AuditHead { number, hash },
            at: at.strip_prefix("at ")?.parse().ok()?,
            key: CheckpointKey(hex::decode(key.strip_prefix("key ")?)?),
            signature: hex::decode(signature.strip_prefix("signature ")?)?,
        })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signed = signed_text(self.tenant, self.head, self.at, self.key);
        writeln!(formatter, "{signed}signature {}", hex::encode(&self.signature))
    }
}

fn signed_text(tenant: TenantId, head: AuditHead, at: Timestamp, key: CheckpointKey) -> String {
    let hash = hex::encode(&head.hash);
    format!("{TITLE}\ntenant {tenant}\nevent {}\nhash {hash}\nat {at}\nkey {key}\n", head.number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn signer() -> CheckpointSigner {
        CheckpointSigner::from_seed(&[7; 32])
    }

    fn checkpoint() -> Checkpoint {
        let head = AuditHead { number: 1234, hash: [0xab; 32] };
        signer().sign(Uuid::from_u128(1).into(), head, Timestamp::from_second(1_800_000_000).unwrap())
    }

    #[test]
    fn it_reads_back_however_a_mail_program_broke_its_lines() {
        let text = checkpoint().to_string();
        assert_eq!(text.lines().count(), 7);
        assert_eq!(Checkpoint::read(&text, signer().key()), Ok(checkpoint()));
        let mailed = format!("\n{}\n\n", text.replace('\n', "  \r\n"));
        assert_eq!(Checkpoint::read(&mailed, signer().key()), Ok(checkpoint()));
        assert_eq!(CheckpointKey::parse(&signer().key().to_string()), Some(signer().key()));
    }

    #[test]
    fn another_key_is_not_believed_even_if_the_checkpoint_names_it() {
        let forger = CheckpointSigner::from_seed(&[8; 32]);
        let forged = forger.sign(checkpoint().tenant, checkpoint().head, checkpoint().at).to_string();
        assert_eq!(Checkpoint::read(&forged, signer().key()), Err(NoCheckpoint::OtherKey));
        let renamed = forged.replace(&forger.key().to_string(), &signer().key().to_string());
        assert_eq!(Checkpoint::read(&renamed, signer().key()), Err(NoCheckpoint::Forged));
        assert!(!format!("{:?}", signer()).contains("0707"));
    }

    proptest! {
        #[test]
        fn any_changed_character_is_found(at in 0usize..400, with in "[0-9a-f ]") {
            let text = checkpoint().to_string();
            let mut changed = text.clone();
            let at = at % (text.len() - 1);
            changed.replace_range(at..=at, &with);
            let same = changed.lines().map(str::trim).eq(text.lines());
            prop_assert!(same || Checkpoint::read(&changed, signer().key()).is_err(), "{}", changed);
        }
    }
}
