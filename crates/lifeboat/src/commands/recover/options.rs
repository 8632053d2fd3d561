//! What was typed about a recovery.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use control::connection::State;
use recovery::{People, Settings};
use worker::kinds::recovery::setup::Choice;

use crate::app::App;
use crate::cli::recover::Options;
use crate::exit::Fault;

/// What the request, the options and the settings choose. Where people vouched for a recovery point or for projects, nothing
/// else is recovered.
pub(super) fn choice(app: &App, options: &Options, state: &State) -> Result<Choice> {
    let mut options = options.clone();
    if let Some(request) = &state.request {
        let scope = &request.scope;
        options.point = within("recovery point", scope.point, options.point)?;
        let projects = |keys: &Vec<String>| Some(keys.clone()).filter(|keys| !keys.is_empty());
        let chosen = within("projects", projects(&scope.projects), projects(&options.projects))?;
        options.projects = chosen.unwrap_or_default();
    }
    Ok(Choice {
        point: options.point,
        projects: options.projects.clone(),
        without_attachments: options.without_attachments,
        settings: settings(app, &options)?,
    })
}

/// What was asked for, which only itself fits; where nothing was, what was typed.
fn within<T: PartialEq>(what: &str, asked: Option<T>, typed: Option<T>) -> Result<Option<T>> {
    match (asked, typed) {
        (Some(asked), Some(typed)) if asked != typed => {
            let message =
                format!("the request that people vouched for names another {what}: ask again for what is wanted");
            Err(Fault::refused(message).into())
        }
        (Some(asked), _) => Ok(Some(asked)),
        (None, typed) => Ok(typed),
    }
}

fn settings(app: &App, options: &Options) -> Result<Settings> {
    let map = people(options)?;
    let projects = (!options.projects.is_empty()).then(|| options.projects.iter().cloned().collect());
    Ok(Settings {
        people: People { map, fallback: options.fallback_user.clone() },
        projects,
        first: options.projects.clone(),
        ..usual(app)
    })
}

/// Who people of the source are on the standby, as the file says.
pub(super) fn people(options: &Options) -> Result<BTreeMap<String, String>> {
    Ok(options.users.as_deref().map(read_users).transpose()?.unwrap_or_default())
}

/// How recoveries work, by the settings.
pub(in crate::commands) fn usual(app: &App) -> Settings {
    Settings {
        issues_at_once: app.settings.recovery.issues_at_once,
        ambiguity_wait: Duration::from_secs(app.settings.recovery.settle_seconds),
        ..Settings::default()
    }
}

/// Two accountIds a line, separated by a comma; a first line of titles is passed over.
fn read_users(path: &Path) -> Result<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the users in {}", path.display()))?;
    let mut users = BTreeMap::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let pair = line.split_once(',').map(|(source, standby)| (source.trim(), standby.trim()));
        let usable =
            pair.filter(|(source, standby)| !source.is_empty() && !standby.is_empty() && !standby.contains(','));
        let Some((source, standby)) = usable else {
            let message =
                format!("line {} of {} is not two accountIds with a comma between", number + 1, path.display());
            return Err(Fault::usage(message).into());
        };
        if number == 0 && source.to_lowercase().contains("account") {
            continue;
        }
        users.insert(source.to_owned(), standby.to_owned());
    }
    Ok(users)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_vouched_for_is_what_is_recovered() {
        assert_eq!(within("point", Some(3), None).unwrap(), Some(3));
        assert_eq!(within("point", Some(3), Some(3)).unwrap(), Some(3));
        assert_eq!(within("point", None, Some(4)).unwrap(), Some(4));
        assert!(within("point", Some(3), Some(4)).is_err());
    }

    #[test]
    fn users_are_read_and_a_broken_line_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "source accountId,standby accountId\na:1 , b:2\n\n").unwrap();
        assert_eq!(read_users(file.path()).unwrap(), BTreeMap::from([("a:1".to_owned(), "b:2".to_owned())]));
        std::fs::write(file.path(), "a:1,b:2\njust one\n").unwrap();
        assert!(read_users(file.path()).unwrap_err().to_string().starts_with("line 2 of"));
    }
}
