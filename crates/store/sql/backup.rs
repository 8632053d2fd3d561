//! Copying all rows, and filling an empty database with them. The schema says which columns there are, so that a new column
//! needs nothing here.

use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use sqlx::{AssertSqlSafe, Row as _, Transaction};
use store::backup::{Cell, KEPT, Row, Rows, Table};
use store::{Result, StoreError};

use crate::failure::OrFail as _;
use crate::tables::{self, Database, Form};

/// So many rows are read at once.
const PAGE: usize = 500;

struct Column {
    name: String,
    form: Form,
}

/// All rows of one moment, in the order of [`KEPT`].
pub(crate) fn rows(transaction: Transaction<'static, Database>, database: Arc<str>) -> Rows<'static> {
    let reading = Reading { transaction, database, next: 0, table: None, last: None };
    let pages = stream::try_unfold(reading, async |mut reading| {
        let page = reading.page().await?;
        Ok::<_, StoreError>(page.map(|page| (page, reading)))
    });
    pages.map_ok(|page| stream::iter(page.into_iter().map(Ok))).try_flatten().boxed()
}

struct Reading {
    transaction: Transaction<'static, Database>,
    database: Arc<str>,
    /// The place in [`KEPT`] of the table after this one.
    next: usize,
    table: Option<(Table, Vec<Column>)>,
    /// The last row that was read of the table.
    last: Option<Row>,
}

impl Reading {
    async fn page(&mut self) -> Result<Option<Vec<Row>>> {
        loop {
            if self.table.is_none() {
                let Some(table) = KEPT.get(self.next) else { return Ok(None) };
                let columns = columns(&mut self.transaction, &self.database, table.name).await?;
                self.next += 1;
                self.table = Some((*table, columns));
            }
            let Some((table, columns)) = &self.table else { return Ok(None) };
            let statement = select(*table, columns, self.last.is_some())?;
            let mut query = sqlx::query(AssertSqlSafe(statement));
            for cell in table.key.iter().filter_map(|column| self.last.as_ref()?.cells.get(*column)) {
                query = query.bind(text_of(cell));
            }
            let found = query.fetch_all(&mut *self.transaction).await.or_fail(&self.database, "copying its rows")?;
            let page = found.iter().map(|found| {
                let cells = columns.iter().enumerate().map(|(place, column)| {
                    let text: Option<String> = found.try_get(place).or_fail(&self.database, "copying a row")?;
                    Ok((column.name.clone(), cell_of(column, text)?))
                });
                Ok(Row { table: *table, cells: cells.collect::<Result<_>>()? })
            });
            let page: Vec<Row> = page.collect::<Result<_>>()?;
            self.last = page.last().filter(|_| page.len() == PAGE).cloned();
            if self.last.is_none() {
                self.table = None;
            }
            if !page.is_empty() {
                return Ok(Some(page));
            }
        }
    }
}

/// Fills a database that has nothing in it; how many rows it has then.
pub(crate) async fn fill(
    mut transaction: Transaction<'static, Database>,
    database: &str,
    mut rows: Rows<'_>,
) -> Result<u64> {
    empty(&mut transaction, database).await?;
    let mut known: Option<(Table, Vec<Column>)> = None;
    let mut filled = 0;
    while let Some(row) = rows.try_next().await? {
        if known.as_ref().is_none_or(|(table, _)| *table != row.table) {
            known = Some((row.table, columns(&mut transaction, database, row.table.name).await?));
        }
        let columns = known.as_ref().map_or(&[][..], |(_, columns)| columns);
        let (names, values) = insertion(&row, columns)?;
        let statement =
            format!("INSERT INTO {} ({names}) {} VALUES ({values})", row.table.name, tables::GIVEN_IDENTITY);
        let mut query = sqlx::query(AssertSqlSafe(statement));
        for cell in row.cells.values() {
            query = query.bind(text_of(cell));
        }
        query.execute(&mut *transaction).await.or_fail(database, "filling it from a copy")?;
        filled += 1;
    }
    for statement in tables::AFTER_FILLING {
        sqlx::query(*statement).execute(&mut *transaction).await.or_fail(database, "filling it from a copy")?;
    }
    transaction.commit().await.or_fail(database, "filling it from a copy")?;
    Ok(filled)
}

/// Only the tenant may be there, which every database has that was opened once.
async fn empty(transaction: &mut Transaction<'static, Database>, database: &str) -> Result<()> {
    for table in KEPT.iter().filter(|table| table.name != "tenants") {
        let any = AssertSqlSafe(format!("SELECT 1 FROM {} LIMIT 1", table.name));
        let any = sqlx::query(any).fetch_optional(&mut **transaction).await;
        if any.or_fail(database, "looking whether it is empty")?.is_some() {
            let what = format!("something in the database {database} ({})", table.name);
            return Err(StoreError::Exists { what });
        }
    }
    let emptied = sqlx::query("DELETE FROM tenants").execute(&mut **transaction).await;
    emptied.or_fail(database, "emptying it").map(|_| ())
}

async fn columns(transaction: &mut Transaction<'static, Database>, database: &str, table: &str) -> Result<Vec<Column>> {
    let columns = sqlx::query_as(tables::COLUMNS).bind(table).fetch_all(&mut **transaction).await;
    let columns: Vec<(String, String)> = columns.or_fail(database, "reading its schema")?;
    let column = |(name, kind): (String, String)| {
        let form = tables::form(&kind).ok_or_else(|| unreadable(format!("{table}.{name} is of type {kind}")))?;
        Ok(Column { name, form })
    };
    columns.into_iter().map(column).collect()
}

fn select(table: Table, columns: &[Column], goes_on: bool) -> Result<String> {
    let values: Vec<String> = columns.iter().map(|column| tables::read(column.form, &quoted(&column.name))).collect();
    // With the table's name, or PostgreSQL would go by the values as text, which bear the same names.
    let key: Vec<String> = table.key.iter().map(|column| format!("{}.{}", table.name, quoted(column))).collect();
    let key = key.join(", ");
    let after = if goes_on {
        let places = table.key.iter().enumerate().map(|(place, key)| {
            let column = columns.iter().find(|column| column.name == **key);
            let column = column.ok_or_else(|| unreadable(format!("{} has no column {key}", table.name)))?;
            Ok(tables::write(column.form, place + 1))
        });
        format!("WHERE ({key}) > ({})", places.collect::<Result<Vec<_>>>()?.join(", "))
    } else {
        String::new()
    };
    Ok(format!("SELECT {} FROM {} {after} ORDER BY {key} LIMIT {PAGE}", values.join(", "), table.name))
}

/// The names of the columns that a row has, and the places of their values.
fn insertion(row: &Row, columns: &[Column]) -> Result<(String, String)> {
    let mut values = Vec::with_capacity(row.cells.len());
    for (place, (name, cell)) in row.cells.iter().enumerate() {
        let column = columns.iter().find(|column| column.name == *name);
        let column = column.ok_or_else(|| {
            unreadable(format!("{} has no column {name} here: was the copy made by a newer Lifeboat?", row.table.name))
        })?;
        if !fits(cell, column.form) {
            return Err(unreadable(format!("{}.{name} has a value of another type", row.table.name)));
        }
        values.push(tables::write(column.form, place + 1));
    }
    // The names are those of the schema: each was found there.
    Ok((quoted_all(row.cells.keys().map(String::as_str)), values.join(", ")))
}

/// A column's name as it is written in a statement: some are words of SQL's own.
fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

fn quoted_all<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(quoted).collect::<Vec<_>>().join(", ")
}

fn fits(cell: &Cell, form: Form) -> bool {
    match cell {
        Cell::Nothing => true,
        Cell::Number(_) => matches!(form, Form::Number | Form::Flag),
        Cell::Text(_) => form == Form::Text,
        Cell::Bytes { bytes } => {
            let hexadecimal = bytes.len().is_multiple_of(2) && bytes.bytes().all(|byte| byte.is_ascii_hexdigit());
            hexadecimal && matches!(form, Form::Bytes | Form::Id)
        }
    }
}

fn text_of(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Nothing => None,
        Cell::Number(number) => Some(number.to_string()),
        Cell::Text(text) | Cell::Bytes { bytes: text } => Some(text.clone()),
    }
}

fn cell_of(column: &Column, text: Option<String>) -> Result<Cell> {
    let Some(text) = text else { return Ok(Cell::Nothing) };
    Ok(match column.form {
        Form::Number | Form::Flag => {
            let number = text.parse().map_err(|error| unreadable(format!("{}: {error}", column.name)))?;
            Cell::Number(number)
        }
        Form::Text => Cell::Text(text),
        Form::Bytes | Form::Id => Cell::Bytes { bytes: text },
    })
}

fn unreadable(reason: String) -> StoreError {
    StoreError::Unreadable { what: "row of a copy", reason }
}
