//! Bulk creations that do only a part, or tell only a part.

use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::faults::Elements;
use super::inject::cut;

/// The member of the request that holds the elements.
const ELEMENTS: &str = "issueUpdates";

impl Elements {
    fn has(self, index: usize, elements: &[Value]) -> bool {
        let count = elements.len();
        match self {
            Self::EverySecond => index % 2 == 1 || count == 1,
            Self::SecondHalf => index >= count / 2,
            Self::Bare => is_bare(&elements[index]),
        }
    }
}

fn is_bare(element: &Value) -> bool {
    let always = ["summary", "project", "issuetype", "parent"];
    element["fields"].as_object().is_none_or(|fields| fields.keys().all(|name| always.contains(&name.as_str())))
}

/// Hands on a bulk creation without some of its elements, and says of those in the answer that they were refused. Any other
/// request is handed on as it is.
pub(super) async fn refuse(which: Elements, status: u16, parts: Parts, body: Bytes, next: Next) -> Response {
    let parsed: Option<Value> = serde_json::from_slice(&body).ok();
    let Some(elements) = parsed.as_ref().and_then(|body| body.get(ELEMENTS)?.as_array()) else {
        return next.run(Request::from_parts(parts, Body::from(body))).await;
    };
    let count = elements.len();
    let refused: Vec<usize> = (0..count).filter(|index| which.has(*index, elements)).collect();
    let kept: Vec<usize> = (0..count).filter(|index| !which.has(*index, elements)).collect();
    let mut answer = json!({ "issues": [], "errors": [] });
    if !kept.is_empty() {
        let left: Vec<&Value> = kept.iter().map(|index| &elements[*index]).collect();
        match handed_on(parts, &json!({ ELEMENTS: left }), next).await {
            Ok(told) => answer = told,
            Err(response) => return response,
        }
    }
    join(&mut answer, &kept, &refused, status);
    let some = answer["issues"].as_array().is_some_and(|issues| !issues.is_empty());
    (if some { StatusCode::CREATED } else { StatusCode::BAD_REQUEST }, Json(answer)).into_response()
}

/// The answer to a changed request, or the response itself when there is nothing in it to join.
async fn handed_on(mut parts: Parts, body: &Value, next: Next) -> Result<Value, Response> {
    parts.headers.remove(header::CONTENT_LENGTH);
    let response = next.run(Request::from_parts(parts, Body::from(body.to_string()))).await;
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.map_err(|_| cut())?;
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(answer) if answer["issues"].is_array() => Ok(answer),
        _ => Err(Response::from_parts(head, Body::from(bytes))),
    }
}

/// Numbers the errors of the smaller request as in the whole one, and adds those of the elements that were left out.
fn join(answer: &mut Value, kept: &[usize], refused: &[usize], status: u16) {
    let Some(errors) = answer["errors"].as_array_mut() else { return };
    for error in &mut *errors {
        let number = error["failedElementNumber"].as_u64().and_then(|number| kept.get(number as usize));
        error["failedElementNumber"] = json!(number);
    }
    let said = json!({ "errorMessages": ["Injected fault."], "errors": {} });
    errors.extend(
        refused.iter().map(|index| json!({ "status": status, "elementErrors": said, "failedElementNumber": index })),
    );
    errors.sort_by_key(|error| error["failedElementNumber"].as_u64());
}

/// Leaves the second half of the created issues out of an answer.
pub(super) async fn tell_half(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else { return cut() };
    let mut answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let Some(issues) = answer.get_mut("issues").and_then(Value::as_array_mut) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    issues.truncate(issues.len() / 2);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(answer.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_chosen_by_their_place() {
        let chosen = |which: Elements, count| {
            let elements = vec![json!({ "fields": { "summary": "a" } }); count];
            (0..count).filter(|index| which.has(*index, &elements)).collect::<Vec<usize>>()
        };
        assert_eq!(chosen(Elements::EverySecond, 5), [1, 3]);
        assert_eq!(chosen(Elements::SecondHalf, 5), [2, 3, 4]);
        assert_eq!(chosen(Elements::EverySecond, 1), [0]);
        assert_eq!(chosen(Elements::SecondHalf, 1), [0]);
        assert_eq!(chosen(Elements::Bare, 2), [0, 1]);
        assert!(!Elements::Bare.has(0, &[json!({ "fields": { "summary": "a", "labels": [] } })]));
    }

    #[test]
    fn errors_are_numbered_as_in_the_whole_request() {
        let mut answer = json!({ "issues": [{}], "errors": [{ "status": 400, "failedElementNumber": 1 }] });
        join(&mut answer, &[0, 2], &[1, 3], 429);
        let numbers: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|e| &e["failedElementNumber"]).collect();
        assert_eq!(numbers, [1, 2, 3]);
        assert_eq!(answer["errors"][1]["status"], 400);
        assert_eq!(answer["errors"][2]["status"], 429);
    }
}
