//! Sub-tasks that came before their parent: created as a type that stands by itself, and moved under it now. Within a
//! project a move keeps the key.

use jira::{Call, Started};
use serde_json::{Value, json};
use site::kinds::issue::Prepared;

use super::ambiguity::ATTEMPTS;
use super::finish::{Finish, Work};
use super::index::parent_of;
use super::meta::parse;
use crate::Result;
use crate::journal::State;
use crate::objects::ISSUE;

/// Makes an issue a sub-task of its parent. Returns what did not work.
pub(super) async fn under_parent(finish: &Finish<'_>, work: &mut Work, prepared: &Prepared) -> Result<Vec<String>> {
    // Without its parent it stays an issue of its own: a loss, which the report names.
    let Some(parent) = &prepared.parent else { return Ok(Vec::new()) };
    let Some(parent) = parent_of(parent, &finish.run.projects, &*finish.run.issues).await? else {
        return Ok(Vec::new());
    };
    let target = format!("{},{},{}", prepared.project, prepared.issue_type, parent.target_id);
    for _ in 0..ATTEMPTS {
        let moved = send(finish, &target, &work.issue.target_id).await;
        match moved {
            Ok(failures) if !failures.is_empty() => return Ok(failures),
            Ok(_) => {}
            Err(crate::Error::Jira(error)) if error.outcome() == jira::Outcome::Ambiguous => {
                finish.run.settling.wait().await;
            }
            Err(crate::Error::Jira(error)) if error.outcome() == jira::Outcome::Rejected => {
                if let Some(shut_out) = finish.run.shut_out(&error).await? {
                    return Err(shut_out);
                }
                return Ok(vec![format!("moving it under {}: {error}", parent.source_key)]);
            }
            Err(error) => return Err(error),
        }
        refresh(finish, work).await?;
        if work.present.pointer("/fields/issuetype/id").and_then(Value::as_str) == Some(&prepared.issue_type) {
            return Ok(Vec::new());
        }
    }
    Ok(vec![format!("it could not be moved under {}", parent.source_key)])
}

/// Asks Jira to move one issue, and waits for it. Returns why it refused.
async fn send(finish: &Finish<'_>, target: &str, issue: &str) -> Result<Vec<String>> {
    let how = json!({
        "issueIdsOrKeys": [issue],
        "inferClassificationDefaults": true,
        "inferFieldDefaults": true,
        "inferStatusDefaults": true,
        "inferSubtaskTypeDefault": true,
    });
    let body = json!({ "sendBulkNotification": false, "targetToSourcesMapping": { target: how } });
    let jira = &finish.writer.jira;
    let _one_of_few = finish.run.bulk_operations.acquire().await;
    let started = jira.start(Call::post("/rest/api/3/bulk/issues/move").json(&body)).await?;
    let Started::Task(task) = started else { return Ok(Vec::new()) };
    let done = jira.bulk_queue(&task).await?;
    Ok(done.failed.into_values().flatten().collect())
}

/// Reads the issue again, and remembers its key should it have another now.
async fn refresh(finish: &Finish<'_>, work: &mut Work) -> Result<()> {
    let fetched = finish.writer.jira.bulk_fetch(&[&work.issue.target_id], &[]).await?;
    let Some(raw) = fetched.issues.first() else { return Ok(()) };
    work.present = parse("issues", raw.get())?;
    let key = work.present.get("key").and_then(Value::as_str).unwrap_or_default();
    if key != work.issue.target_key && !key.is_empty() {
        key.clone_into(&mut work.issue.target_key);
        let run = finish.run;
        if let Some(mut row) = run.rows(ISSUE, &[&work.issue.source_id]).await?.remove(&work.issue.source_id) {
            row.state = State::Confirmed;
            row.target_key = Some(key.to_owned());
            run.record(&[row]).await?;
        }
    }
    Ok(())
}
