//! The digest of a request: what approvers are shown, and what their approval is for.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::connection::{Connection, Request};

/// SHA-256 over everything that a request asks for and a nonce of its own. Shown as 8 groups of 4 hexadecimal digits:
/// 128 bits are enough, because nobody but the store chooses the nonce.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestDigest([u8; 16]);

impl RequestDigest {
    /// The digest of a request over its connection.
    pub fn new(connection: &Connection, request: &Request) -> Self {
        let scope = &request.scope;
        let mut hasher = Sha256::new();
        let mut field = |bytes: &[u8]| {
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        };
        field(b"lifeboat recovery request 1");
        field(Uuid::from(connection.tenant).as_bytes());
        field(Uuid::from(connection.id).as_bytes());
        field(Uuid::from(request.id).as_bytes());
        field(Uuid::from(request.requester).as_bytes());
        field(&request.nonce);
        field(Uuid::from(scope.source).as_bytes());
        field(scope.source_cloud.as_bytes());
        field(Uuid::from(scope.standby).as_bytes());
        field(scope.standby_cloud.as_bytes());
        field(&scope.generation.to_be_bytes());
        field(scope.point.map(u64::to_be_bytes).as_ref().map_or(&[], |point| point.as_slice()));
        scope.projects.iter().for_each(|project| field(project.as_bytes()));
        let whole: [u8; 32] = hasher.finalize().into();
        let mut digest = [0; 16];
        digest.copy_from_slice(&whole[..16]);
        Self(digest)
    }

    /// Reads a shown digest, whatever its case and with or without its dashes.
    pub fn parse(typed: &str) -> Option<Self> {
        let digits: String = typed.trim().chars().filter(|&character| character != '-').collect();
        let number = u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32)?;
        Some(Self(number.to_be_bytes()))
    }
}

impl fmt::Display for RequestDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, pair) in self.0.chunks(2).enumerate() {
            let dash = if place == 0 { "" } else { "-" };
            write!(formatter, "{dash}{:02x}{:02x}", pair[0], pair[1])?;
        }
        Ok(())
    }
}

impl fmt::Debug for RequestDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RequestDigest({self})")
    }
}
