//! Who may see and change a filter.

use serde_json::{Value, json};

use super::SHARE;
use crate::kind::{KindName, Object};
use crate::kinds::support::{account_of, called, lose, text};
use crate::names::{Names, id_text};
use crate::translation::{Person, Translated, Translation};

pub(super) fn each<'a>(body: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> {
    body[member].as_array().into_iter().flatten()
}

fn id_of(share: &Value, member: &str, id: &str) -> Option<String> {
    share.get(member)?.get(id).and_then(id_text)
}

/// To whom a permission is given, by ids, the same whether asked for or told.
pub(super) fn recipient(share: &Value) -> String {
    let ids = [("user", "accountId"), ("group", "groupId"), ("project", "id"), ("role", "id")];
    let ids: Vec<String> = ids.into_iter().filter_map(|(member, id)| id_of(share, member, id)).collect();
    let kind = match text(share, "type") {
        "authenticated" => "loggedin",
        "projectRole" => "project",
        kind => kind,
    };
    [&[kind.to_owned()], &*ids].concat().join(" ")
}

/// Permissions by name, sorted.
pub(super) fn normal_shares(body: &Value, member: &str, names: &Names) -> Vec<String> {
    let normal = |share: &Value| {
        let named = |member: &str, kind: KindName| id_of(share, member, "id").map(|id| called(names, kind, &id));
        match text(share, "type") {
            "user" => format!("user {}", names.user(account_of(share, "user").unwrap_or_default())),
            "group" => {
                format!("group {}", group(share, names).map_or_else(String::new, |id| called(names, "group", &id)))
            }
            "project" | "projectRole" => {
                let project = named("project", "project").unwrap_or_default();
                let role = named("role", "project-role").map(|role| format!(", role {role}"));
                format!("project {project}{}", role.unwrap_or_default())
            }
            _ => recipient(share),
        }
    };
    let mut shares: Vec<String> = each(body, member).map(normal).collect();
    shares.sort_unstable();
    shares
}

/// The id of the group: the name alone stands for it on sites that do not tell ids.
fn group(share: &Value, names: &Names) -> Option<String> {
    let by_name = || names.named("group", share.pointer("/group/name")?.as_str()?).map(str::to_owned);
    id_of(share, "group", "groupId").or_else(by_name)
}

/// The permissions in the standby's ids; a loss for each that cannot be said there.
pub(super) fn shares(
    object: &Object,
    member: &str,
    path: &str,
    translation: &Translation,
    translated: &mut Translated,
) -> Vec<Value> {
    let mut shares = Vec::new();
    for share in each(&object.body, member) {
        match translated_share(share, translation) {
            Some(share) => shares.push(share),
            None => lose(translated, &SHARE, object, path, recipient(share)),
        }
    }
    shares
}

fn translated_share(share: &Value, translation: &Translation) -> Option<Value> {
    let target =
        |member: &str, kind: KindName| translation.target(kind, &id_of(share, member, "id")?).map(str::to_owned);
    Some(match text(share, "type") {
        "global" => json!({ "type": "global" }),
        "loggedin" | "authenticated" => json!({ "type": "authenticated" }),
        "user" => match translation.user(account_of(share, "user")?) {
            Person::Account(account) => json!({ "type": "user", "user": { "accountId": account } }),
            Person::Missing => return None,
        },
        "group" => {
            let group = translation.target("group", &group(share, &translation.source)?)?;
            json!({ "type": "group", "group": { "groupId": group } })
        }
        "project" | "projectRole" => {
            let mut body = json!({ "type": "project", "project": { "id": target("project", "project")? } });
            if share.get("role").is_some() {
                // Roles have numbers for ids.
                body["role"] = json!({ "id": target("role", "project-role")?.parse::<u64>().ok()? });
            }
            body
        }
        _ => return None,
    })
}
