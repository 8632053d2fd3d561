//! The server as all parts of a store know it: how to get there, and what to call it.

use std::fmt;
use std::sync::Arc;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool, Postgres, Transaction};
use store::{Result, StoreError};

use crate::address::Address;
use crate::failure::{OrFail as _, may_pass, translate};

/// How often something is tried that can be tried again.
pub(crate) const ATTEMPTS: u32 = 4;

/// A server and a database on it.
#[derive(Clone)]
pub(crate) struct Server {
    options: PgConnectOptions,
    name: Arc<str>,
}

impl Server {
    pub(crate) fn new(address: &Address) -> Self {
        let options = address.options().clone();
        let named = options.get_application_name().is_some();
        let options = if named { options } else { options.application_name("lifeboat") };
        Self { options, name: address.name().into() }
    }

    /// What people know the database by.
    pub(crate) fn name(&self) -> Arc<str> {
        self.name.clone()
    }

    pub(crate) fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// A connection beside the pools.
    pub(crate) async fn connect(&self, action: &str) -> Result<PgConnection> {
        self.options.connect().await.or_fail(&self.name, action)
    }

    /// Begins a transaction with this statement. A connection that was lost meanwhile is replaced: nothing was done on it.
    pub(crate) async fn begin(
        &self,
        pool: &PgPool,
        statement: &'static str,
        action: &str,
    ) -> Result<Transaction<'static, Postgres>> {
        let mut attempt = 1;
        loop {
            match pool.begin_with(statement).await {
                Ok(transaction) => return Ok(transaction),
                Err(error) if attempt < ATTEMPTS && may_pass(&error) => attempt += 1,
                Err(sqlx::Error::PoolTimedOut) => return Err(self.why_none(action).await),
                Err(error) => return Err(translate(&self.name, action, error)),
            }
        }
    }

    /// Why there was no connection in time: all are busy, or the server cannot be reached. A pool does not tell.
    async fn why_none(&self, action: &str) -> StoreError {
        match self.connect(action).await {
            Ok(connection) => {
                // Nobody is served better by hearing that it did not close.
                let _ = connection.close().await;
                StoreError::Busy { database: self.name.to_string() }
            }
            Err(error) => error,
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Server({})", self.name)
    }
}
