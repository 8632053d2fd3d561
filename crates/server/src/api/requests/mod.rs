//! Recovery requests: who asks for what, who vouches for it, and what is still missing. Supporters see all of it and nothing of
//! what a recovery point holds.

mod codes;
mod proofs;
mod view;

use axum::extract::State;
use control::authority::Action;
use control::connection::{Connection, Event, NewRequest, Request, State as Link};
use control::digest::RequestDigest;
use control::id::ConnectionId;
use control::policy::Policy;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::connections::{happen, settled};
use crate::Components;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::once::{Change, Once, Reply};
use crate::http::path::Named;
use crate::http::problem::{Answer, Problem};
use crate::view::Names;

use view::RequestView;

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get, open))
        .routes(routes!(codes::send))
        .routes(routes!(codes::confirm))
        .routes(routes!(approve))
        .routes(routes!(deny))
        .routes(routes!(proofs::prove))
        .routes(routes!(veto))
        .routes(routes!(cancel))
}

/// The latest request over each connection that ever had one.
#[utoipa::path(get, path = "/requests", tag = "Recovery requests", responses((status = OK, body = Vec<RequestView>)))]
async fn list(State(components): State<Components>, caller: Caller) -> Answer<Json<Vec<RequestView>>> {
    let mut repository = components.around.store.write().await?;
    let names = Names::of(repository.as_mut(), caller.tenant).await?;
    let mut views = vec![];
    let connections = repository.connections().list(caller.tenant).await?;
    for connection in connections {
        let (state, policy) = settled(&components, repository.as_mut(), &caller, connection.id).await?;
        views.extend(view::describe(&state, &policy, &names));
    }
    repository.save().await?;
    Ok(Json(views))
}

/// The latest request over a connection.
#[utoipa::path(get, path = "/connections/{connection}/request", tag = "Recovery requests",
    params(("connection" = Uuid, Path)), responses((status = OK, body = RequestView)))]
async fn get(
    State(components): State<Components>,
    caller: Caller,
    Named(id): Named<ConnectionId>,
) -> Answer<Json<RequestView>> {
    let mut repository = components.around.store.write().await?;
    let (state, policy) = settled(&components, repository.as_mut(), &caller, id).await?;
    let names = Names::of(repository.as_mut(), caller.tenant).await?;
    repository.save().await?;
    view::describe(&state, &policy, &names).map(Json).ok_or_else(Problem::not_found)
}

/// A request about to change.
struct Case {
    change: Change,
    connection: Connection,
    request: Request,
    policy: Policy,
}

/// Begins a change of a connection's request, for somebody who may do this under its policy.
async fn begin(components: &Components, once: Once, id: ConnectionId, action: Action) -> Result<Case, Problem> {
    let mut change = once.begin().await?;
    let (caller, now) = (change.caller().clone(), change.now());
    let (state, policy) = settled(components, change.repository(), &caller, id).await?;
    caller.may(action, &policy, now)?;
    match state {
        Link { connection: Some(connection), request: Some(request), .. } => {
            Ok(Case { change, connection, request, policy })
        }
        _ => Err(Problem::not_found()),
    }
}

/// Lets it happen, and answers with what the request is then.
async fn finish(components: &Components, mut change: Change, id: ConnectionId, event: &Event) -> Answer {
    match happen(components, &mut change, id, event).await? {
        Ok(_) => answer(components, change, id).await,
        Err(problem) => change.refuse(problem).await,
    }
}

async fn answer(components: &Components, mut change: Change, id: ConnectionId) -> Answer {
    let caller = change.caller().clone();
    let (state, policy) = settled(components, change.repository(), &caller, id).await?;
    let names = Names::of(change.repository(), caller.tenant).await?;
    let view = view::describe(&state, &policy, &names).ok_or_else(Problem::not_found)?;
    change.save(Reply::ok(&view)?).await
}

/// What is asked for.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct NewRequestBody {
    /// The recovery point; the newest one at the start unless said.
    point: Option<u64>,
    /// The projects by key; the whole site unless said.
    #[schema(max_items = 1000)]
    projects: Vec<String>,
}

/// Asks for a recovery over an active connection. Everybody concerned is told; codes go to the requester and the contacts.
#[utoipa::path(post, path = "/connections/{connection}/request", tag = "Recovery requests",
    params(("connection" = Uuid, Path)), request_body = NewRequestBody, responses((status = OK, body = RequestView)))]
async fn open(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<ConnectionId>,
    Json(wanted): Json<NewRequestBody>,
) -> Answer {
    let is_key = |key: &String| (1..=255).contains(&key.len()) && !key.contains(char::is_control);
    if wanted.projects.len() > 1_000 || !wanted.projects.iter().all(is_key) {
        return Err(Problem::field("projects", "up to 1,000 project keys"));
    }
    let mut change = once.begin().await?;
    let caller = change.caller().clone();
    settled(&components, change.repository(), &caller, id).await?;
    let ambient = &components.around.ambient;
    let new = NewRequest {
        id: store::new_id(ambient),
        by: caller.person.id,
        nonce: ambient.entropy.bytes(),
        point: wanted.point,
        projects: wanted.projects,
    };
    match happen(&components, &mut change, id, &Event::Open(Box::new(new))).await? {
        Ok(state) => {
            codes::send_to_all(&components, &mut change, &state).await?;
            answer(&components, change, id).await
        }
        Err(problem) => change.refuse(problem).await,
    }
}

/// What somebody says of the request that they were shown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Said {
    /// The digest of the request, as it was shown: nobody approves what they did not see.
    #[schema(max_length = 64)]
    digest: String,
    /// What they checked, in their own words.
    #[schema(min_length = 1, max_length = 2000)]
    note: String,
}

fn digest(typed: &str) -> Result<RequestDigest, Problem> {
    RequestDigest::parse(typed)
        .ok_or_else(|| Problem::field("digest", "32 hexadecimal digits, as the request shows them"))
}

fn note(typed: &str) -> Result<String, Problem> {
    let note = typed.trim();
    let fits = (1..=2_000).contains(&note.chars().count());
    if fits { Ok(note.to_owned()) } else { Err(Problem::field("note", "1 to 2,000 characters")) }
}

/// Approves a request of somebody else.
#[utoipa::path(post, path = "/connections/{connection}/request/approval", tag = "Recovery requests",
    params(("connection" = Uuid, Path)), request_body = Said, responses((status = OK, body = RequestView)))]
async fn approve(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<ConnectionId>,
    Json(said): Json<Said>,
) -> Answer {
    let (seen, note) = (digest(&said.digest)?, note(&said.note)?);
    let case = begin(&components, once, id, Action::RequestApprove).await?;
    let by = case.change.caller().person.id;
    finish(&components, case.change, id, &Event::Approve { by, seen, note }).await
}

/// Why not.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reason {
    #[schema(min_length = 1, max_length = 2000)]
    note: String,
}

/// Denies a request. The first no takes one's own approval back and costs a day; a second supporter's ends it.
#[utoipa::path(post, path = "/connections/{connection}/request/denial", tag = "Recovery requests",
    params(("connection" = Uuid, Path)), request_body = Reason, responses((status = OK, body = RequestView)))]
async fn deny(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<ConnectionId>,
    Json(reason): Json<Reason>,
) -> Answer {
    let note = note(&reason.note)?;
    let case = begin(&components, once, id, Action::RequestDeny).await?;
    let by = case.change.caller().person.id;
    finish(&components, case.change, id, &Event::Deny { by, note }).await
}

/// Stops a request, as a recovery contact: the connection is suspended, and nothing is read any more.
#[utoipa::path(post, path = "/connections/{connection}/request/veto", tag = "Recovery requests",
    params(("connection" = Uuid, Path)), responses((status = OK, body = RequestView)))]
async fn veto(State(components): State<Components>, once: Once, Named(id): Named<ConnectionId>) -> Answer {
    let case = begin(&components, once, id, Action::RequestVeto).await?;
    let by = case.change.caller().person.id;
    finish(&components, case.change, id, &Event::Veto { by }).await
}

/// Withdraws a request.
#[utoipa::path(post, path = "/connections/{connection}/request/cancellation", tag = "Recovery requests",
    params(("connection" = Uuid, Path)), responses((status = OK, body = RequestView)))]
async fn cancel(State(components): State<Components>, once: Once, Named(id): Named<ConnectionId>) -> Answer {
    let case = begin(&components, once, id, Action::RequestCancel).await?;
    let by = case.change.caller().person.id;
    finish(&components, case.change, id, &Event::Cancel { by }).await
}
