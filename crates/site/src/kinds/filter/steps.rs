//! The requests by which a filter comes into being, one after the other.

use jira::{Call, Error, Jira, Safety};
use serde_json::{Value, json};

use super::SHARES;
use super::notes::{Claim, with, without};
use super::sharing::each;
use crate::kind::Made;
use crate::kinds::support::{flag, made, text};
use crate::translation::Translated;

const ONE: &str = "/rest/api/3/filter/{id}";

/// A name that no other filter of the recovery has.
pub(super) fn name_at_first(object: &Translated) -> String {
    const LONGEST: usize = 255;
    let end = format!(" ({})", object.source);
    let name: String = text(&object.value, "name").chars().take(LONGEST - end.len()).collect();
    name + &end
}

pub(super) async fn post(jira: &Jira, object: &Translated, query: &str, description: &str) -> jira::Result<Made> {
    let body =
        json!({ "name": name_at_first(object), "description": description, "jql": query, "sharePermissions": [] });
    made(&jira.json(Call::post("/rest/api/3/filter").json(&body)).await?)
}

pub(super) async fn read_one(jira: &Jira, id: &str) -> jira::Result<Value> {
    jira.json(Call::get(ONE).arg("id", id).query("overrideSharePermissions", true)).await
}

/// Whether Jira took it. What is neither taken nor refused is an error.
pub(super) fn accepted(result: jira::Result<()>) -> jira::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(Error::Rejected { .. } | Error::Forbidden { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Gives an unfinished filter its star, its permissions and its own name, which ends the claim. `there` is what it was, and
/// then has the name and the description that it has now.
pub(super) async fn furnish(jira: &Jira, object: &Translated, there: &mut Value, id: &str) -> jira::Result<()> {
    if flag(&object.value, "favourite") && !flag(there, "favourite") {
        let call = Call::put("/rest/api/3/filter/{id}/favourite").arg("id", id);
        accepted(jira.done(call.json(&json!({}))).await)?;
    }
    let mut body = json!({ "name": text(there, "name"), "description": text(there, "description") });
    for (member, _) in SHARES {
        share(jira, object, member, &mut body, id).await?;
    }
    let (description, origin) = (Claim::taken_off(text(there, "description")), text(&object.value, "origin"));
    let is_given_away = object.value["owner"].is_string();
    body["description"] = if is_given_away { description.to_owned() } else { with(description, origin) }.into();
    body["name"] = text(&object.value, "name").into();
    if !accepted(put(jira, id, &body).await)? {
        body["name"] = text(there, "name").into();
        body["description"] = with(description, origin).into();
        accepted(put(jira, id, &body).await)?;
    }
    for member in ["name", "description"] {
        there[member] = body[member].take();
    }
    Ok(())
}

async fn describe(jira: &Jira, id: &str, name: &str, description: &str) -> jira::Result<()> {
    put(jira, id, &json!({ "name": name, "description": description })).await
}

/// Gives the filter to its owner. While it is not theirs its description says whose it is.
pub(super) async fn give(jira: &Jira, object: &Translated, there: &Value, id: &str, account: &str) -> jira::Result<()> {
    let (name, description) = (text(there, "name"), text(there, "description"));
    let origin = text(&object.value, "origin");
    // Only who owns it may change it, so an earlier attempt's note goes first.
    let is_called_so = name == text(&object.value, "name");
    let own = if is_called_so { without(description, origin) } else { description };
    if own != description {
        accepted(describe(jira, id, name, own).await)?;
    }
    let call = Call::put("/rest/api/3/filter/{id}/owner").arg("id", id).json(&json!({ "accountId": account }));
    if !accepted(jira.done(call).await)? {
        accepted(describe(jira, id, name, &with(own, origin)).await)?;
    }
    Ok(())
}

/// All permissions at once, or else one more at a time: each that Jira takes.
async fn share(jira: &Jira, object: &Translated, member: &str, body: &mut Value, id: &str) -> jira::Result<()> {
    body[member] = object.value[member].clone();
    if object.value[member] == json!([]) || accepted(put(jira, id, body).await)? {
        return Ok(());
    }
    let mut taken = Vec::new();
    for share in each(&object.value, member) {
        taken.push(share.clone());
        body[member] = json!(taken);
        if !accepted(put(jira, id, body).await)? {
            taken.pop();
        }
    }
    body[member] = json!(taken);
    Ok(())
}

/// One of several edits of the same filter. Repeated at once after a lost answer, it could land for a second time over the
/// edit that comes after it; so the caller is told, who waits, and begins with what the filter is then.
async fn put(jira: &Jira, id: &str, body: &Value) -> jira::Result<()> {
    let call = Call::put(ONE).arg("id", id).query("overrideSharePermissions", true).json(body);
    jira.done(call.safety(Safety::Once)).await
}
