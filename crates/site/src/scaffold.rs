//! The scaffold that new projects stand in while they are recovered: a workflow in which every status can be reached in one
//! step, and a notification scheme that sends nothing. Found again by name when a recovery is repeated.

use std::collections::{BTreeMap, BTreeSet};

use futures::TryStreamExt;
use jira::{Call, Error, Jira};
use serde_json::{Value, json};

use crate::names::id_text;

/// What the workflow and both schemes are called. A number is added when a name is taken by a workflow that lacks a status.
pub const NAME: &str = "Lifeboat recovery";

const DESCRIPTION: &str = "Made by Lifeboat for recovered projects. Every status can be reached in one step.";

/// The schemes that new projects use, by their ids on the standby.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaffold {
    /// A workflow scheme with the one workflow.
    pub workflow_scheme: u64,
    /// A notification scheme without notifications.
    pub notification_scheme: u64,
}

impl Scaffold {
    /// Finds the scaffold on the standby, or makes what of it is missing. To be called when all statuses are there.
    pub async fn stand(jira: &Jira) -> jira::Result<Self> {
        let statuses = statuses(jira).await?;
        let workflow = workflow(jira, &statuses).await?;
        let workflow_scheme = workflow_scheme(jira, &workflow).await?;
        let notification_scheme = notification_scheme(jira).await?;
        Ok(Self { workflow_scheme, notification_scheme })
    }

    /// Gives the scaffold's workflows the statuses that came later than they.
    pub async fn widen(jira: &Jira) -> jira::Result<()> {
        let statuses = statuses(jira).await?;
        let search = Call::get("/rest/api/3/workflows/search").query("queryString", NAME);
        for workflow in list(jira, search, 50).await?.iter().filter(|found| is_ours(found)) {
            if let Some(body) = widened(workflow, &statuses) {
                jira.done(Call::post("/rest/api/3/workflows/update").json(&body)).await?;
            }
        }
        Ok(())
    }

    /// Takes the scaffold down as far as no project stands in it any more. Returns what is left, and why.
    pub async fn fall(jira: &Jira) -> jira::Result<Vec<String>> {
        let mut left = Vec::new();
        for scheme in
            list(jira, Call::get("/rest/api/3/workflowscheme"), 50).await?.iter().filter(|found| is_ours(found))
        {
            let call = Call::delete("/rest/api/3/workflowscheme/{id}").arg("id", number(scheme)?);
            take_down(jira, call, "workflow scheme", scheme, &mut left).await?;
        }
        let search = Call::get("/rest/api/3/workflows/search").query("queryString", NAME);
        for workflow in list(jira, search, 50).await?.iter().filter(|found| is_ours(found)) {
            let Some(entity) = workflow.get("id").and_then(id_text) else { continue };
            let call = Call::delete("/rest/api/3/workflow/{entityId}").arg("entityId", entity);
            take_down(jira, call, "workflow", workflow, &mut left).await?;
        }
        // Who still stands in the workflow is still told nothing: the two come and go together.
        if !left.is_empty() {
            return Ok(left);
        }
        for scheme in
            list(jira, Call::get("/rest/api/3/notificationscheme"), 50).await?.iter().filter(|found| is_ours(found))
        {
            let call = Call::delete("/rest/api/3/notificationscheme/{id}").arg("id", number(scheme)?);
            take_down(jira, call, "notification scheme", scheme, &mut left).await?;
        }
        Ok(left)
    }
}

/// Whether Lifeboat made it, and nobody has renamed it or said something else of it.
fn is_ours(found: &Value) -> bool {
    let text = |member: &str| found[member].as_str().unwrap_or_default();
    text("name").starts_with(NAME) && text("description").starts_with("Made by Lifeboat for recovered projects.")
}

/// Deletes a part of the scaffold; what Jira refuses to delete is in use.
async fn take_down(jira: &Jira, call: Call, what: &str, part: &Value, left: &mut Vec<String>) -> jira::Result<()> {
    match jira.done(call).await {
        Ok(()) => {}
        Err(error) if error.is_not_found() => {}
        Err(Error::Rejected { messages, .. } | Error::Forbidden { messages, .. }) => {
            let name = part["name"].as_str().unwrap_or_default();
            left.push(format!("{what} \"{name}\": {}", messages.join("; ")));
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// A status of the whole site.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Status {
    id: String,
    name: String,
    category: String,
}

async fn statuses(jira: &Jira) -> jira::Result<Vec<Status>> {
    let found = list(jira, Call::get("/rest/api/3/statuses/search"), 200).await?;
    let of_site = found.iter().filter(|status| status.pointer("/scope/type").is_none_or(|scope| scope == "GLOBAL"));
    let text = |status: &Value, name: &str| status[name].as_str().unwrap_or_default().to_owned();
    let status = |status: &Value| {
        let id = status.get("id").and_then(id_text)?;
        Some(Status { id, name: text(status, "name"), category: text(status, "statusCategory") })
    };
    Ok(of_site.filter_map(status).collect())
}

/// The name of a workflow that has all statuses.
async fn workflow(jira: &Jira, statuses: &[Status]) -> jira::Result<String> {
    let call = Call::get("/rest/api/3/workflows/search").query("queryString", NAME);
    let taken = list(jira, call, 50).await?.iter().filter_map(workflow_statuses).collect();
    match choose(statuses, &taken) {
        Choice::Take(name) => Ok(name),
        Choice::Create(name) => {
            let body = workflow_body(&name, statuses)?;
            jira.done(Call::post("/rest/api/3/workflows/create").json(&body)).await?;
            Ok(name)
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Choice {
    Take(String),
    Create(String),
}

/// The first of our workflows that lacks nothing; otherwise a new one under the first name that is free.
fn choose(statuses: &[Status], taken: &BTreeMap<String, BTreeSet<String>>) -> Choice {
    let mut number = 1;
    loop {
        let name = if number == 1 { NAME.to_owned() } else { format!("{NAME} {number}") };
        match taken.get(&name) {
            None => return Choice::Create(name),
            Some(has) if statuses.iter().all(|status| has.contains(&status.id)) => return Choice::Take(name),
            Some(_) => number += 1,
        }
    }
}

/// A workflow's name and its statuses: in answers a reference to a status is its id.
fn workflow_statuses(workflow: &Value) -> Option<(String, BTreeSet<String>)> {
    let statuses = workflow["statuses"].as_array().into_iter().flatten();
    let ids = statuses.filter_map(|status| status.get("statusReference").and_then(id_text)).collect();
    Some((workflow["name"].as_str()?.to_owned(), ids))
}

/// One transition to each status from anywhere. New issues begin in the first status that means "to do".
fn workflow_body(name: &str, statuses: &[Status]) -> jira::Result<Value> {
    let first = statuses.iter().find(|status| status.category == "TODO").or_else(|| statuses.first());
    let Some(first) = first else {
        let reason = "the standby has no status of its own".to_owned();
        return Err(Error::Unexpected { call: "GET /rest/api/3/statuses/search".to_owned(), reason });
    };
    let mut transitions = vec![transition(1, "Create", "INITIAL", &first.id)];
    let places = (1..).zip(statuses);
    transitions.extend(places.map(|(place, status)| transition(10 * place + 1, &status.name, "GLOBAL", &status.id)));
    let used: Vec<Value> =
        statuses.iter().map(|status| json!({ "statusReference": status.id, "properties": {} })).collect();
    Ok(json!({
        "scope": { "type": "GLOBAL" },
        "statuses": declared(statuses),
        "workflows": [{ "name": name, "description": DESCRIPTION, "statuses": used, "transitions": transitions }],
    }))
}

/// The request that gives a workflow the statuses that it lacks, each reached from anywhere; `None` when it has them all.
fn widened(workflow: &Value, statuses: &[Status]) -> Option<Value> {
    let (_, has) = workflow_statuses(workflow)?;
    let lacking: Vec<&Status> = statuses.iter().filter(|status| !has.contains(&status.id)).collect();
    if lacking.is_empty() {
        return None;
    }
    let (mut places, mut transitions) =
        (workflow["statuses"].as_array()?.clone(), workflow["transitions"].as_array()?.clone());
    let number = |transition: &Value| transition.get("id").and_then(id_text)?.parse::<u32>().ok();
    let last = transitions.iter().filter_map(number).max().unwrap_or_default();
    for (next, status) in (1..).zip(lacking) {
        places.push(json!({ "statusReference": status.id, "properties": {} }));
        transitions.push(transition(last.saturating_add(10 * next), &status.name, "GLOBAL", &status.id));
    }
    Some(json!({
        "statuses": declared(statuses),
        "workflows": [{
            "id": workflow["id"],
            "version": workflow["version"],
            "description": DESCRIPTION,
            "statuses": places,
            "transitions": transitions,
        }],
    }))
}

/// Statuses as a request names those that it uses.
fn declared(statuses: &[Status]) -> Vec<Value> {
    let named = |status: &Status| json!({ "id": status.id, "name": status.name, "statusCategory": status.category, "statusReference": status.id });
    statuses.iter().map(named).collect()
}

fn transition(id: u32, name: &str, kind: &str, to: &str) -> Value {
    json!({
        "id": id.to_string(),
        "name": name,
        "description": "",
        "type": kind,
        "toStatusReference": to,
        "links": [],
        "actions": [],
        "validators": [],
        "triggers": [],
        "properties": {},
    })
}

async fn workflow_scheme(jira: &Jira, workflow: &str) -> jira::Result<u64> {
    let schemes = list(jira, Call::get("/rest/api/3/workflowscheme"), 50).await?;
    let ours = |scheme: &&Value| scheme["name"] == workflow && scheme["defaultWorkflow"] == workflow;
    if let Some(scheme) = schemes.iter().find(ours) {
        return number(scheme);
    }
    let body = json!({ "name": workflow, "description": DESCRIPTION, "defaultWorkflow": workflow });
    number(&jira.json(Call::post("/rest/api/3/workflowscheme").json(&body)).await?)
}

async fn notification_scheme(jira: &Jira) -> jira::Result<u64> {
    let schemes = list(jira, Call::get("/rest/api/3/notificationscheme"), 50).await?;
    if let Some(scheme) = schemes.iter().find(|scheme| scheme["name"] == NAME) {
        return number(scheme);
    }
    let description = "Made by Lifeboat for recovered projects. Sends nothing.";
    let body = json!({ "name": NAME, "description": description, "notificationSchemeEvents": [] });
    number(&jira.json(Call::post("/rest/api/3/notificationscheme").json(&body)).await?)
}

async fn list(jira: &Jira, call: Call, page: u32) -> jira::Result<Vec<Value>> {
    let label = call.label();
    let mut found = Vec::new();
    let mut items = jira.pages_offset(call, "values", page);
    while let Some(raw) = items.try_next().await? {
        let unreadable =
            |error: serde_json::Error| Error::Unexpected { call: label.clone(), reason: error.to_string() };
        found.push(serde_json::from_str(raw.get()).map_err(unreadable)?);
    }
    Ok(found)
}

/// The id of a scheme: a number here and a text there.
fn number(scheme: &Value) -> jira::Result<u64> {
    let id = scheme.get("id").and_then(id_text).and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::Unexpected { call: "scheme".to_owned(), reason: "its id is not told".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(id: &str, name: &str, category: &str) -> Status {
        Status { id: id.to_owned(), name: name.to_owned(), category: category.to_owned() }
    }

    #[test]
    fn every_status_is_reached_from_anywhere() {
        let statuses = [status("3", "Done", "DONE"), status("1", "Open", "TODO")];
        insta::assert_json_snapshot!(workflow_body(NAME, &statuses).unwrap(), @r#"
        {
          "scope": {
            "type": "GLOBAL"
          },
          "statuses": [
            {
              "id": "3",
              "name": "Done",
              "statusCategory": "DONE",
              "statusReference": "3"
            },
            {
              "id": "1",
              "name": "Open",
              "statusCategory": "TODO",
              "statusReference": "1"
            }
          ],
          "workflows": [
            {
              "description": "Made by Lifeboat for recovered projects. Every status can be reached in one step.",
              "name": "Lifeboat recovery",
              "statuses": [
                {
                  "properties": {},
                  "statusReference": "3"
                },
                {
                  "properties": {},
                  "statusReference": "1"
                }
              ],
              "transitions": [
                {
                  "actions": [],
                  "description": "",
                  "id": "1",
                  "links": [],
                  "name": "Create",
                  "properties": {},
                  "toStatusReference": "1",
                  "triggers": [],
                  "type": "INITIAL",
                  "validators": []
                },
                {
                  "actions": [],
                  "description": "",
                  "id": "11",
                  "links": [],
                  "name": "Done",
                  "properties": {},
                  "toStatusReference": "3",
                  "triggers": [],
                  "type": "GLOBAL",
                  "validators": []
                },
                {
                  "actions": [],
                  "description": "",
                  "id": "21",
                  "links": [],
                  "name": "Open",
                  "properties": {},
                  "toStatusReference": "1",
                  "triggers": [],
                  "type": "GLOBAL",
                  "validators": []
                }
              ]
            }
          ]
        }
        "#);
        assert!(workflow_body(NAME, &[]).is_err());
    }

    #[test]
    fn a_status_that_comes_later_is_added_with_a_way_to_it() {
        let statuses = [status("3", "Done", "DONE"), status("1", "Open", "TODO")];
        let workflow = json!({
            "id": "w", "version": { "id": "v", "versionNumber": 1 },  "name": NAME,
            "statuses": [{ "statusReference": "1", "properties": {} }],
            "transitions": [transition(1, "Create", "INITIAL", "1"), transition(11, "Open", "GLOBAL", "1")],
        });
        let body = widened(&workflow, &statuses).unwrap();
        assert_eq!(body["workflows"][0]["transitions"][2], transition(21, "Done", "GLOBAL", "3"));
        assert_eq!(body["workflows"][0]["statuses"][1]["statusReference"], "3");
        assert_eq!(body["workflows"][0]["version"]["versionNumber"], 1);
        assert_eq!(widened(&workflow, &statuses[1..]), None);
    }

    #[test]
    fn a_workflow_that_lacks_a_status_is_not_taken() {
        let statuses = [status("3", "Done", "DONE"), status("1", "Open", "TODO")];
        let answer = |name: &str, ids: &[&str]| {
            let statuses: Vec<Value> = ids.iter().map(|id| json!({ "statusReference": id })).collect();
            workflow_statuses(&json!({ "name": name, "statuses": statuses })).unwrap()
        };
        let choose =
            |taken: &[(&str, &[&str])]| choose(&statuses, &taken.iter().map(|(name, ids)| answer(name, ids)).collect());
        assert_eq!(choose(&[]), Choice::Create("Lifeboat recovery".to_owned()));
        assert_eq!(choose(&[(NAME, &["1", "3", "9"])]), Choice::Take("Lifeboat recovery".to_owned()));
        assert_eq!(choose(&[(NAME, &["1"])]), Choice::Create("Lifeboat recovery 2".to_owned()));
        assert_eq!(
            choose(&[(NAME, &["1"]), ("Lifeboat recovery 2", &["1", "3"])]),
            Choice::Take("Lifeboat recovery 2".to_owned())
        );
    }
}
