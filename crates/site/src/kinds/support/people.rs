//! Objects that name a person whom Jira may not take: a deactivated account makes it refuse the whole object.

use jira::{Call, Error, Jira};
use serde_json::Value;

use super::values::made;
use crate::kind::Made;

/// Creates an object; when Jira refuses it, as it is in `instead`. Refused both times, the first reason is the one to tell.
pub(in crate::kinds) async fn create_or(
    jira: &Jira,
    template: &'static str,
    body: &Value,
    instead: Option<Value>,
) -> jira::Result<Made> {
    let post = async |body: &Value| made(&jira.json(Call::post(template).json(body)).await?);
    match (post(body).await, instead) {
        (Err(error @ Error::Rejected { .. }), Some(instead)) => match post(&instead).await {
            Err(Error::Rejected { .. }) => Err(error),
            result => result,
        },
        (result, _) => result,
    }
}

/// A request body without its member `name`; `None` when it has none.
pub(in crate::kinds) fn without(body: &Value, name: &str) -> Option<Value> {
    let mut body = body.clone();
    body.as_object_mut()?.remove(name)?;
    Some(body)
}
