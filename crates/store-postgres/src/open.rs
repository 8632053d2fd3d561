//! Connecting, and the schema.

use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection as _, PgPool};
use store::{Result, StoreError};

use crate::Settings;
use crate::failure::OrFail as _;
use crate::server::Server;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// How many connections there are at most, of each sort, and one that records: a server has about a hundred for all processes.
/// Those who read or record are not kept waiting by those who wait for their turn to write.
pub(crate) const WRITERS: u32 = 4;
pub(crate) const READERS: u32 = 4;

/// Connections that are made when they are wanted, and closed when nobody has wanted them for a while.
pub(crate) fn pool(server: &Server, settings: &Settings, most: u32) -> PgPool {
    options(settings, most).connect_lazy_with(server.options())
}

/// The same for what is recorded: the server is not asked each time whether it is still there, because a group that was not
/// written is written again.
pub(crate) fn recorder(server: &Server, settings: &Settings) -> PgPool {
    options(settings, 1).test_before_acquire(false).connect_lazy_with(server.options())
}

fn options(settings: &Settings, most: u32) -> PgPoolOptions {
    let (patience, standstill) = (milliseconds(settings.patience), milliseconds(settings.standstill));
    PgPoolOptions::new().max_connections(most).acquire_timeout(settings.patience).after_connect(move |connection, _| {
        let (patience, standstill) = (patience.clone(), standstill.clone());
        Box::pin(async move {
            let settled = sqlx::query_file!("../store/sql/session/settle.postgres.sql", patience, standstill);
            settled.fetch_one(connection).await.map(drop)
        })
    })
}

fn milliseconds(time: Duration) -> String {
    format!("{}ms", time.as_millis())
}

/// Brings the schema up to date; of several machines that start at once, one does.
pub(crate) async fn migrate(server: &Server) -> Result<()> {
    let mut connection = server.connect("connecting to it").await?;
    let (name, action) = (server.name(), "bringing its schema up to date");
    match MIGRATIONS.run_direct(None, &mut connection, false).await {
        Ok(()) => connection.close().await.or_fail(&name, action),
        Err(MigrateError::VersionMissing(found)) => {
            let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
            Err(StoreError::Newer { database: name.to_string(), found, known })
        }
        Err(MigrateError::VersionMismatch(version)) => {
            let reason = format!("migration {version} is not the one that this program has");
            Err(StoreError::Damaged { database: name.to_string(), reason })
        }
        Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => {
            Err(error).or_fail(&name, action)
        }
        Err(other) => Err(sqlx::Error::from(other)).or_fail(&name, action),
    }
}
