//! A transaction on the server, and how statements are run in it.
//!
//! The repositories of the aggregates are written on [`Session`], once for all adapters (`crates/store/sql`). A transaction
//! that writes takes the turn of each tenant that its statements name, before the first of them, and keeps it to its end:
//! what it reads of that tenant nobody else changes, on whichever machine (docs/adr/0005-postgresql-turns.md). No statement
//! of a tenant gets past that, because only [`Session`] has the connection.

use std::sync::Arc;

use control::id::TenantId;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::{Map, Query};
use sqlx::{Connection as _, PgConnection, Postgres, Transaction};
use store::Result;
use uuid::Uuid;

use crate::failure::OrFail as _;

/// A transaction that has begun.
pub(crate) struct Begun {
    transaction: Transaction<'static, Postgres>,
    database: Arc<str>,
    turns: Turns,
}

/// Whose turns a transaction has taken.
enum Turns {
    /// It reads: one moment's state needs none.
    None,
    /// It writes, and has those of these tenants.
    Of(Vec<TenantId>),
}

impl Begun {
    /// One that sees the latest state with each statement.
    pub(crate) fn to_write(transaction: Transaction<'static, Postgres>, database: Arc<str>) -> Self {
        Self { transaction, database, turns: Turns::Of(Vec::new()) }
    }

    /// One that sees a moment's state.
    pub(crate) fn to_read(transaction: Transaction<'static, Postgres>, database: Arc<str>) -> Self {
        Self { transaction, database, turns: Turns::None }
    }

    pub(crate) fn session(&mut self) -> Session<'_> {
        Session { connection: &mut self.transaction, database: &self.database, turns: &mut self.turns }
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
    connection: &'a mut PgConnection,
    database: &'a str,
    turns: &'a mut Turns,
}

impl Session<'_> {
    /// The connection, when it is this transaction's turn to write for a tenant.
    async fn of(&mut self, tenant: TenantId) -> Result<&mut PgConnection> {
        self.take_turn(tenant).await?;
        Ok(&mut *self.connection)
    }

    /// Waits for the turn of a tenant, unless this transaction has it already, or only reads.
    pub(crate) async fn take_turn(&mut self, tenant: TenantId) -> Result<()> {
        if let Turns::Of(taken) = &mut *self.turns
            && !taken.contains(&tenant)
        {
            wait_for_turn(&mut *self.connection, tenant, self.database).await?;
            taken.push(tenant);
        }
        Ok(())
    }

    /// Changes rows of a tenant; how many there were.
    pub(crate) async fn change(
        &mut self,
        tenant: TenantId,
        action: &str,
        change: Query<'_, Postgres, PgArguments>,
    ) -> Result<u64> {
        let changed = change.execute(self.of(tenant).await?).await;
        Ok(changed.or_fail(self.database, action)?.rows_affected())
    }

    /// [`Self::change`] of what is old, of whichever tenant. It takes no turn: it must be all that its transaction does.
    pub(crate) async fn change_of_any(
        &mut self,
        action: &str,
        change: Query<'_, Postgres, PgArguments>,
    ) -> Result<u64> {
        let changed = change.execute(&mut *self.connection).await;
        Ok(changed.or_fail(self.database, action)?.rows_affected())
    }

    /// [`Self::change`] that may meet something of the same name, or refer to what does not exist. PostgreSQL takes nothing
    /// more in a transaction after an error, except behind a savepoint.
    pub(crate) async fn attempt(
        &mut self,
        tenant: TenantId,
        action: &str,
        change: Query<'_, Postgres, PgArguments>,
    ) -> Result<u64> {
        let database = self.database;
        let mut savepoint = self.of(tenant).await?.begin().await.or_fail(database, action)?;
        match change.execute(&mut *savepoint).await {
            Ok(changed) => {
                savepoint.commit().await.or_fail(database, action)?;
                Ok(changed.rows_affected())
            }
            Err(refused) => {
                // Without a connection there is nothing to go back to, and the first error tells more.
                let _ = savepoint.rollback().await;
                Err(refused).or_fail(database, action)
            }
        }
    }

    /// Reads a row of a tenant, if there is one; or changes one and returns of it.
    pub(crate) async fn one<T, F>(
        &mut self,
        tenant: TenantId,
        action: &str,
        query: Map<'_, Postgres, F, PgArguments>,
    ) -> Result<Option<T>>
    where
        F: FnMut(PgRow) -> sqlx::Result<T> + Send,
        T: Send + Unpin,
    {
        self.of(tenant).await?;
        self.one_of_any(action, query).await
    }

    /// [`Self::one`], and if there is no row, the turn is given back that was taken for it: what waits for a turn without
    /// keeping one is in nobody's way.
    pub(crate) async fn one_or_give_back<T, F>(
        &mut self,
        tenant: TenantId,
        action: &str,
        query: Map<'_, Postgres, F, PgArguments>,
    ) -> Result<Option<T>>
    where
        F: FnMut(PgRow) -> sqlx::Result<T> + Send,
        T: Send + Unpin,
    {
        let Turns::Of(taken) = &mut *self.turns else { return self.one_of_any(action, query).await };
        if taken.contains(&tenant) {
            return self.one_of_any(action, query).await;
        }
        let mut savepoint = self.connection.begin().await.or_fail(self.database, action)?;
        wait_for_turn(&mut savepoint, tenant, self.database).await?;
        let row = query.fetch_optional(&mut *savepoint).await.or_fail(self.database, action)?;
        if row.is_some() {
            savepoint.commit().await.or_fail(self.database, action)?;
            taken.push(tenant);
        } else {
            savepoint.rollback().await.or_fail(self.database, action)?;
        }
        Ok(row)
    }

    /// [`Self::one`] for the few look-ups that do not know the tenant. They take no turn.
    pub(crate) async fn one_of_any<T, F>(
        &mut self,
        action: &str,
        query: Map<'_, Postgres, F, PgArguments>,
    ) -> Result<Option<T>>
    where
        F: FnMut(PgRow) -> sqlx::Result<T> + Send,
        T: Send + Unpin,
    {
        query.fetch_optional(&mut *self.connection).await.or_fail(self.database, action)
    }

    /// Reads rows of a tenant.
    pub(crate) async fn all<T, F>(
        &mut self,
        tenant: TenantId,
        action: &str,
        query: Map<'_, Postgres, F, PgArguments>,
    ) -> Result<Vec<T>>
    where
        F: FnMut(PgRow) -> sqlx::Result<T> + Send,
        T: Send + Unpin,
    {
        query.fetch_all(self.of(tenant).await?).await.or_fail(self.database, action)
    }

    /// [`Self::all`] for workers, which work for everybody.
    pub(crate) async fn all_of_any<T, F>(
        &mut self,
        action: &str,
        query: Map<'_, Postgres, F, PgArguments>,
    ) -> Result<Vec<T>>
    where
        F: FnMut(PgRow) -> sqlx::Result<T> + Send,
        T: Send + Unpin,
    {
        query.fetch_all(&mut *self.connection).await.or_fail(self.database, action)
    }
}

async fn wait_for_turn(connection: &mut PgConnection, tenant: TenantId, database: &str) -> Result<()> {
    let lock = sqlx::query_file!("../store/sql/tenant/lock.postgres.sql", Uuid::from(tenant));
    lock.execute(connection).await.or_fail(database, "waiting for others who write").map(drop)
}
