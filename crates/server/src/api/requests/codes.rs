//! Confirmation codes: sent to the person alone, taken once, with a few tries.

use axum::extract::State;
use control::authority::Action;
use control::confirmation::{Answer as Checked, Challenge};
use control::connection::{Event, State as Link};
use control::id::{ConnectionId, PersonId, RequestId};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::RequestView;
use super::{Case, answer, begin, digest, finish};
use crate::Components;
use crate::http::body::Json;
use crate::http::once::{Change, Once};
use crate::http::path::Named;
use crate::http::problem::{Answer, Problem};

/// Sends codes to whoever asks and to the contacts.
pub(super) async fn send_to_all(components: &Components, change: &mut Change, state: &Link) -> Result<(), Problem> {
    let (Some(connection), Some(request)) = (&state.connection, &state.request) else { return Ok(()) };
    let contacts = state.contacts.iter().map(|contact| contact.person);
    let mut people: Vec<PersonId> = contacts.chain([request.requester]).collect();
    people.sort_unstable();
    people.dedup();
    for person in people {
        send_to(components, change, connection.name.as_str(), request.id, person).await?;
    }
    Ok(())
}

async fn send_to(
    components: &Components,
    change: &mut Change,
    connection: &str,
    request: RequestId,
    person: PersonId,
) -> Result<(), Problem> {
    let (tenant, now) = (change.caller().tenant, change.now());
    let random = components.around.ambient.entropy.bytes();
    let (code, challenge) = Challenge::new(&components.around.pepper, request, person, random, now);
    change.repository().challenges().keep(tenant, request, person, &challenge).await?;
    let lines = vec![
        format!("Somebody asks to recover a Jira site over the connection \"{connection}\"."),
        format!("If this is right, sign in at {} and confirm with this code:", components.address),
        String::new(),
        code.expose_secret().to_owned(),
        String::new(),
        "The code is valid for 30 minutes. If you know of no outage, do not confirm, and call your administrator."
            .to_owned(),
    ];
    let subject = format!("Confirm the recovery over \"{connection}\"");
    components.around.write_to(change.repository(), tenant, person, subject, lines).await?;
    Ok(())
}

/// Sends the caller another code; the one before dies.
#[utoipa::path(post, path = "/connections/{connection}/request/code", tag = "Recovery requests",
    params(("connection" = Uuid, Path)), responses((status = OK, body = RequestView)))]
pub(super) async fn send(State(components): State<Components>, once: Once, Named(id): Named<ConnectionId>) -> Answer {
    let Case { mut change, connection, request, .. } = begin(&components, once, id, Action::RequestConfirm).await?;
    if !request.status.is_open() {
        return Err(Problem::refused("The request is not open any more."));
    }
    let caller = change.caller().clone();
    components.tries.sign_in.take(&caller.person.email, &components.around.ambient)?;
    let contacts = change.repository().people().contacts(caller.tenant, connection.source).await?;
    let is_asked = contacts.iter().any(|contact| contact.person == caller.person.id);
    if !is_asked && caller.person.id != request.requester {
        return Err(Problem::refused("Codes are for whoever asked, and for the recovery contacts."));
    }
    send_to(&components, &mut change, connection.name.as_str(), request.id, caller.person.id).await?;
    change.audit(Action::RequestConfirm, format!("connection/{id}"), &[("change", &"code sent")]).await?;
    answer(&components, change, id).await
}

/// The code that came by mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmation {
    /// The digest of the request, as it was shown.
    #[schema(max_length = 64)]
    digest: String,
    #[schema(value_type = String, format = Password)]
    code: SecretString,
}

/// Confirms a request by the code that was mailed: whoever asked, and the recovery contacts.
#[utoipa::path(post, path = "/connections/{connection}/request/confirmation", tag = "Recovery requests",
    params(("connection" = Uuid, Path)), request_body = Confirmation, responses((status = OK, body = RequestView)))]
pub(super) async fn confirm(
    State(components): State<Components>,
    once: Once,
    Named(id): Named<ConnectionId>,
    Json(given): Json<Confirmation>,
) -> Answer {
    let seen = digest(&given.digest)?;
    let Case { mut change, request, .. } = begin(&components, once, id, Action::RequestConfirm).await?;
    let (tenant, by, now) = (change.caller().tenant, change.caller().person.id, change.now());
    let challenge = change.repository().challenges().get(tenant, request.id, by).await?;
    let none = || Problem::refused("No code was sent to you for this request, or it was used already.");
    let challenge = challenge.ok_or_else(none)?;
    match challenge.answer(&components.around.pepper, request.id, by, given.code.expose_secret(), now) {
        Checked::Right => {
            change.repository().challenges().forget(tenant, request.id, by).await?;
            finish(&components, change, id, &Event::Confirm { by, seen }).await
        }
        Checked::Wrong(left) => {
            change.repository().challenges().keep(tenant, request.id, by, &left).await?;
            let detail = format!("The code is wrong; {} tries are left.", left.attempts_left);
            change.refuse(Problem::field("code", detail)).await
        }
        Checked::Dead => Err(Problem::refused("The code is no longer valid: ask for another one.")),
    }
}
