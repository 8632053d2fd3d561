//! System and custom fields.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Operation, field_types};
use crate::http::audit::{self, Event};
use crate::http::auth::{Administrator, MaybeCaller};
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params, repeated};
use crate::http::page::{OffsetPage, PageQuery};
use crate::site::SharedSite;
use crate::state::{Field, FieldContext, IdKind, SiteState};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/field"),
    ("POST", "/rest/api/3/field"),
    ("GET", "/rest/api/3/field/search"),
    ("PUT", "/rest/api/3/field/{fieldId}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/field", get(all).post(create))
        .route("/rest/api/3/field/search", get(search))
        .route("/rest/api/3/field/{fieldId}", put(change))
}

pub(crate) const CREATED: Event = Event::new("Custom field created", "fields", "CUSTOM_FIELD");
pub(crate) const CHANGED: Event = Event::new("Custom field updated", "fields", "CUSTOM_FIELD");

/// A field as everybody sees it.
fn shown(field: &Field) -> Value {
    let mut clauses = vec![field.id.to_string()];
    if let Some(number) = field.schema.custom_id {
        clauses = vec![format!("cf[{number}]"), field.name.to_string()];
    }
    json!({
        "id": field.id,
        "key": field.id,
        "name": field.name,
        "custom": field.is_custom(),
        "orderable": field.orderable,
        "navigable": field.navigable,
        "searchable": field.searchable,
        "clauseNames": if field.searchable { clauses } else { Vec::new() },
        "schema": schema(field),
    })
}

fn schema(field: &Field) -> Value {
    let schema = &field.schema;
    let mut shown = json!({ "type": schema.value_type });
    let words = [("items", &schema.items), ("system", &schema.system), ("custom", &schema.custom)];
    for (member, word) in words {
        if let Some(word) = word {
            shown[member] = json!(word);
        }
    }
    if let Some(number) = schema.custom_id {
        shown["customId"] = json!(number);
    }
    shown
}

async fn all(State(site): State<SharedSite>, MaybeCaller(caller): MaybeCaller) -> Json<Vec<Value>> {
    let state = site.read();
    let seen = state.fields.values().filter(|field| !field.trashed && (caller.is_some() || !field.is_custom()));
    Json(seen.map(shown).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchQuery {
    start_at: Option<u64>,
    max_results: Option<u64>,
    query: Option<String>,
    expand: Option<String>,
}

async fn search(
    State(site): State<SharedSite>,
    _: Administrator,
    Params(query): Params<SearchQuery>,
    RawQuery(raw): RawQuery,
    uri: Uri,
) -> Json<OffsetPage<Value>> {
    let (ids, types) = (repeated(raw.as_deref(), "id"), repeated(raw.as_deref(), "type"));
    let text = query.query.unwrap_or_default().to_lowercase();
    let state = site.read();
    let mut found: Vec<&Field> = state.fields.values().filter(|field| !field.trashed).collect();
    found.retain(|field| {
        let sort = if field.is_custom() { "custom" } else { "system" };
        (ids.is_empty() || ids.iter().any(|id| **id == *field.id))
            && (types.is_empty() || types.iter().any(|asked| asked == sort))
            && (field.name.to_lowercase().contains(&text) || field.description.to_lowercase().contains(&text))
    });
    found.sort_by_key(|field| (field.name.to_lowercase(), field.id.clone()));
    let page = PageQuery { start_at: query.start_at, max_results: query.max_results };
    let (window, total) = (page.window(50, 50), found.len());
    let expand = query.expand.unwrap_or_default();
    let values = window.of(found).into_iter().map(|field| detailed(&state, field, &expand)).collect();
    Json(window.page(&site.here(&uri), total, values))
}

/// A field as administrators see it, with the members that `expand` asks for.
fn detailed(state: &SiteState, field: &Field, expand: &str) -> Value {
    let mut shown = json!({ "id": field.id, "key": field.id, "name": field.name, "schema": schema(field) });
    if field.is_custom() {
        shown["description"] = json!(field.description);
    }
    for part in expand.split(',') {
        match part {
            "searcherKey" if field.searcher.is_some() => shown["searcherKey"] = json!(field.searcher),
            "isLocked" => shown["isLocked"] = json!(field.locked),
            "isUnscreenable" => shown["isUnscreenable"] = json!(!field.orderable),
            "lastUsed" => shown["lastUsed"] = json!({ "type": "NOT_TRACKED" }),
            "screensCount" => {
                let screens = state.screens.values().filter(|screen| screen.has(&field.id));
                shown["screensCount"] = json!(screens.count());
            }
            "contextsCount" => shown["contextsCount"] = json!(field.contexts.len()),
            _ => (),
        }
    }
    shown
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    name: Option<Arc<str>>,
    description: Option<Arc<str>>,
    #[serde(rename = "type")]
    kind: Option<String>,
    searcher_key: Option<Arc<str>>,
}

impl Body {
    fn check(&self) -> JiraResult<()> {
        match self.name.as_deref() {
            Some(name) if name.trim().is_empty() || name.chars().count() > 255 => {
                Err(JiraError::bad_request("The name of a custom field must have 1 to 255 characters."))
            }
            _ => Ok(()),
        }
    }
}

/// Creates a custom field. It is born with one context for everything.
async fn create(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<(StatusCode, Json<Value>)> {
    let mut state = site.write();
    body.check()?;
    let name = body.name.ok_or_else(|| JiraError::bad_request("The name of a custom field is required."))?;
    let kind = body.kind.unwrap_or_default();
    let unknown = || JiraError::bad_request(format!("Invalid type '{kind}' for a custom field."));
    field_types::schema(&kind, 0).ok_or_else(unknown)?;
    let number = state.ids.take(IdKind::CustomField);
    let schema = field_types::schema(&kind, number).ok_or_else(unknown)?;
    let context = state.ids.take(IdKind::FieldContext);
    let context_name = format!("Default Configuration Scheme for {name}").into();
    let field = Field {
        id: format!("customfield_{number}").into(),
        name,
        description: body.description.unwrap_or_default(),
        schema,
        searchable: body.searcher_key.is_some(),
        searcher: body.searcher_key,
        orderable: true,
        navigable: true,
        contexts: BTreeMap::from([(
            context,
            FieldContext { id: context, name: context_name, ..FieldContext::default() },
        )]),
        ..Field::default()
    };
    audit::note(&site, &mut state, &caller, CREATED, &field.id, &field.name);
    let answer = shown(&field);
    state.fields.insert(field.id.clone(), field);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// 404 for a field that does not exist or is no custom field.
pub(crate) fn custom<'a>(state: &'a SiteState, id: &str) -> JiraResult<&'a Field> {
    let field = state.fields.get(id).filter(|field| field.is_custom() && !field.trashed);
    field.ok_or_else(|| JiraError::not_found(format!("The custom field was not found: {id}.")))
}

/// Like [`custom`], to change it.
pub(crate) fn custom_mut<'a>(state: &'a mut SiteState, id: &str) -> JiraResult<&'a mut Field> {
    let field = state.fields.get_mut(id).filter(|field| field.is_custom() && !field.trashed);
    field.ok_or_else(|| JiraError::not_found(format!("The custom field was not found: {id}.")))
}

async fn change(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Body>,
) -> JiraResult<StatusCode> {
    let mut state = site.write();
    body.check()?;
    let field = custom_mut(&mut state, &id)?;
    if field.locked {
        return Err(JiraError::bad_request(format!("The custom field {id} is locked.")));
    }
    field.name = body.name.unwrap_or_else(|| field.name.clone());
    field.description = body.description.unwrap_or_else(|| field.description.clone());
    field.searcher = body.searcher_key.or_else(|| field.searcher.clone());
    let name = field.name.clone();
    audit::note(&site, &mut state, &caller, CHANGED, id, name);
    Ok(StatusCode::NO_CONTENT)
}
