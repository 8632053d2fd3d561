//! What the ids of a site are called: one [`Names`] for each side.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::Value;

use crate::by_kind::ByKind;
use crate::kind::{KindName, Object, SiteKind};

/// What a custom or system field is, as `GET /rest/api/3/field` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// `summary`, `customfield_10011`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// `schema.type`: `string`, `array`, `user`, `option`…
    pub kind: String,
    /// `schema.items` of an array.
    pub items: Option<String>,
    /// `schema.custom`, the type of a custom field: `com.atlassian.jira.plugin.system.customfieldtypes:textarea`.
    pub custom: Option<String>,
    /// `schema.system`, the name of a system field.
    pub system: Option<String>,
}

/// The names of one side: what each id means there, in words that mean the same on both sides.
///
/// Holds configuration and users only (bounded by the site's settings, not by its issues). Issues are named by their key,
/// which stands beside their id wherever Jira mentions one. A clone shares what both know.
#[derive(Clone, Debug, Default)]
pub struct Names {
    identities: ByKind,
    ids: ByKind,
    fields: Arc<BTreeMap<String, Field>>,
    /// Addresses of this site (`https://host`), all written as `{site}` in normal forms.
    pub addresses: Vec<String>,
    /// Keys on this side that stand for another key on the source: the redirect map, reversed. Empty for the source itself.
    pub redirects: HashMap<String, String>,
    /// Users on this side that stand for another user of the source. Empty for the source itself.
    pub users: HashMap<String, String>,
}

impl Names {
    /// Learns the objects of a kind. Kinds must be taken in the order of the registry, because the identity of one is told
    /// in the identities of others. Objects with an identity that is taken are numbered (`#2`) in the order of their ids; a
    /// name that itself ends like that is numbered from the first on (`Gate #2#1`), so that no name passes for a number.
    /// Learning the same objects again changes nothing.
    pub fn learn(&mut self, kind: &dyn SiteKind, objects: &[Object]) {
        let mut order: Vec<&Object> = objects.iter().collect();
        order.sort_by(|one, two| (one.key.len(), &one.key).cmp(&(two.key.len(), &two.key)));
        for object in order {
            let plain = kind.identity(object, self);
            let identity = (1..=u32::MAX)
                .map(|number| numbered(&plain, number))
                .find(|candidate| self.id(kind.name(), candidate).is_none_or(|id| id == object.key))
                .unwrap_or(plain);
            self.bind(kind.name(), object.key.clone(), identity);
        }
    }

    /// Says what one object is called.
    pub fn bind(&mut self, kind: KindName, id: String, identity: String) {
        let (id, identity): (Arc<str>, Arc<str>) = (id.into(), identity.into());
        self.ids.insert(kind, identity.clone(), id.clone());
        self.identities.insert(kind, id, identity);
    }

    /// What the object with this id is called.
    pub fn identity(&self, kind: KindName, id: &str) -> Option<&str> {
        self.identities.get(kind, id)
    }

    /// The id of what is called so.
    pub fn id(&self, kind: KindName, identity: &str) -> Option<&str> {
        self.ids.get(kind, identity)
    }

    /// The id of the first object with this name, whatever its name ends with.
    pub fn named(&self, kind: KindName, name: &str) -> Option<&str> {
        self.id(kind, &numbered(name, 1))
    }

    /// All objects of a kind: their ids, and what they are called.
    pub fn of_kind(&self, kind: KindName) -> impl Iterator<Item = (&str, &str)> {
        self.identities.of_kind(kind)
    }

    /// Remembers what a field is; see [`Field`].
    pub fn learn_field(&mut self, field: Field) {
        Arc::make_mut(&mut self.fields).insert(field.id.clone(), field);
    }

    /// What the field with this id is.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.get(id)
    }

    /// All fields, by id.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.values()
    }

    /// The source's name for a user of this side.
    pub fn user<'a>(&'a self, account: &'a str) -> &'a str {
        self.users.get(account).map_or(account, String::as_str)
    }

    /// The source's name for an issue key of this side.
    pub fn issue<'a>(&'a self, key: &'a str) -> &'a str {
        self.redirects.get(key).map_or(key, String::as_str)
    }

    /// A text with this site's addresses replaced by `{site}`.
    pub fn text(&self, text: &str) -> String {
        self.addresses.iter().fold(text.to_owned(), |text, address| text.replace(address.as_str(), "{site}"))
    }

    /// The name of a referenced object (`{"id": "10001", …}`), or its id in angle brackets when it is not known.
    pub fn reference(&self, kind: KindName, value: &Value) -> Value {
        let Some(id) = value.get("id").and_then(id_text) else { return Value::Null };
        Value::String(self.identity(kind, &id).map_or_else(|| format!("<{id}>"), str::to_owned))
    }
}

fn numbered(plain: &str, number: u32) -> String {
    let ends_like_a_number = plain.trim_end_matches(|letter: char| letter.is_ascii_digit()).ends_with('#');
    if number == 1 && !ends_like_a_number { plain.to_owned() } else { format!("{plain}#{number}") }
}

/// An identity without the number that tells it from others of the same name; see [`Names::learn`].
pub fn unnumbered(identity: &str) -> &str {
    match identity.rsplit_once('#') {
        Some((plain, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => plain,
        _ => identity,
    }
}

/// The longest id that is taken for one. Those of Jira are numbers, UUIDs and names of fields of apps.
const LONGEST_ID: usize = 255;

/// An id as text, whether Jira wrote it as a string or as a number. Nothing for what cannot be an id: taken for one, nobody
/// would ever find what it stands for.
pub fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => {
            let is_id = !text.is_empty() && text.len() <= LONGEST_ID && !text.contains(is_strange);
            is_id.then(|| text.clone())
        }
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn is_strange(character: char) -> bool {
    character.is_whitespace() || character.is_control()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::resolution::Resolution;

    fn names(called: &[&str]) -> Names {
        let object = |(id, name): (usize, &&str)| Object {
            kind: "resolution",
            key: id.to_string(),
            body: json!({ "id": id.to_string(), "name": name }),
        };
        let objects: Vec<Object> = called.iter().enumerate().map(object).collect();
        let mut names = Names::default();
        names.learn(&Resolution, &objects);
        names
    }

    fn identities(called: &[&str]) -> Vec<String> {
        let names = names(called);
        let identity = |id: usize| names.identity("resolution", &id.to_string()).unwrap().to_owned();
        (0..called.len()).map(identity).collect()
    }

    #[test]
    fn objects_of_one_name_are_numbered_in_the_order_of_their_ids() {
        assert_eq!(identities(&["Done", "Done", "Won't do", "Done"]), ["Done", "Done#2", "Won't do", "Done#3"]);
    }

    /// In whatever order: the second "Done" is never taken for the one that is really called "Done#2".
    #[test]
    fn a_name_that_ends_like_a_number_is_told_from_a_number() {
        assert_eq!(identities(&["Done", "Done", "Done#2", "C#"]), ["Done", "Done#2", "Done#2#1", "C##1"]);
        assert_eq!(identities(&["Done#2", "Done", "Done", "Done#2"]), ["Done#2#1", "Done", "Done#2", "Done#2#2"]);
        for name in ["Done", "Done#2", "C#", "#", "#7", "Gate #2 north"] {
            for identity in identities(&[name, name, name]) {
                assert_eq!(unnumbered(&identity), name);
            }
        }
    }

    #[test]
    fn what_cannot_be_an_id_is_none() {
        for id in ["10000", "customfield_10001", "557058:1ae1fcc4-4059-4fe8-916f-1df9ba651481", "com.app__a-field"] {
            assert_eq!(id_text(&json!(id)).as_deref(), Some(id));
        }
        assert_eq!(id_text(&json!(7)).as_deref(), Some("7"));
        for strange in [json!(""), json!("1\u{0}"), json!("1 2"), json!("1".repeat(256)), json!(["1"]), json!(null)] {
            assert_eq!(id_text(&strange), None);
        }
    }
}
