//! The database that the settings choose: a file in the home folder, or a server.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use secrecy::ExposeSecret as _;
use store::Store;
use store_postgres::{Address, PostgresStore};
use store_sqlite::SqliteStore;

use crate::exit::Fault;
use crate::secret;
use crate::settings::DatabaseSettings;

/// Opens it, makes its schema the first time, and brings it up to date.
pub(crate) async fn open(settings: &DatabaseSettings, home: &Path) -> Result<Arc<dyn Store>> {
    match address(settings)? {
        Some(address) => Ok(Arc::new(PostgresStore::open(&address).await?)),
        None => Ok(Arc::new(SqliteStore::open(&home.join("lifeboat.db")).await?)),
    }
}

/// The server's address with the password, if a server was chosen.
fn address(settings: &DatabaseSettings) -> Result<Option<Address>> {
    let Some(url) = &settings.url else {
        if settings.password_file.is_some() {
            return Err(Fault::usage("the setting database.password_file needs database.url").into());
        }
        return Ok(None);
    };
    let address = Address::parse(url.expose_secret())
        .map_err(|error| Fault::usage(format!("the setting database.url cannot be used: {error}")))?;
    let Some(file) = &settings.password_file else { return Ok(Some(address)) };
    let source = secret::Source {
        what: "database password",
        variable: "PGPASSWORD",
        flag: "database.password_file",
        file: Some(file),
    };
    Ok(Some(address.with_password(&secret::read(source)?)))
}
