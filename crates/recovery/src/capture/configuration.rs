//! Configuration: each kind is read whole, and what was not read is gone.

use std::collections::HashSet;

use site::SiteKind;

use super::Capture;
use super::sink::VaultSink;
use crate::Result;
use crate::progress::Meter;

/// Reads all kinds of configuration. The vault itself finds out what changed.
pub(super) async fn capture(capture: &mut Capture<'_>) -> Result<()> {
    if capture.progress.configuration_done {
        return Ok(());
    }
    let kinds: Vec<_> = capture.source.kinds.configuration().collect();
    let clock = &capture.source.ambient.clock;
    let meter = Meter::new(capture.told, clock, "configuration", Some(kinds.len() as u64));
    for kind in kinds {
        capture.check()?;
        let mut unread = read(capture, kind).await?;
        capture.progress.unread.append(&mut unread);
        meter.advance(1);
    }
    capture.progress.configuration_done = true;
    capture.save(&capture.progress).await
}

async fn read(capture: &Capture<'_>, kind: &'static dyn SiteKind) -> Result<Vec<super::Unread>> {
    let mut sink = VaultSink::new(&capture.writer, capture.before.as_ref());
    kind.read(&capture.source.jira, &mut sink).await?;
    let (seen, unread) = (sink.seen, sink.unread);
    // Children of an object that could not be read were not seen either: then nothing counts as gone.
    if unread.is_empty() {
        forget_unseen(capture, kind, &seen).await?;
    }
    Ok(unread)
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
