//! What people do on the source between captures, through its API.

use futures::TryStreamExt as _;
use jira::{Call, Jira, Upload};
use serde_json::{Value, json};

use crate::dice::Dice;

/// Something that somebody does to a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Change {
    Summary,
    Description,
    Labels,
    Comment,
    CommentEdit,
    CommentDelete,
    Worklog,
    WorklogDelete,
    Link,
    Create,
    Delete,
    Attach,
    Version,
    Component,
    Transition,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Summary,
        Self::Description,
        Self::Labels,
        Self::Comment,
        Self::CommentEdit,
        Self::CommentDelete,
        Self::Worklog,
        Self::WorklogDelete,
        Self::Link,
        Self::Create,
        Self::Delete,
        Self::Attach,
        Self::Version,
        Self::Component,
        Self::Transition,
    ];
}

/// Somebody does something; whether the site took it. Some of it is refused (no comment to delete, no way to a status).
///
/// # Errors
/// When the site does not answer, which it does without faults.
pub async fn change(jira: &Jira, dice: &mut Dice, number: u64) -> jira::Result<(Change, bool)> {
    let change = *dice.pick(&Change::ALL);
    let done = match make(jira, dice, change, number).await {
        Ok(done) => done,
        Err(jira::Error::Rejected { .. } | jira::Error::Forbidden { .. }) => false,
        Err(error) => return Err(error),
    };
    Ok((change, done))
}

async fn make(jira: &Jira, dice: &mut Dice, change: Change, number: u64) -> jira::Result<bool> {
    let ids: Vec<u64> = jira.search_ids("project is not EMPTY ORDER BY key ASC").try_collect().await?;
    if ids.is_empty() {
        return Ok(false);
    }
    let issue = *dice.pick(&ids);
    let on = |call: Call| call.arg("issue", issue);
    match change {
        Change::Summary => edit(jira, issue, json!({ "summary": format!("changed {number}") })).await,
        Change::Description => edit(jira, issue, json!({ "description": text(&format!("text {number}")) })).await,
        Change::Labels => edit(jira, issue, json!({ "labels": [format!("label-{number}")] })).await,
        Change::Comment => {
            let body = json!({ "body": text(&format!("comment {number}")) });
            jira.done(on(Call::post("/rest/api/3/issue/{issue}/comment")).json(&body)).await.map(|()| true)
        }
        Change::CommentEdit => {
            let Some(comment) = one_of(jira, issue, "comment", "comments", dice).await? else { return Ok(false) };
            let body = json!({ "body": text(&format!("edited {number}")) });
            let call = on(Call::put("/rest/api/3/issue/{issue}/comment/{id}")).arg("id", comment).json(&body);
            jira.done(call).await.map(|()| true)
        }
        Change::CommentDelete => {
            let Some(comment) = one_of(jira, issue, "comment", "comments", dice).await? else { return Ok(false) };
            let call = on(Call::delete("/rest/api/3/issue/{issue}/comment/{id}")).arg("id", comment);
            jira.done(call).await.map(|()| true)
        }
        Change::Worklog => {
            let body = json!({ "timeSpentSeconds": 60 * (1 + number % 50), "started": "2026-10-30T10:00:00.000+0000" });
            jira.done(on(Call::post("/rest/api/3/issue/{issue}/worklog")).json(&body)).await.map(|()| true)
        }
        Change::WorklogDelete => {
            let Some(worklog) = one_of(jira, issue, "worklog", "worklogs", dice).await? else { return Ok(false) };
            let call = on(Call::delete("/rest/api/3/issue/{issue}/worklog/{id}")).arg("id", worklog);
            jira.done(call).await.map(|()| true)
        }
        Change::Link => link(jira, issue, *dice.pick(&ids)).await,
        Change::Create => create(jira, issue, number).await,
        Change::Delete if ids.len() > 3 => {
            jira.done(on(Call::delete("/rest/api/3/issue/{issue}")).query("deleteSubtasks", true)).await.map(|()| true)
        }
        Change::Delete => Ok(false),
        Change::Attach => {
            let bytes = bytes::Bytes::from(format!("file {number} ").repeat(20));
            let length = bytes.len() as u64;
            let bytes = Box::pin(futures::stream::iter([Ok(bytes)]));
            let file = Upload { name: format!("file-{number}.txt"), length, media_type: "text/plain".into(), bytes };
            jira.upload(&issue.to_string(), file).await.map(|_| true)
        }
        Change::Version | Change::Component => {
            let project = project_of(jira, issue).await?;
            let (name, template) = match change {
                Change::Version => (format!("version {number}"), "/rest/api/3/version"),
                _ => (format!("component {number}"), "/rest/api/3/component"),
            };
            let body = json!({ "name": name, "projectId": project.parse::<u64>().unwrap_or_default(),
                "project": project_key(jira, issue).await? });
            jira.done(Call::post(template).json(&body)).await.map(|()| true)
        }
        Change::Transition => {
            let ways: Value = jira.json(on(Call::get("/rest/api/3/issue/{issue}/transitions"))).await?;
            let ways: Vec<&str> =
                ways["transitions"].as_array().into_iter().flatten().filter_map(|way| way["id"].as_str()).collect();
            if ways.is_empty() {
                return Ok(false);
            }
            let body = json!({ "transition": { "id": dice.pick(&ways) } });
            jira.done(on(Call::post("/rest/api/3/issue/{issue}/transitions")).json(&body)).await.map(|()| true)
        }
    }
}

async fn edit(jira: &Jira, issue: u64, fields: Value) -> jira::Result<bool> {
    let call = Call::put("/rest/api/3/issue/{issue}").arg("issue", issue).json(&json!({ "fields": fields }));
    jira.done(call).await.map(|()| true)
}

async fn link(jira: &Jira, one: u64, other: u64) -> jira::Result<bool> {
    if one == other {
        return Ok(false);
    }
    let types: Value = jira.json(Call::get("/rest/api/3/issueLinkType")).await?;
    let name = &types["issueLinkTypes"][0]["name"];
    let body = json!({ "type": { "name": name },
        "inwardIssue": { "id": one.to_string() }, "outwardIssue": { "id": other.to_string() } });
    jira.done(Call::post("/rest/api/3/issueLink").json(&body)).await.map(|()| true)
}

async fn create(jira: &Jira, like: u64, number: u64) -> jira::Result<bool> {
    let call = Call::get("/rest/api/3/issue/{issue}").arg("issue", like).query("fields", "project,issuetype,parent");
    let like: Value = jira.json(call).await?;
    let fields = &like["fields"];
    let mut new = json!({ "project": { "id": fields["project"]["id"] }, "issuetype": { "id": fields["issuetype"]["id"] },
        "summary": format!("new {number}") });
    if fields["issuetype"]["subtask"] == true {
        new["parent"] = json!({ "id": fields["parent"]["id"] });
    }
    jira.done(Call::post("/rest/api/3/issue").json(&json!({ "fields": new }))).await.map(|()| true)
}

/// Id of one of the comments or worklogs of an issue.
async fn one_of(jira: &Jira, issue: u64, what: &str, list: &str, dice: &mut Dice) -> jira::Result<Option<String>> {
    let template = match what {
        "comment" => "/rest/api/3/issue/{issue}/comment",
        _ => "/rest/api/3/issue/{issue}/worklog",
    };
    let found: Value = jira.json(Call::get(template).arg("issue", issue)).await?;
    let ids: Vec<String> =
        found[list].as_array().into_iter().flatten().filter_map(|one| Some(one["id"].as_str()?.to_owned())).collect();
    Ok(if ids.is_empty() { None } else { Some(dice.pick(&ids).clone()) })
}

async fn project_of(jira: &Jira, issue: u64) -> jira::Result<String> {
    project(jira, issue, "id").await
}

async fn project_key(jira: &Jira, issue: u64) -> jira::Result<String> {
    project(jira, issue, "key").await
}

async fn project(jira: &Jira, issue: u64, member: &str) -> jira::Result<String> {
    let call = Call::get("/rest/api/3/issue/{issue}").arg("issue", issue).query("fields", "project");
    let found: Value = jira.json(call).await?;
    Ok(found["fields"]["project"][member].as_str().unwrap_or_default().to_owned())
}

fn text(text: &str) -> Value {
    json!({ "type": "doc", "version": 1, "content": [
        { "type": "paragraph", "content": [{ "type": "text", "text": text }] }] })
}
