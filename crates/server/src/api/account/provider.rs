//! Signing in by a provider (OpenID Connect): the browser goes there and comes back. Nobody gets an account by it.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use control::audit::{Actor, Happening};
use control::id::SessionId;
use control::session::SessionSecret;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::proof::renewed;
use super::{By, begin, with_cookie};
use crate::Components;
use crate::errand::{self, Luggage, Purpose};
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::path::Asked as Sent;
use crate::http::problem::{Answer, Problem};
use crate::oidc::{Oidc, Question};

/// Where the provider sends browsers back to, below the server's address.
const CALLBACK: &str = "api/v1/sign-in/oidc/callback";

/// Where a browser goes that was refused. The dashboard says so, and no more: the reason is in the server's log.
const REFUSED: &str = "#sign-in-failed";

/// Where a browser goes after somebody proved again who they are. The page that asked for it goes on.
const PROVEN: &str = "#proven";

/// What somebody was sent to the provider for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// The session that goes on; a new one without.
    session: Option<SessionId>,
    question: Question,
}

/// How people may sign in here, beside a password.
#[derive(Serialize, ToSchema)]
pub(super) struct WaysIn {
    /// The provider by which they may, at `GET /sign-in/oidc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<ProviderView>,
}

/// A provider of sign-ins.
#[derive(Serialize, ToSchema)]
struct ProviderView {
    /// What people call it.
    name: String,
}

/// How people may sign in here, beside a password.
#[utoipa::path(get, path = "/sign-in", tag = "Account", responses((status = OK, body = WaysIn)))]
pub(super) async fn ways_in(State(components): State<Components>) -> Json<WaysIn> {
    let provider = components.oidc.as_ref().map(|oidc| ProviderView { name: oidc.name().to_owned() });
    Json(WaysIn { provider })
}

/// Sends the browser to the provider, to sign in there. It comes back to `/sign-in/oidc/callback`.
#[utoipa::path(get, path = "/sign-in/oidc", tag = "Account",
    responses((status = SEE_OTHER, description = "To the provider; or back, if it cannot be asked.",
            headers(("Location" = String))),
        (status = NOT_FOUND, body = crate::http::problem::ProblemDetails, content_type = "application/problem+json",
            description = "There is no provider.")))]
pub(super) async fn to_provider(State(components): State<Components>, headers: HeaderMap) -> Answer {
    components.tries.link.take("provider", &components.around.ambient)?;
    send(&components, &headers, None).await
}

/// Sends the browser to the provider, where somebody signs in anew to prove who they are: the session goes on under a new cookie.
#[utoipa::path(get, path = "/session/proof/oidc", tag = "Account",
    responses((status = SEE_OTHER, description = "To the provider; or back, if it cannot be asked.",
            headers(("Location" = String))),
        (status = NOT_FOUND, body = crate::http::problem::ProblemDetails, content_type = "application/problem+json",
            description = "There is no provider."),
        (status = CONFLICT, body = crate::http::problem::ProblemDetails, content_type = "application/problem+json",
            description = "There is no session.")))]
pub(super) async fn prove_at_provider(
    State(components): State<Components>,
    caller: Caller,
    headers: HeaderMap,
) -> Answer {
    let session = caller.session()?.id;
    send(&components, &headers, Some(session)).await
}

async fn send(components: &Components, headers: &HeaderMap, session: Option<SessionId>) -> Answer {
    let oidc = components.oidc.as_ref().ok_or_else(Problem::not_found)?;
    let luggage = Luggage::pack(components, headers);
    let (ambient, callback) = (&components.around.ambient, components.link(CALLBACK));
    match oidc.ask(ambient, &callback, &luggage.state, session.is_some()).await {
        Ok((url, question)) => {
            let purpose = Purpose::Identity(Asked { session, question });
            errand::send(components, &luggage, &purpose).await?;
            let mut response = see_other(url.as_str())?;
            response.headers_mut().insert(header::SET_COOKIE, luggage.cookie(components)?);
            Ok(response)
        }
        Err(reason) => {
            tracing::warn!(%reason, "nobody can sign in by the provider");
            see_other(&components.link(REFUSED))
        }
    }
}

/// What a browser comes back with.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CameBack {
    /// What the provider gives the tokens for.
    code: Option<String>,
    /// What the browser was sent with.
    state: Option<String>,
    /// Who answers (RFC 9207).
    iss: Option<String>,
    /// Why there is no code.
    error: Option<String>,
}

/// Where the provider sends the browser back to. Whoever has an account under the e-mail address that it verified is signed in;
/// whatever is wrong, everybody else has the same answer.
#[utoipa::path(get, path = "/sign-in/oidc/callback", tag = "Account", params(CameBack),
    responses((status = SEE_OTHER, description = "To the dashboard: signed in, or not.", headers(("Location" = String))),
        (status = NOT_FOUND, body = crate::http::problem::ProblemDetails, content_type = "application/problem+json",
            description = "There is no provider.")))]
pub(super) async fn came_back(
    State(components): State<Components>,
    headers: HeaderMap,
    Sent(given): Sent<CameBack>,
) -> Answer {
    let oidc = components.oidc.as_ref().ok_or_else(Problem::not_found)?;
    components.tries.link.take("provider", &components.around.ambient)?;
    match entered(&components, oidc, &headers, given).await? {
        Ok((secret, place)) => with_cookie(&components, &secret, see_other(&components.link(place))?),
        Err(reason) => {
            tracing::warn!(%reason, "a sign-in by the provider was refused");
            let now = components.around.ambient.now();
            let happening = Happening::refused(now, Actor::Unknown, "session.begin", "session", "provider");
            let mut repository = components.around.store.write().await?;
            repository.audit().append(components.tenant, happening).await?;
            repository.save().await?;
            see_other(&components.link(REFUSED))
        }
    }
}

/// The secret of the session that begins or goes on, and where the browser goes; or why not, for the log.
async fn entered(
    components: &Components,
    oidc: &Oidc,
    headers: &HeaderMap,
    given: CameBack,
) -> Result<Result<(SessionSecret, &'static str), String>, Problem> {
    let Some(state) = given.state else { return Ok(Err("there is no state".to_owned())) };
    let Some(Purpose::Identity(asked)) = errand::back(components, headers, &state).await? else {
        return Ok(Err("this browser was not sent, or is back already".to_owned()));
    };
    if let Some(issuer) = given.iss.filter(|issuer| issuer != oidc.issuer()) {
        return Ok(Err(format!("another provider answers: {issuer:?}")));
    }
    let Some(code) = given.code else {
        return Ok(Err(format!("the provider gave no code: {:?}", given.error.unwrap_or_default())));
    };
    let callback = components.link(CALLBACK);
    let email = match oidc.answered(&components.around.ambient, &callback, code, &asked.question).await {
        Ok(email) => email,
        Err(reason) => return Ok(Err(reason.to_string())),
    };
    match asked.session {
        Some(session) => go_on(components, session, &email).await,
        None => come_in(components, &email).await,
    }
}

async fn come_in(
    components: &Components,
    email: &str,
) -> Result<Result<(SessionSecret, &'static str), String>, Problem> {
    let now = components.around.ambient.now();
    let mut repository = components.around.store.write().await?;
    let Some(person) = repository.people().by_email(components.tenant, email).await? else { return Ok(Err(nobody())) };
    let secret = begin(components, repository.as_mut(), &person, By::Provider, now).await?;
    repository.save().await?;
    Ok(Ok((secret, "")))
}

async fn go_on(
    components: &Components,
    session: SessionId,
    email: &str,
) -> Result<Result<(SessionSecret, &'static str), String>, Problem> {
    let now = components.around.ambient.now();
    let mut repository = components.around.store.write().await?;
    let Some(person) = repository.people().by_email(components.tenant, email).await? else { return Ok(Err(nobody())) };
    let sessions = repository.sessions().of_person(person.tenant, person.id).await?;
    let lives = |known: &control::session::Session| known.id == session && known.lives(now);
    let Some(session) = sessions.into_iter().find(lives) else {
        return Ok(Err("somebody else signed in at the provider, or the session ended".to_owned()));
    };
    let Some(secret) = renewed(components, repository.as_mut(), &session, By::Provider, now).await? else {
        return Ok(Err("the session ended, or was renewed meanwhile".to_owned()));
    };
    repository.save().await?;
    Ok(Ok((secret, PROVEN)))
}

fn nobody() -> String {
    "nobody here has the address that the provider verified".to_owned()
}

fn see_other(place: &str) -> Answer<Response> {
    let place = HeaderValue::from_str(place).map_err(Problem::internal)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response())
}
