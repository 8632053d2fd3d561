//! Notification schemes: whom Jira tells about which event.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use crate::http::audit::{self, Event};
use crate::http::auth::{Administrator, Caller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, by_id, repeated_ids};
use crate::http::page::{OffsetPage, PageQuery};
use crate::site::{SharedSite, Site};
use crate::state::{IdKind, NotificationScheme, RawJson};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/notificationscheme"),
    ("POST", "/rest/api/3/notificationscheme"),
    ("GET", "/rest/api/3/notificationscheme/{id}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/notificationscheme", get(all).post(create))
        .route("/rest/api/3/notificationscheme/{id}", get(one))
}

const CREATED: Event = Event::new("Notification scheme created", "notification schemes", "SCHEME");

fn shown(site: &Site, scheme: &NotificationScheme) -> Value {
    json!({
        "self": site.link(&format!("/rest/api/3/notificationscheme/{}", scheme.id)),
        "id": scheme.id,
        "name": scheme.name,
        "description": scheme.description,
        "notificationSchemeEvents": scheme.events.iter().map(RawJson::value).collect::<Vec<_>>(),
    })
}

async fn all(
    State(site): State<SharedSite>,
    _: Caller,
    Params(page): Params<PageQuery>,
    RawQuery(query): RawQuery,
    uri: Uri,
) -> Json<OffsetPage<Value>> {
    let ids = repeated_ids(query.as_deref(), "id");
    let state = site.read();
    let schemes = state.notification_schemes.values().filter(|scheme| ids.is_empty() || ids.contains(&scheme.id));
    let schemes: Vec<Value> = schemes.map(|scheme| shown(&site, scheme)).collect();
    let (window, total) = (page.window(50, 50), schemes.len());
    Json(window.page(&site.here(&uri), total, window.of(schemes)))
}

async fn one(State(site): State<SharedSite>, _: Caller, Path(id): Path<String>) -> JiraResult<Json<Value>> {
    let state = site.read();
    let scheme = by_id(&state.notification_schemes, &id);
    let scheme = scheme.ok_or_else(|| JiraError::not_found("The notification scheme does not exist."))?;
    Ok(Json(shown(&site, scheme)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewScheme {
    name: Option<Arc<str>>,
    #[serde(default)]
    description: Arc<str>,
    #[serde(default)]
    notification_scheme_events: Vec<NewEvent>,
}

#[derive(Deserialize)]
struct NewEvent {
    event: EventId,
    #[serde(default)]
    notifications: Vec<NewNotification>,
}

#[derive(Deserialize)]
struct EventId {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewNotification {
    notification_type: String,
    parameter: Option<String>,
}

impl NewEvent {
    fn read(self, number: usize) -> JiraResult<RawJson> {
        let id: u64 = self.event.id.parse().map_err(|_| JiraError::bad_request("The event id must be a number."))?;
        let mut notifications = Vec::new();
        for (place, notification) in self.notifications.into_iter().enumerate() {
            if notification.notification_type == "EmailAddress" {
                return Err(JiraError::bad_request("The notification type EmailAddress is not supported."));
            }
            let mut shown =
                json!({ "id": 10_000 + 100 * number + place, "notificationType": notification.notification_type });
            if let Some(parameter) = notification.parameter {
                shown["parameter"] = json!(parameter);
            }
            notifications.push(shown);
        }
        Ok(json!({ "event": { "id": id, "name": event_name(id) }, "notifications": notifications }).into())
    }
}

fn event_name(id: u64) -> String {
    let names =
        ["Issue Created", "Issue Updated", "Issue Assigned", "Issue Resolved", "Issue Closed", "Issue Commented"];
    let name = usize::try_from(id).ok().and_then(|id| names.get(id.checked_sub(1)?));
    name.map_or_else(|| format!("Event {id}"), ToString::to_string)
}

async fn create(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(new): JsonBody<NewScheme>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let mut state = site.write();
    let name = new.name.filter(|name| !name.trim().is_empty());
    let name = name.ok_or_else(|| JiraError::bad_request("The name of a notification scheme is required."))?;
    if state.notification_schemes.values().any(|other| other.name == name) {
        return Err(JiraError::bad_request(format!("A notification scheme with the name '{name}' already exists.")));
    }
    let events = new.notification_scheme_events.into_iter().enumerate().map(|(number, event)| event.read(number));
    let events = events.collect::<JiraResult<_>>()?;
    let id = state.ids.take(IdKind::NotificationScheme);
    audit::note(&site, &mut state, &caller, CREATED, id, &name);
    let scheme = NotificationScheme { id, name, description: new.description, events };
    state.notification_schemes.insert(id, scheme);
    Ok((StatusCode::CREATED, Json(json!({ "id": id.to_string() }))))
}
