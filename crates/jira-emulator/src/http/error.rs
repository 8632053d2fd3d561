//! Refusals in the shapes and with the messages of Jira.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Result of a handler.
pub(crate) type JiraResult<T = Response> = Result<T, JiraError>;

/// An answer that is not a success. Jira has no single error shape, hence [`ErrorBody`].
#[derive(Debug, Clone)]
pub(crate) struct JiraError(Box<Refusal>);

#[derive(Debug, Clone)]
struct Refusal {
    status: StatusCode,
    body: ErrorBody,
    headers: HeaderMap,
}

/// The body of a refusal.
#[derive(Debug, Clone)]
pub(crate) enum ErrorBody {
    /// `{"errorMessages":[…],"errors":{…}}`, the platform's default.
    Collection { messages: Vec<String>, errors: BTreeMap<String, String> },
    /// Some other JSON.
    Json(Value),
    /// Plain text.
    Text(String),
}

impl JiraError {
    pub(crate) fn new(status: StatusCode, body: ErrorBody) -> Self {
        Self(Box::new(Refusal { status, body, headers: HeaderMap::new() }))
    }

    /// The default shape with one message.
    pub(crate) fn message(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, ErrorBody::Collection { messages: vec![message.into()], errors: BTreeMap::new() })
    }

    /// 400 with one message.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::message(StatusCode::BAD_REQUEST, message)
    }

    /// 400 with one field error.
    pub(crate) fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::fields(BTreeMap::from([(field.into(), message.into())]))
    }

    /// 400 with several field errors.
    pub(crate) fn fields(errors: BTreeMap<String, String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorBody::Collection { messages: Vec::new(), errors })
    }

    /// 404 with one message.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::message(StatusCode::NOT_FOUND, message)
    }

    /// 403 with one message.
    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::message(StatusCode::FORBIDDEN, message)
    }

    /// 404 for an issue that is absent or may not be seen; Jira does not tell which.
    pub(crate) fn issue_not_found() -> Self {
        Self::not_found("Issue does not exist or you do not have permission to see it.")
    }

    /// 404 for a project that is absent or may not be seen.
    pub(crate) fn project_not_found(id_or_key: &str) -> Self {
        let noun = if id_or_key.parse::<u64>().is_ok() { "id" } else { "key" };
        Self::not_found(format!("No project could be found with {noun} '{id_or_key}'."))
    }

    /// 401 for operations that need an account.
    pub(crate) fn unauthorized() -> Self {
        Self::message(
            StatusCode::UNAUTHORIZED,
            "You are not authenticated. Authentication required to perform this operation.",
        )
    }

    /// 400 for a body that is no JSON or has the wrong shape.
    pub(crate) fn invalid_payload() -> Self {
        Self::bad_request("Invalid request payload. Refer to the REST API documentation and try again.")
    }

    /// 403 of a multipart request without `X-Atlassian-Token: no-check`.
    pub(crate) fn xsrf() -> Self {
        Self::new(StatusCode::FORBIDDEN, ErrorBody::Text("XSRF check failed".into()))
    }

    /// Adds a header to the answer.
    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// The status code.
    pub(crate) fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The value of a header.
    #[cfg(test)]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.0.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as JSON, as element errors of bulk operations embed it.
    pub(crate) fn to_json(&self) -> Value {
        match &self.0.body {
            ErrorBody::Collection { messages, errors } => json!({ "errorMessages": messages, "errors": errors }),
            ErrorBody::Json(value) => value.clone(),
            ErrorBody::Text(text) => json!({ "errorMessages": [text], "errors": {} }),
        }
    }
}

impl IntoResponse for JiraError {
    fn into_response(self) -> Response {
        let Refusal { status, headers, .. } = &*self.0;
        match &self.0.body {
            ErrorBody::Text(text) => (*status, headers.clone(), text.clone()).into_response(),
            _ => (*status, headers.clone(), Json(self.to_json())).into_response(),
        }
    }
}
