//! Default values of custom fields, one for each context.

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Operation;
use super::field_contexts::{alter, asked};
use super::fields::custom;
use crate::http::auth::Administrator;
use crate::http::error::{JiraError, JiraResult};
use crate::http::extract::{JsonBody, Params};
use crate::http::page::{OffsetPage, PageQuery};
use crate::site::SharedSite;
use crate::state::FieldContext;

pub(crate) const OPERATIONS: &[Operation] = &[
    ("GET", "/rest/api/3/field/{fieldId}/context/defaultValue"),
    ("PUT", "/rest/api/3/field/{fieldId}/context/defaultValue"),
    ("GET", "/rest/api/3/field/{fieldId}/context/defaultValues"),
];

pub(crate) fn routes() -> Router<SharedSite> {
    Router::new()
        .route("/rest/api/3/field/{fieldId}/context/defaultValue", get(flat).put(set))
        .route("/rest/api/3/field/{fieldId}/context/defaultValues", get(by_context))
}

/// The default of a context with the id of the context in it.
fn shown(context: &FieldContext) -> Option<Value> {
    let mut value = context.default_value.as_ref()?.value();
    value["contextId"] = json!(context.id.to_string());
    Some(value)
}

async fn flat(
    State(site): State<SharedSite>,
    _: Administrator,
    Path(field): Path<String>,
    Params(page): Params<PageQuery>,
    RawQuery(query): RawQuery,
    uri: Uri,
) -> JiraResult<Json<OffsetPage<Value>>> {
    let state = site.read();
    let values: Vec<Value> = asked(custom(&state, &field)?, query.as_deref()).into_iter().filter_map(shown).collect();
    let (window, total) = (page.window(50, 50), values.len());
    Ok(Json(window.page(&site.here(&uri), total, window.of(values))))
}

async fn by_context(
    State(site): State<SharedSite>,
    _: Administrator,
    Path(field): Path<String>,
    Params(page): Params<PageQuery>,
    RawQuery(query): RawQuery,
    uri: Uri,
) -> JiraResult<Json<OffsetPage<Value>>> {
    let state = site.read();
    let contexts = asked(custom(&state, &field)?, query.as_deref());
    let entry = |context: &FieldContext| {
        let values: Vec<Value> =
            shown(context).map(|value| json!({ "isAnyIssueType": true, "value": value })).into_iter().collect();
        json!({ "contextId": context.id, "defaultValues": values })
    };
    let (window, total) = (page.window(50, 50), contexts.len());
    let values = window.of(contexts).into_iter().map(entry).collect();
    Ok(Json(window.page(&site.here(&uri), total, values)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Defaults {
    default_values: Vec<Value>,
}

async fn set(
    State(site): State<SharedSite>,
    Administrator(caller): Administrator,
    Path(field): Path<String>,
    JsonBody(body): JsonBody<Defaults>,
) -> JiraResult<StatusCode> {
    for mut value in body.default_values {
        let typed = value["type"].is_string();
        let Some(members) = value.as_object_mut().filter(|_| typed) else {
            return Err(JiraError::bad_request("A default value needs a type and a context."));
        };
        let context = members.remove("contextId").and_then(|id| id.as_str().map(str::to_owned)).unwrap_or_default();
        alter(&site, &caller, (&field, &context), |context| {
            check_options(context, &value)?;
            context.default_value = Some(value.into());
            Ok(())
        })?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// 400 when the value names an option that the context does not have.
fn check_options(context: &FieldContext, value: &Value) -> JiraResult<()> {
    let single = [&value["optionId"], &value["cascadingOptionId"]];
    let several = value["optionIds"].as_array().into_iter().flatten();
    for id in single.into_iter().chain(several).filter_map(Value::as_str) {
        if !context.options.iter().any(|option| option.id.to_string() == id) {
            return Err(JiraError::bad_request(format!("The option with id {id} does not belong to the context.")));
        }
    }
    Ok(())
}
