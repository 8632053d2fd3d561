//! An issue as it came, and what the vault keeps of it.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::value::RawValue;

use crate::kinds::shared::time;
use crate::members::Members;

/// The members of `fields` that are cut short in this answer and are objects of their own.
const OWN_KINDS: [&str; 2] = ["comment", "worklog"];

/// An issue as `issue/bulkfetch` gave it with `fields: ["*all"]`.
#[derive(Clone, Debug)]
pub struct FetchedIssue {
    /// Id on its site.
    pub id: String,
    /// Key on its site.
    pub key: String,
    /// `fields.updated`.
    pub updated: Option<Timestamp>,
    /// The members of the issue.
    pub members: Members,
    /// The members of `fields`.
    pub fields: Members,
}

impl FetchedIssue {
    /// Takes an issue of an answer apart.
    ///
    /// # Errors
    /// When it is not an object with `id` (a number as text: what hangs on the issue is kept under it) and `key`.
    pub fn parse(raw: &RawValue) -> serde_json::Result<Self> {
        let members = Members::parse(raw)?;
        let text = |name: &str| -> serde_json::Result<String> {
            let value =
                members.get(name).ok_or_else(|| serde_json::Error::custom(format!("an issue without `{name}`")))?;
            serde_json::from_str(value.get())
        };
        let (id, key) = (text("id")?, text("key")?);
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(serde_json::Error::custom("the `id` of an issue is not a number"));
        }
        let fields = members.get("fields").map(Members::parse).transpose()?.unwrap_or_default();
        let updated = fields.get("updated").and_then(|value| serde_json::from_str::<String>(value.get()).ok());
        let updated = updated.as_deref().and_then(time::parse);
        Ok(Self { id, key, updated, members, fields })
    }

    /// What the vault keeps as the issue: all of it, apart from the embedded comments and worklogs, which are cut short in
    /// this answer and are objects of their own.
    ///
    /// # Errors
    /// Never in practice: only strings are written.
    pub fn body(&self) -> serde_json::Result<Box<RawValue>> {
        let mut fields = self.fields.clone();
        fields.0.retain(|(name, _)| !OWN_KINDS.contains(&name.as_str()));
        let mut members = self.members.clone();
        if members.get("fields").is_some() {
            members.set("fields", fields.to_raw()?);
        }
        members.to_raw()
    }

    /// A field, parsed; `None` when it is absent, `null` or of another shape.
    pub fn field<'de, T: Deserialize<'de>>(&'de self, name: &str) -> Option<T> {
        serde_json::from_str::<Option<T>>(self.fields.get(name)?.get()).ok().flatten()
    }

    /// A field that lists objects; empty when it is absent or `null`.
    ///
    /// # Errors
    /// When it is anything else: what cannot be read must not pass for a list without objects, which would delete them.
    pub fn list(&self, name: &str) -> jira::Result<Vec<Box<RawValue>>> {
        let Some(field) = self.fields.get(name) else { return Ok(Vec::new()) };
        let list: serde_json::Result<Option<Vec<Box<RawValue>>>> = serde_json::from_str(field.get());
        list.map(Option::unwrap_or_default).map_err(|_| jira::Error::Unexpected {
            call: "POST /rest/api/3/issue/bulkfetch".to_owned(),
            reason: format!("`{name}` of an issue is not a list"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(text: &str) -> FetchedIssue {
        FetchedIssue::parse(&RawValue::from_string(text.to_owned()).unwrap()).unwrap()
    }

    #[test]
    fn the_body_is_the_issue_without_comments_and_worklogs() {
        let issue = issue(
            r#"{"id":"7","key":"AB-1","fields":{"summary":"é","comment":{"comments":[]},"x":1.50,"worklog":{},
            "updated":"2015-12-02T07:39:15.000-0800"},"properties":{}}"#,
        );
        assert_eq!(
            issue.body().unwrap().get(),
            r#"{"id":"7","key":"AB-1","fields":{"summary":"é","x":1.50,"updated":"2015-12-02T07:39:15.000-0800"},"properties":{}}"#
        );
        assert_eq!(issue.updated.unwrap().to_string(), "2015-12-02T15:39:15Z");
        assert_eq!(issue.field::<String>("summary").as_deref(), Some("é"));
    }

    #[test]
    fn an_issue_without_an_id_is_refused() {
        for text in [
            r#"{"key":"AB-1"}"#,
            r#"{"key":"AB-1","id":"1/2"}"#,
            r#"{"key":"AB-1","id":""}"#,
            r#"{"key":"AB-1","id":7}"#,
        ] {
            let raw = RawValue::from_string(text.to_owned()).unwrap();
            assert!(FetchedIssue::parse(&raw).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_list_is_not_an_empty_one() {
        let issue = issue(r#"{"id":"7","key":"AB-1","fields":{"a":[1],"b":null,"c":"x"}}"#);
        let count = |name: &str| issue.list(name).map(|list| list.len()).ok();
        assert_eq!(["a", "b", "c", "d"].map(count), [Some(1), Some(0), None, Some(0)]);
    }
}
