//! Small readings of JSON, and the ways from one site's values to the other's.

use jira::Error;
use serde_json::Value;

use crate::kind::{KindName, Made, Object};
use crate::losses::{Loss, Occurrence};
use crate::names::{Names, id_text};
use crate::translation::{Person, Translated, Translation};

/// A text member; empty when absent or null, which Jira does not tell apart from empty.
pub(in crate::kinds) fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A member that is true or false; false when absent.
pub(in crate::kinds) fn flag(body: &Value, name: &str) -> bool {
    body.get(name).and_then(Value::as_bool).unwrap_or_default()
}

/// A member that is a list of ids or texts; empty when absent.
pub(in crate::kinds) fn texts(body: &Value, name: &str) -> Vec<String> {
    let members = body.get(name).and_then(Value::as_array).into_iter().flatten();
    members.filter_map(|member| member.as_str().map(str::to_owned).or_else(|| id_text(member))).collect()
}

/// The account in a member that is a user (`{"accountId": …}`).
pub(in crate::kinds) fn account_of<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    body.get(name)?.get("accountId")?.as_str()
}

/// What the object with this id is called, or its id in angle brackets when it is not known.
pub(in crate::kinds) fn called(names: &Names, kind: KindName, id: &str) -> String {
    names.identity(kind, id).map_or_else(|| format!("<{id}>"), str::to_owned)
}

/// Where an object went, as the number that some requests want.
pub(in crate::kinds) fn target_number(translation: &Translation, kind: KindName, source: &str) -> Option<u64> {
    translation.target(kind, source)?.parse().ok()
}

/// The standby's accounts for accounts of the source; a loss at `path` for each that is missing there.
pub(in crate::kinds) fn people(
    translation: &Translation,
    accounts: &[String],
    translated: &mut Translated,
    (loss, object, path): (&Loss, &Object, &str),
) -> Vec<String> {
    let mut found = Vec::new();
    for account in accounts {
        match translation.user(account) {
            Person::Account(target) => found.push(target.to_owned()),
            Person::Missing => lose(translated, loss, object, path, account),
        }
    }
    found
}

/// Names something that cannot be said on the standby.
pub(in crate::kinds) fn lose(
    translated: &mut Translated,
    loss: &Loss,
    object: &Object,
    path: &str,
    detail: impl ToString,
) {
    translated.losses.push(Occurrence {
        loss: loss.id.to_owned(),
        kind: object.kind.to_owned(),
        key: object.key.clone(),
        path: path.to_owned(),
        detail: detail.to_string(),
    });
}

/// What Jira says it made: its id is a text here and a number there.
pub(in crate::kinds) fn made(answer: &Value) -> jira::Result<Made> {
    let id = answer.get("id").or_else(|| answer.get("groupId")).and_then(id_text);
    id.map(Made::new).ok_or_else(|| Error::Unexpected {
        call: "creation".to_owned(),
        reason: "the answer does not tell the id of what was made".to_owned(),
    })
}

/// The id of the team-managed project that something belongs to (`{"scope": {"type": "PROJECT", "project": {"id": …}}}`).
pub(in crate::kinds) fn scope(body: &Value) -> Option<String> {
    let scope = body.get("scope").filter(|scope| scope["type"] == "PROJECT")?;
    Some(scope.pointer("/project/id").and_then(id_text).unwrap_or_default())
}

/// A name, told apart from the same name in team-managed projects. What belongs to such a project has no counterpart on
/// another site, where the project would have another id: its identity names its site too, so that it never matches there.
pub(in crate::kinds) fn scoped_identity(name: &str, object: &Object, names: &Names) -> String {
    match scope(&object.body) {
        Some(project) => {
            let site = names.addresses.first().map(String::as_str).unwrap_or_default();
            format!("{name} (project {project} of {site})")
        }
        None => name.to_owned(),
    }
}
