//! The line in front of a restored comment or worklog that says whose it was: Jira does not let us set author and date.

use serde_json::Value;

use super::time;
use crate::adf;
use crate::marks::Original;

/// The line: "Commented by Ann on 2024-01-31 17:05 UTC".
pub(crate) fn line(verb: &str, original: &Original) -> Value {
    adf::aside(&words(verb, original))
}

/// The document without the line that [`line`] put in front of it.
pub(crate) fn without(document: &Value, verb: &str, original: &Original) -> Value {
    let mut document = document.clone();
    if let Some(content) = document.get_mut("content").and_then(Value::as_array_mut)
        && content.first().is_some_and(|first| adf::text_of(first) == words(verb, original))
    {
        content.remove(0);
    }
    document
}

fn words(verb: &str, original: &Original) -> String {
    let name = original.author_name.as_deref().or(original.author.as_deref()).unwrap_or("somebody unknown");
    let date = original.created.as_deref().map(|created| format!(" on {}", time::readable(created)));
    format!("{verb} by {name}{}", date.unwrap_or_default())
}
