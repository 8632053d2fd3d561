//! One request that creates issues, and what became of each element.

use std::collections::{BTreeSet, HashMap};

use jira::Call;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use site::marks::{OperationId, PROPERTY};

use super::item::Item;
use super::meta::parse;
use super::run::Run;
use crate::Result;

/// How many keys after the expected ones are looked at for what may have been created: a request that was lost may have
/// come after others had used up numbers.
const LOOK_AHEAD: u32 = 50;

/// An issue on the standby.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Created {
    pub id: String,
    pub key: String,
}

/// Why Jira refused an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub reason: String,
    /// The fields that it named.
    pub fields: Vec<String>,
}

/// What is known after a request.
pub(super) enum Answer {
    /// For each element, in order.
    Each(Vec<Result<Created, Refusal>>),
    /// All were refused, and the answer did not say which why.
    Refused(Refusal),
    /// Some may have been created.
    Unclear(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(default)]
    issues: Vec<BodyIssue>,
    #[serde(default)]
    errors: Vec<BodyError>,
}

#[derive(Deserialize)]
struct BodyIssue {
    id: String,
    key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BodyError {
    #[serde(default)]
    element_errors: ElementErrors,
    failed_element_number: usize,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ElementErrors {
    #[serde(default)]
    error_messages: Vec<String>,
    #[serde(default)]
    errors: HashMap<String, String>,
}

/// Sends one request. Errors are those after which nothing was created and nothing can go on.
pub(super) async fn create(run: &Run<'_>, items: &[Item]) -> Result<Answer> {
    let elements: Vec<_> = items.iter().map(|item| item.element(run)).collect();
    let call = Call::post("/rest/api/3/issue/bulk").json(&json!({ "issueUpdates": elements }));
    match run.settling.timed(run.recovery.standby.json::<Body>(call)).await {
        Ok(body) => Ok(assign(items.len(), body)),
        Err(jira::Error::Rejected { messages, fields, .. }) => {
            let fields = fields.into_iter().map(|(field, _)| field).collect();
            Ok(Answer::Refused(Refusal { reason: messages.join("; "), fields }))
        }
        Err(error @ jira::Error::Forbidden { .. }) => {
            Ok(Answer::Refused(Refusal { reason: error.to_string(), fields: Vec::new() }))
        }
        Err(error) if error.outcome() == jira::Outcome::Ambiguous => Ok(Answer::Unclear(error.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// Which issue of the answer is which element: those that were not refused, in order.
fn assign(count: usize, body: Body) -> Answer {
    let mut refused: HashMap<usize, Refusal> =
        body.errors.into_iter().map(|error| (error.failed_element_number, refusal(error.element_errors))).collect();
    if body.issues.len() + refused.len() != count {
        let reason = format!("{} issues and {} errors for {count} elements", body.issues.len(), refused.len());
        return Answer::Unclear(reason);
    }
    let mut issues = body.issues.into_iter();
    let each = (0..count).map(|index| match refused.remove(&index) {
        Some(refusal) => Err(refusal),
        None => issues
            .next()
            .map(|issue| Created { id: issue.id, key: issue.key })
            .ok_or_else(|| Refusal { reason: "the answer does not mention it".to_owned(), fields: Vec::new() }),
    });
    Answer::Each(each.collect())
}

fn refusal(errors: ElementErrors) -> Refusal {
    let fields: BTreeSet<String> = errors.errors.keys().cloned().collect();
    let named = errors.errors.into_iter().map(|(field, message)| format!("{field}: {message}"));
    let reason = errors.error_messages.into_iter().chain(named).collect::<Vec<_>>().join("; ");
    Refusal { reason, fields: fields.into_iter().collect() }
}

/// Which of the operations that may have happened did: by the marks of the issues with the expected keys and of those after
/// them. A strongly consistent read.
pub(super) async fn look(
    run: &Run<'_>,
    project: &str,
    numbers: std::ops::RangeInclusive<u32>,
) -> Result<HashMap<OperationId, Created>> {
    let (first, last) = (*numbers.start(), numbers.end().saturating_add(LOOK_AHEAD));
    let keys: Vec<String> = (first..=last).map(|number| format!("{project}-{number}")).collect();
    marked(run, &keys).await
}

/// The operations that made these issues, as far as this recovery made them.
pub(super) async fn marked(run: &Run<'_>, keys: &[String]) -> Result<HashMap<OperationId, Created>> {
    let mut found = HashMap::new();
    if keys.is_empty() {
        return Ok(found);
    }
    let fetched = run.recovery.standby.bulk_fetch_fields(keys, &["summary"], &[PROPERTY]).await?;
    for raw in fetched.issues {
        let issue: Marked = parse("issues", raw.get())?;
        let mark = issue.properties.and_then(|mut properties| properties.remove(PROPERTY));
        let mark = mark.and_then(|mark| serde_json::from_str(mark.get()).ok());
        if let Some(operation) = mark.and_then(|mark| run.recovery.marks.recognise(&mark)) {
            found.insert(operation, Created { id: issue.id, key: issue.key });
        }
    }
    Ok(found)
}

#[derive(Deserialize)]
struct Marked {
    id: String,
    key: String,
    #[serde(default)]
    properties: Option<HashMap<String, Box<RawValue>>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Body {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn issues_belong_to_the_elements_that_were_not_refused() {
        let answer = assign(
            3,
            body(
                r#"{"issues":[{"id":"1","key":"A-1"},{"id":"2","key":"A-2"}],"errors":[{"status":400,
                "elementErrors":{"errorMessages":["no"],"errors":{"summary":"is empty"}},"failedElementNumber":1}]}"#,
            ),
        );
        let Answer::Each(each) = answer else { panic!("the answer is clear") };
        assert_eq!(each[0].as_ref().unwrap().key, "A-1");
        assert_eq!(each[2].as_ref().unwrap().key, "A-2");
        let refusal = each[1].as_ref().unwrap_err();
        assert_eq!(
            (refusal.reason.as_str(), refusal.fields.as_slice()),
            ("no; summary: is empty", &["summary".to_owned()][..])
        );
    }

    #[test]
    fn an_answer_that_does_not_add_up_is_unclear() {
        assert!(matches!(assign(2, body(r#"{"issues":[{"id":"1","key":"A-1"}],"errors":[]}"#)), Answer::Unclear(_)));
    }
}
