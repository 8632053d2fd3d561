//! One-time links: the first administrator, whoever is invited, and whoever forgot a password come in by one.

use ambient::Ambient;
use control::id::{PersonId, TenantId};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use store::{Invitation, Repository};

use crate::view::hex;

/// How long a link works.
const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Makes a link's secret for somebody. Their earlier links end; of this one only the hash is kept.
///
/// # Errors
/// The store's.
pub async fn invitation(
    ambient: &Ambient,
    repository: &mut dyn Repository,
    (tenant, person): (TenantId, PersonId),
    now: Timestamp,
) -> store::Result<SecretString> {
    let secret = SecretString::from(hex(&ambient.entropy.bytes::<32>()));
    let hash = Sha256::digest(secret.expose_secret().as_bytes()).into();
    repository.accounts().forget_invitations(tenant, person).await?;
    repository.accounts().invite(&Invitation { hash, tenant, person, made: now, expires: now + LIFETIME }).await?;
    Ok(secret)
}
