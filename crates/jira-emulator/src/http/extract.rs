//! Reading of request bodies and query parameters, with refusals as Jira words them.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::error::JiraError;

/// A JSON body. Anything that cannot be read as `T` is a 400; another content type is a 415.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = JiraError;

    async fn from_request(request: Request, state: &S) -> Result<Self, JiraError> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !content_type.is_some_and(|content_type| content_type.starts_with("application/json")) {
            return Err(JiraError::message(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type"));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|_| JiraError::invalid_payload())?;
        serde_json::from_slice(&bytes).map(Self).map_err(|_| JiraError::invalid_payload())
    }
}

/// Query parameters.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = JiraError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, JiraError> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(parameters)) => Ok(Self(parameters)),
            Err(rejection) => Err(JiraError::bad_request(rejection.body_text())),
        }
    }
}

/// Finds what a path parameter with a numeric id names.
pub(crate) fn by_id<'a, T>(objects: &'a BTreeMap<u64, T>, id: &str) -> Option<&'a T> {
    objects.get(&id.parse().ok()?)
}

/// Finds what a path parameter with a numeric id names, to change it.
pub(crate) fn by_id_mut<'a, T>(objects: &'a mut BTreeMap<u64, T>, id: &str) -> Option<&'a mut T> {
    objects.get_mut(&id.parse().ok()?)
}

/// The numeric ids among the values of a query parameter that may be repeated.
pub(crate) fn repeated_ids(query: Option<&str>, name: &str) -> Vec<u64> {
    repeated(query, name).iter().filter_map(|id| id.parse().ok()).collect()
}

/// All values of a query parameter that may be repeated (`?id=1&id=2`).
pub(crate) fn repeated(query: Option<&str>, name: &str) -> Vec<String> {
    url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .collect()
}
