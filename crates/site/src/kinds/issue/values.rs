//! Field values that name something, from the source's ids to the standby's.

use serde_json::{Value, json};

use super::losses::{ASSIGNEE, GROUP, OPTION, REFERENCE, REPORTER, USER};
use super::shape::Shape;
use crate::kind::KindName;
use crate::kinds::shared::account;
use crate::losses::Loss;
use crate::names::{id_text, unnumbered};
use crate::translation::{Person, Translation};

/// Translates the values of one field.
pub(super) struct Values<'a> {
    /// From the source's ids to the standby's.
    pub translation: &'a Translation,
    /// Id of the field on the source.
    pub field: &'a str,
    /// What has no counterpart: the loss, and the name of what is lost.
    pub lost: Vec<(&'static Loss, String)>,
}

impl Values<'_> {
    /// The value in the standby's ids; `null` or empty when nothing of it is there.
    pub(super) fn translate(&mut self, shape: Shape, value: &Value) -> Value {
        match shape {
            Shape::User => self.user(value),
            Shape::Users => self.each(value, Self::user),
            Shape::Option => self.option(value),
            Shape::Options => self.each(value, Self::option),
            Shape::Cascade => self.cascade(value),
            Shape::Reference(kind) => self.reference(kind, value),
            Shape::References(kind) => self.each(value, |values, value| values.reference(kind, value)),
            Shape::Group => self.group(value),
            Shape::Groups => self.each(value, Self::group),
            _ => value.clone(),
        }
    }

    fn each(&mut self, value: &Value, mut translate: impl FnMut(&mut Self, &Value) -> Value) -> Value {
        let values = value.as_array().map_or(&[][..], Vec::as_slice);
        let translated = values.iter().map(|value| translate(self, value));
        translated.filter(|value| !value.is_null()).collect()
    }

    fn user(&mut self, value: &Value) -> Value {
        let Some(source) = account(value) else { return Value::Null };
        // Jira takes no deactivated account as assignee or reporter (auth.md §8). An account is deactivated everywhere.
        let refused = |target: &str| {
            matches!(self.field, "assignee" | "reporter") && target == source && value["active"] == Value::Bool(false)
        };
        if let Person::Account(target) = self.translation.user(source)
            && !refused(target)
        {
            return json!({ "accountId": target });
        }
        let name = value["displayName"].as_str().unwrap_or(source).to_owned();
        match self.field {
            "assignee" => self.lost.push((&ASSIGNEE, name)),
            "reporter" => {
                self.lost.push((&REPORTER, name));
                return self.translation.fallback().map_or(Value::Null, |fallback| json!({ "accountId": fallback }));
            }
            _ => self.lost.push((&USER, name)),
        }
        Value::Null
    }

    fn option(&mut self, value: &Value) -> Value {
        let id = value.get("id").and_then(id_text).unwrap_or_default();
        if let Some(target) = self.translation.option(self.field, &id) {
            return json!({ "id": target });
        }
        self.lost.push((&OPTION, value["value"].as_str().unwrap_or(&id).to_owned()));
        Value::Null
    }

    fn cascade(&mut self, value: &Value) -> Value {
        let mut parent = self.option(value);
        if parent.is_object()
            && let Some(child) = value.get("child").filter(|child| child.is_object())
        {
            let child = self.option(child);
            if !child.is_null() {
                parent["child"] = child;
            }
        }
        parent
    }

    fn reference(&mut self, kind: KindName, value: &Value) -> Value {
        let id = value.get("id").and_then(id_text).unwrap_or_default();
        if let Some(target) = self.translation.target(kind, &id) {
            return json!({ "id": target });
        }
        self.lost.push((&REFERENCE, format!("{kind} {}", value["name"].as_str().unwrap_or(&id))));
        Value::Null
    }

    fn group(&mut self, value: &Value) -> Value {
        let id = value.get("groupId").and_then(Value::as_str).unwrap_or_default();
        if let Some(name) =
            self.translation.target("group", id).and_then(|id| self.translation.standby.identity("group", id))
        {
            return json!({ "name": unnumbered(name) });
        }
        self.lost.push((&GROUP, value["name"].as_str().unwrap_or(id).to_owned()));
        Value::Null
    }
}
