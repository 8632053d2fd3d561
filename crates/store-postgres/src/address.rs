//! Where a database is, and as whom to go there.

use std::fmt;
use std::str::FromStr as _;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::PgConnectOptions;

/// Something else than an address. What was typed is not repeated: a password may be in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not of the form postgres://user@host:port/database")]
pub struct NotAnAddress;

/// A server's address, a user and a database. Neither `Debug` nor [`Self::name`] show a password.
#[derive(Clone)]
pub struct Address {
    options: PgConnectOptions,
}

impl Address {
    /// Reads `postgres://user@host:port/database`, with `sslmode`, `sslrootcert`, `host` (a folder with a socket) and the
    /// other parameters of libpq behind a question mark. What is missing comes from `PGHOST`, `PGPORT`, `PGUSER`,
    /// `PGDATABASE`, `PGPASSWORD` and `PGSSLMODE`, and a password from the file `.pgpass` at last.
    pub fn parse(url: &str) -> Result<Self, NotAnAddress> {
        let known = url.starts_with("postgres://") || url.starts_with("postgresql://");
        let options = if known { PgConnectOptions::from_str(url).ok() } else { None };
        options.map(|options| Self { options }).ok_or(NotAnAddress)
    }

    /// The same with this password.
    pub fn with_password(self, password: &SecretString) -> Self {
        Self { options: self.options.password(password.expose_secret()) }
    }

    /// What people know the database by.
    pub fn name(&self) -> String {
        let options = &self.options;
        let (user, database) = (options.get_username(), options.get_database().unwrap_or(options.get_username()));
        match options.get_socket() {
            Some(socket) => format!("postgres:///{database}?host={}&user={user}", socket.display()),
            None => format!("postgres://{user}@{}:{}/{database}", options.get_host(), options.get_port()),
        }
    }

    pub(crate) fn options(&self) -> &PgConnectOptions {
        &self.options
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Address({})", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        let typed = Address::parse("postgres://ann:hunter2@db.example.org:6432/lifeboat?sslmode=require").unwrap();
        let given = typed.clone().with_password(&SecretString::from("hunter2"));
        for address in [typed, given] {
            let shown = format!("{} {address:?}", address.name());
            assert!(!shown.contains("hunter2"), "{shown}");
            assert_eq!(address.name(), "postgres://ann@db.example.org:6432/lifeboat");
        }
        for wrong in ["postgres://ann:hunter2@db.example.org:x/lifeboat", "mysql://ann:hunter2@db/x", "hunter2"] {
            assert_eq!(Address::parse(wrong).unwrap_err(), NotAnAddress, "{wrong}");
        }
    }

    #[test]
    fn a_socket_is_named() {
        let address = "postgres:///lifeboat?host=/run/postgresql&user=ann";
        assert_eq!(Address::parse(address).unwrap().name(), address);
    }
}
