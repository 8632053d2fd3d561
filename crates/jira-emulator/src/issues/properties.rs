//! Entity properties: keys and values that clients keep on issues, comments and worklogs.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::error::{JiraError, JiraResult};
use crate::site::Site;
use crate::state::RawJson;

/// The properties of one entity.
pub(crate) type Properties = BTreeMap<String, RawJson>;

const LONGEST_KEY: usize = 255;
const LONGEST_VALUE: usize = 32_768;

/// A property in a request body.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PropertyInput {
    key: Option<String>,
    value: Option<RawJson>,
}

/// Checks the properties of a request that creates something.
pub(crate) fn read(input: Vec<PropertyInput>) -> JiraResult<Properties> {
    let property = |PropertyInput { key, value }| {
        let key = key.ok_or_else(|| JiraError::bad_request("A property has no key."))?;
        let value = value.ok_or_else(|| JiraError::bad_request(format!("The property '{key}' has no value.")))?;
        check(&key, value.text())?;
        Ok((key, value))
    };
    input.into_iter().map(property).collect()
}

/// 400 for a key or value that is too long.
pub(crate) fn check(key: &str, value: &str) -> JiraResult<()> {
    if key.is_empty() || key.len() > LONGEST_KEY {
        return Err(JiraError::bad_request(format!("The property key must have 1 to {LONGEST_KEY} characters.")));
    }
    if value.chars().count() > LONGEST_VALUE {
        return Err(JiraError::bad_request(format!("The property value exceeds {LONGEST_VALUE} characters.")));
    }
    Ok(())
}

/// Reads a body that is a property's value: any JSON.
pub(crate) fn value(body: &[u8]) -> JiraResult<RawJson> {
    let value: Value =
        serde_json::from_slice(body).map_err(|_| JiraError::bad_request("The property value must be valid JSON."))?;
    Ok(value.into())
}

/// Sets a property; tells whether it is new.
pub(crate) fn put(properties: &mut Properties, key: String, value: RawJson) -> JiraResult<StatusCode> {
    check(&key, value.text())?;
    Ok(match properties.insert(key, value) {
        None => StatusCode::CREATED,
        Some(_) => StatusCode::OK,
    })
}

/// Removes a property; 404 when it is not there.
pub(crate) fn remove(properties: &mut Properties, key: &str) -> JiraResult<StatusCode> {
    properties.remove(key).map(|_| StatusCode::NO_CONTENT).ok_or_else(|| missing(key))
}

/// One property as JSON; 404 when it is not there.
pub(crate) fn show(properties: &Properties, key: &str) -> JiraResult<Value> {
    let value = properties.get(key).ok_or_else(|| missing(key))?;
    Ok(json!({ "key": key, "value": value }))
}

/// The keys as JSON. `base` is the path of the properties.
pub(crate) fn keys(site: &Site, base: &str, properties: &Properties) -> Value {
    let keys: Vec<Value> =
        properties.keys().map(|key| json!({ "self": site.link(&format!("{base}/{key}")), "key": key })).collect();
    json!({ "keys": keys })
}

/// All properties as a list, as `expand=properties` shows them.
pub(crate) fn list(properties: &Properties) -> Vec<Value> {
    properties.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

fn missing(key: &str) -> JiraError {
    JiraError::not_found(format!("The property with key '{key}' does not exist."))
}
