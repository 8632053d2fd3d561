//! API keys: what programs sign in with on behalf of a person.

use axum::extract::State;
use control::api_key::{ApiKey, ApiKeyRecord};
use control::authority::{Action, may};
use control::token::TokenId;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use store::Repository;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::once::{Once, Reply};
use crate::http::path::Named;
use crate::http::problem::{Answer, Problem};
use crate::view::{Names, PersonRef};
use crate::{Components, PREFIX};

/// One person has at most so many that live.
const MOST: usize = 50;

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(revoke))
}

/// A key, without its secret.
#[derive(Serialize, ToSchema)]
struct KeyView {
    /// The public part, by which it is told from others.
    id: String,
    /// What its owner calls it.
    name: String,
    person: PersonRef,
    made: Timestamp,
    /// Until when it is taken.
    expires: Option<Timestamp>,
    revoked: Option<Timestamp>,
}

fn describe(record: &ApiKeyRecord, names: &Names) -> KeyView {
    KeyView {
        id: record.id.to_string(),
        name: record.name.clone(),
        person: names.person(record.person),
        made: record.made,
        expires: record.expires,
        revoked: record.revoked,
    }
}

/// One's own keys; an owner sees everybody's.
#[utoipa::path(get, path = "/api-keys", tag = "API keys", responses((status = OK, body = Vec<KeyView>)))]
async fn list(State(components): State<Components>, caller: Caller) -> Answer<Json<Vec<KeyView>>> {
    let mut repository = components.around.store.read().await?;
    let whose = (!may(caller.person.role, Action::ApiKeyRevoke)).then_some(caller.person.id);
    let keys = repository.api_keys().list(caller.tenant, whose).await?;
    let names = Names::of(repository.as_mut(), caller.tenant).await?;
    Ok(Json(keys.iter().map(|key| describe(key, &names)).collect()))
}

/// A key to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewKey {
    /// What to call it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// For how many days it is taken: 1 to 730, 90 unless said.
    #[schema(minimum = 1, maximum = 730)]
    days: Option<u32>,
}

/// A key that was made.
#[derive(Serialize, ToSchema)]
struct MadeKey {
    #[serde(flatten)]
    key: KeyView,
    /// The whole key. It is shown once.
    secret: String,
}

/// Makes a key for oneself. The answer shows it, once.
#[utoipa::path(post, path = "/api-keys", tag = "API keys", request_body = NewKey, responses((status = CREATED, body = MadeKey)))]
async fn add(State(components): State<Components>, once: Once, Json(new): Json<NewKey>) -> Answer {
    let name = new.name.trim().to_owned();
    if !(1..=100).contains(&name.chars().count()) || name.contains(char::is_control) {
        return Err(Problem::field("name", "a name has 1 to 100 characters on one line"));
    }
    let days = new.days.unwrap_or(90);
    if !(1..=730).contains(&days) {
        return Err(Problem::field("days", "1 to 730"));
    }
    let mut change = once.begin().await?;
    let (caller, now) = (change.caller().clone(), change.now());
    let known = change.repository().api_keys().list(caller.tenant, Some(caller.person.id)).await?;
    let lives = |key: &&ApiKeyRecord| key.revoked.is_none() && key.expires.is_none_or(|expires| now < expires);
    if known.iter().filter(lives).count() >= MOST {
        return Err(Problem::refused(format!("You have {MOST} keys that live: revoke one first.")));
    }
    let entropy = &components.around.ambient.entropy;
    let key = ApiKey::generate(entropy.bytes(), entropy.bytes());
    let expires = now + SignedDuration::from_hours(24 * i64::from(days));
    let whose = (caller.tenant, caller.person.id);
    let record = ApiKeyRecord::new(&components.around.pepper, &key, whose, name, (now, Some(expires)));
    change.repository().api_keys().add(&record).await?;
    change.audit(Action::ApiKeyOwn, format!("api-key/{}", record.id), &[("change", &"made")]).await?;
    let names = Names::of(change.repository(), caller.tenant).await?;
    let made = MadeKey { key: describe(&record, &names), secret: key.reveal().expose_secret().to_owned() };
    change.save(Reply::created(format!("{PREFIX}/api-keys/{}", record.id), &made)?.secret()).await
}

/// Revokes a key: one's own, or as an owner anybody's.
#[utoipa::path(delete, path = "/api-keys/{key}", tag = "API keys", params(("key" = String, Path)),
    responses((status = NO_CONTENT)))]
async fn revoke(once: Once, Named(id): Named<String>) -> Answer {
    let mut change = once.begin().await?;
    let (caller, now) = (change.caller().clone(), change.now());
    let record = find(change.repository(), &caller, &id).await?;
    if record.revoked.is_none() {
        change.repository().api_keys().revoke(caller.tenant, &record.id, now).await?;
        change.audit(Action::ApiKeyOwn, format!("api-key/{id}"), &[("change", &"revoked")]).await?;
    }
    change.done().await
}

async fn find(repository: &mut dyn Repository, caller: &Caller, id: &str) -> Result<ApiKeyRecord, Problem> {
    let id = TokenId::parse(id).ok_or_else(Problem::not_found)?;
    let record = repository.api_keys().get(caller.tenant, &id).await?;
    let is_theirs =
        |record: &ApiKeyRecord| record.person == caller.person.id || may(caller.person.role, Action::ApiKeyRevoke);
    record.filter(is_theirs).ok_or_else(Problem::not_found)
}
