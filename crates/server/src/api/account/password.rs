//! Passwords, and the one-time links by which people choose one.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use control::audit::{Actor, Happening};
use control::id::{PersonId, TenantId};
use control::session::SessionSecret;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use store::{PasswordHash, Person, Repository};
use utoipa::ToSchema;

use super::{By, Me, begin, describe, with_cookie};
use crate::Components;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::problem::{Answer, Problem};

/// Shorter passwords are refused (NIST SP 800-63B: at least 15 characters where it is the only factor; 8 is its floor).
const SHORTEST: usize = 12;
const LONGEST: usize = 200;

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    #[schema(value_type = String, format = Password)]
    current: SecretString,
    /// At least 12 characters.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 200)]
    fresh: SecretString,
}

/// Changes one's own password. All other sessions end.
#[utoipa::path(post, path = "/session/password", tag = "Account", request_body = NewPassword,
    responses((status = OK, body = Me)))]
pub(super) async fn change_password(
    State(components): State<Components>,
    caller: Caller,
    Json(given): Json<NewPassword>,
) -> Answer {
    caller.session()?;
    components.tries.sign_in.take(&caller.person.email, &components.around.ambient)?;
    let hash = hash(&components, given.fresh).await?;
    let mut repository = components.around.store.read().await?;
    let kept = repository.accounts().password(caller.tenant, caller.person.id).await?;
    drop(repository);
    if !verify(kept, given.current).await? {
        return Err(Problem::field("current", "the password is wrong"));
    }
    let secret = adopt(&components, &caller.person, &hash, None).await?;
    with_cookie(&components, &secret, Json(describe(&caller.person)).into_response())
}

/// A one-time link that was opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Acceptance {
    /// What stands behind `#` in the link.
    #[schema(value_type = String, format = Password)]
    invitation: SecretString,
    /// At least 12 characters.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 200)]
    password: SecretString,
}

/// Joins, or chooses a password anew, by a one-time link; signs in.
#[utoipa::path(post, path = "/invitations/acceptance", tag = "Account", request_body = Acceptance,
    responses((status = CREATED, body = Me)))]
pub(super) async fn accept(State(components): State<Components>, Json(given): Json<Acceptance>) -> Answer {
    components.tries.link.take("invitation", &components.around.ambient)?;
    let found: [u8; 32] = Sha256::digest(given.invitation.expose_secret().as_bytes()).into();
    let mut repository = components.around.store.read().await?;
    let invitation = repository.accounts().invitation(&found).await?;
    let now = components.around.ambient.now();
    let invitation = invitation.filter(|invitation| now < invitation.expires).ok_or_else(dead_link)?;
    let person = repository.people().get(invitation.tenant, invitation.person).await?;
    drop(repository);
    let person = person.filter(|person| person.removed.is_none()).ok_or_else(dead_link)?;
    let hash = hash(&components, given.password).await?;
    let secret = adopt(&components, &person, &hash, Some(&found)).await?;
    with_cookie(&components, &secret, (StatusCode::CREATED, Json(describe(&person))).into_response())
}

fn dead_link() -> Problem {
    Problem::refused("This link was used already, or is too old. Ask for another one.")
}

/// Takes a new password: whatever was signed in or invited before ends. Whoever comes in by a link loses the passkeys that
/// were there: they may be lost, and a new one vouches for nothing for days.
async fn adopt(
    components: &Components,
    person: &Person,
    hash: &PasswordHash,
    link: Option<&[u8; 32]>,
) -> Result<SessionSecret, Problem> {
    let now = components.around.ambient.now();
    let mut repository = components.around.store.write().await?;
    repository.accounts().set_password(person.tenant, person.id, hash).await?;
    // Two who use a link at the same time: from the first write on, one waits for the other.
    if let Some(link) = link
        && repository.accounts().invitation(link).await?.is_none()
    {
        return Err(dead_link());
    }
    repository.accounts().forget_invitations(person.tenant, person.id).await?;
    if link.is_some() {
        repository.passkeys().remove_all(person.tenant, person.id).await?;
    }
    repository.sessions().end_all(person.tenant, person.id, now).await?;
    let happening = Happening::done(now, Actor::Person(person.id), "member.password", format!("person/{}", person.id));
    repository.audit().append(person.tenant, happening).await?;
    let by = if link.is_some() { By::Link } else { By::Password };
    let secret = begin(components, repository.as_mut(), person, by, now).await?;
    repository.save().await?;
    Ok(secret)
}

/// A one-time link for somebody; only its hash is kept.
pub(in crate::api) async fn invite(
    components: &Components,
    repository: &mut dyn Repository,
    (tenant, person): (TenantId, PersonId),
    now: Timestamp,
) -> Result<String, Problem> {
    let secret = crate::invitation(&components.around.ambient, repository, (tenant, person), now).await?;
    Ok(components.link(&format!("join#{}", secret.expose_secret())))
}

/// Whether a password fits. Takes as long when there is none to compare with.
pub(super) async fn verify(kept: Option<PasswordHash>, given: SecretString) -> Result<bool, Problem> {
    // Of a password that nobody knows.
    const DECOY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$bGlmZWJvYXQgZGVjb3kh$5vL0G0bLrWvBzqYIvS3xwzq7XWmqI2Bm5v3xH1mQ3bA";
    let check = move || {
        let text = kept.as_ref().map_or(DECOY, |hash| hash.0.as_str());
        let fits = Phc::new(text)
            .is_ok_and(|hash| Argon2::default().verify_password(given.expose_secret().as_bytes(), &hash).is_ok());
        fits && kept.is_some()
    };
    tokio::task::spawn_blocking(check).await.map_err(Problem::internal)
}

/// What is kept of a password.
async fn hash(components: &Components, password: SecretString) -> Result<PasswordHash, Problem> {
    let length = password.expose_secret().chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        return Err(Problem::field("password", format!("a password has {SHORTEST} to {LONGEST} characters")));
    }
    let salt = components.around.ambient.entropy.bytes::<16>();
    let make = move || {
        let hash = Argon2::default().hash_password_with_salt(password.expose_secret().as_bytes(), &salt);
        hash.map(|hash: Phc| PasswordHash(hash.to_string())).map_err(Problem::internal)
    };
    tokio::task::spawn_blocking(make).await.map_err(Problem::internal)?
}
