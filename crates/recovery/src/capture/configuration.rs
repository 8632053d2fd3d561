//! Configuration: each kind is read whole, and what was not read is gone.

use std::collections::HashSet;

use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use site::SiteKind;
use site::sink::Sink;

use super::sink::VaultSink;
use super::{Capture, batches};
use crate::Result;
use crate::progress::Meter;
use crate::side::READ_AT_ONCE;

/// Reads all kinds of configuration. The vault itself finds out what changed.
pub(super) async fn capture(capture: &mut Capture<'_>) -> Result<()> {
    if capture.progress.configuration_done {
        return Ok(());
    }
    let kinds: Vec<_> = capture.source.kinds.configuration().collect();
    let clock = &capture.source.ambient.clock;
    let meter = Meter::new(capture.told, clock, "configuration", Some(kinds.len() as u64));
    let reader = &*capture;
    let readings: Vec<_> = kinds.into_iter().map(|kind| read(reader, kind).boxed()).collect();
    let mut readings = stream::iter(readings).buffered(READ_AT_ONCE);
    let mut unread = Vec::new();
    while let Some(mut found) = readings.try_next().await? {
        unread.append(&mut found);
        meter.advance(1);
    }
    drop(readings);
    capture.progress.unread.append(&mut unread);
    capture.progress.configuration_done = true;
    capture.save(&capture.progress).await
}

async fn read(capture: &Capture<'_>, kind: &'static dyn SiteKind) -> Result<Vec<super::Unread>> {
    capture.check()?;
    let mut sink = VaultSink::new(&capture.writer, capture.before.as_ref());
    match kind.read(&capture.source.jira, &mut sink).await {
        Ok(()) => {}
        // What was captured before is kept, and the next capture tries again.
        Err(error) if batches::concerns_one_object(&error) && can_go_on(capture, kind).await? => {
            sink.failed(kind.name(), "all".to_owned(), error.to_string()).await?;
        }
        Err(error) => return Err(error.into()),
    }
    let (seen, unread) = (sink.seen, sink.unread);
    // Children of an object that could not be read were not seen either: then nothing counts as gone.
    if unread.is_empty() {
        forget_unseen(capture, kind, &seen).await?;
    }
    Ok(unread)
}

/// Without any project there are no issues to capture: that must not pass for a recovery point.
async fn can_go_on(capture: &Capture<'_>, kind: &dyn SiteKind) -> Result<bool> {
    Ok(kind.name() != "project" || !capture.writer.lock().await.keys(kind.name()).await?.is_empty())
}

async fn forget_unseen(
    capture: &Capture<'_>,
    kind: &'static dyn SiteKind,
    seen: &HashSet<(site::KindName, String)>,
) -> Result<()> {
    let mut writer = capture.writer.lock().await;
    for key in writer.keys(kind.name()).await? {
        if !seen.contains(&(kind.name(), key.clone())) {
            writer.delete(kind.name(), &key).await?;
        }
    }
    Ok(())
}
