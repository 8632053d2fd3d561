//! Options of select fields, for each context.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{delete, get, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use super::field_contexts::alter;
use super::fields::custom;
use super::order::Place;
use crate::http::auth::Administrator;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params};
use crate::http::page::{OffsetPage, PageQuery};
use crate::site::SharedSite;
use crate::state::{FieldContext, FieldOption, IdKind};

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/field/{fieldId}/context/{contextId}/option"),
    ("POST", "/rest/api/3/field/{fieldId}/context/{contextId}/option"),
    ("PUT", "/rest/api/3/field/{fieldId}/context/{contextId}/option"),
    ("PUT", "/rest/api/3/field/{fieldId}/context/{contextId}/option/move"),
    ("DELETE", "/rest/api/3/field/{fieldId}/context/{contextId}/option/{optionId}"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/field/{fieldId}/context/{contextId}/option", get(all).post(create).put(change))
        .route("/rest/api/3/field/{fieldId}/context/{contextId}/option/move", put(shift))
        .route("/rest/api/3/field/{fieldId}/context/{contextId}/option/{optionId}", delete(remove))
}

/// Most options in one request.
const MOST: usize = 1_000;
/// Most options of a field in one context.
const MOST_IN_CONTEXT: usize = 10_000;

fn shown(option: &FieldOption) -> Value {
    let mut shown = json!({ "id": option.id.to_string(), "value": option.value, "disabled": option.disabled });
    if let Some(parent) = option.parent {
        shown["optionId"] = json!(parent.to_string());
    }
    shown
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListQuery {
    start_at: Option<u64>,
    max_results: Option<u64>,
    option_id: Option<u64>,
    only_options: Option<bool>,
}

async fn all(
    State(site): State<SharedSite>,
    _: Administrator,
    Path((field, context)): Path<(String, String)>,
    Params(query): Params<ListQuery>,
    uri: Uri,
) -> JiraResult<Json<OffsetPage<Value>>> {
    let state = site.read();
    let field = custom(&state, &field)?;
    let found = context.parse().ok().and_then(|id: u64| field.contexts.get(&id));
    let found = found.ok_or_else(|| JiraError::not_found(format!("The context with id {context} was not found.")))?;
    let asked = |option: &&FieldOption| {
        let family = query.option_id.is_none_or(|id| option.id == id || option.parent == Some(id));
        family && (query.only_options != Some(true) || option.parent.is_none())
    };
    let options: Vec<&FieldOption> = found.options.iter().filter(asked).collect();
    let page = PageQuery { start_at: query.start_at, max_results: query.max_results };
    let (window, total) = (page.window(100, 100), options.len());
    let values = window.of(options).into_iter().map(shown).collect();
    Ok(Json(window.page(&site.here(&uri), total, values)))
}

#[derive(Deserialize)]
struct Options {
    #[serde(default)]
    options: Vec<OptionBody>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OptionBody {
    id: Option<String>,
    value: Option<Arc<str>>,
    disabled: Option<bool>,
    /// Parent of a cascading select's child.
    option_id: Option<String>,
}

fn check_count(count: usize) -> JiraResult<()> {
    if (1..=MOST).contains(&count) {
        Ok(())
    } else {
        Err(JiraError::bad_request(format!("Between 1 and {MOST} options must be given.")))
    }
}

/// Creates all of the options or, when one is refused, none.
async fn create(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path((field, context)): Path<(String, String)>,
    JsonBody(body): JsonBody<Options>,
) -> JiraResult<Json<Value>> {
    check_count(body.options.len())?;
    let ids: Vec<u64> = {
        let mut state = site.write();
        body.options.iter().map(|_| state.ids.take(IdKind::FieldOption)).collect()
    };
    let made = alter(&site, &caller, (&field, &context), |context| {
        let mut options = context.options.clone();
        let mut made = Vec::with_capacity(body.options.len());
        for (new, id) in body.options.into_iter().zip(ids) {
            let option = read(&options, new, id)?;
            made.push(shown(&option));
            options.push(option);
        }
        if options.len() > MOST_IN_CONTEXT {
            return Err(JiraError::bad_request(format!("A context holds at most {MOST_IN_CONTEXT} options.")));
        }
        context.options = options;
        Ok(made)
    })?;
    Ok(Json(json!({ "options": made })))
}

fn read(options: &[FieldOption], new: OptionBody, id: u64) -> JiraResult<FieldOption> {
    let value = new.value.filter(|value| !value.trim().is_empty() && value.chars().count() <= 255);
    let value = value.ok_or_else(|| JiraError::bad_request("The value of an option must have 1 to 255 characters."))?;
    let parent = match &new.option_id {
        None => None,
        Some(parent) => Some(find(options, parent)?.id),
    };
    check_value(options, &value, parent, None)?;
    Ok(FieldOption { id, value, parent, disabled: new.disabled.unwrap_or(false) })
}

fn find<'a>(options: &'a [FieldOption], id: &str) -> JiraResult<&'a FieldOption> {
    let option = options.iter().find(|option| option.id.to_string() == id);
    option.ok_or_else(|| JiraError::not_found(format!("The option with id {id} was not found.")))
}

/// Siblings have different values.
fn check_value(options: &[FieldOption], value: &str, parent: Option<u64>, own: Option<u64>) -> JiraResult<()> {
    let twin = options.iter().find(|other| other.parent == parent && *other.value == *value && Some(other.id) != own);
    match twin {
        Some(_) => Err(JiraError::bad_request(format!("An option with the value '{value}' already exists."))),
        None => Ok(()),
    }
}

async fn change(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path((field, context)): Path<(String, String)>,
    JsonBody(body): JsonBody<Options>,
) -> JiraResult<Json<Value>> {
    check_count(body.options.len())?;
    let changed = alter(&site, &caller, (&field, &context), |context| {
        let mut options = context.options.clone();
        let mut changed = Vec::new();
        for change in body.options {
            let mut option = find(&options, change.id.as_deref().unwrap_or_default())?.clone();
            if let Some(value) = change.value {
                check_value(&options, &value, option.parent, Some(option.id))?;
                option.value = value;
            }
            option.disabled = change.disabled.unwrap_or(option.disabled);
            changed.push(json!({ "id": option.id.to_string(), "value": option.value, "disabled": option.disabled }));
            if let Some(place) = options.iter_mut().find(|held| held.id == option.id) {
                *place = option;
            }
        }
        context.options = options;
        Ok(changed)
    })?;
    Ok(Json(json!({ "options": changed })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shift {
    custom_field_option_ids: Vec<String>,
    after: Option<String>,
    position: Option<String>,
}

/// Moves options among their siblings.
async fn shift(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path((field, context)): Path<(String, String)>,
    JsonBody(body): JsonBody<Shift>,
) -> JiraResult<StatusCode> {
    alter(&site, &caller, (&field, &context), |context| {
        let number = |id: &String| id.parse().unwrap_or(0);
        let moved: Vec<u64> = body.custom_field_option_ids.iter().map(number).collect();
        let place = Place::read(body.after.as_ref().map(number), body.position.as_deref())?;
        let mut order: Vec<u64> = context.options.iter().map(|option| option.id).collect();
        place.put(&mut order, &moved)?;
        sort(context, &order);
        Ok(StatusCode::NO_CONTENT)
    })
}

fn sort(context: &mut FieldContext, order: &[u64]) {
    let place = |option: &FieldOption| order.iter().position(|id| *id == option.id);
    context.options.sort_by_key(place);
}

/// Deletes an option with its children.
async fn remove(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path((field, context, option)): Path<(String, String, String)>,
) -> JiraResult<StatusCode> {
    alter(&site, &caller, (&field, &context), |context| {
        let gone = find(&context.options, &option)?.id;
        context.options.retain(|option| option.id != gone && option.parent != Some(gone));
        Ok(StatusCode::NO_CONTENT)
    })
}
