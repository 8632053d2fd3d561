//! Reading a kind in parts side by side: what belongs to each project, to each field.

use async_trait::async_trait;
use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use jiff::Timestamp;
use jira::{Download, Jira};
use serde_json::value::RawValue;

use crate::kind::KindName;
use crate::sink::{Error, Result, Sink};

/// How many parts are read at once.
const AT_ONCE: usize = 8;

/// Reads parts. The sink gets what was found in the order of the parts, up to the first that could not be read.
pub(in crate::kinds) async fn in_parts<P: Sync>(
    jira: &Jira,
    parts: &[P],
    sink: &mut dyn Sink,
    read: for<'r> fn(&'r Jira, &'r P, &'r mut dyn Sink) -> BoxFuture<'r, Result<()>>,
) -> Result<()> {
    let readings = parts.iter().map(|part| {
        async move {
            let mut held = Held::default();
            let result = read(jira, part, &mut held).await;
            (held, result)
        }
        .boxed()
    });
    let mut readings = futures::stream::iter(readings.collect::<Vec<_>>()).buffered(AT_ONCE);
    while let Some((held, result)) = readings.next().await {
        for found in held.0 {
            match found {
                Found::Object(kind, key, updated, body) => sink.put(kind, key, updated, body).await?,
                Found::Failure(kind, key, reason) => sink.failed(kind, key, reason).await?,
            }
        }
        result?;
    }
    Ok(())
}

enum Found {
    Object(KindName, String, Option<Timestamp>, Box<RawValue>),
    Failure(KindName, String, String),
}

/// Holds what was found until it is its turn.
#[derive(Default)]
struct Held(Vec<Found>);

#[async_trait]
impl Sink for Held {
    async fn has_content(&mut self, _kind: KindName, _key: &str) -> Result<bool> {
        Ok(false)
    }

    async fn put(
        &mut self,
        kind: KindName,
        key: String,
        updated: Option<Timestamp>,
        body: Box<RawValue>,
    ) -> Result<()> {
        self.0.push(Found::Object(kind, key, updated, body));
        Ok(())
    }

    async fn put_with_content(
        &mut self,
        kind: KindName,
        key: String,
        _updated: Option<Timestamp>,
        _body: Box<RawValue>,
        _content: Option<Download>,
    ) -> Result<()> {
        let reason = format!("{kind} {key} comes with bytes, which only what hangs on issues does");
        Err(Error::Sink(reason.into()))
    }

    async fn failed(&mut self, kind: KindName, key: String, reason: String) -> Result<()> {
        self.0.push(Found::Failure(kind, key, reason));
        Ok(())
    }
}
