//! A list of issues, read a few batches at a time and recorded in order, so that "done up to here" is always true.

use futures::{StreamExt, TryStreamExt, stream};

use super::Capture;
use super::batches::{self, BATCH};
use crate::Result;
use crate::progress::Meter;

/// Reads the issues of `ids` (ascending) after `capture.progress.after`; how many there were. Those that do not exist are
/// deleted from the vault: that answer is strongly consistent.
pub(super) async fn read(capture: &mut Capture<'_>, ids: &[u64], meter: &Meter<'_>) -> Result<u64> {
    let waiting: Vec<u64> = ids.iter().copied().filter(|id| *id > capture.progress.after).collect();
    meter.advance((ids.len() - waiting.len()) as u64);
    let mut issues = 0;
    for stretch in waiting.chunks(BATCH * capture.settings.progress_every.max(1)) {
        let read = {
            let capture = &*capture;
            let batches = stream::iter(stretch.chunks(BATCH)).map(|batch| batches::read(capture, batch));
            let in_flight = batches.buffered(capture.settings.batches_in_flight.max(1));
            in_flight.inspect_ok(|read| meter.advance(read.issues)).try_collect::<Vec<_>>().await?
        };
        for batch in read {
            issues += batch.issues;
            for gone in batch.missing {
                batches::forget(capture, gone).await?;
            }
            capture.progress.unread.extend(batch.unread);
            capture.progress.after = batch.last;
        }
        capture.save().await?;
    }
    Ok(issues)
}
