//! Marks: how an object on the standby shows that a recovery made it, and by which operation.
//!
//! The mark is an entity property called `lifeboat` on issues, comments and worklogs. It carries a MAC, so that nobody who
//! can write to the standby can pass an object off as recovered, and beside it what Jira does not let us set (author, dates).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The entity property that carries the mark.
pub const PROPERTY: &str = "lifeboat";

/// The id of an operation: a hash of recovery, kind and source key. Shown as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationId(pub [u8; 16]);

impl std::fmt::Display for OperationId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl std::fmt::Debug for OperationId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, formatter)
    }
}

impl OperationId {
    /// Reads 32 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// The marks of one recovery.
#[derive(Clone)]
pub struct Marks {
    recovery: String,
    key: [u8; 32],
}

/// What a mark says beside the operation: machine-readable originals of what could not be set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Original {
    /// Id on the source.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// Issue key on the source.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key: Option<String>,
    /// accountId of author or creator.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub author: Option<String>,
    /// Display name of author or creator.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub author_name: Option<String>,
    /// When it was made, as the source wrote it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub created: Option<String>,
    /// When it was changed last, as the source wrote it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub updated: Option<String>,
    /// When it was resolved, as the source wrote it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resolved: Option<String>,
}

impl Marks {
    /// The marks of the recovery with this id; `key` is a secret of this recovery.
    pub fn new(recovery: impl Into<String>, key: [u8; 32]) -> Self {
        Self { recovery: recovery.into(), key }
    }

    /// The id of the operation that restores an object.
    pub fn operation(&self, kind: &str, source: &str) -> OperationId {
        let mut hash = blake3::Hasher::new();
        for part in [self.recovery.as_str(), kind, source] {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let mut id = [0; 16];
        id.copy_from_slice(&hash.finalize().as_bytes()[..16]);
        OperationId(id)
    }

    /// The value of the property for an operation.
    pub fn mark(&self, operation: OperationId, original: &Original) -> Value {
        json!({ "v": 1, "recovery": self.recovery, "operation": operation.to_string(), "mac": self.mac(operation), "original": original })
    }

    /// The operation that a property's value names, if this recovery made it.
    pub fn recognise(&self, value: &Value) -> Option<OperationId> {
        let operation = OperationId::parse(value.get("operation")?.as_str()?)?;
        let mac = blake3::Hash::from_hex(value.get("mac")?.as_str()?).ok()?;
        // `Hash` compares in constant time.
        (mac == blake3::Hash::from_hex(self.mac(operation)).ok()?).then_some(operation)
    }

    fn mac(&self, operation: OperationId) -> String {
        blake3::keyed_hash(&self.key, &operation.0).to_hex().to_string()
    }
}

/// What a mark says of the original, whoever made it: for normal forms, which must not depend on a recovery's secret.
pub fn original(value: &Value) -> Option<Original> {
    serde_json::from_value(value.get("original")?.clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_recognised_only_with_the_key() {
        let marks = Marks::new("r1", [1; 32]);
        let operation = marks.operation("comment", "10001/7");
        let value = marks.mark(operation, &Original::default());
        assert_eq!(marks.recognise(&value), Some(operation));
        assert_eq!(Marks::new("r1", [2; 32]).recognise(&value), None);
    }

    #[test]
    fn operations_differ_by_recovery_kind_and_source() {
        let marks = Marks::new("r1", [1; 32]);
        let ids = [
            marks.operation("comment", "1/2"),
            marks.operation("worklog", "1/2"),
            marks.operation("comment", "1/3"),
            Marks::new("r2", [1; 32]).operation("comment", "1/2"),
        ];
        assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), 4);
    }
}
