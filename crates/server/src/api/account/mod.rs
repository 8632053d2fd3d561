//! Signing in and out, and one's own sessions.

mod password;
mod proof;
mod provider;
mod sign_in;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use control::audit::{Actor, Happening};
use control::authority::{TABLE, may};
use control::id::SessionId;
use control::session::{Session, SessionSecret};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use store::{Passkey, Person, Repository};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Components;
use crate::http::body::Json;
use crate::http::caller::{Caller, Means, cookie_name};
use crate::http::path::Named;
use crate::http::problem::{Answer, Problem};
use crate::view::{PersonRef, person_ref};

pub(super) use password::invite;
pub(crate) use provider::Asked;

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new()
        .routes(routes!(sign_in::sign_in, sessions))
        .routes(routes!(end_session))
        .routes(routes!(me, sign_out))
        .routes(routes!(sign_in::challenge))
        .routes(routes!(sign_in::sign_in_with_passkey))
        .routes(routes!(proof::challenge_again))
        .routes(routes!(proof::prove))
        .routes(routes!(provider::ways_in))
        .routes(routes!(provider::to_provider))
        .routes(routes!(provider::came_back))
        .routes(routes!(provider::prove_at_provider))
        .routes(routes!(password::change_password))
        .routes(routes!(password::accept))
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

/// By what somebody proved who they are.
#[derive(Clone, Copy, Debug)]
enum By<'a> {
    Password,
    Link,
    Passkey(&'a Passkey),
    Provider,
}

impl By<'_> {
    /// As the audit log has it.
    fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Link => "link",
            Self::Passkey(_) => "passkey",
            Self::Provider => "provider",
        }
    }

    /// When the passkey was added, if it was one.
    fn passkey_added(self) -> Option<Timestamp> {
        match self {
            Self::Passkey(passkey) => Some(passkey.added),
            Self::Password | Self::Link | Self::Provider => None,
        }
    }
}

/// A session of somebody who just proved who they are.
async fn begin(
    components: &Components,
    repository: &mut dyn Repository,
    person: &Person,
    by: By<'_>,
    now: Timestamp,
) -> Result<SessionSecret, Problem> {
    let ambient = &components.around.ambient;
    let secret = SessionSecret::generate(ambient.entropy.bytes());
    let id = store::new_id(ambient);
    let session = Session::begin(id, &secret, (person.tenant, person.id), by.passkey_added(), now);
    repository.sessions().begin(&session).await?;
    let happening =
        Happening::done(now, Actor::Person(person.id), "session.begin", format!("session/{id}")).with("by", by.word());
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
    repository.sessions().end(caller.tenant, session.id, now).await?;
    let happening = Happening::done(now, caller.actor(), "session.end", format!("session/{id}"));
    repository.audit().append(caller.tenant, happening).await?;
    Ok(repository.save().await?)
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
