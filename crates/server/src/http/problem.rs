//! Whatever is not a success is answered as a problem (RFC 9457), in words that say what to do.
//!
//! What does not exist and what belongs to somebody else is one answer, byte for byte. What went wrong inside is logged, and
//! told as nothing but that.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use control::connection::{Cause, Refused};
use control::safeguards::Kept;
use control::session::NotEnough;
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

/// The media type of problems.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// A problem, as RFC 9457 has it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ProblemDetails {
    /// What kind of problem, for programs: `urn:lifeboat:problem:not-found`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of problem, for people.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, and what can be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Members of the body that cannot be used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// A member of a body that cannot be used.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// Where it is: `scope.projects[2]`.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

/// The kinds of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    BadRequest,
    SignIn,
    SignInAgain,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    Refused,
    Conflict,
    Changed,
    TooLarge,
    MediaType,
    Invalid,
    TooMany,
    Internal,
    Unavailable,
    Site,
}

impl Kind {
    /// Name, status and title.
    fn words(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::BadRequest => ("bad-request", StatusCode::BAD_REQUEST, "The request cannot be read"),
            Self::SignIn => ("sign-in", StatusCode::UNAUTHORIZED, "Sign in first"),
            Self::SignInAgain => ("sign-in-again", StatusCode::FORBIDDEN, "Sign in again to do this"),
            Self::Forbidden => ("forbidden", StatusCode::FORBIDDEN, "Your role does not allow this"),
            Self::NotFound => ("not-found", StatusCode::NOT_FOUND, "There is no such thing"),
            Self::MethodNotAllowed => ("method", StatusCode::METHOD_NOT_ALLOWED, "This cannot be done with it"),
            Self::Refused => ("refused", StatusCode::CONFLICT, "This is not possible now"),
            Self::Conflict => ("conflict", StatusCode::CONFLICT, "It exists already"),
            Self::Changed => ("changed", StatusCode::PRECONDITION_FAILED, "It changed meanwhile"),
            Self::TooLarge => ("too-large", StatusCode::PAYLOAD_TOO_LARGE, "The body is too large"),
            Self::MediaType => ("media-type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body must be JSON"),
            Self::Invalid => ("invalid", StatusCode::UNPROCESSABLE_ENTITY, "The body cannot be used"),
            Self::TooMany => ("too-many", StatusCode::TOO_MANY_REQUESTS, "Too many requests"),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong"),
            Self::Unavailable => ("unavailable", StatusCode::SERVICE_UNAVAILABLE, "Not available for the moment"),
            Self::Site => ("site", StatusCode::BAD_GATEWAY, "The Jira site does not answer as needed"),
        }
    }
}

/// A problem to be answered.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    kind: Kind,
    detail: Option<String>,
    errors: Vec<FieldError>,
    retry_after: Option<u64>,
}

/// What a handler gives.
pub(crate) type Answer<T = Response> = Result<T, Problem>;

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..Self::bare(kind) }
    }

    fn bare(kind: Kind) -> Self {
        Self { kind, detail: None, errors: vec![], retry_after: None }
    }

    /// There is no such thing, or it is somebody else's: the same answer for both.
    pub(crate) fn not_found() -> Self {
        Self::bare(Kind::NotFound)
    }

    pub(crate) fn refused(detail: impl Into<String>) -> Self {
        Self::new(Kind::Refused, detail)
    }

    /// What happened, in words.
    pub(crate) fn words(&self) -> String {
        let fields = self.errors.iter().map(|error| format!("{}: {}", error.field, error.message));
        let words: Vec<String> = self.detail.iter().cloned().chain(fields).collect();
        if words.is_empty() { self.kind.words().2.to_owned() } else { words.join("; ") }
    }

    /// One member of the body cannot be used.
    pub(crate) fn field(field: &str, message: impl Into<String>) -> Self {
        let error = FieldError { field: field.to_owned(), message: message.into() };
        Self { errors: vec![error], ..Self::bare(Kind::Invalid) }
    }

    /// Several members of the body cannot be used.
    pub(crate) fn fields(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::bare(Kind::Invalid) }
    }

    pub(crate) fn too_many(seconds: u64) -> Self {
        let detail = format!("Try again in {seconds} s.");
        Self { retry_after: Some(seconds), ..Self::new(Kind::TooMany, detail) }
    }

    /// Something that must not happen. The reason goes to the log alone.
    pub(crate) fn internal(reason: impl std::fmt::Display) -> Self {
        tracing::error!(%reason, "a request failed");
        Self::new(Kind::Internal, "It was logged; nothing was changed. Try again, or tell whoever runs this server.")
    }

    fn details(&self) -> ProblemDetails {
        let (name, status, title) = self.kind.words();
        ProblemDetails {
            kind: format!("urn:lifeboat:problem:{name}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.detail.clone(),
            errors: self.errors.clone(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (_, status, _) = self.kind.words();
        let body = serde_json::to_vec(&self.details()).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], body).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind == Kind::SignIn {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"lifeboat\""));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Exists { .. } => Self::new(Kind::Conflict, error.to_string()),
            StoreError::Missing { .. } => Self::not_found(),
            StoreError::Busy { .. } | StoreError::Full { .. } | StoreError::Unreachable { .. } => {
                tracing::error!(%error, "the database is not available");
                let detail = "The database is not available; nothing was changed.";
                Self { retry_after: Some(5), ..Self::new(Kind::Unavailable, detail) }
            }
            _ => Self::internal(error),
        }
    }
}

impl From<worker::Error> for Problem {
    fn from(error: worker::Error) -> Self {
        match error {
            worker::Error::Store(error) => error.into(),
            worker::Error::Jira(error) => error.into(),
            worker::Error::Refused(refused) => refused.into(),
            worker::Error::Gone { .. } | worker::Error::Vault(vault::Error::NoSuchPoint(_)) => Self::not_found(),
            error @ (worker::Error::NoPoint { .. }
            | worker::Error::NoProject { .. }
            | worker::Error::NotActive
            | worker::Error::NoApp { .. }
            | worker::Error::NoCredentials { .. }) => Self::refused(error.to_string()),
            worker::Error::Vault(vault::Error::NoVault { .. }) => {
                Self::refused("the site has no recovery point yet: back it up first")
            }
            error => Self::internal(error),
        }
    }
}

impl From<jira::Error> for Problem {
    fn from(error: jira::Error) -> Self {
        Self::new(Kind::Site, error.to_string())
    }
}

impl From<vault::Error> for Problem {
    fn from(error: vault::Error) -> Self {
        worker::Error::Vault(error).into()
    }
}

/// Whoever works on their own connection may know why; whoever presented a token may not.
impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused.cause {
            cause if cause.is_of_an_activation() => Self::refused(refused.to_string()),
            Cause::NoConnection | Cause::NoRequest => Self::not_found(),
            Cause::SignInAgain => NotEnough::SignInAgain.into(),
            cause => Self::refused(cause.to_string()),
        }
    }
}

impl From<Kept> for Problem {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::SignInAgain => NotEnough::SignInAgain.into(),
            kept => Self::refused(kept.to_string()),
        }
    }
}

impl From<NotEnough> for Problem {
    fn from(reason: NotEnough) -> Self {
        match reason {
            NotEnough::Over => Self::bare(Kind::SignIn),
            NotEnough::SignInAgain | NotEnough::Passkey | NotEnough::YoungPasskey(_) => {
                Self::new(Kind::SignInAgain, reason.to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn missing_and_foreign_are_one_answer_and_insides_stay_inside() {
        let body = async |problem: Problem| {
            let response = problem.into_response();
            let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
            String::from_utf8(bytes.to_vec()).unwrap()
        };
        let missing = StoreError::Missing { what: "a connection".to_owned() };
        assert_eq!(body(missing.into()).await, body(Problem::not_found()).await);
        let inside = body(Problem::internal("password=canary")).await;
        assert!(!inside.contains("canary"), "{inside}");
    }
}
