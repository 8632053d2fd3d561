//! What makes a new sprint into one that has happened. Each step is harmless when repeated.

use jira::{Call, Error, Jira, Safety};
use serde_json::{Value, json};

use crate::kind::Writer;
use crate::kinds::support::text;

/// The most issues that one request moves into a sprint (matrix §5).
const BATCH: usize = 50;

const SPRINT: &str = "/rest/agile/1.0/sprint/{sprint}";

/// Which state the sprint is in now.
pub(super) async fn state(jira: &Jira, sprint: &str) -> jira::Result<String> {
    let body: Value = jira.json(Call::get(SPRINT).arg("sprint", sprint)).await?;
    Ok(text(&body, "state").to_owned())
}

/// The states to go through from one to another: a sprint is closed only after it was active.
pub(super) fn between(now: &str, wanted: &str) -> &'static [&'static str] {
    match (now, wanted) {
        ("future", "active") => &["active"],
        ("future", "closed") => &["active", "closed"],
        ("active", "closed") => &["closed"],
        _ => &[],
    }
}

/// Puts the sprint into the next state. Starting wants the dates again.
pub(super) async fn turn(jira: &Jira, sprint: &str, state: &str, value: &Value) -> jira::Result<()> {
    let mut body = json!({ "state": state });
    if state == "active" {
        body["startDate"] = value["startDate"].clone();
        body["endDate"] = value["endDate"].clone();
    }
    // Asked for a second time it is refused, and changes nothing: the state is looked up first.
    jira.done(Call::post(SPRINT).arg("sprint", sprint).json(&body)).await
}

/// Puts issues of the source into the sprint; those that are not part of the recovery are left out. Returns whom Jira
/// refused: a batch that is refused is tried issue by issue.
pub(super) async fn fill(writer: &Writer, sprint: &str, issues: &[String]) -> jira::Result<Vec<String>> {
    let mut targets = Vec::with_capacity(issues.len());
    for issue in issues {
        if let Some(context) = writer.issues.by_source_id(issue).await? {
            targets.push((context.target_id, context.target_key));
        }
    }
    let mut refused = Vec::new();
    for batch in targets.chunks(BATCH) {
        match add(&writer.jira, sprint, batch).await {
            Err(Error::Rejected { .. } | Error::Forbidden { .. }) if batch.len() > 1 => {
                for issue in batch {
                    note(add(&writer.jira, sprint, std::slice::from_ref(issue)).await, issue, &mut refused)?;
                }
            }
            result => {
                let first = batch.first().cloned().unwrap_or_default();
                note(result, &first, &mut refused)?;
            }
        }
    }
    Ok(refused)
}

/// Refuses to go on while an issue of the sprint may still come: one that Jira refused, and that may be tried again.
pub(super) async fn nobody_is_to_come(writer: &Writer, issues: &[String]) -> jira::Result<()> {
    for issue in issues {
        if writer.issues.is_refused(issue).await? {
            let reason =
                format!("it stays open because issue {issue} of the source was refused, which belongs into it");
            return Err(Error::Rejected {
                call: "closing a sprint".to_owned(),
                status: 400,
                messages: vec![reason],
                fields: Vec::new(),
            });
        }
    }
    Ok(())
}

fn note(result: jira::Result<()>, (_, key): &(String, String), refused: &mut Vec<String>) -> jira::Result<()> {
    match result {
        Err(error @ (Error::Rejected { .. } | Error::Forbidden { .. })) => refused.push(format!("{key}: {error}")),
        other => other?,
    }
    Ok(())
}

/// An issue that is in the sprint already stays in it.
async fn add(jira: &Jira, sprint: &str, issues: &[(String, String)]) -> jira::Result<()> {
    let ids: Vec<&str> = issues.iter().map(|(id, _)| id.as_str()).collect();
    let call = Call::post("/rest/agile/1.0/sprint/{sprint}/issue").arg("sprint", sprint);
    let call = ids.iter().fold(call, |call, issue| call.writes_issue(*issue));
    jira.done(call.json(&json!({ "issues": ids })).safety(Safety::Repeatable)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sprint_goes_through_every_state_once() {
        assert_eq!(between("future", "closed"), ["active", "closed"]);
        assert_eq!(between("active", "closed"), ["closed"]);
        assert_eq!(between("future", "active"), ["active"]);
        assert!(between("closed", "closed").is_empty());
        assert!(between("active", "active").is_empty());
        assert!(between("future", "future").is_empty());
    }
}
