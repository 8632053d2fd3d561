//! The life of a connection after it was made.

use axum::extract::State;
use control::authority::Action;
use control::connection::{Connection, Event, Operation};
use control::id::{ConnectionId, PersonId};
use control::name::ConnectionName;
use control::token::{Token, VerifierContext};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::make::{TokenShown, context, fresh_token, show};
use super::view::ConnectionView;
use super::{happen, happen_and_answer, settled, view};
use crate::Components;
use crate::api::safeguards::administers;
use crate::http::body::Json;
use crate::http::etag::IfMatch;
use crate::http::once::{Change, Once};
use crate::http::path::Named;
use crate::http::problem::{Answer, Problem};
use crate::view::Names;

/// The connection that a change is about.
async fn connection(components: &Components, change: &mut Change, id: ConnectionId) -> Result<Connection, Problem> {
    let caller = change.caller().clone();
    let (state, _) = settled(components, change.repository(), &caller, id).await?;
    state.connection.ok_or_else(Problem::not_found)
}

/// Begins a change of a connection that exists.
async fn begin(components: &Components, once: Once, id: ConnectionId) -> Result<(Change, PersonId), Problem> {
    let mut change = once.begin().await?;
    connection(components, &mut change, id).await?;
    let by = change.caller().person.id;
    Ok((change, by))
}

/// Another name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewName {
    #[schema(min_length = 3, max_length = 65)]
    name: String,
}

/// Renames a connection.
#[utoipa::path(patch, path = "/connections/{connection}", tag = "Connections", params(("connection" = Uuid, Path)),
    request_body = NewName, responses((status = OK, body = ConnectionView)))]
pub(super) async fn rename(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<ConnectionId>,
    if_match: IfMatch,
    Json(new): Json<NewName>,
) -> Answer {
    let name = ConnectionName::parse(&new.name).map_err(|error| Problem::field("name", error.to_string()))?;
    let mut change = once.begin().await?;
    let caller = change.caller().clone();
    let (state, policy) = settled(&components, change.repository(), &caller, id).await?;
    let names = Names::of(change.repository(), caller.tenant).await?;
    if_match.admits(&view::describe(&state, &policy, &names))?;
    let same = change.repository().connections().by_name(caller.tenant, name.as_str()).await?;
    if same.is_some_and(|same| same.id != id) {
        return Err(Problem::field("name", "another connection has this name"));
    }
    happen_and_answer(&components, change, id, &Event::Rename { by: caller.person.id, name }).await
}

/// What becomes of the token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ReleaseBody {
    /// Whether the token may be used again. If not, a reset is asked for too.
    keep_token: bool,
}

/// Unbinds the standby.
#[utoipa::path(post, path = "/connections/{connection}/release", tag = "Connections", params(("connection" = Uuid, Path)),
    request_body = ReleaseBody, responses((status = OK, body = ConnectionView)))]
pub(super) async fn release(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<ConnectionId>,
    Json(wanted): Json<ReleaseBody>,
) -> Answer {
    let (mut change, by) = begin(&components, once, id).await?;
    let signed_in_again = change.caller().signed_in_again(change.now());
    let release = Event::Release { by, signed_in_again };
    if wanted.keep_token {
        return happen_and_answer(&components, change, id, &release).await;
    }
    match happen(&components, &mut change, id, &release).await? {
        Ok(_) => ask(&components, change, id, Operation::Reset).await,
        Err(problem) => change.refuse(problem).await,
    }
}

async fn ask(components: &Components, change: Change, id: ConnectionId, operation: Operation) -> Answer {
    let caller = change.caller();
    let signed_in_again = caller.signed_in_again(change.now());
    // Administrators here administer both sites, so they ask as the source's.
    let event = Event::Ask { by: caller.person.id, operation, from_standby: false, signed_in_again };
    happen_and_answer(components, change, id, &event).await
}

/// *Reset token* (lost): a new token for the same connection, which must be activated again. *Refresh token* while it was
/// never activated and is younger than a day: at once. Otherwise contacts confirm it, or three days pass.
#[utoipa::path(post, path = "/connections/{connection}/reset", tag = "Connections", params(("connection" = Uuid, Path)),
    responses((status = OK, body = ConnectionView)))]
pub(super) async fn reset(State(components): State<Components>, once: Once, Named(id): Named<ConnectionId>) -> Answer {
    let (change, _) = begin(&components, once, id).await?;
    ask(&components, change, id, Operation::Reset).await
}

/// Asks for the end of a connection. Contacts confirm it, or three days pass in which nobody objects.
#[utoipa::path(post, path = "/connections/{connection}/revocation", tag = "Connections", params(("connection" = Uuid, Path)),
    responses((status = OK, body = ConnectionView)))]
pub(super) async fn revoke(State(components): State<Components>, once: Once, Named(id): Named<ConnectionId>) -> Answer {
    let (change, _) = begin(&components, once, id).await?;
    ask(&components, change, id, Operation::Revoke).await
}

/// A contact who is barred.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Barred {
    person: Uuid,
}

/// Asks for the end of a contact's ban: what they suspended was reviewed.
#[utoipa::path(post, path = "/connections/{connection}/reinstatement", tag = "Connections",
    params(("connection" = Uuid, Path)), request_body = Barred, responses((status = OK, body = ConnectionView)))]
pub(super) async fn reinstate(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<ConnectionId>,
    Json(barred): Json<Barred>,
) -> Answer {
    let (change, _) = begin(&components, once, id).await?;
    ask(&components, change, id, Operation::Reinstate(barred.person.into())).await
}

/// Objects to the protected operation that waits: nothing changes then.
#[utoipa::path(post, path = "/connections/{connection}/objection", tag = "Connections", params(("connection" = Uuid, Path)),
    responses((status = OK, body = ConnectionView)))]
pub(super) async fn object(State(components): State<Components>, once: Once, Named(id): Named<ConnectionId>) -> Answer {
    let (change, by) = begin(&components, once, id).await?;
    let from_source = administers(change.caller());
    happen_and_answer(&components, change, id, &Event::CancelPending { by, from_source }).await
}

/// Confirms the protected operation that waits.
#[utoipa::path(post, path = "/connections/{connection}/confirmation", tag = "Connections",
    params(("connection" = Uuid, Path)), responses((status = OK, body = ConnectionView)))]
pub(super) async fn confirm(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<ConnectionId>,
) -> Answer {
    let (change, by) = begin_surely(&components, once, id, Action::ConnectionConfirm).await?;
    happen_and_answer(&components, change, id, &Event::ConfirmPending { by }).await
}

/// [`begin`] for what may need a passkey under the source's policy.
async fn begin_surely(
    components: &Components,
    once: Once,
    id: ConnectionId,
    action: Action,
) -> Result<(Change, PersonId), Problem> {
    let mut change = once.begin().await?;
    let (caller, now) = (change.caller().clone(), change.now());
    let (_, policy) = settled(components, change.repository(), &caller, id).await?;
    caller.may(action, &policy, now)?;
    Ok((change, caller.person.id))
}

/// What a new token shall be like.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct NewToken {
    /// From when on it shall activate nothing; never unless said.
    expires: Option<Timestamp>,
}

/// Takes the token that a reset promised. It is made now; the answer shows it, once.
#[utoipa::path(post, path = "/connections/{connection}/token", tag = "Connections", params(("connection" = Uuid, Path)),
    request_body = NewToken, responses((status = OK, body = TokenShown)))]
pub(super) async fn issue_token(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<ConnectionId>,
    Json(wanted): Json<NewToken>,
) -> Answer {
    let mut change = once.begin().await?;
    let (caller, now) = (change.caller().clone(), change.now());
    if wanted.expires.is_some_and(|expires| expires <= now) {
        return Err(Problem::field("expires", "this time is over"));
    }
    let known = connection(&components, &mut change, id).await?;
    let source = change.repository().sites().get(caller.tenant, known.source).await?.ok_or_else(Problem::not_found)?;
    let context = VerifierContext { ..context(&known) };
    let (token, fresh) = fresh_token(&components, context, wanted.expires);
    let signed_in_again = caller.signed_in_again(now);
    let event = Event::IssueToken { by: caller.person.id, signed_in_again, fresh };
    match happen(&components, &mut change, id, &event).await? {
        Ok(_) => show(&components, change, id, &token, &source, false).await,
        Err(problem) => change.refuse(problem).await,
    }
}

/// A token that is at hand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PastedToken {
    #[schema(value_type = String, format = Password)]
    token: SecretString,
}

/// *Token check*: proves that the token is at hand, and changes nothing.
#[utoipa::path(post, path = "/connections/{connection}/token-check", tag = "Connections",
    params(("connection" = Uuid, Path)), request_body = PastedToken, responses((status = OK, body = ConnectionView)))]
pub(super) async fn check_token(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<ConnectionId>,
    Json(pasted): Json<PastedToken>,
) -> Answer {
    let token =
        Token::parse(pasted.token.expose_secret()).map_err(|error| Problem::field("token", error.to_string()))?;
    let mut change = once.begin().await?;
    let by = change.caller().person.id;
    components.tries.activation.take(&by.to_string(), &components.around.ambient)?;
    let known = connection(&components, &mut change, id).await?;
    let token_fits = known.verifier.accepts(&components.around.pepper, context(&known), &token);
    happen_and_answer(&components, change, id, &Event::CheckToken { by, token_fits }).await
}

/// Stops a connection. A recovery over it stands still, and reads nothing any more.
#[utoipa::path(post, path = "/connections/{connection}/suspension", tag = "Connections", params(("connection" = Uuid, Path)),
    responses((status = OK, body = ConnectionView)))]
pub(super) async fn suspend(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<ConnectionId>,
) -> Answer {
    let (change, by) = begin(&components, once, id).await?;
    happen_and_answer(&components, change, id, &Event::Suspend { by }).await
}

/// Votes for taking a stopped connection up again.
#[utoipa::path(post, path = "/connections/{connection}/vote", tag = "Connections", params(("connection" = Uuid, Path)),
    responses((status = OK, body = ConnectionView)))]
pub(super) async fn vote(State(components): State<Components>, once: Once, Named(id): Named<ConnectionId>) -> Answer {
    let (change, by) = begin_surely(&components, once, id, Action::ConnectionVote).await?;
    happen_and_answer(&components, change, id, &Event::VoteResume { by }).await
}

/// Takes a stopped connection up again, with enough votes.
#[utoipa::path(post, path = "/connections/{connection}/resumption", tag = "Connections", params(("connection" = Uuid, Path)),
    responses((status = OK, body = ConnectionView)))]
pub(super) async fn resume(State(components): State<Components>, once: Once, Named(id): Named<ConnectionId>) -> Answer {
    let (change, by) = begin(&components, once, id).await?;
    let from_source = administers(change.caller());
    happen_and_answer(&components, change, id, &Event::Resume { by, from_source }).await
}

/// Ends a cross-site connection.
#[utoipa::path(post, path = "/connections/{connection}/deactivation", tag = "Connections",
    params(("connection" = Uuid, Path)), responses((status = OK, body = ConnectionView)))]
pub(super) async fn deactivate(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<ConnectionId>,
) -> Answer {
    let (change, by) = begin(&components, once, id).await?;
    let signed_in_again = change.caller().signed_in_again(change.now());
    happen_and_answer(&components, change, id, &Event::Deactivate { by, signed_in_again }).await
}
