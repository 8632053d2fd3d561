//! A copy of everything that must outlive the database, row by row, in a form that belongs to no database: what is read from
//! one of them can fill another.
//!
//! What lives for minutes is left out ([`LEFT_OUT`]): a session that was ended since must not come back with a copy.

use std::collections::BTreeMap;
use std::fmt;

use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};

use crate::{Result, StoreError};

/// A table, and the columns that name a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns of its primary key, in order.
    pub key: &'static [&'static str],
}

const fn table(name: &'static str, key: &'static [&'static str]) -> Table {
    Table { name, key }
}

/// What is copied, each table after those that it refers to.
pub const KEPT: [Table; 21] = [
    table("tenants", &["id"]),
    table("sites", &["id"]),
    table("site_names", &["tenant", "site", "name"]),
    table("vault_heads", &["tenant", "site"]),
    table("people", &["id"]),
    table("contacts", &["tenant", "site", "person"]),
    table("passwords", &["tenant", "person"]),
    table("passkeys", &["id"]),
    table("api_keys", &["id"]),
    table("safeguards", &["tenant", "source"]),
    table("connections", &["id"]),
    table("requests", &["id"]),
    table("request_evidence", &["tenant", "request", "position"]),
    table("audit_events", &["tenant", "number"]),
    table("jobs", &["id"]),
    table("recovery_runs", &["number"]),
    table("capture_runs", &["id"]),
    table("journal", &["place"]),
    table("schedules", &["id"]),
    table("webhooks", &["id"]),
    table("messages", &["id"]),
];

/// What is not: sessions, links and codes that are used within days, and answers that are given again.
pub const LEFT_OUT: [&str; 6] =
    ["sessions", "ceremonies", "errands", "invitations", "confirmation_codes", "kept_answers"];

/// The value of a column.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// None.
    Nothing,
    /// A number; of what is so or not, 1 or 0.
    Number(i64),
    /// Text.
    Text(String),
    /// Bytes, in hexadecimal digits: ids, digests, what is sealed.
    Bytes {
        /// The digits, in lower case.
        bytes: String,
    },
}

/// A cell may be a digest that guards something: its value stays out of messages.
impl fmt::Debug for Cell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Number(_) => "Number(…)",
            Self::Text(_) => "Text(…)",
            Self::Bytes { .. } => "Bytes(…)",
        })
    }
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Of which.
    pub table: Table,
    /// Its values by column.
    pub cells: BTreeMap<String, Cell>,
}

/// Rows, one after the other.
pub type Rows<'a> = BoxStream<'a, Result<Row>>;

impl Row {
    /// What names the row within its table.
    ///
    /// # Errors
    /// When a column of the key is missing.
    pub fn key(&self) -> Result<String> {
        let parts = self.table.key.iter().map(|column| match self.cells.get(*column) {
            Some(Cell::Number(number)) => Ok(number.to_string()),
            Some(Cell::Text(text) | Cell::Bytes { bytes: text }) => Ok(text.clone()),
            Some(Cell::Nothing) | None => Err(unreadable(format!("{} has no {column}", self.table.name))),
        });
        Ok(parts.collect::<Result<Vec<_>>>()?.join("/"))
    }

    /// The row as JSON, and back with [`Row::read`].
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(&self.cells).unwrap_or_default()
    }

    /// Reads a row of a table.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(table: &str, json: &[u8]) -> Result<Self> {
        let known = KEPT.into_iter().find(|known| known.name == table);
        let table = known.ok_or_else(|| unreadable(format!("there is no table {table}")))?;
        let cells = serde_json::from_slice(json).map_err(|error| unreadable(format!("{}: {error}", table.name)))?;
        Ok(Self { table, cells })
    }
}

fn unreadable(reason: String) -> StoreError {
    StoreError::Unreadable { what: "row of a copy", reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_reads_back_from_json() {
        let cells = [
            ("tenant", Cell::Bytes { bytes: "00ff".to_owned() }),
            ("number", Cell::Number(-7)),
            ("details", Cell::Text("{\"a\": null}".to_owned())),
            ("outcome", Cell::Nothing),
        ];
        let cells = cells.into_iter().map(|(column, cell)| (column.to_owned(), cell)).collect();
        let row = Row { table: KEPT[13], cells };
        assert_eq!(row.table.name, "audit_events");
        assert_eq!(Row::read("audit_events", &row.to_json()).unwrap(), row);
        assert_eq!(row.key().unwrap(), "00ff/-7");
        assert!(Row::read("sessions", &row.to_json()).is_err());
        assert!(Row::read("audit_events", b"[]").is_err());
        assert!(Row { table: KEPT[0], ..row }.key().is_err());
    }

    #[test]
    fn no_value_is_in_messages() {
        let row = Row { table: KEPT[0], cells: [("id".to_owned(), Cell::Text("canary".to_owned()))].into() };
        assert!(!format!("{row:?}").contains("canary"));
    }
}
