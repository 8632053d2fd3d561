//! What of an issue could not be said at its creation: its real type and status before anything hangs on it, the rest of its
//! fields after.
//!
//! Everything here compares first and is a set, not an addition: it may be repeated after any interruption.

use jira::{Call, Safety};
use serde_json::{Map, Value, json};
use site::adf;
use site::kinds::attachment;
use site::kinds::issue::{Prepared, prepare};

use super::configuration::after as outcome;
use super::finish::{Finish, Work};
use super::index::parent_of;
use super::{hanging, moves};
use crate::Result;
use crate::journal::State;

/// Makes the issue what it is: a sub-task of its parent, in its status. Returns what did not work.
pub(super) async fn before(finish: &Finish<'_>, work: &mut Work) -> Result<Vec<String>> {
    let prepared = prepare(&work.bundle.issue, &finish.run.translation);
    let mut troubles = Vec::new();
    if prepared.subtask && text(&work.present, "/fields/issuetype/id") != Some(prepared.issue_type.as_str()) {
        troubles.extend(moves::under_parent(finish, work, &prepared).await?);
    }
    troubles.extend(status(finish, work, &prepared).await?);
    let operations = prepared.operations(&work.issue.source_id, &finish.run.recovery.marks);
    troubles.extend(hanging::perform(finish, &work.issue, operations).await?);
    Ok(troubles)
}

/// Writes the fields that are still missing. Returns those that Jira refused.
pub(super) async fn after(finish: &Finish<'_>, work: &Work) -> Result<Vec<String>> {
    let mut prepared = prepare(&work.bundle.issue, &finish.run.translation);
    let mut troubles = place_media(finish, work, &mut prepared).await?;
    troubles.extend(leave_to_others(finish, work, &mut prepared).await?);
    let mut fields = missing(finish, work, &prepared).await?;
    while !fields.is_empty() {
        let call = Call::put("/rest/api/3/issue/{issue}")
            .arg("issue", &work.issue.target_id)
            .query("notifyUsers", false)
            .json(&json!({ "fields": fields }))
            .writes_issue(&work.issue.target_id);
        match finish.run.settling.timed(finish.writer.jira.done(call)).await {
            Ok(()) => break,
            Err(jira::Error::Rejected { fields: refused, messages, .. }) => {
                let before = fields.len();
                for (field, message) in refused {
                    if fields.remove(&field).is_some() {
                        troubles.push(format!("field {field} was refused: {message}"));
                    }
                }
                if fields.len() == before {
                    troubles.push(format!("the edit was refused: {}", messages.join("; ")));
                    break;
                }
            }
            Err(error) if stops(&error) => return Err(error.into()),
            Err(error) => {
                if let Some(shut_out) = finish.run.shut_out(&error).await? {
                    return Err(shut_out);
                }
                troubles.push(error.to_string());
                break;
            }
        }
    }
    Ok(troubles)
}

/// Whether an error says that nothing can go on.
pub(super) fn stops(error: &jira::Error) -> bool {
    matches!(error, jira::Error::Credentials { .. }) || outcome(error) == State::Planned
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

/// Replaces the files that texts show by those that are attached by now.
async fn place_media(finish: &Finish<'_>, work: &Work, prepared: &mut Prepared) -> Result<Vec<String>> {
    if prepared.media.is_empty() {
        return Ok(Vec::new());
    }
    let attachments = work.attachments.clone();
    match attachment::media(&work.issue, attachments, Some(&prepared.media), &finish.writer).await {
        Ok(media) => {
            prepared.place_media(&work.bundle.issue.key, &media);
            Ok(Vec::new())
        }
        Err(error) if stops(&error) => Err(error.into()),
        Err(error) => {
            prepared.late.clear();
            Ok(vec![format!("texts that show files: {error}")])
        }
    }
}

/// Leaves alone what others wrote where texts that show files are still to come, and names it: between the creation of an
/// issue and these texts hours may lie.
async fn leave_to_others(finish: &Finish<'_>, work: &Work, prepared: &mut Prepared) -> Result<Vec<String>> {
    let texts: Vec<&str> =
        prepared.late.iter().filter(|(_, value)| adf::is_document(value)).map(|(name, _)| name.as_str()).collect();
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let call = Call::get("/rest/api/3/issue/{issue}").arg("issue", &work.issue.target_id);
    let now: Value = match finish.writer.jira.json(call.query("fields", texts.join(","))).await {
        Ok(now) => now,
        Err(error) if stops(&error) => return Err(error.into()),
        Err(error) => {
            prepared.late.clear();
            return Ok(vec![format!("texts that show files: {error}")]);
        }
    };
    let earlier = prepare(&work.bundle.issue, &finish.run.translation_at_creation).late;
    let unplaced = prepare(&work.bundle.issue, &finish.run.translation).late;
    let mut left = Vec::new();
    prepared.late.retain(|name, value| {
        let files = unplaced.get(name).map(adf::names_of_files).unwrap_or_default();
        let words = |text: &Value| words_but(text, &files);
        let present = words(&now["fields"][name.as_str()]);
        let ours = present.is_empty()
            || present == words(value)
            || earlier.get(name).is_some_and(|said| present == words(said));
        if !ours {
            left.push(format!("field {name} was written by others on the standby, and left as it is"));
        }
        ours
    });
    Ok(left)
}

/// The words of a text but for the names of files, which stand where a file was missing when an earlier run wrote it, and
/// for the blanks around them.
fn words_but(text: &Value, files: &[String]) -> String {
    let without = files.iter().fold(words(text), |words, name| words.replace(name, ""));
    without.split_whitespace().collect()
}

/// The words of a text, without how they are set.
fn words(text: &Value) -> String {
    let own = text["text"].as_str().unwrap_or_default().to_owned();
    text["content"].as_array().into_iter().flatten().fold(own, |all, part| all + &words(part))
}

/// What is to be written: what waited for attachments and worklogs, what the create screen lacks, what is empty on the
/// standby and should not be or is what Jira fills in by itself, what names issues that have another key now, and what names
/// something that came late.
async fn missing(finish: &Finish<'_>, work: &Work, prepared: &Prepared) -> Result<Map<String, Value>> {
    let run = finish.run;
    let screen = finish.meta.screen(&prepared.project, &prepared.issue_type).await?;
    let (_, unsayable) = screen.sayable(&prepared.fields);
    let mut fields = unsayable;
    for (name, value) in &prepared.fields {
        let present = work.present.pointer("/fields").and_then(|present| present.get(name));
        if is_blank(present) || present.is_some_and(|present| names_another(present, value)) {
            fields.insert(name.clone(), value.clone());
        }
    }
    let redirected = (!run.translation.redirects.is_empty()).then_some(&run.translation_at_creation);
    for earlier in redirected.into_iter().chain(finish.late.as_ref().map(|late| &late.before)) {
        let said = prepare(&work.bundle.issue, earlier).fields;
        let changed = prepared.fields.iter().filter(|(name, value)| said.get(*name) != Some(*value));
        fields.extend(changed.map(|(name, value)| (name.clone(), value.clone())));
    }
    fields.extend(filled_in(work, prepared));
    fields.extend(prepared.late.clone());
    if let Some(parent) = parent(finish, work, prepared).await? {
        fields.insert("parent".to_owned(), parent);
    }
    Ok(fields)
}

/// What Jira filled in by itself and the source left empty. A reporter cannot be taken away.
fn filled_in(work: &Work, prepared: &Prepared) -> Map<String, Value> {
    let empty_on_source = |name: &&str| !prepared.fields.contains_key(*name);
    let filled = |name: &&str| !is_blank(work.present.pointer(&format!("/fields/{name}")));
    let names = ["assignee", "priority"].into_iter().filter(empty_on_source).filter(filled);
    names.map(|name| (name.to_owned(), Value::Null)).collect()
}

/// Whether a value names another person or thing than it should: where one was refused at creation, Jira takes its default.
fn names_another(present: &Value, wanted: &Value) -> bool {
    ["id", "accountId"].into_iter().any(|member| {
        let names = (present[member].as_str(), wanted[member].as_str());
        matches!(names, (Some(present), Some(wanted)) if present != wanted)
    })
}

fn is_blank(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(values)) => values.is_empty(),
        Some(_) => false,
    }
}

/// The issue above, if the issue does not hang there yet. A sub-task got its own by creation or by its move.
async fn parent(finish: &Finish<'_>, work: &Work, prepared: &Prepared) -> Result<Option<Value>> {
    let Some(parent) = prepared.parent.as_ref().filter(|_| !prepared.subtask) else { return Ok(None) };
    let found = parent_of(parent, &finish.run.projects, &*finish.run.issues).await?;
    let found = found.filter(|parent| text(&work.present, "/fields/parent/id") != Some(parent.target_id.as_str()));
    Ok(found.map(|parent| json!({ "id": parent.target_id })))
}

/// Moves the issue to its status, if it is not there.
async fn status(finish: &Finish<'_>, work: &Work, prepared: &Prepared) -> Result<Vec<String>> {
    let Some(status) = &prepared.status else { return Ok(Vec::new()) };
    if text(&work.present, "/fields/status/id") == Some(status) {
        return Ok(Vec::new());
    }
    match transition(finish, work, prepared, status).await {
        Ok(true) => Ok(Vec::new()),
        Ok(false) => Ok(vec![format!("no transition leads to status {status}")]),
        Err(crate::Error::Jira(error)) if !stops(&error) => match finish.run.shut_out(&error).await? {
            Some(shut_out) => Err(shut_out),
            None => Ok(vec![format!("status {status}: {error}")]),
        },
        Err(error) => Err(error),
    }
}

/// The transition that leads an issue to a status, if there is one.
async fn way_to(
    finish: &Finish<'_>,
    (project, issue_type): (&str, &str),
    issue: &str,
    status: &str,
) -> Result<Option<String>> {
    if let Some(known) = finish.transitions.known(project, issue_type, status).await {
        return Ok(Some(known));
    }
    // From the first issue's status some are not offered; ask this one.
    if let Some(offered) = finish.transitions.of_issue(issue).await?.remove(status) {
        return Ok(Some(offered));
    }
    // It came later than the workflow.
    finish.widen_scaffold().await?;
    Ok(finish.transitions.of_issue(issue).await?.remove(status))
}

async fn transition(finish: &Finish<'_>, work: &Work, prepared: &Prepared, status: &str) -> Result<bool> {
    let (project, issue_type) = (&prepared.project, &prepared.issue_type);
    let issue = &work.issue.target_id;
    finish.transitions.learn(project, issue_type, issue).await?;
    let Some(transition) = way_to(finish, (project, issue_type), issue, status).await? else { return Ok(false) };
    let call = Call::post("/rest/api/3/issue/{issue}/transitions")
        .arg("issue", issue)
        .json(&json!({ "transition": { "id": transition } }))
        .writes_issue(issue)
        // Where it is already, it stays: a second transition into the same status changes nothing.
        .safety(Safety::Repeatable);
    finish.run.settling.timed(finish.writer.jira.done(call)).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_by_their_words() {
        let text = |words: &str| json!({"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": words}]}]});
        assert_eq!(words(&text("a")), "a");
        assert_ne!(words(&text("a")), words(&text("b")));
        assert_eq!(words(&Value::Null), "");
    }

    #[test]
    fn the_name_of_a_file_that_was_missing_is_not_somebody_elses_word() {
        let text = |words: &str| json!({"type": "paragraph", "content": [{"type": "text", "text": words}]});
        let files = ["[plan.png]".to_owned()];
        assert_eq!(words_but(&text("see [plan.png] the plan"), &files), words_but(&text("see the plan"), &files));
        assert_ne!(words_but(&text("see [other.png]"), &files), words_but(&text("see"), &files));
    }

    #[test]
    fn a_default_of_jira_is_told_from_what_was_meant() {
        let named = |present: Value, wanted: Value| names_another(&present, &wanted);
        assert!(named(json!({"id": "3", "name": "Medium"}), json!({"id": "5"})));
        assert!(named(json!({"accountId": "restorer"}), json!({"accountId": "a"})));
        assert!(!named(json!({"id": "5", "name": "Lowest"}), json!({"id": "5"})));
        assert!(!named(json!([{"id": "1"}]), json!([{"id": "2"}])));
        assert!(!named(json!("text"), json!({"id": "5"})));
        assert!(!named(json!({"value": "x"}), json!({"id": "5"})));
    }
}
