//! Users: accounts belong to Atlassian, so they are never created, only recognised.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use futures::TryStreamExt;
use jira::{Call, Jira};
use serde_json::{Value, json};

use super::support::{key, text};
use crate::kind::{Kind, KindName, Made, Object, SiteKind, Writer};
use crate::losses::Loss;
use crate::names::Names;
use crate::sink::{self, Sink};
use crate::translation::{Person, Translated, Translation};

/// The kind `user`.
pub struct User;

const MISSING: Loss = Loss {
    id: "user.missing",
    what: "A user who has no account on the standby",
    instead: "The account chosen for missing users stands in where Jira needs somebody; the user's name is kept in the \
              `lifeboat` property and in the first line of comments",
    always: false,
};
const PROFILE: Loss = Loss {
    id: "user.profile",
    what: "Names, avatars, time zones, languages and preferences of users",
    instead: "They belong to the Atlassian account, which is the same on every site",
    always: true,
};

/// Jira gives up to 1000 users at once (matrix §1).
const PAGE: u32 = 1000;

impl Kind for User {
    fn name(&self) -> KindName {
        "user"
    }

    fn title(&self) -> &'static str {
        "users"
    }

    fn depends_on(&self) -> &'static [KindName] {
        &[]
    }

    fn losses(&self) -> &'static [Loss] {
        &[MISSING, PROFILE]
    }

    fn normal(&self, object: &Object, names: &Names) -> Value {
        json!({ "account": names.user(&object.key) })
    }
}

#[async_trait]
impl SiteKind for User {
    async fn read(&self, jira: &Jira, sink: &mut dyn Sink) -> sink::Result<()> {
        let call = Call::get("/rest/api/3/users/search");
        let label = call.label();
        let mut users = jira.pages_array(call, PAGE);
        while let Some(raw) = users.try_next().await? {
            let key = key(&label, &raw, "accountId")?;
            sink.put(self.name(), key, None, raw).await?;
        }
        Ok(())
    }

    fn identity(&self, object: &Object, names: &Names) -> String {
        names.user(&object.key).to_owned()
    }

    fn cannot_create(&self, object: &Object) -> Option<String> {
        Some(match object.body.get("active") {
            Some(Value::Bool(false)) => "deactivated on the source, and accounts belong to Atlassian".to_owned(),
            _ => "accounts belong to Atlassian: invite them to the standby, or map them to other accounts".to_owned(),
        })
    }

    fn translate(&self, object: &Object, translation: &Translation) -> Translated {
        let mut translated = Translated { source: object.key.clone(), ..Translated::default() };
        match translation.user(&object.key) {
            Person::Account(account) => translated.value = json!({ "accountId": account }),
            Person::Missing => {
                translated.cannot = self.cannot_create(object);
                super::support::lose(&mut translated, &MISSING, object, "", text(&object.body, "displayName"));
            }
        }
        translated
    }

    async fn create(&self, _writer: &Writer, objects: &[Translated]) -> Vec<jira::Result<Made>> {
        let refusal = |object: &Translated| {
            let messages = vec![object.cannot.clone().unwrap_or_else(|| "accounts belong to Atlassian".to_owned())];
            Err(jira::Error::Rejected { call: "user".to_owned(), status: 400, messages, fields: Vec::new() })
        };
        objects.iter().map(refusal).collect()
    }
}

/// Who the users of the source are on the standby.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// From accounts of the source to accounts of the standby: for [`Translation::bind_user`].
    pub accounts: BTreeMap<String, String>,
    /// Users of the source who are nobody on the standby.
    pub missing: Vec<Missing>,
}

/// A user of the source who is nobody on the standby.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The account on the source.
    pub account: String,
    /// Display name.
    pub name: String,
    /// E-mail address, where the profile shows it.
    pub email: Option<String>,
    /// Whether the account may sign in on the source: those who cannot are rarely missed.
    pub active: bool,
    /// Why nobody was found.
    pub reason: String,
}

impl Mapping {
    /// From accounts of the standby to accounts of the source: for `users` of the standby's [`Names`]. Where several
    /// accounts of the source became one, it stands for itself if it is one of them, otherwise for the first.
    pub fn reversed(&self) -> HashMap<String, String> {
        let mut reversed = HashMap::new();
        for (source, target) in &self.accounts {
            if source == target || !reversed.contains_key(target) {
                reversed.insert(target.clone(), source.clone());
            }
        }
        reversed
    }
}

/// Finds the users of the source on the standby: as `overrides` say (source account to standby account); then by the same
/// account; then by the same e-mail address, where both profiles show it and it is one active account's of the same type.
pub fn map(source: &[Object], standby: &[Object], overrides: &BTreeMap<String, String>) -> Mapping {
    let there: HashMap<&str, &Object> = standby.iter().map(|user| (user.key.as_str(), user)).collect();
    let mut by_email: HashMap<(String, &str), Vec<&str>> = HashMap::new();
    for user in standby.iter().filter(|user| is_active(user)) {
        if let Some(email) = email(user) {
            by_email.entry((email, text(&user.body, "accountType"))).or_default().push(&user.key);
        }
    }
    let mut mapping = Mapping::default();
    for user in source {
        let same_email = || {
            let found = by_email.get(&(email(user)?, text(&user.body, "accountType")))?;
            (found.len() == 1).then(|| found[0].to_owned())
        };
        let found = match overrides.get(&user.key) {
            Some(chosen) if there.contains_key(chosen.as_str()) => Ok(chosen.clone()),
            Some(chosen) => Err(format!("the account {chosen} that was chosen instead is not on the standby")),
            None if there.contains_key(user.key.as_str()) => Ok(user.key.clone()),
            None => {
                same_email().ok_or_else(|| "neither the account nor its e-mail address is on the standby".to_owned())
            }
        };
        match found {
            Ok(target) => drop(mapping.accounts.insert(user.key.clone(), target)),
            Err(reason) => mapping.missing.push(Missing {
                account: user.key.clone(),
                name: text(&user.body, "displayName").to_owned(),
                email: email(user),
                active: is_active(user),
                reason,
            }),
        }
    }
    mapping
}

fn email(user: &Object) -> Option<String> {
    let email = text(&user.body, "emailAddress").trim().to_lowercase();
    (!email.is_empty()).then_some(email)
}

fn is_active(user: &Object) -> bool {
    user.body.get("active").and_then(Value::as_bool).unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::support::testing::{arrives, names, object, translation};

    fn user(account: &str, email: Option<&str>, active: bool) -> Object {
        let body = json!({ "accountId": account, "displayName": account.to_uppercase(), "emailAddress": email,
            "active": active, "accountType": "atlassian" });
        object(&User, account, body)
    }

    #[test]
    fn users_are_found_by_choice_then_account_then_address() {
        let source = [
            user("same", None, false),
            user("moved", Some("Ann@example.org"), true),
            user("chosen", Some("ann@example.org"), true),
            user("gone", None, false),
            user("twice", Some("shared@example.org"), true),
            user("wrong", None, true),
        ];
        let standby = [
            user("same", None, false),
            user("ann", Some("ann@example.org"), true),
            user("boss", None, true),
            user("one", Some("shared@example.org"), true),
            user("two", Some("shared@example.org"), true),
            user("asleep", Some("ann@example.org"), false),
        ];
        let overrides =
            [("chosen", "boss"), ("wrong", "nobody")].map(|(from, to)| (from.to_owned(), to.to_owned())).into();
        let mapping = map(&source, &standby, &overrides);
        insta::assert_debug_snapshot!(mapping.accounts, @r#"
        {
            "chosen": "boss",
            "moved": "ann",
            "same": "same",
        }
        "#);
        let missing: Vec<_> = mapping.missing.iter().map(|one| (&*one.account, one.active, &*one.reason)).collect();
        insta::assert_debug_snapshot!(missing, @r#"
        [
            (
                "gone",
                false,
                "neither the account nor its e-mail address is on the standby",
            ),
            (
                "twice",
                true,
                "neither the account nor its e-mail address is on the standby",
            ),
            (
                "wrong",
                true,
                "the account nobody that was chosen instead is not on the standby",
            ),
        ]
        "#);
    }

    #[test]
    fn one_account_for_several_stands_for_itself() {
        let accounts = [("a", "m"), ("m", "m"), ("z", "m")].map(|(from, to)| (from.to_owned(), to.to_owned())).into();
        let mapping = Mapping { accounts, missing: Vec::new() };
        assert_eq!(mapping.reversed()["m"], "m");
    }

    #[test]
    fn a_mapped_user_is_the_same_on_both_sides() {
        let mut translation = translation();
        translation.bind_user("ann", "ann-2");
        translation.standby.users.insert("ann-2".to_owned(), "ann".to_owned());
        arrives(&User, &translation, &user("ann", None, true), &user("ann-2", None, true));
        assert_eq!(User.identity(&user("ann", None, true), &names()), "ann");
        assert!(User.translate(&user("bob", None, true), &translation).cannot.is_some());
    }
}
