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
    /// Whether Jira would take the same later: a limit was reached in the middle of the request.
    pub later: bool,
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

/// What Jira says: of each element, or, of a refusal, of the request as a whole.
#[derive(Deserialize)]
#[serde(untagged)]
enum Told {
    Each(Body),
    Whole(ElementErrors),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
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
    status: u16,
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
    // When all elements are refused, that is the status of the whole.
    let call = Call::post("/rest/api/3/issue/bulk").accepts(400).json(&json!({ "issueUpdates": elements }));
    match run.settling.timed(run.recovery.standby.json::<Told>(call)).await {
        Ok(Told::Each(body)) => Ok(assign(items.len(), body)),
        Ok(Told::Whole(errors)) if errors.is_empty() => Ok(Answer::Unclear("the answer says nothing".to_owned())),
        Ok(Told::Whole(errors)) => Ok(Answer::Refused(refusal(400, errors))),
        Err(jira::Error::Rejected { messages, fields, .. }) => {
            let fields = fields.into_iter().map(|(field, _)| field).collect();
            Ok(Answer::Refused(Refusal { reason: messages.join("; "), later: false, fields }))
        }
        Err(error @ jira::Error::Forbidden { .. }) => {
            if let Some(shut_out) = run.shut_out(&error).await? {
                return Err(shut_out);
            }
            Ok(Answer::Refused(Refusal { reason: error.to_string(), later: false, fields: Vec::new() }))
        }
        Err(error) if error.outcome() == jira::Outcome::Ambiguous => Ok(Answer::Unclear(error.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// Which issue of the answer is which element: those that were not refused, in order.
fn assign(count: usize, body: Body) -> Answer {
    if let Some(error) = body.errors.iter().find(|error| is_unclear(error.status)) {
        return Answer::Unclear(format!("element {}: HTTP {}", error.failed_element_number, error.status));
    }
    let refusals = body.errors.into_iter();
    let refusals = refusals.map(|error| (error.failed_element_number, refusal(error.status, error.element_errors)));
    let mut refused: HashMap<usize, Refusal> = refusals.collect();
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
            .ok_or_else(|| refusal(0, ElementErrors::default())),
    });
    Answer::Each(each.collect())
}

/// Whether an element with this status may have been created all the same. A few that carry none were refused.
fn is_unclear(status: u16) -> bool {
    matches!(status, 408 | 409 | 500..=599)
}

impl ElementErrors {
    fn is_empty(&self) -> bool {
        self.error_messages.is_empty() && self.errors.is_empty()
    }
}

fn refusal(status: u16, errors: ElementErrors) -> Refusal {
    let fields: BTreeSet<String> = errors.errors.keys().cloned().collect();
    let named = errors.errors.into_iter().map(|(field, message)| format!("{field}: {message}"));
    let reason = errors.error_messages.into_iter().chain(named).collect::<Vec<_>>().join("; ");
    let reason = if reason.is_empty() { format!("no reason was given (HTTP {status})") } else { reason };
    Refusal { reason, later: status == 429, fields: fields.into_iter().collect() }
}

/// Which of the operations that may have happened did: by the marks of the issues with the expected keys and of those after
/// them. A strongly consistent read.
pub(super) async fn look(
    run: &Run<'_>,
    project: &str,
    numbers: std::ops::RangeInclusive<u32>,
) -> Result<HashMap<OperationId, Created>> {
    if !run.recovery.settings.safeguards.look {
        return Ok(HashMap::new());
    }
    let (first, last) = (*numbers.start(), numbers.end().saturating_add(LOOK_AHEAD));
    let keys: Vec<String> = (first..=last).map(|number| format!("{project}-{number}")).collect();
    marked(run, &keys).await
}

/// The operations that made these issues, as far as this recovery made them.
pub(super) async fn marked(run: &Run<'_>, keys: &[String]) -> Result<HashMap<OperationId, Created>> {
    let mut found = HashMap::new();
    if keys.is_empty() || !run.recovery.settings.safeguards.marker {
        return Ok(found);
    }
    let fetched = run.recovery.standby.bulk_fetch_fields(keys, &["summary"], &[PROPERTY]).await?;
    // One that cannot be read may be the very one that is looked for.
    if let Some((_, error)) = fetched.unreadable.into_iter().next() {
        return Err(error.into());
    }
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
    fn a_limit_in_the_middle_is_no_refusal_and_an_error_of_the_edge_is_unclear() {
        let told = |status: u16| {
            body(&format!(
                r#"{{"issues":[{{"id":"1","key":"A-1"}}],"errors":[{{"status":{status},
                "elementErrors":{{"errorMessages":["no"],"errors":{{}}}},"failedElementNumber":1}}]}}"#
            ))
        };
        let Answer::Each(each) = assign(2, told(429)) else { panic!("the answer is clear") };
        assert!(each[1].as_ref().unwrap_err().later);
        let Answer::Each(each) = assign(2, told(400)) else { panic!("the answer is clear") };
        assert!(!each[1].as_ref().unwrap_err().later);
        assert!(matches!(assign(2, told(503)), Answer::Unclear(_)));
    }

    #[test]
    fn a_refusal_of_the_whole_is_told_from_one_of_each() {
        let told = |text: &str| serde_json::from_str::<Told>(text).unwrap();
        assert!(matches!(told(r#"{"issues":[],"errors":[{"status":400,"failedElementNumber":0}]}"#), Told::Each(_)));
        assert!(matches!(told(r#"{"errorMessages":["no"],"errors":{"summary":"is empty"}}"#), Told::Whole(_)));
        let Told::Whole(nothing) = told("{}") else { panic!("nothing is told of elements") };
        assert!(nothing.is_empty());
    }

    #[test]
    fn an_answer_that_does_not_add_up_is_unclear() {
        assert!(matches!(assign(2, body(r#"{"issues":[{"id":"1","key":"A-1"}],"errors":[]}"#)), Answer::Unclear(_)));
    }
}
