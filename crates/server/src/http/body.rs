//! Bodies: JSON that is read strictly, and of which every mistake is told with its place.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::problem::{Kind, Problem};

/// No body is longer than this, in bytes.
pub(crate) const LONGEST: usize = 1 << 20;

/// A JSON body, of a request or of an answer.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !kind.is_some_and(is_json) {
            return Err(Problem::new(Kind::MediaType, "Send `Content-Type: application/json`."));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| unread(&rejection))?;
        parse(&bytes).map(Self)
    }
}

fn is_json(kind: &str) -> bool {
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn unread(rejection: &BytesRejection) -> Problem {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Kind::TooLarge, format!("At most {LONGEST} bytes are taken.")),
        _ => Problem::new(Kind::BadRequest, "The body did not arrive as a whole."),
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let (place, error) = (error.path().to_string(), error.into_inner());
        match error.classify() {
            serde_json::error::Category::Data => Problem::field(&place, error.to_string()),
            _ => Problem::new(Kind::BadRequest, format!("The body is no JSON: {error}")),
        }
    })?;
    deserializer.end().map_err(|error| Problem::new(Kind::BadRequest, format!("The body is no JSON: {error}")))?;
    Ok(value)
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => Problem::internal(error).into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Sample {
        name: String,
        projects: Vec<String>,
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        let told = |body: &str| format!("{:?}", parse::<Sample>(body.as_bytes()).unwrap_err());
        assert!(told(r#"{"name": "a", "projects": ["x", 1]}"#).contains("projects[1]"));
        assert!(told(r#"{"name": "a", "projects": [], "nmae": 1}"#).contains("nmae"));
        assert!(told(r#"{"name": "a""#).contains("BadRequest"));
        assert!(told(r#"{"name": "a", "projects": []} {}"#).contains("BadRequest"));
    }
}
