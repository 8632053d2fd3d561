//! Signing in and out, and one's own sessions.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use control::audit::{Actor, Happening};
use control::authority::{TABLE, may};
use control::id::{PersonId, SessionId, TenantId};
use control::session::{Session, SessionSecret};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::{PasswordHash, Person, Repository};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Components;
use crate::http::body::Json;
use crate::http::caller::{Caller, Means, cookie_name};
use crate::http::path::Named;
use crate::http::problem::{Answer, Kind, Problem};
use crate::view::{PersonRef, person_ref};

/// Shorter passwords are refused (NIST SP 800-63B: at least 15 characters where it is the only factor; 8 is its floor).
const SHORTEST: usize = 12;
const LONGEST: usize = 200;

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new()
        .routes(routes!(sign_in, sessions))
        .routes(routes!(end_session))
        .routes(routes!(me, sign_out))
        .routes(routes!(prove))
        .routes(routes!(change_password))
        .routes(routes!(accept))
}

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    /// Their e-mail address.
    #[schema(max_length = 320)]
    email: String,
    /// Their password.
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// Whoever is signed in.
#[derive(Serialize, ToSchema)]
struct Me {
    #[serde(flatten)]
    person: PersonRef,
    /// `owner`, `administrator`, `operator`, `auditor`, `contact`, `support` or `support-lead`.
    role: String,
    /// What the role allows, as in `docs/roles.md`.
    actions: Vec<&'static str>,
}

fn describe(person: &Person) -> Me {
    let allowed = TABLE.iter().filter(|permission| may(person.role, permission.action));
    Me {
        person: person_ref(person),
        role: super::members::role_word(person.role),
        actions: allowed.map(|permission| permission.name).collect(),
    }
}

/// Signs somebody in: the answer sets the cookie of a session.
#[utoipa::path(post, path = "/sessions", tag = "Account", request_body = SignIn,
    responses((status = CREATED, body = Me), (status = UNAUTHORIZED, body = crate::http::problem::ProblemDetails,
        content_type = "application/problem+json", description = "The address or the password is wrong.")))]
async fn sign_in(State(components): State<Components>, Json(given): Json<SignIn>) -> Answer {
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
    let secret = begin(&components, repository.as_mut(), &person, now).await?;
    repository.save().await?;
    with_cookie(&components, &secret, (StatusCode::CREATED, Json(describe(&person))).into_response())
}

/// A session of somebody who just proved who they are.
async fn begin(
    components: &Components,
    repository: &mut dyn Repository,
    person: &Person,
    now: Timestamp,
) -> Result<SessionSecret, Problem> {
    let ambient = &components.around.ambient;
    let secret = SessionSecret::generate(ambient.entropy.bytes());
    let id = store::new_id(ambient);
    let session = Session::begin(id, &secret, (person.tenant, person.id), false, now);
    repository.sessions().begin(&session).await?;
    let happening = Happening::done(now, Actor::Person(person.id), "session.begin", format!("session/{id}"));
    repository.audit().append(person.tenant, happening).await?;
    Ok(secret)
}

/// Who is signed in, and what they may do.
#[utoipa::path(get, path = "/session", tag = "Account", responses((status = OK, body = Me)))]
async fn me(caller: Caller) -> Json<Me> {
    Json(describe(&caller.person))
}

/// Signs out.
#[utoipa::path(delete, path = "/session", tag = "Account", responses((status = NO_CONTENT)))]
async fn sign_out(State(components): State<Components>, caller: Caller) -> Answer {
    let id = caller.session()?.id;
    end(&components, &caller, id).await?;
    let gone =
        format!("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict{}", cookie_name(&components), secure(&components));
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.headers_mut().insert(header::SET_COOKIE, HeaderValue::from_str(&gone).map_err(Problem::internal)?);
    Ok(response)
}

/// A password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Proof {
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// Proves again who one is, for what needs it: the session goes on under a new cookie.
#[utoipa::path(post, path = "/session/proof", tag = "Account", request_body = Proof, responses((status = OK, body = Me)))]
async fn prove(State(components): State<Components>, caller: Caller, Json(given): Json<Proof>) -> Answer {
    let session = caller.session()?.clone();
    components.tries.sign_in.take(&caller.person.email, &components.around.ambient)?;
    let mut repository = components.around.store.read().await?;
    let kept = repository.accounts().password(caller.tenant, caller.person.id).await?;
    drop(repository);
    if !verify(kept, given.password).await? {
        return Err(Problem::new(Kind::SignInAgain, "The password is wrong."));
    }
    let now = components.around.ambient.now();
    let secret = SessionSecret::generate(components.around.ambient.entropy.bytes());
    let mut repository = components.around.store.write().await?;
    repository.sessions().save(&session.proven_again(&secret, false, now)).await?;
    let happening = Happening::done(now, caller.actor(), "session.prove", format!("session/{}", session.id));
    repository.audit().append(caller.tenant, happening).await?;
    repository.save().await?;
    with_cookie(&components, &secret, Json(describe(&caller.person)).into_response())
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    #[schema(value_type = String, format = Password)]
    current: SecretString,
    /// At least 12 characters.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 200)]
    fresh: SecretString,
}

/// Changes one's own password. All other sessions end.
#[utoipa::path(post, path = "/session/password", tag = "Account", request_body = NewPassword,
    responses((status = OK, body = Me)))]
async fn change_password(
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
    let secret = adopt(&components, &caller.person, &hash).await?;
    with_cookie(&components, &secret, Json(describe(&caller.person)).into_response())
}

/// A one-time link that was opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Acceptance {
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
async fn accept(State(components): State<Components>, Json(given): Json<Acceptance>) -> Answer {
    components.tries.link.take("invitation", &components.around.ambient)?;
    let found: [u8; 32] = Sha256::digest(given.invitation.expose_secret().as_bytes()).into();
    let mut repository = components.around.store.read().await?;
    let invitation = repository.accounts().invitation(&found).await?;
    let now = components.around.ambient.now();
    let dead = || Problem::refused("This link was used already, or is too old. Ask for another one.");
    let invitation = invitation.filter(|invitation| now < invitation.expires).ok_or_else(dead)?;
    let person = repository.people().get(invitation.tenant, invitation.person).await?;
    drop(repository);
    let person = person.filter(|person| person.removed.is_none()).ok_or_else(dead)?;
    let hash = hash(&components, given.password).await?;
    let secret = adopt(&components, &person, &hash).await?;
    with_cookie(&components, &secret, (StatusCode::CREATED, Json(describe(&person))).into_response())
}

/// Takes a new password: whatever was signed in or invited before ends.
async fn adopt(components: &Components, person: &Person, hash: &PasswordHash) -> Result<SessionSecret, Problem> {
    let now = components.around.ambient.now();
    let mut repository = components.around.store.write().await?;
    repository.accounts().set_password(person.tenant, person.id, hash).await?;
    repository.accounts().forget_invitations(person.tenant, person.id).await?;
    repository.sessions().end_all(person.tenant, person.id, now).await?;
    let happening = Happening::done(now, Actor::Person(person.id), "member.password", format!("person/{}", person.id));
    repository.audit().append(person.tenant, happening).await?;
    let secret = begin(components, repository.as_mut(), person, now).await?;
    repository.save().await?;
    Ok(secret)
}

/// A session of one's own.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SessionView {
    id: Uuid,
    since: Timestamp,
    seen: Timestamp,
    /// Whether it is the one that asks.
    current: bool,
}

/// One's own sessions, the latest first.
#[utoipa::path(get, path = "/sessions", tag = "Account", responses((status = OK, body = Vec<SessionView>)))]
async fn sessions(State(components): State<Components>, caller: Caller) -> Answer<Json<Vec<SessionView>>> {
    let mut repository = components.around.store.read().await?;
    let sessions = repository.sessions().of_person(caller.tenant, caller.person.id).await?;
    let current = match &caller.means {
        Means::Session(session) => Some(session.id),
        _ => None,
    };
    let view = |session: Session| SessionView {
        id: session.id.into(),
        since: session.since,
        seen: session.seen,
        current: Some(session.id) == current,
    };
    Ok(Json(sessions.into_iter().map(view).collect()))
}

/// Ends a session of one's own.
#[utoipa::path(delete, path = "/sessions/{session}", tag = "Account", params(("session" = Uuid, Path)),
    responses((status = NO_CONTENT)))]
async fn end_session(State(components): State<Components>, caller: Caller, Named(id): Named<SessionId>) -> Answer {
    end(&components, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn end(components: &Components, caller: &Caller, id: SessionId) -> Result<(), Problem> {
    let now = components.around.ambient.now();
    let mut repository = components.around.store.write().await?;
    let sessions = repository.sessions().of_person(caller.tenant, caller.person.id).await?;
    let session = sessions.into_iter().find(|session| session.id == id).ok_or_else(Problem::not_found)?;
    repository.sessions().save(&Session { ended: Some(now), ..session }).await?;
    let happening = Happening::done(now, caller.actor(), "session.end", format!("session/{id}"));
    repository.audit().append(caller.tenant, happening).await?;
    Ok(repository.save().await?)
}

/// A one-time link for somebody; only its hash is kept.
pub(super) async fn invite(
    components: &Components,
    repository: &mut dyn Repository,
    (tenant, person): (TenantId, PersonId),
    now: Timestamp,
) -> Result<String, Problem> {
    let secret = crate::invitation(&components.around.ambient, repository, (tenant, person), now).await?;
    Ok(components.link(&format!("join#{}", secret.expose_secret())))
}

fn secure(components: &Components) -> &'static str {
    if components.is_secure() { "; Secure" } else { "" }
}

fn with_cookie(components: &Components, secret: &SessionSecret, mut response: Response) -> Answer {
    let (name, value) = (cookie_name(components), secret.reveal());
    let cookie = format!("{name}={}; Path=/; HttpOnly; SameSite=Strict{}", value.expose_secret(), secure(components));
    let mut cookie = HeaderValue::from_str(&cookie).map_err(Problem::internal)?;
    cookie.set_sensitive(true);
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Whether a password fits. Takes as long when there is none to compare with.
async fn verify(kept: Option<PasswordHash>, given: SecretString) -> Result<bool, Problem> {
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
