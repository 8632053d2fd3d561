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
    /// When it is not an object with `id` and `key`.
    pub fn parse(raw: &RawValue) -> serde_json::Result<Self> {
        let members = Members::parse(raw)?;
        let text = |name: &str| -> serde_json::Result<String> {
            let value =
                members.get(name).ok_or_else(|| serde_json::Error::custom(format!("an issue without `{name}`")))?;
            serde_json::from_str(value.get())
        };
        let (id, key) = (text("id")?, text("key")?);
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
        let raw = RawValue::from_string(r#"{"key":"AB-1"}"#.to_owned()).unwrap();
        assert!(FetchedIssue::parse(&raw).unwrap_err().to_string().contains("`id`"));
    }
}
