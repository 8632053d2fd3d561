//! What `backup` must know of SQLite's tables: their columns, and how each value is written as text.

pub(crate) type Database = sqlx::Sqlite;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Number,
    Text,
    Bytes,
    /// SQLite keeps it as a number.
    #[expect(dead_code, reason = "another database tells it from a number")]
    Flag,
    /// SQLite keeps it as bytes.
    #[expect(dead_code, reason = "another database tells it from bytes")]
    Id,
}

/// Names and types of a table's columns.
pub(crate) const COLUMNS: &str = "SELECT name, type FROM pragma_table_info($1) ORDER BY cid";

/// How to say that a value is given for a column that numbers itself.
pub(crate) const GIVEN_IDENTITY: &str = "";

/// What is to be done when all rows are there.
pub(crate) const AFTER_FILLING: &[&str] = &[];

pub(crate) fn form(kind: &str) -> Option<Form> {
    match kind {
        "INTEGER" => Some(Form::Number),
        "TEXT" => Some(Form::Text),
        "BLOB" => Some(Form::Bytes),
        _ => None,
    }
}

/// A column's value as text.
pub(crate) fn read(form: Form, column: &str) -> String {
    match form {
        Form::Number | Form::Flag => format!("CAST({column} AS TEXT)"),
        Form::Text => column.to_owned(),
        // Of no bytes, `hex` makes text without digits, and of nothing too.
        Form::Bytes | Form::Id => format!("CASE WHEN {column} IS NOT NULL THEN lower(hex({column})) END"),
    }
}

/// The value of a column, from the text at this place.
pub(crate) fn write(form: Form, place: usize) -> String {
    match form {
        Form::Number | Form::Flag => format!("CAST(${place} AS INTEGER)"),
        Form::Text => format!("${place}"),
        Form::Bytes | Form::Id => format!("unhex(${place})"),
    }
}
