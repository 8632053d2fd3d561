//! From the source's ids to the standby's.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::by_kind::ByKind;
use crate::kind::KindName;
use crate::losses::Occurrence;
use crate::names::Names;

/// What an object becomes on the standby, and what is lost on the way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Translated {
    /// Key of the object in the vault.
    pub source: String,
    /// What to write, in the standby's ids.
    pub value: Value,
    /// What cannot be said there.
    pub losses: Vec<Occurrence>,
    /// Why it cannot be written at all: what it belongs to is not on the standby. Such an object is not given to `create`.
    pub cannot: Option<String>,
}

/// Who a user of the source is on the standby.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Person<'a> {
    /// This account.
    Account(&'a str),
    /// Nobody: the account has no access to the standby and no fallback was chosen.
    Missing,
}

/// From the source's ids to the standby's, grown while kinds are restored in their order. A clone shares what both know.
#[derive(Clone, Debug, Default)]
pub struct Translation {
    targets: ByKind,
    /// Options by field and own id, without the context, which issues do not tell.
    options: Arc<HashMap<(String, String), String>>,
    users: Arc<HashMap<String, String>>,
    fallback: Option<String>,
    /// What the source's ids are called.
    pub source: Names,
    /// What the standby's ids are called.
    pub standby: Names,
    /// Issue keys that could not be kept: from the source's to the standby's.
    pub redirects: HashMap<String, String>,
}

impl Translation {
    /// Says where an object went.
    pub fn bind(&mut self, kind: KindName, source: impl Into<Arc<str>>, target: impl Into<Arc<str>>) {
        let (source, target): (Arc<str>, Arc<str>) = (source.into(), target.into());
        if kind == "field-option"
            && let (Some((field, _)), Some((_, option))) = (source.split_once('/'), source.rsplit_once('/'))
        {
            let target = target.rsplit_once('/').map_or(&*target, |(_, option)| option);
            Arc::make_mut(&mut self.options).insert((field.to_owned(), option.to_owned()), target.to_owned());
        }
        self.targets.insert(kind, source, target);
    }

    /// Takes back where an object went: what would be said if it were not there.
    pub fn unbind(&mut self, kind: KindName, source: &str) {
        if kind == "field-option"
            && let (Some((field, _)), Some((_, option))) = (source.split_once('/'), source.rsplit_once('/'))
        {
            Arc::make_mut(&mut self.options).remove(&(field.to_owned(), option.to_owned()));
        }
        self.targets.remove(kind, source);
    }

    /// The standby's id of an option, by the source's ids of its field and of itself: issues do not tell the context.
    pub fn option(&self, field: &str, option: &str) -> Option<&str> {
        self.options.get(&(field.to_owned(), option.to_owned())).map(String::as_str)
    }

    /// Where an object went.
    pub fn target(&self, kind: KindName, source: &str) -> Option<&str> {
        self.targets.get(kind, source)
    }

    /// Says who a user of the source is on the standby.
    pub fn bind_user(&mut self, source: impl Into<String>, target: impl Into<String>) {
        Arc::make_mut(&mut self.users).insert(source.into(), target.into());
    }

    /// Sets the account that stands for users who are missing on the standby.
    pub fn set_fallback(&mut self, account: Option<String>) {
        self.fallback = account;
    }

    /// Who a user of the source is on the standby: the same account if it is there, the mapped one, or nobody.
    pub fn user(&self, account: &str) -> Person<'_> {
        self.users.get(account).map_or(Person::Missing, |target| Person::Account(target))
    }

    /// The account that stands for missing users, if one was chosen.
    pub fn fallback(&self) -> Option<&str> {
        self.fallback.as_deref()
    }

    /// The standby's key of an issue of the source.
    pub fn issue_key<'a>(&'a self, key: &'a str) -> &'a str {
        self.redirects.get(key).map_or(key, String::as_str)
    }

    /// An address inside the source site as an address inside the standby, with redirected keys; others unchanged.
    pub fn address(&self, address: &str) -> String {
        let Some(standby) = self.standby.addresses.first() else { return address.to_owned() };
        let Some(rest) = self.source.addresses.iter().find_map(|site| address.strip_prefix(site.as_str())) else {
            return address.to_owned();
        };
        if !(rest.is_empty() || rest.starts_with(['/', '?', '#'])) {
            return address.to_owned();
        }
        match rest.strip_prefix("/browse/") {
            Some(tail) => {
                let end = tail.find(['?', '#', '/']).unwrap_or(tail.len());
                format!("{standby}/browse/{}{}", self.issue_key(&tail[..end]), &tail[end..])
            }
            None => format!("{standby}{rest}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_is_nowhere() {
        let mut translation = Translation::default();
        translation.bind("field-option", "customfield_1/5/9", "customfield_2/6/10");
        translation.bind("priority", "1", "2");
        assert_eq!(translation.option("customfield_1", "9"), Some("10"));
        translation.unbind("field-option", "customfield_1/5/9");
        translation.unbind("priority", "1");
        assert_eq!(translation.option("customfield_1", "9"), None);
        assert_eq!(translation.target("field-option", "customfield_1/5/9"), None);
        assert_eq!(translation.target("priority", "1"), None);
    }
}
