//! Signing in: by a password, or by a passkey.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use control::audit::{Actor, Happening};
use control::id::PersonId;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use store::{Passkey, Person, Repository};
use utoipa::ToSchema;
use webauthn_rs::prelude::PasskeyAuthentication;

use super::password::verify;
use super::{By, Me, begin, describe, with_cookie};
use crate::Components;
use crate::http::body::Json;
use crate::http::problem::{Answer, Kind, Problem};
use crate::passkeys::{self, Asked, Challenge, Signed};

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    /// Their e-mail address.
    #[schema(max_length = 320)]
    email: String,
    /// Their password.
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// Signs somebody in: the answer sets the cookie of a session.
#[utoipa::path(post, path = "/sessions", tag = "Account", request_body = SignIn,
    responses((status = CREATED, body = Me), (status = UNAUTHORIZED, body = crate::http::problem::ProblemDetails,
        content_type = "application/problem+json", description = "The address or the password is wrong.")))]
pub(super) async fn sign_in(State(components): State<Components>, Json(given): Json<SignIn>) -> Answer {
    let email = given.email.trim().to_lowercase();
    components.tries.sign_in.take(&email, &components.around.ambient)?;
    let mut repository = components.around.store.read().await?;
    let person = repository.people().by_email(components.tenant, &email).await?;
    let kept = match &person {
        Some(person) => repository.accounts().password(components.tenant, person.id).await?,
        None => None,
    };
    drop(repository);
    let fits = verify(kept, given.password).await?;
    let now = components.around.ambient.now();
    let mut repository = components.around.store.write().await?;
    let Some(person) = person.filter(|_| fits) else {
        // An address that nobody has is not written down: it may be a password in the wrong field.
        let happening = Happening::refused(now, Actor::Unknown, "session.begin", "session", "address or password");
        repository.audit().append(components.tenant, happening).await?;
        repository.save().await?;
        return Err(Problem::new(Kind::SignIn, "The e-mail address or the password is wrong."));
    };
    let secret = begin(&components, repository.as_mut(), &person, By::Password, now).await?;
    repository.save().await?;
    with_cookie(&components, &secret, (StatusCode::CREATED, Json(describe(&person))).into_response())
}

/// Whose passkey is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    /// Their e-mail address.
    #[schema(max_length = 320)]
    email: String,
}

/// Asks for a passkey to sign in with. The answer looks alike for every address.
#[utoipa::path(post, path = "/sessions/challenge", tag = "Account", request_body = Whose,
    responses((status = OK, body = Challenge)))]
pub(super) async fn challenge(
    State(components): State<Components>,
    Json(whose): Json<Whose>,
) -> Answer<Json<Challenge>> {
    let email = whose.email.trim().to_lowercase();
    components.tries.sign_in.take(&email, &components.around.ambient)?;
    let mut repository = components.around.store.write().await?;
    let person = repository.people().by_email(components.tenant, &email).await?;
    let asked = match &person {
        Some(person) => passkeys::ask_to_sign(&components, repository.as_mut(), person, Asked::SignIn).await?,
        None => None,
    };
    repository.save().await?;
    match asked {
        Some(challenge) => Ok(Json(challenge)),
        None => Ok(Json(passkeys::decoy(&components, &email)?)),
    }
}

/// Signs somebody in by what their passkey answered: the answer sets the cookie of a session.
#[utoipa::path(post, path = "/sessions/passkey", tag = "Account", request_body = Signed,
    responses((status = CREATED, body = Me), (status = UNAUTHORIZED, body = crate::http::problem::ProblemDetails,
        content_type = "application/problem+json", description = "The passkey was not taken.")))]
pub(super) async fn sign_in_with_passkey(State(components): State<Components>, Json(given): Json<Signed>) -> Answer {
    components.tries.link.take("passkey", &components.around.ambient)?;
    let now = components.around.ambient.now();
    let mut repository = components.around.store.write().await?;
    let taken = passkeys::taken(&components, repository.as_mut(), given.ceremony, now).await?;
    let signed = match taken {
        Some((ceremony, Asked::SignIn(asked))) => {
            signed(&components, repository.as_mut(), ceremony.person, &asked, given.credential, now).await?
        }
        _ => None,
    };
    let Some((person, passkey)) = signed else {
        let happening = Happening::refused(now, Actor::Unknown, "session.begin", "session", "passkey");
        repository.audit().append(components.tenant, happening).await?;
        repository.save().await?;
        return Err(passkeys::not_taken(Kind::SignIn));
    };
    let secret = begin(&components, repository.as_mut(), &person, By::Passkey(&passkey), now).await?;
    repository.save().await?;
    with_cookie(&components, &secret, (StatusCode::CREATED, Json(describe(&person))).into_response())
}

/// Who signed, and with which passkey, whose counter is written down.
pub(super) async fn signed(
    components: &Components,
    repository: &mut dyn Repository,
    person: PersonId,
    asked: &PasskeyAuthentication,
    answer: Value,
    now: Timestamp,
) -> Result<Option<(Person, Passkey)>, Problem> {
    let person = repository.people().get(components.tenant, person).await?;
    let Some(person) = person.filter(|person| person.removed.is_none()) else { return Ok(None) };
    let known = repository.passkeys().of_person(person.tenant, person.id).await?;
    let Some(passkey) = passkeys::signer(components, &known, asked, answer, now)? else { return Ok(None) };
    repository.passkeys().used(&passkey).await?;
    Ok(Some((person, passkey)))
}
