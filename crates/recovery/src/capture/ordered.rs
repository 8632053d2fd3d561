//! A list of issues, read a few batches at a time and recorded in order, so that "done up to here" is always true.

use futures::channel::mpsc;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt, stream};

use super::Capture;
use super::batches::{self, BATCH, Read};
use super::state::ProgressState;
use crate::progress::Meter;
use crate::{Error, Result};

/// Reads the issues of `ids` (ascending) after `capture.progress.after`; how many there were. Those that do not exist are
/// deleted from the vault: that answer is strongly consistent.
pub(super) async fn read(capture: &mut Capture<'_>, ids: &[u64], meter: &Meter<'_>) -> Result<u64> {
    let waiting: Vec<u64> = ids.iter().copied().filter(|id| *id > capture.progress.after).collect();
    meter.advance((ids.len() - waiting.len()) as u64);
    let mut progress = capture.progress.clone();
    let issues = read_into(capture, &waiting, &mut progress, meter).await?;
    capture.progress = progress;
    if !waiting.is_empty() {
        capture.save(&capture.progress).await?;
    }
    Ok(issues)
}

/// The batches, each to be read when it is asked for. Named types: the compiler sees through no closure that a capture may
/// move between threads.
fn readings<'c>(
    capture: &'c Capture<'_>,
    ids: &'c [u64],
) -> Box<dyn Iterator<Item = BoxFuture<'c, Result<Read>>> + Send + 'c> {
    Box::new(ids.chunks(BATCH).map(|batch| batches::read(capture, batch).boxed()))
}

/// Reads without a pause: while a batch is recorded, those in flight go on. They must: one of them may hold the vault's
/// writer, which recording waits for.
async fn read_into(capture: &Capture<'_>, ids: &[u64], progress: &mut ProgressState, meter: &Meter<'_>) -> Result<u64> {
    let mut batches = stream::iter(readings(capture, ids)).buffered(capture.settings.batches_in_flight.max(1));
    let (done, mut waiting) = mpsc::unbounded();
    let reading = async move {
        while let Some(batch) = batches.try_next().await? {
            // Recording ends with an error only, and that ends reading, too.
            done.unbounded_send(batch).ok();
        }
        Ok::<(), Error>(())
    };
    let recording = async {
        let (mut issues, mut number) = (0, 0_usize);
        while let Some(batch) = waiting.next().await {
            meter.advance(batch.issues);
            issues += batch.issues;
            number += 1;
            for gone in batch.missing {
                batches::forget(capture, gone).await?;
            }
            progress.unread.extend(batch.unread);
            progress.after = batch.last;
            if number.is_multiple_of(capture.settings.progress_every.max(1)) {
                capture.save(progress).await?;
            }
        }
        Ok::<u64, Error>(issues)
    };
    let ((), issues) = futures::try_join!(reading, recording)?;
    Ok(issues)
}
