//! Changes, and their being done once: a POST that is sent again with the same `Idempotency-Key` has the same answer and no
//! second effect (draft-ietf-httpapi-idempotency-key-header). The answer is kept in the transaction of the change.
//!
//! Answers are kept sealed. One that shows a secret is not kept: whoever sends that request again is told that it was done.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use control::audit::Happening;
use control::connection::Connection;
use control::id::{ConnectionId, PersonId, TenantId};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use store::{KeptAnswer, Repository, Sealed};

use super::body::LONGEST;
use super::caller::Caller;
use super::problem::{Answer, Kind, Problem};
use crate::Components;

const HEADER: &str = "idempotency-key";

/// Longer answers are not kept: the key service seals no more, in bytes.
const KEPT: usize = 3_000;

/// The key of a request, and what was asked under it.
#[derive(Clone, Debug)]
struct Key {
    key: String,
    request: [u8; 32],
}

/// Answers a POST that was answered before, and lets the others through.
pub(crate) async fn replay(State(components): State<Components>, request: Request, next: Next) -> Response {
    match prepared(&components, request).await {
        Ok(Prepared::Fresh(request)) => next.run(request).await,
        Ok(Prepared::Answered(response)) => response,
        Err(problem) => problem.into_response(),
    }
}

enum Prepared {
    Fresh(Request),
    Answered(Response),
}

async fn prepared(components: &Components, request: Request) -> Result<Prepared, Problem> {
    let Some(key) = key_of(request.headers())? else { return Ok(Prepared::Fresh(request)) };
    let caller = request.extensions().get::<Caller>().cloned();
    let (Some(caller), &Method::POST) = (caller, request.method()) else { return Ok(Prepared::Fresh(request)) };
    let (mut parts, body) = request.into_parts();
    let too_large = |_| Problem::new(Kind::TooLarge, format!("At most {LONGEST} bytes are taken."));
    let bytes = to_bytes(body, LONGEST).await.map_err(too_large)?;
    let mut hasher = Sha256::new();
    hasher.update(parts.uri.path().as_bytes());
    hasher.update([0]);
    hasher.update(&bytes);
    let key = Key { key, request: hasher.finalize().into() };
    let mut repository = components.around.store.read().await?;
    let kept = repository.idempotency().find(caller.tenant, caller.person.id, &key.key).await?;
    drop(repository);
    if let Some(kept) = kept {
        return Ok(Prepared::Answered(again(components, &key, kept).await?));
    }
    parts.extensions.insert(key);
    Ok(Prepared::Fresh(Request::from_parts(parts, Body::from(bytes))))
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=100).contains(&key.len()));
    let bad = || Problem::new(Kind::BadRequest, "An `Idempotency-Key` is 1 to 100 visible ASCII characters.");
    Ok(Some(key.ok_or_else(bad)?.to_owned()))
}

async fn again(components: &Components, key: &Key, kept: KeptAnswer) -> Answer {
    if kept.request != key.request {
        return Err(Problem::field("Idempotency-Key", "another request was sent with this key"));
    }
    if kept.body.0.is_empty() {
        let place = kept.location.map_or_else(String::new, |place| format!(" See {place}."));
        return Err(Problem::refused(format!("This was done already; its answer is not shown twice.{place}")));
    }
    let sealed = std::str::from_utf8(&kept.body.0).map_err(Problem::internal)?;
    let context = context(kept.tenant, kept.person, &kept.key);
    let body = components.around.keys.open(sealed, &context).await.map_err(Problem::internal)?;
    let status = StatusCode::from_u16(kept.status).map_err(Problem::internal)?;
    response(status, kept.location.as_deref(), body.expose().to_vec())
}

fn context(tenant: TenantId, person: PersonId, key: &str) -> String {
    format!("lifeboat/kept-answer/{tenant}/{person}/{key}")
}

fn response(status: StatusCode, location: Option<&str>, body: Vec<u8>) -> Answer {
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    if let Some(place) = location {
        response.headers_mut().insert(header::LOCATION, HeaderValue::from_str(place).map_err(Problem::internal)?);
    }
    Ok(response)
}

/// A change that is about to be made for somebody.
#[derive(Debug)]
pub(crate) struct Once {
    components: Components,
    caller: Caller,
    key: Option<Key>,
}

impl FromRequestParts<Components> for Once {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, components: &Components) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, components).await?;
        caller.must_be_somebody()?;
        Ok(Self { components: components.clone(), caller, key: parts.extensions.get::<Key>().cloned() })
    }
}

impl Once {
    /// A connection of the caller's, for what is looked up before the transaction.
    pub(crate) async fn connection(&self, id: ConnectionId) -> Result<Connection, Problem> {
        let mut repository = self.components.around.store.read().await?;
        let state = repository.connections().state(self.caller.tenant, id).await?;
        state.and_then(|state| state.connection).ok_or_else(Problem::not_found)
    }

    /// Begins the transaction of the change.
    pub(crate) async fn begin(self) -> Result<Change, Problem> {
        let repository = self.components.around.store.write().await?;
        Ok(Change { repository, now: self.components.around.ambient.now(), once: self })
    }
}

/// A transaction that changes something for a caller, with its audit event and its answer.
pub(crate) struct Change {
    repository: Box<dyn Repository>,
    now: Timestamp,
    once: Once,
}

/// What is answered after a change.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    location: Option<String>,
    body: Vec<u8>,
    shows_secret: bool,
}

impl Reply {
    pub(crate) fn ok(body: &impl Serialize) -> Result<Self, Problem> {
        Self::with(StatusCode::OK, body)
    }

    pub(crate) fn created(location: String, body: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self { location: Some(location), ..Self::with(StatusCode::CREATED, body)? })
    }

    /// It was begun and goes on; how far it is can be read at the place.
    pub(crate) fn accepted(location: String, body: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self { location: Some(location), ..Self::with(StatusCode::ACCEPTED, body)? })
    }

    fn with(status: StatusCode, body: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(body).map_err(Problem::internal)?;
        Ok(Self { status, location: None, body, shows_secret: false })
    }

    /// The answer shows a secret, once.
    pub(crate) fn secret(self) -> Self {
        Self { shows_secret: true, ..self }
    }
}

impl Change {
    pub(crate) fn repository(&mut self) -> &mut dyn Repository {
        self.repository.as_mut()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.once.caller
    }

    /// Writes the audit event of a change that no state machine writes one for.
    pub(crate) async fn audit(
        &mut self,
        action: control::authority::Action,
        subject: String,
        details: &[(&str, &(dyn std::fmt::Display + Sync))],
    ) -> Result<(), Problem> {
        let name = action.permission().name;
        let mut happening = Happening::done(self.now, self.once.caller.actor(), name, subject);
        for (detail, value) in details {
            happening = happening.with(detail, value);
        }
        self.repository.audit().append(self.once.caller.tenant, happening).await?;
        Ok(())
    }

    /// Makes it durable, with the answer for whoever sends the request again.
    pub(crate) async fn save(mut self, reply: Reply) -> Answer {
        if let Some(Key { key, request }) = &self.once.key {
            let (tenant, person) = (self.once.caller.tenant, self.once.caller.person.id);
            let is_kept = !reply.shows_secret && reply.body.len() <= KEPT;
            let body = if is_kept {
                let keys = &self.once.components.around.keys;
                let sealed = keys.seal(&reply.body, &context(tenant, person, key)).await.map_err(Problem::internal)?;
                sealed.into_bytes()
            } else {
                vec![]
            };
            let kept = KeptAnswer {
                tenant,
                person,
                key: key.clone(),
                request: *request,
                status: reply.status.as_u16(),
                location: reply.location.clone(),
                body: Sealed(body),
                at: self.now,
            };
            self.repository.idempotency().keep(&kept).await?;
        }
        self.repository.save().await?;
        response(reply.status, reply.location.as_deref(), reply.body)
    }

    /// Makes it durable; there is nothing to say.
    pub(crate) async fn done(self) -> Answer {
        self.repository.save().await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    /// Keeps the audit event of a refusal, and refuses.
    pub(crate) async fn refuse(self, problem: impl Into<Problem>) -> Answer {
        self.repository.save().await?;
        Err(problem.into())
    }
}
