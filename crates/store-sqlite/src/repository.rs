//! A transaction as a value.

use std::sync::Arc;

use async_trait::async_trait;
use control::id::TenantId;
use sqlx::{Sqlite, SqliteConnection, Transaction};
use store::{
    AuditRepository, CaptureRepository, ChallengeRepository, ConnectionRepository, PersonRepository,
    RecoveryRepository, Repository, Result, SiteRepository,
};
use uuid::Uuid;

use crate::failure::OrFail as _;

/// One transaction.
pub(crate) struct SqliteRepository {
    transaction: Transaction<'static, Sqlite>,
    path: Arc<str>,
}

/// What each aggregate's repository works with. The traits are implemented on it, one file for each.
pub(crate) struct Session<'a> {
    pub(crate) connection: &'a mut SqliteConnection,
    pub(crate) path: &'a str,
}

impl SqliteRepository {
    pub(crate) fn new(transaction: Transaction<'static, Sqlite>, path: Arc<str>) -> Self {
        Self { transaction, path }
    }

    fn session(&mut self) -> Session<'_> {
        Session { connection: &mut self.transaction, path: &self.path }
    }
}

#[async_trait]
impl Repository for SqliteRepository {
    fn sites(&mut self) -> Box<dyn SiteRepository + '_> {
        Box::new(self.session())
    }

    fn people(&mut self) -> Box<dyn PersonRepository + '_> {
        Box::new(self.session())
    }

    fn connections(&mut self) -> Box<dyn ConnectionRepository + '_> {
        Box::new(self.session())
    }

    fn challenges(&mut self) -> Box<dyn ChallengeRepository + '_> {
        Box::new(self.session())
    }

    fn audit(&mut self) -> Box<dyn AuditRepository + '_> {
        Box::new(self.session())
    }

    fn recoveries(&mut self) -> Box<dyn RecoveryRepository + '_> {
        Box::new(self.session())
    }

    fn captures(&mut self) -> Box<dyn CaptureRepository + '_> {
        Box::new(self.session())
    }

    async fn only_tenant(&mut self, fresh: TenantId) -> Result<TenantId> {
        let action = "looking up the tenant";
        let added = sqlx::query_file!("../store/sql/tenant/add_only.sql", Uuid::from(fresh));
        added.execute(&mut *self.transaction).await.or_fail(&self.path, action)?;
        let only = sqlx::query_file!("../store/sql/tenant/only.sql").fetch_one(&mut *self.transaction).await;
        Ok(only.or_fail(&self.path, action)?.id.into())
    }

    async fn save(self: Box<Self>) -> Result<()> {
        self.transaction.commit().await.or_fail(&self.path, "saving")
    }

    async fn cancel(self: Box<Self>) -> Result<()> {
        self.transaction.rollback().await.or_fail(&self.path, "cancelling")
    }
}
