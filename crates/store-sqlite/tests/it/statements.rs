//! Every statement file belongs to a description in `.sqlx`, which says what the database says.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqlSafeStr as _, SqliteConnection};
use store::Store as _;
use store::conformance::statements::described;

use crate::made;

#[tokio::test]
async fn each_statement_is_used_and_described_as_it_is() {
    let bench = made();
    bench.open_here().await.close().await;
    let mut database = SqliteConnection::connect(&format!("sqlite://{}", bench.path().display())).await.unwrap();
    for (statement, description) in described(Path::new(env!("CARGO_MANIFEST_DIR")), ".sqlite.sql") {
        let found = (&mut database).describe(AssertSqlSafe(statement.clone()).into_sql_str()).await.unwrap();
        let found = serde_json::to_value(found).unwrap();
        assert_eq!(found, description, "run `cargo xtask prepare-queries`: {statement}");
    }
}
