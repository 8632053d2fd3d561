//! Actors of roles: users and groups. Used by a role's defaults and by its actors in a project.

use serde_json::{Value, json};

use super::values::lose;
use crate::kind::Object;
use crate::losses::Loss;
use crate::names::Names;
use crate::translation::{Translated, Translation};

/// The actors in a role's JSON.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::kinds) struct Actors {
    /// Accounts.
    pub(in crate::kinds) users: Vec<String>,
    /// Groups: id and name.
    groups: Vec<(String, String)>,
}

impl Actors {
    /// Takes them from the member `actors`.
    pub(in crate::kinds) fn of(body: &Value) -> Self {
        let actors = body.get("actors").and_then(Value::as_array);
        let mut found = Self::default();
        for actor in actors.into_iter().flatten() {
            let member = |pointer: &str| actor.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
            if let Some(account) = member("/actorUser/accountId") {
                found.users.push(account);
            } else if let Some(name) = member("/actorGroup/name").or_else(|| member("/actorGroup/displayName")) {
                found.groups.push((member("/actorGroup/groupId").unwrap_or_default(), name));
            }
        }
        found
    }

    /// The ids of the groups.
    pub(in crate::kinds) fn group_ids(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().map(|(id, _)| id.as_str())
    }

    /// The same on both sites.
    pub(in crate::kinds) fn normal(&self, names: &Names) -> (Value, Value) {
        let mut users: Vec<&str> = self.users.iter().map(|account| names.user(account)).collect();
        let mut groups: Vec<&str> =
            self.groups.iter().map(|(id, name)| names.identity("group", id).unwrap_or(name)).collect();
        users.sort_unstable();
        groups.sort_unstable();
        (json!(users), json!(groups))
    }

    /// The accounts and group ids on the standby; a loss for each actor that is not there.
    pub(in crate::kinds) fn translate(
        &self,
        translation: &Translation,
        translated: &mut Translated,
        (user_loss, group_loss, object): (&Loss, &Loss, &Object),
    ) -> (Vec<String>, Vec<String>) {
        let users = super::people(translation, &self.users, translated, (user_loss, object, "/users"));
        let mut groups = Vec::new();
        for (id, name) in &self.groups {
            match translation.target("group", id) {
                Some(target) => groups.push(target.to_owned()),
                None => lose(translated, group_loss, object, "/groups", name),
            }
        }
        (users, groups)
    }
}
