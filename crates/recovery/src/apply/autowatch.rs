//! Nobody watches what a recovery writes: Jira makes the creator of an issue and the author of a comment a watcher, unless
//! the account's preference says otherwise. It is set for the time of a run; what it was before is in the journal until it is
//! put back, so that a run which dies does not forget it.

use jira::{Call, Jira};
use serde_json::Value;

use super::run::shut_out;
use crate::journal::{Row, State};
use crate::progress::Progress;
use crate::{Recovery, Result};

/// The kind under which the journal keeps what the preference was. Such a row is about no object.
const KIND: &str = "autowatch";
/// The preference.
const KEY: &str = "user.autowatch.disabled";
const PREFERENCES: &str = "/rest/api/3/mypreferences";

/// Turns it off. A recovery that is done writes nothing more, and leaves the preference alone.
pub(super) async fn turn_off(recovery: &Recovery, progress: &dyn Progress) -> Result<()> {
    let row = find(recovery).await?;
    if row.as_ref().is_some_and(|row| row.state == State::Confirmed && !recovery.settings.retry_failed) {
        return Ok(());
    }
    match row.filter(|row| row.state != State::Confirmed) {
        // Set by a run that died: what it was before is known.
        Some(row) if row.state == State::Intent => {}
        // Put back by a run that came to rest. What is there now may be what a request that was lost has set since.
        Some(row) => record(recovery, State::Intent, &before(&row)).await?,
        None => {
            let before = match read(&recovery.standby).await {
                Ok(before) => before,
                Err(error) => return tolerate(recovery, error, progress).await,
            };
            if before == Value::Bool(true) || before == "true" {
                return Ok(());
            }
            record(recovery, State::Intent, &before).await?;
        }
    }
    match set(&recovery.standby, &Value::Bool(true)).await {
        Ok(()) => Ok(()),
        Err(error) => tolerate(recovery, error, progress).await,
    }
}

/// Puts back what was there. `done`: whether the run came to its end.
pub(super) async fn put_back(recovery: &Recovery, progress: &dyn Progress, done: bool) -> Result<()> {
    let Some(row) = find(recovery).await?.filter(|row| row.state == State::Intent) else { return Ok(()) };
    let before = before(&row);
    // Whoever lost its lease hears of it here, and leaves the preference to whoever works now.
    record(recovery, State::Intent, &before).await?;
    if let Err(error) = set(&recovery.standby, &before).await {
        tolerate(recovery, error, progress).await?;
    }
    record(recovery, if done { State::Confirmed } else { State::Planned }, &before).await
}

/// What it was, as the journal keeps it.
fn before(row: &Row) -> Value {
    row.reason.as_deref().and_then(|reason| serde_json::from_str(reason).ok()).unwrap_or_default()
}

/// An account without preferences of its own is no reason not to recover: then it is taken from the watchers of each issue
/// that is finished.
async fn tolerate(recovery: &Recovery, error: jira::Error, progress: &dyn Progress) -> Result<()> {
    if let Some(shut_out) = shut_out(recovery, &error).await? {
        return Err(shut_out);
    }
    if error.outcome() != jira::Outcome::Rejected || matches!(error, jira::Error::Credentials { .. }) {
        return Err(error.into());
    }
    progress.note(&format!("the account that recovers watches each issue until it is finished: {error}"));
    Ok(())
}

/// The value of the preference; null when it is not set.
async fn read(jira: &Jira) -> jira::Result<Value> {
    match jira.raw(Call::get(PREFERENCES).query("key", KEY)).await {
        // The text is kept as it was sent: `true` and `false` are all that means something.
        Ok(text) => Ok(serde_json::from_slice(&text).unwrap_or_default()),
        Err(error) if error.is_not_found() => Ok(Value::Null),
        Err(error) => Err(error),
    }
}

async fn set(jira: &Jira, value: &Value) -> jira::Result<()> {
    if !value.is_null() {
        return jira.done(Call::put(PREFERENCES).query("key", KEY).json(value)).await;
    }
    match jira.done(Call::delete(PREFERENCES).query("key", KEY)).await {
        Err(error) if error.is_not_found() => Ok(()),
        result => result,
    }
}

async fn find(recovery: &Recovery) -> Result<Option<Row>> {
    Ok(recovery.journal.find(recovery.id, KIND, &[KEY]).await?.pop())
}

async fn record(recovery: &Recovery, state: State, before: &Value) -> Result<()> {
    let row = Row {
        recovery: recovery.id,
        operation: recovery.marks.operation(KIND, KEY).0,
        kind: KIND.to_owned(),
        source: KEY.to_owned(),
        state,
        attempt: 0,
        expected: None,
        target: None,
        target_key: None,
        reason: Some(before.to_string()),
        lease: recovery.lease,
    };
    Ok(recovery.journal.record(&[row]).await?)
}
