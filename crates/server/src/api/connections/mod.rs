//! Connections: the link between a source and its standby. What may happen to one is decided by `control`; a handler says who
//! asks, and what happened.
//!
//! [`make`] makes and activates, [`events`] is all the rest of its life, [`view`] is what people see of it.

mod events;
mod make;
mod view;

use axum::extract::State;
use control::connection::{Event, State as Link};
use control::id::ConnectionId;
use control::policy::Policy;
use store::Repository;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Components;
use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::once::{Change, Reply};
use crate::http::path::Named;
use crate::http::problem::{Answer, Problem};
use crate::view::Names;

use view::ConnectionView;
pub(super) use view::word;

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new()
        .routes(routes!(list, make::create))
        .routes(routes!(get, events::rename))
        .routes(routes!(make::activate))
        .routes(routes!(events::release))
        .routes(routes!(events::reset))
        .routes(routes!(events::revoke))
        .routes(routes!(events::reinstate))
        .routes(routes!(events::object))
        .routes(routes!(events::confirm))
        .routes(routes!(events::issue_token))
        .routes(routes!(events::check_token))
        .routes(routes!(events::suspend))
        .routes(routes!(events::vote))
        .routes(routes!(events::resume))
        .routes(routes!(events::deactivate))
}

/// All connections, by name.
#[utoipa::path(get, path = "/connections", tag = "Connections", responses((status = OK, body = Vec<ConnectionView>)))]
async fn list(State(components): State<Components>, caller: Caller) -> Answer<Json<Vec<ConnectionView>>> {
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

/// One connection.
#[utoipa::path(get, path = "/connections/{connection}", tag = "Connections", params(("connection" = Uuid, Path)),
    responses((status = OK, body = ConnectionView)))]
async fn get(
    State(components): State<Components>,
    caller: Caller,
    Named(id): Named<ConnectionId>,
) -> Answer<Json<ConnectionView>> {
    let mut repository = components.around.store.write().await?;
    let (state, policy) = settled(&components, repository.as_mut(), &caller, id).await?;
    let names = Names::of(repository.as_mut(), caller.tenant).await?;
    repository.save().await?;
    view::describe(&state, &policy, &names).map(Json).ok_or_else(Problem::not_found)
}

/// A connection now, after everything that follows of itself, and the policy of its source.
pub(super) async fn settled(
    components: &Components,
    repository: &mut dyn Repository,
    caller: &Caller,
    id: ConnectionId,
) -> Result<(Link, Policy), Problem> {
    let around = &components.around;
    let state = repository.connections().state(caller.tenant, id).await?;
    let source = state.and_then(|state| state.connection).map(|connection| connection.source);
    let source = source.ok_or_else(Problem::not_found)?;
    let state = around.settled(repository, caller.tenant, id).await?;
    let policy = around.policy(repository, caller.tenant, source).await?;
    Ok((state, policy))
}

/// Lets something happen to a connection; people are told by whoever sends messages, from what the transition says.
pub(super) async fn happen(
    components: &Components,
    change: &mut Change,
    id: ConnectionId,
    event: &Event,
) -> Result<Result<Link, Problem>, Problem> {
    let tenant = change.caller().tenant;
    let happened = components.around.happen(change.repository(), tenant, id, event).await?;
    Ok(happened.map_err(Problem::from))
}

/// [`happen`], answered with what the connection is then.
async fn happen_and_answer(components: &Components, mut change: Change, id: ConnectionId, event: &Event) -> Answer {
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
