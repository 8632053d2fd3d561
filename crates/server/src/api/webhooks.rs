//! Where messages go besides e-mail, and what became of them.

use axum::extract::State;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use control::authority::Action;
use control::id::{MessageId, WebhookId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::message::{Channel, Message, MessageState};
use store::{Repository, Sealed, Webhook};
use url::Url;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::http::body::Json;
use crate::http::caller::Caller;
use crate::http::once::{Once, Reply};
use crate::http::page::{Page, PageQuery};
use crate::http::path::{Asked, Named};
use crate::http::problem::{Answer, Problem};
use crate::view::{Names, PersonRef};
use crate::{Components, PREFIX};

/// A tenant has at most so many.
const MOST: usize = 20;

pub(super) fn routes() -> OpenApiRouter<Components> {
    OpenApiRouter::new().routes(routes!(messages)).routes(routes!(list, add)).routes(routes!(change, remove))
}

/// A message that is to be sent, or was.
#[derive(Serialize, ToSchema)]
struct MessageView {
    id: Uuid,
    /// To whom, if it is an e-mail.
    person: Option<PersonRef>,
    /// To which webhook, if it is one.
    webhook: Option<Uuid>,
    subject: String,
    made: Timestamp,
    /// `waiting`, `sent` or `given-up`.
    state: &'static str,
    attempts: u32,
    /// Why the last attempt failed.
    problem: Option<String>,
}

fn describe(message: Message, names: &Names) -> MessageView {
    let (person, webhook) = match message.channel {
        Channel::Mail { person } => (Some(names.person(person)), None),
        Channel::Webhook { endpoint } => (None, Some(endpoint.into())),
    };
    MessageView {
        id: message.id.into(),
        person,
        webhook,
        subject: message.subject,
        made: message.made,
        state: match message.state {
            MessageState::Waiting => "waiting",
            MessageState::Sent => "sent",
            MessageState::GivenUp => "given-up",
        },
        attempts: message.attempts,
        problem: message.problem,
    }
}

/// Messages to people and webhooks, the latest first; never what they say.
#[utoipa::path(get, path = "/messages", tag = "Notifications", params(PageQuery),
    responses((status = OK, body = Page<MessageView>)))]
async fn messages(
    State(components): State<Components>,
    caller: Caller,
    Asked(query): Asked<PageQuery>,
) -> Answer<Json<Page<MessageView>>> {
    let mut repository = components.around.store.read().await?;
    let before = query.after::<MessageId>()?;
    let messages = repository.messages().list(caller.tenant, before, query.fetch()?).await?;
    let names = Names::of(repository.as_mut(), caller.tenant).await?;
    Ok(Json(query.page(messages, |message| message.id.to_string(), |message| describe(message, &names))?))
}

/// A webhook.
#[derive(Serialize, ToSchema)]
struct WebhookView {
    id: Uuid,
    url: String,
    made: Timestamp,
    /// Why nothing is sent there any more.
    disabled: Option<String>,
}

fn view(webhook: &Webhook) -> WebhookView {
    let Webhook { id, url, made, disabled, .. } = webhook;
    WebhookView { id: (*id).into(), url: url.clone(), made: *made, disabled: disabled.clone() }
}

/// All webhooks, as they were made.
#[utoipa::path(get, path = "/webhooks", tag = "Notifications", responses((status = OK, body = Vec<WebhookView>)))]
async fn list(State(components): State<Components>, caller: Caller) -> Answer<Json<Vec<WebhookView>>> {
    let mut repository = components.around.store.read().await?;
    let webhooks = repository.webhooks().list(caller.tenant).await?;
    Ok(Json(webhooks.iter().map(view).collect()))
}

/// Where to send.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWebhook {
    /// An address with TLS.
    #[schema(max_length = 500)]
    url: String,
}

/// A webhook, and the key that its messages are signed with.
#[derive(Serialize, ToSchema)]
struct MadeWebhook {
    #[serde(flatten)]
    webhook: WebhookView,
    /// The signing key, as Standard Webhooks writes it: `whsec_…`. It is shown once.
    secret: String,
}

/// Makes a webhook. Its messages are signed as Standard Webhooks says; the answer shows the key, once.
#[utoipa::path(post, path = "/webhooks", tag = "Notifications", request_body = NewWebhook,
    responses((status = CREATED, body = MadeWebhook)))]
async fn add(State(components): State<Components>, once: Once, Json(new): Json<NewWebhook>) -> Answer {
    let url = address(&new.url)?;
    let ambient = &components.around.ambient;
    let mut change = once.begin().await?;
    let (tenant, now) = (change.caller().tenant, change.now());
    if change.repository().webhooks().list(tenant).await?.len() >= MOST {
        return Err(Problem::refused(format!("There are {MOST} webhooks already: remove one first.")));
    }
    let id: WebhookId = store::new_id(ambient);
    let key = ambient.entropy.bytes::<32>();
    let sealed =
        components.around.keys.seal(&key, &worker::webhook_context(tenant, id)).await.map_err(Problem::internal)?;
    let webhook = Webhook { id, tenant, url, secret: Sealed(sealed.into_bytes()), made: now, disabled: None };
    change.repository().webhooks().add(&webhook).await?;
    change
        .audit(Action::NotificationChange, format!("webhook/{id}"), &[("change", &"made"), ("url", &webhook.url)])
        .await?;
    let made = MadeWebhook { webhook: view(&webhook), secret: secret(&key) };
    change.save(Reply::created(format!("{PREFIX}/webhooks/{id}"), &made)?.secret()).await
}

/// A signing key as Standard Webhooks writes it.
fn secret(key: &[u8; 32]) -> String {
    format!("whsec_{}", BASE64_STANDARD.encode(key))
}

fn address(typed: &str) -> Result<String, Problem> {
    let url: Url = typed.trim().parse().map_err(|error: url::ParseError| Problem::field("url", error.to_string()))?;
    let on_loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && on_loopback);
    if !is_safe || !url.username().is_empty() || url.password().is_some() || url.as_str().len() > 500 {
        return Err(Problem::field("url", "an https address without user name and password"));
    }
    Ok(url.into())
}

/// What shall be otherwise.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhookChange {
    /// Whether messages are sent there.
    enabled: bool,
}

/// Sends to a webhook again, or no longer.
#[utoipa::path(patch, path = "/webhooks/{webhook}", tag = "Notifications", params(("webhook" = Uuid, Path)),
    request_body = WebhookChange, responses((status = OK, body = WebhookView)))]
async fn change(once: Once, Named(id): Named<WebhookId>, Json(wanted): Json<WebhookChange>) -> Answer {
    let mut change = once.begin().await?;
    let caller = change.caller().clone();
    let mut webhook = find(change.repository(), &caller, id).await?;
    webhook.disabled = (!wanted.enabled).then(|| "switched off by hand".to_owned());
    change.repository().webhooks().update(&webhook).await?;
    change.audit(Action::NotificationChange, format!("webhook/{id}"), &[("enabled", &wanted.enabled)]).await?;
    change.save(Reply::ok(&view(&webhook))?).await
}

/// Takes a webhook away.
#[utoipa::path(delete, path = "/webhooks/{webhook}", tag = "Notifications", params(("webhook" = Uuid, Path)),
    responses((status = NO_CONTENT)))]
async fn remove(once: Once, Named(id): Named<WebhookId>) -> Answer {
    let mut change = once.begin().await?;
    let caller = change.caller().clone();
    find(change.repository(), &caller, id).await?;
    change.repository().webhooks().remove(caller.tenant, id).await?;
    change.audit(Action::NotificationChange, format!("webhook/{id}"), &[("change", &"removed")]).await?;
    change.done().await
}

async fn find(repository: &mut dyn Repository, caller: &Caller, id: WebhookId) -> Result<Webhook, Problem> {
    repository.webhooks().get(caller.tenant, id).await?.ok_or_else(Problem::not_found)
}
