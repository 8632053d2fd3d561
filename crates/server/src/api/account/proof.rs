//! Proving again who one is, for what needs it.

use axum::extract::State;
use axum::response::IntoResponse as _;
use control::audit::{Actor, Happening};
use control::session::{NotEnough, Session, SessionSecret};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use store::{Repository, StoreError};
use utoipa::ToSchema;

use super::password::verify;
use super::sign_in::signed;
use super::{By, Me, describe, with_cookie};
use crate::Components;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::problem::{Answer, Kind, Problem};
use crate::passkeys::{self, Asked, Challenge, Signed};

/// Asks for a passkey to prove again who one is.
#[utoipa::path(post, path = "/session/proof/challenge", tag = "Account", responses((status = OK, body = Challenge)))]
pub(super) async fn challenge_again(State(components): State<Components>, caller: Caller) -> Answer<Json<Challenge>> {
    let session = caller.session()?.id;
    let mut repository = components.around.store.write().await?;
    let what_for = |asked| Asked::Prove(session, asked);
    let asked = passkeys::ask_to_sign(&components, repository.as_mut(), &caller.person, what_for).await?;
    repository.save().await?;
    asked.map(Json).ok_or_else(|| Problem::refused("You have no passkey yet: add one to your account first."))
}

/// A password, or what a passkey answered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, untagged)]
pub(super) enum Proof {
    Password {
        #[schema(value_type = String, format = Password)]
        password: SecretString,
    },
    Passkey {
        passkey: Signed,
    },
}

/// Proves again who one is, for what needs it: the session goes on under a new cookie.
#[utoipa::path(post, path = "/session/proof", tag = "Account", request_body = Proof, responses((status = OK, body = Me)))]
pub(super) async fn prove(State(components): State<Components>, caller: Caller, Json(given): Json<Proof>) -> Answer {
    let session = caller.session()?.clone();
    components.tries.sign_in.take(&caller.person.email, &components.around.ambient)?;
    match given {
        Proof::Password { password } => {
            let mut repository = components.around.store.read().await?;
            let kept = repository.accounts().password(caller.tenant, caller.person.id).await?;
            drop(repository);
            if !verify(kept, password).await? {
                return Err(Problem::new(Kind::SignInAgain, "The password is wrong."));
            }
            let repository = components.around.store.write().await?;
            renew(&components, repository, &caller, &session, By::Password).await
        }
        Proof::Passkey { passkey: given } => {
            let now = components.around.ambient.now();
            let mut repository = components.around.store.write().await?;
            let signed = match passkeys::taken(&components, repository.as_mut(), given.ceremony, now).await? {
                Some((_, Asked::Prove(asked_in, asked))) if asked_in == session.id => {
                    let (person, answer) = (caller.person.id, given.credential);
                    signed(&components, repository.as_mut(), person, &asked, answer, now).await?
                }
                _ => None,
            };
            if let Some((_, passkey)) = signed {
                return renew(&components, repository, &caller, &session, By::Passkey(&passkey)).await;
            }
            repository.save().await?;
            Err(passkeys::not_taken(Kind::SignInAgain))
        }
    }
}

/// The session goes on under a new cookie.
async fn renew(
    components: &Components,
    mut repository: Box<dyn Repository>,
    caller: &Caller,
    session: &Session,
    by: By<'_>,
) -> Answer {
    let now = components.around.ambient.now();
    let secret = renewed(components, repository.as_mut(), session, by, now).await?.ok_or(NotEnough::Over)?;
    repository.save().await?;
    with_cookie(components, &secret, Json(describe(&caller.person)).into_response())
}

/// The new secret of a session whose person proved again who they are; nothing if it ended, or was renewed by another request,
/// meanwhile.
pub(super) async fn renewed(
    components: &Components,
    repository: &mut dyn Repository,
    session: &Session,
    by: By<'_>,
    now: Timestamp,
) -> Result<Option<SessionSecret>, Problem> {
    let secret = SessionSecret::generate(components.around.ambient.entropy.bytes());
    let renewed = session.proven_again(&secret, by.passkey_added(), now);
    match repository.sessions().renew(&session.hash, &renewed).await {
        Err(StoreError::Missing { .. }) => return Ok(None),
        renewed => renewed?,
    }
    let (actor, subject) = (Actor::Person(session.person), format!("session/{}", session.id));
    let happening = Happening::done(now, actor, "session.prove", subject).with("by", by.word());
    repository.audit().append(session.tenant, happening).await?;
    Ok(Some(secret))
}
