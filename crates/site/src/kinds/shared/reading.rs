//! Reading what hangs on many issues, several issues at a time.

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use jira::{Error, Jira};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::kind::KindName;
use crate::kinds::issue::FetchedIssue;
use crate::names::id_text;
use crate::sink::{Result, Sink};

/// How many issues are read at once: enough to hide the network, few enough to hold their answers.
const WINDOW: usize = 8;

/// One object that was read.
pub(crate) struct Found {
    /// Its own id, without the issue's.
    pub id: String,
    /// Its JSON.
    pub body: Box<RawValue>,
}

/// The reading of one issue, not begun yet.
pub(crate) struct Reading {
    issue: String,
    found: BoxFuture<'static, jira::Result<Vec<Found>>>,
}

impl Reading {
    /// Reads an issue, whose id `read` is given, from a site.
    pub(crate) fn new<F>(jira: &Jira, issue: &FetchedIssue, read: impl FnOnce(Jira, String) -> F) -> Self
    where
        F: Future<Output = jira::Result<Vec<Found>>> + Send + 'static,
    {
        Self { issue: issue.id.clone(), found: read(jira.clone(), issue.id.clone()).boxed() }
    }
}

/// Reads several issues and puts what was found. An issue that is gone by now has nothing; one that cannot be read is
/// reported and the others go on.
pub(crate) async fn all(kind: KindName, readings: Vec<Reading>, sink: &mut dyn Sink) -> Result<()> {
    let begun = readings.into_iter().map(|Reading { issue, found }| async move { (issue, found.await) }.boxed());
    let begun: Vec<BoxFuture<'static, _>> = begun.collect();
    let mut read = futures::stream::iter(begun).buffered(WINDOW);
    while let Some((issue, found)) = read.next().await {
        match found {
            Ok(found) => put(kind, &issue, found, sink).await?,
            Err(error) if error.is_not_found() => {}
            Err(error) if error.concerns_one_object() => sink.failed(kind, issue, error.to_string()).await?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Puts what was found on an issue.
pub(crate) async fn put(kind: KindName, issue: &str, found: Vec<Found>, sink: &mut dyn Sink) -> Result<()> {
    for Found { id, body } in found {
        let updated = updated(&body);
        sink.put(kind, format!("{issue}/{id}"), updated, body).await?;
    }
    Ok(())
}

/// The id of what a request made. Without one it is as if no answer had come: what was made is looked for.
pub(crate) fn made(call: &str, answer: &Value) -> jira::Result<String> {
    answer.get("id").and_then(id_text).ok_or_else(|| unexpected(call, "it does not tell the id of what was made"))
}

/// Takes JSON that is not as documented for an answer that is not.
pub(crate) fn unexpected(call: &str, error: impl std::fmt::Display) -> Error {
    Error::Unexpected { call: call.to_owned(), reason: error.to_string() }
}

fn updated(body: &RawValue) -> Option<jiff::Timestamp> {
    #[derive(serde::Deserialize)]
    struct Dated {
        updated: Option<String>,
    }
    let dated: Dated = serde_json::from_str(body.get()).ok()?;
    super::time::parse(&dated.updated?)
}
