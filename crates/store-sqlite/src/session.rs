//! A transaction on the file, and how statements are run in it.
//!
//! The repositories of the aggregates are written on [`Session`], once for all adapters (`crates/store/sql`). SQLite has one
//! writer at a time, so it needs nothing of the tenant that each statement names.

use std::sync::Arc;

use control::id::TenantId;
use sqlx::query::{Map, Query};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Sqlite, SqliteConnection, Transaction};
use store::Result;

use crate::failure::OrFail as _;

/// A transaction that has begun.
pub(crate) struct Begun {
    transaction: Transaction<'static, Sqlite>,
    database: Arc<str>,
}

impl Begun {
    pub(crate) fn new(transaction: Transaction<'static, Sqlite>, database: Arc<str>) -> Self {
        Self { transaction, database }
    }

    pub(crate) fn session(&mut self) -> Session<'_> {
        Session { connection: &mut self.transaction, database: &self.database }
    }

    pub(crate) async fn commit(self) -> Result<()> {
        self.transaction.commit().await.or_fail(&self.database, "saving")
    }

    pub(crate) async fn roll_back(self) -> Result<()> {
        self.transaction.rollback().await.or_fail(&self.database, "cancelling")
    }
}

/// What each aggregate's repository works with.
pub(crate) struct Session<'a> {
    connection: &'a mut SqliteConnection,
    database: &'a str,
}

impl Session<'_> {
    /// Changes rows of a tenant; how many there were.
    pub(crate) async fn change(
        &mut self,
        _: TenantId,
        action: &str,
        change: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<u64> {
        self.change_of_any(action, change).await
    }

    /// [`Self::change`] of what is old, of whichever tenant.
    pub(crate) async fn change_of_any(
        &mut self,
        action: &str,
        change: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<u64> {
        let changed = change.execute(&mut *self.connection).await;
        Ok(changed.or_fail(self.database, action)?.rows_affected())
    }

    /// [`Self::change`] that may meet something of the same name, or refer to what does not exist: the transaction goes on
    /// after that.
    pub(crate) async fn attempt(
        &mut self,
        tenant: TenantId,
        action: &str,
        change: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<u64> {
        self.change(tenant, action, change).await
    }

    /// Reads a row of a tenant, if there is one.
    pub(crate) async fn one<T, F>(
        &mut self,
        _: TenantId,
        action: &str,
        query: Map<'_, Sqlite, F, SqliteArguments>,
    ) -> Result<Option<T>>
    where
        F: FnMut(SqliteRow) -> sqlx::Result<T> + Send,
        T: Send + Unpin,
    {
        self.one_of_any(action, query).await
    }

    /// [`Self::one`] for the few look-ups that do not know the tenant.
    pub(crate) async fn one_of_any<T, F>(
        &mut self,
        action: &str,
        query: Map<'_, Sqlite, F, SqliteArguments>,
    ) -> Result<Option<T>>
    where
        F: FnMut(SqliteRow) -> sqlx::Result<T> + Send,
        T: Send + Unpin,
    {
        query.fetch_optional(&mut *self.connection).await.or_fail(self.database, action)
    }

    /// Reads rows of a tenant.
    pub(crate) async fn all<T, F>(
        &mut self,
        _: TenantId,
        action: &str,
        query: Map<'_, Sqlite, F, SqliteArguments>,
    ) -> Result<Vec<T>>
    where
        F: FnMut(SqliteRow) -> sqlx::Result<T> + Send,
        T: Send + Unpin,
    {
        self.all_of_any(action, query).await
    }

    /// [`Self::all`] for workers, which work for everybody.
    pub(crate) async fn all_of_any<T, F>(
        &mut self,
        action: &str,
        query: Map<'_, Sqlite, F, SqliteArguments>,
    ) -> Result<Vec<T>>
    where
        F: FnMut(SqliteRow) -> sqlx::Result<T> + Send,
        T: Send + Unpin,
    {
        query.fetch_all(&mut *self.connection).await.or_fail(self.database, action)
    }
}
