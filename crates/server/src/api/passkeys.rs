//! One's own passkeys: added, listed, removed. Signing in with one is in [`account`](super::account).

use axum::extract::State;
use control::audit::Happening;
use control::id::PasskeyId;
use control::session::{NotEnough, PASSKEY_VOUCHES_AFTER, Session};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Passkey, Person, Repository, Role};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::once::{Once, Reply};
use crate::http::path::Named;
use crate::http::problem::{Answer, Kind, Problem};
use crate::passkeys::{self, Asked, Challenge, Signed};
use crate::{Components, PREFIX};

/// One person has at most so many.
const MOST: usize = 20;

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(challenge)).routes(routes!(remove))
}

/// A passkey of one's own.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PasskeyView {
    id: Uuid,
    /// What its owner calls it.
    name: String,
    added: Timestamp,
    used: Option<Timestamp>,
    /// From when on it is enough to approve, to confirm and to vote where the policy asks for passkeys.
    vouches_from: Timestamp,
}

fn describe(passkey: &Passkey) -> PasskeyView {
    PasskeyView {
        id: passkey.id.into(),
        name: passkey.name.clone(),
        added: passkey.added,
        used: passkey.used,
        vouches_from: passkey.added + PASSKEY_VOUCHES_AFTER,
    }
}

/// One's own passkeys, the oldest first.
#[utoipa::path(get, path = "/session/passkeys", tag = "Account", responses((status = OK, body = Vec<PasskeyView>)))]
async fn list(State(components): State<Components>, caller: Caller) -> Answer<Json<Vec<PasskeyView>>> {
    let mut repository = components.around.store.read().await?;
    let passkeys = repository.passkeys().of_person(caller.tenant, caller.person.id).await?;
    Ok(Json(passkeys.iter().map(describe).collect()))
}

/// Whoever changes the passkeys of an account must have proven a moment ago that it is theirs, and with a passkey if it has
/// one: a password that somebody else found out must not bring them one.
async fn surely_theirs(
    repository: &mut dyn Repository,
    caller: &Caller,
    now: Timestamp,
) -> Result<(Session, Vec<Passkey>), Problem> {
    let session = caller.session()?.clone();
    let passkeys = repository.passkeys().of_person(caller.tenant, caller.person.id).await?;
    if !caller.signed_in_again(now) {
        return Err(NotEnough::SignInAgain.into());
    }
    if !passkeys.is_empty() && session.passkey.is_none() {
        return Err(NotEnough::Passkey.into());
    }
    Ok((session, passkeys))
}

/// Asks the browser for a new passkey. Sign in again first, with a passkey if there is one.
#[utoipa::path(post, path = "/session/passkeys/challenge", tag = "Account", responses((status = OK, body = Challenge)))]
async fn challenge(State(components): State<Components>, caller: Caller) -> Answer<Json<Challenge>> {
    let mut repository = components.around.store.write().await?;
    let now = components.around.ambient.now();
    let (_, known) = surely_theirs(repository.as_mut(), &caller, now).await?;
    if known.len() >= MOST {
        return Err(Problem::refused(format!("You have {MOST} passkeys: remove one first.")));
    }
    let challenge = passkeys::ask_to_add(&components, repository.as_mut(), &caller.person).await?;
    repository.save().await?;
    Ok(Json(challenge))
}

/// A new passkey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPasskey {
    /// What to call it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    passkey: Signed,
}

/// Adds the passkey that the browser made. Its owner is told by mail.
#[utoipa::path(post, path = "/session/passkeys", tag = "Account", request_body = NewPasskey,
    responses((status = CREATED, body = PasskeyView)))]
async fn add(State(components): State<Components>, once: Once, Json(new): Json<NewPasskey>) -> Answer {
    let name = super::members::name(&new.name)?;
    let mut change = once.begin().await?;
    let (caller, now) = (change.caller().clone(), change.now());
    surely_theirs(change.repository(), &caller, now).await?;
    let taken = passkeys::taken(&components, change.repository(), new.passkey.ceremony, now).await?;
    let asked = taken.filter(|(ceremony, _)| ceremony.person == caller.person.id).map(|(_, asked)| asked);
    let Some(Asked::Add(asked)) = asked else { return change.refuse(passkeys::not_taken(Kind::Invalid)).await };
    let Some(made) = passkeys::made(&components, &asked, new.passkey.credential)? else {
        return change.refuse(passkeys::not_taken(Kind::Invalid)).await;
    };
    let passkey = Passkey {
        id: store::new_id(&components.around.ambient),
        tenant: caller.tenant,
        person: caller.person.id,
        name,
        added: now,
        used: None,
        credential_id: made.cred_id().as_slice().to_vec(),
        credential: serde_json::to_string(&made).map_err(Problem::internal)?,
    };
    change.repository().passkeys().add(&passkey).await?;
    let happening = Happening::done(now, caller.actor(), "passkey.add", format!("passkey/{}", passkey.id));
    change.repository().audit().append(caller.tenant, happening).await?;
    tell(&components, change.repository(), &caller.person, &passkey, "was added to").await?;
    let place = format!("{PREFIX}/session/passkeys/{}", passkey.id);
    change.save(Reply::created(place, &describe(&passkey))?).await
}

/// Removes a passkey of one's own.
#[utoipa::path(delete, path = "/session/passkeys/{passkey}", tag = "Account", params(("passkey" = Uuid, Path)),
    responses((status = NO_CONTENT)))]
async fn remove(State(components): State<Components>, once: Once, Named(id): Named<PasskeyId>) -> Answer {
    let mut change = once.begin().await?;
    let (caller, now) = (change.caller().clone(), change.now());
    let (_, known) = surely_theirs(change.repository(), &caller, now).await?;
    let passkey = known.into_iter().find(|passkey| passkey.id == id).ok_or_else(Problem::not_found)?;
    change.repository().passkeys().remove(caller.tenant, caller.person.id, id).await?;
    let happening = Happening::done(now, caller.actor(), "passkey.remove", format!("passkey/{id}"));
    change.repository().audit().append(caller.tenant, happening).await?;
    tell(&components, change.repository(), &caller.person, &passkey, "was removed from").await?;
    change.done().await
}

/// Tells whoever it is about, and the owners: who gets into an account by a link that was meant for somebody else is seen.
async fn tell(
    components: &Components,
    repository: &mut dyn Repository,
    person: &Person,
    passkey: &Passkey,
    what: &str,
) -> Result<(), Problem> {
    let subject = format!("A passkey {what} the account of {}", person.name);
    let lines = vec![
        format!("The passkey \"{}\" {what} the account of {} <{}>.", passkey.name, person.name, person.email),
        "If that was not them, end their sessions and invite them again, which removes their passkeys.".to_owned(),
    ];
    let people = repository.people().list(person.tenant).await?;
    for told in people.iter().filter(|told| told.id == person.id || told.role == Role::Owner) {
        components.around.write_to(repository, person.tenant, told.id, subject.clone(), lines.clone()).await?;
    }
    Ok(())
}
