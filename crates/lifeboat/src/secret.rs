//! Secrets that a person gives: from the environment, a file or a prompt, never from an argument.

use std::io::IsTerminal as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use secrecy::SecretString;

use crate::exit::Fault;

/// Where a secret may come from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    /// What it is, for the prompt and for errors: "API token".
    pub(crate) what: &'a str,
    /// The environment variable that may hold it.
    pub(crate) variable: &'a str,
    /// The flag that names a file, for errors.
    pub(crate) flag: &'a str,
    /// The file that was named.
    pub(crate) file: Option<&'a Path>,
}

impl Source<'_> {
    /// Whether it can be read without asking anybody.
    pub(crate) fn is_given(&self) -> bool {
        self.file.is_some() || std::env::var_os(self.variable).is_some()
    }
}

/// Whether somebody is there to be asked.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal()
}

/// Reads a secret: the named file, else the environment, else a prompt on a terminal.
pub(crate) fn read(source: Source<'_>) -> Result<SecretString> {
    let text = if let Some(path) = source.file {
        std::fs::read_to_string(path).map_err(|error| {
            Fault::usage(format!("cannot read the {} from {}: {error}", source.what, path.display()))
        })?
    } else if let Ok(text) = std::env::var(source.variable) {
        text
    } else if std::io::stdin().is_terminal() {
        prompt(source.what)?
    } else {
        let message =
            format!("the {} is missing: set {}, or name a file with {}", source.what, source.variable, source.flag);
        return Err(Fault::usage(message).into());
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(Fault::usage(format!("the {} is empty", source.what)).into());
    }
    Ok(SecretString::from(text))
}

/// A secret that the settings name a file of.
pub(crate) fn in_file(what: &str, path: &Path) -> Result<SecretString> {
    let text = std::fs::read_to_string(path);
    let text = text.with_context(|| format!("cannot read the {what} in {}", path.display()))?;
    Ok(SecretString::from(text.trim()))
}

fn prompt(what: &str) -> Result<String> {
    inquire::Password::new(&format!("{what}:"))
        .without_confirmation()
        .with_display_mode(inquire::PasswordDisplayMode::Masked)
        .prompt()
        .map_err(|error| Fault::interrupted(format!("no {what} was given: {error}")).into())
}
