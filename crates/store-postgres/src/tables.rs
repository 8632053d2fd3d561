//! What `backup` must know of PostgreSQL's tables: their columns, and how each value is written as text.

pub(crate) type Database = sqlx::Postgres;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Number,
    Flag,
    Text,
    Bytes,
    Id,
}

/// Names and types of a table's columns.
pub(crate) const COLUMNS: &str = "SELECT attname::text, format_type(atttypid, NULL) FROM pg_attribute \
                                  WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum";

/// How to say that a value is given for a column that numbers itself.
pub(crate) const GIVEN_IDENTITY: &str = "OVERRIDING SYSTEM VALUE";

/// What is to be done when all rows are there: the next number is none that was given.
pub(crate) const AFTER_FILLING: &[&str] = &[
    "SELECT setval(pg_get_serial_sequence('recovery_runs', 'number'), max(number)) FROM recovery_runs HAVING count(*) > 0",
    "SELECT setval(pg_get_serial_sequence('journal', 'place'), max(place)) FROM journal HAVING count(*) > 0",
];

pub(crate) fn form(kind: &str) -> Option<Form> {
    match kind {
        "bigint" | "integer" | "smallint" => Some(Form::Number),
        "boolean" => Some(Form::Flag),
        "text" => Some(Form::Text),
        "bytea" => Some(Form::Bytes),
        "uuid" => Some(Form::Id),
        _ => None,
    }
}

/// A column's value as text.
pub(crate) fn read(form: Form, column: &str) -> String {
    match form {
        Form::Number => format!("{column}::text"),
        Form::Flag => format!("CASE WHEN {column} THEN '1' WHEN NOT {column} THEN '0' END"),
        Form::Text => column.to_owned(),
        Form::Bytes => format!("encode({column}, 'hex')"),
        Form::Id => format!("replace({column}::text, '-', '')"),
    }
}

/// The value of a column, from the text at this place.
pub(crate) fn write(form: Form, place: usize) -> String {
    match form {
        Form::Number => format!("${place}::text::bigint"),
        Form::Flag => format!("(${place}::text = '1')"),
        Form::Text => format!("${place}::text"),
        Form::Bytes => format!("decode(${place}::text, 'hex')"),
        Form::Id => format!("${place}::text::uuid"),
    }
}
