//! Exit codes: what a script can tell from a command's end. Documented in `lifeboat --help`.

use std::process::ExitCode;

use crate::client::problem::Trouble;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Refused = 3,
    NotProven = 4,
    Credentials = 5,
    Unreachable = 6,
    Vault = 7,
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error of the program itself that names its exit code; other errors are classified by [`of`].
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Fault {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Fault {
    /// The command line or the settings are wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into() }
    }

    /// Not now, or not by this person.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self { exit: Exit::Refused, message: message.into() }
    }

    /// Came to an end that is not a success.
    pub(crate) fn not_proven(message: impl Into<String>) -> Self {
        Self { exit: Exit::NotProven, message: message.into() }
    }

    /// Stopped by the user.
    pub(crate) fn interrupted(message: impl Into<String>) -> Self {
        Self { exit: Exit::Interrupted, message: message.into() }
    }
}

/// The exit code of an error, by what is in its chain.
pub(crate) fn of(error: &anyhow::Error) -> Exit {
    error.chain().find_map(classify).unwrap_or(Exit::Failed)
}

fn classify(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if let Some(fault) = cause.downcast_ref::<Fault>() {
        return Some(fault.exit);
    }
    if let Some(trouble) = cause.downcast_ref::<Trouble>() {
        return Some(trouble.exit());
    }
    if let Some(error) = cause.downcast_ref::<jira::Error>() {
        return Some(of_jira(error));
    }
    if let Some(error) = cause.downcast_ref::<vault::Error>() {
        return Some(of_vault(error));
    }
    if let Some(error) = cause.downcast_ref::<recovery::Error>() {
        return of_recovery(error);
    }
    if let Some(error) = cause.downcast_ref::<std::io::Error>() {
        return of_file(error);
    }
    if let Some(error) = cause.downcast_ref::<worker::Error>() {
        return of_job(error);
    }
    cause.downcast_ref::<store::StoreError>().and_then(of_store)
}

/// The errors of jobs are transparent, too.
fn of_job(error: &worker::Error) -> Option<Exit> {
    use worker::Error as E;
    match error {
        E::Store(error) => of_store(error),
        E::Jira(error) => Some(of_jira(error)),
        E::Vault(error) | E::VaultGone { source: error, .. } => Some(of_vault(error)),
        E::Pipeline(error) => of_recovery(error),
        E::NoCredentials { .. } | E::NoApp { .. } | E::NoPoint { .. } | E::NoCopy { .. } | E::NoProject { .. } => {
            Some(Exit::Usage)
        }
        E::Refused(_) | E::NotActive => Some(Exit::Refused),
        E::NotProven | E::NotRemoved => Some(Exit::NotProven),
        E::WrongKey { .. } | E::Damaged { .. } => Some(Exit::Vault),
        E::Address { .. } | E::Gone { .. } | E::Unreadable { .. } | E::UnknownKind { .. } => None,
    }
}

fn of_jira(error: &jira::Error) -> Exit {
    use jira::Error as E;
    match error {
        E::Settings { .. } => Exit::Usage,
        E::Credentials { .. } | E::Forbidden { .. } => Exit::Credentials,
        E::Unreachable { .. } | E::Throttled { .. } => Exit::Unreachable,
        _ => Exit::Failed,
    }
}

/// The pipeline's errors are transparent: what they hold is not in the chain by itself.
fn of_recovery(error: &recovery::Error) -> Option<Exit> {
    use recovery::Error as E;
    match error {
        E::Jira(error) => Some(of_jira(error)),
        E::Vault(error) => Some(of_vault(error)),
        E::Unreadable { .. } => Some(Exit::Vault),
        E::SameSite { .. } | E::Removing | E::ShutOut { .. } => Some(Exit::Refused),
        E::Stopped => Some(Exit::Interrupted),
        E::Journal(_) | E::Answer { .. } | E::Worker { .. } => None,
    }
}

/// A disk that takes nothing is no fault of the command.
fn of_file(error: &std::io::Error) -> Option<Exit> {
    use std::io::ErrorKind as E;
    matches!(error.kind(), E::StorageFull | E::QuotaExceeded | E::ReadOnlyFilesystem).then_some(Exit::Unreachable)
}

fn of_store(error: &store::StoreError) -> Option<Exit> {
    use store::StoreError as E;
    match error {
        E::Exists { .. } => Some(Exit::Refused),
        E::Full { .. }
        | E::Disk { .. }
        | E::ReadOnly { .. }
        | E::Unopenable { .. }
        | E::Unreachable { .. }
        | E::Denied { .. }
        | E::Busy { .. } => Some(Exit::Unreachable),
        _ => None,
    }
}

fn of_vault(error: &vault::Error) -> Exit {
    use vault::Error as E;
    match error {
        E::Index { .. }
        | E::Temporary { .. }
        | E::Storage { .. }
        | E::Full { .. }
        | E::ReadOnly { .. }
        | E::Unreadable { .. } => Exit::Unreachable,
        E::NewerFormat { .. }
        | E::WrongKey { .. }
        | E::KeyFile { .. }
        | E::Damaged { .. }
        | E::Missing { .. }
        | E::RolledBack { .. } => Exit::Vault,
        E::NoSuchPoint(_) => Exit::Usage,
        _ => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_under_context() {
        let error = anyhow::Error::new(vault::Error::Missing { object: "log/1".into() }).context("opening the vault");
        assert_eq!(of(&error), Exit::Vault);
        let vault = vault::Error::Missing { object: "log/1".into() };
        assert_eq!(of(&recovery::Error::from(vault).into()), Exit::Vault);
    }
}
